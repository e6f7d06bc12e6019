"""Evidence straight from a phone: a ticket opens one public address for a quarter of an hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from opd import audit
from opd.models import User
from opd.office import attachments, ids, rules
from opd.office.attachments import AttachmentError
from opd.office.calendar import day_of
from opd.office.documents import Subject, subject_key
from opd.office.models import Attachment, UploadTicket

EXPIRED = (
    "Halaman ini sudah tidak berlaku. Di komputer, tekan lagi “Unggah dari ponsel”, lalu pindai kode baru."
)


@transaction.atomic
def open_ticket(*, subject: Subject, by: User, at: datetime) -> UploadTicket:
    """A ticket of ``by`` for one subject; their earlier open ones for it end. The caller checked access."""
    of_type, of_id = subject_key(subject)
    own = UploadTicket.objects.filter(subject_type=of_type, subject_id=of_id, made_by=by, closed_at=None)
    own.update(closed_at=at)
    minutes = int(rules.value("upload.ticket_minutes", day_of(at)))
    ticket = UploadTicket.objects.create(
        token=ids.token(), subject_type=of_type, subject_id=of_id, made_by=by, made_at=at,
        expires_at=at + timedelta(minutes=minutes),
    )  # fmt: skip
    audit.record("evidence.open_ticket", (of_type, of_id), by=by, at=at, after={"minutes": minutes})
    return ticket


def close_ticket(*, ticket: UploadTicket, at: datetime) -> None:
    UploadTicket.objects.filter(pk=ticket.pk, closed_at=None).update(closed_at=at)


def is_open(ticket: UploadTicket, at: datetime) -> bool:
    return ticket.closed_at is None and at < ticket.expires_at and ticket.count < UploadTicket.MOST_FILES


@transaction.atomic
def receive(*, ticket: UploadTicket, kind: str, upload: File[bytes], at: datetime) -> Attachment:
    """One file through a ticket, attached in its maker's name. Raises AttachmentError (past its time, too
    many files, a file that can't be evidence) and PermissionDenied where the maker has lost the right."""
    taken = UploadTicket.objects.filter(
        pk=ticket.pk, closed_at=None, expires_at__gt=at, count__lt=UploadTicket.MOST_FILES
    ).update(count=F("count") + 1)
    if not taken:
        raise AttachmentError(EXPIRED)
    return attachments.attach(
        subject=(ticket.subject_type, ticket.subject_id), kind=kind, upload=upload, by=ticket.made_by, at=at,
        via=Attachment.Via.PHONE,
    )  # fmt: skip


def address(ticket: UploadTicket) -> str:
    """The address that the phone opens."""
    return f"{settings.BASE_URL.rstrip('/')}{reverse('office:upload', args=[ticket.token])}"
