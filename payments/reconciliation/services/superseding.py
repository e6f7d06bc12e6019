"""A file takes the place of an older one: what the bank corrected stops counting, what it repeats goes on.

The rule stands in SQL (``reconciliation_orphaned_…``): a line stops counting once no file in force brings it.
It then names itself in ``same_as``, so that everything that counts lines (``same_as IS NULL``) leaves it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from opd import access, audit
from opd.models import User
from opd.office import queue
from payments.reconciliation import sources
from payments.reconciliation.models import (
    ExceptionEvent,
    ExceptionState,
    FileState,
    ImportedFile,
    ReconciliationException,
)
from payments.reconciliation.services import story
from payments.reconciliation.services.lock import take_turn

_SETTLED = """
    SELECT count(*), coalesce(sum(l.gross), 0),
           count(*) FILTER (WHERE m.id IS NOT NULL), count(*) FILTER (WHERE m.id IS NULL AND b.credited > 0)
    FROM reconciliation_settlementline AS l
    JOIN reconciliation_settlementbatch AS b ON b.id = l.batch_id
    LEFT JOIN reconciliation_match AS m ON m.line_id = l.id AND m.undone_at IS NULL
    WHERE l.id IN (SELECT reconciliation_orphaned_settlementline(%s))
"""
_STATED = """
    SELECT count(*), coalesce(sum(l.credit - l.debit), 0),
           count(*) FILTER (WHERE m.id IS NOT NULL OR d.id IS NOT NULL), 0
    FROM reconciliation_statementline AS l
    LEFT JOIN reconciliation_creditmatch AS m ON m.line_id = l.id AND m.undone_at IS NULL
    LEFT JOIN reconciliation_directcredit AS d ON d.line_id = l.id AND d.undone_at IS NULL
    WHERE l.id IN (SELECT reconciliation_orphaned_statementline(%s))
"""
_BATCHES_OF = """
    SELECT DISTINCT batch_id FROM reconciliation_settlementline
    WHERE id IN (SELECT reconciliation_orphaned_settlementline(%s))
"""
_BATCH_TOTALS = """
    UPDATE reconciliation_settlementbatch AS b
    SET count = t.count, gross = t.gross, mdr = t.mdr, net = t.net, expected_mdr = t.expected
    FROM (
        SELECT own.id, count(l.id) AS count, coalesce(sum(l.gross), 0) AS gross,
               coalesce(sum(l.mdr), 0) AS mdr, coalesce(sum(l.net), 0) AS net,
               coalesce(sum(round(l.gross * own.mdr_percent / 100, 2)), 0) AS expected
        FROM reconciliation_settlementbatch AS own
        LEFT JOIN reconciliation_settlementline AS l ON l.batch_id = own.id AND l.same_as_id IS NULL
        WHERE own.id = ANY(%s)
        GROUP BY own.id
    ) AS t
    WHERE b.id = t.id
"""
_WITHOUT_CAUSE = """
    SELECT e.id FROM reconciliation_reconciliationexception AS e
    LEFT JOIN reconciliation_settlementline AS l ON l.id = e.settlement_line_id
    LEFT JOIN reconciliation_statementline AS s ON s.id = e.statement_line_id
    LEFT JOIN reconciliation_settlementbatch AS b ON b.id = e.batch_id
    WHERE e.state = 'open'
      AND (l.same_as_id = l.id OR s.same_as_id = s.id OR (b.id = ANY(%s) AND b.count = 0))
"""
_SIDES = {sources.SourceKind.SETTLEMENT: _SETTLED, sources.SourceKind.STATEMENT: _STATED}


class SupersedeError(Exception):
    """The file cannot be superseded like this; nothing was changed. The message is for the person."""


@dataclass(frozen=True)
class Effect:
    """What superseding would do: lines that stop counting, their sum (rupiah: gross, or credits less debits).

    ``matched`` of them are matched with our payments or batches, ``credited`` more are part of a batch whose
    money came already: both stand in the way.
    """

    withdrawn: int = 0
    amount: Decimal = Decimal(0)
    matched: int = 0
    credited: int = 0

    @property
    def problem(self) -> str:
        """Why it cannot be done; empty where it can."""
        told = []
        if self.matched:
            told.append(f"{self.matched} barisnya sudah dicocokkan")
        if self.credited:
            told.append(f"{self.credited} barisnya bagian dari batch yang dananya sudah masuk")
        if not told:
            return ""
        return (
            f"Berkas ini belum dapat diganti: {' dan '.join(told)}, dan tidak ada dalam berkas lain yang"
            " berlaku. Batalkan pencocokannya dahulu. Tidak ada yang berubah."
        )


def may_supersede(file: ImportedFile, user: User) -> bool:
    """Who may upload such files may say that one was replaced; of an unknown kind, who may upload any."""
    if file.is_waiting or file.state == FileState.SUPERSEDED:
        return False
    kinds = [sources.source(file.profile)] if file.profile else sources.sources()
    return any(access.allowed(user, source.permission) for source in kinds)


def successors(file: ImportedFile) -> list[ImportedFile]:
    """The files that may take its place, the newest first: uploaded later, of the same kind, in force."""
    newer = ImportedFile.objects.filter(pk__gt=file.pk).exclude(state=FileState.SUPERSEDED)
    of_kind = newer.filter(kind__in=[file.kind, ""]) if file.kind else newer
    return list(of_kind.order_by("-pk")[:50])


def effect(file: ImportedFile) -> Effect:
    """What would stop counting without this file. One that was never stored changes nothing."""
    if not file.loaded_at:
        return Effect()
    with connection.cursor() as cursor:
        cursor.execute(_SIDES[sources.SourceKind(file.kind)], [file.pk])
        return Effect(*cursor.fetchone())


def supersede(*, file_id: int, successor_id: int, reason: str, by: User, at: datetime) -> ImportedFile:
    """A newer file takes the place of this one. Lines that no file in force brings stop counting, for good.

    Raises SupersedeError where one of them is matched or its batch was paid out, where the file is still
    worked on or was superseded already, where the successor is not newer, not of its kind or superseded
    itself, and without a reason; PermissionDenied without the right to upload such files.
    """
    reason = " ".join(reason.split())[:300]
    if len(reason) < 5:
        raise SupersedeError("Tulis alasannya, misalnya “bank mengirim berkas koreksi 25/11”.")
    with transaction.atomic():
        take_turn()
        file = ImportedFile.objects.select_for_update(of=("self",)).get(pk=file_id)
        if file.is_waiting or file.state == FileState.SUPERSEDED:
            raise SupersedeError("Berkas ini masih dikerjakan atau sudah diganti. Tidak ada yang berubah.")
        if not may_supersede(file, by):
            raise PermissionDenied("Menyatakan berkas diganti adalah tugas yang mengunggahnya.")
        successor = next((one for one in successors(file) if one.pk == successor_id), None)
        if successor is None:
            raise SupersedeError("Penggantinya harus berkas sejenis yang diunggah sesudahnya dan berlaku.")
        found = effect(file)
        if found.problem:
            raise SupersedeError(found.problem)
        before = {"state": file.state}
        batches = _batches(file)
        file.state, file.superseded_by, file.superseded_at = FileState.SUPERSEDED, successor, at
        file.superseded_by_user, file.supersede_reason = by, reason
        file.save()
        _withdraw(file, batches)
        _close(batches, f"Berkas diganti: {reason}", by, at)
        after = {"state": file.state, "successor": successor.pk, "withdrawn": found.withdrawn}
        audit.record("bank_file.supersede", file, by=by, at=at, before=before, after=after, reason=reason)
        queue.nudge("reconciliation.match_open")
    return file


def _batches(file: ImportedFile) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_BATCHES_OF, [file.pk])
        return [row[0] for row in cursor.fetchall()]


def _withdraw(file: ImportedFile, batches: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reconciliation_withdraw(%s)", [file.pk])
        cursor.execute(_BATCH_TOTALS, [batches])


def _close(batches: list[int], reason: str, by: User, at: datetime) -> None:
    """Explain the open differences whose line or batch is gone."""
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_CAUSE, [batches])
        ids = [row[0] for row in cursor.fetchall()]
    for row in ReconciliationException.objects.filter(pk__in=ids, state=ExceptionState.OPEN):
        row.state, row.reason, row.closed_at, row.closed_by = ExceptionState.EXPLAINED, reason, at, by
        row.save()
        story.enter(row, ExceptionEvent.Kind.EXPLAINED, text=reason, by=by, at=at)
        after = {"state": row.state, "cause": row.cause}
        audit.record(
            "exception.explain", row, by=by, at=at, before={"state": "open"}, after=after, reason=reason
        )
