"""Merchants that are not in the register: seen by people or by the bank, looked into, closed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from opd import access, audit
from opd.models import Opd, User
from opd.office import attachments
from opd.office.attachments import AttachmentError
from opd.office.calendar import day_of
from opd.office.models import Attachment
from payments import qris
from payments.incoming.models import MoneyException, ReceivingAccount
from payments.incoming.texts import Trouble
from payments.money import format_rupiah
from payments.reconciliation.models import ReconciliationException
from retribusi import static_code, tickets
from retribusi.models import CollectionPoint
from retribusi.walkins.errors import WalkInError
from retribusi.walkins.models import PhantomCase, Sighting

EVIDENCE = {"picture": "Foto QRIS", "office": "Berkas pemeriksaan"}
AT_ONCE = 200
"""Sightings of money that one sweep turns into cases."""
LEAST = 10
NOTHING = "Belum ada yang berubah."


@dataclass(frozen=True)
class Verdict:
    """A code beside the register: the account it is of, or every reason why it is none of ours."""

    payload: qris.QrisPayload
    account: ReceivingAccount | None
    point: CollectionPoint | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Merchant:
    identity: str
    nmid: str = ""
    pan: str = ""
    name: str = ""
    terminal: str = ""
    content: str = ""


def check(content: str, *, at: datetime) -> Verdict:
    """Whether a QRIS is of a receiving account in force on the WIB day of ``at``: NMID, PAN, name, terminal.

    Static or dynamic. Writes nothing. Raises QrisError for what is no QRIS.
    """
    payload = qris.parse(content.strip())
    pans = [merchant.pan for merchant in payload.merchants]
    near = Q(nmid=payload.nmid) if payload.nmid else Q(pk=None)
    entries = ReceivingAccount.objects.valid(on=day_of(at)).filter(near | Q(merchant_pan__in=pans))
    found = [(entry, static_code.differences(payload, entry)) for entry in entries.order_by("pk")[:50]]
    ours = next((entry for entry, wrong in found if not wrong), None)
    if ours:
        return Verdict(payload, ours, CollectionPoint.objects.filter(receiving_account=ours).first())
    wrong = min((wrong for _, wrong in found), key=len, default=["NMID dan PAN-nya tidak ada di daftar."])
    return Verdict(payload, None, None, tuple(wrong))


def report(
    *, verdict: Verdict, content: str, picture: File[bytes] | None, point: CollectionPoint | None, note: str,
    form_key: str, by: User | None, at: datetime,
) -> PhantomCase:  # fmt: skip
    """A person saw a code that is not ours: a case, or one more sighting of the open one.

    The picture is kept as evidence. Once per ``form_key`` and code. Raises WalkInError for a picture that is
    none; then nothing is reported.
    """
    key = hashlib.sha256(f"{content}|{form_key}".encode()).hexdigest()
    known = Sighting.objects.select_related("case").filter(form_key=key).first()
    if known:
        return known.case
    words = " ".join((*verdict.reasons, note.strip()))[:1000]
    try:
        with transaction.atomic():
            case = _case(_merchant_of(verdict.payload, content), point=point, at=at)
            _enter(case, Sighting.Kind.REPORT, text=words, form_key=key, by=by, at=at)
            if picture:
                _attach(case, picture, by, at)
    except IntegrityError:
        first = Sighting.objects.select_related("case").filter(form_key=key).first()
        if first is None:
            raise
        return first.case  # the same form arrived twice at the same moment
    return case


def open_from_money(*, at: datetime) -> int:
    """Cases for money that came in for merchants outside the register; how many sightings were taken in.

    Each in a transaction of its own, once: from notices, and from settlement lines of unknown merchants.
    """
    seen = Sighting.objects.filter(trouble=OuterRef("pk"))
    troubles = MoneyException.objects.filter(kind=str(Trouble.UNKNOWN_TERMINAL)).exclude(Exists(seen))
    listed = ReceivingAccount.objects.filter(nmid=OuterRef("settlement_line__nmid"))
    of_files = ReconciliationException.objects.filter(kind="missing_ours").exclude(
        Exists(Sighting.objects.filter(difference=OuterRef("pk")))
    )
    differences = of_files.exclude(Exists(listed)).select_related("settlement_line")
    return sum(_from_notice(row, at) for row in troubles.order_by("pk")[:AT_ONCE]) + sum(
        _from_file(row, at) for row in differences.order_by("pk")[:AT_ONCE]
    )


@transaction.atomic
def assign(*, case_id: UUID, opd: Opd, by: User, at: datetime) -> PhantomCase:
    """Give a case to the agency that must look into it. Raises WalkInError."""
    access.require(by, "phantom.assign")
    case = _locked(case_id)
    if case.opd_id != opd.pk:
        before = {"opd": case.opd_id}
        case.opd = opd
        case.save(update_fields=["opd"])
        _enter(case, Sighting.Kind.ASSIGNED, text=f"Diteruskan ke {opd.name}.", by=by, at=at)
        audit.record("phantom.assign", case, by=by, at=at, before=before, after={"opd": opd.pk})
    return case


@transaction.atomic
def investigate(*, case_id: UUID, text: str, by: User, at: datetime) -> PhantomCase:
    """Note what was found so far. Raises WalkInError; PermissionDenied outside one's agency."""
    case = _mine(case_id, by)
    words = _words(text)
    case.state = PhantomCase.State.INVESTIGATED
    case.save(update_fields=["state"])
    _enter(case, Sighting.Kind.INVESTIGATED, text=words, by=by, at=at)
    audit.record("phantom.investigate", case, by=by, at=at, after={"state": case.state})
    return case


@transaction.atomic
def close(*, case_id: UUID, finding: str, text: str, by: User, at: datetime) -> PhantomCase:
    """Close a case with what it was and what was done; it is final. Raises WalkInError."""
    case = _mine(case_id, by)
    words = _words(text)
    if finding not in PhantomCase.Finding.values:
        raise WalkInError(f"Pilih kesimpulannya. {NOTHING}")
    before = {"state": case.state}
    case.state, case.finding, case.closed_at = PhantomCase.State.CLOSED, finding, at
    case.save(update_fields=["state", "finding", "closed_at"])
    _enter(case, Sighting.Kind.CLOSED, text=words, by=by, at=at)
    audit.record("phantom.close", case, by=by, at=at, before=before, after={"finding": finding}, reason=words)
    return case


def _mine(case_id: UUID, by: User) -> PhantomCase:
    case = _locked(case_id)
    access.require(by, "phantom.handle", opd=case.opd_id or 0)
    return case


def _locked(case_id: UUID) -> PhantomCase:
    case = PhantomCase.objects.select_for_update(of=("self",)).get(pk=case_id)
    if case.is_closed:
        raise WalkInError(f"Kasus ini sudah selesai. {NOTHING}")
    return case


def _words(text: str) -> str:
    words = text.strip()
    if len(words) < LEAST:
        raise WalkInError(f"Tulis apa yang ditemukan, paling sedikit {LEAST} huruf. {NOTHING}")
    return words[:1000]


@transaction.atomic
def _from_notice(row: MoneyException, at: datetime) -> bool:
    merchant = _Merchant(row.nmid or f"kejanggalan-{row.pk}", nmid=row.nmid, terminal=row.terminal_id)
    case = _case(merchant, opd=row.opd, at=at)
    if Sighting.objects.filter(trouble=row).exists():
        return False
    amount = format_rupiah(row.amount) if row.amount else "Jumlah tidak disebut"
    text = f"{amount}, RRN {row.rrn or '–'}, terminal {row.terminal_id or '–'}."
    _enter(case, Sighting.Kind.CREDIT, text=text, trouble=row, by=None, at=at)
    return True


@transaction.atomic
def _from_file(row: ReconciliationException, at: datetime) -> bool:
    line = row.settlement_line
    if line is None:
        return False
    case = _case(_Merchant(line.nmid, line.nmid, line.merchant_pan, terminal=line.terminal_id), at=at)
    if Sighting.objects.filter(difference=row).exists():
        return False
    text = f"{format_rupiah(row.amount)}, RRN {line.rrn}, batch {line.batch.batch_no}."
    _enter(case, Sighting.Kind.FILE, text=text, difference=row, by=None, at=at)
    return True


def _merchant_of(payload: qris.QrisPayload, content: str) -> _Merchant:
    pan = next((merchant.pan for merchant in payload.merchants if merchant.pan), "")
    nmid = payload.nmid or ""
    identity = nmid or pan or hashlib.sha256(content.encode()).hexdigest()
    return _Merchant(
        identity[:64], nmid[:20], pan[:19], payload.merchant_name[:40],
        (payload.additional.terminal_label or "")[:25], content[:512],
    )  # fmt: skip


def _case(
    merchant: _Merchant, *, at: datetime, point: CollectionPoint | None = None, opd: Opd | None = None
) -> PhantomCase:
    """The merchant's open case, locked, or a new one; a place that is told later is kept."""
    fresh = {
        "number": tickets.spoken_number(), "nmid": merchant.nmid,
        "merchant_pan": merchant.pan, "merchant_name": merchant.name, "terminal_id": merchant.terminal,
        "content": merchant.content, "opened_at": at,
    }  # fmt: skip
    rows = PhantomCase.objects.exclude(state=PhantomCase.State.CLOSED).select_for_update(of=("self",))
    case, made = rows.get_or_create(identity=merchant.identity, defaults=fresh)
    if made:
        after = {"identity": merchant.identity, "name": merchant.name}
        audit.record("phantom.open", case, by=None, at=at, after=after)
    place = case.point or point
    agency = case.opd or opd or (place.opd if place else None)
    if (place, agency) != (case.point, case.opd):
        case.point, case.opd = place, agency
        case.save(update_fields=["point", "opd"])
    return case


def _enter(case: PhantomCase, kind: str, *, by: User | None, at: datetime, **more: Any) -> Sighting:
    return Sighting.objects.create(case=case, kind=kind, state=case.state, by=by, at=at, **more)


def _attach(case: PhantomCase, picture: File[bytes], by: User | None, at: datetime) -> None:
    kept = attachments.of(case).filter(name=(picture.name or "")[:200], evidence__size=picture.size)
    if kept.exists():
        return
    try:
        with transaction.atomic():
            attachments.attach(
                subject=case, kind="picture", upload=picture, by=None, at=at, via=Attachment.Via.PHONE
            )
    except AttachmentError as error:
        raise WalkInError(str(error)) from error
