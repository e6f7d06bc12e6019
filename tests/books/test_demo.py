"""The demo's books stand on the demo's spending."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from opd import demo as people
from opd.planning import demo as planning
from payments.books import demo
from payments.books.models import AccountLine, MonthClosing, Report
from payments.books.queries import bank
from payments.books.verification import LAWS
from payments.emoney import demo as emoney
from payments.kkpd import demo as kkpd
from payments.spending import demo as spending

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_last_month_is_closed_and_reported_and_one_difference_waits(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    people.seed(at=AT)
    for room in (planning, spending, emoney, kkpd):
        room.seed(at=AT)
    said = demo.seed(at=AT)
    assert MonthClosing.objects.filter(month=10).count() == 3, said
    assert sorted(Report.objects.values_list("state", flat=True)) == ["draft", "submitted", "verified"]
    assert demo.seed(at=AT) == "sudah ada"
    dispar = people.agency(people.PARIWISATA)
    waiting = [one.text for one in bank.position(dispar.pk, AT.date()).unexplained]
    assert "BIAYA ADMINISTRASI" in waiting
    assert AccountLine.objects.exclude(match=None).exists()
    problems = {law.name: found.problems for law in LAWS if (found := law.check()).problems}
    assert not problems
