"""Laws of this room for ``manage.py verify``: files add up, matches agree, the books say what banks say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from opd.office.verification import Finding, Law, count_and_problems
from payments.ledger.periods import MOVED
from payments.reconciliation import hour_laws, sources
from payments.reconciliation.models import ImportedFile, SettlementLine, StatementLine
from payments.reconciliation.parsers.rows import ParseError, SettlementRow, StatementRow
from payments.reconciliation.services.files import original

_FILES = "SELECT count(*) FROM reconciliation_importedfile WHERE loaded_at IS NOT NULL"
_FILE_TOTALS = """
    SELECT 'Berkas ' || f.name || ': jumlah barisnya tidak sama dengan angka kontrol.'
    FROM reconciliation_importedfile AS f
    LEFT JOIN LATERAL (
        SELECT count(*) AS lines, coalesce(sum(gross), 0) AS gross, coalesce(sum(mdr), 0) AS mdr,
               coalesce(sum(net), 0) AS net
        FROM reconciliation_settlementline WHERE file_id = f.id
    ) AS s ON f.kind = 'settlement'
    LEFT JOIN LATERAL (
        SELECT count(*) AS lines, coalesce(sum(debit), 0) AS debit, coalesce(sum(credit), 0) AS credit
        FROM reconciliation_statementline WHERE file_id = f.id
    ) AS t ON f.kind = 'statement'
    WHERE f.loaded_at IS NOT NULL AND NOT CASE f.kind
        WHEN 'settlement' THEN
            (s.lines, s.gross, s.mdr, s.net) = (f.lines, (f.totals ->> 'gross')::numeric,
            (f.totals ->> 'mdr')::numeric, (f.totals ->> 'net')::numeric)
        WHEN 'statement' THEN
            (t.lines, t.debit, t.credit) = (f.lines, (f.totals ->> 'debit')::numeric,
            (f.totals ->> 'credit')::numeric)
            AND (f.totals ->> 'opening')::numeric + t.credit - t.debit = (f.totals ->> 'closing')::numeric
        ELSE false
    END
"""
_BATCHES = "SELECT count(*) FROM reconciliation_settlementbatch"
_BATCH_TOTALS = """
    SELECT 'Batch ' || b.batch_no || ': jumlahnya tidak sama dengan baris atau kreditnya.'
    FROM reconciliation_settlementbatch AS b
    LEFT JOIN (
        SELECT batch_id, count(*) AS lines, sum(gross) AS gross, sum(mdr) AS mdr, sum(net) AS net
        FROM reconciliation_settlementline WHERE same_as_id IS NULL GROUP BY batch_id
    ) AS l ON l.batch_id = b.id
    LEFT JOIN (
        SELECT batch_id, sum(amount) AS credit
        FROM reconciliation_creditmatch WHERE undone_at IS NULL GROUP BY batch_id
    ) AS c ON c.batch_id = b.id
    WHERE (b.count, b.gross, b.mdr, b.net) IS DISTINCT FROM
          (coalesce(l.lines, 0), coalesce(l.gross, 0), coalesce(l.mdr, 0), coalesce(l.net, 0))
       OR b.credited <> coalesce(c.credit, 0)
    UNION ALL
    SELECT 'Kredit ' || s.id || ': yang dicocokkan lain dari jumlahnya.'
    FROM reconciliation_creditmatch AS m JOIN reconciliation_statementline AS s ON s.id = m.line_id
    WHERE m.undone_at IS NULL GROUP BY s.id HAVING sum(m.amount) <> s.credit
"""
_MATCHES = "SELECT count(*) FROM reconciliation_match WHERE undone_at IS NULL"
_MATCH_AGREES = """
    SELECT 'Pembayaran ' || p.id || ': dicocokkan dengan jumlah lain tanpa selisih yang tercatat.'
    FROM reconciliation_match AS m
    JOIN incoming_payment AS p ON p.id = m.payment_id
    JOIN reconciliation_settlementline AS l ON l.id = m.line_id
    WHERE m.agrees <> (p.amount = l.gross) OR l.same_as_id IS NOT NULL OR (
        m.undone_at IS NULL AND NOT m.agrees AND NOT EXISTS (
            SELECT FROM reconciliation_reconciliationexception AS e
            WHERE e.payment_id = p.id AND e.kind = 'amount_differs'
        )
    )
"""
_ONCE = """
    SELECT 'Baris ' || line_id || ' dicocokkan lebih dari sekali.'
    FROM reconciliation_match WHERE undone_at IS NULL GROUP BY line_id HAVING count(*) > 1
    UNION ALL
    SELECT 'Pembayaran ' || payment_id || ' dicocokkan lebih dari sekali.'
    FROM reconciliation_match WHERE undone_at IS NULL GROUP BY payment_id HAVING count(*) > 1
    UNION ALL
    SELECT 'Kredit ' || c.line_id || ' dicocokkan dengan batch dan dengan pembayaran VA.'
    FROM reconciliation_creditmatch AS c JOIN reconciliation_directcredit AS d ON d.line_id = c.line_id
    WHERE c.undone_at IS NULL AND d.undone_at IS NULL
    UNION ALL
    SELECT 'Pembayaran ' || m.payment_id || ' dicocokkan dengan settlement dan dengan kreditnya.'
    FROM reconciliation_match AS m JOIN reconciliation_directcredit AS d ON d.payment_id = m.payment_id
    WHERE m.undone_at IS NULL AND d.undone_at IS NULL
    UNION ALL
    SELECT 'Pembayaran ' || k.payment_id || ' dicocokkan dengan yang dinyatakan bukan pasangannya.'
    FROM reconciliation_keptapart AS k
    JOIN reconciliation_match AS m ON m.line_id = k.settlement_line_id AND m.payment_id = k.payment_id
    WHERE k.lifted_at IS NULL AND m.undone_at IS NULL
    UNION ALL
    SELECT 'Batch ' || k.batch_id || ' dicocokkan dengan dana yang dinyatakan bukan pasangannya.'
    FROM reconciliation_keptapart AS k
    JOIN reconciliation_creditmatch AS c ON c.line_id = k.statement_line_id AND c.batch_id = k.batch_id
    WHERE k.lifted_at IS NULL AND c.undone_at IS NULL
"""
_LINES = """
    SELECT count(*)
    FROM reconciliation_settlementline AS l JOIN reconciliation_importedfile AS f ON f.id = l.file_id
    WHERE l.same_as_id IS NULL AND f.state = 'done'
"""
_ACCOUNTED = """
    SELECT 'Baris ' || l.line_no || ' berkas ' || f.name || ': tidak cocok dan bukan selisih.'
    FROM reconciliation_settlementline AS l JOIN reconciliation_importedfile AS f ON f.id = l.file_id
    WHERE l.same_as_id IS NULL AND f.state = 'done'
      AND NOT EXISTS (SELECT FROM reconciliation_match AS m WHERE m.line_id = l.id AND m.undone_at IS NULL)
      AND NOT EXISTS (
          SELECT FROM reconciliation_reconciliationexception AS e
          WHERE e.settlement_line_id = l.id AND e.kind IN ('missing_ours', 'repeated_line')
      )
"""
_PAID_OUT = """
    SELECT count(*) FROM reconciliation_match AS m
    JOIN reconciliation_settlementline AS l ON l.id = m.line_id
    JOIN reconciliation_settlementbatch AS b ON b.id = l.batch_id
    WHERE m.agrees AND m.undone_at IS NULL AND b.credited_on IS NOT NULL AND b.credited = b.net - b.refunded
"""
_GONE = """
    LATERAL (
        SELECT coalesce(sum(amount), 0) AS amount, coalesce(sum(revenue_amount), 0) AS revenue
        FROM incoming_refund
        WHERE payment_id = m.payment_id AND state = 'done' AND against = 'receivable'
    ) AS f
"""
"""What went back to the payer before the credit, of a match ``m``."""
_OF_RKUD = "e.account_id IN (SELECT account_id FROM ledger_postingrule WHERE role = 'rkud')"
_AGAIN = """
    EXISTS (
        SELECT FROM reconciliation_match AS u JOIN ledger_journal AS r ON r.reverses_id = u.credited_journal
        WHERE u.payment_id = m.payment_id AND u.undone_at IS NOT NULL AND r.effective_date = c.effective_date
    )
"""
"""A booking that was reversed and made again counts from the day of its reversal."""
_MOVED = MOVED.format(day="m.credited_on", counted="c.effective_date")
_BOOKED = f"""
    SELECT 'Pembayaran ' || p.id || ': sudah masuk RKUD, tetapi jurnalnya tidak ada atau tidak sesuai.'
    FROM reconciliation_match AS m
    JOIN reconciliation_settlementline AS l ON l.id = m.line_id
    JOIN reconciliation_settlementbatch AS b ON b.id = l.batch_id
    JOIN incoming_payment AS p ON p.id = m.payment_id
    LEFT JOIN incoming_recognition AS g ON g.payment_id = p.id AND g.undone_at IS NULL
    CROSS JOIN {_GONE}
    LEFT JOIN LATERAL (
        SELECT j.id, j.effective_date, sum(e.amount) FILTER (WHERE {_OF_RKUD}) AS rkud
        FROM ledger_journal AS j JOIN ledger_entry AS e ON e.journal_id = j.id
        WHERE j.id = m.credited_journal AND j.kind = 'credited_to_rkud' AND j.source = 'payment:' || p.id
        GROUP BY j.id
    ) AS c ON true
    LEFT JOIN LATERAL (
        SELECT j.id, -sum(e.amount) FILTER (WHERE e.amount < 0 AND e.book = 'opd_budgetary') AS lra
        FROM ledger_journal AS j JOIN ledger_entry AS e ON e.journal_id = j.id
        WHERE j.id = m.revenue_journal AND j.kind = 'revenue_booked' AND j.source = 'payment:' || p.id
        GROUP BY j.id
    ) AS r ON true
    WHERE m.agrees AND m.undone_at IS NULL AND b.credited_on IS NOT NULL AND b.credited = b.net - b.refunded
      AND (l.net <> f.amount OR l.mdr <> 0) AND (
        (c.id, coalesce(c.rkud, 0)) IS DISTINCT FROM (m.credited_journal, l.net - f.amount)
        OR (c.effective_date = m.credited_on OR {_MOVED} OR {_AGAIN}) IS NOT TRUE
        OR (r.id, coalesce(r.lra, 0)) IS DISTINCT FROM (
            m.revenue_journal, p.revenue_amount + coalesce(g.amount, 0) - f.revenue)
    )
    UNION ALL
    SELECT 'Pembayaran VA ' || p.id || ': kreditnya di rekening koran tidak sama dengan bukunya.'
    FROM reconciliation_directcredit AS d
    JOIN reconciliation_statementline AS s ON s.id = d.line_id
    JOIN incoming_payment AS p ON p.id = d.payment_id
    LEFT JOIN LATERAL (
        SELECT sum(e.amount) AS rkud FROM ledger_entry AS e
        WHERE e.journal_id = d.credited_journal AND e.amount > 0 AND e.book = 'bud'
    ) AS c ON true
    LEFT JOIN LATERAL (
        SELECT -sum(e.amount) AS lra FROM ledger_entry AS e
        WHERE e.journal_id = d.revenue_journal AND e.amount < 0 AND e.book = 'opd_budgetary'
    ) AS r ON true
    WHERE d.undone_at IS NULL AND (s.same_as_id IS NOT NULL OR p.method <> 'va' OR p.amount <> s.credit
       OR (d.credited_journal IS NOT NULL AND
           (c.rkud, coalesce(r.lra, 0)) IS DISTINCT FROM (s.credit, p.revenue_amount)))
"""
_CREDITS = "SELECT count(*) FROM reconciliation_creditmatch WHERE undone_at IS NULL"
_RKUD = f"""
    SELECT 'Batch ' || b.batch_no || ': debit RKUD ' || booked || ' dan yang belum dibukukan ' || held
           || ' tidak sama dengan kredit rekening koran ' || b.credited || '.'
    FROM (
        SELECT b.id, b.batch_no, b.credited,
               coalesce(sum(l.net - coalesce(f.amount, 0))
                        FILTER (WHERE m.credited_journal IS NULL), 0) AS held,
               coalesce(sum(d.debit), 0) AS booked
        FROM reconciliation_settlementbatch AS b
        JOIN reconciliation_settlementline AS l ON l.batch_id = b.id AND l.same_as_id IS NULL
        LEFT JOIN reconciliation_match AS m ON m.line_id = l.id AND m.undone_at IS NULL
        LEFT JOIN {_GONE} ON m.id IS NOT NULL
        LEFT JOIN LATERAL (
            SELECT sum(e.amount) AS debit FROM ledger_entry AS e
            WHERE e.journal_id = m.credited_journal AND {_OF_RKUD}
        ) AS d ON true
        WHERE b.credited_on IS NOT NULL AND b.credited = b.net - b.refunded
        GROUP BY b.id
    ) AS b
    WHERE booked + held <> b.credited
"""
_JOURNALS = "SELECT count(*) FROM ledger_journal WHERE kind IN ('credited_to_rkud', 'revenue_booked')"
_ORPHANS = """
    SELECT 'Jurnal ' || j.id || ' (' || j.source || '): tidak ada pencocokan di belakangnya.'
    FROM ledger_journal AS j
    WHERE j.kind IN ('credited_to_rkud', 'revenue_booked') AND j.reverses_id IS NULL AND NOT EXISTS (
        SELECT FROM reconciliation_match AS m
        WHERE 'payment:' || m.payment_id = j.source AND j.id IN (m.credited_journal, m.revenue_journal)
    ) AND NOT EXISTS (
        SELECT FROM reconciliation_directcredit AS d
        WHERE 'payment:' || d.payment_id = j.source AND j.id IN (d.credited_journal, d.revenue_journal)
    )
"""
_OF_MATCHES = """
    SELECT payment_id, undone_at, unnest(ARRAY[credited_journal, revenue_journal]) AS journal
    FROM reconciliation_match WHERE credited_journal IS NOT NULL
    UNION ALL
    SELECT payment_id, undone_at, unnest(ARRAY[credited_journal, revenue_journal])
    FROM reconciliation_directcredit WHERE credited_journal IS NOT NULL
"""
_BOOKINGS = f"SELECT count(*) FROM ({_OF_MATCHES}) AS m WHERE m.journal IS NOT NULL"
_REVERSED = f"""
    SELECT 'Pembayaran ' || m.payment_id || ': jurnal ' || m.journal || CASE WHEN m.undone_at IS NULL
           THEN ' dibalik, tetapi pencocokannya masih berlaku.'
           ELSE ' belum dibalik, padahal pencocokannya dibatalkan.' END
    FROM ({_OF_MATCHES}) AS m
    WHERE m.journal IS NOT NULL AND (m.undone_at IS NOT NULL) <> EXISTS (
        SELECT FROM ledger_journal AS r WHERE r.reverses_id = m.journal
    )
"""
_SETTLEMENT_COLUMNS = (
    *("line_no", "raw", "trx_time", "settlement_date", "nmid", "merchant_pan", "terminal_id", "rrn"),
    *("bill_no", "reference_no", "partner_reference_no", "issuer_code", "gross", "mdr", "net", "status"),
)
_STATEMENT_COLUMNS = (
    *("line_no", "raw", "post_date", "effective_date", "account", "description"),
    *("debit", "credit", "balance", "reference_no"),
)


def check_originals() -> Finding:
    """Read every original again and compare it with its stored lines."""
    problems: list[str] = []
    rows = 0
    for file in ImportedFile.objects.exclude(loaded_at=None).select_related("evidence").order_by("pk"):
        rows += file.lines
        problem = _differs(file)
        if problem:
            problems.append(f"Berkas {file.name}: {problem}.")
    return Finding(rows, problems)


def _differs(file: ImportedFile) -> str:
    try:
        read = sorted(_read(file))  # by line: a file with the newest first is read from its end
    except FileNotFoundError:
        return "aslinya tidak ada di penyimpanan"
    except ParseError as error:
        return f"aslinya tidak terbaca lagi ({error})"
    if read != list(_stored(file)):
        return "baris yang tersimpan lain dari aslinya"
    return ""


def _read(file: ImportedFile) -> Iterator[tuple[Any, ...]]:
    with original(file) as content:
        for item in sources.source(file.profile).read(content, file.given):
            if isinstance(item, SettlementRow):
                yield tuple(getattr(item, name) for name in _SETTLEMENT_COLUMNS)
            elif isinstance(item, StatementRow):
                yield tuple(getattr(item, name) for name in _STATEMENT_COLUMNS)


def _stored(file: ImportedFile) -> Iterator[tuple[Any, ...]]:
    if file.kind == sources.SourceKind.SETTLEMENT:
        lines = SettlementLine.objects.filter(file=file).order_by("line_no")
        return lines.values_list(*_SETTLEMENT_COLUMNS).iterator()
    return (
        StatementLine.objects.filter(file=file)
        .order_by("line_no")
        .values_list(*_STATEMENT_COLUMNS)
        .iterator()
    )


_CLAIMS = """
    SELECT 'Surat klaim ' || coalesce(d.number_text, c.id::text) || ': barisnya tidak sama dengan suratnya.'
    FROM reconciliation_claimletter AS c
    LEFT JOIN office_document AS d ON d.id = c.document_id
    LEFT JOIN LATERAL (
        SELECT coalesce(sum(amount), 0) AS amount, bool_and(stands) AS stands,
               bool_or(stands) AS stands_partly
        FROM reconciliation_claimline WHERE letter_id = c.id
    ) AS l ON true
    WHERE d.id IS NULL OR d.amount <> l.amount
       OR coalesce(l.stands, false) <> (d.voided_at IS NULL)
       OR coalesce(l.stands_partly, false) <> (d.voided_at IS NULL)
"""


def _law(name: str, text_id: str, count: str, problems: str) -> Law:
    return Law(f"reconciliation.{name}", text_id, lambda: count_and_problems(count, problems))


LAWS = [
    Law("reconciliation.originals", "baris tersimpan persis seperti berkas asli dari bank", check_originals),
    _law("file_totals", "jumlah baris tiap berkas sama dengan angka kontrolnya", _FILES, _FILE_TOTALS),
    _law("batch_totals", "jumlah tiap batch sama dengan baris dan kreditnya", _BATCHES, _BATCH_TOTALS),
    _law("matches_agree", "jumlah yang dicocokkan sama, atau selisihnya tercatat", _MATCHES, _MATCH_AGREES),
    _law(
        "matched_once", "tidak ada baris, pembayaran, atau kredit yang dicocokkan dua kali", _MATCHES, _ONCE
    ),
    _law(
        "lines_accounted", "setiap baris settlement cocok atau ada dalam daftar selisih", _LINES, _ACCOUNTED
    ),
    _law("booked", "setiap pembayaran yang masuk RKUD punya jurnalnya", _PAID_OUT, _BOOKED),
    _law("rkud", "debit RKUD di buku sama dengan kredit rekening koran yang cocok", _CREDITS, _RKUD),
    _law("reversed", "jurnal pencocokan dibalik tepat bila pencocokannya dibatalkan", _BOOKINGS, _REVERSED),
    _law("claims", "surat klaim bank sama dengan barisnya, dan berlaku bersamanya", _BATCHES, _CLAIMS),
    _law("journals", "setiap jurnal RKUD dan pendapatan punya pencocokan", _JOURNALS, _ORPHANS),
    *hour_laws.LAWS,
]
