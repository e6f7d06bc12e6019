"""Laws of the books for ``manage.py verify``: they say what the ledger says; closed months stay closed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from opd.office.verification import Finding, Law, count_and_problems
from payments.books.days import first_of, last_of, named
from payments.books.models import AccountStatement, CashMovement, MonthClosing
from payments.books.queries import bank, ledger
from payments.books.shelf import BANK, BOOKS, CASH
from payments.ledger.models import Journal

ZERO = Decimal("0.00")


def standing() -> list[MonthClosing]:
    rows = MonthClosing.objects.standing().select_related("opd")
    return list(rows.order_by("opd", "year", "month"))


def _name(closing: MonthClosing) -> str:
    return f"{closing.opd} {named(closing.year, closing.month)}"


def check_bku() -> Finding:
    """The BKU, row by row, ends where the ledger's own sums end; each helper book likewise."""
    rows, problems = 0, []
    for closing in standing():
        held = ledger.balances(closing.opd_id, closing.last_day)
        for one in ledger.figures(closing.opd_id, closing.year, closing.month):
            rows += one.rows
            said = ledger.balance_of(one.book, held)
            if one.closing != said or Decimal(closing.figures[one.book.code]["closing"]) != said:
                problems.append(f"{one.book.label} {_name(closing)}: buku {one.closing}, buku besar {said}.")
        if not _pages_agree(closing):
            problems.append(f"BKU {_name(closing)}: saldo berjalan keliru.")
    return Finding(rows, problems)


def _pages_agree(closing: MonthClosing) -> bool:
    first, last = first_of(closing.year, closing.month), closing.last_day
    for book in BOOKS:
        balance = ledger.balance_of(book, ledger.balances(closing.opd_id, first - timedelta(days=1)))
        for row in ledger.page(book, closing.opd_id, first, last):
            balance += row.came - row.went
            if row.balance != balance:
                return False
    return True


def check_seals() -> Finding:
    """The entries of a closed month are those that were sealed."""
    rows, problems = 0, []
    for closing in standing():
        seal = ledger.seal(closing.opd_id, closing.year, closing.month)
        rows += seal.entries
        if (seal.entries, seal.sha256) != (closing.entries, closing.sha256):
            problems.append(
                f"{_name(closing)}: {closing.entries} baris ketika ditutup, "
                f"kini {seal.entries}, atau isinya lain."
            )
    return Finding(rows, problems)


def check_order() -> Finding:
    """Months close without gaps, and each opens with what the one before closed with."""
    problems = []
    found = standing()
    for one, later in pairwise(found):
        if one.opd_id != later.opd_id:
            continue
        if one.last_day + timedelta(days=1) != first_of(later.year, later.month):
            problems.append(f"{later.opd}: ada bulan terbuka sebelum {named(later.year, later.month)}.")
        differ = [
            book.label
            for book in BOOKS
            if Decimal(one.figures[book.code]["closing"]) != Decimal(later.figures[book.code]["opening"])
        ]
        if differ:
            problems.append(
                f"{_name(later)}: saldo awal {', '.join(differ)} lain dari saldo akhir bulan sebelumnya."
            )
    return Finding(len(found), problems)


def check_bank() -> Finding:
    """Book and bank differ in each closed month by exactly what stands in the list, and each has its word."""
    rows, problems = 0, []
    for closing in standing():
        found = bank.position(closing.opd_id, closing.last_day)
        if found.covered_until is None:
            continue
        rows += 1
        if found.rest or found.unexplained:
            problems.append(
                f"{_name(closing)}: selisih bank {found.difference}, "
                f"tidak terurai {found.rest}, belum dijelaskan {len(found.unexplained)}."
            )
    return Finding(rows, problems)


def check_statements() -> Finding:
    """Statements of an account continue one another, and their lines add up."""
    rows, problems = 0, []
    before: AccountStatement | None = None
    for one in AccountStatement.objects.standing().order_by("account", "first_day"):
        lines = list(one.rows.values_list("debit", "credit"))
        rows += len(lines)
        sums = sum((line[0] for line in lines), ZERO), sum((line[1] for line in lines), ZERO)
        if (len(lines), *sums) != (one.lines, one.debit, one.credit):
            problems.append(f"Rekening koran {one.name}: barisnya tidak sama dengan angka kontrol.")
        if before and before.account_id == one.account_id and before.closing != one.opening:
            problems.append(f"Rekening koran {one.name}: saldo awal tidak menyambung.")
        before = one
    return Finding(rows, problems)


def check_pairs() -> Finding:
    """A bank line and the journal it proves move the same amount of the same agency."""
    return count_and_problems("SELECT count(*) FROM books_linematch", _PAIRS)


def check_money() -> Finding:
    """No treasurer's bank or safe is below zero at the end of a closed month."""
    problems = []
    found = standing()
    for closing in found:
        held = ledger.balances(closing.opd_id, last_of(closing.year, closing.month))
        problems += [
            f"{_name(closing)}: saldo {role} {held[role]}." for role in (BANK, CASH) if held[role] < 0
        ]
    return Finding(len(found), problems)


def check_cash() -> Finding:
    """Each movement has its journal of the same amount; no panjar is settled beyond what was given."""
    problems = []
    rows = CashMovement.objects.count()
    journals = dict(Journal.objects.filter(source__startswith="cash:").values_list("pk", "source"))
    problems += [
        f"Gerak tunai {pk} tidak punya jurnalnya."
        for pk, journal in CashMovement.objects.values_list("pk", "journal")
        if journals.get(journal) != f"cash:{pk}"
    ]
    finding = count_and_problems("SELECT count(*) FROM books_cashmovement", _OVERSETTLED)
    amounts = count_and_problems("SELECT count(*) FROM books_cashmovement", _CASH_AMOUNTS)
    return Finding(rows, [*problems, *finding.problems, *amounts.problems])


_PAIRS = """
    SELECT 'Baris rekening koran ' || l.id || ' dipasangkan dengan jurnal ' || m.journal
           || ' yang jumlahnya lain.'
      FROM books_linematch m
      JOIN books_accountline l ON l.id = m.line_id
      JOIN books_accountstatement s ON s.id = l.statement_id
      LEFT JOIN LATERAL (
            SELECT sum(e.amount) AS amount FROM ledger_entry e
             WHERE e.journal_id = m.journal AND e.opd_id = s.opd_id
               AND e.account_id IN (SELECT account_id FROM ledger_postingrule WHERE role = 'bp_bank')) moved
        ON true
     WHERE moved.amount IS DISTINCT FROM l.credit - l.debit
"""
_OVERSETTLED = """
    SELECT 'Panjar ' || a.id || ' dipertanggungjawabkan melebihi jumlahnya.'
      FROM books_cashmovement a JOIN books_cashmovement s ON s.advance_id = a.id
     GROUP BY a.id, a.amount HAVING sum(s.amount) > a.amount
"""
_CASH_AMOUNTS = """
    SELECT 'Gerak tunai ' || c.id || ': jurnalnya ' || coalesce(d.amount::text, 'kosong') || ', catatannya '
           || c.amount || '.'
      FROM books_cashmovement c
      LEFT JOIN LATERAL (SELECT sum(e.amount) AS amount FROM ledger_entry e
                          WHERE e.journal_id = c.journal AND e.amount > 0
                            AND e.book = 'opd_financial') d ON true
     WHERE d.amount IS DISTINCT FROM c.amount
"""

LAWS = [
    Law("books.bku", "BKU dan buku pembantu sama dengan buku besar", check_bku),
    Law("books.seals", "baris bulan yang ditutup tidak bertambah dan tidak berubah", check_seals),
    Law("books.order", "saldo awal bulan sama dengan saldo akhir bulan sebelumnya", check_order),
    Law("books.bank", "BKU sama dengan bank setelah selisih yang dijelaskan", check_bank),
    Law("books.statements", "rekening koran bendahara menyambung dan berjumlah benar", check_statements),
    Law("books.pairs", "baris bank dan jurnal yang dipasangkan sama jumlahnya", check_pairs),
    Law("books.money", "rekening dan brankas bendahara tidak pernah di bawah nol", check_money),
    Law("books.cash", "setiap gerak tunai punya jurnalnya, panjar tidak berlebih", check_cash),
]
