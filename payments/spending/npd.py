"""The NPD as konsep: what its printed page states, frozen when the spend is submitted.

SIPD is the book of record: its number and day come in by entry. Form after Permendagri 77/2020.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from opd.models import Role, User
from opd.office import documents, signers
from opd.office.calendar import day_of
from opd.office.models import Document
from opd.planning import queries as planning
from opd.planning.models import BudgetLine
from payments.spending.models import Source, Spend
from payments.spending.sheets import day as spelled
from payments.spending.sheets import money, section, table, words

KIND = documents.Kind("npd", "Nota Pencairan Dana", numbered=False, template="spending/print/npd.html")
_REQUEST = "Kepada Pengguna Anggaran: mohon persetujuan agar bendahara mencairkan dana untuk belanja berikut."


def issue(spend: Spend, *, by: User | None, at: datetime) -> Document | None:
    """The NPD of a submitted spend, in the caller's transaction; a card spend has its own (KKPD)."""
    if spend.source == Source.KKPD:
        return None
    on = day_of(at)
    people = [signers.signer(Role.PA, spend.opd, on), signers.signer(Role.PPTK, spend.opd, on)]
    facts = {
        "office": spend.opd.name, "amount": spend.amount, "signers": people,
        "sections": [
            section(pairs=_head(spend), sentences=[_REQUEST]),
            section("Pembebanan", table=_line(spend)),
            section("Penerima", pairs=_receiver(spend)),
            *_taxes(spend),
        ],
    }  # fmt: skip
    return documents.issue(
        kind=KIND.code, opd=spend.opd, day=on, title=f"NPD {spend.description}"[:200], subject=spend,
        amount=spend.amount, facts=facts, by=by, at=at,
    )  # fmt: skip


def void(spend: Spend, *, reason: str, by: User | None, at: datetime) -> None:
    """A closed spend's NPD no longer stands."""
    standing = documents.current(KIND.code, spend)
    if standing:
        documents.void(document=standing, reason=reason, by=by, at=at)


def _head(spend: Spend) -> list[tuple[str, str]]:
    dpa = planning.newest_dpa(spend.opd_id, spend.year)
    return [
        ("SKPD", spend.opd.name),
        ("Tahun anggaran", str(spend.year)),
        ("Dasar", f"DPA-SKPD {dpa.number}, {spelled(dpa.dpa_date)}" if dpa else "DPA-SKPD belum dicatat"),
        ("Sumber dana", f"{spend.get_source_display()}, {spend.get_channel_display()}"),
        ("Tanggal", spelled(spend.spend_date)),
        ("Jumlah", f"{money(spend.amount)} ({words(spend.amount)})"),
    ]


_COLUMNS = (
    ("Sub kegiatan", "text"), ("Kode rekening", "text"), ("Uraian", "text"), ("Anggaran", "money"),
    ("Akumulasi sebelumnya", "money"), ("Pencairan ini", "money"), ("Sisa", "money"),
)  # fmt: skip


def _line(spend: Spend) -> dict[str, Any]:
    line = BudgetLine.objects.get(pk=spend.line_id)  # this spend is already held in it
    before = line.held + line.realised - spend.amount
    row = (
        line.kode_sub_kegiatan, line.kode_rekening, spend.description, line.pagu, before, spend.amount,
        line.pagu - line.held - line.realised,
    )  # fmt: skip
    return table(_COLUMNS, [row])


def _receiver(spend: Spend) -> list[tuple[str, str]]:
    payee = spend.payee
    if payee is None:
        return [("Nama", spend.merchant_name or "tercantum pada bukti bayar")]
    account = f"{payee.bank_name} {payee.account_no} a.n. {payee.account_name}" if payee.account_no else "–"
    return [("Nama", payee.name), ("NPWP", payee.npwp or "–"), ("Rekening", account)]


def _taxes(spend: Spend) -> list[dict[str, Any]]:
    rows = [(str(tax.get_kind_display()), tax.billing_code, tax.amount) for tax in spend.taxes.all()]
    if not rows:
        return []
    withheld = sum((row[2] for row in rows), Decimal(0))
    columns = (("Potongan", "text"), ("Kode billing", "text"), ("Jumlah", "money"))
    return [
        section("Potongan pajak", table=table(columns, rows, ("Jumlah potongan", "", withheld))),
        section(pairs=[("Jumlah dibayarkan", money(spend.amount - withheld))]),
    ]
