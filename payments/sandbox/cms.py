"""The bank's CMS: bulk files with their results, and a transfer by hand.

Files in, as regional banks take them: semicolon, no header, whole rupiah.

- ``OB_{opd}_{ddmmyyyy}_{no}.csv``, inside this bank: ``opd;rek_asal;nama_tujuan;rek_tujuan;nilai;ket``
- ``SKN_{opd}_{ddmmyyyy}_{no}.csv``, to other banks: ``…;nilai;BIC;IDR;ket``, ket at most 30 characters

A file with anything unreadable is refused whole. Else each line is executed by itself, in order. Result
``HASIL_{name}`` (this bank's own layout): header ``no;opd;rek_asal;nama_tujuan;rek_tujuan;nilai;ket;status;
kode;referensi;waktu``, a line for each line, then ``JUMLAH;{lines};{done};{failed}``. ``status`` is BERHASIL
or GAGAL; ``kode`` 00 done, W1 done though the name differs, else why not: 11 unknown account, 09 dormant,
18 closed, 14 insufficient funds, 02 over the limit, 03 unknown bank, 15 not permitted, 23 card limit,
99 made to fail on the page. ``waktu`` is the time of execution with its zone. The same name or the same bytes
again are refused. ``ket`` also serves as customer reference: a card bill's number, an e-money card.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from payments.sandbox import accounts, files, transfers
from payments.sandbox.catalogue import BANKS, OUR_BANK
from payments.sandbox.door import Refusal
from payments.sandbox.models import Account, CmsFile, Partner, Transfer
from payments.snap.clock import format_timestamp

RESULT_HEADER = (
    *("no", "opd", "rek_asal", "nama_tujuan", "rek_tujuan", "nilai", "ket"),
    *("status", "kode", "referensi", "waktu"),
)
PARTNER = "cms"
LONGEST_FILE = 200_000
_NAME = re.compile(r"(OB|SKN)_[A-Za-z0-9.\-]{1,40}_[0-9]{8}_[0-9]{1,6}\.csv", re.ASCII)
_ACCOUNT = re.compile(r"[0-9]{6,19}", re.ASCII)
_AMOUNT = re.compile(r"[1-9][0-9]{0,12}", re.ASCII)
_MADE_TO_FAIL = "99"


class CmsError(Exception):
    """The message is for the person at the page; nothing of the file was executed."""


@dataclass(frozen=True)
class Line:
    """One line of a bulk file as it stands there."""

    no: int
    opd: str
    source: str
    name: str
    target: str
    amount: Decimal
    bic: str
    note: str


@dataclass(frozen=True)
class Done:
    """What became of a line; ``reference`` is empty where it failed."""

    line: Line
    code: str
    reference: str = ""


def execute(*, name: str, content: bytes, failing: Collection[int] = (), at: datetime) -> CmsFile:
    """Execute a bulk file line by line; ``failing`` names lines that shall fail. Raises CmsError."""
    lines = _read(name, content)
    digest = hashlib.sha256(content).hexdigest()
    try:
        with transaction.atomic():
            row = CmsFile.objects.create(
                name=name, digest=digest, uploaded_at=at, lines=len(lines), failed=0, result=""
            )
            _lock(lines)
            done = [_execute(line, digest, failing, at) for line in lines]
            row.failed = sum(not item.reference for item in done)
            row.result = _result(done, at)
            row.save(update_fields=["failed", "result"])
    except IntegrityError as error:
        raise CmsError(
            "Berkas ini sudah pernah dijalankan (nama atau isinya sama). Tidak ada uang yang berpindah lagi."
        ) from error
    return row


def _lock(lines: list[Line]) -> None:
    """Every account of the file at once, so that two files never wait for each other in a ring."""
    numbers = {number for line in lines for number in (line.source, line.target)}
    accounts.lock(Account.objects.filter(number__in=numbers))


def result_name(row: CmsFile) -> str:
    return f"HASIL_{row.name}"


def by_hand(
    *, source: Account, target: Account, amount: Decimal, note: str, key: UUID, at: datetime
) -> Transfer:
    """A transfer typed in at the CMS (rupiah). The same ``key`` gives the first back. Raises CmsError."""
    order = _order(source, target, amount, note, number=key.hex)
    try:
        return transfers.place(order, at=at)
    except Refusal as refusal:
        if refusal.http == 409:
            return Transfer.objects.get(partner=PARTNER, partner_reference_no=key.hex)
        raise CmsError(f"{_why(refusal.case)} Uang tidak berpindah.") from refusal


def _order(source: Account, target: Account, amount: Decimal, note: str, *, number: str) -> transfers.Order:
    return transfers.Order(
        partner=PARTNER,
        number=number,
        channel=Transfer.Channel.CMS,
        source=source,
        target=target,
        amount=amount,
        customer_reference=note[:64],
        remark=note,
        params={"from": source.number, "to": target.number, "amount": str(amount)},
    )


def _execute(line: Line, digest: str, failing: Collection[int], at: datetime) -> Done:
    if line.no in failing:
        return Done(line, _MADE_TO_FAIL)
    try:
        source = transfers.source_of(Partner.OURS, line.source)
        target = accounts.find(line.target, bank_code=_bank(line))
        order = _order(source, target, line.amount, line.note, number=f"{digest[:40]}:{line.no}")
        transfer = transfers.place(order, at=at)
    except Refusal as refusal:
        return Done(line, refusal.case)
    return Done(line, "00" if _same_name(line.name, target.name) else "W1", transfer.reference_no)


def _bank(line: Line) -> str:
    if not line.bic:
        return OUR_BANK
    code = next((bank.code for bank in BANKS.values() if bank.bic == line.bic.upper()), None)
    if code is None or code == OUR_BANK:
        raise Refusal(404, "03")
    return code


def _same_name(given: str, known: str) -> bool:
    """Equal but for case, spaces and the words that mark a trial."""
    plain = [" ".join(name.upper().replace("(UJI COBA)", "").split()) for name in (given, known)]
    return plain[0] == plain[1]


def _read(name: str, content: bytes) -> list[Line]:
    match = _NAME.fullmatch(name)
    if not match:
        raise CmsError(
            "Nama berkas harus OB_… atau SKN_{opd}_{ddmmyyyy}_{nomor}.csv. Berkas tidak dijalankan."
        )
    if len(content) > LONGEST_FILE:
        raise CmsError("Berkas lebih besar dari 200 kB. Berkas tidak dijalankan.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CmsError("Berkas bukan teks UTF-8. Berkas tidak dijalankan.") from error
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=";") if row]
    if not rows:
        raise CmsError("Berkas kosong. Tidak ada yang dijalankan.")
    return [_line(no, row, skn=match[1] == "SKN") for no, row in enumerate(rows, 1)]


def _line(no: int, row: list[str], *, skn: bool) -> Line:
    cells = [cell.strip() for cell in row]
    wanted = 8 if skn else 6
    _must(len(cells) == wanted, no, f"berisi {len(cells)} kolom, seharusnya {wanted}")
    opd, source, name, target, amount = cells[:5]
    bic, currency, note = cells[5:] if skn else ("", "IDR", cells[5])
    _must(_ACCOUNT.fullmatch(source), no, "rek_asal bukan nomor rekening")
    _must(_ACCOUNT.fullmatch(target), no, "rek_tujuan bukan nomor rekening")
    _must(_AMOUNT.fullmatch(amount), no, "nilai harus rupiah bulat di atas nol tanpa titik")
    _must(currency == "IDR", no, "mata uang harus IDR")
    longest = 30 if skn else 100
    _must(len(note) <= longest, no, f"ket lebih dari {longest} karakter")
    return Line(no, opd, source, name, target, Decimal(amount), bic, note)


def _must(holds: object, no: int, problem: str) -> None:
    if not holds:
        raise CmsError(f"Baris {no}: {problem}. Seluruh berkas tidak dijalankan.")


def _result(done: list[Done], at: datetime) -> str:
    rows = [_result_line(item, at) for item in done]
    good = sum(bool(item.reference) for item in done)
    return files.text([RESULT_HEADER, *rows, ("JUMLAH", len(done), good, len(done) - good)], ";")


def _result_line(item: Done, at: datetime) -> tuple[object, ...]:
    line = item.line
    status = "BERHASIL" if item.reference else "GAGAL"
    given = (line.no, line.opd, line.source, line.name, line.target, int(line.amount), line.note)
    return (*given, status, item.code, item.reference, format_timestamp(at))


def _why(case: str) -> str:
    return {
        "14": "Saldo rekening asal tidak cukup.",
        "02": "Jumlah melewati batas satu transfer.",
        "18": "Rekening tujuan sudah ditutup.",
        "09": "Rekening tujuan tidak aktif.",
        "15": "Rekening asal sama dengan rekening tujuan.",
        "11": "Rekening atau kartu tujuan tidak dikenal.",
        "23": "Saldo kartu akan melewati batasnya.",
    }.get(case, "Transfer ditolak bank.")
