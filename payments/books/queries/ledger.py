"""A treasurer's books, read from the ledger: openings, rows with a running balance, totals, the seal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from payments.books.days import day_before, first_of, last_of
from payments.books.shelf import BOOKS, SEALED, Book

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Row:
    """A line of a book (rupiah). ``number`` is the official proof number, or that of the journal."""

    order: int
    day: date
    value_date: date
    journal_id: int
    source: str
    kind: str
    number: str
    description: str
    kode_rekening: str
    came: Decimal
    went: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Figures:
    """What a book did in a stretch of days: ``closing`` = ``opening`` + ``came`` − ``went``."""

    book: Book
    opening: Decimal
    came: Decimal
    went: Decimal
    rows: int

    @property
    def closing(self) -> Decimal:
        return self.opening + self.came - self.went

    def as_json(self) -> dict[str, Any]:
        amounts = {"opening": self.opening, "came": self.came, "went": self.went, "closing": self.closing}
        return {**{name: f"{amount:.2f}" for name, amount in amounts.items()}, "rows": self.rows}


@dataclass(frozen=True)
class Seal:
    """What a closing keeps of the entries: their number, the newest journal, and their SHA-256."""

    entries: int
    last_journal: int
    sha256: str


def balances(opd_id: int, on: date) -> dict[str, Decimal]:
    """Debit − credit of each role of the books up to a day (inclusive), in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {"roles": list(SEALED), "on": on, "opd": opd_id})
        found = dict(cursor.fetchall())
    return {role: Decimal(found.get(role, ZERO)) for role in SEALED}


def balance_of(book: Book, found: dict[str, Decimal]) -> Decimal:
    return book.sign * sum((found[role] for role in book.roles), ZERO) + ZERO  # never "-0.00"


def figures(opd_id: int, year: int, month: int) -> list[Figures]:
    """Every book in a month, in the order of the shelf: three queries, whatever the history."""
    return between(opd_id, first_of(year, month), last_of(year, month))


def between(opd_id: int, first: date, last: date) -> list[Figures]:
    """Every book from ``first`` to ``last``, both inclusive."""
    opened = balances(opd_id, day_before(first))
    moved = _moved(opd_id, first, last)
    return [Figures(book, balance_of(book, opened), *_sums(book, moved)) for book in BOOKS]


def _sums(book: Book, moved: dict[str, tuple[Decimal, Decimal, int]]) -> tuple[Decimal, Decimal, int]:
    if book.is_general:
        return moved["bku"]
    found = [moved.get(role, (ZERO, ZERO, 0)) for role in book.roles]
    debit, credit = sum((one[0] for one in found), ZERO), sum((one[1] for one in found), ZERO)
    came, went = (debit, credit) if book.sign > 0 else (credit, debit)
    return came, went, sum(one[2] for one in found)


def _moved(opd_id: int, first: date, last: date) -> dict[str, tuple[Decimal, Decimal, int]]:
    params = {"roles": list(SEALED), **_span(opd_id, first, last)}
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, params)
        found = {role: (debit, credit, count) for role, debit, credit, count in cursor.fetchall()}
        cursor.execute(_GENERAL + _SUMS, params)
        came, went, count = cursor.fetchone()
    return {**found, "bku": (came, went, count)}


def page(
    book: Book, opd_id: int, first: date, last: date, *, limit: int | None = None, offset: int = 0
) -> list[Row]:
    """Rows of a book in the order of day and journal, each with the balance after it; two queries."""
    return list(_read(book, opd_id, first, last, limit, offset, None))


def stream(book: Book, opd_id: int, first: date, last: date) -> Iterator[Row]:
    """All rows, a thousand objects at a time."""
    yield from _read(book, opd_id, first, last, None, 0, 1000)


def _read(
    book: Book, opd_id: int, first: date, last: date, limit: int | None, offset: int, chunk: int | None
) -> Iterator[Row]:
    opening = balance_of(book, balances(opd_id, day_before(first)))
    params = {**_params(book, opd_id, first, last), "opening": opening, "limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(_rows_of(book) + _PAGE, params)
        while found := cursor.fetchmany(chunk or 5000):
            yield from (Row(*one) for one in found)


def seal(opd_id: int, year: int, month: int) -> Seal:
    """The fingerprint of every entry of the books in a month."""
    params = {"roles": list(SEALED), **_span(opd_id, first_of(year, month), last_of(year, month))}
    with connection.cursor() as cursor:
        cursor.execute(_SEAL, params)
        return Seal(*cursor.fetchone())


def oldest(opd_id: int) -> date | None:
    """The day of the first entry in the books of an agency."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST, {"roles": list(SEALED), "opd": opd_id})
        day: date | None = cursor.fetchone()[0]
    return day


def kept_by(last: date) -> set[int]:
    """The agencies whose books have an entry up to a day."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, {"roles": list(SEALED), "last": last})
        return {opd_id for (opd_id,) in cursor.fetchall()}


def _span(opd_id: int, first: date, last: date) -> dict[str, Any]:
    return {"opd": opd_id, "first": first, "last": last}


def _params(book: Book, opd_id: int, first: date, last: date) -> dict[str, Any]:
    return {"roles": list(book.roles), "sign": book.sign, **_span(opd_id, first, last)}


def _rows_of(book: Book) -> str:
    return _GENERAL if book.is_general else _HELPER


_ACCOUNTS = "SELECT account_id FROM ledger_postingrule WHERE role = ANY(%(roles)s)"
_BALANCES = """
    SELECT r.role, sum(s.debit - s.credit)
      FROM (SELECT DISTINCT role, account_id FROM ledger_postingrule WHERE role = ANY(%(roles)s)) r
      JOIN ledger_sums(%(on)s, NULL, ARRAY[%(opd)s]::bigint[], NULL) s ON s.account_id = r.account_id
     GROUP BY r.role
"""
_MOVED = """
    SELECT r.role, coalesce(sum(e.amount) FILTER (WHERE e.amount > 0), 0),
           coalesce(-sum(e.amount) FILTER (WHERE e.amount < 0), 0), count(*)
      FROM (SELECT DISTINCT role, account_id FROM ledger_postingrule WHERE role = ANY(%(roles)s)) r
      JOIN ledger_entry e ON e.account_id = r.account_id AND e.opd_id = %(opd)s
      JOIN ledger_journal j ON j.id = e.journal_id AND j.effective_date BETWEEN %(first)s AND %(last)s
     GROUP BY r.role
"""
# The BKU shows a journal by what stands against the money, so that a withheld tax reads as a receipt and the
# spending as gross; what only moves between bank and safe shows on both sides, as do LS and spending from
# an e-money card.
_GENERAL = """
    WITH money AS (
        SELECT DISTINCT account_id FROM ledger_postingrule WHERE role = ANY(ARRAY['bp_bank', 'bp_cash'])
    ), touched AS (
        SELECT j.id, j.effective_date, j.value_date, j.source, j.kind, j.description
          FROM ledger_journal j
          LEFT JOIN ledger_journal original ON original.id = j.reverses_id
         WHERE j.effective_date BETWEEN %(first)s AND %(last)s
           AND EXISTS (
               SELECT FROM ledger_entry e
                WHERE e.journal_id = j.id AND e.opd_id = %(opd)s
                  AND (e.account_id IN (SELECT account_id FROM money)
                       OR ARRAY['spending_direct', 'spending_paid'] && ARRAY[j.kind, original.kind]::text[]))
    ), legs AS (
        SELECT t.*, e.line_no, e.amount, e.kode_rekening, e.memo, a.slug, a.name AS account,
               e.account_id IN (SELECT account_id FROM money) AS is_money,
               bool_and(e.account_id IN (SELECT account_id FROM money)) OVER (PARTITION BY t.id) AS is_move
          FROM touched t
          JOIN ledger_entry e ON e.journal_id = t.id AND e.opd_id = %(opd)s AND e.book = 'opd_financial'
          JOIN ledger_account a ON a.id = e.account_id
    ), rows AS (
        SELECT id, line_no, effective_date, value_date, source, kind, kode_rekening,
               CASE WHEN slug = 'tax-payable' AND amount < 0 THEN 'Pungutan pajak: '
                    WHEN slug = 'tax-payable' THEN 'Setoran pajak: ' ELSE '' END
               || description || CASE WHEN memo <> '' THEN ' (' || memo || ')' ELSE '' END AS description,
               CASE WHEN is_money THEN greatest(amount, 0) ELSE greatest(-amount, 0) END AS came,
               CASE WHEN is_money THEN greatest(-amount, 0) ELSE greatest(amount, 0) END AS went
          FROM legs WHERE is_move OR NOT is_money
    )
"""
_HELPER = f"""
    WITH rows AS (
        SELECT j.id, e.line_no, j.effective_date, j.value_date, j.source, j.kind,
               coalesce(nullif(e.kode_rekening, ''), (
                   SELECT string_agg(DISTINCT o.kode_rekening, ', ') FROM ledger_entry o
                    WHERE o.journal_id = j.id AND o.book = 'opd_financial' AND o.kode_rekening <> ''), '')
                   AS kode_rekening,
               j.description || CASE WHEN e.memo <> '' THEN ' (' || e.memo || ')' ELSE '' END AS description,
               greatest(e.amount * %(sign)s, 0) AS came, greatest(-e.amount * %(sign)s, 0) AS went
          FROM ledger_entry e
          JOIN ledger_journal j ON j.id = e.journal_id
         WHERE e.opd_id = %(opd)s AND e.account_id IN ({_ACCOUNTS})
           AND j.effective_date BETWEEN %(first)s AND %(last)s
    )
"""  # noqa: S608 constants alone
_SUMS = "SELECT coalesce(sum(came), 0), coalesce(sum(went), 0), count(*) FROM rows"
_PAGE = """
    , running AS (
        SELECT row_number() OVER w AS place, r.*, %(opening)s + sum(came - went) OVER w AS balance
          FROM rows r WINDOW w AS (ORDER BY effective_date, id, line_no)
         ORDER BY effective_date, id, line_no LIMIT %(limit)s OFFSET %(offset)s
    )
    SELECT r.place, r.effective_date, r.value_date, r.id, r.source, r.kind,
           coalesce((
               SELECT nullif(d.official_number, '') FROM office_document d
                WHERE d.subject_type = 'spending.spend' AND d.subject_id = split_part(r.source, ':', 2)
                  AND d.kind = 'tbp' AND d.voided_at IS NULL LIMIT 1), 'J' || r.id),
           r.description, r.kode_rekening, r.came, r.went, r.balance
      FROM running r ORDER BY r.place
"""
_SEAL = f"""
    SELECT count(*), coalesce(max(j.id), 0),
           encode(sha256(convert_to(coalesce(
               string_agg(encode(j.hash, 'hex') || ':' || e.line_no || ':' || e.amount, ','
                          ORDER BY j.id, e.line_no), ''), 'UTF8')), 'hex')
      FROM ledger_entry e
      JOIN ledger_journal j ON j.id = e.journal_id
     WHERE e.opd_id = %(opd)s AND e.account_id IN ({_ACCOUNTS})
       AND j.effective_date BETWEEN %(first)s AND %(last)s
"""  # noqa: S608 constants alone
_OLDEST = f"""
    SELECT min(j.effective_date) FROM ledger_entry e JOIN ledger_journal j ON j.id = e.journal_id
     WHERE e.opd_id = %(opd)s AND e.account_id IN ({_ACCOUNTS})
"""  # noqa: S608 constants alone
_KEPT = f"""
    SELECT DISTINCT e.opd_id FROM ledger_entry e JOIN ledger_journal j ON j.id = e.journal_id
     WHERE e.opd_id IS NOT NULL AND e.account_id IN ({_ACCOUNTS}) AND j.effective_date <= %(last)s
"""  # noqa: S608 constants alone
