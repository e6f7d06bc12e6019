"""A layout: which column of an acquirer's table is what, and how what no column says is known. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from opd.office.byexample.headers import is_doubled
from opd.office.byexample.layouts import TaughtLayout
from payments.reconciliation.parsers.acquirer.columns import Column

ABOVE, ASK = "above", "ask"
"""Written above the table; told by a person for each file."""
DAYS_AFTER = {"+0": "hari transaksi itu juga", "+1": "sehari sesudahnya", "+2": "dua hari sesudahnya"}
"""Calendar days between a transaction and its settlement."""
NMID = re.compile(r"ID\d{6,13}", re.ASCII)


@dataclass(frozen=True)
class Layout(TaughtLayout[Column]):
    """``settled`` ("above", "ask" or one of DAYS_AFTER) and ``merchant`` ("above", "ask" or an NMID) say what
    no column says. With ``sums`` each file must end with its control totals, or it is cut off.
    """

    COLUMN = Column

    settled: str = ""
    merchant: str = ""
    sums: bool = False

    @property
    def asks(self) -> list[str]:
        """What a person must say about each file: "settlement_date", "nmid"."""
        asked = {"settlement_date": self.settled, "nmid": self.merchant}
        return [name for name, rule in asked.items() if rule == ASK and Column(name) not in self.columns]


def problem(layout: Layout) -> str:
    """Why a layout cannot be read by, in words; empty where it can."""
    have = layout.columns
    if Column.TRX_TIME not in have:
        return "Pilih kolom waktu transaksi."
    if Column.RRN not in have:
        return "Pilih kolom RRN; tanpa RRN transaksi tidak dapat dikenali."
    if len({Column.GROSS, Column.MDR, Column.NET} & have.keys()) < 2:
        return "Pilih sedikitnya dua dari bruto, MDR, dan neto."
    if Column.OTHER_FEE in have and Column.MDR not in have:
        return "Kolom biaya lain hanya dapat dipakai bersama kolom MDR."
    if Column.SETTLEMENT_DATE not in have and layout.settled not in {ABOVE, ASK, *DAYS_AFTER}:
        return "Pilih kolom tanggal settlement, atau cara mengetahuinya."
    if Column.NMID not in have and not (layout.merchant in {ABOVE, ASK} or NMID.fullmatch(layout.merchant)):
        return "Pilih kolom NMID, atau isi NMID-nya."
    return "Satu kolom dipilih untuk dua hal." if is_doubled(have) else ""


def derived(layout: Layout) -> list[str]:
    """What the file does not say itself and is worked out, in words."""
    have = layout.columns
    told = []
    if Column.NET not in have:
        told.append("Neto dihitung: bruto dikurangi potongan.")
    if Column.MDR not in have:
        told.append("MDR dihitung: bruto dikurangi neto.")
    if Column.GROSS not in have:
        told.append("Bruto dihitung: neto ditambah potongan.")
    if Column.OTHER_FEE in have:
        told.append("MDR di sini adalah MDR ditambah PPN atau biaya lain.")
    if Column.SETTLEMENT_DATE not in have and layout.settled in DAYS_AFTER:
        told.append(f"Tanggal settlement dianggap {DAYS_AFTER[layout.settled]}.")
    if Column.BATCH_NO not in have:
        told.append("Tanpa nomor batch: satu batch untuk tiap NMID dan tanggal settlement.")
    if Column.STATUS not in have:
        told.append("Tanpa kolom status: setiap baris dianggap transaksi yang berhasil.")
    return told
