"""The laws of the books, recomputed from the rows alone: what the triggers should have made impossible."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from decimal import Decimal

from django.db import connection
from psycopg import sql

from opd.office.verification import Finding, Law, count_and_problems
from payments.ledger import exporting
from payments.ledger.models import Block
from payments.ledger.queries import trial_balance
from payments.ledger.sources import registered

ZERO = Decimal(0)

GUARDS = (
    ("ledger_journal", "ledger_append_only"),
    ("ledger_journal", "ledger_journals_fit"),
    ("ledger_journal", "ledger_period_open"),
    ("ledger_entry", "ledger_append_only"),
    ("ledger_entry", "ledger_entries_fit"),
    ("ledger_block", "ledger_append_only"),
    ("ledger_rollup", "ledger_append_only"),
    ("ledger_epoch", "ledger_append_only"),
    ("ledger_perioddecision", "ledger_append_only"),
    ("ledger_account", "ledger_account_stays"),
    ("ledger_account", "ledger_account_is_kept"),
)
"""(table, trigger) of every guard; each must fire always, in replication mode too."""


def _law(name: str, text: str, count_sql: str, problem_sql: str) -> Law:
    def check() -> Finding:
        return count_and_problems(count_sql, problem_sql)

    return Law(f"ledger.{name}", text, check)


def _guards() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgenabled = 'A' AND c.relnamespace = 'public'::regnamespace"
        )
        standing = set(cursor.fetchall())
    missing = [
        f"Penjaga {name} pada tabel {table} mati." for table, name in GUARDS if (table, name) not in standing
    ]
    return Finding(len(GUARDS), missing)


def _sources() -> Finding:
    rows, problems = 0, []
    for source in registered():
        asked = sql.SQL("FROM ({}) AS s (key)").format(sql.SQL(source.sql))
        count = sql.SQL("SELECT count(*) ") + asked
        missing = (
            sql.SQL("SELECT s.key ")
            + asked
            + sql.SQL(
                " WHERE NOT EXISTS (SELECT FROM ledger_journal j WHERE j.key = s.key) ORDER BY 1 LIMIT 50"
            )
        )
        with connection.cursor() as cursor:
            cursor.execute(count)
            rows += cursor.fetchone()[0]
            cursor.execute(missing)
            problems += [f"{source.name}: jurnal {key} tidak ada." for (key,) in cursor.fetchall()]
    return Finding(rows, problems)


_JOURNALS = "SELECT count(*) FROM ledger_journal"
_ENTRIES = "SELECT count(*) FROM ledger_entry"
_COUNT_BLOCKS = "SELECT count(*) FROM ledger_block"
_COUNT_ROLL_UPS = "SELECT count(*) FROM ledger_rollup"
_COUNT_PERIODS = "SELECT count(*) FROM ledger_periodtotal"

_KEYS = """
    SELECT format('Kunci %s dipakai %s jurnal.', key, count(*))
      FROM ledger_journal GROUP BY key HAVING count(*) > 1 ORDER BY key
"""
_HEADERS = r"""
    SELECT format('Jurnal %s: kunci, jenis, sumber, uraian atau mata uangnya tidak sah.', id)
      FROM ledger_journal
     WHERE description !~ '\S' OR key !~ '^\S+$' OR source !~ '^\S+$' OR kind !~ '^[a-z][a-z0-9_]*$'
        OR currency !~ '^[A-Z]{3}$' ORDER BY id
"""
_LEGS = """
    SELECT format('Jurnal %s: tercatat %s baris, ditemukan %s.', j.id, j.legs, count(e.journal_id))
      FROM ledger_journal j LEFT JOIN ledger_entry e ON e.journal_id = j.id
     GROUP BY j.id HAVING count(e.journal_id) < 2 OR count(e.journal_id) <> j.legs ORDER BY j.id
"""
_LINES = """
    SELECT format('Jurnal %s: nomor baris tidak urut dari 1.', journal_id)
      FROM ledger_entry
     GROUP BY journal_id HAVING min(line_no) <> 1 OR max(line_no) <> count(*) ORDER BY journal_id
"""
_OWNERS = """
    SELECT format('Baris %s tidak mempunyai jurnal %s, atau akunnya bukan dari buku %s.',
                  e.line_no, e.journal_id, e.book)
      FROM ledger_entry e
      LEFT JOIN ledger_journal j ON j.id = e.journal_id
      LEFT JOIN ledger_account a ON a.id = e.account_id
     WHERE j.id IS NULL OR a.book IS DISTINCT FROM e.book ORDER BY e.journal_id, e.line_no
"""
_CURRENCY = """
    SELECT format('Jurnal %s (%s): ada baris dalam mata uang lain.', j.id, j.currency)
      FROM ledger_journal j
     WHERE EXISTS (SELECT FROM ledger_entry e WHERE e.journal_id = j.id AND e.currency <> j.currency)
     ORDER BY j.id
"""
_BALANCE = """
    SELECT format('Jurnal %s: buku %s bersisa %s.', journal_id, book, sum(amount))
      FROM ledger_entry GROUP BY journal_id, book HAVING sum(amount) <> 0 ORDER BY journal_id
"""
_AMOUNTS = """
    SELECT format('Jurnal %s baris %s: jumlah %s tidak sah.', journal_id, line_no, amount)
      FROM ledger_entry WHERE NOT (amount <> 0 AND abs(amount) < 1e13) ORDER BY journal_id, line_no
"""
_HASH = r"""
    SELECT format('Jurnal %s (%s): isinya tidak lagi sesuai dengan hash-nya.', j.id, j.key)
      FROM ledger_journal j
     CROSS JOIN LATERAL (
            SELECT string_agg(ledger_leg(e.line_no, e.book, a.slug, e.amount, e.currency, e.opd_id,
                                         e.kode_rekening, e.memo), E'\n' ORDER BY e.line_no) AS text
              FROM ledger_entry e LEFT JOIN ledger_account a ON a.id = e.account_id
             WHERE e.journal_id = j.id) l
     WHERE j.hash IS DISTINCT FROM sha256(convert_to(
               ledger_header(j.id, j.key, j.request_hash, j.kind, j.source, j.effective_date, j.value_date,
                             j.recorded_at, j.description, j.currency, j.by_id, j.reverses_id)
               || E'\n' || coalesce(l.text, ''), 'UTF8'))
     ORDER BY j.id
"""
_REVERSALS = """
    SELECT format('Jurnal %s bukan cermin dari jurnal %s.', r.id, r.reverses_id)
      FROM ledger_journal r
     WHERE r.reverses_id IS NOT NULL AND EXISTS (
            SELECT FROM (SELECT line_no, account_id, -amount AS amount, opd_id, kode_rekening
                           FROM ledger_entry WHERE journal_id = r.id) m
              FULL JOIN (SELECT line_no, account_id, amount, opd_id, kode_rekening
                           FROM ledger_entry WHERE journal_id = r.reverses_id) o USING (line_no)
             WHERE (m.account_id, m.amount, m.opd_id, m.kode_rekening)
                   IS DISTINCT FROM (o.account_id, o.amount, o.opd_id, o.kode_rekening))
     ORDER BY r.id
"""
_BLOCKS = """
    WITH chain AS (
        SELECT b.*, lag(b.hash) OVER w AS before, lag(b.upto_xid, 1, 0::bigint) OVER w AS met,
               row_number() OVER w AS number
          FROM ledger_block b WINDOW w AS (ORDER BY b.id))
    SELECT CASE
        WHEN f.journals <> c.journals OR f.legs <> c.legs THEN
            format('Blok %s: tercatat %s jurnal dan %s baris, ditemukan %s dan %s.',
                   c.id, c.journals, c.legs, f.journals, f.legs)
        WHEN c.id <> c.number OR c.from_xid <> c.met THEN
            format('Blok %s tidak menyambung blok sebelumnya.', c.id)
        ELSE format('Blok %s: hash jurnal di dalamnya berubah.', c.id) END
      FROM chain c
     CROSS JOIN LATERAL (
            SELECT count(*) AS journals, coalesce(sum(k.n), 0) AS legs,
                   sha256(coalesce(c.before, '')
                          || coalesce(string_agg(j.hash, '' ORDER BY j.id), '')) AS hash
              FROM ledger_journal j
             CROSS JOIN LATERAL (SELECT count(*) AS n FROM ledger_entry e WHERE e.journal_id = j.id) k
             WHERE j.xid >= c.from_xid AND j.xid < c.upto_xid) f
     WHERE f.journals <> c.journals OR f.legs <> c.legs OR f.hash <> c.hash
        OR c.id <> c.number OR c.from_xid <> c.met
     ORDER BY c.id
"""
_ROLL_UPS = """
    WITH made AS (
        SELECT b.id AS block_id, e.account_id, coalesce(e.opd_id, 0) AS opd, e.book, j.effective_date AS day,
               sum(greatest(e.amount, 0)) AS debit, sum(greatest(-e.amount, 0)) AS credit, count(*) AS legs
          FROM ledger_block b
          JOIN ledger_journal j ON j.xid >= b.from_xid AND j.xid < b.upto_xid
          JOIN ledger_entry e ON e.journal_id = j.id
         GROUP BY 1, 2, 3, 4, 5
    ), kept AS (
        SELECT block_id, account_id, coalesce(opd_id, 0) AS opd, book, day, debit, credit, legs
          FROM ledger_rollup)
    SELECT format('Blok %s, akun %s, %s: rekap debit %s kredit %s (%s baris), jurnal %s dan %s (%s baris).',
                  block_id, coalesce(a.slug, account_id::text), day, coalesce(kept.debit, 0),
                  coalesce(kept.credit, 0), coalesce(kept.legs, 0),
                  coalesce(made.debit, 0), coalesce(made.credit, 0), coalesce(made.legs, 0))
      FROM made FULL JOIN kept USING (block_id, account_id, opd, book, day)
      LEFT JOIN ledger_account a ON a.id = account_id
     WHERE (made.debit, made.credit, made.legs) IS DISTINCT FROM (kept.debit, kept.credit, kept.legs)
     ORDER BY block_id, day, account_id
"""
_PERIODS = """
    WITH made AS (
        SELECT p.period, CASE p.period WHEN 'd' THEN r.day ELSE date_trunc('month', r.day)::date END AS start,
               r.account_id, coalesce(r.opd_id, 0) AS opd,
               sum(r.debit) AS debit, sum(r.credit) AS credit, sum(r.legs) AS legs
          FROM ledger_rollup r CROSS JOIN (VALUES ('d'), ('m')) AS p (period)
         GROUP BY 1, 2, 3, 4
    ), kept AS (
        SELECT period, start, account_id, coalesce(opd_id, 0) AS opd, debit, credit, legs
          FROM ledger_periodtotal)
    SELECT format('Jumlah %s mulai %s, akun %s: tidak sama dengan rekap bloknya.',
                  CASE period WHEN 'd' THEN 'harian' ELSE 'bulanan' END, start,
                  coalesce(a.slug, account_id::text))
      FROM made FULL JOIN kept USING (period, start, account_id, opd)
      LEFT JOIN ledger_account a ON a.id = account_id
     WHERE (made.debit, made.credit, made.legs) IS DISTINCT FROM (kept.debit, kept.credit, kept.legs)
     ORDER BY period, start, account_id
"""
_CLOSED = """
    SELECT format('Jurnal %s bertanggal %s dibukukan sesudah bulannya ditutup.', j.id, j.effective_date)
      FROM ledger_journal j
      JOIN LATERAL (
            SELECT closed_through FROM ledger_perioddecision d WHERE d.xid < j.xid ORDER BY d.id DESC LIMIT 1
           ) d ON j.effective_date <= d.closed_through
     ORDER BY j.id
"""


def _hledger() -> Finding:
    """An engine of others reads the sealed journals and reaches the same balance for every account."""
    program = shutil.which("hledger")
    if program is None:
        return Finding(0, not_run="hledger tidak terpasang di server ini")
    block = Block.objects.order_by("-id").first()
    if block is None:
        return Finding(0)
    try:
        theirs = exporting.balances_by_hledger(program, block.pk)
    except subprocess.CalledProcessError as refused:
        return Finding(0, [f"hledger menolak jurnal tersegel: {' '.join(refused.stderr.split())[:500]}"])
    ours = {f"{row.book}:{row.account}": row.balance for row in trial_balance(on=date.max, known_on=block.pk)}
    problems = [
        f"Akun {name}: menurut kami {ours.get(name, ZERO)}, menurut hledger {theirs.get(name, ZERO)}."
        for name in sorted(ours.keys() | theirs.keys())
        if ours.get(name, ZERO) != theirs.get(name, ZERO)
    ]
    return Finding(len(ours), problems[:50])


LAWS: tuple[Law, ...] = (
    Law("ledger.guards", "semua penjaga buku besar terpasang dan menyala", _guards),
    _law("keys", "setiap kunci dipakai satu jurnal", _JOURNALS, _KEYS),
    _law("headers", "setiap jurnal berkunci, berjenis, bersumber dan beruraian", _JOURNALS, _HEADERS),
    _law("legs", "setiap jurnal utuh, paling sedikit dua baris", _JOURNALS, _LEGS),
    _law("lines", "baris setiap jurnal bernomor urut", _ENTRIES, _LINES),
    _law("owners", "setiap baris punya jurnal, dan akun dari bukunya", _ENTRIES, _OWNERS),
    _law("amounts", "tidak ada baris nol atau di luar batas", _ENTRIES, _AMOUNTS),
    _law("currency", "setiap jurnal bermata uang tunggal", _JOURNALS, _CURRENCY),
    _law("balance", "setiap buku dalam setiap jurnal berjumlah nol", _ENTRIES, _BALANCE),
    _law("hash", "isi setiap jurnal sesuai dengan hash-nya", _JOURNALS, _HASH),
    _law("reversals", "setiap jurnal yang membalik adalah cermin asalnya", _JOURNALS, _REVERSALS),
    _law("blocks", "setiap blok masih berisi jurnal yang sama", _COUNT_BLOCKS, _BLOCKS),
    _law("roll_ups", "rekap setiap blok sama dengan jurnalnya", _COUNT_ROLL_UPS, _ROLL_UPS),
    _law("period_totals", "jumlah harian dan bulanan sama dengan rekapnya", _COUNT_PERIODS, _PERIODS),
    _law("periods", "tidak ada jurnal yang masuk ke bulan yang sudah ditutup", _JOURNALS, _CLOSED),
    Law("ledger.hledger", "hledger menghitung saldo yang sama dari jurnal tersegel", _hledger),
    Law("ledger.sources", "setiap uang yang dicatat ruang lain punya jurnal", _sources),
)
