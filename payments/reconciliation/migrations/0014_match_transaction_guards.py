"""Every match carries the transaction that stored it, so that a sealed block says which matches it knew.

A set that names its transaction itself pays for one look at the end, not for one a row; another number than
the running one is refused. What was matched before this migration counts as known from the first block that
was sealed after its ``matched_at``: near, not exact, for a block that was being sealed at that very moment.
"""

from django.db import migrations

TABLES = ("match", "creditmatch", "directcredit")
FUNCTIONS = """
CREATE FUNCTION reconciliation_stamp_match() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    NEW.xid := pg_current_xact_id()::text::bigint + ledger_xid_offset();
    RETURN NEW;
END
$$;
CREATE FUNCTION reconciliation_check_stamps() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE
    now_xid bigint := pg_current_xact_id()::text::bigint + ledger_xid_offset();
BEGIN
    IF EXISTS (SELECT FROM fresh WHERE xid <> now_xid) THEN
        RAISE EXCEPTION '%: nomor transaksi bukan yang sedang berjalan', TG_TABLE_NAME USING ERRCODE = 'RC002';
    END IF;
    RETURN NULL;
END
$$;
"""
OF_EACH = """
UPDATE reconciliation_{table} AS m
SET xid = (SELECT coalesce(max(b.upto_xid), 0) FROM ledger_block AS b WHERE b.made_at <= m.matched_at);
CREATE TRIGGER {table}_stamp BEFORE INSERT ON reconciliation_{table}
    FOR EACH ROW WHEN (NEW.xid = 0) EXECUTE FUNCTION reconciliation_stamp_match();
CREATE TRIGGER {table}_stamps AFTER INSERT ON reconciliation_{table}
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_check_stamps();
ALTER TABLE reconciliation_{table} ENABLE ALWAYS TRIGGER {table}_stamp;
ALTER TABLE reconciliation_{table} ENABLE ALWAYS TRIGGER {table}_stamps;
"""
LOOSE = "ALTER TABLE reconciliation_creditmatch DISABLE TRIGGER reconciliation_creditmatch_append_only;"
FIRM = "ALTER TABLE reconciliation_creditmatch ENABLE ALWAYS TRIGGER reconciliation_creditmatch_append_only;"
GUARD = """
DROP TRIGGER {table}_original ON reconciliation_{table};
CREATE TRIGGER {table}_original
    BEFORE UPDATE ON reconciliation_{table} FOR EACH ROW
    WHEN (
        ({fixed_old}) IS DISTINCT FROM ({fixed_new})
        OR (OLD.credited_journal IS NOT NULL AND
            (OLD.credited_journal, OLD.credited_on) IS DISTINCT FROM (NEW.credited_journal, NEW.credited_on))
        OR ({revenue} AND OLD.revenue_journal IS DISTINCT FROM NEW.revenue_journal)
    )
    EXECUTE FUNCTION reconciliation_refuse_loss();
ALTER TABLE reconciliation_{table} ENABLE ALWAYS TRIGGER {table}_original;
"""
MATCH = ("payment_id", "line_id", "rule", "agrees", "matched_at")
DIRECT = ("payment_id", "line_id", "matched_at")


def guard(table: str, names: tuple[str, ...], revenue: str) -> str:
    old, new = (", ".join(f"{side}.{name}" for name in names) for side in ("OLD", "NEW"))
    return GUARD.format(table=table, fixed_old=old, fixed_new=new, revenue=revenue)


FORWARD = "".join(
    [
        FUNCTIONS,
        LOOSE,
        *(OF_EACH.format(table=table) for table in TABLES),
        FIRM,
        guard("match", (*MATCH, "xid"), "OLD.revenue_journal IS NOT NULL"),
        guard("directcredit", (*DIRECT, "xid"), "OLD.credited_journal IS NOT NULL"),
    ]
)
BACKWARD = "".join(
    [
        guard("match", MATCH, "OLD.revenue_journal IS NOT NULL"),
        guard("directcredit", DIRECT, "OLD.credited_journal IS NOT NULL"),
        *(f"DROP TRIGGER {table}_stamps ON reconciliation_{table};" for table in TABLES),
        *(f"DROP TRIGGER {table}_stamp ON reconciliation_{table};" for table in TABLES),
        "DROP FUNCTION reconciliation_check_stamps(); DROP FUNCTION reconciliation_stamp_match();",
    ]
)


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0013_match_transactions"), ("ledger", "0007_periods")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
