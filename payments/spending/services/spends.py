"""From draft to tested, and after payment: verified and passed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from opd import access, audit
from opd.models import User
from opd.planning import services as planning
from opd.planning.services import PurseKind
from payments.ledger.services import post_many
from payments.money import format_rupiah
from payments.spending import evidence, npd, postings, rules
from payments.spending.drafts import SpendDraft
from payments.spending.errors import SpendError, Stale, WrongState
from payments.spending.models import Claim, ClaimLine, Refund, Source, Spend, SpendState, TaxLine
from payments.spending.rules import Deed
from payments.spending.services.booking import facts_of
from payments.spending.services.checking import check_payee, checked
from payments.spending.services.locking import (
    check,
    locked,
    move,
    reason_of,
    refuse_own,
    require_any,
)


@transaction.atomic
def raise_spend(*, draft: SpendDraft, by: User, at: datetime, copied_from: UUID | None = None) -> Spend:
    """Write a draft NPD; nothing is held yet.

    By a PPTK; a card holder may raise what he paid with a card, an employee what he paid with e-money.
    ``amount`` is gross rupiah. Raises BadDraft (naming the field), Blocked, PermissionDenied.
    """
    _may_raise(by, draft.opd_id, draft.source, draft.channel)
    good = checked(draft)
    spend = Spend(raised_by=by, raised_at=at, copied_from_id=copied_from, **_columns(good))
    spend.save(force_insert=True)
    _write_taxes(spend, good)
    audit.record("spend.raise", spend, by=by, at=at, after=_words(good))
    return spend


@transaction.atomic
def amend_spend(*, spend_id: UUID, version: int, draft: SpendDraft, by: User, at: datetime) -> Spend:
    """Change a draft that its raiser saw as ``version``. Raises Stale, WrongState, BadDraft, Blocked."""
    spend = locked(spend_id)
    _only_raiser(spend, by, "mengubahnya")
    _may_raise(by, spend.opd_id, draft.source, draft.channel)
    if spend.state != SpendState.DRAFT:
        raise WrongState(
            f"Belanja ini berkeadaan “{SpendState(spend.state).label}”; hanya draf yang dapat diubah. "
            "Batalkan lalu salin bila isinya memang keliru."
        )
    if draft.opd_id != spend.opd_id:
        raise WrongState("Draf tidak dapat dipindahkan ke OPD lain. Buat pengajuan baru di sana.")
    good = checked(draft)
    rows = Spend.objects.filter(pk=spend.pk, version=version, state=SpendState.DRAFT)
    if not rows.update(version=F("version") + 1, **_columns(good)):
        raise Stale(
            "Draf ini sudah diubah di jendela lain sesudah Anda membukanya. Perubahan Anda belum disimpan; "
            "muat ulang lalu ulangi."
        )
    before = _words_of(spend)
    spend.refresh_from_db()
    spend.taxes.all().delete()
    _write_taxes(spend, good)
    audit.record("spend.amend", spend, by=by, at=at, before=before, after=_words(good))
    return spend


@transaction.atomic
def submit(*, spend_id: UUID, by: User, at: datetime) -> Spend:
    """Ask for approval: from now on the budget (and the purse) is held for it.

    Raises BudgetError (OverPagu, OverSpd, OverCashPlan, OverPurse) with the numbers, Blocked, WrongState;
    then nothing is held.
    """
    spend = locked(spend_id)
    _only_raiser(spend, by, "mengajukannya")
    _may_raise(by, spend.opd_id, spend.source, spend.channel)
    check(spend, Deed.SUBMIT)
    if spend.payee_id:
        check_payee(spend.payee)
    move(spend, Deed.SUBMIT, action="spend.submit", by=by, at=at, submitted_at=at)
    purse = rules.purse_of(spend.source, spend.channel)
    planning.hold(
        key=spend.hold_key,
        line_id=spend.line_id,
        amount=spend.amount,
        on=spend.spend_date,
        purse=PurseKind(purse) if purse else None,
        by=by,
        at=at,
    )
    npd.issue(spend, by=by, at=at)
    return spend


@transaction.atomic
def approve(*, spend_id: UUID, by: User, at: datetime) -> Spend:
    """PA or KPA approves what somebody else raised. Raises OwnWork, Blocked, WrongState."""
    spend = locked(spend_id)
    access.require(by, "spend.approve", opd=spend.opd_id)
    check(spend, Deed.APPROVE)
    refuse_own(by, (spend.raised_by_id,), "menyetujui")
    if spend.payee_id:
        check_payee(spend.payee)
    return move(spend, Deed.APPROVE, action="spend.approve", by=by, at=at, approved_by=by, approved_at=at)


@transaction.atomic
def reject(*, spend_id: UUID, reason: str, by: User, at: datetime) -> Spend:
    """PA/KPA or, once approved, the treasurer sends it back for good; the budget is free again."""
    spend = locked(spend_id)
    may = ("spend.approve",) if spend.state == SpendState.SUBMITTED else ("spend.approve", "spend.pay")
    require_any(by, may, spend.opd_id)
    check(spend, Deed.REJECT)
    return _close(spend, Deed.REJECT, reason_of(reason, "ditolak"), by=by, at=at)


@transaction.atomic
def cancel(*, spend_id: UUID, reason: str, by: User, at: datetime) -> Spend:
    """The raiser withdraws what has not been paid; the budget is free again."""
    spend = locked(spend_id)
    _only_raiser(spend, by, "membatalkannya")
    _may_raise(by, spend.opd_id, spend.source, spend.channel)
    check(spend, Deed.CANCEL)
    return _close(spend, Deed.CANCEL, reason_of(reason, "dibatalkan"), by=by, at=at)


def _close(spend: Spend, deed: Deed, reason: str, *, by: User, at: datetime) -> Spend:
    if ClaimLine.objects.filter(spend=spend, live=True).exists():
        raise WrongState(
            "Belanja ini sudah masuk SPP. Tidak ada yang berubah; tolak SPP-nya dahulu, lalu ulangi."
        )
    held = rules.State(spend.state) in rules.HOLDING
    move(spend, deed, action=f"spend.{deed}", by=by, at=at, reason=reason, closed_at=at, close_reason=reason)
    if held:
        planning.release(key=spend.hold_key, reason=reason, by=by, at=at)
        npd.void(spend, reason=reason, by=by, at=at)
    return spend


@transaction.atomic
def test_spend(*, spend_id: UUID, checks: Mapping[str, bool], note: str, by: User, at: datetime) -> Spend:
    """The treasurer tests before she pays (``rules.CHECKS``); what is not passed, or evidence that is
    missing, needs a reason in ``note``. Raises OwnWork, WrongState. Source: Permendagri 77/2020."""
    spend = locked(spend_id)
    access.require(by, "spend.pay", opd=spend.opd_id)
    check(spend, Deed.TEST)
    refuse_own(by, (spend.raised_by_id, spend.approved_by_id), "menguji")
    if spend.source == Source.KKPD:
        raise WrongState("Belanja kartu diuji bersama tagihannya pada halaman KKPD. Tidak ada yang berubah.")
    words = " ".join(note.split())[:300]
    open_tests = [rules.CHECKS[name].lower() for name in rules.failed_checks(checks)]
    lacking = [label.lower() for label in evidence.missing(spend).values()]
    if (open_tests or lacking) and not words:
        raise WrongState(
            f"Belum terpenuhi: {', '.join([*open_tests, *lacking])}. Belanja belum dinyatakan siap dibayar; "
            "lengkapi, tolak, atau tulis alasannya."
        )
    result = {**{name: bool(checks.get(name, False)) for name in rules.CHECKS}, "note": words}
    return move(
        spend, Deed.TEST, action="spend.test", by=by, at=at, reason=words, facts={"lacking": lacking},
        tested_by=by, tested_at=at, checks=result,
    )  # fmt: skip


@transaction.atomic
def verify_spend(*, spend_id: UUID, by: User, at: datetime) -> Spend:
    """PPK verifies a paid spend and its evidence for the SPP. Raises OwnWork, WrongState."""
    spend = locked(spend_id)
    access.require(by, "spend.verify", opd=spend.opd_id)
    check(spend, Deed.VERIFY)
    refuse_own(by, (spend.raised_by_id, spend.approved_by_id, spend.tested_by_id), "memverifikasi")
    return move(spend, Deed.VERIFY, action="spend.verify", by=by, at=at, verified_by=by, verified_at=at)


@transaction.atomic
def pass_spends(
    *, spend_ids: Iterable[UUID], claim: Claim, on: date, by: User | None, at: datetime
) -> list[Spend]:
    """SP2D of ``claim`` (day ``on``) passes verified spends: belanja-LRA is booked. All or none.

    What counts is gross less what the payee gave back. An LS was booked as it was paid. Raises WrongState,
    SpendError where the claim's line says another amount; PermissionDenied without ``claim.sp2d``.
    """
    spends = [locked(spend_id) for spend_id in sorted(set(spend_ids))]
    lines = dict(ClaimLine.objects.filter(claim=claim, live=True).values_list("spend_id", "amount"))
    drafts = []
    for spend in spends:
        if by is not None:
            access.require(by, "claim.sp2d", opd=spend.opd_id)
        amount = spend.amount - refunded(spend)
        _agree(spend, lines.get(spend.pk, amount), amount)
        direct = spend.source == Source.LS
        move(
            spend, Deed.RATIFY_DIRECT if direct else Deed.RATIFY, action="spend.ratify", by=by, at=at,
            facts={"claim": str(claim.pk)}, passed_date=on,
        )  # fmt: skip
        if amount and not direct:
            drafts.append((f"{spend.hold_key}:passed", postings.passed(facts_of(spend, on, gross=amount))))
    post_many(drafts, by=by, at=at)
    return spends


def _agree(spend: Spend, claimed: Decimal, amount: Decimal) -> None:
    if claimed != amount:
        raise SpendError(
            f"SPP memuat {format_rupiah(claimed)} untuk “{spend}”, sedangkan belanjanya tinggal "
            f"{format_rupiah(amount)}. SP2D belum dicatat; tolak SPP ini lalu ajukan lagi."
        )


def refunded(spend: Spend) -> Decimal:
    """What the payee gave back so far (rupiah)."""
    return sum(Refund.objects.filter(spend=spend).values_list("amount", flat=True), Decimal("0.00"))


def _may_raise(by: User, opd_id: int, source: str, channel: str) -> None:
    may: tuple[str, ...] = ("spend.raise",)
    if source == "kkpd":
        may = (*may, "kkpd.report")
    if channel == "emoney":
        may = (*may, "emoney.report")
    require_any(by, may, opd_id)


def _only_raiser(spend: Spend, by: User, deed: str) -> None:
    if by.pk != spend.raised_by_id:
        access.require(by, "spend.view", opd=spend.opd_id)
        raise WrongState(f"Hanya {spend.raised_by.name} sebagai pengusul yang dapat {deed}.")


def _columns(draft: SpendDraft) -> dict[str, Any]:
    same = (
        *("opd_id", "year", "line_id", "source", "channel", "payee_id", "merchant_name", "nmid"),
        *("qris_content", "amount", "surcharge", "description", "spend_date", "type", "method"),
        *("is_domestic", "is_umkm"),
    )
    return {name: getattr(draft, name) for name in same}


def _write_taxes(spend: Spend, draft: SpendDraft) -> None:
    TaxLine.objects.bulk_create(
        TaxLine(spend=spend, kind=tax.kind, amount=tax.amount, billing_code=tax.billing_code)
        for tax in draft.taxes
    )


def _words(draft: SpendDraft) -> dict[str, Any]:
    return {
        "amount": f"{draft.amount:.2f}",
        "line": draft.line_id,
        "source": str(draft.source),
        "channel": str(draft.channel),
        "payee": draft.payee_id,
        "taxes": {str(tax.kind): f"{tax.amount:.2f}" for tax in draft.taxes},
    }


def _words_of(spend: Spend) -> dict[str, Any]:
    return {
        "amount": f"{spend.amount:.2f}",
        "line": spend.line_id,
        "source": spend.source,
        "channel": spend.channel,
        "payee": spend.payee_id,
        "taxes": {tax.kind: f"{tax.amount:.2f}" for tax in spend.taxes.all()},
    }
