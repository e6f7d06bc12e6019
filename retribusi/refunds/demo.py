"""The demo's money back: one of each stage that its two weeks can show, and two requests of payers."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from opd import demo as people
from opd.demo import PARIWISATA
from opd.models import Role
from opd.office import evidence
from opd.office.calendar import at as moment
from opd.office.calendar import day_of
from payments.incoming import refund_sending, refunds
from payments.incoming.compensating import Consent
from payments.incoming.models import Payment, Refund
from payments.reconciliation import demo as files
from payments.reconciliation.models import Match
from retribusi.assessments.payable import KIND as SKRD
from retribusi.assessments.services import compensating
from retribusi.complaints.demo import picture
from retribusi.models import Order
from retribusi.refunds import services
from retribusi.refunds.models import RefundRequest
from retribusi.refunds.services import Proposal, Wish


def seed(*, at: datetime) -> str:
    """Refunds through the services, once. Says what it did. After the seed of reconciliation."""
    if Refund.objects.exists():
        return "sudah ada"
    scenes = (_undone, _by_the_bank, _compensation, _restitution, _paid_by_sp2d)
    for scene in scenes:
        scene(at)
    _requests(at)
    files.keep_last_statement(at=at)
    return f"{Refund.objects.count()} pengembalian, {RefundRequest.objects.count()} permohonan"


def _undone(at: datetime) -> None:
    """Not settled yet: proposed, so that the newcomer may approve it and see the bank undo it."""
    unsettled = _levies().exclude(pk__in=_matched()).order_by("-paid_at").first()
    if unsettled:
        _propose(unsettled, "Rombongan batal datang karena hujan.", at=at)


def _by_the_bank(at: datetime) -> None:
    """Settled yesterday, not in RKUD yet: the bank gave a part back."""
    payment = _levies().filter(pk__in=_matched().filter(credited_journal=None)).order_by("-paid_at").first()
    if payment is None:
        return
    when = min(moment(day_of(at), 8, 30), at)
    refund = _propose(payment, "Satu anak di bawah umur bebas masuk.", at=when, amount=payment.amount / 2)
    refunds.approve(refund_id=refund.pk, by=people.holder(Role.PA, PARIWISATA), at=when)
    refund_sending.accept(refund.pk, refund_no=f"REF{day_of(at):%y%m%d}0001", at=when)


def _compensation(at: datetime) -> None:
    """An instalment paid twice, in RKUD: on the payer's letter it has paid the next one."""
    own = Payment.objects.filter(kind="double", pk__in=_booked(), request__payable_kind=SKRD)
    payment = own.order_by("paid_at").first()
    bills = compensating.bills_of(payment, at=at) if payment else []
    if payment is None or not bills:
        return
    officer = people.holder(Role.BENDAHARA_PENERIMAAN, PARIWISATA)
    words = "Mohon dipakai untuk angsuran berikutnya."
    letter, _ = evidence.store(
        picture(words), name="surat-pembayar.png", media_type="image/png", by=officer, at=at
    )
    row = compensating.propose(
        payment_id=payment.pk, debt_id=bills[0].debt.pk, by=officer, at=at,
        consent=Consent("(Peragaan) 3/XI", day_of(at), letter),
    )  # fmt: skip
    compensating.approve(compensation_id=row.pk, by=people.holder(Role.PA, PARIWISATA), at=at)


def _restitution(at: datetime) -> None:
    """Paid twice, in RKUD: approved, with its SKRDLB; SPM and SP2D are left to enter."""
    tickets = Payment.objects.filter(kind="double", pk__in=_booked()).exclude(request__payable_kind=SKRD)
    payment = tickets.order_by("paid_at").first()
    if payment is None:
        return
    refund = _restitute(payment, "Terbayar dua kali untuk satu pesanan.", at=at)
    services.record_skrdlb(
        refund_id=refund.pk, number="900/017/SKRDLB/DISPAR", day=day_of(at),
        by=people.holder(Role.BENDAHARA_PENERIMAAN, PARIWISATA), at=at,
    )  # fmt: skip


def _paid_by_sp2d(at: datetime) -> None:
    """Paid too late, in RKUD: gone back by SP2D."""
    payment = Payment.objects.filter(kind="late", pk__in=_booked()).order_by("paid_at").first()
    if payment is None:
        return
    refund = _restitute(payment, "Dibayar setelah waktu pesanan habis; tiket tidak terbit.", at=at)
    by, day = people.holder(Role.BENDAHARA_PENERIMAAN, PARIWISATA), day_of(at)
    services.record_skrdlb(refund_id=refund.pk, number="900/016/SKRDLB/DISPAR", day=day, by=by, at=at)
    refunds.record_spm(refund_id=refund.pk, number="900/0231/SPM/DISPAR", day=day, by=by, at=at)
    bud = people.user(Role.KUASA_BUD)
    refunds.record_sp2d(refund_id=refund.pk, number="900/4417/SP2D/BUD", day=day, by=bud, at=at)


def _requests(at: datetime) -> None:
    """One that waits and one that was declined."""
    paid = Order.objects.filter(payment__in=_levies()).order_by("-paid_at")[:2]
    texts = (("closed", "Museum tutup lebih awal."), ("other", "Ternyata tidak jadi ikut."))
    for number, (order, (reason, text)) in enumerate(zip(paid, texts, strict=False)):
        wish = Wish(order.receipt_number, reason, f"(Peragaan) {text}", "081200000789" if not number else "")
        filed = max(order.paid_at or at, at - timedelta(days=2))
        row = services.file_request(wish=wish, form_key=f"kembali-peragaan-{number}", at=filed)
        if number:
            services.decline(
                request_id=row.pk, answer="Tiket berlaku sampai hari kunjungan dan sudah dipakai masuk.",
                by=people.holder(Role.BENDAHARA_PENERIMAAN, PARIWISATA), at=at,
            )  # fmt: skip


def _levies() -> QuerySet[Payment]:
    house = people.agency(PARIWISATA)
    return Payment.objects.filter(kind="exact", opd=house, refunds=None).exclude(rrn="")


def _matched() -> QuerySet[Match, Any]:
    return Match.objects.standing().filter(agrees=True).values("payment")


def _booked() -> QuerySet[Match, Any]:
    return _matched().exclude(credited_journal=None)


def _restitute(payment: Payment, reason: str, *, at: datetime) -> Refund:
    refund = _propose(payment, reason, at=at)
    return services.approve(refund_id=refund.pk, by=people.holder(Role.PA, PARIWISATA), at=at)


def _propose(payment: Payment, reason: str, *, at: datetime, amount: Decimal | None = None) -> Refund:
    left = refunds.left(payment).amount
    proposal = Proposal(
        amount=amount or left, seen=left, reason=f"(Peragaan) {reason}", evidence=picture(reason)
    )
    by = people.holder(Role.BENDAHARA_PENERIMAAN, PARIWISATA)
    return services.propose(payment=payment, proposal=proposal, by=by, at=at)
