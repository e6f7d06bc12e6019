"""Two weeks of a province as it really was: who paid what, and what each bank made of it.

Plain arithmetic in sen, seeded; it shares no code with parsers, matching or booking.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random

from tests.reconciliation.files import WIB

FIRST = date(2026, 10, 5)
DAYS = 14
LAST = FIRST + timedelta(days=DAYS - 1)
LAST_STATEMENT = LAST + timedelta(days=7)
HOLIDAYS = frozenset({date(2026, 10, 14)})
FEE_SINCE = date(2026, 10, 12)
"""From this settlement day on the discount (MDR) is 0.3 %; before it is none."""
_CUT_OFF = time(22)
_PRICES = (250_000, 500_000, 500_000, 750_000, 1_000_000, 1_250_000, 1_500_000, 2_000_000)
_LATEST_CASE = LAST - timedelta(days=5)
"""Cases are injected up to this day, so that everything that follows from them happens within the files."""


class Case(StrEnum):
    """What happened to one payment on its way."""

    PLAIN = "plain"
    TWIN = "twin"
    SETTLEMENT_LOST = "settlement_lost"
    NOTICE_LOST = "notice_lost"
    UNKNOWN = "unknown"
    LATE = "late"
    AMOUNT_DIFFERS = "amount_differs"
    AMOUNT_DIFFERS_UNNAMED = "amount_differs_unnamed"
    NO_RRN = "no_rrn"
    NO_RRN_UNNAMED = "no_rrn_unnamed"
    LINE_DOUBLED = "line_doubled"
    AGAIN = "again"
    AGAIN_UNHEARD = "again_unheard"


SHARES = {
    Case.TWIN: 0.010,
    Case.SETTLEMENT_LOST: 0.004,
    Case.NOTICE_LOST: 0.006,
    Case.UNKNOWN: 0.003,
    Case.LATE: 0.005,
    Case.AMOUNT_DIFFERS: 0.003,
    Case.AMOUNT_DIFFERS_UNNAMED: 0.001,
    Case.NO_RRN: 0.003,
    Case.NO_RRN_UNNAMED: 0.001,
    Case.LINE_DOUBLED: 0.002,
    Case.AGAIN: 0.002,
    Case.AGAIN_UNHEARD: 0.002,
}
_FEWEST = 5
UNHEARD = frozenset({Case.NOTICE_LOST, Case.UNKNOWN, Case.AGAIN_UNHEARD})
UNREQUESTED = frozenset({Case.UNKNOWN, Case.AGAIN, Case.AGAIN_UNHEARD})
_TWO_OF_THEM = frozenset({Case.TWIN, Case.AGAIN, Case.AGAIN_UNHEARD})


class Named(StrEnum):
    """By what a settlement line names the payment, besides its RRN."""

    OURS = "ours"
    BANKS = "banks"
    BILL = "bill"
    NOTHING = "nothing"


_ALL_NAMES = (Named.OURS, Named.OURS, Named.OURS, Named.BANKS, Named.BILL, Named.NOTHING)
_NAMES = {
    **dict.fromkeys(
        (Case.NOTICE_LOST, Case.AGAIN_UNHEARD, Case.AMOUNT_DIFFERS, Case.NO_RRN),
        (Named.OURS, Named.BANKS, Named.BILL),
    ),
    Case.UNKNOWN: (Named.OURS, Named.NOTHING),
    Case.TWIN: (Named.NOTHING, Named.OURS),
    Case.AMOUNT_DIFFERS_UNNAMED: (Named.NOTHING,),
    Case.NO_RRN_UNNAMED: (Named.NOTHING,),
}


class Payout(StrEnum):
    """What happened to the credit of one batch."""

    PLAIN = "plain"
    LATE = "late"
    SPLIT = "split"
    SPLIT_OVER_DAYS = "split_over_days"
    NEVER = "never"
    SHORT = "short"
    OVER = "over"
    TWICE = "twice"


@dataclass(frozen=True)
class Point:
    """A collection point: one merchant of one bank. ``agency`` and ``bank`` are numbers from 0."""

    name: str
    agency: int
    bank: int
    nmid: str
    terminal: str
    pan: str


POINTS = tuple(
    Point(f"Titik {n}", n % 3, n % 2, f"ID202600010{n:02}", f"T{n:02}", f"93600999000000{n:05}")
    for n in range(7)
)
BANKS = 2


@dataclass
class Trade:
    """One payment by one payer; amounts in sen. RRNs are unique within a bank, not among banks."""

    point: Point
    at: datetime
    sen: int
    rrn: str
    reference: str
    bank_reference: str
    case: Case
    named: Named
    settled: date
    settled_sen: int
    mdr: int = 0

    @property
    def day(self) -> date:
        return self.at.date()


@dataclass(frozen=True)
class Credit:
    """One credit on the RKUD statement, in sen; ``says`` is its description, ``number`` its reference."""

    post: date
    sen: int
    says: str
    number: str


@dataclass
class Batch:
    """What a bank pays out for one point and settlement day; ``trades`` as its lines, one perhaps twice."""

    point: Point
    settled: date
    trades: list[Trade] = field(default_factory=list)
    payout: Payout = Payout.PLAIN
    fee_error: int = 0
    credits: list[Credit] = field(default_factory=list)

    @property
    def number(self) -> str:
        return f"B{self.settled:%Y%m%d}-{self.point.nmid}"

    @property
    def lines(self) -> Iterator[Trade]:
        for trade in self.trades:
            yield trade
            if trade.case is Case.LINE_DOUBLED:
                yield trade

    @property
    def net(self) -> int:
        return sum(trade.settled_sen - trade.mdr for trade in self.lines)

    @property
    def due(self) -> date:
        return working_day_after(self.settled)

    @property
    def paid_out_on(self) -> date | None:
        """The day on which all of it was in RKUD, each rupiah once."""
        if self.payout in {Payout.NEVER, Payout.SHORT, Payout.OVER}:
            return None
        return self.credits[0].post if self.payout is Payout.TWICE else self.credits[-1].post


@dataclass
class World:
    """All of it. ``held_back`` is the bank and settlement day whose file came a day late.

    That morning the statement came first, so that it spoke of batches which nobody knew yet.
    """

    trades: list[Trade]
    batches: list[Batch]
    strangers: list[Credit]
    held_back: tuple[int, date]

    def is_early(self, batch: Batch, credit: Credit) -> bool:
        """Whether the credit came before its batch was known."""
        bank, day = self.held_back
        if (batch.point.bank, batch.settled) == (bank, day):
            return True
        return batch.settled == credit.post == day + timedelta(days=1)

    def of_day(self, bank: int, settled: date) -> list[Batch]:
        return [b for b in self.batches if b.point.bank == bank and b.settled == settled]


def working_day_after(day: date) -> date:
    day += timedelta(days=1)
    while day.weekday() > 4 or day in HOLIDAYS:
        day += timedelta(days=1)
    return day


def fee(sen: int, settled: date) -> int:
    """The discount in force on a settlement day, to the sen, half a sen upwards."""
    return (sen * 3 + 500) // 1000 if settled >= FEE_SINCE else 0


def make(rows: int, seed: int) -> World:
    """About ``rows`` payments; the same for the same seed."""
    random = Random(seed)
    trades = _Trades(random, rows).made
    batches = _batches(trades)
    held_back = (1, FIRST + timedelta(days=9))
    _choose_fees(random, batches)
    _choose_payouts(random, [b for b in batches if (b.point.bank, b.settled) != held_back])
    for batch in batches:
        batch.credits = _credits(random, batch)
    return World(trades, batches, _strangers(random), held_back)


class _Trades:
    def __init__(self, random: Random, rows: int) -> None:
        self.random = random
        self.made: list[Trade] = []
        self.taken = [0] * BANKS
        cases = [case for case, share in SHARES.items() for _ in range(max(_FEWEST, int(rows * share)))]
        for case in cases:
            self._add(case)
        while len(self.made) < rows:
            self._add(Case.PLAIN)
        self.made.sort(key=lambda trade: (trade.at, trade.reference))

    def _add(self, case: Case) -> None:
        first = Case.TWIN if case is Case.TWIN else Case.PLAIN if case in _TWO_OF_THEM else case
        trade = self._trade(first, self._moment(LAST if case is Case.PLAIN else _LATEST_CASE))
        self.made.append(trade)
        if case is Case.TWIN:
            self.made.append(self._trade(case, trade.at, trade))
        elif case in _TWO_OF_THEM:
            self.made.append(self._again(case, trade))

    def _moment(self, last: date) -> datetime:
        day = FIRST + timedelta(days=self.random.randrange((last - FIRST).days + 1))
        start = datetime.combine(day, time(8), WIB)
        return start + timedelta(seconds=self.random.randrange(3600 * (13 if day == LAST else 15)))

    def _trade(self, case: Case, at: datetime, like: Trade | None = None) -> Trade:
        number, point = len(self.made), like.point if like else self.random.choice(POINTS)
        amount = like.sen if like else self._price()
        settled = at.date() + timedelta(days=at.time() >= _CUT_OFF)
        trade = Trade(
            point=point,
            at=at,
            sen=amount,
            rrn=self._rrn(point.bank),
            reference=f"NB{at:%y%m%d}{number:014}",
            bank_reference=f"Q{at:%Y%m%d}{number:09}",
            case=case,
            named=self.random.choice(_NAMES.get(case, _ALL_NAMES)),
            settled=settled + timedelta(days=self.random.randint(2, 4) if case is Case.LATE else 0),
            settled_sen=amount,
        )
        if case in {Case.AMOUNT_DIFFERS, Case.AMOUNT_DIFFERS_UNNAMED}:
            trade.settled_sen += self.random.choice((-1, 1)) * self.random.randrange(1, 90_000)
        trade.mdr = fee(trade.settled_sen, trade.settled)
        return trade

    def _rrn(self, bank: int) -> str:
        """Both banks count from the same number; within a bank no number comes twice."""
        self.taken[bank] += 1
        return f"{628_000_000_000 + self.taken[bank]:012}"

    def _price(self) -> int:
        odd = self.random.random() < 0.1
        return self.random.randrange(1_000, 250_000) * 100 if odd else self.random.choice(_PRICES)

    def _again(self, case: Case, first: Trade) -> Trade:
        """The same QR paid a second time, a little later."""
        later = first.at + timedelta(seconds=self.random.randrange(20, 300))
        second = self._trade(case, later, first)
        second.reference, second.bank_reference = first.reference, first.bank_reference
        return second


def _batches(trades: Sequence[Trade]) -> list[Batch]:
    found: dict[tuple[date, str], Batch] = {}
    for trade in trades:
        if trade.case is not Case.SETTLEMENT_LOST:
            key = (trade.settled, trade.point.nmid)
            found.setdefault(key, Batch(trade.point, trade.settled)).trades.append(trade)
    return [found[key] for key in sorted(found)]


def _choose_fees(random: Random, batches: Sequence[Batch]) -> None:
    """In some batches the bank takes too much on a few lines, or forgets the discount."""
    for batch in random.sample(batches, 12):
        for trade in random.sample(batch.trades, min(3, len(batch.trades))):
            wrong = 0 if trade.mdr and random.random() < 0.3 else trade.mdr + random.randrange(50, 900)
            batch.fee_error += (wrong - trade.mdr) * (2 if trade.case is Case.LINE_DOUBLED else 1)
            trade.mdr = wrong


def _choose_payouts(random: Random, batches: Sequence[Batch]) -> None:
    for batch in batches:
        if random.random() < 0.4:
            batch.payout = random.choice([payout for payout in Payout if payout is not Payout.PLAIN])


def _credits(random: Random, batch: Batch) -> list[Credit]:
    def credit(post: date, sen: int) -> Credit:
        text = f"QRIS SETTLEMENT {batch.settled:%Y%m%d} {batch.point.nmid}"
        way = random.randrange(3)
        return Credit(
            post,
            sen,
            "KREDIT DANA MERCHANT" if way == 0 else text,
            f"TRF{random.randrange(10**9):09}" if way == 1 else batch.number,
        )

    net, due, next_day = batch.net, batch.due, batch.due + timedelta(days=1)
    part = random.randrange(1, net)
    difference = random.randrange(1, min(net, 100_000))
    match batch.payout:
        case Payout.NEVER:
            return []
        case Payout.LATE:
            return [credit(due + timedelta(days=random.randint(1, 3)), net)]
        case Payout.SPLIT:
            return [credit(due, part), credit(due, net - part)]
        case Payout.SPLIT_OVER_DAYS:
            return [credit(due, part), credit(next_day, net - part)]
        case Payout.SHORT:
            return [credit(due, net - difference)]
        case Payout.OVER:
            return [credit(due, net + difference)]
        case Payout.TWICE:
            return [credit(due, net), credit(next_day, net)]
    same_day = batch.settled == working_day_after(batch.settled - timedelta(days=1))
    return [credit(batch.settled if same_day and random.random() < 0.3 else due, net)]


def _strangers(random: Random) -> list[Credit]:
    """Credits of a merchant that nobody sent a settlement for."""
    days = [FIRST + timedelta(days=random.randrange(DAYS)) for _ in range(6)]
    return [
        Credit(
            day, random.randrange(10_000, 9_000_000), f"QRIS SETTLEMENT {day:%Y%m%d} ID2026999999999", f"X{n}"
        )
        for n, day in enumerate(days)
    ]
