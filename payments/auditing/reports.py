"""The desk's own lists: out of hours, round numbers, under limits, split purchases, changed after issue, and
treasurers' accounts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from payments.auditing.lists import Column, Measure, Report
from payments.auditing.rules import HOURS, LIMITS, NEAR, ROUND, SPLIT_DAYS
from payments.money import format_rupiah

_WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


def _hours(value: Any) -> str:
    first, last = (value[name].replace(":", ".") for name in ("from", "to"))
    days = ", ".join(_WEEKDAYS[number - 1] for number in value["days"])
    return f"Jam kerja {first} sampai {last} WIB: {days}"


def _round(value: Any) -> str:
    return f"Kelipatan {format_rupiah(value)}"


def _limits(value: Any) -> str:
    return f"Batas {', '.join(format_rupiah(limit) for limit in value)}"


def _near(value: Any) -> str:
    return f"Sampai {Decimal(value):.0%} di bawah batas"


def _within(value: Any) -> str:
    return f"Dalam {value} hari"


_AMOUNT = Column("jumlah", "Jumlah", "money")
_SPEND = (
    Column("uraian", "Belanja"), Column("opd", "OPD"), Column("penerima", "Penerima"),
    Column("tanggal_bayar", "Dibayar", "day"),
)  # fmt: skip
_LIMITS = Measure(LIMITS, _limits)
REPORTS = (
    Report(
        "luar-jam-kerja", "Di luar jam kerja",
        "Jurnal yang dicatat orang di luar jam kerja, pada akhir pekan, atau pada hari libur.",
        "ledger:journal_detail",
        (
            Column("uraian", "Jurnal"), Column("nomor_jurnal", "Nomor"),
            Column("dicatat", "Dicatat", "moment"), Column("oleh", "Oleh"), Column("opd", "OPD"), _AMOUNT,
        ),
        (Measure(HOURS, _hours),),
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
        (*_SPEND, _AMOUNT), (Measure(ROUND, _round),),
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
        "spending:spend_detail", (*_SPEND, Column("batas", "Batas", "money"), _AMOUNT),
        (_LIMITS, Measure(NEAR, _near)),
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
        (_LIMITS, Measure(SPLIT_DAYS, _within)),
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
    Report(
        "rekening-bendahara", "Rekening bendahara",
        "Rekening bendahara yang berlaku pada hari terakhir, dengan SK-nya, saldo buku OPD, dan saldo bank"
        " menurut rekening koran yang sudah diunggah.",
        "",
        (
            Column("rekening", "Rekening"), Column("opd", "OPD"), Column("pemegang", "Pemegang"),
            Column("nomor_sk", "Nomor SK"), Column("tanggal_sk", "", "day"),
            Column("berlaku_sejak", "Berlaku sejak", "day"), Column("berlaku_sampai", "", "day"),
            Column("saldo_buku_opd", "Saldo buku OPD", "money"), Column("saldo_bank_per", "Bank per", "day"),
            Column("saldo_bank", "Saldo bank", "money"),
        ),
        (),
        """
        SELECT '', a.label, o.short_name, concat_ws(', ', a.holder, people.names), a.decree_number,
               a.decree_date, a.valid_from, a.valid_to,
               CASE WHEN a.has_books THEN (
                    SELECT coalesce(sum(s.debit - s.credit), 0) FROM ledger_sums(%(last)s, (
                           SELECT account_id FROM ledger_postingrule WHERE role = 'bp_bank'
                              AND %(last)s BETWEEN valid_from AND coalesce(valid_to, 'infinity')
                            ORDER BY valid_from DESC LIMIT 1), ARRAY[a.opd_id], NULL) s) END AS booked,
               bank.day, bank.balance AS amount
          FROM (SELECT id AS treasury, opd_id, bank_name || ' ' || account_no AS label, decree_number,
                       decree_date, valid_from, valid_to, kind = 'bp' AS has_books,
                       CASE kind WHEN 'bp' THEN 'Bendahara pengeluaran'
                                 ELSE 'Bendahara pengeluaran pembantu' END AS holder,
                       CASE kind WHEN 'bp' THEN 'bendahara_pengeluaran'
                                 ELSE 'bendahara_pengeluaran_pembantu' END AS role
                  FROM spending_treasuryaccount
                UNION
                SELECT NULL, opd_id, bank_account, decree_number, decree_date, valid_from, valid_to, false,
                       'Bendahara penerimaan', 'bendahara_penerimaan'
                  FROM incoming_receivingaccount WHERE kind = 'bendahara_penerimaan') a
          JOIN opd_opd o ON o.id = a.opd_id
          LEFT JOIN LATERAL (SELECT string_agg(u.name, ', ' ORDER BY u.name) AS names
                               FROM opd_roleassignment r JOIN opd_user u ON u.id = r.user_id
                              WHERE r.opd_id = a.opd_id AND r.role = a.role AND %(last)s
                                    BETWEEN r.valid_from AND coalesce(r.valid_to, 'infinity')) people ON true
          LEFT JOIN LATERAL (SELECT least(s.last_day, %(last)s) AS day,
                                    s.opening + coalesce((
                                        SELECT sum(l.credit - l.debit) FROM books_accountline l
                                         WHERE l.statement_id = s.id AND l.post_date <= %(last)s), 0)
                                    AS balance
                               FROM books_accountstatement s
                              WHERE s.account_id = a.treasury AND s.withdrawn_at IS NULL
                                AND s.first_day <= %(last)s
                              ORDER BY s.first_day DESC LIMIT 1) bank ON true
         WHERE %(last)s BETWEEN a.valid_from AND coalesce(a.valid_to, 'infinity')
           AND (%(opd)s::bigint IS NULL OR a.opd_id = %(opd)s)
         ORDER BY o.name, a.holder, a.label
        """,
    ),
)  # fmt: skip
