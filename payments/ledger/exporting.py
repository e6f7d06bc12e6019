"""The books to take home: every journal that a block seals, its legs, the chain, and the same for hledger.

``config/static/auditor/periksa_ekspor.py`` checks such an archive without us: whoever changes a column here
changes it there.
"""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from tempfile import TemporaryFile
from typing import Any

from django.db import connection

from opd.office.exports.kinds import Asked, Kind
from opd.office.exports.shapes import Column, Contents, Table, Text
from payments.ledger.models import Block
from payments.ledger.pins import last_block, sealed

_SEALED = sealed("j")

_JOURNALS = (
    Column("id", "number", "Nomor jurnal; tidak selalu berurutan rapat", "j.id"),
    Column("key", "text", "Kunci yang membuat peristiwa yang sama tidak terjurnal dua kali", "j.key"),
    Column("request_hash", "hash", "SHA-256 permintaan jurnal", "j.request_hash"),
    Column("kind", "text", "Jenis peristiwa", "j.kind"),
    Column("source", "text", "Baris asal jurnal, misalnya payment:<id>", "j.source"),
    Column("effective_date", "day", "Tanggal efektif (WIB)", "j.effective_date"),
    Column("value_date", "day", "Tanggal valuta (WIB)", "j.value_date"),
    Column("recorded_at", "instant", "Saat dicatat (UTC)", "j.recorded_at"),
    Column("description", "text", "Uraian", "j.description"),
    Column("currency", "text", "Mata uang (ISO 4217)", "j.currency"),
    Column("legs", "number", "Jumlah baris jurnal", "j.legs"),
    Column("by_id", "number", "Nomor akun yang mencatat; kosong bila sistem", "j.by_id"),
    Column("reverses_id", "number", "Nomor jurnal yang dibalik", "j.reverses_id"),
    Column("xid", "number", "Nomor transaksi basis data; menentukan bloknya", "j.xid"),
    Column("hash", "hash", "SHA-256 isi jurnal dengan baris-barisnya", "j.hash"),
)
_ENTRIES = (
    Column("journal_id", "number", "Nomor jurnal", "e.journal_id"),
    Column("line_no", "number", "Nomor baris dalam jurnal, dari 1", "e.line_no"),
    Column("book", "text", "Buku; setiap buku dalam setiap jurnal berjumlah nol", "e.book"),
    Column("account", "text", "Kode tetap akun", "a.slug"),
    Column("amount", "amount", "Rupiah; debit positif, kredit negatif", "e.amount"),
    Column("currency", "text", "Mata uang (ISO 4217)", "e.currency"),
    Column("opd_id", "number", "Nomor OPD; lihat opd.csv", "e.opd_id"),
    Column("kode_rekening", "text", "Kode rekening hari itu; kosong bila belum pasti", "e.kode_rekening"),
    Column("memo", "text", "Catatan baris", "e.memo"),
)
_BLOCKS = (
    Column("id", "number", "Nomor blok, berurutan dari 1", "b.id"),
    Column("from_xid", "number", "Transaksi pertama", "b.from_xid"),
    Column("upto_xid", "number", "Sampai sebelum transaksi ini", "b.upto_xid"),
    Column("journals", "number", "Banyaknya jurnal", "b.journals"),
    Column("legs", "number", "Banyaknya baris", "b.legs"),
    Column("hash", "hash", "SHA-256 dari hash blok sebelumnya dan hash jurnal-jurnalnya", "b.hash"),
    Column("made_at", "instant", "Saat disegel (UTC)", "b.made_at"),
)
_ACCOUNTS = (
    Column("slug", "text", "Kode tetap akun", "a.slug"),
    Column("name", "text", "Nama akun", "a.name"),
    Column("book", "text", "Buku", "a.book"),
    Column("normal_side", "text", "Saldo normal", "a.normal_side"),
    Column("type", "text", "Jenis akun", "a.type"),
)
_OPDS = (
    Column("id", "number", "Nomor OPD", "o.id"),
    Column("code", "text", "Kode OPD", "o.code"),
    Column("name", "text", "Nama OPD", "o.name"),
)


def contents(asked: Asked) -> Contents:
    """Everything up to the block ``asked`` names: append-only rows, so that it reads the same at any time."""
    block = Block.objects.get(pk=asked["block"])
    pinned = {"block": block.pk}
    return Contents(
        title=f"Buku besar sampai blok {block.pk}",
        tables=[Table(name, columns, source, order, pinned) for name, columns, source, order in _TABLES],
        texts=[Text("buku-besar.journal", lambda: hledger(block.pk))],
        facts={"kind": KIND.code, "seal": {"block": block.pk, "hash": block.fingerprint}},
    )


_USED = "EXISTS (SELECT FROM ledger_rollup r WHERE r.{} AND r.block_id <= %(block)s)"
_LEGS = """
    FROM ledger_entry e
    JOIN ledger_journal j ON j.id = e.journal_id
    JOIN ledger_account a ON a.id = e.account_id
"""
_TABLES = (
    ("blok", _BLOCKS, "FROM ledger_block b WHERE b.id <= %(block)s", "b.id"),
    ("jurnal", _JOURNALS, f"FROM ledger_journal j WHERE {_SEALED}", "j.id"),
    ("baris", _ENTRIES, f"{_LEGS} WHERE {_SEALED}", "e.journal_id, e.line_no"),
    ("akun", _ACCOUNTS, f"FROM ledger_account a WHERE {_USED.format('account_id = a.id')}", "a.slug"),
    ("opd", _OPDS, f"FROM opd_opd o WHERE {_USED.format('opd_id = o.id')}", "o.id"),
)


def hledger(block: int) -> Iterator[bytes]:
    """The sealed journals in hledger's journal format; accounts are ``book:slug``, amounts IDR.

    A book that balances in a journal balances there too, since every book is in one transaction.
    """
    yield b"; Buku besar Nontunai. Setiap buku (akun tingkat pertama) seimbang dengan sendirinya.\n"
    yield b"commodity 1000.00 IDR\n"
    with connection.chunked_cursor() as cursor:
        cursor.execute(_HLEDGER, {"block": block})
        for _, legs in groupby(cursor, key=lambda row: row[0]):
            yield _transaction(list(legs)).encode()


def balances_by_hledger(program: str, block: int) -> dict[str, Decimal]:
    """What hledger makes of the sealed journals: rupiah by ``book:slug``. Raises CalledProcessError."""
    with TemporaryFile() as file:
        for piece in hledger(block):
            file.write(piece)
        file.seek(0)
        words = [program, "-f", "-", "balance", "--flat", "--empty", "--no-total", "-O", "csv"]
        told = subprocess.run(words, stdin=file, capture_output=True, text=True, check=True).stdout  # noqa: S603
    rows = csv.DictReader(told.splitlines())
    return {row["account"]: Decimal(row["balance"].removesuffix(" IDR")) for row in rows}


def _transaction(rows: list[tuple[Any, ...]]) -> str:
    number, day, kind, source, description = rows[0][:5]
    words = " ".join(description.replace(";", ",").replace("|", "/").split())
    lines = [f"\n{day} ({number}) {words}  ; kind:{kind}, source:{source}"]
    for _, _, _, _, _, book, account, amount, currency, opd, code in rows:
        tags = ", ".join(f"{name}:{value}" for name, value in (("opd", opd), ("rekening", code)) if value)
        lines.append(f"    {book}:{account}  {amount} {currency}{f'  ; {tags}' if tags else ''}")
    return "\n".join(lines) + "\n"


_HLEDGER = f"""
    SELECT j.id, j.effective_date, j.kind, j.source, j.description, e.book, a.slug, e.amount, e.currency,
           o.code, e.kode_rekening
      FROM ledger_journal j
      JOIN ledger_entry e ON e.journal_id = j.id
      JOIN ledger_account a ON a.id = e.account_id
      LEFT JOIN opd_opd o ON o.id = e.opd_id
     WHERE {_SEALED}
     ORDER BY j.id, e.line_no
"""  # noqa: S608 constants alone

KIND = Kind(
    code="buku-besar",
    label="Buku besar lengkap",
    about=(
        "Semua jurnal yang sudah tersegel dengan baris dan rantai segelnya, sebagai CSV dan untuk hledger."
        " Dapat diperiksa sendiri tanpa aplikasi ini."
    ),
    permission="ledger.view",
    pin=last_block,
    contents=contents,
)
