"""Which way money may go back to a payer, how much of it, and what a bank's answer means (pure).

Sources: SNAP services 77 and 78 (a refund only after settlement, ``4037815``; no more than what is left,
``4047813``); PSAP 02 (money in RKUD leaves it by SP2D alone); UU 28/2009 Pasal 165 as the older form of the
limits, which are dated rules. Amounts are rupiah as ``Decimal``; days are WIB.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from payments.incoming.rules import ZERO


class Path(StrEnum):
    """The stage of the law that a refund belongs to."""

    CANCEL = "cancel"
    ACQUIRER = "acquirer"
    RESTITUTION = "restitution"
    PRIOR_YEAR = "prior_year"
    FOUND = "found"


CALLS_BANK = frozenset({Path.CANCEL, Path.ACQUIRER})
"""Done by asking the acquirer."""
BY_TREASURY = frozenset({Path.RESTITUTION, Path.PRIOR_YEAR})
"""Done by papers: SKRDLB, SPM, and the SP2D of BUD."""


class Standing(StrEnum):
    """A refund. Done and refused are final."""

    REQUESTED = "requested"
    APPROVED = "approved"
    SENT = "sent"
    UNCLEAR = "unclear"
    DONE = "done"
    REFUSED = "refused"


NEXT_STANDINGS: dict[Standing, frozenset[Standing]] = {
    Standing.REQUESTED: frozenset({Standing.APPROVED, Standing.REFUSED}),
    Standing.APPROVED: frozenset({Standing.SENT, Standing.DONE, Standing.REFUSED}),
    Standing.SENT: frozenset({Standing.UNCLEAR, Standing.DONE, Standing.REFUSED}),
    Standing.UNCLEAR: frozenset({Standing.DONE, Standing.REFUSED}),
    Standing.DONE: frozenset(),
    Standing.REFUSED: frozenset(),
}
"""The same table stands in the database's trigger; a test compares the two."""
ON_ITS_WAY = frozenset({Standing.SENT, Standing.UNCLEAR})
OPEN = frozenset({Standing.REQUESTED, Standing.APPROVED, *ON_ITS_WAY})


class Against(StrEnum):
    """What a finished refund was booked against."""

    NOTHING = ""
    RECEIVABLE = "receivable"
    ACQUIRER = "acquirer"
    RKUD = "rkud"


@dataclass(frozen=True)
class Whereabouts:
    """Where a payment's money is: settled by the acquirer, in RKUD, and booked there. ``disputed``: the
    bank's amount is not ours, or the credit is not the batch's, so nobody can say."""

    settled_on: date | None = None
    credited_on: date | None = None
    booked: bool = False
    disputed: bool = False


class Why(StrEnum):
    """Why a path is open, or why none is."""

    WITH_ACQUIRER = "with_acquirer"
    SETTLED = "settled"
    IN_RKUD = "in_rkud"
    LAST_YEAR = "last_year"
    DISPUTED = "disputed"
    NOT_BOOKED = "not_booked"
    WINDOW_OVER = "window_over"
    NOTHING_LEFT = "nothing_left"
    BY_NUMBER = "by_number"
    CLAIMED = "claimed"
    SAID_BACK = "said_back"


@dataclass(frozen=True)
class Choice:
    """The one lawful path now; None where there is none. ``whole`` asks for all that was paid."""

    path: Path | None
    why: Why
    whole: bool = False


def choose(where: Whereabouts, *, left: Decimal, paid_on: date, today: date, acquirer_days: int) -> Choice:
    """The path that a payment may take today.

    Before settlement only the whole payment can be undone (SNAP 77 knows no part); after it the acquirer
    gives back, within its days; money in RKUD goes back by restitution, that of an earlier year from BTT.
    """
    if left <= 0:
        return Choice(None, Why.NOTHING_LEFT)
    if where.disputed:
        return Choice(None, Why.DISPUTED)
    if where.credited_on is not None:
        if not where.booked:
            return Choice(None, Why.NOT_BOOKED)
        last_year = where.credited_on.year < today.year
        return Choice(Path.PRIOR_YEAR, Why.LAST_YEAR) if last_year else Choice(Path.RESTITUTION, Why.IN_RKUD)
    if where.settled_on is None:
        return Choice(Path.CANCEL, Why.WITH_ACQUIRER, whole=True)
    if today > paid_on + timedelta(days=acquirer_days):
        return Choice(None, Why.WINDOW_OVER)
    return Choice(Path.ACQUIRER, Why.SETTLED)


@dataclass(frozen=True)
class Parts:
    """An amount as levy (``revenue``) and as liability."""

    revenue: Decimal
    liability: Decimal

    @property
    def amount(self) -> Decimal:
        return self.revenue + self.liability


def left_of(paid: Parts, given_back: Iterable[Parts]) -> Parts:
    """What can still go back. ``given_back`` are all refunds that are not refused, open ones too."""
    rows = list(given_back)
    revenue = paid.revenue - sum((row.revenue for row in rows), ZERO)
    liability = paid.liability - sum((row.liability for row in rows), ZERO)
    return Parts(revenue, liability)


def split(amount: Decimal, left: Parts) -> Parts:
    """Divide a refund: what was never levy goes first. Raises ValueError above what is left."""
    if not ZERO < amount <= left.amount:
        raise ValueError("pengembalian melebihi yang tersisa")
    liability = min(amount, left.liability)
    return Parts(amount - liability, liability)


def fill(shares: Sequence[Decimal], amount: Decimal) -> list[Decimal]:
    """The first ``amount`` of a sum over its shares, in their order: what stays of a levy after a refund.

    A refund is so taken from the last shares first; exact to the sen, however many refunds follow.
    """
    parts: list[Decimal] = []
    for share in shares:
        parts.append(min(share, amount))
        amount -= parts[-1]
    return parts


class Judged(StrEnum):
    """What an answer to a cancellation or refund means; ASK: only a question (51) can tell."""

    DONE = "done"
    REFUSED = "refused"
    UNCLEAR = "unclear"
    ASK = "ask"


_TEMPORARY = frozenset({"401", "408", "429"})


def judge(path: Path, code: str, *, first: bool) -> Judged:
    """Judge the responseCode of 77 or 78; "" is silence. ``first``: this number was never sent before.

    The bank refuses a number that it knows with 409xx01: that refund was done. A refusal of a repeated call
    may be one of a refund that is done already, so it is not believed by itself.
    """
    http, case = code[:3], code[5:]
    if (http, case) == ("200", "00"):
        return Judged.DONE
    if len(code) != 7 or http == "202" or http.startswith("5") or http in _TEMPORARY:
        return Judged.UNCLEAR
    if (http, case) == ("409", "01") or (path is Path.CANCEL and (http, case) == ("404", "04")):
        return Judged.DONE
    if http == "409" or (http, case) == ("404", "18"):
        return Judged.UNCLEAR
    return Judged.REFUSED if first else Judged.ASK
