"""Own documents: numbered without gaps, frozen when they are issued, voided but never lost.

A room registers its kinds in AppConfig.ready and calls ``issue`` last in its own transaction. What is printed
comes from ``facts`` alone, never from rows that may change later.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from opd import audit
from opd.models import Opd, User
from opd.office import ids, numbering
from opd.office.models import Document, DocumentQuerySet, Evidence
from payments.money import rupiah

Subject = Model | tuple[str, str]


class DocumentError(Exception):
    """The document can't be issued, voided or completed; the message is for the screen."""


@dataclass(frozen=True)
class Kind:
    """A kind of document. ``code`` (at most 20 letters) also names its counter; ``pattern`` may hold ``{n}``,
    ``{opd}`` and ``{year}``. Kinds that SIPD numbers are not ``numbered``: they print as "KONSEP" until their
    official number is entered. ``template`` extends ``documents/base.html``."""

    code: str
    label: str
    pattern: str = ""
    numbered: bool = True
    template: str = "documents/base.html"


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known; call it in AppConfig.ready. The same code again replaces it."""
    if kind.numbered != bool(kind.pattern):
        raise ValueError(f"{kind.code}: jenis bernomor punya pola nomor, konsep tidak")
    _kinds[kind.code] = kind


def kind(code: str) -> Kind:
    return _kinds[code]


def kinds() -> list[Kind]:
    return sorted(_kinds.values(), key=lambda one: one.label)


def issue(
    *,
    kind: str,
    opd: Opd,
    day: date,
    title: str,
    subject: Subject,
    amount: Decimal | None,
    facts: dict[str, Any],
    by: User | None,
    at: datetime,
) -> Document:
    """Issue a document in the caller's transaction; its number, taken last, is of the year of ``day``.

    ``facts`` is all that the page prints: JSON with amounts as Decimal, days as date, no floats; ``signers``
    in it are rows of ``signers.signer``; ``office`` (default the agency's name) heads the page. The same kind
    and subject again gives the standing document where it states the same; where it states something else,
    DocumentError: void it first. ``amount`` is in rupiah.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("dokumen hanya diterbitkan di dalam transaksi")
    known = _kinds[kind]
    frozen = freeze({"office": opd.name, **facts})
    subject_type, subject_id = subject_key(subject)
    _one_at_a_time(kind, subject_type, subject_id)
    standing = current(kind, subject)
    if standing:
        return _same(standing, frozen, amount, day)
    sequence = numbering.issue(kind, opd, day.year) if known.numbered else None
    number = known.pattern.format(n=sequence, opd=opd.code, year=day.year)
    document = Document.objects.create(
        kind=kind,
        opd=opd,
        year=day.year,
        sequence=sequence,
        number_text=number,
        title=title,
        subject_type=subject_type,
        subject_id=subject_id,
        amount=None if amount is None else rupiah(amount),
        day=day,
        facts=frozen,
        sha256=fingerprint(frozen),
        token=ids.token(),
        issued_at=at,
        issued_by=by,
    )
    audit.record(
        "document.issue",
        document,
        by=by,
        at=at,
        after={"kind": kind, "number": number, "sha256": document.sha256},
    )
    return document


@dataclass(frozen=True)
class Draft:
    """One of many documents that are issued together; see ``issue`` for what each part means."""

    title: str
    subject: Subject
    amount: Decimal | None
    facts: dict[str, Any]


def issue_many(
    *, kind: str, opd: Opd, day: date, drafts: Sequence[Draft], by: User | None, at: datetime
) -> list[Document]:
    """Issue documents of one kind for new subjects, their numbers one block in the order of ``drafts``.

    In the caller's transaction, last, as ``issue``; two statements however many there are (one more for each
    thousand). The caller's audit row names the block. Raises IntegrityError where a subject has one already.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("dokumen hanya diterbitkan di dalam transaksi")
    if not drafts:
        return []
    known = _kinds[kind]
    frozen = [freeze({"office": opd.name, **draft.facts}) for draft in drafts]
    keys = [subject_key(draft.subject) for draft in drafts]
    prints = [fingerprint(facts) for facts in frozen]
    numbers = list(numbering.block(kind, opd, day.year, len(drafts))) if known.numbered else []
    texts = [known.pattern.format(n=number, opd=opd.code, year=day.year) for number in numbers]
    rows = [
        Document(
            kind=kind, opd=opd, year=day.year, sequence=numbers[place] if numbers else None,
            number_text=texts[place] if texts else "",
            title=draft.title, subject_type=keys[place][0], subject_id=keys[place][1],
            amount=None if draft.amount is None else rupiah(draft.amount), day=day, facts=frozen[place],
            sha256=prints[place], token=ids.token(), issued_at=at, issued_by=by,
        )
        for place, draft in enumerate(drafts)
    ]  # fmt: skip
    return Document.objects.bulk_create(rows, batch_size=1000)


def _one_at_a_time(*key: str) -> None:
    """Two that issue for one subject at once: the second waits, then finds the first one's document."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", ["office.document|" + "|".join(key)]
        )


def _same(standing: Document, frozen: dict[str, Any], amount: Decimal | None, day: date) -> Document:
    if (standing.sha256, standing.amount, standing.day) == (fingerprint(frozen), amount, day):
        return standing
    raise DocumentError(
        f"{_kinds[standing.kind].label} {standing.number or 'konsep'} sudah terbit dengan isi lain."
        " Batalkan dahulu, lalu terbitkan yang baru."
    )


@transaction.atomic
def void(*, document: Document, reason: str, by: User | None, at: datetime) -> Document:
    """Cancel a document; its number stays taken and its page says so. The room checks who may. Raises
    DocumentError where it was voided before or the reason is missing."""
    if not reason.strip():
        raise DocumentError("Tulis alasan pembatalan. Dokumen belum dibatalkan.")
    done = Document.objects.filter(pk=document.pk, voided_at=None).update(
        voided_at=at, voided_by=by, void_reason=reason.strip()[:300]
    )
    if not done:
        raise DocumentError("Dokumen ini sudah dibatalkan sebelumnya.")
    document.refresh_from_db()
    audit.record(
        "document.void", document, by=by, at=at, after={"number": document.number}, reason=reason[:300]
    )
    return document


@transaction.atomic
def record_official(
    *, document: Document, number: str, date: date, file: Evidence | None, by: User | None, at: datetime
) -> Document:
    """The number and day that SIPD gave to a konsep, with the signed file where there is one.

    May be corrected by recording again; each time leaves its audit row. Raises DocumentError for our own
    numbered kinds, for voided documents, and for a number that another document of the kind has.
    """
    number = " ".join(number.split())
    if _kinds[document.kind].numbered:
        raise DocumentError("Dokumen ini bernomor sendiri; nomor resmi hanya untuk dokumen SIPD.")
    if not number:
        raise DocumentError("Isi nomor resmi dari SIPD. Belum ada yang dicatat.")
    before = {"number": document.official_number, "date": str(document.official_date or "")}
    try:
        with transaction.atomic():
            done = Document.objects.filter(pk=document.pk, voided_at=None).update(
                official_number=number, official_date=date, official_file=file, official_at=at, official_by=by
            )
    except IntegrityError as error:
        raise DocumentError(f"Nomor {number} sudah dipakai dokumen lain. Periksa di SIPD.") from error
    if not done:
        raise DocumentError("Dokumen ini sudah dibatalkan; nomor resmi tidak dicatat.")
    document.refresh_from_db()
    after = {"number": number, "date": str(date), "file": file.sha256 if file else ""}
    audit.record("document.official", document, by=by, at=at, before=before, after=after)
    return document


def of(subject: Subject) -> DocumentQuerySet:
    """All documents of a subject, voided ones too, newest first."""
    subject_type, subject_id = subject_key(subject)
    return Document.objects.filter(subject_type=subject_type, subject_id=subject_id).select_related("opd")


def current(kind: str, subject: Subject) -> Document | None:
    """The standing document of a kind, or None."""
    return of(subject).filter(kind=kind).standing().first()


def subject_key(subject: Subject) -> tuple[str, str]:
    if isinstance(subject, tuple):
        return subject
    return subject._meta.label_lower, str(subject.pk)


def freeze(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts as JSON keeps them: amounts and days as text. Raises TypeError for a float."""
    _refuse_floats(facts)
    frozen: dict[str, Any] = json.loads(json.dumps(facts, cls=DjangoJSONEncoder))
    return frozen


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("isi dokumen tidak boleh memuat pecahan biner; pakai Decimal")
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            _refuse_floats(part)


def fingerprint(facts: dict[str, Any]) -> str:
    """SHA-256 of the canonical form: sorted keys, no spaces, UTF-8."""
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
