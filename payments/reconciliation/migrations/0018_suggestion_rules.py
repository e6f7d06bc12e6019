"""Decisions on suggestions stay; the bounds of what is offered, as shipped, to be confirmed by the province."""

from datetime import date

from django.db import migrations

from opd.office import rules

START = date(2020, 1, 1)
ASSUMED = "Asumsi, bukan ketentuan: usulan saja, selalu ditegaskan petugas"
FORWARD = """
CREATE TRIGGER suggestion_stays
    BEFORE DELETE OR TRUNCATE ON reconciliation_suggestion
    FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_refuse_loss();
CREATE TRIGGER suggestion_original
    BEFORE UPDATE ON reconciliation_suggestion FOR EACH ROW
    WHEN (
        (OLD.kind, OLD.key, OLD.payment_id, OLD.settlement_line_id, OLD.batches, OLD.credits, OLD.found_at)
        IS DISTINCT FROM
        (NEW.kind, NEW.key, NEW.payment_id, NEW.settlement_line_id, NEW.batches, NEW.credits, NEW.found_at)
        OR (OLD.state <> 'open' AND (OLD.state, NEW.state) <> ('rejected', 'stale'))
        OR (OLD.decided_at IS NOT NULL AND (OLD.decided_at, OLD.decided_by_id, OLD.reason)
            IS DISTINCT FROM (NEW.decided_at, NEW.decided_by_id, NEW.reason))
    )
    EXECUTE FUNCTION reconciliation_refuse_loss();
ALTER TABLE reconciliation_suggestion ENABLE ALWAYS TRIGGER suggestion_stays;
ALTER TABLE reconciliation_suggestion ENABLE ALWAYS TRIGGER suggestion_original;
"""
BACKWARD = """
DROP TRIGGER suggestion_original ON reconciliation_suggestion;
DROP TRIGGER suggestion_stays ON reconciliation_suggestion;
"""


def load(apps, schema_editor):
    values = {
        "reconciliation.suggestion_minutes": 30,
        "reconciliation.suggestion_days": 7,
        "reconciliation.suggestion_parts": 4,
        "reconciliation.credit_tolerance": "5000",
        "reconciliation.credit_tolerance_percent": "5",
    }
    for key, value in values.items():
        rules.define(apps, key=key, value=value, valid_from=START, legal_basis=ASSUMED)


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0017_suggestions"), ("office", "0001_initial")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
