"""The demo's ETPD, labelled as such: last semester filed, this one half filled with requests open."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from opd import demo as people
from opd.demo import KOMINFO, PARIWISATA
from opd.models import Role, User
from opd.office.calendar import day_of
from tp2dd.etpd import services
from tp2dd.etpd.form import Column
from tp2dd.etpd.models import ROMAN, Semester
from tp2dd.etpd.services import Change, locking

REASON = "Contoh peragaan, bukan angka provinsi"
AMOUNTS = {
    "total_target_pendapatan_asli_daerah": "1100000000000", "total_target_pajak_daerah": "900000000000",
    "total_target_retribusi_daerah": "12000000000", "total_realisasi_pendapatan_asli_daerah": "560000000000",
    "total_realisasi_pajak_daerah": "470000000000", "total_realisasi_retribusi_daerah": "5200000000",
    "total_pagu_belanja_daerah": "3000000000000", "total_realisasi_belanja_daerah": "1280000000000",
    "total_pagu_belanja_operasi": "2100000000000", "total_realisasi_belanja_operasi": "980000000000",
    "total_pagu_belanja_modal": "400000000000", "total_realisasi_belanja_modal": "90000000000",
    "total_pagu_belanja_tidak_terduga": "20000000000", "total_realisasi_belanja_tidak_terduga": "1000000000",
    "total_pagu_belanja_transfer": "480000000000", "total_realisasi_belanja_transfer": "209000000000",
    "total_pajak_daerah_dari_qris": "21000000000", "total_pajak_daerah_dari_non_digital": "260000000000",
    "total_pajak_daerah_dari_internet": "150000000000", "total_retribusi_daerah_dari_qris": "310000000",
    "total_retribusi_daerah_dari_non_digital": "4100000000",
}  # fmt: skip
"""Round numbers that nobody takes for real ones (rupiah)."""
WORDS = {
    "nama_bank_rkud": "Bank RKUD (peragaan)", "landasan_hukum_pembentukan_tp2dd": "SK Demo 1/2026",
    "regulasi_yang_dimiliki": "Pergub Demo 2/2025", "wilayah_blankspot": "Contoh: sebagian Pulau Enggano",
    "integrasi_cms_dengan_pemda": "Tidak", "uereader": "Tidak", "ecommerce": "Tidak",
    "belanja_subsidi_tidak_langsung": "Tidak Dianggarkan",
    "belanja_bunga_tidak_langsung": "Tidak Dianggarkan",
}  # fmt: skip
LEVIED = {
    "pelayanan_kesehatan": "Teller/Loket Bank", "pemakaian_kekayaan_daerah": "Teller/Loket Bank;Tunai",
    "tempat_rekreasi": "QRIS;Tunai", "pelayanan_pelabuhan": "Tunai", "tempat_pelelangan": "Tunai",
    "izin_usaha_perikanan": "Teller/Loket Bank",
}  # fmt: skip
KINDS = {
    "email": "tp2dd@contoh.go.id", "nip": "198001012005011001", "phone": "0736 000000", "rupiah": "0",
    "percent": "90", "text": "SIPD (peragaan)",
}  # fmt: skip
ASKED = (("DS", KOMINFO, "report", 10), ("DO", KOMINFO, "letter", -3), ("BQ", PARIWISATA, "report", 5))
"""Column, agency, evidence, and days until the deadline of this semester's requests."""


def seed(*, at: datetime) -> str:
    """Through the services, once. Says what it did."""
    if Semester.objects.exists():
        return "sudah ada"
    begun = day_of(at) - timedelta(days=1)  # on its first day a semester has nobody who fills it yet
    year, half = (begun.year, 1) if begun.month <= 6 else (begun.year, 2)
    before = (year, 1) if half == 2 else (year - 1, 2)
    filed = _filed(*before, at)
    _half_filled(year, half, at)
    return f"semester {ROMAN[filed.half]} {filed.year} disampaikan, semester {ROMAN[half]} {year} diisi"


def _filed(year: int, half: int, at: datetime) -> Semester:
    """Filled, reviewed, frozen and filed two days ago."""
    secretary, reviewer = people.user(Role.SEKRETARIS_TP2DD), people.user(Role.PENINJAU_BI)
    then = at - timedelta(days=2)
    row = services.open_semester(year=year, half=half, by=secretary, at=then)
    _answer(row, row.form_version.form.asked, secretary, then)
    services.submit(semester_id=row.pk, by=secretary, at=then)
    services.accept(semester_id=row.pk, by=reviewer, at=then)
    services.freeze(semester_id=row.pk, stale_reason=REASON, by=secretary, at=then)
    return services.file(
        semester_id=row.pk, filed_on=day_of(then), number="Peragaan, bukan tanda terima asli",
        proof=_picture(), by=secretary, at=at,
    )  # fmt: skip


def _half_filled(year: int, half: int, at: datetime) -> None:
    secretary = people.user(Role.SEKRETARIS_TP2DD)
    row = services.open_semester(year=year, half=half, by=secretary, at=at - timedelta(days=1))
    asked = {letter for letter, *_ in ASKED}
    columns = [one for one in row.form_version.form.asked if one.group in ("identitas", "B", "C1", "C3", "D")]
    _answer(row, [one for one in columns if one.letter not in asked], secretary, at - timedelta(days=1))
    for letter, code, kind, days in ASKED:
        due_on, when = day_of(at) + timedelta(days=days), at - timedelta(days=max(0, -days) + 1)
        services.ask(
            semester_id=row.pk, letter=letter, opd=people.agency(code), person=None,
            note="Permintaan peragaan", evidence_kind=kind, due_on=due_on, by=secretary, at=when,
        )  # fmt: skip


def _answer(row: Semester, columns: list[Column], by: User, at: datetime) -> None:
    """An example for every column that no fact has filled. A whole set of round amounts, in place of those
    that the demo's few days would give."""
    standing = locking.current(row)
    changes = []
    for column in columns:
        held = standing.get(column.field)
        if held is None or not held.value or column.field in AMOUNTS:
            value = example(column, at.date())
            changes.append(Change(column.letter, value, held.serial if held else 0, REASON))
    services.answer(semester_id=row.pk, changes=changes, by=by, at=at)


def example(column: Column, day: date) -> str:
    """A demonstration's answer to a column; "" where it may stay empty."""
    known = AMOUNTS.get(column.field) or WORDS.get(column.field)
    if known or column.optional:
        return known or ""
    match column.type:
        case "date":
            return day.isoformat()
        case "channels":
            return LEVIED.get(column.field, "Teller/Loket Bank" if column.group == "C1" else "Tidak dipungut")
        case "choice":
            return column.choices[0]
    return KINDS[column.type]


def _picture() -> ContentFile[bytes]:
    """A white sheet that says what it is."""
    sheet = Image.new("RGB", (640, 360), "white")
    ImageDraw.Draw(sheet).text((40, 160), "BUKTI PENYAMPAIAN - PERAGAAN", fill="black")
    made = io.BytesIO()
    sheet.save(made, "PNG")
    return ContentFile(made.getvalue(), name="bukti-peragaan.png")
