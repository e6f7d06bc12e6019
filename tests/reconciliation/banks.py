"""Statements as Indonesian banks export them, from plain movements; shares nothing with the reader."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import openpyxl

ACCOUNT = "0010100000017"


@dataclass(frozen=True)
class Move:
    """``sen`` above zero is money in."""

    day: date
    sen: int
    text: str = "SETORAN"
    reference: str = "R1"


def indonesian(sen: int) -> str:
    whole, cents = divmod(abs(sen), 100)
    return f"{'-' if sen < 0 else ''}{whole:,}".replace(",", ".") + f",{cents:02}"


def english(sen: int) -> str:
    return f"{'-' if sen < 0 else ''}{abs(sen) // 100:,}.{abs(sen) % 100:02}"


def bare(sen: int) -> str:
    return f"{'-' if sen < 0 else ''}{abs(sen) // 100}.{abs(sen) % 100:02}"


def balances(opening: int, moves: Sequence[Move]) -> list[int]:
    found, now = [], opening
    for move in moves:
        now += move.sen
        found.append(now)
    return found


Rows = list[list[str]]


def jatim(opening: int, moves: Sequence[Move]) -> Rows:
    """Debit, Credit and Balance; the account in every row."""
    head = ["Post Date", "Effective Date", "Account", "Name", "Description", "Currency", "Debit", "Credit",
            "Balance", "Reference No"]  # fmt: skip
    body = [
        [f"{m.day:%d/%m/%Y}", f"{m.day:%d/%m/%Y}", ACCOUNT, "KAS DAERAH", m.text, "IDR",
         english(-m.sen) if m.sen < 0 else "0.00", english(m.sen) if m.sen > 0 else "0.00", english(left),
         m.reference]
        for m, left in zip(moves, balances(opening, moves), strict=True)
    ]  # fmt: skip
    return [head, *body]


_SHORT = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


def mandiri(opening: int, moves: Sequence[Move]) -> Rows:
    """Titles above, the newest first."""
    head = ["Tgl.", "Tgl. Val.", "Rincian Transaksi", "No. Referensi", "Debit", "Kredit", "Saldo", "Branch"]
    body = [
        [f"{m.day.day:02} {_SHORT[m.day.month - 1]} {m.day:%y}", f"{m.day:%d/%m/%Y}", m.text, m.reference,
         indonesian(-m.sen) if m.sen < 0 else "", indonesian(m.sen) if m.sen > 0 else "", indonesian(left),
         "15200"]
        for m, left in zip(moves, balances(opening, moves), strict=True)
    ]  # fmt: skip
    above = [["REKENING KORAN"], [f"No. Rekening : {ACCOUNT[:3]}-{ACCOUNT[3:]}"], [""]]
    return [*above, head, *reversed(body)]


def bca(opening: int, moves: Sequence[Move]) -> Rows:
    """One amount with DB or CR, no balances but the first and the last."""
    debit, credit = (sum(abs(m.sen) for m in moves if (m.sen < 0) == out) for out in (True, False))
    signed = [f"{english(abs(m.sen))} {'DB' if m.sen < 0 else 'CR'}" for m in moves]
    body = [[f"{m.day:%d-%m-%Y}", m.text, "0001", text] for m, text in zip(moves, signed, strict=True)]
    foot = [
        ["Saldo Awal", "", "", english(opening)],
        ["Mutasi Debet", "", "", english(debit)],
        ["Mutasi Kredit", "", "", english(credit)],
        ["Saldo Akhir", "", "", english(opening + credit - debit)],
    ]
    return [["No. rekening", ACCOUNT], ["Tanggal Transaksi", "Keterangan", "Cabang", "Jumlah"], *body, *foot]


def bni(opening: int, moves: Sequence[Move]) -> Rows:
    """Amount and a D or C beside it."""
    head = ["No.", "Tanggal Kirim", "Cabang", "Journal No.", "Deskripsi", "Amount", "Db/Cr", "Balance"]
    body = [
        [str(number), f"{m.day:%Y-%m-%d} 10:15:00", "001", m.reference, m.text, bare(abs(m.sen)),
         "D" if m.sen < 0 else "C", bare(left)]
        for number, (m, left) in enumerate(zip(moves, balances(opening, moves), strict=True), start=1)
    ]  # fmt: skip
    return [["Account No", ACCOUNT], head, *body]


def bri(opening: int, moves: Sequence[Move]) -> Rows:
    """The balance before each movement."""
    head = ["ID", "NOREK", "TGL_TRAN", "TGL_EFEKTIF", "JAM_TRAN", "SEQ", "DESK_TRAN", "SALDO_AWAL_MUTASI",
            "MUTASI_DEBIT", "MUTASI_KREDIT"]  # fmt: skip
    body = [
        [str(number), ACCOUNT, f"{m.day:%Y-%m-%d}", f"{m.day:%Y-%m-%d}", "101500", m.reference, m.text,
         bare(left - m.sen), bare(-m.sen) if m.sen < 0 else "0.00", bare(m.sen) if m.sen > 0 else "0.00"]
        for number, (m, left) in enumerate(zip(moves, balances(opening, moves), strict=True), start=1)
    ]  # fmt: skip
    return [head, *body]


BANKS: dict[str, tuple[Callable[[int, Sequence[Move]], Rows], str]] = {
    "jatim": (jatim, ","), "mandiri": (mandiri, ";"), "bca": (bca, ","), "bni": (bni, ";"), "bri": (bri, ","),
}  # fmt: skip


def csv(rows: Rows, delimiter: str = ";") -> bytes:
    quoted = [[f'"{cell}"' if delimiter in cell else cell for cell in row] for row in rows]
    return "\r\n".join(delimiter.join(row) for row in quoted).encode()


def xlsx(rows: Rows) -> bytes:
    """As text cells, the way banks' exports hold them."""
    book: Any = openpyxl.Workbook()
    out = io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def written(bank: str, opening: int, moves: Sequence[Move], *, workbook: bool = False) -> bytes:
    write, delimiter = BANKS[bank]
    rows = write(opening, moves)
    return xlsx(rows) if workbook else csv(rows, delimiter)
