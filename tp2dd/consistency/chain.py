"""The chain of one sub kegiatan, kegiatan or program: from RPJMD to what was spent, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from opd.models import Opd
from opd.office import rules
from opd.planning.models import DocumentKind, PlanDocument
from payments.spending.models import SPENT
from tp2dd.consistency.models import Finding, Node
from tp2dd.consistency.queries import OPEN

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Said:
    """An indicator of one document."""

    name: str
    target: str


@dataclass(frozen=True)
class Link:
    """What one document says of the node; ``node`` is None where it does not carry it."""

    label: str
    document: PlanDocument | None
    there: bool
    node: Node | None
    indicators: list[Said] = field(default_factory=list)
    before: Decimal | None = None
    """The pagu of the nearest document above that carries the node."""

    @property
    def change(self) -> Decimal | None:
        if self.node is None or self.before is None:
            return None
        return self.node.pagu - self.before


@dataclass(frozen=True)
class Spending:
    """Execution of the node's budget lines in rupiah. ``known`` is what went through a known channel."""

    pagu: Decimal
    released: Decimal
    planned: Decimal
    held: Decimal
    realised: Decimal
    cash: Decimal
    noncash: Decimal

    @property
    def known(self) -> Decimal:
        return self.cash + self.noncash

    @property
    def unknown(self) -> Decimal:
        return max(self.realised - self.known, ZERO)

    @property
    def share(self) -> Decimal | None:
        """Without cash, as a part of what is known; None where nothing is."""
        return self.noncash / self.known if self.known > 0 else None

    @property
    def absorbed(self) -> Decimal | None:
        return self.realised / self.pagu if self.pagu else None


@dataclass(frozen=True)
class Chain:
    opd: Opd
    year: int
    code: str
    name: str
    links: list[Link]
    spending: Spending | None
    findings: QuerySet[Finding]


def chain(opd: Opd, year: int, code: str) -> Chain | None:
    """None where no document of the year knows the code for this agency."""
    nodes = list(Node.objects.filter(year=year, opd=opd, code=code))
    if not nodes:
        return None
    documents = PlanDocument.objects.in_bulk([node.document_key for node in nodes])
    named = next((node.name for node in reversed(nodes) if node.name), "")
    findings = Finding.objects.filter(year=year, opd=opd, code=code, state__in=OPEN)
    return Chain(
        opd, year, code, named, _links(opd, year, nodes, documents), _spending(opd, year, nodes), findings
    )


def _links(opd: Opd, year: int, nodes: list[Node], documents: dict[int, PlanDocument]) -> list[Link]:
    there = set(Node.objects.filter(year=year, opd=opd).order_by().values_list("kind", flat=True).distinct())
    links: list[Link] = []
    before: Decimal | None = None
    for kind in DocumentKind:
        of_kind = [node for node in nodes if node.kind == kind]
        node = max(of_kind, key=lambda one: one.document_key, default=None)
        document = documents.get(node.document_key) if node else None
        said = [Said(name, f"{target} {unit}".strip()) for name, _, _, target, unit in _indicators(node)]
        links.append(Link(str(kind.label), document, kind in there, node, said, before))
        before = node.pagu if node else before
    return links


def _indicators(node: Node | None) -> list[list[str]]:
    return sorted(node.indicators.values()) if node else []


def _spending(opd: Opd, year: int, nodes: list[Node]) -> Spending | None:
    """All budget lines below the codes by which the DPA writes the node; None where it has none."""
    dpa = [node for node in nodes if node.kind == DocumentKind.DPA]
    if not dpa:
        return None
    below = Node.objects.filter(
        year=year, opd=opd, kind=DocumentKind.DPA, level=3, code__startswith=dpa[0].code
    ).values_list("written", flat=True)
    classes = rules.value("rollout.channel_class", date(year, 12, 31))
    cash = [channel for channel, kind in classes.items() if kind == "cash"]
    params: dict[str, Any] = {
        "opd": opd.pk, "year": year, "codes": list(below), "cash": cash,
        "spent": [str(state) for state in SPENT],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SPENDING, params)
        return Spending(*cursor.fetchone())


_SPENDING = """
    WITH lines AS (
        SELECT id, pagu, released, held, realised FROM planning_budgetline
         WHERE opd_id = %(opd)s AND year = %(year)s AND kode_sub_kegiatan = ANY(%(codes)s)),
    spent AS (
        SELECT CASE WHEN s.source = 'kkpd' THEN 'kkpd' WHEN s.source = 'ls' THEN 'sp2d' ELSE s.channel END
                   AS channel,
               s.amount - coalesce((SELECT sum(amount) FROM spending_refund WHERE spend_id = s.id), 0)
                   AS amount
          FROM spending_spend s JOIN lines l ON l.id = s.line_id
         WHERE s.state = ANY(%(spent)s))
    SELECT coalesce(sum(pagu), 0), coalesce(sum(released), 0),
           (SELECT coalesce(sum(p.amount), 0) FROM planning_cashplan p JOIN lines l ON l.id = p.line_id),
           coalesce(sum(held), 0), coalesce(sum(realised), 0),
           (SELECT coalesce(sum(amount), 0) FROM spent WHERE channel = ANY(%(cash)s)),
           (SELECT coalesce(sum(amount), 0) FROM spent WHERE channel <> ALL(%(cash)s))
      FROM lines
"""
