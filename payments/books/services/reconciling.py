"""Book and bank: statements taken in, lines matched, the rest explained, or the month stays open."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import User
from opd.office import evidence, rules
from opd.office.calendar import day_of
from opd.office.tabular import TabularError
from payments.books import matching, statement
from payments.books.days import first_of, last_of, named, words
from payments.books.errors import BookError, StatementError, Unexplained
from payments.books.models import AccountLine, AccountStatement, Explanation, LineMatch, MonthClosing
from payments.books.queries import bank, ledger
from payments.books.services import proving, turns
from payments.ledger.models import Journal
from payments.money import format_rupiah
from payments.spending.models import TreasuryAccount

NOTHING = "Tidak ada yang disimpan."


def import_statement(*, account_id: int, upload: File[bytes], by: User, at: datetime) -> AccountStatement:
    """Take a statement of a treasurer's account in, all or nothing, and match its lines at once.

    It must continue the one before it, in days and in rupiah. Raises StatementError with row and column;
    PermissionDenied without ``books.close``.
    """
    account = TreasuryAccount.objects.get(pk=account_id)
    access.require(by, "books.close", opd=account.opd_id)
    name = (upload.name or "tanpa nama").rsplit("/", 1)[-1]
    try:
        read = statement.read(upload, name=name)
    except TabularError as error:
        raise StatementError(f"{error} {NOTHING}") from error
    try:
        with transaction.atomic():
            turns.take(account.opd_id)
            _check(account, read, at)
            row = _store(account, read, upload, name, by=by, at=at)
            pair_lines(account=account, by=by, at=at)
    except IntegrityError as error:
        raise StatementError(f"Rekening koran ini sudah pernah diunggah. {NOTHING}") from error
    return row


def _check(account: TreasuryAccount, read: statement.Statement, at: datetime) -> None:
    if read.account_no != account.account_no:
        raise StatementError(
            f"Berkas ini untuk rekening {read.account_no}, bukan {account.account_no}. {NOTHING}"
        )
    if read.last_day > day_of(at):
        raise StatementError(f"Berkas ini sampai {words(read.last_day)}, hari yang belum tiba. {NOTHING}")
    last = AccountStatement.objects.standing().filter(account=account).order_by("-last_day").first()
    if last is None:
        return
    if read.first_day <= last.last_day:
        raise StatementError(
            f"Rekening koran sampai {words(last.last_day)} sudah ada; yang ini mulai "
            f"{words(read.first_day)}. Unggah yang mulai sesudahnya, atau tarik dahulu yang lama. {NOTHING}"
        )
    if read.opening != last.closing:
        raise StatementError(
            f"Saldo awal {format_rupiah(read.opening)} tidak menyambung dengan saldo akhir "
            f"{format_rupiah(last.closing)} pada {words(last.last_day)}. Ada hari yang terlewat. {NOTHING}"
        )


def _store(
    account: TreasuryAccount,
    read: statement.Statement,
    upload: File[bytes],
    name: str,
    *,
    by: User,
    at: datetime,
) -> AccountStatement:
    kept, _ = evidence.store(upload, name=name, media_type="text/csv", by=by, at=at)
    row = AccountStatement.objects.create(
        account=account, opd_id=account.opd_id, evidence=kept, name=name[:200], first_day=read.first_day,
        last_day=read.last_day, lines=len(read.lines), opening=read.opening, debit=read.debit,
        credit=read.credit, closing=read.closing, uploaded_at=at, uploaded_by=by,
    )  # fmt: skip
    AccountLine.objects.bulk_create(
        AccountLine(
            statement=row, line_no=line.line_no, post_date=line.post_date, description=line.description,
            debit=line.debit, credit=line.credit, balance=line.balance, reference_no=line.reference_no,
        )
        for line in read.lines
    )  # fmt: skip
    after = {"name": row.name, "lines": row.lines, "closing": f"{row.closing:.2f}"}
    audit.record("books.import_statement", row, by=by, at=at, after=after)
    return row


@transaction.atomic
def pair_lines(*, account: TreasuryAccount, by: User | None, at: datetime) -> int:
    """Match what is open on both sides of an account; how many pairs were found. Payments become proven."""
    turns.take(account.opd_id)
    days = int(rules.value("books.match_days", day_of(at)))
    lines = bank.open_lines(account)
    items = bank.open_items(account, lines, days=days)
    found = matching.pairs(lines, items, days=days)
    for pair in found:
        _pair(pair.line, pair.journal, pair.rule, by=by, at=at)
    return len(found)


@transaction.atomic
def pair_by_hand(*, line_id: int, journal: int, by: User, at: datetime) -> LineMatch:
    """A person pairs a line with a journal of the same amount. Raises BookError where either is taken."""
    line = AccountLine.objects.select_related("statement").get(pk=line_id)
    opd_id = line.statement.opd_id
    access.require(by, "books.close", opd=opd_id)
    turns.take(opd_id)
    since = bank.start(opd_id)
    assert since is not None  # the line's own statement covers a day
    choices = {one.journal: one for one in bank.moves(opd_id, since, day_of(at), by_value=False)}
    move = choices.get(journal)
    if move is None or move.amount != line.credit - line.debit:
        raise BookError(
            "Jurnal itu tidak ada di buku bank OPD ini atau jumlahnya lain. Belum ada yang dicocokkan."
        )
    _not_closed(opd_id, line)
    taken = LineMatch.objects.filter(line=line).exists() or LineMatch.objects.filter(journal=journal).exists()
    if line.statement.withdrawn_at or taken:
        raise BookError("Baris atau jurnal ini sudah punya pasangan. Belum ada yang dicocokkan.")
    match = _pair(line.pk, journal, "by_hand", by=by, at=at)
    audit.record("books.pair_line", line, by=by, at=at, after={"journal": journal})
    return match


def _not_closed(opd_id: int, line: AccountLine) -> None:
    closed = MonthClosing.objects.standing().filter(opd=opd_id, year=line.post_date.year)
    if closed.filter(month__gte=line.post_date.month).exists():
        raise BookError("Bulan baris ini sudah ditutup. Belum ada yang berubah.")


def _pair(line_id: int, journal: int, rule: str, *, by: User | None, at: datetime) -> LineMatch:
    day = Journal.objects.values_list("effective_date", flat=True).get(pk=journal)
    match = LineMatch.objects.create(line_id=line_id, journal=journal, day=day, rule=rule, at=at, by=by)
    proving.prove(journal, by=by, at=at)
    return match


@transaction.atomic
def explain(*, opd_id: int, where: str, item_id: int, reason: str, by: User, at: datetime) -> Explanation:
    """Say why a bank line, a journal or the opening balance has no counterpart; a later word replaces it."""
    access.require(by, "books.close", opd=opd_id)
    turns.take(opd_id)
    reason = " ".join(reason.split())
    if len(reason) < 5:
        raise BookError("Tulis penjelasan yang dapat dipahami pemeriksa, paling sedikit lima huruf.")
    found = [
        one for one in bank.position(opd_id, day_of(at)).items if (one.where, one.id) == (where, item_id)
    ]
    if not found:
        raise BookError("Selisih ini sudah tidak ada; mungkin baru saja cocok. Tidak ada yang berubah.")
    names = {"bank": "line_id", "book": "journal", "opening": "account_id"}
    key: dict[str, Any] = {names[where]: item_id}
    told, _ = Explanation.objects.update_or_create(
        **key,
        defaults={"opd_id": opd_id, "amount": found[0].amount, "reason": reason[:400], "at": at, "by": by},
    )
    after = {"item": f"{where}:{item_id}", "amount": f"{found[0].amount:.2f}"}
    audit.record("books.explain", told, by=by, at=at, after=after, reason=reason[:300])
    return told


@transaction.atomic
def withdraw_statement(*, statement_id: int, reason: str, by: User, at: datetime) -> AccountStatement:
    """Take the newest statement of an account back: its matches end, the row and the original stay."""
    row = AccountStatement.objects.get(pk=statement_id)
    access.require(by, "books.close", opd=row.opd_id)
    turns.take(row.opd_id)
    reason = " ".join(reason.split())
    if len(reason) < 5:
        raise BookError("Tulis alasan penarikan. Rekening koran belum ditarik.")
    newest = AccountStatement.objects.standing().filter(account=row.account_id).order_by("-last_day").first()
    if newest != row:
        raise BookError("Hanya rekening koran terakhir yang dapat ditarik. Tidak ada yang berubah.")
    if _touches_closed_month(row):
        raise BookError("Bulan di rekening koran ini sudah ditutup. Buka bulannya dahulu.")
    LineMatch.objects.filter(line__statement=row).delete()
    Explanation.objects.filter(line__statement=row).delete()
    row.withdrawn_at, row.withdrawn_by, row.withdraw_reason = at, by, reason[:300]
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdraw_reason"])
    audit.record("books.withdraw_statement", row, by=by, at=at, reason=reason[:300])
    return row


def _touches_closed_month(row: AccountStatement) -> bool:
    closed = MonthClosing.objects.standing().filter(opd=row.opd_id)
    return any(one.last_day >= row.first_day for one in closed)


def must_be_explained(opd_id: int, year: int, month: int) -> None:
    """Raises Unexplained where statements do not cover a month, or book and bank differ without a word."""
    last = last_of(year, month)
    if not _needs_bank(opd_id, year, month):
        return
    found = bank.position(opd_id, last)
    if not found.is_covered:
        until = f"baru sampai {words(found.covered_until)}" if found.covered_until else "belum ada"
        raise Unexplained(
            f"Rekening koran {named(year, month)} {until}. Unggah sampai {words(last)}; bulan belum ditutup."
        )
    if found.unexplained:
        amount = sum((abs(one.amount) for one in found.unexplained), Decimal(0))
        raise Unexplained(
            f"{len(found.unexplained)} selisih antara buku dan bank ({format_rupiah(amount)}) belum "
            "dijelaskan. Jelaskan di halaman Rekening koran; bulan belum ditutup."
        )
    if found.rest:
        raise Unexplained(
            f"Selisih {format_rupiah(found.rest)} antara buku dan bank tidak terurai. Periksa rekening koran "
            "yang terlewat; bulan belum ditutup."
        )


def _needs_bank(opd_id: int, year: int, month: int) -> bool:
    last = last_of(year, month)
    if not rules.value("books.statement_needed", last):
        return False
    moved = bank.moves(opd_id, first_of(year, month), last, by_value=False)
    return bool(moved) or bool(ledger.balances(opd_id, last)["bp_bank"])
