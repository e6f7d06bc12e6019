"""The Sekda decides what the public sees."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import User
from opd.office.calendar import day_of
from tp2dd.transparency.models import LONGEST_LAG, Disclosure, Section


class DisclosureError(Exception):
    """Nothing was decided; the message is for the screen. ``field`` names the form field it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def decide(
    *,
    number: str,
    decision_date: date,
    valid_from: date,
    sections: Collection[str],
    lag_days: int,
    note: str,
    by: User,
    at: datetime,
) -> Disclosure:
    """Open ``sections`` to the public from a day on, none of them to close the page; days are WIB.

    What was public on past days stays as it was: a decision begins today at the earliest. Raises
    DisclosureError, and PermissionDenied for anybody but the Sekda.
    """
    access.require(by, "transparency.decide")
    _require_days(decision_date, valid_from, today=day_of(at))
    if not 0 <= lag_days <= LONGEST_LAG:
        raise DisclosureError(f"Jeda paling sedikit 0 dan paling banyak {LONGEST_LAG} hari.", "lag_days")
    if unknown := set(sections) - set(Section.values):
        raise DisclosureError(f"Bagian ini tidak dikenal: {', '.join(sorted(unknown))}.", "sections")
    if not number.strip() or not note.strip():
        raise DisclosureError("Tulis nomor keputusan dan alasannya.", "note" if number.strip() else "number")
    try:
        with transaction.atomic():
            row = Disclosure.objects.create(
                number=number.strip(), decision_date=decision_date, valid_from=valid_from,
                sections=[str(section) for section in Section if section in sections], lag_days=lag_days,
                note=note.strip(), by=by, at=at,
            )  # fmt: skip
            audit.record("transparency.decide", row, by=by, at=at, after=_facts(row))
    except IntegrityError as error:
        raise DisclosureError(f"Keputusan nomor {number.strip()} sudah dicatat.", "number") from error
    return row


def _require_days(decision_date: date, valid_from: date, *, today: date) -> None:
    if decision_date > today:
        raise DisclosureError("Tanggal keputusan tidak boleh sesudah hari ini.", "decision_date")
    if valid_from < today:
        raise DisclosureError(
            "Keputusan berlaku paling awal hari ini: yang sudah terbuka kemarin tidak dapat ditarik.",
            "valid_from",
        )


def _facts(row: Disclosure) -> dict[str, object]:
    return {
        "number": row.number, "decision_date": str(row.decision_date), "valid_from": str(row.valid_from),
        "sections": row.sections, "lag_days": row.lag_days, "note": row.note,
    }  # fmt: skip
