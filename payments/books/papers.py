"""The books' own documents: what each states, frozen when it is issued, and how it prints.

Every paper is a list of sections (heading, facts, table, sentence): one page and one PDF print them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from opd.models import Opd, Role, User
from opd.office import documents
from opd.office.documents import Kind
from opd.office.models import Document
from opd.office.signers import signer
from payments.books import notes
from payments.books.days import last_of, named, words
from payments.books.models import CashInspection, HandOver, MonthClosing, Report
from payments.books.queries import bank, recap
from payments.books.shelf import BOOKS
from payments.money import format_rupiah, terbilang
from payments.spending.models import Spend

TEMPLATE = "books/print/paper.html"
KINDS = (
    Kind("rpk", "Register Penutupan Kas", "{n}/RPK/{opd}/{year}", template=TEMPLATE),
    Kind("bapk", "Berita Acara Pemeriksaan Kas", "{n}/BAPK/{opd}/{year}", template=TEMPLATE),
    Kind("barek", "Berita Acara Rekonsiliasi", "{n}/BA-REK/{opd}/{year}", template=TEMPLATE),
    Kind("bast", "Berita Acara Serah Terima", "{n}/BAST/{opd}/{year}", template=TEMPLATE),
    Kind("tbp", "Tanda Bukti Pembayaran", numbered=False, template=TEMPLATE),
    Kind("spja", "SPJ Administratif", numbered=False, template=TEMPLATE),
    Kind("spjf", "SPJ Fungsional", numbered=False, template=TEMPLATE),
    Kind("lpjt", "LPJ Bendahara Penerimaan", numbered=False, template=TEMPLATE),
)
Section = dict[str, Any]
MONEY = "money"


def section(
    heading: str,
    *,
    pairs: Iterable[tuple[str, str]] = (),
    table: dict[str, Any] | None = None,
    text: str = "",
) -> Section:
    return {"heading": heading, "pairs": [list(pair) for pair in pairs], "table": table, "text": text}


def table(
    columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]], total: Sequence[Any] | None = None
) -> dict[str, Any]:
    """A table of facts; ``columns`` are (label, kind)."""
    named_columns = [{"label": label, "kind": kind} for label, kind in columns]
    return {
        "columns": named_columns,
        "rows": [list(row) for row in rows],
        "total": list(total) if total else None,
    }


def standing(kind: str, subject: documents.Subject) -> Document | None:
    return documents.current(kind, subject)


def void_all(subject: documents.Subject, *, reason: str, by: User, at: datetime) -> None:
    """Cancel every standing document of a subject; the numbers stay taken."""
    for document in documents.of(subject).standing():
        documents.void(document=document, reason=reason, by=by, at=at)


def issue_cash_register(closing: MonthClosing, *, by: User, at: datetime) -> Document:
    """The register penutupan kas and the berita acara rekonsiliasi of a closed month, in its transaction."""
    opd, day = closing.opd, closing.last_day
    bku = closing.figures["bku"]
    head = {
        "office": opd.name,
        "lead": f"Pada {words(day)}, Buku Kas Umum {named(closing.year, closing.month)} ditutup.",
    }
    facts = {**head, "sections": _register_sections(closing), "signers": treasurer_and_pa(opd, day)}
    minutes = {**head, "sections": reconciliation(closing), "signers": treasurer_and_pa(opd, day)}
    title = f"Penutupan kas {named(closing.year, closing.month)}"
    register = documents.issue(
        kind="rpk", opd=opd, day=day, title=title, subject=closing, amount=Decimal(bku["closing"]),
        facts=facts, by=by, at=at,
    )  # fmt: skip
    documents.issue(
        kind="barek", opd=opd, day=day, title=f"Rekonsiliasi {named(closing.year, closing.month)}",
        subject=closing, amount=None, facts=minutes, by=by, at=at,
    )  # fmt: skip
    return register


def treasurer_and_pa(opd: Opd, day: date) -> list[dict[str, str]]:
    return [signer(Role.PA, opd, day), signer(Role.BENDAHARA_PENGELUARAN, opd, day)]


def _register_sections(closing: MonthClosing) -> list[Section]:
    held = Decimal(closing.figures["tunai"]["closing"])
    difference = closing.counted_total - held
    pairs = [
        ("Saldo Buku Kas Umum", format_rupiah(Decimal(closing.figures["bku"]["closing"]))),
        ("Saldo bank menurut buku", format_rupiah(Decimal(closing.figures["bank"]["closing"]))),
        ("Saldo tunai menurut buku", format_rupiah(held)),
        ("Uang tunai dihitung", format_rupiah(closing.counted_total)),
        ("Selisih", format_rupiah(difference)),
    ]
    if closing.explanation:
        pairs.append(("Penjelasan", closing.explanation))
    return [
        figures_section("Saldo tiap buku", closing.figures),
        counted_section(closing.counted, closing.counted_total),
        section("Perbandingan", pairs=pairs),
    ]


def figures_section(heading: str, figures: dict[str, Any]) -> Section:
    columns = [
        ("Buku", "text"),
        ("Saldo awal", MONEY),
        ("Masuk", MONEY),
        ("Keluar", MONEY),
        ("Saldo akhir", MONEY),
    ]
    rows = [
        (book.label, *(figures[book.code][name] for name in ("opening", "came", "went", "closing")))
        for book in BOOKS
    ]
    return section(heading, table=table(columns, rows))


def counted_section(counted: dict[str, int], total: Decimal) -> Section:
    columns = [("Pecahan", "text"), ("Banyak", "number"), ("Jumlah", MONEY)]
    rows = notes.rows(counted)
    if not rows:
        return section("Uang tunai", text="Tidak ada uang kertas dan logam di brankas.")
    return section("Uang tunai", table=table(columns, rows, ("Jumlah", "", total)))


def reconciliation(closing: MonthClosing) -> list[Section]:
    """The control formulas and the differences between book and bank, each with its explanation."""
    found = bank.position(closing.opd_id, closing.last_day)
    formulas = control_formulas(closing, found)
    columns = [("Rumus", "text"), ("Kiri", MONEY), ("Kanan", MONEY), ("Selisih", MONEY), ("Hasil", "text")]
    rows = [(one.text, one.left, one.right, one.difference, one.verdict) for one in formulas]
    sections = [section("Rumus kendali", table=table(columns, rows)), _bank_section(found)]
    if found.items:
        columns = [
            ("Tanggal", "day"),
            ("Letak", "text"),
            ("Uraian", "text"),
            ("Jumlah", MONEY),
            ("Penjelasan", "text"),
        ]
        items = [(one.day, one.label, one.text, one.amount, one.why) for one in found.items]
        sections.append(section("Selisih yang dijelaskan", table=table(columns, items)))
    return sections


def _bank_section(found: bank.Position) -> Section:
    if found.covered_until is None:
        return section("Rekening koran", text="Tidak ada rekening koran; rekening bendahara tidak bergerak.")
    pairs = [
        ("Saldo bank menurut buku", format_rupiah(found.book)),
        ("Saldo menurut rekening koran", format_rupiah(found.bank)),
        ("Selisih", format_rupiah(found.difference)),
        ("Selisih yang terurai", format_rupiah(found.itemised)),
    ]
    return section("Rekening koran", pairs=pairs)


def control_formulas(closing: MonthClosing, found: bank.Position) -> list[recap.Formula]:
    """The formulas of the month, those of bank and safe included."""
    held = Decimal(closing.figures["tunai"]["closing"])
    formulas = recap.formulas(closing.opd_id, closing.year, closing.month)
    formulas.append(
        recap.Formula(
            "Uang tunai dihitung = tunai menurut buku", closing.counted_total, held, closing.explanation
        )
    )
    if found.covered_until:
        explained = "ada" if found.items and not found.unexplained and not found.rest else ""
        formulas.append(
            recap.Formula("Rekening koran = buku pembantu bank", found.bank, found.book, explained)
        )
    return formulas


def issue_inspection(row: CashInspection, *, by: User, at: datetime) -> Document:
    """The berita acara pemeriksaan kas."""
    difference = row.counted_total - row.book_total
    pairs = [
        ("Tunai menurut buku", format_rupiah(row.book_total)),
        ("Uang dihitung", format_rupiah(row.counted_total)),
        ("Selisih", format_rupiah(difference)),
        ("Saldo bank menurut buku", format_rupiah(row.bank_total)),
    ]
    if row.explanation:
        pairs.append(("Penjelasan", row.explanation))
    facts = {
        "office": row.opd.name,
        "lead": f"Pada {words(row.day)} kas bendahara pengeluaran diperiksa dan uangnya dihitung bersama.",
        "sections": [
            counted_section(row.counted, row.counted_total),
            section("Hasil pemeriksaan", pairs=pairs),
        ],
        "signers": treasurer_and_pa(row.opd, row.day),
    }
    return documents.issue(
        kind="bapk", opd=row.opd, day=row.day, title=f"Pemeriksaan kas {words(row.day)}", subject=row,
        amount=row.counted_total, facts=facts, by=by, at=at,
    )  # fmt: skip


def issue_hand_over(row: HandOver, *, by: User, at: datetime) -> Document:
    """The berita acara serah terima between two treasurers."""
    columns = [("Yang belum selesai", "text"), ("Banyak", "number"), ("Jumlah", MONEY)]
    outstanding = [(one["label"], one["count"], one["amount"]) for one in row.outstanding]
    pairs = [
        ("Dasar", row.decree_number),
        ("Yang menyerahkan", row.from_user.name),
        ("Yang menerima", row.to_user.name),
    ]
    sections = [section("Para pihak", pairs=pairs), figures_section("Saldo tiap buku", row.figures)]
    if outstanding:
        sections.append(section("Yang diteruskan", table=table(columns, outstanding)))
    if row.note:
        sections.append(section("Catatan", text=row.note))
    signers = [
        {"role": "Yang menyerahkan", "name": row.from_user.name, "nip": row.from_user.nip},
        {"role": "Yang menerima", "name": row.to_user.name, "nip": row.to_user.nip},
        signer(Role.PA, row.opd, row.day),
    ]
    lead = f"Pada {words(row.day)} pembukuan bendahara pengeluaran diserahterimakan."
    facts = {"office": row.opd.name, "lead": lead, "sections": sections, "signers": signers}
    return documents.issue(
        kind="bast", opd=row.opd, day=row.day, title=f"Serah terima {words(row.day)}", subject=row,
        amount=Decimal(row.figures["bku"]["closing"]), facts=facts, by=by, at=at,
    )  # fmt: skip


def issue_payment_proof(spend: Spend, *, by: User, at: datetime) -> Document:
    """The TBP of a paid spend: a konsep until SIPD's number is entered."""
    assert spend.paid_date is not None
    taxes = [(tax.get_kind_display(), tax.amount, tax.ntpn) for tax in spend.taxes.all()]
    withheld = sum((amount for _, amount, _ in taxes), Decimal(0))
    pairs = [
        ("Dibayarkan kepada", spend.payee.name if spend.payee else spend.merchant_name),
        ("Untuk", spend.description),
        ("Sub kegiatan", f"{spend.line.kode_sub_kegiatan} {spend.line.nama_sub_kegiatan}"),
        ("Kode rekening", f"{spend.line.kode_rekening} {spend.line.nama_rekening}"),
        ("Sumber dan kanal", f"{spend.get_source_display()}, {spend.get_channel_display()}"),
        ("Jumlah kotor", format_rupiah(spend.amount)),
        ("Potongan pajak", format_rupiah(withheld)),
        ("Dibayarkan", f"{format_rupiah(spend.amount - withheld)} ({terbilang(spend.amount - withheld)})"),
    ]
    sections = [section("Pembayaran", pairs=pairs)]
    if taxes:
        columns = [("Pajak", "text"), ("Jumlah", MONEY), ("NTPN", "text")]
        sections.append(section("Pajak yang dipungut", table=table(columns, taxes, ("Jumlah", withheld, ""))))
    day = spend.paid_date
    facts = {
        "office": spend.opd.name, "lead": f"Dibayar pada {words(day)}.", "sections": sections,
        "signers": treasurer_and_pa(spend.opd, day),
    }  # fmt: skip
    return documents.issue(
        kind="tbp", opd=spend.opd, day=day, title=f"TBP {spend.description}"[:200], subject=spend,
        amount=spend.amount, facts=facts, by=by, at=at,
    )  # fmt: skip


def issue_report(
    report: Report, kind: str, sections: list[Section], roles: Sequence[Role], *, by: User, at: datetime
) -> Document:
    """One of a report's pages, from the facts that were submitted."""
    day = last_of(report.year, report.month)
    facts = {
        "office": report.opd.name,
        "lead": f"Bulan {named(report.year, report.month)}.",
        "sections": sections,
        "signers": [signer(role, report.opd, day) for role in roles],
    }
    label = documents.kind(kind).label
    return documents.issue(
        kind=kind, opd=report.opd, day=day, title=f"{label} {named(report.year, report.month)}",
        subject=report, amount=None, facts=facts, by=by, at=at,
    )  # fmt: skip
