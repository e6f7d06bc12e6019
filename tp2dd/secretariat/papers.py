"""Letters of the desk: invitation, minutes, reminder; numbered, frozen, with their signature blocks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from babel.dates import format_datetime

from opd.models import Opd, Role, User
from opd.office import documents, rules, signers
from opd.office.calendar import WIB, day_of
from opd.office.models import Document
from payments.spending.sheets import day, section, table
from tp2dd.secretariat.errors import DeskError
from tp2dd.secretariat.models import DataRequest, Meeting

OFFICE = "Tim Percepatan dan Perluasan Digitalisasi Daerah"
_TEMPLATE = "secretariat/print/letter.html"
INVITATION = documents.Kind(
    "tp2dd_undangan", "Undangan rapat TP2DD", "{n}/UND-TP2DD/{opd}/{year}", template=_TEMPLATE
)
MINUTES = documents.Kind(
    "tp2dd_notulen", "Notulen rapat TP2DD", "{n}/NOT-TP2DD/{opd}/{year}", template=_TEMPLATE
)
REMINDER = documents.Kind(
    "tp2dd_pengingat", "Pengingat permintaan data", "{n}/ING-TP2DD/{opd}/{year}", template=_TEMPLATE
)
_WHO = [("Nama", "text"), ("Jabatan", "text")]
ALL = (INVITATION, MINUTES, REMINDER)


def secretariat(on: date) -> Opd:
    """The agency that numbers the team's letters. Raises DeskError where it is not registered."""
    code = str(rules.value("etpd.secretariat", on))
    opd = Opd.objects.valid(on=on).filter(code=code).first()
    if opd is None:
        raise DeskError(
            f"OPD sekretariat TP2DD (kode {code}) tidak terdaftar pada {on:%d/%m/%Y}. Administrator"
            " mendaftarkannya di Pengaturan; surat belum terbit."
        )
    return opd


def moment(instant: datetime) -> str:
    return str(format_datetime(instant, "EEEE, d MMMM yyyy, HH.mm", tzinfo=WIB, locale="id")) + " WIB"


def invitation(row: Meeting, *, by: User, at: datetime) -> Document:
    asked = [[one.name, one.office] for one in row.attendances.filter(invited=True)]
    parts = [
        section(
            sentences=["Dengan hormat, kami mengundang Saudara hadir dalam rapat berikut."],
            pairs=[
                ("Rapat", row.title), ("Waktu", moment(row.starts_at)), ("Tempat", row.place),
                ("Pemimpin rapat", row.chair or "Ketua pelaksana harian TP2DD"),
            ],
        ),
        section("Agenda", points=_lines(row.agenda)),
        section("Yang diundang", table=table(_WHO, asked)),
    ]  # fmt: skip
    return _issue(INVITATION, row.title, row, parts, [_signer(Role.SEKDA, at)], by, at)


def minutes(row: Meeting, *, by: User, at: datetime) -> Document:
    rows = [
        [one.name, one.office, "Hadir" if one.present else "Tidak hadir"] for one in row.attendances.all()
    ]
    heads = [*_WHO, ("Kehadiran", "text")]
    parts = [
        section(pairs=[("Rapat", row.title), ("Waktu", moment(row.starts_at)), ("Tempat", row.place)]),
        section("Agenda", points=_lines(row.agenda)),
        section("Pembahasan", sentences=_lines(row.discussion)),
        section("Keputusan", points=_lines(row.decisions) or ["Tidak ada keputusan."]),
        section("Daftar hadir", table=table(heads, rows)),
    ]
    signed = [_signer(Role.SEKRETARIS_TP2DD, at), {"role": "Pemimpin rapat", "name": row.chair, "nip": ""}]
    return _issue(MINUTES, row.title, row, parts, signed, by, at)


def reminder(row: DataRequest, *, subject: tuple[str, str], by: User, at: datetime) -> Document:
    late = (day_of(at) - row.due_on).days
    told = f"sudah lewat {late} hari" if late > 0 else f"jatuh pada {day(row.due_on)}"
    parts = [
        section(
            sentences=[f"Kepada Yth. {row.asked}", f"Kami mengingatkan: tenggat data di bawah ini {told}."],
            pairs=[
                ("Data yang diminta", row.subject), ("Masa data", row.period), ("Tenggat", day(row.due_on)),
                ("Diminta pada", day(day_of(row.asked_at))), ("Keterangan", row.note or "–"),
            ],
        ),
        section(sentences=["Data ini diperlukan untuk laporan TP2DD (Permendagri 56/2021 Pasal 21)."]),
    ]  # fmt: skip
    return _issue(REMINDER, row.subject, subject, parts, [_signer(Role.SEKRETARIS_TP2DD, at)], by, at)


def void(document: Document, reason: str, *, by: User, at: datetime) -> None:
    documents.void(document=document, reason=reason, by=by, at=at)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _signer(role: Role, at: datetime) -> dict[str, str]:
    return signers.signer(role, None, day_of(at))


def _issue(
    kind: documents.Kind, title: str, subject: documents.Subject, parts: list[dict[str, Any]],
    signed: list[dict[str, str]], by: User, at: datetime,
) -> Document:  # fmt: skip
    today = day_of(at)
    return documents.issue(
        kind=kind.code, opd=secretariat(today), day=today, title=f"{kind.label}: {title}"[:200],
        subject=subject, amount=None, facts={"office": OFFICE, "sections": parts, "signers": signed}, by=by,
        at=at,
    )  # fmt: skip
