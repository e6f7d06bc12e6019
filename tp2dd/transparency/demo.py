"""The demo's decision: everything open, up to yesterday."""

from __future__ import annotations

from datetime import datetime, timedelta

from opd import demo as people
from opd.models import Role
from opd.office.calendar import day_of
from tp2dd.transparency import services
from tp2dd.transparency.models import Disclosure, Section

BEGUN = timedelta(days=30)


def seed(*, at: datetime) -> str:
    """Through the service, once. Says what it did."""
    if Disclosure.objects.exists():
        return "sudah ada"
    then = at - BEGUN
    row = services.decide(
        number=f"DEMO/100.3/{then.year}", decision_date=day_of(then), valid_from=day_of(then),
        sections=Section.values, lag_days=1, note="Contoh keputusan untuk peragaan",
        by=people.user(Role.SEKDA), at=then,
    )  # fmt: skip
    return f"{row}"
