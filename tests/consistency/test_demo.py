"""The demo's chain breaks just where it says, on any day, and every law holds with rows to prove."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from opd.demo import seed as seed_people
from opd.planning import demo as budget
from tp2dd.consistency import demo
from tp2dd.consistency.models import Finding
from tp2dd.consistency.verification import LAWS


@pytest.mark.parametrize("day", ["2026-11-26", "2027-01-01"])
@pytest.mark.django_db
def test_demo_plants_each_kind_of_finding(day: str, settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    at = datetime.fromisoformat(f"{day}T03:00:00").replace(tzinfo=UTC)
    seed_people(at=at)
    budget.seed(at=at)
    assert demo.seed(at=at) == "13 dokumen, 10 temuan"
    assert demo.seed(at=at) == "sudah ada"
    kinds = set(Finding.objects.values_list("check_kind", flat=True))
    assert kinds == {"missing", "orphan", "pagu", "target", "sum"}
    found = [law.check() for law in LAWS]
    assert not [problem for one in found for problem in one.problems]
    assert all(one.rows for one in found)
