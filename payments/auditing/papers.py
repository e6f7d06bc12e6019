"""What a finding prints: its document, frozen when it is recorded, and a PDF with its story so far."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from opd.models import User
from opd.office import documents, pdf
from opd.office.calendar import day_of
from opd.office.models import Document
from payments.auditing.models import Finding
from payments.spending.sheets import day, money, section

KIND = documents.Kind(
    "temuan", "Temuan pemeriksaan", "{n}/TEMUAN/{opd}/{year}", template="auditing/print/finding.html"
)
PARTS = ("condition", "criteria", "cause", "effect", "recommendation")


def address(row: Finding) -> str:
    """The permanent link to cite."""
    return f"{settings.BASE_URL.rstrip('/')}{reverse('auditing:finding_detail', args=[row.pk])}"


def parts(row: Finding) -> list[tuple[str, str]]:
    """Condition, criteria, cause, effect, recommendation: heading and words."""
    labels = {field.name: str(getattr(field, "verbose_name", "")) for field in Finding._meta.get_fields()}
    return [(labels[name].capitalize(), getattr(row, name)) for name in PARTS]


def pairs(row: Finding) -> list[tuple[str, str]]:
    """The facts at its head."""
    return [
        ("OPD", row.opd.name),
        ("Judul", row.title),
        ("Tingkat", row.get_severity_display()),
        ("Nilai", money(row.amount) if row.amount else "tidak dinilai"),
        ("Diterima OPD", day(row.received_on)),
        ("Tenggat tindak lanjut", day(row.due_on)),
    ]


def issue(row: Finding, *, by: User, at: datetime) -> Document:
    """Its document, in the caller's transaction, taken last."""
    about = [one.label for one in row.references.all()]
    sections = [section(pairs=[*pairs(row), ("Tautan", address(row))])]
    sections += [section(heading, sentences=words.splitlines()) for heading, words in parts(row)]
    sections += [section("Rujukan", points=about)] if about else []
    signers = [{"role": "Auditor", "name": by.name, "nip": by.nip}]
    return documents.issue(
        kind=KIND.code, opd=row.opd, day=day_of(at), title=row.title, subject=row, amount=row.amount,
        facts={"sections": sections, "signers": signers}, by=by, at=at,
    )  # fmt: skip


def story_pdf(row: Finding, *, at: datetime) -> bytes:
    """The finding and everything said about it, as one PDF."""
    book = pdf.Book(KIND.label, office="Auditor", at=at, number=row.number)
    book.facts([*pairs(row), ("Keadaan", row.get_state_display())])
    for heading, words in parts(row):
        book.heading(heading).text(words)
    if about := [one.label for one in row.references.all()]:
        book.heading("Rujukan").text("\n".join(about))
    book.heading("Riwayat")
    columns = (pdf.Column("Waktu", 1.3), pdf.Column("Peristiwa", 1.6), pdf.Column("Oleh", 1.4),
               pdf.Column("Keadaan", 1.2), pdf.Column("Isi", 3))  # fmt: skip
    said = row.entries.select_related("by")
    book.table(
        columns,
        [
            (
                f"{day_of(one.at):%d/%m/%Y}",
                one.get_kind_display(),
                one.by.name,
                one.get_state_display(),
                one.text,
            )
            for one in said
        ],
    )
    return book.verification(address(row), "Tautan tetap temuan ini (perlu masuk).").bytes()
