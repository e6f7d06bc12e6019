"""What a claim letter and a numbered berita acara state, frozen when they are issued."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Any

from opd.models import Role
from opd.office import documents
from opd.office.signers import signer
from payments.reconciliation import papers
from payments.reconciliation.letter_models import ClaimKind
from payments.reconciliation.queries import claims, minutes
from payments.reconciliation.queries.claims import Claimable
from payments.reconciliation.queries.minutes import Minutes
from payments.spending import sheets
from payments.spending.sheets import section

_TEMPLATE = "reconciliation/print/letter.html"
MINUTES = documents.Kind("ba_rekon", papers.TITLE, "{n}/BA-REKON/{opd}/{year}", template=_TEMPLATE)
CLAIM = documents.Kind("klaim_bank", "Surat Klaim kepada Bank", "{n}/KLAIM-BANK/{opd}/{year}",
                       template=_TEMPLATE)  # fmt: skip
KINDS = (MINUTES, CLAIM)
OFFICE = "Bendahara Umum Daerah"
_MOST = 1000
"""Rows of a list in a berita acara; the rest is counted, and stands in the CSV."""
_MOVED = (("Uraian", "text"), ("Tanggal", "day"), ("Jumlah", "money"))


def claim_facts(
    rows: Sequence[Claimable], *, bank: str, first: date, last: date, replaced: str, on: date
) -> dict[str, Any]:
    head = [("Kepada", bank), ("Settlement", f"{sheets.day(first)} sampai {sheets.day(last)}")]
    head += [
        ("Jumlah klaim", sheets.money(claims.total(rows))),
        ("Terbilang", sheets.words(claims.total(rows))),
    ]
    sections = [section(pairs=head + _replacing(replaced))]
    for kind, labels in (
        (ClaimKind.FEE, ("MDR disepakati", "MDR dipotong")),
        (ClaimKind.SHORT, ("Harus disetor", "Sudah disetor")),
    ):
        of_kind = [row for row in rows if row.kind == kind]
        if of_kind:
            columns = (("Batch", "text"), ("Settlement", "day"), ("Titik", "text"),
                       *((label, "money") for label in labels), ("Diklaim", "money"))  # fmt: skip
            cells = [(r.batch_no, r.settlement_date, r.point, r.base, r.had, r.amount) for r in of_kind]
            sum_row = ("Jumlah", "", "", "", "", claims.total(rows, kind))
            sections.append(section(kind.label, table=sheets.table(columns, cells, sum_row)))
    sections.append(
        section(
            sentences=["Mohon dikembalikan ke rekening kas umum daerah, atau dijelaskan secara tertulis."]
        )
    )
    return {"office": OFFICE, "sections": sections, "signers": [signer(Role.KUASA_BUD, None, on)]}


def minutes_facts(of: Minutes, *, replaced: str) -> dict[str, Any]:
    head = [("Rekening", of.account), ("Masa", f"{sheets.day(of.first)} sampai {sheets.day(of.last)}")]
    formulas = (
        ("Rumus", "text"),
        ("Kiri", "money"),
        ("Kanan", "money"),
        ("Selisih", "money"),
        ("Hasil", "text"),
    )
    checks = [(one.text, one.left, one.right, one.difference, one.verdict) for one in of.checks]
    unmatched = [(f"{one.text.label} {one.reference}", one.day, one.amount) for one in minutes.unmatched(of)]
    late = [(f"{one.batch_no} {one.point}", one.settlement_date, one.owed) for one in minutes.uncredited(of)]
    explained = [
        (f"{one.text.label} {one.reference}: {one.reason}", one.day, one.amount)
        for one in minutes.explained(of)
    ]
    sections = [
        section(pairs=[*head, *_replacing(replaced), *papers.pairs(of)]),
        section("Rumus kendali", table=sheets.table(formulas, checks)),
        _listed("Kredit yang belum cocok", unmatched),
        _listed("Batch yang belum masuk", late),
        _listed("Selisih yang dijelaskan", explained),
    ]
    other = {"role": "Pihak bank", "name": "", "nip": ""}
    return {
        "office": OFFICE, "sections": sections, "signers": [other, signer(Role.KUASA_BUD, None, of.last)],
    }  # fmt: skip


def _replacing(number: str) -> list[tuple[str, str]]:
    return [("Menggantikan", number)] if number else []


def _listed(heading: str, rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    if not rows:
        return section(heading, sentences=["Tidak ada."])
    shown = list(islice(rows, _MOST))
    more = len(rows) - len(shown)
    told = [f"Dan {more} baris lagi; lihat CSV berita acara."] if more else []
    sum_row = ("Jumlah", "", sum(row[2] for row in rows))
    return section(heading, table=sheets.table(_MOVED, shown, sum_row), sentences=told)
