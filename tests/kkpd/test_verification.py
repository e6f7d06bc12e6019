"""The room's laws hold after a whole cycle, and each breaks where its rows are spoiled."""

from __future__ import annotations

import pytest
from django.db import connection

from payments.kkpd import services
from payments.kkpd.verification import LAWS
from payments.spending.claim_laws import LAWS as CLAIM_LAWS
from tests.kkpd import world
from tests.kkpd.world import Cards, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Cards:
    """A settled bill, a bill half tested with a rejected line, and a report that nobody billed."""
    town = world.cards()
    one = world.reported(town)
    world.signed(town, one)
    world.settled(town, world.funded(town, world.listed(town, world.billed(town, one))))
    two, three, four = world.reported(town), world.reported(town), world.reported(town)
    world.signed(town, two, three)
    bill = world.billed(town, two, three, number="TGH2")
    first, second = bill.lines.all()
    services.reject_line(
        bill_line_id=first.pk, checks={}, reason="bukan dinas", by=town.place.pa, at=later(2)
    )
    world.approved_line(town, second)
    services.issue_dpt(bill_id=bill.pk, card_id=None, by=town.place.pa, at=later(3))
    assert four.freed_at is None
    return town


def findings() -> dict[str, list[str]]:
    return {law.name: law.check().problems for law in [*LAWS, *CLAIM_LAWS]}


def test_the_laws_hold_and_cover_rows(town: Cards) -> None:
    assert not {name: found for name, found in findings().items() if found}
    assert all(law.check().rows for law in [*LAWS, *CLAIM_LAWS])


@pytest.mark.parametrize(
    ("law", "spoil"),
    [
        ("kkpd.card_limits", "UPDATE kkpd_card SET used = used - 1 WHERE used > 0"),
        ("kkpd.purse", "UPDATE planning_purse SET used = used - 1 WHERE kind = 'up_kkpd'"),
        ("kkpd.dpts", "UPDATE kkpd_dpt SET amount = amount + 1"),
        ("kkpd.bills", "UPDATE kkpd_bill SET total = total + 1"),
        ("kkpd.debt", "UPDATE kkpd_dprline SET freed_at = now() WHERE freed_at IS NULL"),
        ("kkpd.numbers", "UPDATE office_document SET sequence = 9 WHERE kind = 'dpr' AND sequence = 1"),
        ("spending.claim_amounts", "UPDATE spending_claim SET amount = amount + 1 WHERE kind = 'gu_kkpd'"),
        ("spending.claim_money", "UPDATE spending_claim SET amount = amount + 1 WHERE kind = 'gu_kkpd'"),
        ("spending.claim_steps", "UPDATE spending_claim SET verified_by_id = raised_by_id"),
    ],
)
def test_each_law_finds_its_break(town: Cards, law: str, spoil: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(spoil)
        cursor.execute("SET session_replication_role = DEFAULT")
    assert findings()[law]
