"""Read models of printed tickets: how many came, were sold, were spoiled, and which are left."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from opd.access import Scope
from retribusi.karcis import ranges
from retribusi.karcis.models import Batch, Use
from retribusi.karcis.ranges import Run
from retribusi.models import CollectionPoint


@dataclass(frozen=True)
class Stock:
    """A batch and what became of it; numbers of sheets, rupiah for what was sold."""

    batch: Batch
    sold: int
    spoiled: int
    left: list[Run]

    @property
    def count(self) -> int:
        return ranges.size(self.left)

    @property
    def left_text(self) -> str:
        return ranges.told(self.left)

    @property
    def sold_amount(self) -> Decimal:
        return self.sold * self.batch.face


def stocks(scope: Scope, *, point: CollectionPoint | None = None) -> list[Stock]:
    """Every batch within reach, newest received first; two queries whatever their number."""
    rows = scope.filter(Batch.objects.select_related("opd", "tariff__point"))
    if point is not None:
        rows = rows.filter(tariff__point=point)
    return [
        stock(batch) for batch in rows.prefetch_related("uses").order_by("-received_on", "series", "first")
    ]


def stock(batch: Batch) -> Stock:
    """What became of one batch."""
    uses = list(batch.uses.all())
    by_kind = {kind: sum(use.sheets for use in uses if use.kind == kind) for kind in Use.Kind}
    return Stock(
        batch=batch,
        sold=by_kind[Use.Kind.SOLD],
        spoiled=by_kind[Use.Kind.SPOILED],
        left=ranges.left((batch.first, batch.last), [(use.first, use.last) for use in uses]),
    )
