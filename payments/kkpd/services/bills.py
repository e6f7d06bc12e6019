"""The bill comes in, whole or not at all, and each of its lines looks for its report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.core.files.base import File
from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import User
from opd.office import evidence
from opd.office import rules as dated
from opd.office.calendar import day_of
from opd.office.models import Evidence
from opd.office.tabular import Problems, TabularError
from payments.kkpd import matching, reading
from payments.kkpd.errors import KkpdError
from payments.kkpd.models import Bill, BillLine, Card, DprLine, LineState
from payments.kkpd.reading import BillRefused, BillRow, BillSheet
from payments.spending.models import SpendState


def import_bill(*, opd_id: int, upload: File[bytes], by: User, at: datetime) -> Bill:
    """Import a "Daftar Tagihan Sementara" in our own layout and match it at once.

    Raises BillRefused with row and column of each fault (unknown card, duplicate line, wrong amount or
    control total, the same file or number again); then nothing is imported.
    """
    access.require(by, "kkpd.bill", opd=opd_id)
    upload.seek(0)
    sheet = reading.read(upload.file or upload, name=name_of(upload))
    cards = known_cards(opd_id, sheet, at)
    kept = keep_original(upload, by=by, at=at)
    return book_sheet(opd_id, sheet, cards, kept, by=by, at=at)


def name_of(upload: File[bytes]) -> str:
    return (upload.name or "tagihan.csv").rsplit("/", 1)[-1][:200]


def keep_original(upload: File[bytes], *, by: User, at: datetime) -> Evidence:
    return evidence.store(upload, name=name_of(upload), media_type="text/csv", by=by, at=at)[0]


def book_sheet(
    opd_id: int,
    sheet: BillSheet,
    cards: dict[tuple[str, str], Card],
    kept: Evidence,
    *,
    by: User,
    at: datetime,
    also: Callable[[Bill], object] = lambda bill: None,
) -> Bill:
    """Write a bill that was read, and ``also`` what belongs to it, in one transaction; then match it.

    Raises BillRefused where the file or the number was imported before.
    """
    refuse_twice(kept, sheet, cards)
    try:
        with transaction.atomic():
            bill = _write(opd_id, sheet, cards, kept, by=by, at=at)
            also(bill)
    except IntegrityError as error:
        raise BillRefused(
            [f"Tagihan {sheet.number} baru saja diimpor. Tidak ada yang diimpor lagi."]
        ) from error
    match_lines(bill_id=bill.pk, at=at)
    return bill


def known_cards(opd_id: int, sheet: BillSheet, at: datetime) -> dict[tuple[str, str], Card]:
    """The agency's cards by their digits. Raises BillRefused for strangers, other years and days to come."""
    cards = {(card.first6, card.last4): card for card in Card.objects.filter(opd=opd_id)}
    problems = Problems()
    asked = BillLine.objects.filter(identity__in=[row.identity for row in sheet.rows])
    known = set(asked.values_list("identity", flat=True))
    for row in sheet.rows:
        for column, fault in _faults(row, sheet, cards, known, at):
            problems.add(TabularError(row.line_no, column, fault))
    if problems:
        raise BillRefused(problems.sentences())
    return cards


def _faults(
    row: BillRow,
    sheet: BillSheet,
    cards: dict[tuple[str, str], Card],
    known: set[str],
    at: datetime,
) -> Iterable[tuple[str, str]]:
    if (row.first6, row.last4) not in cards:
        yield "nomor_kartu", f"kartu {row.first6}******{row.last4} tidak terdaftar di OPD ini."
    if row.identity in known:
        yield "rrn", "transaksi ini sudah ada di tagihan lain; satu transaksi ditagih sekali."
    if row.transaction_date > day_of(at):
        yield "tanggal_transaksi", "tanggalnya belum tiba."
    if row.transaction_date.year != sheet.rows[0].transaction_date.year:
        yield (
            "tanggal_transaksi",
            "tahun anggarannya lain dari baris pertama; minta tagihan terpisah per tahun.",
        )


def refuse_twice(kept: Evidence, sheet: BillSheet, cards: dict[tuple[str, str], Card]) -> None:
    first = Bill.objects.filter(evidence=kept).first()
    if first:
        raise BillRefused(
            [f"Berkas ini sudah diimpor {day_of(first.imported_at):%d/%m/%Y} sebagai tagihan {first.number}."]
        )
    bank_code = cards[sheet.rows[0].first6, sheet.rows[0].last4].bank_code
    same = Bill.objects.filter(number=sheet.number, bank_code=bank_code).first()
    if same:
        raise BillRefused(
            [f"Tagihan {sheet.number} sudah diimpor {day_of(same.imported_at):%d/%m/%Y} dari berkas lain."]
        )


def _write(
    opd_id: int,
    sheet: BillSheet,
    cards: dict[tuple[str, str], Card],
    kept: Evidence,
    *,
    by: User,
    at: datetime,
) -> Bill:
    first = sheet.rows[0]
    bill = Bill.objects.create(
        opd_id=opd_id, year=first.transaction_date.year, number=sheet.number, due_date=sheet.due_date,
        bank_code=cards[first.first6, first.last4].bank_code, total=sheet.total, count=len(sheet.rows),
        evidence=kept, imported_at=at, imported_by=by,
    )  # fmt: skip
    BillLine.objects.bulk_create(
        BillLine(
            bill=bill, line_no=row.line_no, identity=row.identity, card=cards[row.first6, row.last4],
            transaction_date=row.transaction_date, posting_date=row.posting_date, merchant=row.merchant,
            mcc=row.mcc, via=row.via, rrn=row.rrn, authorization_code=row.authorization_code,
            amount=row.amount,
        )
        for row in sheet.rows
    )  # fmt: skip
    after = {"number": bill.number, "total": f"{bill.total:.2f}", "lines": bill.count}
    audit.record("kkpd_bill.import", bill, by=by, at=at, after=after)
    return bill


@transaction.atomic
def match_lines(*, bill_id: UUID, at: datetime) -> int:
    """Let the open lines of a bill find their reports; how many did. Repeating it changes nothing."""
    open_lines = BillLine.objects.select_for_update(no_key=True).filter(
        bill=bill_id, report=None, state=LineState.OPEN
    )
    return _match(list(open_lines.order_by("pk")), at)


@transaction.atomic
def match_open(*, card_id: int, at: datetime) -> int:
    """The same for a card's lines on all its bills: a late report finds the line that waits for it."""
    open_lines = BillLine.objects.select_for_update(no_key=True).filter(
        card=card_id, report=None, state=LineState.OPEN
    )
    return _match(list(open_lines.order_by("pk")), at)


def _match(lines: list[BillLine], at: datetime) -> int:
    if not lines:
        return 0
    waiting = (
        DprLine.objects.filter(card__in={line.card_id for line in lines}, bill_line=None, withdrawn_at=None)
        .exclude(spend__state=SpendState.CANCELLED)
        .select_for_update(of=("self",), no_key=True)
    )
    bills = [
        matching.Side(str(line.pk), line.card_id, line.rrn, line.amount, line.transaction_date)
        for line in lines
    ]
    reports = [
        matching.Side(str(row.pk), row.card_id, row.rrn, row.spend.amount, row.transaction_date)
        for row in waiting.select_related("spend")
    ]
    pairs = matching.match(bills, reports, days=int(dated.value("kkpd.match_days", day_of(at))))
    return sum(_joined(int(pair.bill), UUID(pair.report), pair.rule) for pair in pairs)


def _joined(line_id: int, report_id: UUID, rule: str) -> int:
    rows = BillLine.objects.filter(pk=line_id, report=None, state=LineState.OPEN)
    return rows.update(report=report_id, matched_by=rule)


@transaction.atomic
def match_by_hand(*, bill_line_id: int, report_id: UUID, by: User, at: datetime) -> BillLine:
    """A person says which report a line belongs to: of the same card, both still open. Raises KkpdError."""
    line = open_line(bill_line_id, by, "kkpd.bill", "kkpd.test")
    rows = DprLine.objects.select_for_update(of=("self",), no_key=True)
    report = rows.filter(pk=report_id, card=line.card_id, withdrawn_at=None, bill_line=None).first()
    if report is None or line.report_id:
        raise KkpdError(
            "Laporan ini bukan dari kartu yang sama, atau salah satunya sudah punya pasangan. Tidak ada "
            "yang berubah."
        )
    try:
        with transaction.atomic():
            BillLine.objects.filter(pk=line.pk, report=None).update(report=report, matched_by="manual")
    except IntegrityError as error:
        raise KkpdError("Laporan ini baru saja dicocokkan orang lain. Tidak ada yang berubah.") from error
    line.refresh_from_db()
    audit.record("kkpd_bill.match", line, by=by, at=at, after={"report": str(report_id)})
    return line


@transaction.atomic
def unmatch(*, bill_line_id: int, by: User, at: datetime) -> BillLine:
    """Part a line from its report before it is tested. Raises KkpdError."""
    line = open_line(bill_line_id, by, "kkpd.bill", "kkpd.test")
    before = {"report": str(line.report_id)}
    if not BillLine.objects.filter(pk=line.pk, report__isnull=False).update(report=None, matched_by=""):
        raise KkpdError("Baris ini belum punya laporan. Tidak ada yang berubah.")
    line.refresh_from_db()
    audit.record("kkpd_bill.unmatch", line, by=by, at=at, before=before)
    return line


def open_line(bill_line_id: int, by: User, *permissions: str) -> BillLine:
    """A line that is not tested yet, locked, for a person with one of ``permissions``. Raises KkpdError."""
    line = locked_line(bill_line_id, by, *permissions)
    if line.state != LineState.OPEN:
        raise KkpdError(
            f"Baris ini sudah diuji ({line.get_state_display().lower()}). Tidak ada yang berubah."
        )
    return line


def locked_line(bill_line_id: int, by: User, *permissions: str) -> BillLine:
    rows = BillLine.objects.select_for_update(of=("self",), no_key=True).select_related("bill", "card")
    line = rows.filter(pk=bill_line_id).first()
    if line is None:
        raise KkpdError("Baris tagihan ini tidak ada.")
    if not any(access.allowed(by, name, opd=line.bill.opd_id) for name in permissions):
        access.require(by, permissions[0], opd=line.bill.opd_id)
    return line
