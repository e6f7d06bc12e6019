"""Stores the lines of a file: read once, by COPY into a staging table; then as one set, in one transaction.

Reading takes no lock and waits for nobody. What stands in the stage is nothing until it is loaded.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import connection, transaction
from psycopg.sql import SQL, Identifier

from opd import audit
from opd.office import rules
from payments.reconciliation import days
from payments.reconciliation.models import ImportedFile, SettlementBatch
from payments.reconciliation.parsers.rows import (
    Parsed,
    ParseError,
    SettlementRow,
    SettlementTotals,
    StatementRow,
    StatementTotals,
)
from payments.reconciliation.services import accounts
from payments.reconciliation.services.files import original
from payments.reconciliation.services.lock import learn, take_turn
from payments.reconciliation.sources import Source, SourceKind

Totals = SettlementTotals | StatementTotals
CHUNK = 5_000
"""Lines read between two reports of how far it is."""
_STAGE = {
    SourceKind.SETTLEMENT: Identifier("reconciliation_settlementstage"),
    SourceKind.STATEMENT: Identifier("reconciliation_statementstage"),
}
_LINES = {
    SourceKind.SETTLEMENT: "reconciliation_settlementline",
    SourceKind.STATEMENT: "reconciliation_statementline",
}
_COPY = SQL("COPY {stage} FROM STDIN")
_CLEAR = SQL("DELETE FROM {stage} WHERE file_id = %(file)s")
_SETTLEMENT_INSERT = """
    INSERT INTO reconciliation_settlementline (
        file_id, line_no, raw, digest, occurrence, same_as_id, batch_id, trx_time, settlement_date, nmid,
        merchant_pan, terminal_id, rrn, bill_no, reference_no, partner_reference_no, issuer_code,
        gross, mdr, net, status
    )
    SELECT %(file)s, s.line_no, s.raw, s.digest, s.occurrence, known.id, b.id, s.trx_time, s.settlement_date,
           s.nmid, s.merchant_pan, s.terminal_id, s.rrn, s.bill_no, s.reference_no, s.partner_reference_no,
           s.issuer_code, s.gross, s.mdr, s.net, s.status
    FROM (
        SELECT *, row_number() OVER (PARTITION BY digest ORDER BY line_no) AS occurrence
        FROM reconciliation_settlementstage WHERE file_id = %(file)s
    ) AS s
    JOIN reconciliation_settlementbatch AS b
      ON b.profile = %(profile)s AND b.batch_no = s.batch_no AND b.nmid = s.nmid
     AND b.settlement_date = s.settlement_date
    LEFT JOIN reconciliation_settlementline AS known
      ON known.digest = s.digest AND known.occurrence = s.occurrence AND known.same_as_id IS NULL
    ORDER BY s.line_no
"""
_BATCHES = """
    SELECT DISTINCT batch_no, nmid, settlement_date FROM reconciliation_settlementstage
    WHERE file_id = %(file)s
    ORDER BY settlement_date, batch_no, nmid
"""
_BATCH_TOTALS = """
    UPDATE reconciliation_settlementbatch AS b
    SET count = t.count, gross = t.gross, mdr = t.mdr, net = t.net, expected_mdr = t.expected
    FROM (
        SELECT l.batch_id, count(*) AS count, sum(l.gross) AS gross, sum(l.mdr) AS mdr, sum(l.net) AS net,
               sum(round(l.gross * own.mdr_percent / 100, 2)) AS expected
        FROM reconciliation_settlementline AS l
        JOIN reconciliation_settlementbatch AS own ON own.id = l.batch_id
        WHERE l.same_as_id IS NULL
          AND l.batch_id IN (SELECT batch_id FROM reconciliation_settlementline WHERE file_id = %(file)s)
        GROUP BY l.batch_id
    ) AS t
    WHERE b.id = t.batch_id
"""
_SETTLEMENT_SPAN = """
    SELECT min(settlement_date), max(settlement_date)
    FROM reconciliation_settlementline WHERE file_id = %(file)s
"""
_STATEMENT_INSERT = """
    INSERT INTO reconciliation_statementline (
        file_id, line_no, raw, digest, occurrence, same_as_id, post_date, effective_date, account,
        description, debit, credit, balance, reference_no
    )
    SELECT %(file)s, s.line_no, s.raw, s.digest, s.occurrence, known.id, s.post_date, s.effective_date,
           s.account, s.description, s.debit, s.credit, s.balance, s.reference_no
    FROM (
        SELECT *, row_number() OVER (PARTITION BY digest ORDER BY line_no) AS occurrence
        FROM reconciliation_statementstage WHERE file_id = %(file)s
    ) AS s
    LEFT JOIN reconciliation_statementline AS known
      ON known.digest = s.digest AND known.occurrence = s.occurrence AND known.same_as_id IS NULL
    ORDER BY s.line_no
"""
_OTHER_LAYOUT = """
    SELECT f.name, l.post_date
    FROM reconciliation_importedfile AS f
    JOIN reconciliation_statementline AS l ON l.file_id = f.id
    WHERE f.kind = 'statement' AND f.profile <> %(profile)s AND f.account = %(account)s
      AND l.same_as_id IS NULL
      AND l.post_date IN (SELECT post_date FROM reconciliation_statementstage WHERE file_id = %(file)s)
    ORDER BY l.post_date, f.id
    LIMIT 1
"""


_SETTLED_OTHERWISE = """
    SELECT f.name, l.settlement_date
    FROM reconciliation_settlementstage AS s
    JOIN reconciliation_settlementline AS l ON l.rrn = s.rrn AND l.same_as_id IS NULL AND l.nmid = s.nmid
     AND l.trx_time BETWEEN s.trx_time - interval '2 days' AND s.trx_time + interval '2 days'
    JOIN reconciliation_importedfile AS f ON f.id = l.file_id
     AND (f.profile <> %(profile)s OR f.given <> %(given)s::jsonb)
    WHERE s.file_id = %(file)s
    ORDER BY l.id
    LIMIT 1
"""
_SEVERAL_LAYOUTS = """
    SELECT EXISTS (
        SELECT FROM reconciliation_importedfile
        WHERE kind = 'settlement' AND loaded_at IS NOT NULL
          AND (profile <> %(profile)s OR given <> %(given)s::jsonb)
    )
"""


def stage(file: ImportedFile, source: Source, *, report: Callable[[int], None]) -> Totals:
    """Read a file to its end into the stage; its control totals, once every line was found to agree.

    ``report`` gets the bytes read so far. Raises ParseError for a damaged file; then ``clear`` it.
    """
    clear(file)
    totals: Parsed | None = None
    with original(file) as content:
        parsed = source.read(content, file.given)
        while chunk := list(islice(parsed, CHUNK)):
            totals = chunk[-1]
            _copy(file, chunk)
            report(content.tell())
    assert isinstance(totals, SettlementTotals | StatementTotals)
    return totals


def clear(file: ImportedFile) -> None:
    """Take the lines of a file out of the stage."""
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR.format(stage=_stage_of(file)), {"file": file.pk})


def _stage_of(file: ImportedFile) -> Identifier:
    return _STAGE[SourceKind(file.kind)]


def load(file: ImportedFile, totals: Totals, *, at: datetime) -> None:
    """Store every staged line of a file that was read to its end, all or nothing.

    A line that another file brought before (same content, same occurrence) points to that one and counts no
    second time. Raises ParseError (``other_layout``) where lines of the same account and day, or the same
    transactions, came in another layout, for those cannot be told apart from new ones.
    """
    with transaction.atomic():
        take_turn()
        if isinstance(totals, SettlementTotals):
            _load_settlement(file, totals)
        else:
            _load_statement(file, totals)
        clear(file)
        file.loaded_at = at
        file.save()
        audit.record(
            "bank_file.load", file, by=None, at=at, after={"lines": file.lines, "totals": file.totals}
        )
    learn(_LINES[SourceKind(file.kind)], rows=file.lines)


def _load_settlement(file: ImportedFile, totals: SettlementTotals) -> None:
    _refuse_settled_otherwise(file)
    _make_batches(file)
    with connection.cursor() as cursor:
        cursor.execute(_SETTLEMENT_INSERT, {"file": file.pk, "profile": file.profile})
        cursor.execute(_BATCH_TOTALS, {"file": file.pk})
        cursor.execute(_SETTLEMENT_SPAN, {"file": file.pk})
        file.first_day, file.last_day = cursor.fetchone()
    file.lines = totals.count
    file.totals = {"gross": str(totals.gross), "mdr": str(totals.mdr), "net": str(totals.net)}


def _load_statement(file: ImportedFile, totals: StatementTotals) -> None:
    _refuse_other_layout(file, totals.account)
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT_INSERT, {"file": file.pk})
    file.first_day, file.last_day, file.account = totals.first_day, totals.last_day, totals.account
    file.lines = totals.count
    names = ("opening", "debit", "credit", "closing")
    file.totals = {name: str(getattr(totals, name)) for name in names}


def _refuse_settled_otherwise(file: ImportedFile) -> None:
    """The same transaction in two layouts, or of two answers, may differ and would count twice."""
    values: dict[str, Any] = {"profile": file.profile, "file": file.pk, "given": json.dumps(file.given)}
    with connection.cursor() as cursor:
        cursor.execute(_SEVERAL_LAYOUTS, values)
        if not cursor.fetchone()[0]:
            return
        cursor.execute(_SETTLED_OTHERWISE, values)
        found = cursor.fetchone()
    if found:
        name, day = found
        message = (
            f"Transaksi settlement {day:%d/%m/%Y} dalam berkas ini sudah ada dari berkas “{name[:60]}” dengan"
            " bentuk atau isian lain. Agar tidak terhitung dua kali, unggah hari itu dalam bentuk yang sama."
        )
        raise ParseError(0, "other_layout", message)


def _refuse_other_layout(file: ImportedFile, account: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_OTHER_LAYOUT, {"profile": file.profile, "account": account, "file": file.pk})
        found = cursor.fetchone()
    if found:
        name, day = found
        message = (
            f"Mutasi rekening {account} tanggal {day:%d/%m/%Y} sudah ada dari berkas “{name[:60]}” dengan"
            " bentuk lain. Agar tidak terhitung dua kali, unggah hari itu dalam bentuk yang sama."
        )
        raise ParseError(0, "other_layout", message)


def _copy(file: ImportedFile, chunk: Sequence[Parsed]) -> None:
    statement = _COPY.format(stage=_stage_of(file))
    with connection.cursor() as cursor, cursor.copy(statement) as writer:
        for item in chunk:
            if isinstance(item, SettlementRow | StatementRow):
                writer.write_row((file.pk, *_staged(item)))


def _staged(row: SettlementRow | StatementRow) -> Sequence[Any]:
    if isinstance(row, SettlementRow):
        return (
            *(row.line_no, row.raw, row.digest, row.trx_time, row.settlement_date, row.batch_no, row.nmid),
            *(row.merchant_pan, row.terminal_id, row.rrn, row.bill_no, row.reference_no),
            *(row.partner_reference_no, row.issuer_code, row.gross, row.mdr, row.net, row.status),
        )
    return (
        *(row.line_no, row.raw, row.digest, row.post_date, row.effective_date, row.account),
        *(row.description, row.debit, row.credit, row.balance, row.reference_no),
    )


def _make_batches(file: ImportedFile) -> None:
    """The batches that the staged lines name and that are new, with the rules of their settlement day."""
    with connection.cursor() as cursor:
        cursor.execute(_BATCHES, {"file": file.pk})
        staged: list[tuple[str, str, date]] = cursor.fetchall()
    by_day: dict[date, list[tuple[str, str]]] = {}
    for batch_no, nmid, day in staged:
        by_day.setdefault(day, []).append((batch_no, nmid))
    for day, batches in by_day.items():
        _make_batches_of(file.profile, day, batches)


def _make_batches_of(profile: str, day: date, batches: Sequence[tuple[str, str]]) -> None:
    percent = Decimal(str(rules.value(days.MDR_PERCENT, day)))
    due = days.credit_due(day)
    owners = accounts.owners({nmid for _, nmid in batches}, day)
    rows = []
    for batch_no, nmid in batches:
        opd_id, point, account = owners.get(nmid, (None, "", ""))
        rows.append(
            SettlementBatch(
                profile=profile,
                batch_no=batch_no,
                nmid=nmid,
                settlement_date=day,
                opd_id=opd_id,
                point=point,
                account=account,
                due_on=due,
                mdr_percent=percent,
            )
        )
    SettlementBatch.objects.bulk_create(rows, ignore_conflicts=True)
