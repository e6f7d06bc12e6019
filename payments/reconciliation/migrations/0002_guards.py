"""Nothing imported can be deleted, and a line stays as the bank wrote it.

The stages take lines by COPY and are empty outside a running import; the application may make no temporary
tables.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION reconciliation_refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% tidak boleh dihapus atau diubah: % ditolak', TG_TABLE_NAME, TG_OP USING ERRCODE = 'RC001';
END
$$;

CREATE TRIGGER reconciliation_settlementline_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON reconciliation_settlementline
    FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_refuse_loss();
CREATE TRIGGER reconciliation_statementline_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON reconciliation_statementline
    FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_refuse_loss();
CREATE TRIGGER reconciliation_creditmatch_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON reconciliation_creditmatch
    FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_refuse_loss();
CREATE TRIGGER importedfile_stays
    BEFORE DELETE OR TRUNCATE ON reconciliation_importedfile
    FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_refuse_loss();
CREATE TRIGGER settlementbatch_stays
    BEFORE DELETE OR TRUNCATE ON reconciliation_settlementbatch
    FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_refuse_loss();
CREATE TRIGGER match_stays
    BEFORE DELETE OR TRUNCATE ON reconciliation_match
    FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_refuse_loss();
CREATE TRIGGER exception_stays
    BEFORE DELETE OR TRUNCATE ON reconciliation_reconciliationexception
    FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_refuse_loss();

CREATE UNLOGGED TABLE reconciliation_settlementstage (
    file_id bigint NOT NULL, line_no integer NOT NULL, raw text NOT NULL, digest bytea NOT NULL,
    trx_time timestamptz NOT NULL, settlement_date date NOT NULL, batch_no text NOT NULL, nmid text NOT NULL,
    merchant_pan text NOT NULL, terminal_id text NOT NULL, rrn text NOT NULL, bill_no text NOT NULL,
    reference_no text NOT NULL, partner_reference_no text NOT NULL, issuer_code text NOT NULL,
    gross numeric NOT NULL, mdr numeric NOT NULL, net numeric NOT NULL, status text NOT NULL
);
CREATE UNLOGGED TABLE reconciliation_statementstage (
    file_id bigint NOT NULL, line_no integer NOT NULL, raw text NOT NULL, digest bytea NOT NULL,
    post_date date NOT NULL, effective_date date NOT NULL, account text NOT NULL, description text NOT NULL,
    debit numeric NOT NULL, credit numeric NOT NULL, balance numeric NOT NULL, reference_no text NOT NULL
);

CREATE TRIGGER importedfile_original
    BEFORE UPDATE ON reconciliation_importedfile FOR EACH ROW
    WHEN (
        (OLD.evidence_id, OLD.name, OLD.uploaded_at, OLD.by_id)
            IS DISTINCT FROM (NEW.evidence_id, NEW.name, NEW.uploaded_at, NEW.by_id)
        OR (OLD.loaded_at IS NOT NULL AND
            (OLD.profile, OLD.loaded_at, OLD.lines, OLD.totals, OLD.first_day, OLD.last_day, OLD.account)
                IS DISTINCT FROM
            (NEW.profile, NEW.loaded_at, NEW.lines, NEW.totals, NEW.first_day, NEW.last_day, NEW.account))
    )
    EXECUTE FUNCTION reconciliation_refuse_loss();
CREATE TRIGGER match_original
    BEFORE UPDATE ON reconciliation_match FOR EACH ROW
    WHEN (
        (OLD.payment_id, OLD.line_id, OLD.rule, OLD.agrees, OLD.matched_at)
            IS DISTINCT FROM (NEW.payment_id, NEW.line_id, NEW.rule, NEW.agrees, NEW.matched_at)
        OR (OLD.credited_journal IS NOT NULL AND
            (OLD.credited_journal, OLD.revenue_journal, OLD.credited_on)
                IS DISTINCT FROM (NEW.credited_journal, NEW.revenue_journal, NEW.credited_on))
    )
    EXECUTE FUNCTION reconciliation_refuse_loss();

ALTER TABLE reconciliation_settlementline ENABLE ALWAYS TRIGGER reconciliation_settlementline_append_only;
ALTER TABLE reconciliation_statementline ENABLE ALWAYS TRIGGER reconciliation_statementline_append_only;
ALTER TABLE reconciliation_creditmatch ENABLE ALWAYS TRIGGER reconciliation_creditmatch_append_only;
ALTER TABLE reconciliation_importedfile ENABLE ALWAYS TRIGGER importedfile_stays;
ALTER TABLE reconciliation_settlementbatch ENABLE ALWAYS TRIGGER settlementbatch_stays;
ALTER TABLE reconciliation_match ENABLE ALWAYS TRIGGER match_stays;
ALTER TABLE reconciliation_reconciliationexception ENABLE ALWAYS TRIGGER exception_stays;
ALTER TABLE reconciliation_importedfile ENABLE ALWAYS TRIGGER importedfile_original;
ALTER TABLE reconciliation_match ENABLE ALWAYS TRIGGER match_original;
"""
BACKWARD = """
DROP TABLE reconciliation_settlementstage, reconciliation_statementstage;
DROP TRIGGER match_original ON reconciliation_match;
DROP TRIGGER importedfile_original ON reconciliation_importedfile;
DROP TRIGGER exception_stays ON reconciliation_reconciliationexception;
DROP TRIGGER match_stays ON reconciliation_match;
DROP TRIGGER settlementbatch_stays ON reconciliation_settlementbatch;
DROP TRIGGER importedfile_stays ON reconciliation_importedfile;
DROP TRIGGER reconciliation_creditmatch_append_only ON reconciliation_creditmatch;
DROP TRIGGER reconciliation_statementline_append_only ON reconciliation_statementline;
DROP TRIGGER reconciliation_settlementline_append_only ON reconciliation_settlementline;
DROP FUNCTION reconciliation_refuse_loss();
"""


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
