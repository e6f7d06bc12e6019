"""What the claims' pages show: the next step in words, who may act, documents, and what may be claimed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest

from opd.access import allowed
from opd.models import AuditEvent, User
from opd.office import evidence, pictures
from opd.office.models import Document
from payments.ledger.models import Entry, Journal
from payments.spending import claim_documents, claim_queries
from payments.spending.claim_forms import NumberForm
from payments.spending.claim_rules import full_label, is_nihil, next_step
from payments.spending.models import Claim, ClaimState
from payments.spending.services import claims
from payments.spending.services.claim_money import received_key
from payments.spending.services.claims import ClaimError


@dataclass(frozen=True)
class Choice:
    """A way to begin a claim: its word in the address, its kind, and what it is for."""

    word: str
    kind: str
    label: str
    text: str
    takes_spends: bool
    purpose: str


NEW: dict[str, Choice] = {
    choice.word: choice
    for choice in (
        Choice("gu", "gu", "SPP-GU", "Minta ganti belanja UP yang sudah diverifikasi.", True,
               "Penggantian uang persediaan"),
        Choice("gu-nihil", "gu_nihil", "SPP-GU Nihil",
               "Pertanggungjawabkan belanja UP terakhir di akhir tahun, tanpa minta ganti.",
               True, "Pertanggungjawaban uang persediaan akhir tahun"),
        Choice("up", "up", "SPP-UP", "Minta uang persediaan menurut SK.", False, "Uang persediaan"),
        Choice("tu", "tu", "SPP-TU", "Minta tambahan uang untuk kegiatan yang mendesak.", False, ""),
        Choice("tu-nihil", "tu", "SPP-TU Nihil", "Pertanggungjawabkan belanja TU.", True,
               "Pertanggungjawaban tambahan uang persediaan"),
        Choice("ls", "ls", "SPP-LS", "Minta BUD membayar langsung ke penerima.", True, "Pembayaran langsung"),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """A spend that a claim may take up, at what it cost (rupiah)."""

    pk: UUID
    description: str
    account: str
    payee: str
    day: date
    cost: Decimal


def new_choices(user: User) -> list[Choice]:
    return list(NEW.values()) if allowed(user, "claim.raise") else []


def candidates(opd_id: int, year: int, kind: str) -> list[Candidate]:
    return [
        Candidate(
            row.pk, row.description, str(row.line), row.payee.name if row.payee else row.merchant_name,
            row.paid_date or row.spend_date,
            row.amount if row.realised is None else row.realised,
        )
        for row in claim_queries.claimable(opd_id, year, kind)
    ]  # fmt: skip


_WAITS = {
    ClaimState.RAISED: "Menunggu PPK-OPD memeriksa SPP dan lampirannya.",
    ClaimState.VERIFIED: "Menunggu Pengguna Anggaran menerbitkan SPM.",
    ClaimState.ORDERED: "Menunggu Kuasa BUD mencatat nomor dan tanggal SP2D.",
    ClaimState.PAID: "Selesai: SP2D terbit dan uangnya sudah dibukukan.",
    ClaimState.REJECTED: "Ditolak: belanjanya dapat masuk SPP lain.",
}
_TONES = {ClaimState.PAID: "ok", ClaimState.REJECTED: "bad"}


_PASSED = "Selesai: SP2D nihil terbit, belanjanya disahkan, dan tidak ada uang yang dipindahkan."


def _waits(claim: Claim, *, has_lines: bool) -> str:
    state = ClaimState(claim.state)
    nihil = state == ClaimState.PAID and is_nihil(claim.kind, has_lines=has_lines)
    return _PASSED if nihil else _WAITS[state]


def context(claim: Claim, user: User) -> dict[str, Any]:
    """Everything the detail page needs, in a fixed number of queries."""
    lines = list(claim.lines.select_related("spend__line", "spend__payee"))
    step = next_step(claim.state)
    involved = {claim.raised_by_id, claim.verified_by_id, claim.ordered_by_id}
    holds = step is not None and allowed(user, step.permission, opd=claim.opd_id)
    withdraws = claim.state == ClaimState.RAISED and claim.raised_by_id == user.pk
    return {
        "claim": claim,
        "label": full_label(claim.kind, has_lines=bool(lines)),
        "lines": lines,
        "waits": _waits(claim, has_lines=bool(lines)),
        "tone": _TONES.get(ClaimState(claim.state), "wait"),
        "next": step.mark if step and holds and user.pk not in involved else "",
        "may_reject": holds or withdraws,
        "documents": [(one, claim_documents.KINDS[one.kind].label, _may_number(one, claim, user))
                      for one in claim_documents.standing(claim)],
        "journals": _journals(claim),
        "events": AuditEvent.objects.filter(
            subject_type="spending.claim", subject_id=str(claim.pk)
        ).select_related("by").order_by("at", "pk"),
    }  # fmt: skip


@dataclass(frozen=True)
class Leg:
    """A leg as the page shows it (rupiah, one of debit and credit is None)."""

    book: str
    account: str
    debit: Decimal | None
    credit: Decimal | None


def _journals(claim: Claim) -> list[tuple[Journal, list[Leg]]]:
    rows = Journal.objects.filter(key=received_key(claim)).prefetch_related("entries__account")
    return [(row, [_leg(entry) for entry in row.entries.all()]) for row in rows]


def _leg(entry: Entry) -> Leg:
    is_debit = entry.amount > 0
    return Leg(
        entry.get_book_display(),
        entry.account.name,
        entry.amount if is_debit else None,
        None if is_debit else -entry.amount,
    )


_NUMBERED_BY = {"spp": "claim.raise", "spm": "claim.spm", "sp2d": "claim.sp2d"}


def _may_number(document: Document, claim: Claim, user: User) -> bool:
    return allowed(user, _NUMBERED_BY[document.kind], opd=claim.opd_id)


def numbered_document(claim: Claim, kind: str, user: User) -> Document:
    """The standing document whose number this person may enter; else 404."""
    found = [one for one in claim_documents.standing(claim) if one.kind == kind]
    if not found or not _may_number(found[0], claim, user):
        raise Http404
    return found[0]


def number_form(request: HttpRequest, document: Document) -> NumberForm:
    initial = {"number": document.official_number, "day": document.official_date}
    if request.method == "POST":
        return NumberForm(request.POST, request.FILES, initial=initial)
    return NumberForm(initial=initial)


def save_number(claim: Claim, kind: str, data: dict[str, Any], *, by: User, at: datetime) -> Document:
    """Keep the signed file, then the number. Raises ClaimError."""
    file = None
    if upload := data.get("file"):
        try:
            media_type = pictures.media_type(upload)
        except pictures.FileRefused as error:
            raise ClaimError(f"{error} Nomor belum dicatat.") from error
        file, _ = evidence.store(upload, name=upload.name, media_type=media_type, by=by, at=at)
    return claims.record_number(
        claim_id=claim.pk, kind=kind, number=data["number"], day=data["day"], file=file, by=by, at=at
    )
