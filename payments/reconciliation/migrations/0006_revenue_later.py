"""The revenue journal of a match may come after its credit, once: money recognised as levy only then."""

from django.db import migrations

TRIGGER = """
DROP TRIGGER match_original ON reconciliation_match;
CREATE TRIGGER match_original
    BEFORE UPDATE ON reconciliation_match FOR EACH ROW
    WHEN (
        (OLD.payment_id, OLD.line_id, OLD.rule, OLD.agrees, OLD.matched_at)
            IS DISTINCT FROM (NEW.payment_id, NEW.line_id, NEW.rule, NEW.agrees, NEW.matched_at)
        OR (OLD.credited_journal IS NOT NULL AND
            (OLD.credited_journal, OLD.credited_on) IS DISTINCT FROM (NEW.credited_journal, NEW.credited_on))
        OR ({revenue} AND OLD.revenue_journal IS DISTINCT FROM NEW.revenue_journal)
    )
    EXECUTE FUNCTION reconciliation_refuse_loss();
ALTER TABLE reconciliation_match ENABLE ALWAYS TRIGGER match_original;
"""
FORWARD = TRIGGER.format(revenue="OLD.revenue_journal IS NOT NULL")
BACKWARD = TRIGGER.format(revenue="OLD.credited_journal IS NOT NULL")


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0005_direct_guards"), ("incoming", "0010_recognition_guards")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
