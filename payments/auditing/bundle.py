"""The evidence of a sample as one ZIP: originals by row, what banks sent with people masked, and an index."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from opd.office import attachments
from opd.office.bundling import copy_original, safe
from opd.office.exports import lines
from opd.office.models import Evidence
from payments.auditing.models import Population, Sample, SampleRow
from payments.incoming import queries as incoming
from payments.incoming.models import Payment
from payments.incoming.traces import payment_id_of
from payments.ledger import queries as ledger
from payments.snap import queries as snap

HEADER = ("urutan", "kunci", "tanggal", "jumlah", "kali_terpilih", "uraian", "berkas", "sha256")
_IN_MEMORY = 4 << 20


@dataclass(frozen=True)
class Part:
    """One file beside a row: an original, or ``text`` made by us."""

    name: str
    original: Evidence | None = None
    text: str = ""


def build(sample: Sample) -> IO[bytes]:
    """The ZIP, spooled to disk where it is large, ready to be read from its beginning."""
    file: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 the response closes it
    index: list[tuple[object, ...]] = []
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for row in sample.rows.all():
            facts = (row.position, row.key, row.day, row.amount, row.hits, row.label)
            parts = list(_parts(sample, row))
            index += [(*facts, *_write(archive, row, part)) for part in parts] or [(*facts, "", "")]
        archive.writestr("indeks.csv", "".join(lines(HEADER, index)))
        archive.writestr("sampel.json", json.dumps(_facts(sample), ensure_ascii=False, indent=1))
    file.seek(0)
    return file


def _facts(sample: Sample) -> dict[str, str]:
    names = ("method", "population", "first", "last", "opd", "size", "seed", "population_count",
             "population_sum", "interval", "start", "sha256", "drawn_at")  # fmt: skip
    return {name: str(getattr(sample, name)) for name in names}


def _write(archive: ZipFile, row: SampleRow, part: Part) -> tuple[str, str]:
    """The path in the ZIP and the original's SHA-256; a note where the storage lacks it."""
    path = f"{row.position:03}/{safe(part.name)}"
    if part.original is None:
        archive.writestr(path, part.text)
        return path, ""
    kept = copy_original(archive, path, part.original)
    return path if kept else f"{path} (tidak ada di penyimpanan)", part.original.sha256


def _parts(sample: Sample, row: SampleRow) -> Iterator[Part]:
    match sample.population:
        case Population.SPENDS:
            yield from _of_spend(row.key)
        case Population.PAYMENTS:
            yield from _of_payment(UUID(row.key))
        case _:
            yield from _of_journal(int(row.key))


def _of_spend(key: str) -> Iterator[Part]:
    for place, one in enumerate(attachments.of(("spending.spend", key)), 1):
        yield Part(f"{place:02}-{one.kind}-{one.name}", one.evidence)


def _of_payment(key: UUID) -> Iterator[Part]:
    """Its journal, and what the bank told us."""
    booked = Payment.objects.filter(pk=key).values_list("journal_id", flat=True).first()
    if booked is not None:
        yield from _of_journal(booked)


def _of_journal(key: int) -> Iterator[Part]:
    """Its legs, and what proves its source."""
    found = ledger.journal(key)
    if found is None:
        return
    header = ("baris", "buku", "akun", "nama_akun", "opd", "kode_rekening", "debit", "kredit", "catatan")
    legs = [
        (leg.line_no, leg.book_label, leg.account, leg.account_name, leg.opd_name, leg.kode_rekening,
         leg.debit, leg.credit, leg.memo)
        for leg in found.entries
    ]  # fmt: skip
    yield Part("jurnal.csv", text="".join(lines(header, legs)))
    room, _, source = found.journal.source.partition(":")
    if room == "spend":
        yield from _of_spend(source)
    elif payment_id := payment_id_of(found.journal.source):
        yield from _notice(payment_id)


def _notice(payment_id: UUID) -> Iterator[Part]:
    """The bank's notice that a payment was booked from, as it came but with people masked."""
    inbox_id = incoming.notice_of(payment_id)
    told = snap.message(inbox_id) if inbox_id else None
    if told:
        yield Part(f"kabar-{told.message.pk}.json", text=told.body)
