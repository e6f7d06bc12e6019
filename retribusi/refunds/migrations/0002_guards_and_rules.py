"""What a payer wrote stays; how long a contact is kept."""

from datetime import date

from django.db import migrations

from opd.office.rules import define

GUARDS = """
CREATE FUNCTION refunds_guard_request() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'refund_id', 'answer', 'answered_at', 'answered_by_id', 'contact', 'contact_mask'];
    fading text[] := ARRAY['contact', 'contact_mask'];
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'permohonan pengembalian tidak dapat dihapus' USING ERRCODE = 'RF001';
    END IF;
    IF to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose
       OR (OLD.state <> 'new' AND to_jsonb(NEW) - fading IS DISTINCT FROM to_jsonb(OLD) - fading)
       OR (NEW.contact IS NOT NULL AND NEW.contact IS DISTINCT FROM OLD.contact) THEN
        RAISE EXCEPTION 'permohonan pengembalian % tidak dapat diubah', OLD.id USING ERRCODE = 'RF001';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER refunds_request_guard BEFORE UPDATE ON refunds_refundrequest
    FOR EACH ROW EXECUTE FUNCTION refunds_guard_request();
CREATE TRIGGER refunds_request_kept BEFORE DELETE OR TRUNCATE ON refunds_refundrequest
    FOR EACH STATEMENT EXECUTE FUNCTION refunds_guard_request();
ALTER TABLE refunds_refundrequest ENABLE ALWAYS TRIGGER refunds_request_guard;
ALTER TABLE refunds_refundrequest ENABLE ALWAYS TRIGGER refunds_request_kept;
"""
UNGUARD = """
DROP TRIGGER refunds_request_kept ON refunds_refundrequest;
DROP TRIGGER refunds_request_guard ON refunds_refundrequest;
DROP FUNCTION refunds_guard_request();
"""


def forward(apps, schema_editor):
    define(
        apps,
        key="refund.contact_days",
        value=365,
        valid_from=date(2021, 1, 1),
        legal_basis="UU 27/2022 (pelindungan data pribadi): disimpan selama perlu; lamanya perlu dikonfirmasi",
    )


class Migration(migrations.Migration):
    dependencies = [("refunds", "0001_initial"), ("office", "0001_initial")]
    operations = [
        migrations.RunSQL(GUARDS, UNGUARD),
        migrations.RunPython(forward, migrations.RunPython.noop),
    ]
