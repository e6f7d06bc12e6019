"""How it was before, for the demo: measured by nobody, and saying so."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from opd import demo as people
from opd.models import Role, User
from tp2dd.board import services
from tp2dd.board.models import Baseline, Measure

BEFORE = (
    (Measure.SALE_MINUTES, "6.5"),
    (Measure.CREDIT_DAYS, "4"),
    (Measure.CORRECTIONS, "18"),
    (Measure.CASH_SHARE, "100"),
)


def seed(*, at: datetime) -> str:
    """One baseline for each measure."""
    made = rows(at, by=people.user(Role.SEKRETARIS_TP2DD))
    return f"{len(made)} keadaan sebelumnya"


def rows(at: datetime, *, by: User) -> list[Baseline]:
    return [
        services.record_baseline(
            measure=measure,
            value=Decimal(value),
            period=f"Triwulan I {at.year - 1}",
            source="Angka peragaan, bukan hasil pengukuran",
            by=by,
            at=at,
        )
        for measure, value in BEFORE
    ]
