"""What came from a bank cannot be lost or touched up, whoever tries."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from payments.reconciliation.models import ImportedFile, Match
from tests.reconciliation import files
from tests.reconciliation.files import credit_of
from tests.reconciliation.scene import Scene, imported

TABLES = [
    *("importedfile", "settlementline", "statementline", "settlementbatch"),
    *("match", "creditmatch", "reconciliationexception"),
]


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE refuses earlier where checks are pending
        cursor.execute(statement)


@pytest.fixture
def reconciled(scene: Scene) -> None:
    _, sale = scene.sold()
    imported(files.settlement(sale))
    imported(files.statement(credit_of(sale)))


@pytest.mark.parametrize("table", TABLES)
def test_nothing_imported_can_be_deleted(reconciled: None, table: str) -> None:
    with pytest.raises(DatabaseError, match="tidak boleh dihapus"):
        run(f"DELETE FROM reconciliation_{table}")
    with pytest.raises(DatabaseError, match="tidak boleh dihapus"):
        run(f"TRUNCATE reconciliation_{table} CASCADE")


@pytest.mark.parametrize(
    "change",
    [
        "settlementline SET gross = gross + 1, net = net + 1",
        "statementline SET credit = credit + 1",
        "creditmatch SET rule = 'x'",
        "importedfile SET name = 'lain'",
        "importedfile SET lines = lines + 1",
        "importedfile SET totals = '{}'",
        "match SET agrees = false",
        "match SET credited_journal = 999",
        "match SET revenue_journal = NULL",
    ],
)
def test_nothing_imported_can_be_changed(reconciled: None, change: str) -> None:
    with pytest.raises(DatabaseError, match="tidak boleh dihapus atau diubah"):
        run(f"UPDATE reconciliation_{change}")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("match SET credited_on = NULL, credited_journal = NULL", "diubah"),
        ("settlementbatch SET net = net + 1", "batch_net"),
        ("settlementbatch SET credited_on = NULL", "batch_credited_has_day"),
        ("importedfile SET finished_at = NULL", "file_done_was_loaded"),
        ("importedfile SET first_day = '2027-01-01'", "diubah|file_days_in_order"),
    ],
)
def test_database_holds_the_rules_of_the_rows(reconciled: None, change: str, constraint: str) -> None:
    with pytest.raises(DatabaseError, match=constraint):
        run(f"UPDATE reconciliation_{change}")


def test_payment_and_line_match_once(reconciled: None) -> None:
    match = Match.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        Match.objects.create(
            payment=match.payment, line=match.line, rule="rrn", agrees=True, matched_at=match.matched_at
        )


def test_state_of_a_file_still_moves(reconciled: None) -> None:
    assert ImportedFile.objects.update(state="running", message="lagi") == 2


def test_stage_is_empty_after_an_import(reconciled: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM reconciliation_settlementstage)"
            " + (SELECT count(*) FROM reconciliation_statementstage)"
        )
        assert cursor.fetchone() == (0,)
