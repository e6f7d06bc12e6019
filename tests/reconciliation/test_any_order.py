"""Whatever the order in which money becomes known and files arrive, the end is the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from payments.incoming.models import Payment
from payments.reconciliation import services
from payments.reconciliation.models import Match, SettlementBatch, SettlementLine
from payments.reconciliation.verification import LAWS
from tests.reconciliation import files
from tests.reconciliation.files import Movement, Sale, credit_of
from tests.reconciliation.scene import AT, Scene, imported, journal_count, open_kinds


def steps(scene: Scene) -> tuple[list[Callable[[], object]], list[Sale]]:
    """Two twins, one known by RRN alone, one whose notice is lost, and one that is paid twice."""
    sales = [scene.sale(scene.request(5000)) for _ in range(5)]
    sales[1] = replace(sales[1], at=sales[0].at)
    again = replace(sales[4], rrn="777777777777", at=sales[4].at + timedelta(minutes=2))
    known = [sales[0], sales[1], replace(sales[2], partner_reference="", bill=""), sales[4]]
    lines = [*sales[:2], replace(sales[2], partner_reference="", bill=""), *sales[3:], again]
    notices = [
        lambda sale=sale, paid=paid: scene.paid(replace(sale, partner_reference=paid.partner_reference))
        for sale, paid in zip(known, [*sales[:3], sales[4]], strict=True)
    ]
    arrivals: list[Callable[[], object]] = [
        *notices,
        lambda: imported(files.settlement(*lines[:4])),
        lambda: imported(files.settlement(*lines[1:])),
        lambda: imported(files.statement(Movement(credit=100), credit_of(*lines), Movement(debit=50))),
        lambda: services.reconcile(file_id=None, at=AT),
    ]
    return arrivals, lines


@pytest.mark.parametrize("seed", range(10))
def test_every_order_ends_the_same(scene: Scene, seed: int) -> None:
    arrivals, lines = steps(scene)
    Random(seed).shuffle(arrivals)
    for arrive in arrivals:
        arrive()
    services.reconcile(file_id=None, at=AT)
    batch = SettlementBatch.objects.get()
    assert (batch.count, batch.credited) == (len(lines), batch.net)
    assert SettlementLine.objects.filter(same_as=None).count() == len(lines)
    assert Payment.objects.count() == Match.objects.count() == len(lines)
    assert sorted(Payment.objects.values_list("kind", flat=True)) == ["double", *["exact"] * 5]
    assert journal_count() == 6 + 6 + 5
    assert open_kinds() == ["second_payment"]
    assert [law.name for law in LAWS if law.check().problems] == []
