"""Visitors counted at the gate: once for an hour or a day, corrected only in plain sight."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from opd import access, audit
from opd.models import User
from opd.office.calendar import day_of
from retribusi.models import CollectionPoint
from retribusi.walkins.errors import WalkInError
from retribusi.walkins.models import HeadCount

MOST = 100_000
NOTHING = "Belum ada yang dicatat."


@transaction.atomic
def count(
    *, point: CollectionPoint, day: date, hour: int | None, heads: int, note: str, by: User, at: datetime
) -> HeadCount:
    """Note how many people came to a place in an hour (0–23) of a WIB day, or in all of it.

    The same number again changes nothing; another number is a correction and needs a ``note``. Raises
    WalkInError; PermissionDenied without ``walkins.count``.
    """
    access.require(by, "walkins.count", opd=point.opd_id)
    CollectionPoint.objects.select_for_update(no_key=True).get(pk=point.pk)
    _check(day, hour, heads, at)
    rows = HeadCount.objects.filter(point=point, day=day).standing()
    if rows.filter(hour__isnull=hour is not None).exists():
        way = "per jam" if hour is None else "sepanjang hari"
        raise WalkInError(f"Hari itu sudah dihitung {way}; lanjutkan dengan cara yang sama. {NOTHING}")
    known = rows.filter(hour=hour).first()
    if known and known.heads == heads:
        return known
    if known and len(note.strip()) < 5:
        raise WalkInError(
            f"Sudah tercatat {known.heads} kepala. Tulis alasan koreksinya, paling sedikit lima huruf."
        )
    row = HeadCount.objects.create(
        point=point, day=day, hour=hour, heads=heads, note=note.strip()[:160], corrects=known,
        counted_at=at, counted_by=by,
    )  # fmt: skip
    before = {"heads": known.heads} if known else None
    after = {"point": point.slug, "day": day.isoformat(), "hour": hour, "heads": heads}
    audit.record("walkins.count", row, by=by, at=at, before=before, after=after, reason=row.note)
    return row


def _check(day: date, hour: int | None, heads: int, at: datetime) -> None:
    if day > day_of(at):
        raise WalkInError(f"Hari itu belum terjadi. {NOTHING}")
    if (day_of(at) - day).days > 31:
        raise WalkInError(f"Hitungan paling lama 31 hari ke belakang. {NOTHING}")
    if hour is not None and not 0 <= hour <= 23:
        raise WalkInError(f"Jam antara 0 dan 23. {NOTHING}")
    if not 0 <= heads <= MOST:
        raise WalkInError(f"Jumlah kepala antara 0 dan {MOST}. {NOTHING}")
