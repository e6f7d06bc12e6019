"""``verify`` sees each harm that the guards would have refused."""

from __future__ import annotations

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from payments.reconciliation.models import ImportedFile
from payments.reconciliation.services import hours
from payments.reconciliation.verification import LAWS
from tests.reconciliation import files
from tests.reconciliation.files import Movement, Sale, credit_of
from tests.reconciliation.scene import Scene, imported


@pytest.fixture
def month(scene: Scene) -> None:
    """Two payments in RKUD, one line that only the bank knows."""
    sales = [scene.sold()[1], scene.sold(10_000, mdr=70_00)[1], Sale(rrn="111111111111", gross=700_000)]
    imported(files.settlement(*sales))
    imported(files.statement(Movement(credit=900), credit_of(*sales)))
    hours.roll()


def broken() -> set[str]:
    return {law.name.partition(".")[2] for law in LAWS if law.check().problems}


def harm(table: str, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_sound_books_pass_and_every_law_covers_rows(month: None) -> None:
    assert broken() == set()
    assert all(law.check().rows for law in LAWS)


@pytest.mark.django_db
def test_empty_room_passes() -> None:
    assert broken() == set()


R = "reconciliation_"


@pytest.mark.parametrize(
    ("table", "statement", "seen"),
    [
        (
            "settlementline",
            "UPDATE reconciliation_settlementline SET gross = 1, net = 1 WHERE line_no = 2",
            {"originals", "file_totals", "batch_totals", "matches_agree", "booked"},
        ),
        (
            "settlementline",
            "UPDATE reconciliation_settlementline SET gross = 1, net = 1 WHERE line_no = 4",
            {"originals", "file_totals", "batch_totals", "rkud"},
        ),
        (
            "statementline",
            "UPDATE reconciliation_statementline SET description = 'lain' WHERE line_no = 3",
            {"originals"},
        ),
        (
            "importedfile",
            'UPDATE reconciliation_importedfile SET totals = totals || \'{"net": "1", "credit": "1"}\'',
            {"file_totals"},
        ),
        (
            "settlementbatch",
            "UPDATE reconciliation_settlementbatch SET gross = gross + 1, net = net + 1",
            {"batch_totals"},
        ),
        (
            "match",
            "UPDATE reconciliation_match"
            " SET credited_journal = NULL, revenue_journal = NULL, credited_on = NULL",
            {"booked", "journals", "hours"},
        ),
        (
            "match",
            "UPDATE reconciliation_match SET credited_on = credited_on + 1",
            {"booked"},
        ),
        (
            "match",
            "DELETE FROM reconciliation_match WHERE rule = 'reference'",
            {"lines_accounted", "journals", "hours"},
        ),
        (
            "hoursum",
            "UPDATE reconciliation_hoursum SET levy = levy + 1",
            {"hours"},
        ),
        (
            "hoursum",
            "DELETE FROM reconciliation_hoursum",
            {"hours"},
        ),
        (
            "creditmatch",
            "DELETE FROM reconciliation_creditmatch",
            {"batch_totals"},
        ),
        (
            "reconciliationexception",
            "DELETE FROM reconciliation_reconciliationexception",
            {"lines_accounted"},
        ),
    ],
)
def test_harm_behind_the_guards_is_seen(month: None, table: str, statement: str, seen: set[str]) -> None:
    harm(R + table, statement)
    assert broken() == seen


def test_match_with_another_amount_needs_a_difference(scene: Scene) -> None:
    sale = scene.sold()[1]
    imported(files.settlement(sale).replace("5000.00", "6000.00"))
    assert broken() == set()
    harm(R + "reconciliationexception", "DELETE FROM reconciliation_reconciliationexception")
    assert broken() == {"matches_agree"}


def test_lost_original_is_seen(month: None) -> None:
    default_storage.delete(ImportedFile.objects.latest("pk").evidence.path)
    assert broken() == {"originals"}


def test_touched_original_is_seen(month: None) -> None:
    file = ImportedFile.objects.earliest("pk")
    with default_storage.open(file.evidence.path, "rb") as content:
        text = content.read()
    default_storage.delete(file.evidence.path)
    with default_storage.open(file.evidence.path, "wb") as content:
        content.write(text.replace(b"TRAILER,3", b"TRAILER,4"))
    assert broken() == {"originals"}
