"""The roll-out: which points collect without cash, which are planned, and what each still lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models

from retribusi import readiness
from retribusi.models import CollectionPoint


class Stage(models.TextChoices):
    LIVE = "live", "Menjual"
    PLANNED = "planned", "Direncanakan"
    NOT_YET = "not_yet", "Belum direncanakan"
    SUSPENDED = "suspended", "Dihentikan sementara"


@dataclass(frozen=True)
class Row:
    """One point on a day; ``missing`` names what keeps it from selling, nothing where it is ready."""

    point: CollectionPoint
    stage: Stage
    missing: list[str]
    overdue: bool
    """Planned for a day that has passed: someone must begin, or set another."""

    @property
    def ready(self) -> bool:
        return not self.missing


def rows(points: Sequence[CollectionPoint], *, on: date) -> list[Row]:
    """Every point with its stage and what it lacks; few queries, however many points."""
    checks = readiness.checks_of(points, on=on)
    return [
        Row(
            point=point,
            stage=stage_of(point),
            missing=[check.label for check in checks[point.pk] if check.blocks],
            overdue=_is_overdue(point, on),
        )
        for point in points
    ]


def counts(found: Sequence[Row]) -> list[tuple[Stage, int]]:
    """How many points stand at each stage, in the order of the stages."""
    return [(stage, sum(row.stage is stage for row in found)) for stage in Stage]


def stage_of(point: CollectionPoint) -> Stage:
    match point.status:
        case CollectionPoint.Status.LIVE:
            return Stage.LIVE
        case CollectionPoint.Status.SUSPENDED:
            return Stage.SUSPENDED
    return Stage.PLANNED if point.planned_from else Stage.NOT_YET


def _is_overdue(point: CollectionPoint, on: date) -> bool:
    planned = point.planned_from
    return stage_of(point) is Stage.PLANNED and planned is not None and planned < on
