"""Prepare and save in one go, for callers who need no look at the preview."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import File

from opd.models import Opd, User
from opd.planning.imports.files import prepare_file, save_file
from opd.planning.models import FileKind
from payments.money import rupiah


def import_dpa(
    *,
    opd: Opd,
    year: int,
    stage: str,
    number: str,
    dpa_date: date,
    control_total: Decimal | None,
    content: File[bytes],
    name: str,
    by: User | None,
    at: datetime,
) -> Any:
    """Prepare and save a DPA in one go: the Dpa. The stage's order follows from what was imported before.

    ``control_total`` in rupiah, None where the file has a total row. Raises ImportRefused.
    """
    facts = {"stage": stage, "number": number, "date": dpa_date.isoformat()}
    return _at_once(FileKind.DPA, opd, year, facts, control_total, content, name, by, at)


def import_spd(
    *,
    opd: Opd,
    year: int,
    number: str,
    spd_date: date,
    period_from_month: int,
    period_to_month: int,
    control_total: Decimal | None,
    content: File[bytes],
    name: str,
    by: User | None,
    at: datetime,
) -> Any:
    """Prepare and save an SPD in one go: the Spd. Raises ImportRefused."""
    facts = {
        "number": number,
        "date": spd_date.isoformat(),
        "from_month": str(period_from_month),
        "to_month": str(period_to_month),
    }
    return _at_once(FileKind.SPD, opd, year, facts, control_total, content, name, by, at)


def import_cash_plan(
    *,
    opd: Opd,
    year: int,
    control_total: Decimal | None,
    content: File[bytes],
    name: str,
    by: User | None,
    at: datetime,
) -> Any:
    """Prepare and save anggaran kas in one go: the PlanFile. Raises ImportRefused."""
    return _at_once(FileKind.CASH_PLAN, opd, year, {}, control_total, content, name, by, at)


def import_plan(
    *,
    kind: FileKind,
    opd: Opd | None,
    year: int,
    last_year: int | None = None,
    stage: str,
    number: str,
    decree_date: date,
    control_total: Decimal | None,
    content: File[bytes],
    name: str,
    by: User | None,
    at: datetime,
) -> Any:
    """Prepare and save a plan document in one go: the PlanDocument. ``last_year`` for one of several years.

    ``control_total`` in rupiah, the sum of the topmost rows. Raises ImportRefused.
    """
    facts = {"stage": stage, "number": number, "date": decree_date.isoformat()}
    facts["last_year"] = str(last_year or "")
    return _at_once(kind, opd, year, facts, control_total, content, name, by, at)


def import_sipd_realisation(
    *,
    opd: Opd | None,
    year: int,
    control_total: Decimal | None,
    content: File[bytes],
    name: str,
    by: User | None,
    at: datetime,
) -> Any:
    """Prepare and save SIPD's realisation report in one go: the PlanFile. Nothing is counted by itself.

    Raises ImportRefused.
    """
    return _at_once(FileKind.SIPD, opd, year, {}, control_total, content, name, by, at)


def _at_once(
    kind: FileKind,
    opd: Opd | None,
    year: int,
    facts: dict[str, str],
    control_total: Decimal | None,
    content: File[bytes],
    name: str,
    by: User | None,
    at: datetime,
) -> Any:
    facts |= {"control_total": "" if control_total is None else f"{rupiah(control_total):.2f}"}
    file = prepare_file(
        kind=kind, opd=opd, year=year, facts=facts, content=content, name=name, by=by, at=at
    )  # fmt: skip
    return save_file(file_id=file.pk, by=by, at=at)
