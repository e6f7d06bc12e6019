"""Settlement per bank: the fee's claim list and the calendar of credits, within one's reach."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from opd.access import EVERYWHERE, Scope
from opd.models import Role
from payments.incoming import refund_sending, refunds
from payments.reconciliation.queries.days import in_flight
from payments.reconciliation.queries.settlements import Asked, BatchRow, bank_rows, batch_rows
from tests.ledger.books import rp
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.files import credit_of
from tests.reconciliation.scene import AT, DAY, Scene, imported

PAGE = "reconciliation:settlement_list"
ALL = Asked(DAY - timedelta(days=3), DAY + timedelta(days=3))
CLAIMS = Asked(ALL.first, ALL.last, claims=True)
TODAY = DAY + timedelta(days=9)


def test_fees_and_credits_are_told_by_bank_and_batch(scene: Scene) -> None:
    honest = scene.sold(13_000)[1]
    imported(files.settlement(honest))
    (row,) = batch_rows(EVERYWHERE, ALL)
    assert (row.gross, row.fee_difference, row.due, row.state(row.due_on)) == (
        rp(13_000), Decimal(0), rp(13_000), "ditunggu",
    )  # fmt: skip
    assert row.state(TODAY) == "lewat tenggat"
    (bank,) = bank_rows(EVERYWHERE, ALL, today=TODAY)
    assert (bank.batches, bank.payments, bank.awaited, bank.late) == (1, 1, rp(13_000), 1)
    assert list(batch_rows(EVERYWHERE, CLAIMS)) == []
    imported(files.statement(credit_of(honest, post=row.due_on)))
    (row,) = batch_rows(EVERYWHERE, ALL)
    assert row.state(TODAY) == "tepat waktu"
    (bank,) = bank_rows(EVERYWHERE, ALL, today=TODAY)
    assert (bank.awaited, bank.late, bank.overcharged) == (Decimal(0), 0, Decimal(0))
    assert bank.bank == scene.house.partner.name
    stranger = Scope(frozenset({0}))
    assert bank_rows(stranger, ALL, today=TODAY) == []
    assert list(batch_rows(stranger, ALL)) == []


def test_money_that_went_back_is_awaited_no_more_from_that_moment(scene: Scene) -> None:
    payment, sale = scene.sold(10_000)
    _, other = scene.sold(5000)
    imported(files.settlement(sale, other))
    treasurer, head = person("bendahara", Role.BENDAHARA_PENERIMAAN, scene.tourism), person("kepala")
    refund = refunds.propose(
        payment_id=payment.pk, amount=rp(10_000), expected_left=rp(10_000), reason="Uji", by=treasurer, at=AT
    )
    refunds.approve(refund_id=refund.pk, by=head, at=AT)
    refund_sending.accept(refund.pk, refund_no="REF1", at=AT)
    (row,) = batch_rows(EVERYWHERE, ALL)
    (bank,) = bank_rows(EVERYWHERE, ALL, today=TODAY)
    assert row.due == bank.awaited == in_flight(EVERYWHERE, today=TODAY).uncredited == rp(5000)
    imported(files.statement(credit_of(other)))
    (row,) = batch_rows(EVERYWHERE, ALL)
    assert (row.due, row.state(TODAY)) == (rp(5000), "tepat waktu")
    assert bank_rows(EVERYWHERE, ALL, today=TODAY)[0].awaited == 0


def test_a_fee_above_the_agreed_one_is_in_the_claim_list_and_its_csv(scene: Scene, client: Client) -> None:
    greedy = scene.sold(10_000, mdr=10_000)[1]
    imported(files.settlement(greedy))
    (row,) = batch_rows(EVERYWHERE, CLAIMS)
    assert (row.mdr, row.fee_difference) == (rp(100), rp(100) - row.expected_mdr)
    (bank,) = bank_rows(EVERYWHERE, ALL, today=TODAY)
    assert bank.overcharged == row.fee_difference > 0
    client.force_login(person("bud", Role.KUASA_BUD), backend="django.contrib.auth.backends.ModelBackend")
    asked = {"sejak": str(ALL.first), "sampai": str(ALL.last), "isi": "klaim", "unduh": "csv"}
    told = b"".join(client.get(reverse(PAGE), asked).streaming_content).decode()  # type: ignore[attr-defined]
    assert f";{row.batch_no};" in told or f",{row.batch_no}," in told
    assert "100.00" in told


def test_the_page_shows_banks_and_calendar_in_few_queries(
    scene: Scene,
    client: Client,
    screen: Screen,  # noqa: F811
    django_assert_max_num_queries: pytest.FixtureRequest,
) -> None:
    client.force_login(person("bud", Role.KUASA_BUD), backend="django.contrib.auth.backends.ModelBackend")
    empty = client.get(reverse(PAGE), {"isi": "klaim"}).content.decode()
    assert "Tidak ada yang perlu diklaim" in empty
    for number in range(4):
        imported(files.settlement(scene.sold(5000 + number, settled=DAY - timedelta(days=number))[1]), at=AT)
    asked = {"sejak": str(DAY - timedelta(days=9)), "sampai": str(DAY)}
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        page = client.get(reverse(PAGE), asked)
    assert page.content.decode().count("Kalender settlement") == 1
    for size, scheme in [("desk", "light"), ("narrow", "dark")]:
        seen = screen.look(client.get(reverse(PAGE), asked), size=size, scheme=scheme, name="settlement-bank")
        assert not seen.problems
        assert not seen.findings
        assert seen.overflow <= 0


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(days, days, st.none() | days, st.booleans())
def test_every_batch_has_one_state(today: date, due_on: date, credited_on: date | None, owed: bool) -> None:
    row = BatchRow(
        due_on,
        "",
        "",
        "",
        "",
        1,
        rp(10),
        Decimal(0),
        rp(0),
        rp(0),
        rp(10 if owed else 0),
        due_on,
        credited_on,
    )
    late = credited_on > due_on if credited_on else due_on < today
    assert (row.state(today) in {"terlambat", "lewat tenggat"}) == (late and (bool(credited_on) or owed))
