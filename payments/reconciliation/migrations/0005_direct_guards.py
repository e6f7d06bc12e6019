"""A virtual account's credit stays with its payment; its journals are noted once."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER directcredit_stays
    BEFORE DELETE OR TRUNCATE ON reconciliation_directcredit
    FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_refuse_loss();
CREATE TRIGGER directcredit_original
    BEFORE UPDATE ON reconciliation_directcredit FOR EACH ROW
    WHEN (
        (OLD.payment_id, OLD.line_id, OLD.matched_at)
            IS DISTINCT FROM (NEW.payment_id, NEW.line_id, NEW.matched_at)
        OR (OLD.credited_journal IS NOT NULL AND
            (OLD.credited_journal, OLD.revenue_journal, OLD.credited_on)
                IS DISTINCT FROM (NEW.credited_journal, NEW.revenue_journal, NEW.credited_on))
    )
    EXECUTE FUNCTION reconciliation_refuse_loss();
ALTER TABLE reconciliation_directcredit ENABLE ALWAYS TRIGGER directcredit_stays;
ALTER TABLE reconciliation_directcredit ENABLE ALWAYS TRIGGER directcredit_original;
"""
BACKWARD = """
DROP TRIGGER directcredit_original ON reconciliation_directcredit;
DROP TRIGGER directcredit_stays ON reconciliation_directcredit;
"""


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0004_direct_credits")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
