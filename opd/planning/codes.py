"""Codes that the nomenclature replaced, so that documents of different years can be compared."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from opd import access, audit
from opd.models import User
from opd.planning.errors import CodeRefused
from opd.planning.imports import plan_codes
from opd.planning.models import CodeChange


def changes(year: int) -> dict[str, str]:
    """Old code to new code, as they stand for documents of a year."""
    return dict(CodeChange.objects.filter(from_year__lte=year).values_list("old", "new"))


def record_changes(
    *, pairs: str, from_year: int, legal_basis: str, by: User, at: datetime
) -> list[CodeChange]:
    """Record replaced codes, a line each as "old;new"; all or none. Raises CodeRefused with the line."""
    access.require(by, "plans.import")
    known = dict(CodeChange.objects.values_list("old", "new"))
    made: list[CodeChange] = []
    for number, line in enumerate(filter(None, map(str.strip, pairs.splitlines())), 1):
        old, new = _pair(number, line)
        if old in known:
            raise CodeRefused(f"Baris {number}: {old} sudah digantikan oleh {known[old]}. Belum disimpan.")
        known[old] = new
        _refuse_circle(number, old, known)
        made.append(
            CodeChange(old=old, new=new, from_year=from_year, legal_basis=legal_basis.strip(), by=by, at=at)
        )
    if not made:
        raise CodeRefused("Belum ada pasangan kode. Tidak ada yang disimpan.", "pairs")
    with transaction.atomic():
        for change in made:
            change.save()
            after = {"old": change.old, "new": change.new, "from_year": from_year}
            audit.record("code_change.add", change, by=by, at=at, after=after, reason=change.legal_basis)
    return made


def drop_change(*, change_id: int, reason: str, by: User, at: datetime) -> None:
    """Take back a change that was recorded by mistake; it stays in the audit trail. Raises CodeRefused."""
    access.require(by, "plans.import")
    if len(reason.strip()) < 5:
        raise CodeRefused("Tulis alasannya. Perubahan kode tidak dihapus.", "reason")
    with transaction.atomic():
        change = CodeChange.objects.select_for_update().filter(pk=change_id).first()
        if change is None:
            raise CodeRefused("Perubahan kode ini sudah tidak ada.")
        before = {"old": change.old, "new": change.new, "from_year": change.from_year}
        audit.record("code_change.drop", change, by=by, at=at, before=before, reason=reason.strip()[:300])
        change.delete()


def _pair(number: int, line: str) -> tuple[str, str]:
    parts = [part.strip() for part in line.split(";")]
    if len(parts) != 2:
        raise CodeRefused(f"Baris {number}: tulis “kode lama;kode baru”. Belum disimpan.", "pairs")
    for part in parts:
        if plan_codes.level_of(part) is None:
            raise CodeRefused(f"Baris {number}: kode “{part[:40]}” tidak dikenal. Belum disimpan.", "pairs")
    old, new = map(plan_codes.canonical, parts)
    if old == new or plan_codes.level_of(old) != plan_codes.level_of(new):
        raise CodeRefused(
            f"Baris {number}: {old} dan {new} harus berbeda dan setingkat. Belum disimpan.", "pairs"
        )
    return old, new


def _refuse_circle(number: int, old: str, known: dict[str, str]) -> None:
    try:
        plan_codes.newest(old, known)
    except ValueError:
        raise CodeRefused(
            f"Baris {number}: perubahan kode {old} berputar kembali ke dirinya. Belum disimpan.", "pairs"
        ) from None
