"""A match is undone once and stays as it was; so is what two were kept apart for. Nothing is deleted."""

from django.db import migrations

FIXED = {
    "match": "payment_id line_id rule agrees matched_at xid",
    "creditmatch": "batch_id line_id amount rule matched_at xid",
    "directcredit": "payment_id line_id matched_at xid",
}
UNDONE = "undone_at undone_by_id undo_reason undone_xid"
BOOKED = """
        OR (OLD.credited_journal IS NOT NULL AND
            (OLD.credited_journal, OLD.credited_on) IS DISTINCT FROM (NEW.credited_journal, NEW.credited_on))
        OR (OLD.undone_at IS NOT NULL AND (OLD.credited_journal, OLD.revenue_journal)
            IS DISTINCT FROM (NEW.credited_journal, NEW.revenue_journal))
        OR ({revenue} AND OLD.revenue_journal IS DISTINCT FROM NEW.revenue_journal)
"""
REVENUE = {
    "match": BOOKED.format(revenue="OLD.revenue_journal IS NOT NULL"),
    "creditmatch": "",
    "directcredit": BOOKED.format(revenue="OLD.credited_journal IS NOT NULL"),
}
GUARD = """
CREATE TRIGGER {table}_original
    BEFORE UPDATE ON reconciliation_{table} FOR EACH ROW
    WHEN (
        ({old}) IS DISTINCT FROM ({new})
        OR (OLD.undone_at IS NOT NULL AND ({undone_old}) IS DISTINCT FROM ({undone_new}))
        {booked}
    )
    EXECUTE FUNCTION reconciliation_refuse_loss();
CREATE TRIGGER {table}_undone
    BEFORE UPDATE ON reconciliation_{table} FOR EACH ROW
    WHEN (OLD.undone_at IS NULL AND NEW.undone_at IS NOT NULL)
    EXECUTE FUNCTION reconciliation_stamp_undone();
ALTER TABLE reconciliation_{table} ENABLE ALWAYS TRIGGER {table}_original;
ALTER TABLE reconciliation_{table} ENABLE ALWAYS TRIGGER {table}_undone;
"""


def of(side: str, names: str) -> str:
    return ", ".join(f"{side}.{name}" for name in names.split())


def guard(table: str) -> str:
    return GUARD.format(
        table=table, old=of("OLD", FIXED[table]), new=of("NEW", FIXED[table]),
        undone_old=of("OLD", UNDONE), undone_new=of("NEW", UNDONE), booked=REVENUE[table],
    )  # fmt: skip


FORWARD = f"""
CREATE FUNCTION reconciliation_stamp_undone() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    NEW.undone_xid := pg_current_xact_id()::text::bigint + ledger_xid_offset();
    RETURN NEW;
END
$$;
DROP TRIGGER reconciliation_creditmatch_append_only ON reconciliation_creditmatch;
UPDATE reconciliation_creditmatch AS m SET amount = s.credit
FROM reconciliation_statementline AS s WHERE s.id = m.line_id;
CREATE TRIGGER creditmatch_stays
    BEFORE DELETE OR TRUNCATE ON reconciliation_creditmatch
    FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_refuse_loss();
ALTER TABLE reconciliation_creditmatch ENABLE ALWAYS TRIGGER creditmatch_stays;
DROP TRIGGER match_original ON reconciliation_match;
DROP TRIGGER directcredit_original ON reconciliation_directcredit;
{"".join(guard(table) for table in FIXED)}
CREATE TRIGGER keptapart_stays
    BEFORE DELETE OR TRUNCATE ON reconciliation_keptapart
    FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_refuse_loss();
CREATE TRIGGER keptapart_original
    BEFORE UPDATE ON reconciliation_keptapart FOR EACH ROW
    WHEN (
        (OLD.payment_id, OLD.settlement_line_id, OLD.batch_id, OLD.statement_line_id, OLD.reason, OLD.at,
         OLD.by_id)
        IS DISTINCT FROM
        (NEW.payment_id, NEW.settlement_line_id, NEW.batch_id, NEW.statement_line_id, NEW.reason, NEW.at,
         NEW.by_id)
        OR (OLD.lifted_at IS NOT NULL AND
            (OLD.lifted_at, OLD.lifted_by_id) IS DISTINCT FROM (NEW.lifted_at, NEW.lifted_by_id))
    )
    EXECUTE FUNCTION reconciliation_refuse_loss();
ALTER TABLE reconciliation_keptapart ENABLE ALWAYS TRIGGER keptapart_stays;
ALTER TABLE reconciliation_keptapart ENABLE ALWAYS TRIGGER keptapart_original;
"""


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0015_undone_matches")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
