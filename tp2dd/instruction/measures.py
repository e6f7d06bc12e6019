"""What our own data say of each agency and point: one query a measure, however many agencies there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from opd.office.calendar import bounds, day_of
from opd.templatetags.tampilan import persen, rupiah, tanggal
from payments.spending.models import SPENT
from tp2dd.instruction.compliance import Measured
from tp2dd.instruction.models import Measure, Point
from tp2dd.periods import LONGEST, Period
from tp2dd.rollout import share
from tp2dd.rollout.queries import OpdRow
from tp2dd.rollout.share import Shares

Found = dict[int, Measured]
"""By agency. An agency that is not in it has nothing of the kind yet."""


@dataclass(frozen=True)
class Asked:
    """Which agencies, from the instruction's day to the day that is looked at; ``rows`` is their roll-out."""

    opd_ids: list[int]
    period: Period
    rows: Mapping[int, OpdRow]


def asked(opd_ids: Iterable[int], *, since: date, on: date, rows: Mapping[int, OpdRow]) -> Asked:
    first = min(since, on)
    first = max(first, date.fromordinal(on.toordinal() - LONGEST + 1))
    return Asked(sorted(opd_ids), Period(first, on), rows)


def measure(points: Iterable[Point], of: Asked) -> dict[tuple[int, int], Measured]:
    """What was measured, by point and agency; points that only a report can settle are not in it."""
    found: dict[tuple[int, int], Measured] = {}
    seen: dict[Measure, Any] = {}
    for point in points:
        kind = Measure(point.measure)
        if kind == Measure.REPORT:
            continue
        if kind not in seen:
            seen[kind] = _READ[kind](of)
        for opd_id in of.opd_ids:
            found[point.pk, opd_id] = _SAY[kind](point, seen[kind].get(opd_id))
    return found


def _rows(of: Asked) -> Mapping[int, OpdRow]:
    return of.rows


def _channel(point: Point, row: OpdRow | None) -> Measured:
    cell = next((cell for cell in row.cells if cell.channel == point.channel), None) if row else None
    if cell is None or cell.row is None or cell.row.pilot_since is None:
        return Measured(False, f"{cell.done} dari {len(cell.steps)} syarat siap" if cell else "belum mulai")
    label = cell.label.lower()
    return Measured(True, f"{label} sejak {tanggal(cell.since)}", cell.row.pilot_since)


def _shares(of: Asked) -> dict[int, Shares]:
    lines = share.grains(of.period, opd_ids=of.opd_ids)
    return {int(str(group.key)): group.shares for group in share.by_opd(lines)}


def _share(point: Point, found: Shares | None) -> Measured:
    """The share that cannot be lower, even if all spending whose channel is unknown was cash."""
    least = found.at_least if found else None
    if found is None or least is None or point.target is None:
        return Measured(False, "belum ada belanja yang tercatat")
    words = f"paling sedikit {persen(least)} dari {rupiah(found.total)}"
    if found.unknown > 0:
        words += f", {rupiah(found.unknown)} belum diketahui kanalnya"
    return Measured(least * 100 >= point.target, words)


def _takings(of: Asked) -> dict[int, date]:
    _, end = bounds(of.period.last)
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_TAKINGS, {"opds": of.opd_ids, "end": end})
        return {opd_id: day_of(at) for opd_id, at in cursor.fetchall()}


def _taking(point: Point, first: date | None) -> Measured:
    if first is None:
        return Measured(False, "belum ada penerimaan QRIS")
    return Measured(True, f"sejak {tanggal(first)}", first)


def _cards(of: Asked) -> dict[int, tuple[int, int, date | None]]:
    params: dict[str, Any] = {
        "opds": of.opd_ids,
        "on": of.period.last,
        "spent": [str(state) for state in SPENT],
    }
    with connection.cursor() as cursor:
        cursor.execute(_CARDS, params)
        return {opd_id: (cards, uses, first) for opd_id, cards, uses, first in cursor.fetchall()}


def _card(point: Point, found: tuple[int, int, date | None] | None) -> Measured:
    """Purchases count once they stand in a DPT (tested against the bill); they date from the purchase."""
    cards, uses, first = found or (0, 0, None)
    if first is None:
        return Measured(False, f"{cards} kartu aktif, belum dipakai" if cards else "belum ada kartu aktif")
    return Measured(True, f"{uses} belanja kartu dalam DPT sejak {tanggal(first)}", first)


_FIRST_TAKINGS = """
    SELECT o.id, f.paid_at
      FROM unnest(%(opds)s::bigint[]) AS o(id)
     CROSS JOIN LATERAL (
            SELECT p.paid_at FROM incoming_payment p
             WHERE p.opd_id = o.id AND p.method = 'qris' AND p.paid_at < %(end)s
               AND (p.revenue_amount > 0 OR EXISTS (
                    SELECT FROM incoming_recognition g WHERE g.payment_id = p.id AND g.undone_at IS NULL))
             ORDER BY p.paid_at LIMIT 1) AS f
"""
_CARDS = """
    SELECT o.id,
           (SELECT count(*)::int FROM kkpd_card c
             WHERE c.opd_id = o.id AND c.blocked_at IS NULL
               AND %(on)s BETWEEN c.valid_from AND c.valid_to),
           s.uses, s.first
      FROM unnest(%(opds)s::bigint[]) AS o(id)
     CROSS JOIN LATERAL (
            SELECT count(*)::int AS uses, min(l.transaction_date) AS first
              FROM spending_spend p JOIN kkpd_dprline l ON l.spend_id = p.id
             WHERE p.opd_id = o.id AND p.source = 'kkpd' AND p.state = ANY(%(spent)s)
               AND p.paid_date <= %(on)s) AS s
"""
_READ: dict[Measure, Callable[[Asked], Any]] = {
    Measure.CHANNEL: _rows, Measure.SHARE: _shares, Measure.TAKINGS: _takings, Measure.CARDS: _cards,
}  # fmt: skip
_SAY: dict[Measure, Callable[[Point, Any], Measured]] = {
    Measure.CHANNEL: _channel, Measure.SHARE: _share, Measure.TAKINGS: _taking, Measure.CARDS: _card,
}  # fmt: skip
