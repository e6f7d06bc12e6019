"""What became of a file, in one sentence."""

from __future__ import annotations

from django.db import connection

from payments.reconciliation.models import ImportedFile
from payments.reconciliation.sources import SourceKind

_SETTLEMENT = """
    SELECT count(*), count(m.id), count(*) FILTER (WHERE l.same_as_id IS NOT NULL),
           count(*) FILTER (WHERE m.rule = 'recorded')
    FROM reconciliation_settlementline AS l
    LEFT JOIN reconciliation_match AS m ON m.line_id = coalesce(l.same_as_id, l.id) AND m.undone_at IS NULL
    WHERE l.file_id = %s
"""
_STATEMENT = """
    SELECT count(*), count(*) FILTER (WHERE m.found), count(*) FILTER (WHERE l.same_as_id IS NOT NULL),
           count(*) FILTER (WHERE NOT m.found AND l.credit > 0 AND (
               l.description LIKE 'QRIS SETTLEMENT %%'
               OR l.reference_no IN (SELECT batch_no FROM reconciliation_settlementbatch)
           ))
    FROM reconciliation_statementline AS l
    CROSS JOIN LATERAL (
        SELECT EXISTS (
            SELECT FROM reconciliation_creditmatch
            WHERE line_id = coalesce(l.same_as_id, l.id) AND undone_at IS NULL
        ) AS found
    ) AS m
    WHERE l.file_id = %s
"""


def of_file(file: ImportedFile) -> str:
    """ "214 transaksi: 210 cocok, 4 belum dikenali." """
    is_settlement = file.kind == SourceKind.SETTLEMENT
    with connection.cursor() as cursor:
        cursor.execute(_SETTLEMENT if is_settlement else _STATEMENT, [file.pk])
        lines, matched, repeated, other = cursor.fetchone()
    parts = _settlement(lines, matched, other) if is_settlement else _statement(lines, matched, other)
    if repeated:
        parts.append(f"{repeated} baris sudah ada dari berkas lain dan tidak dihitung lagi.")
    return " ".join(parts)


def _settlement(lines: int, matched: int, recorded: int) -> list[str]:
    if not lines:
        return ["Berkas ini tidak memuat transaksi."]
    if matched == lines:
        parts = [f"{lines} transaksi, semua cocok."]
    else:
        parts = [f"{lines} transaksi: {matched} cocok, {lines - matched} belum dikenali."]
    if recorded:
        parts.append(f"{recorded} pembayaran baru diketahui dari berkas ini.")
    return parts


def _statement(lines: int, matched: int, unknown: int) -> list[str]:
    others = lines - matched - unknown
    parts = [f"{matched + unknown} dana settlement" + (", semua cocok" if matched and not unknown else "")]
    if unknown:
        parts = [f"{parts[0]}: {matched} cocok, {unknown} belum dikenali"]
    return [parts[0] + (f"; {others} mutasi lain." if others else ".")]
