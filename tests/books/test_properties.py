"""Whatever a month holds, each running balance sums its rows and ends at the ledger's balance."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payments.books.queries import ledger
from payments.books.shelf import ADVANCES, BANK, CARD, CASH, EXPENSES, TAX
from payments.ledger.services import Draft, Leg, post_many
from tests.ledger.books import AT, rp, tourism

ROLES = (BANK, CASH, *ADVANCES, TAX, CARD, *EXPENSES, "rk_ppkd")
KINDS = ("spending_paid", "spending_direct", "cash_withdrawn", "fund_received", "advance_settled")
JOURNALS = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.dates(date(2026, 5, 20), date(2026, 7, 10)),
        st.lists(st.tuples(st.sampled_from(ROLES), st.integers(1, 999_999)), min_size=1, max_size=4),
        st.sampled_from(ROLES),
    ),
    max_size=12,
)


@pytest.mark.django_db
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JOURNALS)
def test_each_running_balance_is_the_sum_and_ends_at_the_ledger(
    found: list[tuple[str, date, list[tuple[str, int]], str]],
) -> None:
    with transaction.atomic():
        opd = tourism().pk
        _post(found, opd)
        _agrees(opd, date(2026, 6, 1), date(2026, 6, 30))
        transaction.set_rollback(True)


def _post(found: list[tuple[str, date, list[tuple[str, int]], str]], opd: int) -> None:
    drafts = []
    for number, (kind, day, sides, other) in enumerate(found):
        legs = [Leg(role, rp(amount), opd) for role, amount in sides]
        whole = sum((leg.amount for leg in legs), Decimal(0))
        draft = Draft(kind, f"uji:{number}", day, day, "Uji", (*legs, Leg(other, -whole, opd)))
        drafts.append((f"uji:{number}", draft))
    if drafts:
        post_many(drafts, by=None, at=AT)


def _agrees(opd: int, first: date, last: date) -> None:
    held, before = ledger.balances(opd, last), ledger.balances(opd, date(2026, 5, 31))
    for one in ledger.between(opd, first, last):
        rows = ledger.page(one.book, opd, first, last)
        balance = ledger.balance_of(one.book, before)
        for row in rows:
            balance += row.came - row.went
            assert row.balance == balance
        assert (len(rows), balance) == (one.rows, one.closing)
        assert one.closing == ledger.balance_of(one.book, held)
