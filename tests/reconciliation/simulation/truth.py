"""What a right reconciliation of the world must end with, by plain arithmetic; amounts in sen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from tests.reconciliation.simulation.world import UNHEARD, Batch, Case, Named, Payout, Trade, World

Difference = tuple[str, str, int, str]
"""Kind, what it is about, amount, state."""
Pair = tuple[str, str, str, bool, date | None]
"""Our reference, the RRN at its merchant, rule, whether amounts agree, day in RKUD."""
Account = tuple[int, str, str]
"""Agency, account, side."""
_UNRECOGNISED = {Case.UNKNOWN, Case.NO_RRN_UNNAMED, Case.AMOUNT_DIFFERS_UNNAMED, Case.SETTLEMENT_LOST}
_SECOND = {Case.AGAIN, Case.AGAIN_UNHEARD}


@dataclass
class Truth:
    differences: Counter[Difference] = field(default_factory=Counter)
    pairs: Counter[Pair] = field(default_factory=Counter)
    books: Counter[Account] = field(default_factory=Counter)
    cases: Counter[str] = field(default_factory=Counter)


def of(world: World) -> Truth:
    truth = Truth()
    batches = {(batch.settled, batch.point.nmid): batch for batch in world.batches}
    for trade in world.trades:
        truth.cases[trade.case] += 1
        truth.differences.update(_of_trade(trade))
        _receive(truth, trade)
        if trade.case not in _UNRECOGNISED:
            _recognise(truth, trade, batches[trade.settled, trade.point.nmid])
    for batch in world.batches:
        truth.cases[f"payout_{batch.payout}"] += 1
        truth.differences.update(_of_batch(batch))
        early = [credit for credit in batch.credits if world.is_early(batch, credit)]
        truth.differences.update(
            ("credit_unexplained", c.number, c.sen, "resolved") for c in early if c.says.startswith("QRIS")
        )
    truth.differences.update(("credit_unexplained", c.number, c.sen, "open") for c in world.strangers)
    return truth


def name_of_line(trade: Trade) -> str:
    return f"{trade.point.nmid}:{trade.rrn}"


def _of_trade(trade: Trade) -> Iterator[Difference]:
    match trade.case:
        case Case.SETTLEMENT_LOST | Case.NO_RRN_UNNAMED | Case.AMOUNT_DIFFERS_UNNAMED:
            yield "missing_bank", trade.reference, trade.sen, "open"
        case Case.LATE:
            yield "missing_bank", trade.reference, trade.sen, "resolved"
        case Case.AMOUNT_DIFFERS:
            yield "amount_differs", trade.reference, trade.sen, "open"
        case Case.AGAIN | Case.AGAIN_UNHEARD:
            yield "second_payment", f"{trade.reference}:{trade.rrn}", trade.sen, "open"
        case Case.LINE_DOUBLED:
            yield "repeated_line", name_of_line(trade), trade.sen, "open"
    if trade.case in {Case.UNKNOWN, Case.NO_RRN_UNNAMED, Case.AMOUNT_DIFFERS_UNNAMED}:
        yield "missing_ours", name_of_line(trade), trade.settled_sen, "open"


def _of_batch(batch: Batch) -> Iterator[Difference]:
    if batch.fee_error:
        yield "fee_differs", batch.number, abs(batch.fee_error), "open"
    match batch.payout:
        case Payout.NEVER:
            yield "batch_not_credited", batch.number, batch.net, "open"
        case Payout.LATE:
            yield "batch_not_credited", batch.number, batch.net, "resolved"
        case Payout.SHORT | Payout.OVER:
            yield "credit_differs", batch.number, abs(batch.net - batch.credits[0].sen), "open"
        case Payout.SPLIT_OVER_DAYS:
            yield "credit_differs", batch.number, batch.credits[1].sen, "resolved"
        case Payout.TWICE:
            yield "credit_unexplained", batch.credits[1].number, batch.net, "open"


def _receive(truth: Truth, trade: Trade) -> None:
    """A payment that we know of, in the end: the bank owes it; it is levy to come, or to be given back."""
    if trade.case is not Case.UNKNOWN:
        against = "payment-liability" if trade.case in _SECOND else "undeposited-receipts"
        truth.books[trade.point.agency, "acquirer-receivable", "debit"] += trade.sen
        truth.books[trade.point.agency, against, "credit"] += trade.sen


def _recognise(truth: Truth, trade: Trade, batch: Batch) -> None:
    agrees = trade.sen == trade.settled_sen
    credited_on = batch.paid_out_on if agrees else None
    truth.pairs[trade.reference, name_of_line(trade), _rule(trade), agrees, credited_on] += 1
    if credited_on:
        _credit(truth, trade)


def _rule(trade: Trade) -> str:
    if trade.case in UNHEARD:
        return "recorded"
    if trade.case is Case.NO_RRN or trade.named in {Named.OURS, Named.BANKS}:
        return "reference"
    return "rrn" if trade.sen == trade.settled_sen else "bill"


def _credit(truth: Truth, trade: Trade) -> None:
    """In RKUD: the net, the fee as a claim; the levy is revenue, gross, in both books."""
    net = trade.sen - trade.mdr
    legs = {
        ("rkud", "debit"): net,
        ("rk-skpd", "credit"): net,
        ("rk-ppkd", "debit"): net,
        ("mdr-claim", "debit"): trade.mdr,
        ("acquirer-receivable", "credit"): trade.sen,
    }
    if trade.case not in _SECOND:
        legs |= {
            ("undeposited-receipts", "debit"): trade.sen,
            ("recreation-levy-lo", "credit"): trade.sen,
            ("sal-change", "debit"): trade.sen,
            ("recreation-levy-lra", "credit"): trade.sen,
        }
    for (account, side), sen in legs.items():
        truth.books[trade.point.agency, account, side] += sen
