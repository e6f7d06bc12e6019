"""What people record for the dashboard."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from opd import audit
from opd.models import User
from tp2dd.board.models import Baseline, Measure


@transaction.atomic
def record_baseline(
    *, measure: Measure, value: Decimal, period: str, source: str, by: User, at: datetime
) -> Baseline:
    """How it was before cash was left, as measured; a newer one takes its place, none is changed."""
    row = Baseline.objects.create(measure=measure, value=value, period=period, source=source, by=by, at=at)
    after = {"measure": str(measure), "value": str(value), "period": period, "source": source}
    audit.record("board.baseline", row, by=by, at=at, after=after)
    return row
