"""Printed papers: what SKRD, teguran and STRD state, frozen when they are issued; and the SKRD as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from opd.models import Opd, Role
from opd.office.documents import Draft, Kind
from opd.office.pdf import Book, Column
from opd.office.rules import in_force
from opd.office.signers import signer
from opd.templatetags.tampilan import tanggal
from payments.money import format_rupiah, terbilang
from retribusi.assessments import terms
from retribusi.assessments.models import Debt, Letter, Skrd, SkrdLine

_PAPER = "retribusi/assessments/cetak_{}.html"
SKRD = Kind(
    "skrd", "Surat Ketetapan Retribusi Daerah", "{n}/SKRD/{opd}/{year}", template=_PAPER.format("skrd")
)
NOTICE = Kind(
    "skrd_notice", "Pemberitahuan jatuh tempo", "{n}/PJT/{opd}/{year}", template=_PAPER.format("surat")
)
TEGURAN = Kind("teguran", "Surat Teguran", "{n}/ST/{opd}/{year}", template=_PAPER.format("surat"))
STRD = Kind(
    "strd", "Surat Tagihan Retribusi Daerah", "{n}/STRD/{opd}/{year}", template=_PAPER.format("surat")
)
KINDS = (SKRD, NOTICE, TEGURAN, STRD)
LETTERS = {Letter.Kind.NOTICE: NOTICE, Letter.Kind.TEGURAN: TEGURAN, Letter.Kind.STRD: STRD}


_LINES = (
    Column("Uraian", 3), Column("Kode rekening", 2), Column("Banyaknya", 1, "number"),
    Column("Tarif", 1.5, "money"), Column("Jumlah", 1.6, "money"),
)  # fmt: skip


def pay_address(skrd: Skrd) -> str:
    """The public address where a SKRD is paid."""
    return f"{settings.BASE_URL.rstrip('/')}{reverse('assessments:bill', args=[skrd.token])}"


def signers(opd: Opd, day: date) -> list[dict[str, str]]:
    """The head of the agency as budget user fixes a levy: PA signs."""
    return [signer(Role.PA, opd, day)]


def skrd_draft(
    skrd: Skrd, lines: Sequence[SkrdLine], *, bases: Sequence[str], signed: list[dict[str, str]]
) -> Draft:
    """The SKRD of rows that are not saved yet; ``bases`` are the tariffs' legal bases."""
    payer = skrd.wajib_retribusi
    facts: dict[str, Any] = {
        "name": payer.name, "identity": payer.identity_mask, "address": payer.address,
        "point": skrd.point.name, "period": [skrd.period_from, skrd.period_to], "due": skrd.due_on,
        "table": {
            "columns": [
                {"label": column.label, "kind": column.kind} for column in _LINES
            ],
            "rows": [
                [line.name, line.kode_lra, line.quantity, line.unit_amount, line.amount] for line in lines
            ],
            "total": ["Jumlah ketetapan", "", "", "", skrd.principal],
        },
        "amount": skrd.principal, "amount_text": format_rupiah(skrd.principal),
        "terbilang": terbilang(skrd.principal), "bases": list(bases), "pay": pay_address(skrd),
        "signers": signed,
    }  # fmt: skip
    title = f"SKRD {payer.name}, {format_rupiah(skrd.principal)}"
    subject = ("assessments.skrd", str(skrd.pk))
    return Draft(title[:200], subject, skrd.principal, facts)


def letter_draft(letter: Letter, *, signed: list[dict[str, str]], law: str) -> Draft:
    """A notice, teguran or STRD; its amount is what is owed on its day, interest included."""
    debt, skrd = letter.debt, letter.debt.skrd
    total = debt.amount + letter.interest
    facts: dict[str, Any] = {
        "kind": letter.kind, "name": skrd.wajib_retribusi.name, "address": skrd.wajib_retribusi.address,
        "skrd": skrd.document.number_text, "skrd_day": skrd.issued_on, "due": debt.due_on,
        "amount": debt.amount, "amount_text": format_rupiah(debt.amount), "months": letter.months,
        "interest_text": format_rupiah(letter.interest, zero="Rp 0"), "total_text": format_rupiah(total),
        "terbilang": terbilang(total), "law": law, "pay": pay_address(skrd), "signers": signed,
    }  # fmt: skip
    kind = LETTERS[Letter.Kind(letter.kind)]
    title = f"{kind.label} {skrd.wajib_retribusi.name}"
    subject = ("assessments.letter", f"{debt.pk}:{letter.kind}")
    return Draft(title[:200], subject, total, facts)


def interest_law(day: date) -> str:
    """The legal basis of late interest, as letters quote it. Raises RuleMissing."""
    return in_force(terms.INTEREST, day).legal_basis


def skrd_pdf(
    skrd: Skrd, debts: Sequence[Debt], *, va_numbers: Sequence[tuple[Debt, str]], at: datetime
) -> bytes:
    """The SKRD on A4 from its frozen facts, with the QR of its payment page and its VA numbers."""
    facts, paper = skrd.document.facts, skrd.document
    book = Book(SKRD.label, office=facts["office"], at=at, number=paper.number_text)
    if paper.voided_at:
        book.text(f"DIBATALKAN: {paper.void_reason}", bold=True, center=True)
    first, last = (date.fromisoformat(day) for day in facts["period"])
    book.facts(
        [
            ("Wajib retribusi", facts["name"]), ("Nomor", facts["identity"]), ("Alamat", facts["address"]),
            ("Objek", facts["point"]), ("Masa", f"{tanggal(first)} sampai {tanggal(last)}"),
            ("Jatuh tempo", tanggal(date.fromisoformat(facts["due"]))),
        ]
    )  # fmt: skip
    book.table(_LINES, facts["table"]["rows"], total=facts["table"]["total"])
    book.text(f"Terbilang: {facts['terbilang']}")
    book.text("Dasar: " + "; ".join(facts["bases"]))
    if len(debts) > 1:
        book.heading("Angsuran")
        columns = (Column("Ke", 1, "number"), Column("Jatuh tempo", 2, "day"), Column("Jumlah", 2, "money"))
        book.table(columns, [[one.position, one.due_on, one.amount] for one in debts])
    for debt, number in va_numbers:
        part = f" angsuran ke-{debt.position}" if len(debts) > 1 else ""
        book.text(f"Nomor virtual account{part}: {number}", bold=True)
    book.verification(facts["pay"], "Bayar dengan QRIS atau virtual account: pindai kode ini, atau buka")
    book.signatures(facts["signers"], day=paper.day)
    proof = f"{settings.BASE_URL.rstrip('/')}{reverse('office:verification', args=[paper.token])}"
    book.verification(proof, "Pindai untuk memeriksa keaslian surat ini, atau buka")
    return book.bytes()
