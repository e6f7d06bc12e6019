"""One process of the gapless test: issues SKRD, each tried until it stands, and breaks now and then.

``python -m tests.assessments.gapless_worker DATABASE TENANT TARIFF OFFICER PLACE COUNT``; the last word it
writes is how often it broke.
"""

from __future__ import annotations

import os
import random
import sys
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import django

FAILS = 0.08
"""The share of tries that break after the number was taken, before the commit."""


def main(database: str, tenant_id: str, tariff_id: str, officer_id: str, place: str, count: str) -> None:
    parts = urlsplit(os.environ["DATABASE_URL"])
    os.environ["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{database}"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from django.utils import timezone

    from opd.models import User
    from retribusi.assessments.models import WajibRetribusi
    from retribusi.assessments.services import issuing
    from retribusi.models import TariffItem

    dice, at, broken = random.Random(int(place)), timezone.now(), 0
    officer = User.objects.get(pk=officer_id)
    tenant = WajibRetribusi.objects.select_related("opd").get(pk=tenant_id)
    tariff = TariffItem.objects.select_related("point__opd").get(pk=tariff_id)
    model = issuing.judged(
        form_key="contoh", point=tariff.point, wajib=tenant, quantities={tariff.pk: 1},
        period=(date(2025, 12, 31),) * 2, at=at,
    )  # fmt: skip
    for number in range(int(count)):
        day = date(2026, 1, 1) + timedelta(days=number)
        ready = replace(model, form_key=f"proses:{place}:{number}:{uuid4()}", period=(day, day))
        while not _issued(ready, officer, at, fails=dice.random() < FAILS):
            broken += 1
    sys.stdout.write(f"{broken}\n")


def _issued(ready: object, officer: object, at: object, *, fails: bool) -> bool:
    from django.db import transaction

    from retribusi.assessments.services import issuing

    try:
        with transaction.atomic():
            issuing.issue(assessment=ready, by=officer, at=at)  # type: ignore[arg-type]
            _break(fails)
    except RuntimeError:
        return False
    return True


def _break(fails: bool) -> None:
    if fails:
        raise RuntimeError("putus sebelum tersimpan")


if __name__ == "__main__":
    main(*sys.argv[1:])
