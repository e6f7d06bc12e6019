"""A difference's story only grows; what was closed before begins its story with that."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER reconciliation_exceptionevent_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON reconciliation_exceptionevent
    FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_refuse_loss();
ALTER TABLE reconciliation_exceptionevent ENABLE ALWAYS TRIGGER reconciliation_exceptionevent_append_only;
INSERT INTO reconciliation_exceptionevent (exception_id, kind, text, at, by_id)
SELECT id, state, CASE state WHEN 'explained' THEN reason ELSE '' END, closed_at,
       CASE state WHEN 'explained' THEN closed_by_id END
FROM reconciliation_reconciliationexception WHERE state <> 'open' ORDER BY closed_at, id;
"""
BACKWARD = "DROP TRIGGER reconciliation_exceptionevent_append_only ON reconciliation_exceptionevent;"


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0010_desk")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
