"""The lists auditors ask for, each one set of rows chosen in SQL by dated rules. Days are WIB and inclusive.

Every list gives the key of the page it opens first, then its columns; one of them is ``amount``, rupiah.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.urls import reverse

from opd.office import documents, rules
from opd.office.calendar import bounds
from opd.office.models import DatedRule
from payments.auditing.rules import HOURS, LIMITS, NEAR, ROUND, SPLIT_DAYS


@dataclass(frozen=True)
class Period:
    """The days looked at, and one agency or all."""

    first: date
    last: date
    opd_id: int | None = None


@dataclass(frozen=True)
class Column:
    """``name`` heads the CSV, ``label`` the screen; ``kind`` is text, day, moment, money or document."""

    name: str
    label: str
    kind: str = "text"


@dataclass(frozen=True)
class Report:
    """One list. ``view`` opens a row by its key; ``keys`` are the rules that it stands on. Rows of one
    that ``adds`` hold no rupiah twice."""

    slug: str
    title: str
    text: str
    view: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    sql: str
    adds: bool = True

    def url(self, key: str) -> str:
        return reverse(self.view, args=[key])


@dataclass(frozen=True)
class Cell:
    """One value of a row as the screen takes it; ``kind`` as its column's."""

    column: Column
    value: Any


@dataclass(frozen=True)
class Row:
    url: str
    cells: list[Cell]


@dataclass(frozen=True)
class Found:
    """The rows of a list in a period: counted and added up, read a page at a time or streamed."""

    report: Report
    period: Period
    rows: int
    total: Decimal | None

    def count(self) -> int:
        return self.rows

    def __len__(self) -> int:
        return self.rows

    def __getitem__(self, part: slice) -> list[Row]:
        start, stop = part.start or 0, self.rows if part.stop is None else part.stop
        with connection.cursor() as cursor:
            page = {**_given(self.period), "limit": stop - start, "offset": start}
            cursor.execute(f"{self.report.sql} LIMIT %(limit)s OFFSET %(offset)s", page)
            return [_row(self.report, values) for values in cursor.fetchall()]

    def lines(self) -> Iterator[tuple[Any, ...]]:
        """All rows as CSV has them, streamed."""
        with connection.chunked_cursor() as cursor:
            cursor.execute(self.report.sql, _given(self.period))
            for values in cursor:
                yield tuple(_spoken(*pair) for pair in zip(self.report.columns, values[1:], strict=True))


def find(report: Report, period: Period) -> Found:
    """Raises RuleMissing where a rule of the list is not set for the last day."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS.replace("{body}", report.sql), _given(period))
        rows, total = cursor.fetchone()
    return Found(report, period, rows, total if report.adds else None)


def basis(report: Report, on: date) -> list[DatedRule]:
    """The rules that a list stands on, as they are on a day. Raises RuleMissing."""
    return [rules.in_force(key, on) for key in report.keys]


def report(slug: str) -> Report | None:
    return next((one for one in REPORTS if one.slug == slug), None)


def _given(period: Period) -> dict[str, Any]:
    start, end = bounds(period.first, period.last)
    days = int(rules.value(SPLIT_DAYS, period.last))
    return {
        "first": period.first, "last": period.last, "start": start, "end": end, "opd": period.opd_id,
        "before": days - 1,
    }  # fmt: skip


def _row(of: Report, values: tuple[Any, ...]) -> Row:
    pairs = zip(of.columns, values[1:], strict=True)
    return Row(of.url(values[0]), [Cell(column, _spoken(column, value)) for column, value in pairs])


def _spoken(column: Column, value: Any) -> Any:
    if column.kind != "document":
        return value
    return next((kind.label for kind in documents.kinds() if kind.code == value), value)


_SUMS = "SELECT count(*), coalesce(sum(amount), 0) FROM ({body}) rows"
_AMOUNT = Column("jumlah", "Jumlah", "money")
_SPEND = (
    Column("uraian", "Belanja"), Column("opd", "OPD"), Column("penerima", "Penerima"),
    Column("tanggal_bayar", "Dibayar", "day"),
)  # fmt: skip
REPORTS = (
    Report(
        "luar-jam-kerja", "Di luar jam kerja",
        "Jurnal yang dicatat orang di luar jam kerja, pada akhir pekan, atau pada hari libur.",
        "ledger:journal_detail",
        (
            Column("uraian", "Jurnal"), Column("nomor_jurnal", "Nomor"),
            Column("dicatat", "Dicatat", "moment"), Column("oleh", "Oleh"), Column("opd", "OPD"), _AMOUNT,
        ),
        (HOURS,),
        """
        SELECT j.id::text, j.description, j.id AS number, j.recorded_at, u.name, legs.opds, legs.amount
          FROM ledger_journal j
          JOIN opd_user u ON u.id = j.by_id
          CROSS JOIN LATERAL (SELECT j.recorded_at AT TIME ZONE 'Asia/Jakarta' AS at) local
          JOIN LATERAL (SELECT value FROM office_datedrule WHERE key = 'auditing.working_hours'
                          AND local.at::date BETWEEN valid_from AND coalesce(valid_to, 'infinity')
                        ORDER BY valid_from DESC LIMIT 1) rule ON true
          CROSS JOIN LATERAL (
                SELECT (SELECT max(b.sum) FROM (SELECT sum(e.amount) FROM ledger_entry e
                         WHERE e.journal_id = j.id AND e.amount > 0 GROUP BY e.book) b) AS amount,
                       (SELECT string_agg(DISTINCT o.short_name, ', ') FROM ledger_entry e
                          JOIN opd_opd o ON o.id = e.opd_id WHERE e.journal_id = j.id) AS opds) legs
         WHERE j.recorded_at >= %(start)s AND j.recorded_at < %(end)s
           AND (%(opd)s::bigint IS NULL OR EXISTS (SELECT FROM ledger_entry e
                WHERE e.journal_id = j.id AND e.opd_id = %(opd)s))
           AND (NOT rule.value -> 'days' @> to_jsonb(extract(isodow FROM local.at)::int)
                OR local.at::time < (rule.value ->> 'from')::time
                OR local.at::time >= (rule.value ->> 'to')::time
                OR EXISTS (SELECT FROM office_holiday h WHERE h.day = local.at::date))
         ORDER BY j.recorded_at DESC, j.id DESC
        """,
    ),
    Report(
        "angka-bulat", "Angka bulat", "Belanja yang dibayar dengan jumlah bulat.", "spending:spend_detail",
        (*_SPEND, _AMOUNT), (ROUND,),
        """
        SELECT s.id::text, s.description, o.short_name, coalesce(p.name, s.merchant_name), s.paid_date,
               s.amount
          FROM spending_spend s
          JOIN opd_opd o ON o.id = s.opd_id
          LEFT JOIN spending_payee p ON p.id = s.payee_id
          JOIN LATERAL (SELECT (value #>> '{}')::numeric AS unit FROM office_datedrule
                         WHERE key = 'auditing.round_amount'
                           AND s.paid_date BETWEEN valid_from AND coalesce(valid_to, 'infinity')
                         ORDER BY valid_from DESC LIMIT 1) rule ON true
         WHERE s.state IN ('paid', 'verified', 'passed') AND s.paid_date BETWEEN %(first)s AND %(last)s
           AND (%(opd)s::bigint IS NULL OR s.opd_id = %(opd)s) AND mod(s.amount, rule.unit) = 0
         ORDER BY s.paid_date DESC, s.id DESC
        """,
    ),
    Report(
        "di-bawah-batas", "Sedikit di bawah batas", "Belanja sedikit di bawah batas pengadaan.",
        "spending:spend_detail", (*_SPEND, Column("batas", "Batas", "money"), _AMOUNT), (LIMITS, NEAR),
        """
        SELECT s.id::text, s.description, o.short_name, coalesce(p.name, s.merchant_name), s.paid_date,
               bound.value, s.amount
          FROM spending_spend s
          JOIN opd_opd o ON o.id = s.opd_id
          LEFT JOIN spending_payee p ON p.id = s.payee_id
          JOIN LATERAL (SELECT value FROM office_datedrule WHERE key = 'auditing.purchase_limits'
                           AND s.paid_date BETWEEN valid_from AND coalesce(valid_to, 'infinity')
                         ORDER BY valid_from DESC LIMIT 1) limits ON true
          JOIN LATERAL (SELECT (value #>> '{}')::numeric AS share FROM office_datedrule
                         WHERE key = 'auditing.near_limit'
                           AND s.paid_date BETWEEN valid_from AND coalesce(valid_to, 'infinity')
                         ORDER BY valid_from DESC LIMIT 1) near ON true
          JOIN LATERAL (SELECT l::numeric AS value FROM jsonb_array_elements_text(limits.value) l
                         WHERE s.amount < l::numeric AND s.amount >= l::numeric * (1 - near.share)
                         ORDER BY 1 LIMIT 1) bound ON true
         WHERE s.state IN ('paid', 'verified', 'passed') AND s.paid_date BETWEEN %(first)s AND %(last)s
           AND (%(opd)s::bigint IS NULL OR s.opd_id = %(opd)s)
         ORDER BY s.paid_date DESC, s.id DESC
        """,
    ),
    Report(
        "pengadaan-dipecah", "Mungkin dipecah",
        "Belanja satu OPD kepada satu penerima dalam beberapa hari: masing-masing di bawah batas, bersama"
        " mencapainya. Barisnya belanja terakhir; masanya dapat bertumpuk, maka tidak dijumlahkan.",
        "spending:spend_detail",
        (
            *_SPEND, Column("sejak", "Sejak", "day"), Column("banyaknya", "Belanja ke"),
            Column("batas", "Batas", "money"), Column("jumlah_bersama", "Jumlah bersama", "money"),
        ),
        (LIMITS, SPLIT_DAYS),
        """
        SELECT key, description, short_name, payee, paid_date, since, n, bound, amount FROM (
            SELECT DISTINCT ON (w.opd_id, w.whom, w.paid_date) w.id::text AS key, w.description, w.short_name,
                   w.payee, w.paid_date, w.since, w.n, bound.value AS bound, w.amount
              FROM (SELECT s.id, s.opd_id, s.whom, s.description, s.paid_date, s.short_name, s.payee,
                           min(s.paid_date) OVER near AS since, count(*) OVER near AS n,
                           sum(s.amount) OVER near AS amount, max(s.amount) OVER near AS largest
                      FROM (SELECT s.id, s.opd_id, s.description, s.paid_date, s.amount, o.short_name,
                                   coalesce(p.name, s.merchant_name) AS payee,
                                   coalesce('p' || s.payee_id, 'm' || nullif(s.nmid, '')) AS whom
                              FROM spending_spend s
                              JOIN opd_opd o ON o.id = s.opd_id
                              LEFT JOIN spending_payee p ON p.id = s.payee_id
                             WHERE s.state IN ('paid', 'verified', 'passed')
                               AND s.paid_date BETWEEN %(first)s::date - %(before)s AND %(last)s
                               AND (%(opd)s::bigint IS NULL OR s.opd_id = %(opd)s)) s
                     WHERE s.whom IS NOT NULL
                    WINDOW near AS (PARTITION BY s.opd_id, s.whom ORDER BY s.paid_date
                                    RANGE BETWEEN make_interval(days => %(before)s) PRECEDING AND CURRENT ROW)
                   ) w
              JOIN LATERAL (SELECT value FROM office_datedrule WHERE key = 'auditing.purchase_limits'
                               AND w.paid_date BETWEEN valid_from AND coalesce(valid_to, 'infinity')
                             ORDER BY valid_from DESC LIMIT 1) limits ON true
              JOIN LATERAL (SELECT l::numeric AS value FROM jsonb_array_elements_text(limits.value) l
                             WHERE w.largest < l::numeric AND w.amount >= l::numeric
                             ORDER BY 1 DESC LIMIT 1) bound ON true
             WHERE w.n > 1 AND w.paid_date >= %(first)s
             ORDER BY w.opd_id, w.whom, w.paid_date, w.id DESC) split
         ORDER BY paid_date DESC, key DESC
        """,
        adds=False,
    ),
    Report(
        "berubah-setelah-terbit", "Berubah setelah terbit",
        "Dokumen yang dibatalkan setelah terbit, dengan penggantinya bila ada.", "office:document_print",
        (
            Column("nomor", "Dokumen"), Column("jenis", "Jenis", "document"), Column("opd", "OPD"),
            Column("terbit", "Terbit", "moment"), Column("dibatalkan", "Dibatalkan", "moment"),
            Column("oleh", "Oleh"), Column("alasan", "Alasan"), Column("pengganti", "Pengganti"),
            Column("jumlah_pengganti", "Jumlah pengganti", "money"), _AMOUNT,
        ),
        (),
        """
        SELECT d.token, coalesce(nullif(d.official_number, ''), nullif(d.number_text, ''), d.title), d.kind,
               o.short_name, d.issued_at, d.voided_at, u.name, d.void_reason,
               coalesce(nullif(n.official_number, ''), n.number_text), n.amount AS replaced, d.amount
          FROM office_document d
          JOIN opd_opd o ON o.id = d.opd_id
          LEFT JOIN opd_user u ON u.id = d.voided_by_id
          LEFT JOIN LATERAL (SELECT official_number, number_text, amount FROM office_document n
                              WHERE (n.kind, n.subject_type) = (d.kind, d.subject_type)
                                AND n.subject_id = d.subject_id AND n.id > d.id
                              ORDER BY n.id LIMIT 1) n ON true
         WHERE d.voided_at >= %(start)s AND d.voided_at < %(end)s
           AND (%(opd)s::bigint IS NULL OR d.opd_id = %(opd)s)
         ORDER BY d.voided_at DESC, d.id DESC
        """,
    ),
)  # fmt: skip
