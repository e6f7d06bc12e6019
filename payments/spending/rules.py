"""How a spend moves, who may pay it how, and what is tested: decided without a database (pure).

Source: Permendagri 77/2020 (NPD, pengujian oleh bendahara, verifikasi PPK); Permendagri 79/2022 (KKPD).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal("0.00")


class State(StrEnum):
    """Where a spend stands. Rejected, cancelled and passed are final; paid never goes back."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    TESTED = "tested"
    PAYING = "paying"
    PAID = "paid"
    VERIFIED = "verified"
    PASSED = "passed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


HOLDING = frozenset({State.SUBMITTED, State.APPROVED, State.TESTED, State.PAYING})
SPENT = frozenset({State.PAID, State.VERIFIED, State.PASSED})
FINAL = frozenset({State.PASSED, State.REJECTED, State.CANCELLED})


class Deed(StrEnum):
    """What may happen to a spend."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"
    TEST = "test"
    BEGIN = "begin"
    SETTLE = "settle"
    FAIL = "fail"
    CHARGE = "charge"
    VERIFY = "verify"
    RATIFY = "ratify"
    RATIFY_DIRECT = "ratify_direct"


STEPS: dict[Deed, tuple[frozenset[State], State]] = {
    Deed.SUBMIT: (frozenset({State.DRAFT}), State.SUBMITTED),
    Deed.APPROVE: (frozenset({State.SUBMITTED}), State.APPROVED),
    Deed.REJECT: (frozenset({State.SUBMITTED, State.APPROVED, State.TESTED}), State.REJECTED),
    Deed.CANCEL: (
        frozenset({State.DRAFT, State.SUBMITTED, State.APPROVED, State.TESTED}),
        State.CANCELLED,
    ),
    Deed.TEST: (frozenset({State.APPROVED}), State.TESTED),
    Deed.BEGIN: (frozenset({State.TESTED}), State.PAYING),
    Deed.SETTLE: (frozenset({State.PAYING}), State.PAID),
    Deed.FAIL: (frozenset({State.PAYING}), State.TESTED),
    Deed.CHARGE: (frozenset({State.APPROVED}), State.PAID),
    Deed.VERIFY: (frozenset({State.PAID}), State.VERIFIED),
    Deed.RATIFY: (frozenset({State.VERIFIED}), State.PASSED),
    Deed.RATIFY_DIRECT: (frozenset({State.PAID}), State.PASSED),
}
"""From which states a deed leads where. The database's trigger keeps the same pairs; a test compares them."""


def moves() -> set[tuple[State, State]]:
    """Every pair (from, to) that some deed makes."""
    return {(start, end) for starts, end in STEPS.values() for start in starts}


def after(state: State, deed: Deed) -> State | None:
    """The state that ``deed`` leads to, or None where it is not possible from ``state``."""
    starts, end = STEPS[deed]
    return end if state in starts else None


CHANNELS: dict[str, frozenset[str]] = {
    "up": frozenset({"cms", "qris", "emoney", "cash"}),
    "gu": frozenset({"cms", "qris", "emoney", "cash"}),
    "tu": frozenset({"cms", "qris", "emoney", "cash"}),
    "ls": frozenset({"cms"}),
    "kkpd": frozenset({"card", "qris"}),
}
"""Which channels a source of money pays through; the same as the database's check."""

_WAYS: dict[str, tuple[str, ...]] = {
    "cms": ("cms_manual", "cms_bulk", "intrabank", "interbank"),
    "qris": ("qris_snap", "qris_app"),
    "cash": ("cash",),
    "emoney": ("emoney",),
}

FROM_ACCOUNT = frozenset({"cms_manual", "cms_bulk", "intrabank", "interbank", "qris_snap", "qris_app"})
"""Ways that take money from a treasurer's account by decree."""
RECORDED = frozenset({"cms_manual", "qris_app"})
"""Ways that only record what a bank has paid already."""
TO_ACCOUNT = frozenset({"cms_bulk", "intrabank", "interbank"})
"""Ways that need the payee's account."""


def ways(source: str, channel: str) -> tuple[str, ...]:
    """The ways in which a spend of this source and channel may be paid."""
    if source == "kkpd":
        return ("card",)
    if source == "ls":
        return ("sp2d",)
    return _WAYS.get(channel, ())


def purse_of(source: str, channel: str) -> str | None:
    """The purse that a spend takes from; None for LS, and for e-money (its top-up took the purse)."""
    if channel == "emoney" or source == "ls":
        return None
    return {"up": "up_cash", "gu": "up_cash", "tu": "tu", "kkpd": "up_kkpd"}[source]


CHECKS: dict[str, str] = {
    "recipient": "Nama dan rekening penerima benar",
    "evidence": "Bukti lengkap dan benar secara material",
    "arithmetic": "Perhitungan tagihan benar",
    "budget": "Pembebanan anggaran sesuai DPA",
    "cash": "Dana tersedia pada SPD dan kas",
    "tax": "Pajak dihitung dan dipungut dengan benar",
}
"""What the treasurer tests before she pays (Permendagri 77/2020)."""


def failed_checks(checks: Mapping[str, bool]) -> list[str]:
    """The tests that are not passed, in the order of the list. An unknown name raises ValueError."""
    unknown = sorted(set(checks) - set(CHECKS))
    if unknown:
        raise ValueError(f"uji tidak dikenal: {', '.join(unknown)}")
    return [name for name in CHECKS if not checks.get(name, False)]


def net(amount: Decimal, taxes: Decimal) -> Decimal:
    """What the payee gets: gross less withheld taxes. Raises ValueError where nothing would be left."""
    if taxes < 0 or taxes >= amount:
        raise ValueError("pajak harus kurang dari jumlah")
    return amount - taxes


def withholds(source: str, channel: str) -> bool:
    """Whether the treasurer withholds taxes: not where a card or e-money pays the gross amount at once
    (PMK 59/PMK.03/2022: pembayaran dengan kartu kredit pemerintah tidak dipungut)."""
    return source != "kkpd" and channel != "emoney"


def is_capital(kode_rekening: str) -> bool:
    """Belanja modal (5.2) becomes an asset, everything else an expense."""
    return kode_rekening.startswith("5.2")
