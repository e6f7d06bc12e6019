"""Books as PDF: whole, numbered, with their totals."""

from __future__ import annotations

import re
import zlib
from datetime import date
from decimal import Decimal

from opd.office.pdf import Book, Column, printable
from tests.opd.cast import AT

COLUMNS = [
    Column("No", 0.4, "number"),
    Column("Tanggal", 1, "day"),
    Column("Uraian", 3),
    Column("Jumlah", 1.2, "money"),
]
SIGNERS = [
    {"role": "Pengguna Anggaran", "name": "Siti (uji)", "nip": "197001012000012001"},
    {"role": "Bendahara pengeluaran", "name": "", "nip": ""},
]


def words(pdf: bytes) -> str:
    """The text of a PDF's content streams, in order."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S)
    drawn = b"".join(_inflate(stream) for stream in streams)
    return " ".join(
        word.decode("cp1252").replace("\\", "") for word in re.findall(rb"\((.*?)(?<!\\)\) Tj", drawn, re.S)
    )


def _inflate(stream: bytes) -> bytes:
    """Also where the last byte of a stream looked like a part of the line's end."""
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""


def book(rows: int) -> Book:
    lines = [[n, date(2026, 3, 9), f"Belanja {n} – café", Decimal("1250000.50")] for n in range(1, rows + 1)]
    made = Book("Buku kas umum", office="Dinas Pariwisata", at=AT, number="1/BKU/113/2026")
    made.facts([("Bulan", "Maret 2026"), ("Bendahara", "Siti (uji)")]).heading("Rincian")
    made.table(COLUMNS, lines, total=["", "", "Jumlah", Decimal("1250000.50") * rows])
    return made.signatures(SIGNERS, day=date(2026, 3, 31)).verification(
        "https://contoh/verifikasi/x/", "Pindai."
    )


def test_a_long_book_repeats_its_header_and_counts_its_pages() -> None:
    pdf = book(120).bytes()
    pages = len(re.findall(rb"/Type /Page\b", pdf))
    text = words(pdf)
    assert pdf.startswith(b"%PDF-")
    assert pages >= 4
    assert text.count("Uraian") == pages or text.count("Uraian") == pages - 1
    assert f"Halaman {pages} dari {pages}" in " ".join(text.split())
    assert "150.000.060" in text
    assert "Siti (uji)" in text
    assert "1/BKU/113/2026" in text
    assert "Dibuat 1 Jun 2026 09.00 WIB" in text


def test_what_the_alphabet_lacks_is_never_dropped() -> None:
    assert printable("−5 → café 漢") == "-5 -> café ?"


def test_a_negative_amount_keeps_its_sign() -> None:
    text = words(
        Book("Uji", office="Dinas", at=AT).table(COLUMNS, [[1, None, "x", Decimal("-5000")]]).bytes()
    )
    assert "-5.000" in text


def test_a_book_is_the_same_each_time() -> None:
    assert words(book(3).bytes()) == words(book(3).bytes())
