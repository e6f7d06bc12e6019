"""What the database refuses, whoever asks."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from opd.planning import services
from opd.planning.models import PurseKind
from tests.planning import files
from tests.planning.test_sipd import bring_rows
from tests.planning.world import AT, DAY, line, purses, rp

pytestmark = pytest.mark.django_db
APPEND_ONLY = ["dpa", "lineversion", "spd", "spdline", "upgrant", "pursemovement", "correction"]
KEPT = ["budgetline", "purse", "hold", "planfile", "sipdrow"]


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE refuses earlier where checks are pending
        cursor.execute(statement)


@pytest.fixture
def budget() -> None:
    """One of everything: a realised and corrected hold, a released one, an active one, a counted SIPD row."""
    at_line = line(1_000_000, months=dict.fromkeys(range(1, 13), 100_000))
    purses()
    for key in ("realised", "released", "active"):
        services.hold(
            key=key, line_id=at_line.pk, amount=rp(1_000), on=DAY, purse=PurseKind.UP_CASH, by=None, at=AT
        )
    services.realise(key="realised", amount=rp(900), on=DAY, by=None, at=AT)
    services.correct_realisation(
        key="realised", correction_key="c", amount=rp(100), reason="Kembali", by=None, at=AT
    )
    services.release(key="released", reason="Batal", by=None, at=AT)
    rows = bring_rows(files.reported(5_000))
    services.count_row(row_id=rows[0].pk, reason="Tunai", by=None, at=AT)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_documents_and_movements_only_grow(budget: None, table: str) -> None:
    for statement in (
        "DELETE FROM planning_{}",
        "TRUNCATE planning_{} CASCADE",
        "UPDATE planning_{} SET id = id",
    ):
        with pytest.raises(DatabaseError, match="ditolak"):
            run(statement.format(table))


@pytest.mark.parametrize("table", KEPT)
def test_nothing_is_deleted(budget: None, table: str) -> None:
    for statement in ("DELETE FROM planning_{}", "TRUNCATE planning_{} CASCADE"):
        with pytest.raises(DatabaseError, match="ditolak"):
            run(statement.format(table))


@pytest.mark.parametrize(
    "change",
    [
        "hold SET amount = amount + 1 WHERE state = 'active'",
        "hold SET line_id = NULL WHERE state = 'active'",
        "hold SET state = 'active', closed_at = NULL WHERE state = 'released'",
        "hold SET state = 'active', closed_at = NULL, realised_amount = NULL, realised_date = NULL"
        " WHERE state = 'realised'",
        "hold SET realised_amount = realised_amount + 1 WHERE state = 'realised'",
        "hold SET realised_date = realised_date + 1 WHERE state = 'realised'",
        "budgetline SET kode_rekening = '5.1.02.01.01.9999'",
        "sipdrow SET amount = amount + 1",
        "sipdrow SET raw = '{}'",
        "planfile SET name = 'lain'",
        "planfile SET state = 'draft'",
    ],
)
def test_facts_cannot_be_rewritten(budget: None, change: str) -> None:
    with pytest.raises(DatabaseError, match=r"tidak dapat|hanya dapat berkurang"):
        run(f"UPDATE planning_{change}")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("budgetline SET held = -1", "planning_line_counters_not_negative"),
        ("budgetline SET realised = -1", "planning_line_counters_not_negative"),
        ("budgetline SET held = pagu + 1, released = pagu + 1", "planning_line_within_pagu"),
        ("budgetline SET released = 0", "planning_line_within_released"),
        ('purse SET used = "limit" + 1', "planning_purse_within_limit"),
        ("purse SET used = -1", "planning_purse_within_limit"),
        ("cashplan SET month = 13", "planning_cash_plan_month"),
        ("cashplan SET month = 1", "planning_cash_plan_once"),
        ("hold SET realised_amount = 1, realised_date = now() WHERE state = 'active'", "realised_within"),
        ("hold SET closed_at = now() WHERE state = 'active'", "planning_hold_closed_has_time"),
        ("sipdrow SET state = 'matched'", "planning_sipd_matched_has_hold"),
        ("sipdrow SET line_id = NULL", "planning_sipd_counted_has_line"),
        ("sipdrow SET decided_at = NULL", "planning_sipd_decided_has_time"),
    ],
)
def test_each_constraint_refuses(budget: None, change: str, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        run(f"UPDATE planning_{change}")


@pytest.mark.parametrize(
    ("table", "constraint", "change"),
    [
        ("budgetline", "planning_line_once", {}),
        ("hold", "planning_hold_key", {"id": "gen_random_uuid()"}),
        ("hold", "planning_hold_positive", {"id": "gen_random_uuid()", "key": "'x'", "amount": "0"}),
        ("dpa", "planning_dpa_stage_once", {}),
        ("lineversion", "planning_version_once", {}),
        ("lineversion", "planning_version_not_negative", {"pagu": "-1"}),
        ("spd", "planning_spd_number_once", {}),
        ("spd", "planning_spd_period", {"number": "'x'", "period_to_month": "13"}),
        ("spdline", "planning_spd_line_once", {}),
        ("upgrant", "planning_up_once_per_start", {}),
        ("upgrant", "planning_up_sane", {"kkpd_percent": "101", "valid_from": "'2026-12-01'"}),
        ("purse", "planning_purse_once", {}),
        ("pursemovement", "planning_pursemovement_key", {}),
        ("pursemovement", "planning_movement_moves", {"key": "'x'", "amount": "0"}),
        ("correction", "planning_correction_key", {}),
        ("correction", "planning_correction_positive", {"key": "'x'", "amount": "0"}),
        ("planfile", "planning_file_saved_once", {}),
        ("sipdrow", "planning_sipd_row_once", {}),
    ],
)
def test_no_row_enters_twice_or_senseless(
    budget: None, table: str, constraint: str, change: dict[str, str]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(quote_ident(column_name::text)) FROM information_schema.columns"
            " WHERE table_name = %s AND column_name <> ALL(%s)",
            [f"planning_{table}", [*change, "id"]],
        )
        (columns,) = cursor.fetchone()
    into = ", ".join([*columns, *change])
    values = ", ".join([*columns, *change.values()])
    statement = f"INSERT INTO planning_{table} ({into}) SELECT {values} FROM planning_{table} LIMIT 1"
    with pytest.raises(IntegrityError, match=constraint):
        run(statement)
