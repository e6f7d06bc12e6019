"""Berita acara and claim letters take their number: frozen as they are issued, corrected by a new one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from opd import access, audit
from opd.models import Opd, User
from opd.office import documents
from opd.office.calendar import add_months, day_of
from opd.office.documents import DocumentError
from opd.office.models import Document
from payments.reconciliation import letter_papers
from payments.reconciliation.letter_models import ClaimLetter, ClaimLine
from payments.reconciliation.queries import claims
from payments.reconciliation.queries.minutes import minutes
from payments.snap.models import Partner

PERMISSION = "reconciliation.issue"


class LetterError(Exception):
    """It cannot be issued; nothing was changed. The message is for the person at the screen."""


def minutes_subject(account: str, first: date) -> tuple[str, str]:
    return "reconciliation.minutes", f"{account}:{first:%Y-%m}"


@transaction.atomic
def issue_minutes(
    *, account: str, first: date, opd: Opd, by: User, at: datetime, reason: str = ""
) -> Document:
    """Number the berita acara of an account and month that is over; with ``reason``, in place of the one that
    stands, which is voided and named. The same figures on the same day again give the same one. Raises
    LetterError."""
    access.require(by, PERMISSION)
    last = add_months(first, 1) - timedelta(days=1)
    if last >= day_of(at):
        raise LetterError("Bulan ini belum berakhir; berita acaranya belum dapat diterbitkan.")
    subject = minutes_subject(account, first)
    standing = documents.current(letter_papers.MINUTES.code, subject)
    found = minutes(account, first, last)
    if found is None:
        raise LetterError("Belum ada rekening koran untuk bulan ini.")
    replaced = _replaced(standing, reason, by=by, at=at)
    try:
        return documents.issue(
            kind=letter_papers.MINUTES.code, opd=opd, day=day_of(at), subject=subject, amount=found.closing,
            title=f"Rekonsiliasi rekening {account}, {first:%m/%Y}", by=by, at=at,
            facts=letter_papers.minutes_facts(found, replaced=replaced),
        )  # fmt: skip
    except DocumentError as error:
        raise LetterError(str(error)) from error


def _replaced(standing: Document | None, reason: str, *, by: User, at: datetime) -> str:
    """The number of the document that is voided for a new one; empty where none is."""
    if standing is None or not reason.strip():
        return ""
    try:
        documents.void(document=standing, reason=reason, by=by, at=at)
    except DocumentError as error:
        raise LetterError(str(error)) from error
    return standing.number


@transaction.atomic
def issue_claim(*, partner_id: int, first: date, last: date, opd: Opd, by: User, at: datetime) -> ClaimLetter:
    """Claim of a bank what no standing letter claims yet. Raises LetterError where that is nothing."""
    access.require(by, PERMISSION)
    return _claim(partner_id, first, last, opd, None, by=by, at=at)


@transaction.atomic
def replace_claim(*, letter_id: int, reason: str, by: User, at: datetime) -> ClaimLetter | None:
    """Void a letter and claim anew, as things are now; None where nothing is left to claim. The new letter
    names the old one. Raises LetterError."""
    access.require(by, PERMISSION)
    old = ClaimLetter.objects.select_related("document__opd").filter(pk=letter_id).first()
    if old is None or old.document is None:
        raise LetterError("Surat klaim ini tidak ada.")
    if not reason.strip():
        raise LetterError("Tulis alasannya. Belum ada yang berubah.")
    Partner.objects.select_for_update(no_key=True).get(pk=old.partner_id)
    _replaced(old.document, reason, by=by, at=at)
    old.lines.update(stands=False)
    if not claims.claimable(old.partner_id, old.first, old.last, today=day_of(at)):
        return None
    return _claim(old.partner_id, old.first, old.last, old.document.opd, old, by=by, at=at)


def _claim(
    partner_id: int, first: date, last: date, opd: Opd, old: ClaimLetter | None, *, by: User, at: datetime
) -> ClaimLetter:
    if last < first:
        raise LetterError("Tanggal akhir mendahului tanggal awal.")
    partner = Partner.objects.select_for_update(no_key=True).get(pk=partner_id)
    rows = claims.claimable(partner.pk, first, last, today=day_of(at))
    if not rows:
        raise LetterError("Tidak ada yang dapat diklaim pada masa ini, atau semuanya sudah diklaim.")
    letter = ClaimLetter.objects.create(partner=partner, first=first, last=last, replaces=old)
    ClaimLine.objects.bulk_create(
        ClaimLine(letter=letter, batch_id=row.batch_id, kind=row.kind, amount=row.amount) for row in rows
    )
    number = old.document.number if old and old.document else ""
    total = claims.total(rows)
    facts = letter_papers.claim_facts(
        rows, bank=partner.name, first=first, last=last, replaced=number, on=day_of(at)
    )
    after = {"bank": partner.name, "amount": f"{total:.2f}", "lines": len(rows), "replaces": number}
    audit.record("bank_claim.issue", letter, by=by, at=at, after=after)
    letter.document = documents.issue(
        kind=letter_papers.CLAIM.code, opd=opd, day=day_of(at), subject=letter, amount=total, facts=facts,
        title=f"Klaim kepada {partner.name}", by=by, at=at,
    )  # fmt: skip
    letter.save(update_fields=["document"])
    return letter
