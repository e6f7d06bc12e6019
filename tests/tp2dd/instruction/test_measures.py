"""What our own data say of an agency: the share, the first QRIS takings, the cards; never more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime

import pytest
import time_machine

from payments.spending.models import Channel
from tests.emoney import world as emoney
from tests.kkpd import world as kkpd
from tests.reconciliation.conftest import scene
from tests.reconciliation.scene import Scene
from tests.tp2dd.test_share import paid, reported_by_sipd
from tp2dd.instruction.compliance import Measured
from tp2dd.instruction.measures import asked, measure
from tp2dd.instruction.models import Measure, Point

__all__ = ["scene"]
pytestmark = pytest.mark.django_db
JUNE, END = date(2026, 6, 1), date(2026, 6, 30)


def one(
    kind: Measure, opd_ids: Collection[int], *, on: date = END, target: int | None = None
) -> list[Measured]:
    """What is said of each agency about one point."""
    point = Point(pk=1, serial=1, measure=kind, target=target)
    found = measure([point], asked(opd_ids, since=JUNE, on=on, rows={}))
    return [found[1, opd_id] for opd_id in sorted(opd_ids)]


def test_spending_whose_channel_nobody_knows_counts_as_cash() -> None:
    world = emoney.build()
    paid(world, Channel.CASH, 100_000)
    paid(world, Channel.CMS, 400_000)
    (said,) = one(Measure.SHARE, [world.opd.pk], target=80)
    assert (said.met, said.words) == (True, "paling sedikit 80,0% dari Rp\xa0500.000")
    reported_by_sipd(world, 300_000)
    (said,) = one(Measure.SHARE, [world.opd.pk], target=80)
    assert not said.met
    assert said.words == ("paling sedikit 50,0% dari Rp\xa0800.000, Rp\xa0300.000 belum diketahui kanalnya")


def test_no_spending_is_no_share() -> None:
    world = emoney.build()
    paid(world, Channel.CMS, 400_000, day=date(2026, 6, 20))
    for on in (date(2026, 6, 19), JUNE):
        (said,) = one(Measure.SHARE, [world.opd.pk], on=on, target=1)
        assert (said.met, said.words) == (False, "belum ada belanja yang tercatat")


def test_the_first_qris_takings_are_of_their_own_agency_and_day(scene: Scene) -> None:
    late, early = (datetime(2026, 11, day, 17, 30, tzinfo=UTC) for day in (5, 2))
    for at in (late, early):
        scene.sold(5000, at=at)
    tourism, culture = scene.tourism.pk, scene.culture.pk
    said = one(Measure.TAKINGS, [tourism, culture], on=date(2026, 11, 30))
    by_opd = dict(zip(sorted([tourism, culture]), said, strict=True))
    assert by_opd[tourism] == Measured(True, "sejak 3 November 2026", date(2026, 11, 3))
    assert by_opd[culture] == Measured(False, "belum ada penerimaan QRIS")
    (before,) = one(Measure.TAKINGS, [tourism], on=date(2026, 11, 2))
    assert not before.met


def test_a_card_is_in_use_once_a_purchase_stands_in_a_dpt() -> None:
    town = kkpd.cards()
    opd_ids, on = [town.place.opd.pk], date(2026, 12, 30)
    (held,) = one(Measure.CARDS, opd_ids, on=on)
    assert (held.met, held.words) == (False, "2 kartu aktif, belum dipakai")
    line = kkpd.reported(town)
    kkpd.signed(town, line)
    bill = kkpd.billed(town, line)
    assert not one(Measure.CARDS, opd_ids, on=on)[0].met
    kkpd.listed(town, bill)
    (used,) = one(Measure.CARDS, opd_ids, on=on)
    assert (used.met, used.since) == (True, line.transaction_date)
    assert used.words.startswith("1 belanja kartu dalam DPT sejak ")


def test_only_a_report_settles_what_nothing_measures() -> None:
    with time_machine.travel(datetime(2026, 6, 30, tzinfo=UTC), tick=False):
        assert measure([Point(pk=1, measure=Measure.REPORT)], asked([1], since=JUNE, on=END, rows={})) == {}
