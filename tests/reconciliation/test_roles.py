"""The application's database role can do the room's work, and no more."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection

from payments.reconciliation.models import Match, ReconciliationException
from tests.ledger.roles import acting_as, make_roles
from tests.reconciliation import files
from tests.reconciliation.files import Movement, Sale, credit_of
from tests.reconciliation.scene import Scene, imported


def test_application_imports_matches_and_books(scene: Scene) -> None:
    known, lost = scene.sold()[1], scene.sale(scene.request())
    sales = [known, lost, Sale(rrn="111111111111", gross=700_000)]
    app, _, granted = make_roles()
    with acting_as(app):
        imported(files.settlement(*sales))
        imported(files.statement(Movement(credit=100), credit_of(*sales)))
        assert Match.objects.exclude(revenue_journal=None).count() == 2
        assert ReconciliationException.objects.get().kind == "missing_ours"
    assert {"reconciliation_settlementline", "reconciliation_statementline"} <= set(granted.append_only)


@pytest.mark.parametrize("table", ["settlementline", "statementline", "creditmatch"])
def test_application_cannot_touch_a_line(scene: Scene, table: str) -> None:
    app, *_ = make_roles()
    with (
        pytest.raises(DatabaseError, match=r"permission denied|tidak boleh dihapus"),
        acting_as(app),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM reconciliation_{table}")


def test_auditor_reads_everything_and_writes_nothing(scene: Scene) -> None:
    imported(files.settlement(scene.sold()[1]))
    _, auditor, _ = make_roles()
    with acting_as(auditor):
        assert Match.objects.count() == 1
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(auditor):
        Match.objects.update(agrees=True)
