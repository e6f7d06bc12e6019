"""The berita acara rekonsiliasi as a PDF and as rows of a CSV."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from opd.models import Role
from opd.office import pdf
from opd.office.signers import signer
from opd.templatetags.tampilan import tanggal
from payments.money import format_rupiah
from payments.reconciliation.queries import minutes
from payments.reconciliation.queries.minutes import Minutes

TITLE = "Berita Acara Rekonsiliasi"
COLUMNS = ("bagian", "tanggal", "uraian", "jumlah", "pembanding", "keterangan")


def pairs(of: Minutes) -> list[tuple[str, str]]:
    """The figures at its head."""
    return [
        (label, format_rupiah(amount))
        for label, amount in (
            ("Saldo awal rekening koran", of.opening),
            ("Kredit", of.credits),
            ("Debit", of.debits),
            ("Saldo akhir rekening koran", of.closing),
            ("Kredit cocok dengan settlement", of.matched),
            ("Kredit Virtual Account", of.direct),
            ("Kredit belum dikenali", of.unknown),
            ("Kredit di luar settlement", of.others),
            ("Saldo RKUD di buku besar", of.ledger),
            ("Saldo rekening koran − buku besar", of.closing - of.ledger),
        )
    ]


def made(of: Minutes, *, at: datetime) -> bytes:
    """The PDF, with a block for each who signs."""
    book = pdf.Book(TITLE, office="Bendahara Umum Daerah", at=at)
    book.text(f"Rekening {of.account}, {tanggal(of.first)} sampai {tanggal(of.last)}.").facts(pairs(of))
    text, day, money = (
        pdf.Column("Uraian", 2.6),
        pdf.Column("Tanggal", 1.3, "day"),
        pdf.Column("Jumlah", 1.4, "money"),
    )
    book.heading("Rumus kendali").table(
        (
            pdf.Column("Rumus", 3), pdf.Column("Kiri", 1.5, "money"), pdf.Column("Kanan", 1.5, "money"),
            pdf.Column("Selisih", 1.2, "money"), pdf.Column("Hasil", 0.9),
        ),
        [(one.text, one.left, one.right, one.difference, one.verdict) for one in of.checks],
    )  # fmt: skip
    book.heading("Kredit yang belum cocok").table(
        (day, text, money),
        [(one.day, f"{one.text.label} {one.reference}", one.amount) for one in minutes.unmatched(of)],
    )
    book.heading("Batch yang belum masuk").table(
        (day, text, money),
        [(one.settlement_date, f"{one.batch_no} {one.point}", one.owed) for one in minutes.uncredited(of)],
    )
    book.heading("Selisih yang dijelaskan").table(
        (day, text, pdf.Column("Penjelasan", 2.6), money),
        [
            (one.day, f"{one.text.label} {one.reference}", one.reason, one.amount)
            for one in minutes.explained(of)
        ],
    )
    other = {"role": "Pihak bank", "name": "", "nip": ""}
    return book.signatures([other, signer(Role.KUASA_BUD, None, of.last)], day=of.last).bytes()


def rows(of: Minutes) -> Iterator[tuple[object, ...]]:
    """Everything in it, a line each."""
    for one in of.checks:
        yield "rumus kendali", of.last, one.text, one.left, one.right, one.verdict
    for row in minutes.unmatched(of):
        yield "kredit belum cocok", row.day, f"{row.text.label} {row.reference}", row.amount, "", row.reason
    for batch in minutes.uncredited(of):
        yield "batch belum masuk", batch.settlement_date, batch.batch_no, batch.owed, "", batch.point
    for row in minutes.explained(of):
        yield "selisih dijelaskan", row.day, f"{row.text.label} {row.reference}", row.amount, "", row.reason
