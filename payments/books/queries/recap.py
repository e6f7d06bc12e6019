"""What a report sums up: spending per kode rekening, receipts per kode, taxes, evidence, control formulas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from opd.office import rules
from opd.planning.models import BudgetLine
from payments.books.days import day_before, first_of, last_of
from payments.books.queries import ledger
from payments.books.shelf import BANK, CASH, EXPENSES, MONEY, TAX
from payments.spending.models import TaxLine

ZERO = Decimal("0.00")
COLUMNS = ("ls", "up", "kkpd")
COLUMN_LABELS = {"ls": "LS", "up": "UP/GU/TU", "kkpd": "KKPD"}


@dataclass(frozen=True)
class Spent:
    """One kode rekening in rupiah: its budget, what was spent before this month and in it, by way."""

    kode_rekening: str
    name: str
    budget: Decimal
    before: dict[str, Decimal]
    now: dict[str, Decimal]

    @property
    def total_before(self) -> Decimal:
        return sum(self.before.values(), ZERO)

    @property
    def total_now(self) -> Decimal:
        return sum(self.now.values(), ZERO)

    @property
    def until_now(self) -> Decimal:
        return self.total_before + self.total_now

    @property
    def left(self) -> Decimal:
        return self.budget - self.until_now


def spending(opd_id: int, year: int, month: int) -> list[Spent]:
    """Every kode rekening with a budget or spending in the year; two queries."""
    found: dict[str, tuple[dict[str, Decimal], dict[str, Decimal]]] = {}
    for code, column, is_now, amount in _spent(opd_id, year, month):
        sums = found.setdefault(code, (dict.fromkeys(COLUMNS, ZERO), dict.fromkeys(COLUMNS, ZERO)))
        sums[is_now][column] += amount
    budget = {code: (name, pagu) for code, name, pagu in _budget(opd_id, year)}
    blank = dict.fromkeys(COLUMNS, ZERO)
    return [
        Spent(code, *budget.get(code, ("", ZERO)), *found.get(code, (blank, blank)))
        for code in sorted({*found, *budget})
    ]


def _budget(opd_id: int, year: int) -> Iterable[tuple[str, str, Decimal]]:
    rows = BudgetLine.objects.filter(opd=opd_id, year=year).order_by("kode_rekening", "nama_rekening")
    found: dict[str, tuple[str, Decimal]] = {}
    for code, name, pagu in rows.values_list("kode_rekening", "nama_rekening", "pagu"):
        known = found.get(code, (name, ZERO))
        found[code] = (known[0], known[1] + pagu)
    return [(code, name, pagu) for code, (name, pagu) in found.items()]


def _spent(opd_id: int, year: int, month: int) -> list[tuple[str, str, bool, Decimal]]:
    params: dict[str, Any] = {
        "roles": list(EXPENSES), "opd": opd_id, "year_start": first_of(year, 1),
        "first": first_of(year, month), "last": last_of(year, month),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SPENT, params)
        return list(cursor.fetchall())


@dataclass(frozen=True)
class Flow:
    """The treasurer's own money in a month, as the functional report lists it (rupiah)."""

    label: str
    before: Decimal
    now: Decimal

    @property
    def until_now(self) -> Decimal:
        return self.before + self.now


def flows(opd_id: int, year: int, month: int) -> tuple[list[Flow], list[Flow]]:
    """Receipts and payments besides spending: SP2D, taxes withheld and deposited, funds returned."""
    params: dict[str, Any] = {
        "opd": opd_id,
        "start": first_of(year, 1),
        "first": first_of(year, month),
        "last": last_of(year, month),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FLOWS, {**params, "money": list(MONEY), "tax": TAX})
        found = {key: (before, now) for key, before, now in cursor.fetchall()}

    def flow(key: str, label: str) -> Flow:
        return Flow(label, *found.get(key, (ZERO, ZERO)))

    came = [flow("fund", "SP2D UP/GU/TU"), flow("direct", "SP2D LS"), flow("withheld", "Potongan pajak")]
    went = [flow("deposited", "Penyetoran pajak"), flow("returned", "Sisa UP/TU disetor ke RKUD")]
    return came, went


@dataclass(frozen=True)
class Received:
    """One kode rekening of revenue (rupiah)."""

    kode_rekening: str
    before: Decimal
    now: Decimal

    @property
    def until_now(self) -> Decimal:
        return self.before + self.now


@dataclass(frozen=True)
class Receipts:
    """A receiving treasurer's month: received by QRIS, card or cash, credited to RKUD, still under way."""

    opening: Decimal
    received: Decimal
    deposited: Decimal
    rows: list[Received]

    @property
    def closing(self) -> Decimal:
        return self.opening + self.received - self.deposited

    @property
    def revenue(self) -> Decimal:
        return sum((row.now for row in self.rows), ZERO)


def receipts(opd_id: int, year: int, month: int) -> Receipts:
    """From ledger entries alone: what acquirers owe and the treasurer holds in cash or has under way to RKUD
    (received, deposited; a move between these is neither), and revenue-LRA (booked)."""
    first, last = first_of(year, month), last_of(year, month)
    params: dict[str, Any] = {
        "opd": opd_id,
        "start": first_of(year, 1),
        "first": first,
        "last": last,
        "before": day_before(first),
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECEIVABLE, params)
        opening, came, went = cursor.fetchone()
        cursor.execute(_REVENUE, params)
        rows = [Received(*row) for row in cursor.fetchall()]
    return Receipts(opening, came, went, rows)


@dataclass(frozen=True)
class TaxTotals:
    count: int
    withheld: Decimal
    deposited: Decimal

    @property
    def left(self) -> Decimal:
        return self.withheld - self.deposited


def taxes(opd_ids: Any, first: date, last: date, *, only: str = "") -> QuerySet[TaxLine]:
    """Taxes withheld from spends paid in a stretch of days. ``only``: "" all, "belum" not yet deposited,
    "terlambat" past the dated rule ``tax.deposit_days``."""
    rows = TaxLine.objects.filter(
        spend__paid_date__range=(first, last), spend__state__in=["paid", "verified", "passed"]
    ).exclude(spend__source="ls")
    rows = rows.select_related("spend__opd", "spend__payee", "spend__line").order_by("spend__paid_date", "pk")
    rows = rows if opd_ids is None else rows.filter(spend__opd__in=opd_ids)
    if only == "belum":
        rows = rows.filter(deposited_date=None)
    if only == "terlambat":
        rows = rows.filter(deposited_date=None, spend__paid_date__lt=late_before(last))
    return rows


def late_before(today: date) -> date:
    """Taxes withheld before this day should be deposited by ``today``."""
    return today - timedelta(days=int(rules.value("tax.deposit_days", today)))


def tax_totals(rows: QuerySet[TaxLine]) -> TaxTotals:
    sums = rows.order_by().aggregate(
        withheld=Sum("amount"), deposited=Sum("amount", filter=~Q(deposited_date=None))
    )
    return TaxTotals(rows.count(), sums["withheld"] or ZERO, sums["deposited"] or ZERO)


@dataclass(frozen=True)
class Proof:
    """A paid spend of the month and how many originals prove it."""

    day: date
    text: str
    payee: str
    amount: Decimal
    files: int


def proofs(opd_id: int, year: int, month: int) -> list[Proof]:
    with connection.cursor() as cursor:
        cursor.execute(_PROOFS, {"opd": opd_id, "first": first_of(year, month), "last": last_of(year, month)})
        return [Proof(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Formula:
    """A control formula of the berita acara rekonsiliasi: ``difference`` must be zero or explained."""

    text: str
    left: Decimal
    right: Decimal
    note: str = ""

    @property
    def difference(self) -> Decimal:
        return self.left - self.right

    @property
    def holds(self) -> bool:
        return not self.difference

    @property
    def verdict(self) -> str:
        return "BENAR" if self.holds else "DIJELASKAN" if self.note else "SALAH"


def spent_by_documents(opd_id: int, year: int, month: int) -> dict[str, Decimal]:
    """The month's spending as the spends themselves say it, by way, and what payees gave back."""
    with connection.cursor() as cursor:
        cursor.execute(
            _BY_DOCUMENTS, {"opd": opd_id, "first": first_of(year, month), "last": last_of(year, month)}
        )
        found = dict(cursor.fetchall())
    return {key: found.get(key, ZERO) for key in (*COLUMNS, "back")}


def formulas(opd_id: int, year: int, month: int) -> list[Formula]:
    """The formulas that need no statement: BKU, its helpers, and the LPJ against the spends."""
    figures = {one.book.code: one for one in ledger.figures(opd_id, year, month)}
    held = ledger.balances(opd_id, last_of(year, month))
    told = spent_by_documents(opd_id, year, month)
    lpj = sum((row.total_now for row in spending(opd_id, year, month)), ZERO)
    bku = figures["bku"]
    return [
        Formula("Saldo akhir BKU = saldo awal + penerimaan \u2212 pengeluaran", held[BANK] + held[CASH],
                bku.closing),
        Formula("Buku pembantu bank + tunai = BKU", figures["bank"].closing + figures["tunai"].closing,
                bku.closing),
        Formula("Total LPJ = SP2D LS + TBP UP, GU, TU \u2212 pengembalian + TBP KKPD", lpj,
                told["ls"] + told["up"] + told["kkpd"] - told["back"]),
    ]  # fmt: skip


_WAY = """
    CASE WHEN s.source = 'ls' OR 'spending_direct' IN (j.kind, o.kind) THEN 'ls'
         WHEN s.source = 'kkpd' OR 'spending_charged' IN (j.kind, o.kind) THEN 'kkpd' ELSE 'up' END
"""
_SPENT = f"""
    SELECT e.kode_rekening, {_WAY} AS way, j.effective_date >= %(first)s AS is_now, sum(e.amount)
      FROM ledger_entry e
      JOIN ledger_journal j ON j.id = e.journal_id
      LEFT JOIN ledger_journal o ON o.id = j.reverses_id
      LEFT JOIN spending_spend s ON j.source = 'spend:' || s.id
     WHERE e.opd_id = %(opd)s AND j.effective_date BETWEEN %(year_start)s AND %(last)s
       AND e.account_id IN (SELECT account_id FROM ledger_postingrule WHERE role = ANY(%(roles)s))
     GROUP BY 1, 2, 3
"""  # noqa: S608 constants alone
_FLOWS = """
    SELECT key, coalesce(sum(amount) FILTER (WHERE effective_date < %(first)s), 0),
           coalesce(sum(amount) FILTER (WHERE effective_date >= %(first)s), 0)
      FROM (
        SELECT CASE coalesce(o.kind, j.kind) WHEN 'fund_received' THEN 'fund'
               WHEN 'fund_returned' THEN 'returned' END AS key, j.effective_date,
               CASE coalesce(o.kind, j.kind) WHEN 'fund_returned' THEN -e.amount ELSE e.amount END AS amount
          FROM ledger_entry e JOIN ledger_journal j ON j.id = e.journal_id
          LEFT JOIN ledger_journal o ON o.id = j.reverses_id
         WHERE e.opd_id = %(opd)s AND j.effective_date BETWEEN %(start)s AND %(last)s
           AND coalesce(o.kind, j.kind) IN ('fund_received', 'fund_returned')
           AND e.account_id IN (SELECT account_id FROM ledger_postingrule WHERE role = ANY(%(money)s))
        UNION ALL
        SELECT 'direct', j.effective_date, e.amount
          FROM ledger_entry e JOIN ledger_journal j ON j.id = e.journal_id
          LEFT JOIN ledger_journal o ON o.id = j.reverses_id
         WHERE e.opd_id = %(opd)s AND j.effective_date BETWEEN %(start)s AND %(last)s
           AND 'spending_direct' IN (j.kind, o.kind)
           AND e.account_id IN (SELECT account_id FROM ledger_postingrule
                                 WHERE role IN ('spending_expense', 'capital_asset'))
        UNION ALL
        SELECT CASE WHEN e.amount < 0 THEN 'withheld' ELSE 'deposited' END, j.effective_date, abs(e.amount)
          FROM ledger_entry e JOIN ledger_journal j ON j.id = e.journal_id
         WHERE e.opd_id = %(opd)s AND j.effective_date BETWEEN %(start)s AND %(last)s
           AND e.account_id IN (SELECT account_id FROM ledger_postingrule WHERE role = %(tax)s)
      ) moved
     GROUP BY key
"""
_RECEIVABLE = """
    SELECT coalesce(sum(amount) FILTER (WHERE day < %(first)s), 0),
           coalesce(sum(amount) FILTER (WHERE day >= %(first)s AND amount > 0), 0),
           coalesce(-sum(amount) FILTER (WHERE day >= %(first)s AND amount < 0), 0)
      FROM (
        SELECT j.effective_date AS day, sum(e.amount) AS amount
          FROM ledger_entry e JOIN ledger_journal j ON j.id = e.journal_id
         WHERE e.opd_id = %(opd)s AND j.effective_date <= %(last)s
           AND e.account_id IN (SELECT account_id FROM ledger_postingrule WHERE role IN (
               'acquirer_receivable', 'edc_receivable', 'br_cash', 'deposit_in_transit'))
         GROUP BY j.id, j.effective_date
      ) moved
"""
_REVENUE = """
    SELECT e.kode_rekening, coalesce(-sum(e.amount) FILTER (WHERE j.effective_date < %(first)s), 0),
           coalesce(-sum(e.amount) FILTER (WHERE j.effective_date >= %(first)s), 0)
      FROM ledger_entry e JOIN ledger_journal j ON j.id = e.journal_id
     WHERE e.opd_id = %(opd)s AND j.effective_date BETWEEN %(start)s AND %(last)s
       AND e.account_id IN (SELECT account_id FROM ledger_postingrule WHERE role = 'revenue_lra')
     GROUP BY 1 ORDER BY 1
"""
_PROOFS = """
    SELECT j.effective_date, s.description, coalesce(nullif(p.name, ''), s.merchant_name), s.amount,
           (SELECT count(*) FROM office_attachment a
             WHERE a.subject_type = 'spending.spend' AND a.subject_id = s.id::text AND a.removed_at IS NULL)
      FROM ledger_journal j
      JOIN spending_spend s ON j.source = 'spend:' || s.id
      LEFT JOIN spending_payee p ON p.id = s.payee_id
     WHERE s.opd_id = %(opd)s AND j.effective_date BETWEEN %(first)s AND %(last)s
       AND j.kind IN ('spending_paid', 'spending_charged', 'spending_direct', 'emoney_spent')
     ORDER BY j.effective_date, j.id
"""
# The amounts stand on the spends; only the day comes from the journal (a closed month moves it on). What came
# back is counted from the money side of its journal, not from the expense that the LPJ sums.
_BY_DOCUMENTS = """
    SELECT CASE s.source WHEN 'ls' THEN 'ls' WHEN 'kkpd' THEN 'kkpd' ELSE 'up' END, sum(s.amount)
      FROM ledger_journal j JOIN spending_spend s ON j.source = 'spend:' || s.id
     WHERE s.opd_id = %(opd)s AND j.effective_date BETWEEN %(first)s AND %(last)s
       AND j.kind IN ('spending_paid', 'spending_charged', 'spending_direct', 'emoney_spent')
     GROUP BY 1
    UNION ALL
    SELECT 'back', sum(e.amount)
      FROM ledger_journal j JOIN ledger_entry e ON e.journal_id = j.id
     WHERE e.opd_id = %(opd)s AND j.kind = 'spending_refunded' AND e.book = 'opd_financial' AND e.amount > 0
       AND j.effective_date BETWEEN %(first)s AND %(last)s
    HAVING sum(e.amount) IS NOT NULL
"""
