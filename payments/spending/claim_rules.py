"""The steps of a claim (SPP, SPM, SP2D): who does what, from which state to which. Pure.

Source: Permendagri 77/2020 (SPP, SPM, SP2D); Permendagri 79/2022 Pasal 5 and 6 (a KPA issues no SPM).
"""

from __future__ import annotations

from dataclasses import dataclass

from payments.spending.models import ClaimKind, ClaimState, Source, SpendState


@dataclass(frozen=True)
class Step:
    """One step: its ``permission``, the state it leaves, the state it reaches, and its column's stem."""

    permission: str
    before: ClaimState
    after: ClaimState
    mark: str


VERIFY = Step("claim.verify", ClaimState.RAISED, ClaimState.VERIFIED, "verified")
ORDER = Step("claim.spm", ClaimState.VERIFIED, ClaimState.ORDERED, "ordered")
PAY = Step("claim.sp2d", ClaimState.ORDERED, ClaimState.PAID, "paid")
STEPS = (VERIFY, ORDER, PAY)

CLAIMABLE: dict[ClaimKind, tuple[frozenset[str], SpendState]] = {
    ClaimKind.GU: (frozenset({Source.UP, Source.GU}), SpendState.VERIFIED),
    ClaimKind.GU_NIHIL: (frozenset({Source.UP, Source.GU}), SpendState.VERIFIED),
    ClaimKind.TU: (frozenset({Source.TU}), SpendState.VERIFIED),
    ClaimKind.LS: (frozenset({Source.LS}), SpendState.TESTED),
    ClaimKind.GU_KKPD: (frozenset({Source.KKPD}), SpendState.VERIFIED),
}
"""Which spends a claim takes up: their sources and the state they wait in. TU with spends accounts for TU."""

NEEDS_SPENDS = frozenset({ClaimKind.GU, ClaimKind.GU_NIHIL, ClaimKind.LS, ClaimKind.GU_KKPD})
ONE_AT_A_TIME = frozenset({ClaimKind.UP, ClaimKind.TU})
"""Kinds that bring money before it is spent: a second one waits until the first is done."""


def next_step(state: str) -> Step | None:
    """What a claim waits for; None once it is paid or rejected."""
    return next((step for step in STEPS if step.before == state), None)


def is_nihil(kind: str, *, has_lines: bool) -> bool:
    """Whether a claim accounts for money received before and brings none: GU Nihil at the year's end, TU with
    spends (Permendagri 77/2020)."""
    return kind == ClaimKind.GU_NIHIL or (kind == ClaimKind.TU and has_lines)


def full_label(kind: str, *, has_lines: bool) -> str:
    """The kind as documents name it: accounting for TU brings no money and is called nihil."""
    label = ClaimKind(kind).label
    return f"{label} Nihil" if kind == ClaimKind.TU and has_lines else label
