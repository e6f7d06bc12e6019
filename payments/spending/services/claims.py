"""Claims on the regional treasury: SPP by the treasurer, checked by PPK, SPM by PA, SP2D by Kuasa BUD.

Source: Permendagri 77/2020. Amounts are rupiah. SIPD numbers these documents; ours are konsep until its
numbers come in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from opd import access, audit
from opd.models import User
from opd.office import documents
from opd.office.calendar import day_of
from opd.office.models import Document, Evidence
from opd.planning import queries as planning
from opd.planning.services import PurseKind
from payments.money import MoneyError, format_rupiah, rupiah
from payments.spending import claim_documents, claim_queries
from payments.spending.claim_rules import NEEDS_SPENDS, ONE_AT_A_TIME, ORDER, PAY, VERIFY, Step, next_step
from payments.spending.models import Claim, ClaimKind, ClaimLine, ClaimState, Spend
from payments.spending.services import claim_money
from payments.spending.services.claim_money import ClaimError

__all__ = [
    "ClaimError",
    "on_paid",
    "order_claim",
    "pay_claim",
    "raise_claim",
    "record_number",
    "reject_claim",
    "verify_claim",
]
Handler = Callable[[Claim, User, datetime], None]
_on_paid: dict[str, Handler] = {}


def on_paid(kind: ClaimKind, handler: Handler) -> None:
    """What an outer room does when a claim of ``kind`` is paid, in its transaction; from AppConfig.ready."""
    _on_paid[kind] = handler


def raise_claim(
    *,
    kind: ClaimKind,
    opd_id: int,
    year: int,
    purpose: str,
    by: User,
    at: datetime,
    amount: Decimal | None = None,
    spend_ids: Iterable[UUID] = (),
) -> Claim:
    """The SPP. UP and TU ask for ``amount`` (> 0); GU, LS and GU-KKPD take up ``spend_ids`` at their cost.

    GU Nihil accounts for the last UP spends of a year, TU with ``spend_ids`` for TU: they bring no money.
    Each spend stands in one live claim. Raises ClaimError; PermissionDenied without ``claim.raise``.
    """
    access.require(by, "claim.raise", opd=opd_id)
    chosen = sorted(set(spend_ids))
    _check_request(kind, amount, chosen, purpose)
    with transaction.atomic():
        _one_at_a_time(opd_id, year, kind)
        lines = _lines(kind, opd_id, year, chosen) if chosen else []
        wanted = sum((cost for _, cost in lines), Decimal(0)) if lines else rupiah(amount or 0)
        if not lines:
            _check_advance(kind, opd_id, year, wanted)
        claim = Claim.objects.create(
            kind=kind, opd_id=opd_id, year=year, amount=wanted, purpose=purpose.strip()[:300], raised_by=by,
            raised_at=at,
        )  # fmt: skip
        _take_up(claim, lines)
        claim_documents.issue_spp(claim, by=by, at=at, on=day_of(at))
        after = {"kind": str(kind), "amount": f"{wanted:.2f}", "spends": len(lines)}
        audit.record("claim.raise", claim, by=by, at=at, after=after)
    return claim


def _check_request(kind: ClaimKind, amount: Decimal | None, chosen: list[UUID], purpose: str) -> None:
    nothing = "SPP belum dibuat."
    if len(purpose.strip()) < 5:
        raise ClaimError(f"Tulis keperluan SPP ini, paling sedikit lima huruf. {nothing}")
    if kind in NEEDS_SPENDS and not chosen:
        raise ClaimError(f"Pilih dahulu belanja yang masuk SPP ini. {nothing}")
    if kind == ClaimKind.UP and chosen:
        raise ClaimError(f"SPP-UP meminta uang muka, bukan penggantian belanja. {nothing}")
    if chosen:
        return
    try:
        exact = rupiah(amount or 0)
    except MoneyError:
        exact = Decimal(0)
    if exact <= 0:
        raise ClaimError(f"Jumlah SPP harus lebih dari nol. {nothing}")


def _one_at_a_time(opd_id: int, year: int, kind: ClaimKind) -> None:
    """Two that ask for one agency's money at once: the second waits and sees the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"spending.claim|{opd_id}|{year}|{kind}"],
        )


def _check_advance(kind: ClaimKind, opd_id: int, year: int, wanted: Decimal) -> None:
    running = Claim.objects.filter(kind=kind, opd=opd_id, year=year, lines=None)
    running = running.exclude(state__in=[ClaimState.PAID, ClaimState.REJECTED])
    if kind in ONE_AT_A_TIME and running.exists():
        raise ClaimError(
            f"SPP-{kind.label} tahun {year} masih berjalan. Tunggu sampai SP2D-nya terbit atau ditolak; "
            "SPP kedua belum dibuat."
        )
    if kind != ClaimKind.UP:
        return
    purse = next(one for one in planning.purses(opd_id, year) if one.kind == PurseKind.UP_CASH)
    if purse.share is None:
        raise ClaimError(f"SK besaran UP tahun {year} belum dicatat untuk OPD ini. SPP belum dibuat.")
    if purse.limit + wanted > purse.share:
        raise ClaimError(
            f"Bagian UP tunai menurut SK adalah {format_rupiah(purse.share)} dan sudah diterima "
            f"{format_rupiah(purse.limit)}; permintaan {format_rupiah(wanted)} melebihinya. SPP belum dibuat."
        )


def _lines(kind: ClaimKind, opd_id: int, year: int, chosen: list[UUID]) -> list[tuple[Spend, Decimal]]:
    """The chosen spends, locked, each with what it cost. Raises ClaimError where one can't be claimed."""
    locked = Spend.objects.select_for_update(no_key=True).filter(pk__in=chosen).order_by("pk")
    found = {spend.pk: spend for spend in locked}
    free = set(claim_queries.claimable(opd_id, year, kind).filter(pk__in=chosen).values_list("pk", flat=True))
    if missing := [pk for pk in chosen if pk not in free]:
        name = next((str(found[pk]) for pk in missing if pk in found), "Belanja yang dipilih")
        raise ClaimError(
            f"“{name}” tidak dapat masuk SPP-{kind.label}: belum diverifikasi, sudah masuk SPP lain, atau "
            "bukan belanja jenis ini. SPP belum dibuat; muat ulang daftarnya."
        )
    costs = claim_queries.net_amounts(chosen)
    if empty := [pk for pk in chosen if costs[pk] <= 0]:
        raise ClaimError(
            f"“{found[empty[0]]}” sudah dikembalikan seluruhnya oleh penerima, jadi tidak dimintakan. "
            "SPP belum dibuat."
        )
    return [(found[pk], costs[pk]) for pk in chosen]


def _take_up(claim: Claim, lines: list[tuple[Spend, Decimal]]) -> None:
    rows = [ClaimLine(claim=claim, spend=spend, amount=cost) for spend, cost in lines]
    try:
        with transaction.atomic():
            ClaimLine.objects.bulk_create(rows)
    except IntegrityError as error:
        raise ClaimError(
            "Salah satu belanja baru saja masuk SPP lain. SPP ini belum dibuat; muat ulang daftarnya."
        ) from error


def verify_claim(*, claim_id: UUID, by: User, at: datetime) -> Claim:
    """PPK-OPD has checked the SPP. Raises ClaimError (own SPP, another state); PermissionDenied."""
    with transaction.atomic():
        claim = _step(claim_id, VERIFY, by=by, at=at)
        _check_costs(claim)
        audit.record("claim.verify", claim, by=by, at=at, before={"state": str(VERIFY.before)})
    return claim


def order_claim(*, claim_id: UUID, by: User, at: datetime) -> Claim:
    """The SPM: by the Pengguna Anggaran alone (a KPA issues none), never by who raised or verified it."""
    with transaction.atomic():
        claim = _step(claim_id, ORDER, by=by, at=at)
        _check_costs(claim)
        claim_documents.issue_spm(claim, by=by, at=at, on=day_of(at))
        audit.record("claim.order", claim, by=by, at=at, before={"state": str(ORDER.before)})
    return claim


def pay_claim(*, claim_id: UUID, sp2d_number: str, sp2d_date: date, by: User, at: datetime) -> Claim:
    """Kuasa BUD records the SP2D that SIPD issued (WIB day): money, purses and books move at once, once.

    UP: the cash purse grows. GU: spends are passed, the purse is filled. GU Nihil: they are passed and UP
    shrinks by that much. TU: the purse grows, or with spends they are passed and it closes by that much.
    LS: spends are paid from RKUD and passed. GU-KKPD: spends are passed and the money for the bill arrives.
    The same SP2D again returns the claim. Raises ClaimError.
    """
    number = " ".join(sp2d_number.split())
    with transaction.atomic():
        known = (
            Claim.objects.select_for_update(no_key=True).filter(pk=claim_id, state=ClaimState.PAID).first()
        )
        if known is not None:
            return _same_sp2d(known, number, by)
        _check_sp2d(_found(claim_id), number, sp2d_date, at)
        claim = _step(claim_id, PAY, by=by, at=at, sp2d_date=sp2d_date)
        _check_costs(claim)
        claim_money.move(claim, number, by=by, at=at)
        document = claim_documents.issue_sp2d(claim, by=by, at=at, on=sp2d_date)
        _official(document, number, sp2d_date, None, by=by, at=at)
        if claim.kind in _on_paid:
            _on_paid[claim.kind](claim, by, at)
        after = {"sp2d": number, "date": str(sp2d_date), "amount": f"{claim.amount:.2f}"}
        audit.record("claim.pay", claim, by=by, at=at, before={"state": str(PAY.before)}, after=after)
    return claim


def _check_sp2d(claim: Claim, number: str, sp2d_date: date, at: datetime) -> None:
    nothing = "SP2D belum dicatat dan tidak ada uang yang bergerak."
    if not number:
        raise ClaimError(f"Isi nomor SP2D dari SIPD. {nothing}")
    if sp2d_date > day_of(at):
        raise ClaimError(f"Tanggal SP2D tidak boleh di depan hari ini. {nothing}")
    if sp2d_date.year != claim.year:
        raise ClaimError(
            f"SPP ini untuk tahun anggaran {claim.year}, tanggal SP2D {sp2d_date:%d/%m/%Y}. {nothing}"
        )
    if claim.ordered_at and sp2d_date < day_of(claim.ordered_at):
        raise ClaimError(f"Tanggal SP2D mendahului SPM ({day_of(claim.ordered_at):%d/%m/%Y}). {nothing}")


def _same_sp2d(claim: Claim, number: str, by: User) -> Claim:
    access.require(by, PAY.permission, opd=claim.opd_id)
    document = documents.current("sp2d", claim)
    if document is None or document.official_number != number:
        raise ClaimError("SP2D untuk SPP ini sudah dicatat dengan nomor lain. Tidak ada yang berubah.")
    return claim


def reject_claim(*, claim_id: UUID, reason: str, by: User, at: datetime) -> Claim:
    """Whoever holds the next step sends the claim back; before it is verified, who raised it may withdraw it.

    Its spends may be claimed again; its documents are voided. Raises ClaimError; PermissionDenied.
    """
    if len(reason.strip()) < 5:
        raise ClaimError("Tulis alasan penolakan, paling sedikit lima huruf. SPP tidak berubah.")
    with transaction.atomic():
        claim = _found(claim_id)
        _may_reject(claim, by)
        changed = Claim.objects.filter(pk=claim_id, state=claim.state).update(
            state=ClaimState.REJECTED, closed_at=at, close_reason=reason.strip()[:300]
        )
        if not changed:
            raise _moved_on(claim_id)
        before = {"state": claim.state}
        claim.refresh_from_db()
        claim.lines.filter(live=True).update(live=False)
        claim_documents.void_all(claim, reason=reason, by=by, at=at)
        audit.record("claim.reject", claim, by=by, at=at, before=before, reason=reason.strip()[:300])
    return claim


def _may_reject(claim: Claim, by: User) -> None:
    step = next_step(claim.state)
    if step is None:
        raise ClaimError(f"SPP ini sudah {claim.get_state_display().lower()}. Tidak ada yang berubah.")
    withdraws = claim.state == ClaimState.RAISED and claim.raised_by_id == by.pk
    access.require(by, "claim.raise" if withdraws else step.permission, opd=claim.opd_id)


def record_number(
    *, claim_id: UUID, kind: str, number: str, day: date, file: Evidence | None, by: User, at: datetime
) -> Document:
    """SIPD's number and day of the SPP or SPM, with the signed file where there is one. Raises ClaimError."""
    with transaction.atomic():
        claim = _found(claim_id)
        access.require(by, "claim.raise" if kind == "spp" else "claim.spm" if kind == "spm" else "claim.sp2d",
                       opd=claim.opd_id)  # fmt: skip
        document = documents.current(kind, claim) if kind in claim_documents.KINDS else None
        if document is None:
            raise ClaimError("Dokumen ini belum ada pada SPP tersebut. Nomor belum dicatat.")
        return _official(document, number, day, file, by=by, at=at)


def _official(
    document: Document, number: str, day: date, file: Evidence | None, *, by: User, at: datetime
) -> Document:
    try:
        return documents.record_official(document=document, number=number, date=day, file=file, by=by, at=at)
    except documents.DocumentError as error:
        raise ClaimError(str(error)) from error


def _step(claim_id: UUID, step: Step, *, by: User, at: datetime, **also: Any) -> Claim:
    """Move a claim one step on by conditional UPDATE, once, by another person than those before."""
    claim = _found(claim_id)
    access.require(by, step.permission, opd=claim.opd_id)
    if by.pk in {claim.raised_by_id, claim.verified_by_id, claim.ordered_by_id}:
        raise ClaimError(
            "Anda sudah bertindak pada SPP ini, jadi langkah berikutnya dilakukan orang lain. "
            "Tidak ada yang berubah."
        )
    values = {"state": step.after, f"{step.mark}_by": by, f"{step.mark}_at": at, **also}
    if not Claim.objects.filter(pk=claim_id, state=step.before).update(**values):
        raise _moved_on(claim_id)
    claim.refresh_from_db()
    return claim


def _check_costs(claim: Claim) -> None:
    """A refund since the SPP was raised makes it ask for too much."""
    lines = list(claim.lines.all())
    costs = claim_queries.net_amounts(line.spend_id for line in lines)
    changed = [line for line in lines if costs[line.spend_id] != line.amount]
    if changed:
        raise ClaimError(
            f"Belanja “{changed[0].spend}” berubah sejak SPP diajukan: {format_rupiah(changed[0].amount)} "
            f"menjadi {format_rupiah(costs[changed[0].spend_id])}. Tolak SPP ini, lalu ajukan lagi."
        )


def _found(claim_id: UUID) -> Claim:
    claim = Claim.objects.select_related("opd").filter(pk=claim_id).first()
    if claim is None:
        raise ClaimError("SPP ini tidak ada.")
    return claim


def _moved_on(claim_id: UUID) -> ClaimError:
    state = _found(claim_id).get_state_display().lower()
    return ClaimError(
        f"SPP ini sedang dalam keadaan “{state}”, jadi langkah ini tidak berlaku. Muat ulang halamannya."
    )
