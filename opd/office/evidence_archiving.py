"""Evidence goes to the archive storage: copied, read back, said in its row, and only then taken away."""

from __future__ import annotations

from datetime import date, datetime

import structlog
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import QuerySet

from opd.office import archiving, depot
from opd.office.archiving import GoesOn, Holding, Month
from opd.office.calendar import bounds
from opd.office.models import Evidence, Place

log = structlog.get_logger(__name__)
CODE, RULE = "evidence", "evidence.active_months"
_BATCH = 100


def move(before: date, at: datetime, goes_on: GoesOn) -> int:
    """Each step may be the last: a copy without a word in the row is found again and read back, a row that
    says so while the main copy is there is swept."""
    _take_away(Evidence.objects.filter(place=Place.LEAVING))
    moved, left = 0, set[int]()
    while goes_on():
        old = Evidence.objects.filter(place=Place.MAIN, stored_at__lt=bounds(before)[0]).exclude(pk__in=left)
        rows = list(old.order_by("stored_at", "pk")[:_BATCH])
        if not rows:
            break
        kept = [row for row in rows if _copied(row)]
        left |= {row.pk for row in rows} - {row.pk for row in kept}
        moved += _say(kept, before, at)
        _take_away(kept)
    return moved


def _copied(row: Evidence) -> bool:
    """Whether the original lies in the archive, undamaged. A damaged or lost one stays and is told."""
    if not default_storage.exists(row.path):
        return _told(row, is_kept=depot.holds(row.path, row.sha256))
    try:
        with default_storage.open(row.path, "rb") as original:
            depot.keep(row.path, original, row.sha256)
    except depot.NotKept:
        depot.remove(row.path)
        return _told(row, is_kept=False)
    return True


def _told(row: Evidence, *, is_kept: bool) -> bool:
    if not is_kept:
        log.error("evidence_not_archived", sha256=row.sha256)
    return is_kept


@transaction.atomic
def _say(kept: list[Evidence], before: date, at: datetime) -> int:
    rows = Evidence.objects.filter(pk__in=[row.pk for row in kept], place=Place.MAIN)
    said = rows.update(place=Place.LEAVING, archived_at=at)
    if said:
        archiving.record(CODE, at=at, count=said, size=sum(row.size for row in kept), before=before)
    return said


def _take_away(rows: list[Evidence] | QuerySet[Evidence]) -> None:
    """The main copies of archived ones, each after one more look at what the archive holds."""
    for row in rows:
        if not depot.holds(row.path, row.sha256):
            Evidence.objects.filter(pk=row.pk).update(place=Place.MAIN, archived_at=None)
            log.error("archived_copy_lost", sha256=row.sha256)
            continue
        default_storage.delete(row.path)
        Evidence.objects.filter(pk=row.pk, place=Place.LEAVING).update(place=Place.ARCHIVE)


def settle() -> int:
    """After a restore: rows whose original was put into the main storage say so. Returns how many."""
    gone = Evidence.objects.exclude(place=Place.MAIN)
    here = [row.pk for row in gone.iterator(chunk_size=500) if default_storage.exists(row.path)]
    return Evidence.objects.filter(pk__in=here).update(place=Place.MAIN, archived_at=None)


def _waiting(before: date) -> int:
    return Evidence.objects.filter(place=Place.MAIN, stored_at__lt=bounds(before)[0]).count()


def _months() -> list[Month]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT date_trunc('month', archived_at AT TIME ZONE 'Asia/Jakarta')::date, count(*), sum(size)"
            " FROM office_evidence WHERE archived_at IS NOT NULL GROUP BY 1"
        )
        return [Month(first, count, int(size)) for first, count, size in cursor.fetchall()]


HOLDING = Holding(CODE, "Bukti", RULE, move, _waiting, _months)
