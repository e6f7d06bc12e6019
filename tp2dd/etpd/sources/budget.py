"""Pagu and realisation of spending by account, as far as the DPA and SIPD's report are imported."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import connection
from django.urls import reverse

from tp2dd.etpd.facts import Asked, Fact, Source

PREFIXES = {"daerah": "5", "operasi": "5.1", "modal": "5.2", "tidak_terduga": "5.3", "transfer": "5.4"}
"""The form's words and the groups of accounts (Permendagri 90/2019)."""
PAGU, REALISED = "total_pagu_belanja_{}", "total_realisasi_belanja_{}"


def whole(amount: Decimal) -> str:
    """Rupiah without sen, half up, as the form takes it."""
    return f"{amount.quantize(Decimal(1), ROUND_HALF_UP):f}"


def _budget(asked: Asked) -> dict[str, Fact]:
    """Nothing where no DPA of the year was imported. A form asks for amounts of zero or more."""
    params: dict[str, Any] = {
        "year": asked.year, "last": asked.semester.last, "whole_year": asked.half == 2,
        "prefixes": list(PREFIXES.values()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, params)
        sums = {prefix: row for prefix, *row in cursor.fetchall()}
    if not sums or not sums["5"][0]:
        return {}
    url = f"{reverse('planning:line_list')}?tahun={asked.year}"
    found: dict[str, Fact] = {}
    for word, prefix in PREFIXES.items():
        lines, agencies, pagu, realised = sums[prefix]
        of = f"{lines} baris anggaran {asked.year} dari {agencies} OPD, akun {prefix}"
        found[PAGU.format(word)] = Fact(whole(pagu), f"Pagu DPA terakhir: {of}", url)
        words = f"Realisasi 1 Januari sampai {asked.semester.last:%d/%m/%Y} dan SIPD yang dihitung: {of}"
        found[REALISED.format(word)] = Fact(whole(max(realised, Decimal(0))), words, url)
    return found


# Realised holds as first booked, less what came back by then, and counted SIPD rows; as planning.queries.
# What comes back after the year counts as of its last month.
_SUMS = """
    WITH moved AS (
        SELECT h.line_id, h.realised_amount AS amount FROM planning_hold h
         WHERE h.state = 'realised' AND h.realised_date <= %(last)s
        UNION ALL
        SELECT h.line_id, c.amount FROM planning_correction c JOIN planning_hold h ON h.id = c.hold_id
         WHERE h.realised_date <= %(last)s
        UNION ALL
        SELECT h.line_id, -c.amount FROM planning_correction c JOIN planning_hold h ON h.id = c.hold_id
         WHERE c.correction_date <= %(last)s OR %(whole_year)s
        UNION ALL
        SELECT s.line_id, s.amount FROM planning_sipdrow s
         WHERE s.state = 'counted' AND s.document_date <= %(last)s),
    realised AS (SELECT line_id, sum(amount) AS amount FROM moved GROUP BY line_id)
    SELECT p.prefix, count(b.id), count(DISTINCT b.opd_id), coalesce(sum(b.pagu), 0),
           coalesce(sum(r.amount), 0)
      FROM unnest(%(prefixes)s::text[]) AS p(prefix)
      LEFT JOIN planning_budgetline b
        ON b.year = %(year)s AND (b.kode_rekening = p.prefix OR b.kode_rekening LIKE p.prefix || '.%%')
      LEFT JOIN realised r ON r.line_id = b.id
     GROUP BY p.prefix
"""

SOURCES = (
    Source(
        "planning.lines",
        "Anggaran dan realisasi (DPA, SIPD)",
        [name.format(word) for word in PREFIXES for name in (PAGU, REALISED)],
        _budget,
    ),
)
