"""Two people at the same moment, each with a connection of his own: the limit, the DPT and the money hold."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from opd.office.models import Document
from opd.planning.models import Purse
from opd.planning.services import BudgetError
from payments.kkpd import services
from payments.kkpd.models import Card, DprLine, Dpt
from payments.kkpd.services import KkpdError
from payments.kkpd.verification import LAWS
from payments.ledger.models import Journal
from payments.spending.models import Claim, ClaimKind, ClaimState
from payments.spending.services import claims
from payments.spending.services.claims import ClaimError
from tests.kkpd import world
from tests.kkpd.world import Cards, later
from tests.planning.world import rp
from tests.spending.claims import world as spending
from tests.spending.claims.world import AT, DAY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db: None) -> Cards:
    return world.cards(limit=10_000_000)


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """Run the deeds at once; a refusal comes back as its error."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=20)
            return deed()
        except (KkpdError, ClaimError, BudgetError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result(timeout=120) for future in [pool.submit(run, deed) for deed in deeds]]


def lawful() -> None:
    assert not {law.name: law.check().problems for law in LAWS if law.check().problems}


def test_the_last_of_a_cards_limit_is_taken_once(town: Cards) -> None:
    spends = [world.bought(town, 4_000_000) for _ in range(5)]
    found = together(
        *(lambda spend=spend: services.report(spend=spend, by=town.holder, at=AT) for spend in spends)
    )
    assert sum(isinstance(one, DprLine) for one in found) == 2
    assert Card.objects.get(pk=town.goods.pk).used == rp(8_000_000)
    assert Purse.objects.get(kind="up_kkpd").used == rp(8_000_000)
    lawful()


def test_two_holders_share_up_kkpd(town: Cards) -> None:
    Card.objects.update(limit=rp(40_000_000))
    one, two = world.bought(town, 25_000_000), world.travelled(town, 25_000_000)
    found = together(
        lambda: services.report(spend=one, by=town.holder, at=AT),
        lambda: services.report(spend=two, by=town.traveller, at=AT),
    )
    assert sum(isinstance(row, DprLine) for row in found) == 1
    assert Purse.objects.get(kind="up_kkpd").used == rp(25_000_000)
    lawful()


def test_two_dpt_at_once_charge_each_line_once(town: Cards) -> None:
    rows = [world.reported(town) for _ in range(3)]
    world.signed(town, *rows)
    bill = world.billed(town, *rows)
    world.approved(town, bill)
    found = together(
        lambda: services.issue_dpt(bill_id=bill.pk, card_id=None, by=town.place.pa, at=later(3)),
        lambda: services.issue_dpt(bill_id=bill.pk, card_id=town.goods.pk, by=town.place.kpa, at=later(3)),
    )
    assert sum(isinstance(one, Dpt) for one in found) == 1
    assert Journal.objects.filter(kind="spending_charged").count() == 3
    assert Document.objects.filter(kind="dpt").count() == 1
    lawful()


def test_withdrawing_and_gathering_at_once_end_in_one_of_them(town: Cards) -> None:
    for _ in range(4):
        row = world.reported(town)
        together(
            partial(services.withdraw, line_id=row.pk, reason="salah", by=town.holder, at=later(1)),
            partial(
                services.draft_dpr, card_id=town.goods.pk, line_ids=[row.pk], by=town.holder, at=later(1)
            ),
        )
        row.refresh_from_db()
        assert (row.withdrawn_at is None) != (row.dpr_id is None)
    lawful()


def test_reports_withdrawals_and_bills_at_once_keep_every_counter(town: Cards) -> None:
    kept = [world.reported(town, world.bought(town, 500_000)) for _ in range(4)]
    text = world.bill_text(*map(world.charge, kept))
    more = [world.bought(town, 700_000) for _ in range(4)]
    together(
        *(lambda row=row: services.withdraw(line_id=row.pk, reason="salah", by=town.holder, at=later(1))
          for row in kept[:2]),
        *(lambda spend=spend: services.report(spend=spend, by=town.holder, at=later(1)) for spend in more),
        lambda: world.imported(town, text),
    )  # fmt: skip
    for row in DprLine.objects.filter(withdrawn_at__isnull=False):
        assert not hasattr(row, "bill_line")
    lawful()


def test_one_sp2d_of_two_at_once(town: Cards) -> None:
    claim = spending.ordered(town.place, ClaimKind.UP, 1_000_000)
    found = together(
        *(lambda number=number: claims.pay_claim(
            claim_id=claim.pk, sp2d_number=number, sp2d_date=DAY, by=town.place.bud, at=later(1))
          for number in ("SP2D/1", "SP2D/2", "SP2D/3")),
    )  # fmt: skip
    assert sum(isinstance(one, Claim) for one in found) == 1
    assert Claim.objects.get(pk=claim.pk).state == ClaimState.PAID
    assert Journal.objects.filter(kind="fund_received").count() == 1


def test_two_claims_at_once_take_a_spend_once(town: Cards) -> None:
    spending.with_up(town.place)
    spend = spending.verified(town.place)
    found = together(*[lambda: spending.raised(town.place, ClaimKind.GU, None, spend)] * 3)
    assert sum(isinstance(one, Claim) for one in found) == 1
