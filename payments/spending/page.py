"""What the page of one spend shows: its facts, what waits for whom, and the one next step of this person."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from opd.access import allowed
from opd.models import User
from opd.office import documents
from payments.ledger.queries import journal_of
from payments.spending import evidence, npd, queries, rules
from payments.spending.models import Source, Spend, SpendState
from payments.spending.services.checking import twins
from payments.spending.texts import TONES, next_step


@dataclass(frozen=True)
class Step:
    """The primary button: where it leads, what it says, and whether pressing it does the deed (POST)."""

    url: str
    label: str
    is_deed: bool = False


def context(spend: Spend, user: User) -> dict[str, Any]:
    """Everything the page needs, in a bounded number of queries."""
    taxes = list(spend.taxes.all())
    claim_lines = list(spend.claim_lines.select_related("claim").filter(live=True))
    state = rules.State(spend.state)
    withheld = sum((tax.amount for tax in taxes), Decimal(0))
    return {
        "spend": spend,
        "tone": TONES[state],
        "waits": next_step(state, spend.source, claimed=bool(claim_lines)),
        "step": _step(spend, user, claimed=bool(claim_lines)),
        "may": _may(spend, user, claimed=bool(claim_lines)),
        "taxes": taxes,
        "net": spend.amount - withheld,
        "lacking": list(evidence.missing(spend).values()) if state not in rules.FINAL else [],
        "twins": twins(spend) if state in rules.HOLDING else [],
        "checks": [(label, spend.checks.get(name)) for name, label in rules.CHECKS.items()]
        if spend.checks
        else [],
        "disbursements": list(spend.disbursements.select_related("account", "made_by")),
        "refunds": list(spend.refunds.select_related("by")),
        "claims": [line.claim for line in claim_lines],
        "npd": documents.current(npd.KIND.code, spend),
        "journals": journal_of(spend.hold_key) if state in rules.SPENT else [],
        "events": queries.history(spend),
    }


def _step(spend: Spend, user: User, *, claimed: bool) -> Step | None:
    """The one thing this person does next, None where somebody else does."""

    def may(name: str) -> bool:
        return allowed(user, name, opd=spend.opd_id)

    def to(name: str) -> str:
        return reverse(f"spending:{name}", args=[spend.pk])

    is_raiser = spend.raised_by_id == user.pk
    match SpendState(spend.state):
        case SpendState.DRAFT if is_raiser:
            return Step(to("spend_submit"), "Ajukan belanja", is_deed=True)
        case SpendState.SUBMITTED if may("spend.approve") and not is_raiser:
            return Step(to("spend_approve"), "Setujui", is_deed=True)
        case SpendState.APPROVED if may("spend.pay") and spend.source != Source.KKPD:
            return Step(to("spend_test"), "Uji belanja")
        case SpendState.TESTED | SpendState.PAYING if may("spend.pay") and spend.source != Source.LS:
            label = "Bayar" if spend.state == SpendState.TESTED else "Lihat pembayaran"
            return Step(to("pay_page"), label)
        case SpendState.PAID if may("spend.verify") and not is_raiser:
            return Step(to("spend_verify"), "Verifikasi", is_deed=True)
        case SpendState.TESTED | SpendState.VERIFIED if may("claim.raise") and not claimed:
            return Step(_claim_url(spend), "Masukkan ke SPP")
    return None


_CLAIMS = {Source.LS: "ls", Source.TU: "tu-nihil", Source.KKPD: "gu-kkpd"}


def _claim_url(spend: Spend) -> str:
    word = _CLAIMS.get(Source(spend.source), "gu")
    return f"{reverse('spending:claim_new', args=[word])}?opd={spend.opd_id}"


def _may(spend: Spend, user: User, *, claimed: bool) -> dict[str, bool]:
    """The lesser deeds that this person may do now."""
    state = rules.State(spend.state)
    approves, pays = (allowed(user, name, opd=spend.opd_id) for name in ("spend.approve", "spend.pay"))
    is_raiser = spend.raised_by_id == user.pk
    rejects = approves if state is rules.State.SUBMITTED else approves or pays
    return {
        "amend": is_raiser and state is rules.State.DRAFT,
        "cancel": is_raiser and not claimed and rules.after(state, rules.Deed.CANCEL) is not None,
        "reject": rejects and not claimed and rules.after(state, rules.Deed.REJECT) is not None,
        "copy": allowed(user, "spend.raise", opd=spend.opd_id),
        "refund": pays and state in rules.SPENT,
        "number": may_number(spend, user),
    }


def may_number(spend: Spend, user: User) -> bool:
    """Whether this person enters SIPD's number of the NPD."""
    return any(allowed(user, name, opd=spend.opd_id) for name in ("spend.raise", "spend.pay"))
