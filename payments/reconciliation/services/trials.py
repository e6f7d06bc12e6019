"""How an acquirer's settlement reads by a layout, before anything of it is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import IO

from payments.incoming.models import ReceivingAccount
from payments.reconciliation.parsers import acquirer
from payments.reconciliation.parsers.acquirer import Layout, Reading
from payments.reconciliation.parsers.rows import ParseError, SettlementRow, SettlementTotals
from payments.reconciliation.services import accounts

_SHOWN = 5
_MOST_BATCHES = 20


@dataclass
class Batch:
    """What one batch adds up to (rupiah)."""

    batch_no: str
    nmid: str
    day: date
    count: int = 0
    gross: Decimal = Decimal(0)
    mdr: Decimal = Decimal(0)
    net: Decimal = Decimal(0)

    def add(self, row: SettlementRow) -> None:
        self.count += 1
        self.gross += row.gross
        self.mdr += row.mdr
        self.net += row.net


@dataclass(frozen=True)
class SettlementTrial:
    """Its control totals, batches and first rows, or what is wrong; ``layout`` with all the file decided.

    ``notes`` say what was worked out or not found; ``more`` counts the batches that are not listed.
    """

    layout: Layout
    totals: SettlementTotals | None = None
    rows: list[SettlementRow] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    more: int = 0
    notes: list[str] = field(default_factory=list)
    problem: str = ""


def try_settlement(content: IO[bytes], layout: Layout, given: Mapping[str, str]) -> SettlementTrial:
    """Read all of a file, keeping nothing."""
    shown: list[SettlementRow] = []
    batches: dict[str, Batch] = {}
    reading = Reading(content, layout, given)
    totals: SettlementTotals | None = None
    try:
        for item in reading.items():
            if isinstance(item, SettlementTotals):
                totals = item
                continue
            if len(shown) < _SHOWN:
                shown.append(item)
            found = batches.setdefault(item.batch_no, Batch(item.batch_no, item.nmid, item.settlement_date))
            found.add(item)
        for nmid in _said(layout, given):
            accounts.require_merchant(nmid)
    except ParseError as error:
        return SettlementTrial(layout, rows=shown, problem=str(error))
    listed = list(batches.values())
    return SettlementTrial(
        layout=reading.decided(),
        totals=totals,
        rows=shown,
        batches=listed[:_MOST_BATCHES],
        more=max(len(listed) - _MOST_BATCHES, 0),
        notes=[*acquirer.derived(layout), _of_totals(reading), *_strangers({one.nmid for one in listed})],
    )


def _said(layout: Layout, given: Mapping[str, str]) -> list[str]:
    """The merchant that a person named, who must be one of ours."""
    if acquirer.Column.NMID in layout.columns or layout.merchant == acquirer.ABOVE:
        return []
    return [given.get("nmid", "") if layout.merchant == acquirer.ASK else layout.merchant]


def _of_totals(reading: Reading) -> str:
    if reading.closed:
        return "Baris total di akhir berkas cocok; berkas berikutnya harus memuatnya juga."
    return "Berkas ini tidak memuat baris total; cocokkan jumlahnya dengan pemberitahuan bank."


def _strangers(nmids: Collection[str]) -> list[str]:
    known = set(ReceivingAccount.objects.filter(nmid__in=nmids).values_list("nmid", flat=True))
    unknown = sorted(set(nmids) - known)
    if not unknown:
        return []
    named = ", ".join(unknown[:5]) + (f" dan {len(unknown) - 5} lainnya" if len(unknown) > 5 else "")
    return [f"Tidak ada dalam daftar rekening penerimaan: {named}."]
