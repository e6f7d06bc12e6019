"""Every public page there is, in every state that a stranger may meet: one town, made once, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any

import time_machine
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.views.csrf import csrf_failure

from opd.models import Role, User
from payments.incoming.models import Payment
from payments.incoming.refund_rules import Whereabouts
from payments.incoming.services import MoneySeen, record_money
from payments.ledger.models import Block
from retribusi.assessments.models import Skrd
from retribusi.assessments.services import deciding
from retribusi.complaints.models import Complaint
from retribusi.complaints.services import filing
from retribusi.models import CollectionPoint, Order, SpecialDay, Ticket
from retribusi.receipts import Printed, ReceiptFacts, sign
from retribusi.refunds import services as refunding
from retribusi.services import paying
from retribusi.services.keys import signing_key
from retribusi.throttle import TooOften
from retribusi.views.shared import too_often, visitor
from tests.assessments import cast as assessments
from tests.complaints import cast as complaints
from tests.incoming.world import make_account
from tests.opd.cast import agency, person
from tests.refunds import cast as refunds
from tests.retribusi.cast import AT, Museum, make_point, make_tariff, printed
from tests.tp2dd.transparency.world import decided, month_money, proved
from tests.walkins.cast import Gate
from tests.walkins.test_phantom import forged

KEY = "kunci-formulir-umum"
NO_ANSWER = AT - timedelta(minutes=30)
LATE = AT + timedelta(days=30)
LAPSED = AT + timedelta(days=3 * 365 + 60)
_numbers = count(1)


@dataclass(frozen=True)
class Ask:
    """How a page is asked for: its address, what is sent to it, when, and after how many askings."""

    path: str
    data: dict[str, Any] | None = None
    at: datetime = AT
    before: int = 0
    status: int = 200


@dataclass
class Town:
    museum: Museum
    skrd: assessments.Office
    refund: refunds.Office
    desk: complaints.Desk
    pages: dict[str, Ask] = field(default_factory=dict)

    def show(self, name: str, language: str) -> Any:
        """What a visitor who chose a language gets."""
        asked, client = self.pages[name], Client(raise_request_exception=False)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        cache.clear()
        with time_machine.travel(asked.at, tick=False):
            for _ in range(asked.before):
                client.get(asked.path)
            answer = client.get(asked.path) if asked.data is None else client.post(asked.path, asked.data)
        assert answer.status_code == asked.status, (name, answer.status_code, answer.headers)
        return answer

    def pay(self, order: Order, **changes: Any) -> Order:
        self.museum.pay(order, **{"rrn": f"6329{next(_numbers):08}", **changes})
        return self.museum.again(order)

    def paid(self) -> Order:
        return self.pay(self.museum.waiting())

    def give_back(self, payment: Payment, amount: int | None = None) -> None:
        """All of it while the bank still holds it; a part once it has settled."""
        self.refund.put(Whereabouts(AT.date() if amount else None))
        refund = self.refund.propose(amount, payment=payment)
        refunding.approve(refund_id=refund.pk, by=self.refund.head, at=refunds.LATER)

    def bill(self, **more: Any) -> Skrd:
        """A SKRD of a tenant of its own."""
        number = next(_numbers)
        tenant = self.skrd.register(f"Kedai Rafflesia {number}", f"17710101010{number:05}")
        return self.skrd.issue(wajib=tenant, **more)

    def proof(self, page: str) -> str:
        """The address in the QR of a receipt."""
        return str(Client().get(page).context["proof"]).removeprefix("http://testserver")


def build(museum: Museum, put: Callable[[Whereabouts], None]) -> Town:
    """The museum with all who work there; ``put`` says where money is that is asked back."""
    office = assessments.staffed(museum)
    bud, admin = person("kuasa.bud", Role.KUASA_BUD), person("admin", Role.ADMINISTRATOR)
    other = agency("120", "Dinas Pendidikan")
    stranger = person("bendahara.lain", Role.BENDAHARA_PENERIMAAN, other)
    desk = complaints.Desk(museum.opd, other, museum.point, office.treasurer, stranger, admin)
    CollectionPoint.objects.update(
        story="Rumah ini menyimpan buku dan sepeda.", story_en="The house keeps books and a bicycle."
    )
    town = Town(museum, office, refunds.Office(museum, office.treasurer, office.head, bud, put), desk)
    for name, make in PAGES.items():
        town.pages[name] = make(town)
    return town


@contextmanager
def _mood(town: Town, answer: Any) -> Iterator[None]:
    usual, town.museum.bank.mood = town.museum.bank.mood, lambda *_: answer
    yield
    town.museum.bank.mood = usual


REFUSES = (403, {"responseCode": "4034702", "responseMessage": "x"})


# The places


def _point(town: Town) -> Ask:
    return Ask(f"/r/{town.museum.point.slug}/")


def _other_point(slug: str, **fields: Any) -> Callable[[Town], Ask]:
    def make(town: Town) -> Ask:
        account = make_account(town.museum.partner, town.museum.opd, terminal_id=f"T{next(_numbers)}")
        point = make_point(
            town.museum.opd, account, slug=slug, name="Taman Uji", name_en="Test Park", **fields
        )
        make_tariff(point, "Dewasa", 5000, name_en="Adult")
        if slug == "bebas":
            SpecialDay.objects.create(
                point=point, day=AT.date(), kind="free", note="Hari Pahlawan", legal_basis="SK 1"
            )
        if slug == "tutup":
            SpecialDay.objects.create(
                point=point, day=AT.date(), kind="closed", note="Libur Lebaran", legal_basis="SK 1"
            )
        return Ask(f"/r/{slug}/")

    return make


def _refused_order(town: Town) -> Ask:
    adult = town.museum.adult.pk
    return Ask(f"/r/{town.museum.point.slug}/", {"kunci": "x", f"t{adult}": "900"}, status=400)


# An order


def _of_order(town: Town, order: Order, page: str = "bayar", **more: Any) -> Ask:
    return Ask(f"/{page}/{order.token}/", **more)


def _waiting(town: Town) -> Ask:
    return _of_order(town, town.museum.waiting(adults=20, children=15))


def _timed_out(town: Town) -> Ask:
    return _of_order(town, town.museum.waiting(at=NO_ANSWER))


def _expired(town: Town) -> Ask:
    order = town.museum.waiting(at=NO_ANSWER)
    paying.ask_bank(order, at=AT)
    return _of_order(town, town.museum.again(order))


def _preparing(town: Town) -> Ask:
    with _mood(town, None):
        return _of_order(town, town.museum.waiting())


def _refused(town: Town) -> Ask:
    with _mood(town, REFUSES):
        return _of_order(town, town.museum.waiting())


def _missing(town: Town) -> Ask:
    return _of_order(town, town.museum.order())


def _cancelled(town: Town) -> Ask:
    order = town.museum.waiting()
    paying.cancel(order, at=AT)
    return _of_order(town, order)


def _late(town: Town) -> Ask:
    order = town.museum.waiting(at=NO_ANSWER)
    return _of_order(town, town.pay(order, paid_at=AT - timedelta(minutes=5)))


def _twice(town: Town, page: str = "bayar") -> Ask:
    order = town.paid()
    return _of_order(town, town.pay(order, after=timedelta(minutes=2)), page)


def _excess(town: Town) -> Ask:
    return _of_order(town, town.pay(town.museum.waiting(), amount=Decimal(15_000)))


def _titipan_back(town: Town) -> Ask:
    order = town.paid()
    payment = town.museum.pay(order, rrn=f"6330{next(_numbers):08}", after=timedelta(minutes=2))
    town.give_back(payment)
    return _of_order(town, order)


def _paid(town: Town, page: str = "bayar") -> Ask:
    return _of_order(town, town.paid(), page)


def _refunded(town: Town, page: str = "bayar", amount: int | None = None) -> Ask:
    order = town.paid()
    assert order.payment is not None
    town.give_back(order.payment, amount)
    return _of_order(town, town.museum.again(order), page)


def _used(town: Town) -> Ask:
    order = town.paid()
    Ticket.objects.filter(line__order=order).update(state=Ticket.State.USED)
    return _of_order(town, order, "tiket")


def _free(town: Town) -> Ask:
    point = town.museum.point
    day = SpecialDay.objects.create(
        point=point, day=AT.date(), kind="free", note="Hari Pahlawan", legal_basis="SK 1"
    )
    order = town.museum.order()
    day.delete()
    return _of_order(town, order, "kuitansi")


# The check of a receipt


def _genuine(town: Town) -> Ask:
    return Ask(town.proof(_paid(town, "kuitansi").path))


def _genuine_then_refunded(town: Town) -> Ask:
    order = town.paid()
    assert order.payment is not None
    address = town.proof(f"/kuitansi/{order.token}/")
    town.give_back(order.payment)
    return Ask(address)


def _forged(town: Town) -> Ask:
    address = town.proof(_paid(town, "kuitansi").path)
    return Ask(f"{address[:40]}{'A' if address[40] != 'A' else 'B'}{address[41:]}", status=400)


def _unknown_number(town: Town) -> Ask:
    key_id, key = signing_key(at=AT)
    lie = ReceiptFacts(key_id, town.museum.point.pk, Decimal(13_000), AT, AT, Printed.PAID, "KW-TIDAKADA22")
    return Ask(f"/periksa/{sign(lie, key)}/")


def _not_ours(town: Town) -> Ask:
    return Ask("/periksa/?kode=halo", status=400)


# A SKRD


def _of_bill(row: Skrd, **more: Any) -> Ask:
    return Ask(f"/tagihan/{row.token}/", **more)


def _unpaid(town: Town) -> Ask:
    return _of_bill(town.bill(stalls=2, halls=1))


def _bill_with_va(town: Town) -> Ask:
    museum = town.museum
    usual = museum.point.receiving_account
    museum.point.receiving_account = make_account(
        museum.partner, museum.opd, terminal_id="B02", va_prefix="98810113"
    )
    museum.point.save()
    row = town.bill()
    museum.point.receiving_account = usual
    museum.point.save()
    return _of_bill(row)


def _bill_waiting(town: Town) -> Ask:
    row = town.bill(stalls=3, halls=2)
    town.skrd.ask(row)
    return _of_bill(row)


def _bill_timed_out(town: Town) -> Ask:
    row = town.bill(at=AT - timedelta(hours=1))
    town.skrd.ask(row, NO_ANSWER)
    return _of_bill(row)


def _bill_preparing(town: Town) -> Ask:
    row = town.bill()
    with _mood(town, None):
        town.skrd.ask(row)
    return _of_bill(row)


def _bill_refused(town: Town) -> Ask:
    row = town.bill()
    with _mood(town, REFUSES):
        town.skrd.ask(row)
    return _of_bill(row)


def _bill_paid(town: Town) -> Ask:
    row = town.bill(stalls=3, halls=1)
    town.skrd.pay(row)
    return _of_bill(row)


def _bill_receipt(town: Town, *, refunded: bool = False) -> Ask:
    row = town.bill(stalls=2)
    payment = town.skrd.pay(row)
    if refunded:
        town.give_back(payment, None)
    return Ask(f"/tagihan/{row.token}/kuitansi/1/")


def _bill_refunded(town: Town, amount: int | None = None) -> Ask:
    row = town.bill()
    town.give_back(town.skrd.pay(row), amount)
    return _of_bill(row)


def _bill_twice(town: Town) -> Ask:
    row = town.bill()
    first = town.skrd.pay(row)
    again = MoneySeen(
        source="notice", partner_id=first.partner_id, reference_no=first.reference_no,
        partner_reference_no=first.partner_reference_no, rrn=f"6331{next(_numbers):08}",
        amount=first.amount, paid_at=AT + timedelta(minutes=5),
    )  # fmt: skip
    record_money(again, by=None, at=AT + timedelta(minutes=5))
    return _of_bill(row)


def _bill_parts(town: Town) -> Ask:
    row = town.bill(stalls=6)
    deciding.grant_instalments(
        skrd_id=row.pk, number=3, first_due=LATE.date(), grounds=assessments.DECREE, by=town.skrd.head, at=AT
    )
    town.skrd.pay(row)
    return _of_bill(row)


def _bill_void(town: Town) -> Ask:
    return _of_bill(town.skrd.void(town.bill()))


def _bill_too_large(town: Town) -> Ask:
    return _of_bill(town.bill(stalls=200))


def _bill_proof(town: Town) -> Ask:
    return Ask(town.proof(_bill_paid(town).path))


# Complaints and money back


def _complaint(town: Town, **fields: Any) -> Complaint:
    given = {"key": f"kunci-formulir-{next(_numbers)}", "contact": complaints.PHONE, **fields}
    return town.desk.file(**given)


def _follows(row: Complaint) -> Ask:
    return Ask(f"/pengaduan/{row.token}/")


def _complaint_answered(town: Town) -> Ask:
    return _follows(town.desk.answered(key=f"kunci-formulir-{next(_numbers)}"))


def _complaint_closed(town: Town) -> Ask:
    row = town.desk.answered(key=f"kunci-formulir-{next(_numbers)}")
    return _follows(filing.say_settled(complaint_id=row.pk, rating=5, at=AT))


def _wish(town: Town, outcome: str = "") -> Ask:
    order = town.paid()
    row = refunding.file_request(
        wish=refunding.Wish(receipt=order.receipt_number, reason="closed", text="Pintu sudah dikunci."),
        form_key=f"kunci-formulir-{next(_numbers)}", at=refunds.LATER,
    )  # fmt: skip
    if outcome == "declined":
        refunding.decline(request_id=row.pk, answer="Tiketnya terpakai.", by=town.refund.treasurer, at=AT)
    if outcome == "back":
        assert order.payment is not None
        refund = town.refund.propose(payment=order.payment, request_id=row.pk, evidence=None)
        refunding.approve(refund_id=refund.pk, by=town.refund.head, at=refunds.LATER)
    return Ask(f"/uang-kembali/{row.token}/")


# Is this QRIS ours


def _gate(town: Town) -> Gate:
    return Gate(town.museum, town.skrd.treasurer, town.skrd.treasurer, town.refund.bud, town.skrd.auditor)


# A printed document


def _document(town: Town, *, void: bool = False) -> Ask:
    row = town.bill()
    if void:
        row = town.skrd.void(row)
    return Ask(f"/verifikasi/{row.document.token}/")


# The head of the ledger's seal


def _sealed(town: Town) -> Ask:
    Block.objects.bulk_create(
        Block(from_xid=n, upto_xid=n + 1, journals=1, legs=2, hash=bytes([n]) * 32, made_at=AT)
        for n in range(1, 4)
    )
    return Ask("/buku-besar/segel/")


# What the Sekda opened


def _open(town: Town) -> Ask:
    """Everything, with a year of money on every channel, a proof that holds, and a seal."""
    month_money(town.museum.opd, AT.date())
    proved(AT)
    decided(person("sekda", Role.SEKDA), valid_from=AT.date())
    return Ask("/transparansi/")


def _closed_again(town: Town) -> Ask:
    closing = AT.date() + timedelta(days=40)
    decided(User.objects.get(username="sekda"), valid_from=closing, sections=[])
    return Ask("/transparansi/", at=AT + timedelta(days=41))


PAGES: dict[str, Callable[[Town], Ask]] = {
    "landing": lambda town: Ask("/"),
    "point": _point,
    "point-refused": _refused_order,
    "point-suspended": _other_point("henti", status="suspended", status_note="Sedang dipugar."),
    "point-free": _other_point("bebas"),
    "point-closed": _other_point("tutup"),
    "pay-waiting": _waiting,
    "pay-timed-out": _timed_out,
    "pay-expired": _expired,
    "pay-preparing": _preparing,
    "pay-refused": _refused,
    "pay-missing": _missing,
    "pay-cancelled": _cancelled,
    "pay-late": _late,
    "pay-paid": _paid,
    "pay-twice": _twice,
    "pay-excess": _excess,
    "pay-titipan-back": _titipan_back,
    "pay-refunded": _refunded,
    "tickets": partial(_paid, page="tiket"),
    "tickets-used": _used,
    "tickets-refunded": partial(_refunded, page="tiket"),
    "receipt": partial(_paid, page="kuitansi"),
    "receipt-free": _free,
    "receipt-twice": partial(_twice, page="kuitansi"),
    "receipt-refunded": partial(_refunded, page="kuitansi"),
    "receipt-partly-refunded": partial(_refunded, page="kuitansi", amount=3000),
    "check": lambda town: Ask("/periksa/"),
    "check-genuine": _genuine,
    "check-refunded": _genuine_then_refunded,
    "check-forged": _forged,
    "check-unknown": _unknown_number,
    "check-not-ours": _not_ours,
    "check-too-often": lambda town: Ask("/periksa/", before=60, status=429),
    "keys": lambda town: Ask("/periksa/kunci/"),
    "bill-unpaid": _unpaid,
    "bill-va": _bill_with_va,
    "bill-overdue": lambda town: _of_bill(town.bill(stalls=2), at=LATE),
    "bill-waiting": _bill_waiting,
    "bill-timed-out": _bill_timed_out,
    "bill-preparing": _bill_preparing,
    "bill-refused": _bill_refused,
    "bill-paid": _bill_paid,
    "bill-receipt": _bill_receipt,
    "bill-receipt-refunded": partial(_bill_receipt, refunded=True),
    "bill-twice": _bill_twice,
    "bill-refunded": _bill_refunded,
    "bill-partly-refunded": partial(_bill_refunded, amount=50_000),
    "bill-parts": _bill_parts,
    "bill-void": _bill_void,
    "bill-lapsed": lambda town: _of_bill(town.bill(), at=LAPSED),
    "bill-too-large": _bill_too_large,
    "complaint": lambda town: Ask("/pengaduan/"),
    "complaint-refused": lambda town: Ask("/pengaduan/", {"kunci": KEY, "situs": ""}, status=400),
    "complaint-new": lambda town: _follows(_complaint(town, evidence=complaints.photo())),
    "complaint-late": lambda town: _follows(_complaint(town, at=AT - timedelta(days=12))),
    "complaint-answered": _complaint_answered,
    "complaint-closed": _complaint_closed,
    "refund": lambda town: Ask("/uang-kembali/"),
    "refund-refused": lambda town: Ask("/uang-kembali/", {"kunci": KEY, "situs": ""}, status=400),
    "refund-new": _wish,
    "refund-declined": partial(_wish, outcome="declined"),
    "refund-back": partial(_wish, outcome="back"),
    "qris": lambda town: Ask("/cek-qris/"),
    "qris-refused": lambda town: Ask("/cek-qris/", {"kunci": KEY}, status=400),
    "qris-ours": lambda town: Ask("/cek-qris/", {"kunci": KEY, "content": printed(town.museum)}),
    "qris-foreign": lambda town: Ask("/cek-qris/", {"kunci": KEY, "content": forged(_gate(town))}),
    "seal": _sealed,
    "transparency-before": lambda town: Ask("/transparansi/", at=AT - timedelta(days=1)),
    "transparency": _open,
    "transparency-old-proof": lambda town: Ask("/transparansi/", at=AT + timedelta(days=3)),
    "transparency-closed": _closed_again,
    "document": _document,
    "document-void": partial(_document, void=True),
    "document-unknown": lambda town: Ask("/verifikasi/tidak-ada/", status=404),
    "document-too-often": lambda town: Ask("/verifikasi/tidak-ada/", before=60, status=429),
    "missing": lambda town: Ask("/tidak-ada/", status=404),
    "missing-order": lambda town: Ask("/bayar/tidak-ada/", status=404),
    "too-often": lambda town: Ask("/gagal/429/", status=429),
    "unreadable": lambda town: Ask("/gagal/400/", status=400),
    "forbidden": lambda town: Ask("/gagal/403/", status=403),
    "forged-form": lambda town: Ask("/gagal/formulir/", status=403),
    "broken": lambda town: Ask("/gagal/500/", status=500),
}
_ANSWERS = {
    "point-refused",
    "complaint-refused",
    "refund-refused",
    "qris-refused",
    "qris-ours",
    "qris-foreign",
}
_OFTEN = {"check-too-often", "document-too-often"}
FIRST_LOADS = [name for name in PAGES if name not in _ANSWERS | _OFTEN]
"""Pages that an address opens; the others answer a form, or somebody who asked often."""


@visitor
def fail(request: HttpRequest, how: str) -> HttpResponse:
    """Every way in which a page can't be shown."""
    if how == "429":
        return too_often(request, TooOften(300))
    if how == "formulir":
        return csrf_failure(request, reason="no cookie")
    raise {"403": PermissionDenied(), "400": SuspiciousOperation()}.get(how, RuntimeError("rusak"))


urlpatterns = [path("", include("config.urls")), path("gagal/<str:how>/", fail)]
