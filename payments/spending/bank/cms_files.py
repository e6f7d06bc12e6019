"""Bulk files for a bank's CMS, and the result files that come back. Pure.

Out (BPD, ``bank-files.md`` 7.1): semicolon, no header, whole rupiah. ``OB_`` inside the bank
``opd;rek_asal;nama_tujuan;rek_tujuan;nilai;ket``; ``SKN_`` to other banks adds BIC and ``IDR`` before ``ket``
(at most 30 characters). Back, ``HASIL_{name}``: header, one line for each of ours, trailer
``JUMLAH;{lines};{done};{failed}``; a line that is not word for word ours makes the whole file refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from opd.office.calendar import day_of
from payments.snap.clock import TimestampError, parse_timestamp
from payments.spending.bank.bodies import plain

OB, SKN = "OB", "SKN"
LONGEST_NOTE = 30
LARGEST = 2_000_000
RESULT_HEADER = (
    *("no", "opd", "rek_asal", "nama_tujuan", "rek_tujuan", "nilai", "ket"),
    *("status", "kode", "referensi", "waktu"),
)
DONE, FAILED = "BERHASIL", "GAGAL"
OTHER_NAME = "W1"
REASONS = {
    "02": "Jumlahnya melewati batas satu transfer.",
    "03": "Bank tujuan tidak dikenal.",
    "09": "Rekening tujuan tidak aktif.",
    "11": "Rekening tujuan tidak dikenal.",
    "14": "Saldo rekening sumber tidak cukup.",
    "15": "Rekening tujuan sama dengan rekening sumber.",
    "18": "Rekening tujuan sudah ditutup.",
    "23": "Batas kartu terlampaui.",
}


class CmsFileError(ValueError):
    """The file can't be made or is not taken; the message names the line and is for the screen."""


@dataclass(frozen=True)
class BulkLine:
    """One transfer of a bulk file; ``amount`` in whole rupiah, ``bic`` empty inside the bank."""

    opd: str
    source_no: str
    name: str
    account_no: str
    amount: Decimal
    note: str
    bic: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        currency = (self.bic, "IDR") if self.bic else ()
        return (*self.told, *currency, plain(self.note, LONGEST_NOTE))

    @property
    def told(self) -> tuple[str, ...]:
        """What stands before the note, as the file and the result write it."""
        name = plain(self.name, 100)
        return (self.opd, self.source_no, name, self.account_no, str(whole_rupiah(self.amount)))


@dataclass(frozen=True)
class LineResult:
    """What the bank did with line ``no``: its reference where it paid, its words where not."""

    no: int
    done: bool
    reference_no: str
    code: str
    paid_date: date

    @property
    def message(self) -> str:
        reason = REASONS.get(self.code, "Bank menolak transfer ini.")
        return f"{reason} (kode {self.code})"


def whole_rupiah(amount: Decimal) -> int:
    """Raises CmsFileError for an amount with sen: the layout knows whole rupiah only."""
    if amount != amount.to_integral_value():
        raise CmsFileError(
            "Berkas CMS hanya memuat rupiah bulat, sedangkan ada jumlah dengan sen. Bayar belanja itu "
            "satu per satu; berkas belum dibuat."
        )
    return int(amount)


def file_name(kind: str, opd: str, day: date, number: int) -> str:
    return f"{kind}_{opd}_{day:%d%m%Y}_{number}.csv"


def write(lines: Sequence[BulkLine]) -> bytes:
    """The file's bytes. Raises CmsFileError for an amount with sen."""
    return "".join(";".join(line.cells) + "\r\n" for line in lines).encode("ascii")


def read_result(content: bytes, sent: bytes) -> list[LineResult]:
    """The results for the file that we sent, all or none. Raises CmsFileError naming the line."""
    rows = _rows(content)
    ours = [line.split(";") for line in sent.decode("ascii").splitlines()]
    if not rows or rows[0] != list(RESULT_HEADER):
        raise CmsFileError("Baris 1: bukan berkas hasil CMS; judul kolomnya lain. Tidak ada yang berubah.")
    if len(rows) != len(ours) + 2:
        raise CmsFileError(
            f"Berkas hasil memuat {max(len(rows) - 2, 0)} transfer, berkas yang Anda kirim {len(ours)}. "
            "Tidak ada yang berubah."
        )
    found = [_line(no, row, ours[no - 1]) for no, row in enumerate(rows[1:-1], start=1)]
    _check_trailer(rows[-1], found, len(rows))
    return found


def _rows(content: bytes) -> list[list[str]]:
    if len(content) > LARGEST:
        raise CmsFileError("Berkas ini terlalu besar untuk berkas hasil CMS.")
    if content.startswith(b"PK"):
        raise CmsFileError("Berkas ini buku kerja Excel; unggah CSV asli dari CMS. Tidak ada yang berubah.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CmsFileError("Berkas ini bukan teks UTF-8. Unggah CSV asli dari CMS.") from error
    return [[cell.strip() for cell in line.split(";")] for line in text.splitlines() if line.strip()]


def _line(no: int, row: list[str], ours: list[str]) -> LineResult:
    where = f"Baris {no + 1}"
    if len(row) != len(RESULT_HEADER):
        raise CmsFileError(f"{where}: ada {len(row)} kolom, seharusnya {len(RESULT_HEADER)}.")
    expected = [str(no), *ours[:5], ours[-1]]
    for column, told, want in zip(RESULT_HEADER, row, expected, strict=False):
        if told != want:
            raise CmsFileError(
                f"{where}, kolom {column}: “{told[:40]}” tidak sama dengan berkas yang dikirim, "
                f"“{want[:40]}”. Seluruh berkas ditolak; tidak ada yang berubah."
            )
    return _result(no, where, *row[7:])


def _result(no: int, where: str, status: str, code: str, reference_no: str, when: str) -> LineResult:
    if status not in {DONE, FAILED}:
        raise CmsFileError(f"{where}, kolom status: “{status[:20]}” bukan {DONE} atau {FAILED}.")
    if status == DONE and not 1 <= len(reference_no) <= 64:
        raise CmsFileError(f"{where}, kolom referensi: transfer berhasil tetapi rujukannya tidak ada.")
    if not code:
        raise CmsFileError(f"{where}, kolom kode: kosong.")
    return LineResult(no, status == DONE, reference_no, code[:10], _day(where, when))


def _day(where: str, when: str) -> date:
    try:
        return day_of(parse_timestamp(when))
    except TimestampError as error:
        raise CmsFileError(f"{where}, kolom waktu: {error}") from error


def _check_trailer(row: list[str], found: list[LineResult], number: int) -> None:
    good = sum(line.done for line in found)
    if row != ["JUMLAH", str(len(found)), str(good), str(len(found) - good)]:
        raise CmsFileError(
            f"Baris {number}: angka kontrol {';'.join(row)[:60]} tidak cocok dengan isi berkas, {len(found)} "
            f"transfer, {good} berhasil, {len(found) - good} gagal. Tidak ada yang berubah."
        )
