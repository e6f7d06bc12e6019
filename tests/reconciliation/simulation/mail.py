"""The files that the banks send, morning by morning, in the order in which they arrive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from tests.reconciliation import files
from tests.reconciliation.files import WIB, Movement, Sale
from tests.reconciliation.simulation.world import (
    BANKS,
    FIRST,
    LAST,
    LAST_STATEMENT,
    Batch,
    Case,
    Credit,
    Named,
    Trade,
    World,
)

_OVERLAPS_EVERY = 4
_REFUSED_ON = FIRST + timedelta(days=2)
_NOISE = (
    Movement(credit=1_250_000, description="SETORAN TUNAI LOKET 3", reference="ST1"),
    Movement(debit=700_000, description="SP2D 0123/LS/2026", reference="SP2D0123"),
)


@dataclass(frozen=True)
class Letter:
    """One file; ``refused`` where the bank will have to send it again."""

    name: str
    text: str
    at: datetime
    refused: bool = False


def letters(world: World) -> Iterator[Letter]:
    """Settlement files of both banks, then the statement of the RKUD, for each day, the morning after."""
    held_bank, held_day = world.held_back
    for number in range((LAST_STATEMENT - FIRST).days + 1):
        day = FIRST + timedelta(days=number)
        at = datetime.combine(day + timedelta(days=1), time(8), WIB)
        banks = [bank for bank in range(BANKS) if day <= LAST and (bank, day) != world.held_back]
        settlements = [letter for bank in banks for letter in _settlements(world, bank, day, at)]
        statement = Letter(f"rkud-{day}.csv", _statement(world, day), at)
        if day == held_day + timedelta(days=1):
            yield from (statement, *_settlements(world, held_bank, held_day, at), *settlements)
        else:
            yield from (*settlements, statement)


def again(world: World) -> Letter:
    """A day's lines once more, in a file of other bytes: another line end."""
    day = FIRST + timedelta(days=3)
    text = files.settlement(*_sales(world.of_day(0, day)), newline="\r\n")
    return Letter(f"ulang-{day}.csv", text, datetime.combine(LAST_STATEMENT, time(9), WIB))


def _settlements(world: World, bank: int, day: date, at: datetime) -> Iterator[Letter]:
    sales = _sales(world.of_day(bank, day))
    name = f"settlement-{bank}-{day}.csv"
    if bank == 0 and day == _REFUSED_ON:
        broken = [replace(sales[0], rrn=""), *sales[1:]]
        yield Letter(name, files.settlement(*broken), at, refused=True)
    if day.toordinal() % _OVERLAPS_EVERY == 0:
        sales = [*_sales(world.of_day(bank, day - timedelta(days=1))), *sales]
    yield Letter(name, files.settlement(*sales), at)


def _sales(batches: Sequence[Batch]) -> list[Sale]:
    return [_sale(trade) for batch in batches for trade in batch.lines]


def _sale(trade: Trade) -> Sale:
    unknown = trade.case is Case.UNKNOWN
    ours = trade.reference.replace("NB", "XX") if unknown else trade.reference
    return Sale(
        rrn=trade.rrn,
        gross=trade.settled_sen,
        mdr=trade.mdr,
        at=trade.at,
        settled=trade.settled,
        nmid=trade.point.nmid,
        terminal=trade.point.terminal,
        pan=trade.point.pan,
        bill=trade.reference if trade.named is Named.BILL else "",
        reference=trade.bank_reference if trade.named is Named.BANKS else "",
        partner_reference=ours if trade.named is Named.OURS else "",
    )


def _statement(world: World, day: date) -> str:
    """The day's movements after all those before it, cash and payments of others among them."""
    every = [*world.strangers, *(credit for batch in world.batches for credit in batch.credits)]
    before = sum(credit.sen for credit in every if credit.post < day)
    noise = sum(movement.credit - movement.debit for movement in _NOISE) * (day - FIRST).days
    todays = [_movement(credit) for credit in every if credit.post == day]
    others = [replace(movement, post=day) for movement in _NOISE]
    opening = 5_000_000_000 + before + noise
    return files.statement(*others[:1], *todays, *others[1:], opening=opening, first=day, last=day)


def _movement(credit: Credit) -> Movement:
    return Movement(credit=credit.sen, description=credit.says, reference=credit.number, post=credit.post)
