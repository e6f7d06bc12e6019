"""The reminder: a letter of the Sekretaris Daerah to the head of an agency, prefilled and then frozen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from opd.models import Opd, Role, User
from opd.office import documents, rules
from opd.office.calendar import day_of
from opd.office.documents import Kind
from opd.office.models import Document
from opd.office.signers import signer
from payments.spending.sheets import day, section, table
from tp2dd.instruction.board import Mark, Row
from tp2dd.instruction.errors import InstructionError
from tp2dd.instruction.models import Instruction

REMINDER = Kind(
    "reminder", "Surat pengingat", "{n}/PENGINGAT/{opd}/{year}", template="instruction/print/reminder.html"
)
BRIEF = Kind(
    "instruction_brief", "Ringkasan instruksi", "{n}/INSTRUKSI/{opd}/{year}",
    template="instruction/print/brief.html",
)  # fmt: skip
OFFICE = "Sekretariat Daerah"
ATTACHED = [("Butir", "text"), ("Batas waktu", "text"), ("Keadaan", "text")]


def secretariat(at: datetime) -> Opd:
    """The agency whose numbers these letters take: the dated rule ``instruction.office``."""
    code = str(rules.value("instruction.office", day_of(at)))
    found = Opd.objects.valid(on=day_of(at)).filter(code=code).first()
    if found is None:
        raise InstructionError(
            f"OPD sekretariat (kode {code}) tidak terdaftar pada {day_of(at):%d/%m/%Y}. Administrator "
            "mendaftarkannya di Pengaturan; suratnya belum terbit."
        )
    return found


def prefilled(instruction: Instruction, row: Row) -> str:
    """The letter's words as they are offered: what was told, what lacks, and what is asked."""
    told = (
        f"Menindaklanjuti Instruksi Sekretaris Daerah Nomor {instruction.number} tanggal "
        f"{day(instruction.day)} tentang {instruction.subject}, bersama ini kami sampaikan:"
    )
    lacks = []
    if row.acknowledged is None:
        lacks.append(f"{row.opd.name} belum menyatakan terima instruksi tersebut.")
    overdue = [mark for mark in row.lacking if mark.judged.is_overdue]
    if overdue:
        named = "; ".join(f"butir {mark.point.serial} ({mark.judged.late} hari)" for mark in overdue)
        lacks.append(f"Yang sudah lewat batas waktu: {named}.")
    coming = [mark for mark in row.lacking if not mark.judged.is_overdue]
    if coming:
        named = "; ".join(f"butir {mark.point.serial} ({day(mark.point.deadline)})" for mark in coming)
        lacks.append(f"Yang masih ditunggu menurut batas waktunya: {named}.")
    asked = (
        "Kami minta Saudara menyatakan terima, melaksanakan butir yang terlampir, dan melaporkannya dengan "
        "bukti melalui aplikasi paling lambat tujuh hari kerja setelah surat ini diterima."
    )
    return "\n\n".join([told, *lacks, asked])


def issue(instruction: Instruction, row: Row, *, serial: int, text: str, by: User, at: datetime) -> Document:
    """The numbered letter, in the caller's transaction; ``text`` is what the secretary sends."""
    today = day_of(at)
    return documents.issue(
        kind=REMINDER.code, opd=secretariat(at), day=today,
        title=f"Pengingat ke-{serial} instruksi {instruction.number} untuk {row.opd.name}"[:200],
        subject=("instruction.reminder", f"{row.addressee.pk}/{serial}"), amount=None,
        facts={
            "office": OFFICE, "sections": sections(instruction, row, serial, text),
            "signers": [signer(Role.SEKDA, None, today)],
        },
        by=by, at=at,
    )  # fmt: skip


def sections(instruction: Instruction, row: Row, serial: int, text: str) -> list[dict[str, Any]]:
    pairs = [
        ("Kepada", f"Kepala {row.opd.name}"),
        ("Perihal", f"Pengingat ke-{serial} atas instruksi {instruction.number}"),
    ]
    paragraphs = [part.strip() for part in text.splitlines() if part.strip()]
    parts = [section(pairs=pairs), section(sentences=paragraphs)]
    if row.lacking:
        parts.append(section("Yang masih ditunggu", table=table(ATTACHED, map(_line, row.lacking))))
    return parts


def _line(mark: Mark) -> list[str]:
    state = mark.judged.label + (f", {mark.judged.late} hari" if mark.judged.is_overdue else "")
    words = f" ({mark.judged.words})" if mark.judged.words else ""
    return [f"{mark.point.serial}. {mark.point.text}", day(mark.point.deadline), state + words]
