"""The monthly report: what it states (facts, frozen at submission) and the whole of it as one PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from opd.models import Role
from opd.office import documents, pdf
from opd.office.signers import signer
from payments.books.days import day_before, first_of, last_of, named, words
from payments.books.models import MonthClosing, Report, ReportKind
from payments.books.papers import MONEY, Section, section, table
from payments.books.queries import ledger, recap
from payments.books.shelf import BOOKS, BY_CODE, Book
from payments.money import format_rupiah

ZERO = Decimal("0.00")


def spending_facts(report: Report) -> dict[str, Any]:
    """Both reports of a spending treasurer: administrative (to PA) and functional (to PPKD)."""
    rows = recap.spending(report.opd_id, report.year, report.month)
    figures = {
        one.book.code: one.as_json() for one in ledger.figures(report.opd_id, report.year, report.month)
    }
    total = sum((row.total_now for row in rows), ZERO)
    return {
        "total": f"{total:.2f}",
        "administrative": [_spent(rows, "Belanja per kode rekening"), _money(figures)],
        "functional": [*_by_way(rows), *_flows(report), _money(figures)],
        "proofs": _proofs(report),
        "taxes": _taxes(report),
    }


def receipts_facts(report: Report) -> dict[str, Any]:
    """The report of a receiving treasurer, from ledger entries alone."""
    found = recap.receipts(report.opd_id, report.year, report.month)
    pairs = [
        ("Belum masuk RKUD pada awal bulan", format_rupiah(found.opening)),
        ("Diterima bulan ini", format_rupiah(found.received)),
        ("Masuk RKUD bulan ini", format_rupiah(found.deposited)),
        ("Belum masuk RKUD pada akhir bulan", format_rupiah(found.closing)),
        ("Masuk RKUD \u2212 pendapatan LRA", format_rupiah(found.deposited - found.revenue)),
    ]
    columns = [
        ("Kode rekening", "text"),
        ("S.d. lalu", MONEY),
        ("Bulan ini", MONEY),
        ("S.d. ini", MONEY),
    ]
    rows = [(one.kode_rekening or "Tanpa kode", one.before, one.now, one.until_now) for one in found.rows]
    sums = [sum((row[place] for row in rows), ZERO) for place in (1, 2, 3)]
    return {
        "total": f"{found.received:.2f}",
        "receipts": [
            section("Penerimaan dan penyetoran", pairs=pairs),
            section("Pendapatan-LRA per kode rekening", table=table(columns, rows, ("Jumlah", *sums))),
        ],
    }


def facts_of(report: Report) -> dict[str, Any]:
    made = spending_facts if report.kind == ReportKind.SPENDING else receipts_facts
    return documents.freeze(made(report))


def _spent(rows: Iterable[recap.Spent], heading: str) -> Section:
    columns = [
        ("Kode rekening", "text"), ("Anggaran", MONEY), ("S.d. lalu", MONEY), ("Bulan ini", MONEY),
        ("S.d. ini", MONEY), ("Sisa", MONEY),
    ]  # fmt: skip
    cells = [
        (f"{one.kode_rekening} {one.name}".strip(), one.budget, one.total_before, one.total_now,
         one.until_now, one.left)
        for one in rows
    ]  # fmt: skip
    return section(heading, table=table(columns, cells, ("Jumlah", *_sums(cells, range(1, 6)))))


def _by_way(rows: list[recap.Spent]) -> list[Section]:
    """What was spent this month and in the year, by LS, UP/GU/TU and KKPD."""
    columns = [("Kode rekening", "text"), *((recap.COLUMN_LABELS[way], MONEY) for way in recap.COLUMNS)]
    columns.append(("Jumlah", MONEY))
    found = []
    for heading, until in (("Belanja bulan ini menurut sumber", False), ("Belanja s.d. bulan ini", True)):
        cells = [(one.kode_rekening, *_ways(one, until)) for one in rows]
        total = ("Jumlah", *_sums(cells, range(1, 5)))
        found.append(section(heading, table=table(columns, cells, total)))
    return found


def _ways(one: recap.Spent, until: bool) -> tuple[Decimal, ...]:
    ways = [one.now[way] + (one.before[way] if until else ZERO) for way in recap.COLUMNS]
    return (*ways, sum(ways, ZERO))


def _sums(cells: list[tuple[Any, ...]], places: range) -> list[Decimal]:
    return [sum((row[place] for row in cells), ZERO) for place in places]


def _flows(report: Report) -> list[Section]:
    came, went = recap.flows(report.opd_id, report.year, report.month)
    columns = [
        ("Uraian", "text"),
        ("S.d. lalu", MONEY),
        ("Bulan ini", MONEY),
        ("S.d. ini", MONEY),
    ]
    return [
        section(
            heading, table=table(columns, [(one.label, one.before, one.now, one.until_now) for one in found])
        )
        for heading, found in (("Penerimaan", came), ("Pengeluaran selain belanja", went))
    ]


def _money(figures: dict[str, Any]) -> Section:
    columns = [
        ("Buku", "text"),
        ("Saldo awal", MONEY),
        ("Masuk", MONEY),
        ("Keluar", MONEY),
        ("Saldo akhir", MONEY),
    ]
    names = ("opening", "came", "went", "closing")
    rows = [(book.label, *(figures[book.code][name] for name in names)) for book in BOOKS]
    return section("Saldo tiap buku", table=table(columns, rows))


def _proofs(report: Report) -> Section:
    rows = [
        (one.day, one.text, one.payee, one.amount, one.files)
        for one in recap.proofs(report.opd_id, report.year, report.month)
    ]
    columns = [
        ("Tanggal", "day"), ("Uraian", "text"), ("Penerima", "text"), ("Jumlah", MONEY),
        ("Berkas bukti", "number"),
    ]  # fmt: skip
    total = sum((row[3] for row in rows), ZERO)
    return section("Daftar bukti", table=table(columns, rows, ("", "Jumlah", "", total, "")))


def _taxes(report: Report) -> Section:
    first, last = first_of(report.year, report.month), last_of(report.year, report.month)
    rows = [
        (tax.spend.paid_date, tax.spend.description, tax.get_kind_display(), tax.amount, tax.ntpn,
         tax.deposited_date or "")
        for tax in recap.taxes([report.opd_id], first, last)
    ]  # fmt: skip
    columns = [
        ("Dipungut", "day"), ("Belanja", "text"), ("Pajak", "text"), ("Jumlah", MONEY), ("NTPN", "text"),
        ("Disetor", "day"),
    ]  # fmt: skip
    total = sum((row[3] for row in rows), ZERO)
    return section("Register pajak", table=table(columns, rows, ("", "Jumlah", "", total, "", "")))


def whole_pdf(report: Report, *, at: datetime, progress: Callable[[int, int], None]) -> bytes:
    """The whole SPJ: cover, recaps, BKU and helper books, tax register, register penutupan kas, evidence."""
    month = named(report.year, report.month)
    book = pdf.Book(f"SPJ {month}", office=report.opd.name, at=at, landscape=True)
    parts = _parts(report)
    _cover(book, report, [name for name, _ in parts])
    for place, (name, write) in enumerate(parts, 1):
        book.heading(name, new_page=True)
        write(book)
        progress(place, len(parts))
    return book.bytes()


Part = tuple[str, Callable[[pdf.Book], None]]


def _parts(report: Report) -> list[Part]:
    facts = report.facts
    if report.kind == ReportKind.RECEIPTS:
        return [("LPJ bendahara penerimaan", _write(facts["receipts"]))]
    parts: list[Part] = [
        ("SPJ administratif", _write(facts["administrative"])),
        ("SPJ fungsional", _write(facts["functional"])),
    ]
    parts += [(one.label, _write_book(report, one.code)) for one in BOOKS]
    parts.append(("Register pajak", _write([facts["taxes"]])))
    register = _register(report)
    if register:
        parts.append(("Register penutupan kas", _write(register)))
    return [*parts, ("Daftar bukti", _write([facts["proofs"]]))]


def _register(report: Report) -> list[Section]:
    closings = MonthClosing.objects.standing().filter(opd=report.opd, year=report.year, month=report.month)
    closing = closings.first()
    found = documents.current("rpk", closing) if closing else None
    return list(found.facts["sections"]) if found else []


def _cover(book: pdf.Book, report: Report, parts: list[str]) -> None:
    day = last_of(report.year, report.month)
    book.facts([
        ("Bulan", named(report.year, report.month)),
        ("Laporan", report.get_kind_display()),
        ("Jumlah", format_rupiah(Decimal(report.facts["total"]))),
        ("Tenggat", words(report.due_date)),
    ])  # fmt: skip
    book.text("Isi: " + "; ".join(f"{place}. {name}" for place, name in enumerate(parts, 1)) + ".")
    role = Role.BENDAHARA_PENGELUARAN if report.kind == ReportKind.SPENDING else Role.BENDAHARA_PENERIMAAN
    book.signatures([signer(Role.PA, report.opd, day), signer(role, report.opd, day)], day=day)


def _write(sections: Iterable[Section]) -> Callable[[pdf.Book], None]:
    def write(book: pdf.Book) -> None:
        for one in sections:
            book.text(one["heading"], bold=True)
            if one["text"]:
                book.text(one["text"])
            if one["pairs"]:
                book.facts([(name, value) for name, value in one["pairs"]])
            if one["table"]:
                columns = [_column(column) for column in one["table"]["columns"]]
                book.table(columns, one["table"]["rows"], total=one["table"]["total"])

    return write


def _column(column: dict[str, Any]) -> pdf.Column:
    widths = {"text": 1.6, "money": 1.2, "number": 0.7, "day": 1.0}
    kind: Literal["text", "money", "number", "day"] = column["kind"]
    return pdf.Column(column["label"], widths[kind], kind)


def _write_book(report: Report, code: str) -> Callable[[pdf.Book], None]:
    return lambda book: write_rows(book, BY_CODE[code], report.opd_id, report.year, report.month)


def write_rows(book: pdf.Book, shelf: Book, opd_id: int, year: int, month: int) -> None:
    """A book's month as a table: opening, every row, totals and the closing balance."""
    first, last = first_of(year, month), last_of(year, month)
    opening = ledger.balance_of(shelf, ledger.balances(opd_id, day_before(first)))
    columns = [
        pdf.Column("No", 0.4, "number"), pdf.Column("Tanggal", 1.0, "day"), pdf.Column("Bukti", 0.9),
        pdf.Column("Uraian", 3.2), pdf.Column("Kode rekening", 1.4), pdf.Column(shelf.came, 1.1, "money"),
        pdf.Column(shelf.went, 1.1, "money"), pdf.Column("Saldo", 1.2, "money"),
    ]  # fmt: skip
    rows = ledger.page(shelf, opd_id, first, last)
    came, went = sum((row.came for row in rows), ZERO), sum((row.went for row in rows), ZERO)
    cells = [
        (row.order, row.day, row.number, row.description, row.kode_rekening, row.came, row.went, row.balance)
        for row in rows
    ]
    head = ("", first, "", "Saldo awal", "", "", "", opening)
    book.table(columns, [head, *cells], total=("", "", "", "Jumlah", "", came, went, opening + came - went))
