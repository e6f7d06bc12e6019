"""Which kinds of spending were paid without cash in a semester, and whether the bank's CMS was used."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.urls import reverse

from opd.office import rules
from payments.spending.models import SPENT
from tp2dd.etpd.facts import Asked, Fact, Source

MAP = "etpd.spending_map"
FIELDS = (
    "belanja_barang_dan_jasa_langsung", "belanja_modal_langsung", "belanja_pegawai_tidak_langsung",
    "belanja_bunga_tidak_langsung", "belanja_subsidi_tidak_langsung", "belanja_hibah_tidak_langsung",
    "belanja_bantuan_sosial_tidak_langsung", "belanja_bagi_hasil_tidak_langsung",
    "belanja_bantuan_keuangan_tidak_langsung", "belanja_tidak_terduga_tidak_langsung",
)  # fmt: skip
"""What the dated map may answer. "Belanja pegawai langsung" has no account of its own today."""


def _types(asked: Asked) -> dict[str, Fact]:
    """Ya where something was paid without cash; Tidak where only cash; not budgeted where the year's DPA has
    no such account. Where neither is known, nothing."""
    kinds: dict[str, list[str]] = rules.value(MAP, asked.semester.last)
    known = [(name, prefix) for name, prefixes in kinds.items() for prefix in prefixes]
    params: dict[str, Any] = {
        "fields": [name for name, _ in known], "prefixes": [prefix for _, prefix in known],
        "year": asked.year, "first": asked.semester.first, "last": asked.semester.last,
        "spent": [str(state) for state in SPENT],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_TYPES, params)
        rows = cursor.fetchall()
    url = _share(asked)
    found: dict[str, Fact] = {}
    for name, lines, all_lines, noncash, cash in rows:
        prefixes = ", ".join(kinds[name])
        if noncash:
            words = f"{noncash} belanja nontunai dari {noncash + cash} yang dibayar, akun {prefixes}"
            found[name] = Fact("Ya", words, url)
        elif cash:
            found[name] = Fact("Tidak", f"{cash} belanja, semuanya tunai, akun {prefixes}", url)
        elif all_lines and not lines:
            words = f"Tidak ada baris anggaran {asked.year} pada akun {prefixes}"
            found[name] = Fact("Tidak Dianggarkan", words)
    return found


def _cms(asked: Asked) -> dict[str, Fact]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT opd_id) FROM spending_spend"
            " WHERE channel = 'cms' AND state = ANY(%s) AND paid_date BETWEEN %s AND %s",
            [[str(state) for state in SPENT], asked.semester.first, asked.semester.last],
        )
        count, agencies = cursor.fetchone()
    if not count:
        return {}
    return {"integrasi_cms": Fact("Ya", f"{count} belanja {agencies} OPD dibayar lewat CMS", _share(asked))}


def _share(asked: Asked) -> str:
    period = asked.semester
    return f"{reverse('tp2dd:rollout_share')}?sejak={period.first}&sampai={period.last}"


_TYPES = """
    WITH kinds AS (
        SELECT * FROM unnest(%(fields)s::text[], %(prefixes)s::text[]) AS k(field, prefix)),
    spends AS (
        SELECT b.kode_rekening, s.channel <> 'cash' AS noncash
          FROM spending_spend s JOIN planning_budgetline b ON b.id = s.line_id
         WHERE s.state = ANY(%(spent)s) AND s.paid_date BETWEEN %(first)s AND %(last)s)
    SELECT k.field,
           sum((SELECT count(*) FROM planning_budgetline b
                 WHERE b.year = %(year)s AND b.kode_rekening LIKE k.prefix || '%%'))::int,
           max((SELECT count(*) FROM planning_budgetline b WHERE b.year = %(year)s))::int,
           sum((SELECT count(*) FROM spends s
                 WHERE s.noncash AND s.kode_rekening LIKE k.prefix || '%%'))::int,
           sum((SELECT count(*) FROM spends s
                 WHERE NOT s.noncash AND s.kode_rekening LIKE k.prefix || '%%'))::int
      FROM kinds k GROUP BY k.field ORDER BY k.field
"""

SOURCES = (
    Source("spending.types", "Belanja menurut kanal", FIELDS, _types),
    Source("spending.cms", "Belanja lewat CMS", ("integrasi_cms",), _cms),
)
