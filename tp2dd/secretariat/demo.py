"""The demo's desk, labelled as such: a team, what it did, who owes data, figures of three months."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from opd import demo as people
from opd.demo import KOMINFO, PARIWISATA, PENDIDIKAN
from opd.models import Role, User
from opd.office import attachments
from opd.office.calendar import add_months, day_of
from tp2dd.secretariat.models import Activity, DataRequest, Decree, FigureFile, Region
from tp2dd.secretariat.reading import LRA_COLUMNS, TAX_COLUMNS
from tp2dd.secretariat.services import figures, meetings, regions, registers, requests, team

MARK = "contoh peragaan"
HOLDERS = 11
"""Seats that somebody holds; the last two stay empty."""
ACTIVITIES = (
    ("b", "Sosialisasi QRIS kepada pelaku wisata", 24, 120, PARIWISATA),
    ("b", "Bimbingan teknis KKPD bagi bendahara", 18, 64, PENDIDIKAN),
    ("c", "Pemasangan QRIS statis di museum", 12, 9, PENDIDIKAN),
    ("d", "Pemantauan kanal pembayaran OPD", 8, 14, KOMINFO),
    ("e", "Evaluasi semester bersama Bank Indonesia", 6, 22, KOMINFO),
)
"""Task, what, days ago, participants, agency."""
BODY = "Samsat Provinsi (peragaan)"
STAGES = ("maju", "digital", "digital", "maju", "berkembang", "maju", "maju", "digital", "maju", "digital")
TAXES = (("PKB", 9), ("BBNKB", 5), ("PBBKB", 3), ("Pajak Air Permukaan", 1))
SHARES = (("QRIS", 2), ("Internet/Mobile Banking", 3), ("ATM", 1), ("Teller Bank", 5), ("Tunai", 1))
MILLION = 1_000_000


def seed(*, at: datetime) -> str:
    """Through the services, once. Says what it did."""
    if Decree.objects.exists():
        return "sudah ada"
    by = people.user(Role.SEKRETARIS_TP2DD)
    _team(by, at)
    _registers(by, at)
    _meetings(by, at)
    _requests(by, at)
    _regions(by, at)
    _figures(by, at)
    return f"{Activity.objects.count()} kegiatan, {DataRequest.objects.count()} permintaan data"


def _team(by: User, at: datetime) -> None:
    begun = day_of(at) - timedelta(days=330)
    decree = team.record_decree(
        number=f"Demo.TP2DD/{begun.year}", decree_date=begun, about="Pembentukan TP2DD Provinsi (peragaan)",
        valid_from=begun, by=by, at=at,
    )  # fmt: skip
    for seat in decree.seats.all()[:HOLDERS]:
        name = f"Pemegang {seat.place} (peragaan)"
        team.appoint(seat_id=seat.pk, name=name, nip="", valid_from=begun, by=by, at=at)


def _registers(by: User, at: datetime) -> None:
    for task, title, ago, count, office in ACTIVITIES:
        day = day_of(at) - timedelta(days=ago)
        row = registers.record_activity(
            task=task, title=f"{title} ({MARK})", first_day=day, last_day=None, place="Bengkulu",
            participants=count, summary="Peserta mencoba kanal nontunai dan mencatat kendalanya.",
            opds=[people.agency(office)], by=by, at=at,
        )  # fmt: skip
    attachments.attach(subject=row, kind="photo", upload=sheet("FOTO KEGIATAN - PERAGAAN"), by=by, at=at)
    today = day_of(at)
    for kind, party, days in (("bank_rkud", "Bank RKUD (peragaan)", 700), ("pjp", "PJP (peragaan)", 45)):
        registers.record_agreement(
            number=f"PKS-Demo/{kind}", party_kind=kind, party=party,
            title="Layanan kanal pembayaran nontunai",
            signed_on=today - timedelta(days=330), valid_from=today - timedelta(days=330),
            valid_to=today + timedelta(days=days), by=by, at=at,
        )  # fmt: skip


def _meetings(by: User, at: datetime) -> None:
    """One held a week ago, one in twelve days."""
    for days, title in ((-7, "Rapat koordinasi bulanan"), (12, "Persiapan laporan semester")):
        told = at + timedelta(days=min(days - 3, -1))
        row = meetings.plan(
            title=f"{title} ({MARK})", agenda="Kemajuan kanal nontunai\nTindak lanjut temuan evaluasi",
            starts_at=at + timedelta(days=days), place="Ruang rapat Bapenda", chair="", by=by, at=told,
        )  # fmt: skip
        meetings.invite(meeting_id=row.pk, by=by, at=told)
        if days < 0:
            came = [str(one.pk) for one in row.attendances.all()[:8]]
            meetings.hold(
                meeting_id=row.pk, present=came, others=[("Operator Kominfo (peragaan)", "Operator")],
                discussion="Porsi digital naik; dua OPD belum punya QRIS.",
                decisions="OPD tanpa QRIS mengajukan NMID bulan ini", by=by, at=at,
            )  # fmt: skip


def _requests(by: User, at: datetime) -> None:
    """One late, one open, one answered, one of an outside body accepted."""
    asked = (
        (KOMINFO, "", "Daftar wilayah tanpa sinyal", -4),
        (PARIWISATA, "", "Jumlah pengunjung menurut kanal", 9),
        (PENDIDIKAN, "", "Rekap belanja KKPD", 6), (None, BODY, "Pajak kendaraan menurut kanal", 15),
    )  # fmt: skip
    rows = [
        requests.ask(
            opd=people.agency(code) if code else None, body=body, subject=f"{subject} ({MARK})",
            period="Semester berjalan", note="", due_on=day_of(at) + timedelta(days=days), by=by,
            at=at - timedelta(days=10),
        )
        for code, body, subject, days in asked
    ]  # fmt: skip
    requests.remind(request_id=rows[0].pk, by=by, at=at - timedelta(days=1))
    answerer = people.holder(Role.PPK_OPD, PENDIDIKAN)
    text = "Rekap terlampir, jumlahnya cocok dengan BKU (peragaan)."
    requests.answer(request_id=rows[2].pk, answer=text, by=answerer, at=at)
    requests.answer(request_id=rows[3].pk, answer="Surat Samsat Demo 12 (peragaan)", by=by, at=at)
    requests.accept(request_id=rows[3].pk, by=by, at=at)


def _regions(by: User, at: datetime) -> None:
    """The two semesters before this one."""
    today = day_of(at)
    newest = (today.year - 1, 2) if today.month <= 6 else (today.year, 1)
    before = (newest[0], 1) if newest[1] == 2 else (newest[0] - 1, 2)
    for place, region in enumerate(Region.objects.all()):
        for step, (year, half) in enumerate((before, newest)):
            index = Decimal(62 + 3 * (place % 5) + 4 * step)
            regions.record_score(
                region_id=region.pk, year=year, half=half, stage=STAGES[place] if step else "maju",
                index=index, source="Laporan Satgas P2DD (peragaan)", source_date=today, by=by, at=at,
            )  # fmt: skip


def _figures(by: User, at: datetime) -> None:
    """Three months of tax, the last one told twice; the LRA to the end of last month."""
    months = [add_months(day_of(at).replace(day=1), -n) for n in (3, 2, 1)]
    for month in (*months, months[-1]):
        again = FigureFile.objects.filter(kind="tax", year=month.year, month=month.month).exists()
        _save(FigureFile.Kind.TAX, month, TAX_COLUMNS, list(_tax(month, more=int(again))), by, at)
    _save(FigureFile.Kind.LRA, months[-1], LRA_COLUMNS, list(_lra(months[-1])), by, at)


def _save(
    kind: str, month: date, columns: Sequence[str], rows: list[tuple[object, ...]], by: User, at: datetime
) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows([columns, *rows])
    name = f"{kind}-{month:%Y-%m}.csv"
    made = figures.prepare(
        kind=kind, year=month.year, month=month.month, source=f"Bapenda ({MARK})",
        control_total=_control(kind, rows), file=ContentFile(written.getvalue().encode(), name=name), by=by,
        at=at,
    )  # fmt: skip
    figures.save(file_id=made.pk, by=by, at=at)


def _control(kind: str, rows: Iterable[tuple[object, ...]]) -> Decimal:
    if kind == FigureFile.Kind.TAX:
        return sum((Decimal(str(row[2])) for row in rows), Decimal(0))
    leaves = [row for row in rows if str(row[0]).count(".") == 2]
    return sum((Decimal(str(row[3])) for row in leaves), Decimal(0))


def _tax(month: date, *, more: int) -> Iterable[tuple[object, ...]]:
    for tax, size in TAXES:
        for channel, share in SHARES:
            yield tax, channel, size * share * (100 + month.month + more) * MILLION, size * share * 40


def _lra(month: date) -> Iterable[tuple[object, ...]]:
    """Round numbers that nobody takes for real ones."""
    leaves = [("4.1.01", "Pajak Daerah", 900_000, 70_000), ("4.1.02", "Retribusi Daerah", 12_000, 800)]
    told = [(code, name, budget * MILLION, n * month.month * MILLION) for code, name, budget, n in leaves]
    budget, realised = sum(row[2] for row in told), sum(row[3] for row in told)
    yield "4", "Pendapatan Daerah", budget, realised
    yield "4.1", "Pendapatan Asli Daerah", budget, realised
    yield from told


def sheet(words: str) -> ContentFile[bytes]:
    """A white sheet that says what it is."""
    picture = Image.new("RGB", (640, 360), "white")
    ImageDraw.Draw(picture).text((40, 160), words, fill="black")
    made = io.BytesIO()
    picture.save(made, "PNG")
    return ContentFile(made.getvalue(), name="peragaan.png")
