"""Sales at the counter: each way of paying, its journal, its tickets, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from opd import audit
from opd.models import AuditEvent, Role
from opd.office.calendar import WIB
from payments.incoming.models import Payment
from payments.ledger.journals import journal_of
from retribusi.counter.errors import CounterError, NoShift
from retribusi.counter.models import Reduction, Sale, Shift
from retribusi.counter.services import selling, shifts
from retribusi.counter.services.selling import Channel
from retribusi.models import CollectionPoint, Order, SpecialDay, Ticket
from retribusi.services import paying
from retribusi.verification import LAWS as LEVY_LAWS
from tests.counter.cast import Desk, problems
from tests.opd.cast import agency, person
from tests.retribusi.cast import AT

EVENING = datetime(2026, 11, 24, 18, 30, tzinfo=WIB)


def laws_hold() -> None:
    assert problems() == []
    assert [problem for law in LEVY_LAWS for problem in law.check().problems] == []


def test_cash_is_booked_to_the_treasurers_cash_and_gives_tickets_at_once(desk: Desk) -> None:
    desk.open()
    sale = desk.sell()
    order = Order.objects.get(pk=sale.order_id)
    assert (order.state, order.channel, order.total) == ("paid", "cash", Decimal("10000.00"))
    assert order.receipt_number
    assert Ticket.objects.filter(line__order=order).count() == 2
    (journal,) = journal_of(f"sale:{order.pk}")
    assert journal.journal.kind == "counter_cash"
    assert desk.held("br_cash") == 10_000
    assert desk.held("undeposited_receipts") == -10_000
    assert desk.held("rkud") == 0
    assert AuditEvent.objects.get(action="counter.sell").reason == sale.cash_reason
    laws_hold()


@pytest.mark.parametrize("channel", [Channel.EDC, Channel.EMONEY])
def test_card_money_is_owed_by_its_acquirer_and_not_in_rkud(desk: Desk, channel: Channel) -> None:
    desk.open()
    desk.sell(channel)
    assert desk.held("edc_receivable") == 10_000
    assert (desk.held("br_cash"), desk.held("rkud")) == (0, 0)
    assert Ticket.objects.count() == 2
    laws_hold()


def test_one_slip_of_the_terminal_is_one_sale(desk: Desk) -> None:
    desk.open()
    first = desk.sell(Channel.EDC)
    with pytest.raises(CounterError, match=f"sudah dicatat pada pesanan {first.order.spoken}"):
        desk.sell(Channel.EDC)
    desk.sell(Channel.EDC, reference="RRN999")
    assert desk.held("edc_receivable") == 20_000


def test_qris_waits_for_the_bank_and_turns_paid_by_its_money(desk: Desk) -> None:
    desk.open()
    sale = desk.sell(Channel.QRIS)
    assert (sale.order.state, sale.journal, Ticket.objects.count()) == ("open", None, 0)
    paying.ask_for_qr(sale.order, at=AT)
    desk.museum.pay(sale.order)
    assert Order.objects.get(pk=sale.order_id).is_paid
    assert Ticket.objects.count() == 2
    assert Payment.objects.get().amount == Decimal("10000.00")
    laws_hold()


def test_a_second_press_sells_nothing_more_and_another_basket_is_refused(desk: Desk) -> None:
    desk.open()
    basket = desk.basket()
    first = selling.sell(basket=basket, by=desk.officer, at=AT)
    assert selling.sell(basket=basket, by=desk.officer, at=AT) == first
    other = desk.basket(adults=3, form_key=basket.form_key)
    with pytest.raises(CounterError, match="sudah menjual pesanan"):
        selling.sell(basket=other, by=desk.officer, at=AT)
    numbers = {desk.museum.adult.pk: 2}
    free = desk.basket(full={}, reduced=numbers, ground="tamu", note="surat", form_key=basket.form_key)
    with pytest.raises(CounterError, match="sudah menjual pesanan"):
        selling.sell(basket=free, by=desk.officer, at=AT)
    assert (Sale.objects.count(), Ticket.objects.count()) == (1, 2)
    assert desk.held("br_cash") == 10_000


def test_free_and_reduced_entry_say_why_and_stand_beside_full_price(desk: Desk) -> None:
    desk.open()
    child = desk.museum.child.pk
    sale = desk.sell(Channel.CASH, full={child: 1}, reduced={child: 10}, ground="pelajar", note="SDN contoh")
    assert sale.order.total == Decimal("18000.00")
    assert Ticket.objects.count() == 11
    reduction = Reduction.objects.get()
    assert (reduction.usual_amount, reduction.line.unit_amount) == (Decimal(3000), Decimal(1500))
    free = desk.sell(Channel.QRIS, full={}, reduced={child: 2}, ground="pendamping", note="guru SDN contoh")
    assert (free.order.total, free.order.state, free.journal) == (Decimal(0), "paid", None)
    assert Ticket.objects.count() == 13
    laws_hold()


@pytest.mark.parametrize("more", [{"ground": "", "note": "siapa"}, {"ground": "pelajar", "note": ""},
                                  {"ground": "karangan", "note": "siapa"}])  # fmt: skip
def test_a_reduction_without_ground_or_note_is_refused(desk: Desk, more: dict[str, Any]) -> None:
    desk.open()
    with pytest.raises(CounterError, match="dasar gratis atau potongan"):
        desk.sell(full={}, reduced={desk.museum.child.pk: 1}, **more)
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("channel", "more", "words"),
    [
        (Channel.CASH, {"cash_reason": " "}, "Tunai perlu alasan"),
        (Channel.EDC, {"reference": "12"}, "nomor persetujuan atau RRN"),
        (Channel.CASH, {"full": {}}, "paling sedikit satu"),
        (Channel.CASH, {"full": {999_999: 1}}, "baru saja berubah"),
        (Channel.CASH, {"adults": 301}, "Paling banyak 300"),
        (Channel.QRIS, {"form_key": "pendek"}, "Formulir tidak lengkap"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_sold(
    desk: Desk, channel: Channel, more: dict[str, Any], words: str
) -> None:
    desk.open()
    with pytest.raises(CounterError, match=words):
        desk.sell(channel, **more)
    assert not Order.objects.exists()
    assert desk.held("br_cash") == 0


def test_after_hours_needs_a_reason_and_a_closed_day_sells_nothing(desk: Desk) -> None:
    desk.open()
    with pytest.raises(CounterError, match="di luar jam buka"):
        desk.sell(at=EVENING)
    sale = desk.sell(at=EVENING, hours_reason="Tamu dari luar kota")
    assert sale.hours_reason == "Tamu dari luar kota"
    SpecialDay.objects.create(
        point=desk.museum.point, day=AT.date(), kind="closed", note="Nyepi", legal_basis="SKB"
    )
    with pytest.raises(CounterError, match="tutup menurut jadwal"):
        desk.sell()


def test_a_free_day_gives_tickets_without_money(desk: Desk) -> None:
    desk.open()
    SpecialDay.objects.create(
        point=desk.museum.point, day=AT.date(), kind="free", note="HUT provinsi", legal_basis="SK"
    )
    sale = desk.sell(Channel.CASH)
    assert (sale.order.total, sale.order.channel, sale.cash_reason) == (Decimal(0), "qris", "")
    laws_hold()


def test_a_suspended_point_sells_nothing(desk: Desk) -> None:
    desk.open()
    CollectionPoint.objects.update(status="suspended")
    with pytest.raises(CounterError, match="dihentikan"):
        desk.sell()


def test_without_a_shift_or_the_role_nothing_is_sold(desk: Desk) -> None:
    with pytest.raises(NoShift):
        desk.sell()
    other = person("petugas.lain", Role.PETUGAS_LOKET, agency("99", "Dinas Lain"))
    with pytest.raises(PermissionDenied):
        shifts.open_shift(point=desk.museum.point, change_amount=Decimal(0), by=other, at=AT)
    with pytest.raises(PermissionDenied):
        shifts.open_shift(point=desk.museum.point, change_amount=Decimal(0), by=desk.treasurer, at=AT)
    assert not Shift.objects.exists()


def test_a_failed_audit_write_sells_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.open()

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("audit")

    with monkeypatch.context() as patch:
        patch.setattr(audit, "record", broken)
        with pytest.raises(RuntimeError):
            desk.sell()
    assert not Order.objects.exists()
    assert desk.held("br_cash") == 0


def test_money_of_a_qris_after_the_shift_is_received_but_not_in_its_totals(desk: Desk) -> None:
    shift = desk.open()
    sale = desk.sell(Channel.QRIS)
    paying.ask_for_qr(sale.order, at=AT)
    desk.close(shift, 0)
    desk.museum.pay(sale.order, after=timedelta(minutes=2))
    assert Order.objects.get(pk=sale.order_id).is_paid
    assert not Sale.objects.get().in_totals
    laws_hold()
