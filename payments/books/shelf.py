"""The books of a treasurer: which ledger roles each reads, and which way it counts. Pure.

Nothing is written twice: every book is a view of the same ledger entries.
"""

from __future__ import annotations

from dataclasses import dataclass

BANK, CASH = "bp_bank", "bp_cash"
MONEY = (BANK, CASH)
ADVANCES = ("work_advance", "emoney_advance")
TAX, CARD = "tax_payable", "kkpd_payable"
EXPENSES = ("spending_expense", "capital_asset")
SEALED = (*MONEY, *ADVANCES, TAX, CARD, *EXPENSES)
"""Roles whose entries a closing seals."""


@dataclass(frozen=True)
class Book:
    """``sign`` +1 where a debit comes in, −1 where a credit does. ``code`` stands in addresses."""

    code: str
    label: str
    roles: tuple[str, ...]
    sign: int
    came: str
    went: str
    meaning: str

    @property
    def is_general(self) -> bool:
        return self.code == "bku"


BOOKS = (
    Book("bku", "Buku Kas Umum", MONEY, 1, "Penerimaan", "Pengeluaran",
         "Semua uang bendahara, di bank dan tunai; belanja LS dan uang elektronik tampak di kedua sisi."),
    Book("bank", "Buku Pembantu Bank", (BANK,), 1, "Masuk", "Keluar", "Uang di rekening bendahara."),
    Book("tunai", "Buku Pembantu Tunai", (CASH,), 1, "Masuk", "Keluar", "Uang kertas dan logam di brankas."),
    Book("panjar", "Buku Pembantu Panjar", ADVANCES, 1, "Diberikan", "Dipertanggungjawabkan",
         "Panjar PPTK dan saldo kartu uang elektronik."),
    Book("pajak", "Buku Pembantu Pajak", (TAX,), -1, "Dipungut", "Disetor",
         "Pajak yang dipungut dan belum disetor."),
    Book("kkpd", "Buku Pembantu UP-KKPD", (CARD,), -1, "Dibelanjakan", "Dilunasi",
         "Belanja dengan kartu yang belum dilunasi ke bank penerbit."),
)  # fmt: skip
BY_CODE = {book.code: book for book in BOOKS}


def book(code: str) -> Book:
    """Raises KeyError for a book that does not exist."""
    return BY_CODE[code]
