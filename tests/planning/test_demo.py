"""The demo's budget can be seeded, spent from and imported into, and every law holds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from opd.demo import PARIWISATA, agency
from opd.demo import seed as seed_people
from opd.planning import demo, queries, services
from opd.planning.models import BudgetLine, Dpa, PurseKind, RowState
from opd.planning.verification import LAWS
from tests.planning.world import rp

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _people(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    seed_people(at=AT)


def laws_hold() -> None:
    assert [problem for law in LAWS for problem in law.check().problems] == []


def test_three_agencies_get_a_budget_once() -> None:
    assert demo.seed(at=AT) == "3 DPA, 39 baris"
    assert demo.seed(at=AT) == "sudah ada"
    assert all(line.released == line.pagu for line in BudgetLine.objects.all())
    cash, card, _ = queries.purses(agency(PARIWISATA).pk, 2026)
    assert (cash.free, card.free) == (rp(90_000_000), rp(60_000_000))
    laws_hold()


@pytest.mark.parametrize("pagu", [0, 12_345, 48_000_000])
def test_months_sum_to_the_pagu(pagu: int) -> None:
    assert sum(demo.months(pagu)) == pagu
    assert min(demo.months(pagu)) >= 0


def test_the_example_files_can_be_imported_in_turn(tmp_path: Path) -> None:
    demo.seed(at=AT)
    office = agency(PARIWISATA)
    at_line = BudgetLine.objects.filter(opd=office).order_by("pk")[0]
    services.hold(
        key="k",
        line_id=at_line.pk,
        amount=rp(500_000),
        on=date(2026, 11, 20),
        purse=PurseKind.UP_CASH,
        by=None,
        at=AT,
    )
    services.realise(key="k", amount=rp(500_000), on=date(2026, 11, 20), by=None, at=AT)
    dpa, spd, sipd = demo.write_examples(tmp_path / "contoh", at=AT)
    services.import_dpa(
        opd=office,
        year=2026,
        stage="pergeseran",
        number="DPA Demo/geser",
        dpa_date=date(2026, 11, 1),
        control_total=None,
        content=ContentFile(dpa.read_bytes()),
        name=dpa.name,
        by=None,
        at=AT,
    )
    services.import_spd(
        opd=office,
        year=2026,
        number="SPD Demo/tambahan",
        spd_date=date(2026, 11, 2),
        period_from_month=11,
        period_to_month=12,
        control_total=None,
        content=ContentFile(spd.read_bytes()),
        name=spd.name,
        by=None,
        at=AT,
    )
    file = services.import_sipd_realisation(
        opd=office,
        year=2026,
        control_total=None,
        content=ContentFile(sipd.read_bytes()),
        name=sipd.name,
        by=None,
        at=AT,
    )
    states = list(file.sipd_rows.order_by("line_no").values_list("state", flat=True))
    assert states == [RowState.MATCHED, RowState.OPEN, RowState.OPEN]
    assert Dpa.objects.filter(opd=office).count() == 2
    assert file.total == Decimal("750000.00")
    laws_hold()
