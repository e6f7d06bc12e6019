"""A layout: which column of a bank's bill is what, and what a person tells of each file. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from opd.office.byexample.headers import is_doubled
from payments.kkpd.example.columns import Column

WAYS = {"edc": "semuanya lewat EDC", "qris": "semuanya lewat QRIS"}
_NEEDED = {
    Column.TRANSACTION_DATE: "Pilih kolom tanggal transaksi.",
    Column.MERCHANT: "Pilih kolom merchant.",
    Column.AMOUNT: "Pilih kolom nilai.",
}
_ASKED = (Column.NUMBER, Column.DUE_DATE, Column.CARD)


@dataclass(frozen=True)
class Layout:
    """``columns`` names the header of each known column; ``header`` is all of it, folded, to know a file by.

    ``dates`` ("dmy", "mdy") and ``numbers`` ("indonesian", "english") decide where a file does not; "" asks.
    ``via`` ("edc", "qris") holds for all rows where no column says it. With ``sums`` each file must end with
    its total, or it is cut off; without, a person tells the total of each file.
    """

    header: tuple[str, ...]
    columns: Mapping[Column, str]
    dates: str = ""
    numbers: str = ""
    via: str = ""
    sums: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "header": list(self.header),
            "columns": {str(column): name for column, name in self.columns.items()},
            "dates": self.dates,
            "numbers": self.numbers,
            "via": self.via,
            "sums": self.sums,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Layout:
        columns = {Column(name): header for name, header in kept["columns"].items()}
        told = {name: kept[name] for name in ("dates", "numbers", "via", "sums")}
        return cls(tuple(kept["header"]), columns, **told)

    @property
    def asks(self) -> list[str]:
        """What a person must say about each file: "number", "due_date", "card", "total"."""
        return [str(one) for one in _ASKED if one not in self.columns] + ([] if self.sums else ["total"])


def problem(layout: Layout) -> str:
    """Why a layout cannot be read by, in words; empty where it can."""
    lacking = next((told for column, told in _NEEDED.items() if column not in layout.columns), "")
    if lacking:
        return lacking
    if Column.VIA not in layout.columns and layout.via not in WAYS:
        return "Pilih kolom jenis, atau katakan semuanya lewat EDC atau QRIS."
    if Column.RRN not in layout.columns and Column.AUTHORIZATION_CODE not in layout.columns:
        return "Pilih kolom RRN atau kode otorisasi; tanpa itu transaksi kembar tidak dapat dibedakan."
    return "Satu kolom dipilih untuk dua hal." if is_doubled(layout.columns) else ""


def derived(layout: Layout) -> list[str]:
    """What the file does not say itself, in words."""
    told = []
    if Column.POSTING_DATE not in layout.columns:
        told.append("Tanggal posting dianggap sama dengan tanggal transaksi.")
    if Column.VIA not in layout.columns and layout.via in WAYS:
        told.append(f"Jenis transaksi: {WAYS[layout.via]}.")
    return told
