"""Examples an accountant can check line by line. Debit positive, credit negative."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from payments.ledger import queries
from payments.ledger.services import reverse
from tests.ledger.books import AT, DAY, book, credited, received, revenue, rp, tourism

pytestmark = pytest.mark.django_db


def balances() -> dict[str, Decimal]:
    return {row.account: row.balance for row in queries.trial_balance(on=DAY) if row.balance}


def test_a_ticket_sold_is_owed_by_the_acquirer_until_it_is_in_rkud() -> None:
    book(received(13_000, opd=tourism().pk), "p1:received")
    assert balances() == {"acquirer-receivable": rp(13_000), "undeposited-receipts": rp(-13_000)}


def test_a_ticket_from_sale_to_revenue_without_a_fee() -> None:
    opd = tourism().pk
    book(received(13_000, opd=opd), "p1:received")
    book(credited(13_000, opd=opd), "p1:credited")
    book(revenue(13_000, opd=opd), "p1:revenue")
    assert balances() == {
        "rk-ppkd": rp(13_000),
        "recreation-levy-lo": rp(-13_000),
        "sal-change": rp(13_000),
        "recreation-levy-lra": rp(-13_000),
        "rkud": rp(13_000),
        "rk-skpd": rp(-13_000),
    }


def test_the_fee_is_a_claim_and_revenue_stays_gross() -> None:
    """Rp 100.000 sold, MDR 0,7 % = Rp 700: RKUD receives Rp 99.300, revenue is Rp 100.000 (asas bruto)."""
    opd = tourism().pk
    book(received(100_000, opd=opd), "p1:received")
    book(credited(100_000, mdr=700, opd=opd), "p1:credited")
    book(revenue(100_000, opd=opd), "p1:revenue")
    found = balances()
    assert found["rkud"] == rp(99_300)
    assert found["mdr-claim"] == rp(700)
    assert found["recreation-levy-lra"] == found["recreation-levy-lo"] == rp(-100_000)
    assert "acquirer-receivable" not in found


def test_a_late_payment_waits_as_a_liability_and_never_becomes_revenue() -> None:
    opd = tourism().pk
    book(received(8_000, opd=opd, to="payment_liability"), "p2:received")
    book(credited(8_000, opd=opd), "p2:credited")
    assert balances() == {
        "payment-liability": rp(-8_000),
        "rk-ppkd": rp(8_000),
        "rkud": rp(8_000),
        "rk-skpd": rp(-8_000),
    }


def test_opd_and_bud_mirror_each_other_through_the_rk_pair() -> None:
    book(received(13_000), "p1:received")
    book(credited(13_000, mdr=100), "p1:credited")
    assert queries.balance("rk_ppkd", on=DAY) == -queries.balance("rk_skpd", on=DAY) == rp(12_900)


def test_the_trial_balance_equals_in_every_book() -> None:
    opd = tourism().pk
    for number, amount in enumerate((5_000, 13_000, 3_000)):
        book(received(amount, opd=opd), f"p{number}:received")
        book(credited(amount, mdr=number * 10, opd=opd), f"p{number}:credited")
        book(revenue(amount, opd=opd), f"p{number}:revenue")
    rows = queries.trial_balance(on=DAY)
    for name in {row.book for row in rows}:
        assert sum(row.debit for row in rows if row.book == name) == sum(
            row.credit for row in rows if row.book == name
        )
    assert [row.book for row in rows] == sorted(
        (row.book for row in rows), key=["opd_financial", "opd_budgetary", "bud"].index
    )


def test_a_wrong_journal_is_mirrored_and_stays_readable() -> None:
    wrong = book(received(13_000, opd=tourism().pk), "p1:received")
    right = reverse(wrong.journal_id, key="p1:reversal", reason="Salah titik", by=None, at=AT)
    assert balances() == {}
    sheet = queries.journal(right.journal_id)
    assert sheet is not None
    assert (sheet.journal.kind, sheet.journal.source) == ("reversal", "payment:1")
    assert sheet.journal.reverses_id == wrong.journal_id
    assert [(leg.account, leg.debit, leg.credit) for leg in sheet.entries] == [
        ("acquirer-receivable", Decimal(0), rp(13_000)),
        ("undeposited-receipts", rp(13_000), Decimal(0)),
    ]


def test_the_code_of_the_day_stands_on_a_leg_that_names_none() -> None:
    from payments.ledger.services import credit, debit
    from tests.ledger.books import draft

    legs = (debit("sal_change", rp(5_000), opd=None), credit("revenue_lra", rp(5_000), opd=None))
    book(draft(*legs, on=date(2023, 12, 31), source="old"), "old")
    book(draft(*legs, on=date(2024, 1, 1), source="new"), "new")
    codes = [queries.journal_of(source)[0].entries[1].kode_rekening for source in ("old", "new")]
    assert codes == ["4.1.02.02.09.0001", "4.1.02.02.17.0001"]
    assert queries.journal_of("new")[0].entries[0].kode_rekening == "", "nobody has confirmed one"
