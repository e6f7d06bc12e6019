"""8 processes issue 500 SKRD each at once on the real PostgreSQL and break at random: no hole, no double."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from opd.office.models import Counter as NumberCounter
from opd.office.models import Document
from retribusi.assessments.models import Debt, Skrd, SkrdLine
from tests.assessments.cast import Office, problems

PROCESSES, EACH = 8, 500


@pytest.mark.django_db(transaction=True)
def test_eight_processes_leave_no_hole_and_no_double(office: Office) -> None:
    tenants = [office.register(f"Toko {n}", f"17710101010{n:05}") for n in range(PROCESSES)]
    secrets = {"SECRET_KEY": settings.SECRET_KEY, "FIELD_KEYS": ",".join(settings.FIELD_KEYS)}
    database = str(connection.settings_dict["NAME"])
    fixed = [database, str(office.stall.pk), str(office.treasurer.pk), str(EACH)]
    running = [_start(str(tenant.pk), place, fixed, secrets) for place, tenant in enumerate(tenants)]
    told = [process.communicate(timeout=900) for process in running]
    assert [process.returncode for process in running] == [0] * PROCESSES, told
    assert sum(int(out.split()[-1]) for out, _ in told) > 100, "the failures did not happen"

    whole = PROCESSES * EACH
    numbers = Counter(Document.objects.filter(kind="skrd").values_list("sequence", flat=True))
    assert sorted(number for number in numbers if number) == list(range(1, whole + 1))
    assert set(numbers.values()) == {1}
    assert sum(row.last for row in NumberCounter.objects.filter(kind="skrd")) == whole
    assert (Skrd.objects.count(), Debt.objects.count(), SkrdLine.objects.count()) == (whole, whole, whole)
    assert problems() == []


def _start(tenant: str, place: int, fixed: list[str], secrets: dict[str, str]) -> subprocess.Popen[str]:
    database, tariff, officer, count = fixed
    worker = [sys.executable, "-m", "tests.assessments.gapless_worker"]
    return subprocess.Popen(
        [*worker, database, tenant, tariff, officer, str(place), count],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **secrets},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
