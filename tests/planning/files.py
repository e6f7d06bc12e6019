"""Files as people bring them, written without the product's code."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from django.core.files.base import ContentFile

from tests.planning.world import ATK, SUB

MONTHS = ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des")
COLUMNS: list[str] = json.loads((Path(__file__).parent / "sipd_columns.json").read_text(encoding="utf-8"))


def table(
    header: Sequence[str], rows: Sequence[Sequence[object]], *, separator: str = ";"
) -> ContentFile[bytes]:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerows([header, *rows])
    return ContentFile(text.getvalue().encode())


def dpa(*rows: tuple[str, int], months: bool = False, trailer: int | None = None) -> ContentFile[bytes]:
    """Lines of one sub kegiatan as (rekening, pagu)."""
    header = [
        "kode_sub_kegiatan",
        "nama_sub_kegiatan",
        "kode_rekening",
        "nama_rekening",
        "sumber_dana",
        "pagu",
    ]
    lines: list[list[object]] = [
        [SUB, "Promosi pariwisata", account, f"Belanja {account}", "PAD", pagu] for account, pagu in rows
    ]
    if months:
        header += MONTHS
        lines = [[*line, *[int(str(line[5])) // 12] * 12] for line in lines]
    if trailer is not None:
        lines.append(["Jumlah", "", "", "", "", trailer, *([""] * 12 if months else [])])
    return table(header, lines)


def spd(*rows: tuple[str, int]) -> ContentFile[bytes]:
    header = ["kode_sub_kegiatan", "kode_rekening", "sumber_dana", "nilai"]
    return table(header, [[SUB, account, "PAD", amount] for account, amount in rows])


def cash_plan(*rows: tuple[str, Sequence[int]]) -> ContentFile[bytes]:
    header = ["kode_sub_kegiatan", "kode_rekening", "sumber_dana", *MONTHS]
    return table(header, [[SUB, account, "PAD", *amounts] for account, amounts in rows])


def reported(amount: object = 500_000, **changes: object) -> dict[str, object]:
    """One row of SIPD's report, by column name with underscores for spaces."""
    row: dict[str, object] = {
        **dict.fromkeys(COLUMNS, ""),
        "Kode SKPD": "3.26.0.00.0.00.01.0000",
        "Nama SKPD": "DINAS PARIWISATA",
        "Kode Sub Kegiatan": SUB,
        "Nama Sub Kegiatan": "Promosi pariwisata",
        "Kode Rekening": ATK,
        "Nama Rekening": "Belanja Alat Tulis Kantor",
        "Nomor Dokumen": "17.00/02.0/000001/TBP/2026",
        "Jenis Dokumen": "TBP",
        "Jenis Transaksi": "UP",
        "Tanggal Dokumen": "1 Juni 2026",
        "Keterangan Dokumen": "Pembelian kertas",
        "Nilai Realisasi": amount,
        "Nomor SPD": "SPD Uji/1",
    }
    return row | {name.replace("_", " "): value for name, value in changes.items()}


def report(*rows: dict[str, object], columns: Sequence[str] | None = None) -> ContentFile[bytes]:
    names = COLUMNS if columns is None else list(columns)
    return table(names, [[row.get(name, "") for name in names] for row in rows])


def workbook(*rows: dict[str, object], sheet: str = "Data Realisasi Dokumen") -> ContentFile[bytes]:
    book: Any = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    page.append(COLUMNS)
    for row in rows:
        page.append([_number(row[name]) for name in COLUMNS])
    data = io.BytesIO()
    book.save(data)
    return ContentFile(data.getvalue())


def _number(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value
