"""What the desk reads of titipan that pays another SKRD, and keeping the payer's letter with its proposal."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.core.files.base import File
from django.db.models import Q, QuerySet

from opd import audit
from opd.access import Scope, require
from opd.models import AuditEvent, User
from opd.office import evidence, pictures
from opd.office.calendar import day_of
from opd.office.story import Told
from payments.incoming import refunds
from payments.incoming.models import Compensation, Payment
from payments.incoming.services import Consent
from payments.money import MoneyError, parse
from retribusi.assessments.services import compensating


def rows(reach: Scope, *, state: str, opd_id: int | None, text: str) -> QuerySet[Compensation]:
    """Within reach, newest first."""
    found = Q()
    if state:
        found &= Q(state=state)
    if opd_id:
        found &= Q(opd=opd_id)
    if text:
        found &= _says(text)
    every = Compensation.objects.select_related("opd", "proposed_by", "decided_by")
    return reach.filter(every.filter(found))


def _says(text: str) -> Q:
    found = Q(description__icontains=text) | Q(letter_number__icontains=text)
    with suppress(MoneyError):
        found |= Q(amount=parse(text))
    return found


def free(payment: Payment) -> Decimal:
    """Titipan that neither a refund nor another bill has taken, in rupiah."""
    return refunds.left(payment).liability


def story(row: Compensation) -> list[Told]:
    """What happened to it, oldest first, from its trail."""
    found = AuditEvent.objects.filter(subject_type="incoming.compensation", subject_id=str(row.pk))
    return [
        Told(one.at, audit.describe(one.action), one.by.name if one.by else "sistem", one.reason)
        for one in found.select_related("by").order_by("at", "pk")
    ]


def may_undo(row: Compensation, *, at: datetime) -> bool:
    """On the WIB day it was booked."""
    return row.state == "done" and row.decided_at is not None and day_of(row.decided_at) == day_of(at)


def propose(
    *, payment_id: UUID, debt_id: UUID, number: str, day: date, letter: File[bytes], by: User, at: datetime
) -> Compensation:
    """Keep the payer's letter, then propose. Raises FileRefused for a file that is no photo or PDF,
    CompensationError; PermissionDenied without ``refund.propose``."""
    require(by, "refund.propose")
    kind = pictures.media_type(letter)
    kept, _ = evidence.store(letter, name=str(letter.name)[:200], media_type=kind, by=by, at=at)
    return compensating.propose(
        payment_id=payment_id, debt_id=debt_id, consent=Consent(number, day, kept), by=by, at=at
    )
