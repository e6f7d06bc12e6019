"""What the person who complains does: file, add a message, say whether it is settled."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from opd.office import attachments
from opd.office.attachments import AttachmentError
from opd.office.calendar import day_of
from opd.office.models import Attachment
from retribusi import contacts, tickets
from retribusi.complaints import rules
from retribusi.complaints.models import Complaint, Entry
from retribusi.complaints.rules import State
from retribusi.complaints.services.shared import ComplaintError, enter, locked, said_already
from retribusi.models import CollectionPoint, Order
from retribusi.words import in_language

EVIDENCE = {"proof": "Bukti dari pelapor", "office": "Berkas kantor"}


@dataclass(frozen=True)
class Report:
    """What the form says; ``reference`` is an order's or receipt's code as it was typed."""

    category: str
    happened_on: date
    text: str
    point: CollectionPoint | None = None
    reference: str = ""
    contact: str = ""


def file_complaint(*, report: Report, evidence: File[bytes] | None, form_key: str, at: datetime) -> Complaint:
    """Take a complaint, with at most one photo or PDF; its deadline is counted from the WIB day of ``at``.

    Sent twice with the same ``form_key`` and words, it returns the first one. A file that is not what it
    says refuses the whole (ComplaintError, field ``evidence``), so that nothing is filed without its proof.
    """
    key = _once(report, form_key)
    known = Complaint.objects.filter(form_key=key).first()
    if known:
        return known
    try:
        with transaction.atomic():
            return _save(report, evidence, key, at)
    except IntegrityError:
        first = Complaint.objects.filter(form_key=key).first()
        if first is None:
            raise
        return first  # the same form arrived twice at the same moment


def _once(report: Report, form_key: str) -> str:
    if not 16 <= len(form_key) <= 64:
        raise ComplaintError(_("Formulir ini tidak lengkap. Muat ulang halaman, lalu kirim lagi."))
    return hashlib.sha256(f"{report.category}|{report.text}|{form_key}".encode()).hexdigest()


def _save(report: Report, evidence: File[bytes] | None, key: str, at: datetime) -> Complaint:
    order = order_of(report.reference)
    point = report.point or (order.point if order else None)
    deadline = rules.due(day_of(at))
    contact, mask = contacts.sealed(report.contact)
    row = Complaint.objects.create(
        form_key=key, number=tickets.spoken_number(), category=report.category, point=point,
        opd=point.opd if point else None, happened_on=report.happened_on, reference=report.reference[:20],
        order=order, contact=contact, contact_mask=mask, due_on=deadline, first_due_on=deadline, filed_at=at,
    )  # fmt: skip
    enter(row, Entry.Kind.FILED, text=report.text, by=None, at=at)
    if evidence:
        _attach(row, evidence, at)
    return row


def _attach(row: Complaint, evidence: File[bytes], at: datetime) -> None:
    try:
        attachments.attach(
            subject=row, kind="proof", upload=evidence, by=None, at=at, via=Attachment.Via.PHONE
        )
    except AttachmentError as error:
        english = (
            "This file is not a photo (JPEG, PNG) or PDF of at most 10 MB, or it is damaged. Choose another."
        )
        raise ComplaintError(in_language(str(error), english), "evidence") from error


def order_of(reference: str) -> Order | None:
    """The order that a typed code names: its own code, or its receipt's number."""
    code = "".join(reference.split()).upper()
    if not code:
        return None
    field = "receipt_number" if code.startswith("KW-") else "code"
    return Order.objects.select_related("point__opd").filter(**{field: code}).first()


@transaction.atomic
def add_message(*, complaint_id: UUID, text: str, at: datetime) -> Complaint:
    """Add what the person forgot, while the answer is waited for. Raises ComplaintError."""
    row, words = locked(complaint_id), text.strip()
    if not row.is_waiting:
        raise ComplaintError(
            _("Pengaduan ini sudah dijawab. Bila belum selesai, pilih “Belum selesai” dan tulis sebabnya.")
        )
    if not words:
        raise ComplaintError(_("Tulis pesannya dahulu. Belum ada yang terkirim."))
    if not said_already(row, Entry.Kind.MESSAGE, words, None):
        enter(row, Entry.Kind.MESSAGE, text=words, by=None, at=at)
    return row


@transaction.atomic
def say_settled(*, complaint_id: UUID, rating: int | None, at: datetime) -> Complaint:
    """The person is content: closed, with a rating of 1 to 5 where one was given. Raises ComplaintError."""
    row = locked(complaint_id)
    if row.is_waiting:
        raise ComplaintError(_("Pengaduan ini belum dijawab, jadi belum dapat dinyatakan selesai."))
    if not said_already(row, Entry.Kind.SETTLED, "", None):
        closed = row.closed_at or at
        enter(row, Entry.Kind.SETTLED, state=State.CLOSED, by=None, at=at, rating=rating, closed_at=closed)
    return row


@transaction.atomic
def say_unsettled(*, complaint_id: UUID, rating: int | None, text: str, at: datetime) -> Complaint:
    """The person is not content: handled anew, with a new deadline. Raises ComplaintError."""
    row, words = locked(complaint_id), text.strip()
    if row.is_waiting:
        if said_already(row, Entry.Kind.UNSETTLED, words, None):
            return row
        raise ComplaintError(_("Pengaduan ini sedang ditangani. Tambahkan pesan bila ada yang kurang."))
    if not words:
        raise ComplaintError(_("Tulis apa yang belum selesai, supaya dapat ditangani."), "text")
    enter(
        row, Entry.Kind.UNSETTLED, text=words, state=State.HANDLING, by=None, at=at, rating=rating,
        closed_at=None, due_on=rules.due(day_of(at)),
    )  # fmt: skip
    return row
