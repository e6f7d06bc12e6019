"""A layout: which column of a bank's bill is what, and what a person tells of each file. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from opd.office.byexample.headers import is_doubled
from opd.office.byexample.layouts import TaughtLayout
from payments.kkpd.example.columns import Column

WAYS = {"edc": "semuanya lewat EDC", "qris": "semuanya lewat QRIS"}
_NEEDED = {
    Column.TRANSACTION_DATE: "Pilih kolom tanggal transaksi.",
    Column.MERCHANT: "Pilih kolom merchant.",
    Column.AMOUNT: "Pilih kolom nilai.",
}
_ASKED = (Column.NUMBER, Column.DUE_DATE, Column.CARD)


@dataclass(frozen=True)
class Layout(TaughtLayout[Column]):
    """``via`` ("edc", "qris") holds for all rows where no column says it. With ``sums`` each file must end
    with its total, or it is cut off; without, a person tells the total of each file.
    """

    COLUMN = Column

    via: str = ""
    sums: bool = False

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
