"""Agencies from a file: preview first, then all or nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from opd import audit
from opd.models import Opd, User

COLUMNS = ("kode", "nama", "singkatan", "berlaku_sejak", "berlaku_sampai", "dasar_hukum")


class AgencyFileError(Exception):
    """The file can't be read; ``line`` counts from 1 with the header."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"Baris {line}: {message}")
        self.line = line


@dataclass(frozen=True)
class AgencyRow:
    line: int
    code: str
    name: str
    short_name: str
    valid_from: date
    valid_to: date | None
    legal_basis: str


@dataclass(frozen=True)
class Plan:
    """What an import would do."""

    new: list[AgencyRow]
    changed: list[tuple[AgencyRow, Opd]]
    same: int


def parse(content: bytes) -> list[AgencyRow]:
    """The rows of a CSV (UTF-8, comma or semicolon) with the columns of COLUMNS. Raises AgencyFileError."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AgencyFileError(1, "berkas bukan teks UTF-8.") from error
    header = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if header.count(";") > header.count(",") else ",")
    names = [name.strip().lower() for name in next(reader, [])]
    missing = [name for name in COLUMNS[:4] if name not in names]
    if missing:
        raise AgencyFileError(1, f"kolom {', '.join(missing)} tidak ada.")
    rows = list(_rows(reader, names))
    if not rows:
        raise AgencyFileError(1, "berkas tidak berisi satu OPD pun.")
    return rows


def plan(rows: list[AgencyRow]) -> Plan:
    """Compare the rows with the agencies we have; (code, first day) identifies an agency."""
    known = {
        (opd.code, opd.valid_from): opd for opd in Opd.objects.filter(code__in=[row.code for row in rows])
    }
    new, changed, same = [], [], 0
    for row in rows:
        opd = known.get((row.code, row.valid_from))
        if opd is None:
            new.append(row)
        elif _values(row) != {name: getattr(opd, name) for name in _values(row)}:
            changed.append((row, opd))
        else:
            same += 1
    return Plan(new, changed, same)


@transaction.atomic
def import_agencies(*, rows: list[AgencyRow], by: User | None, at: datetime) -> Plan:
    """Add and amend agencies, all or nothing. Agencies that the file does not name stay as they are."""
    todo = plan(rows)
    for row in todo.new:
        opd = Opd(code=row.code, valid_from=row.valid_from, **_values(row))
        _save(opd, row)
        audit.record("opd.create", opd, by=by, at=at, after={"code": row.code, "name": row.name})
    for row, opd in todo.changed:
        before = {"name": opd.name, "valid_to": str(opd.valid_to or "")}
        for name, value in _values(row).items():
            setattr(opd, name, value)
        _save(opd, row)
        after = {"name": opd.name, "valid_to": str(opd.valid_to or "")}
        audit.record("opd.amend", opd, by=by, at=at, before=before, after=after)
    return todo


def _save(opd: Opd, row: AgencyRow) -> None:
    try:
        opd.full_clean()
    except ValidationError as error:
        raise AgencyFileError(row.line, " ".join(error.messages)) from error
    opd.save()


def _rows(reader: Iterator[list[str]], names: list[str]) -> Iterator[AgencyRow]:
    seen: set[tuple[str, date]] = set()
    for line, cells in enumerate(reader, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        values = dict(zip(names, (cell.strip() for cell in cells), strict=False))
        row = _row(line, values)
        if (row.code, row.valid_from) in seen:
            raise AgencyFileError(line, f"kode {row.code} muncul dua kali dengan tanggal mulai yang sama.")
        seen.add((row.code, row.valid_from))
        yield row


def _row(line: int, values: dict[str, str]) -> AgencyRow:
    for column in COLUMNS[:2]:
        if not values.get(column):
            raise AgencyFileError(line, f"{column} kosong.")
    valid_from = _day(line, values.get("berlaku_sejak", ""))
    if valid_from is None:
        raise AgencyFileError(line, "berlaku_sejak kosong.")
    return AgencyRow(
        line=line,
        code=values["kode"],
        name=values["nama"],
        short_name=(values.get("singkatan") or values["nama"])[:60],
        valid_from=valid_from,
        valid_to=_day(line, values.get("berlaku_sampai", "")),
        legal_basis=values.get("dasar_hukum", ""),
    )


def _day(line: int, text: str) -> date | None:
    """ISO or dd/mm/yyyy; empty is None."""
    if not text:
        return None
    try:
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError as error:
        raise AgencyFileError(line, f"“{text[:20]}” bukan tanggal (contoh: 2026-01-31).") from error


def _values(row: AgencyRow) -> dict[str, object]:
    return {
        "name": row.name,
        "short_name": row.short_name,
        "valid_to": row.valid_to,
        "legal_basis": row.legal_basis,
    }
