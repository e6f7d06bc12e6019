"""What the database refuses about virtual accounts, and how long their numbers are."""

from datetime import date

from django.db import migrations

from opd.office.rules import define

FORWARD = """
CREATE TRIGGER incoming_virtualaccount_kept
    BEFORE DELETE OR TRUNCATE ON incoming_virtualaccount
    FOR EACH STATEMENT EXECUTE FUNCTION incoming_refuse_change();

-- A virtual account: a number is its thing's for ever; its time may only grow; closed is final.
CREATE FUNCTION incoming_guard_va() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['expires_at', 'closed_at', 'closed_reason'];
BEGIN
    IF OLD.closed_at IS NOT NULL OR NEW.expires_at < OLD.expires_at
       OR to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose THEN
        RAISE EXCEPTION 'virtual account % tidak dapat diubah', OLD.number USING ERRCODE = 'IN006';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER incoming_virtualaccount_guard BEFORE UPDATE ON incoming_virtualaccount
    FOR EACH ROW EXECUTE FUNCTION incoming_guard_va();
ALTER TABLE incoming_virtualaccount ENABLE ALWAYS TRIGGER incoming_virtualaccount_kept;
ALTER TABLE incoming_virtualaccount ENABLE ALWAYS TRIGGER incoming_virtualaccount_guard;
"""
BACKWARD = """
DROP TRIGGER incoming_virtualaccount_guard ON incoming_virtualaccount;
DROP TRIGGER incoming_virtualaccount_kept ON incoming_virtualaccount;
DROP FUNCTION incoming_guard_va();
"""


def forward(apps, schema_editor):
    define(
        apps,
        key="va.number_length",
        value=16,
        valid_from=date(2024, 1, 1),
        legal_basis="Panjang nomor virtual account menurut bank; SNAP membolehkan sampai 28 (layanan 24 dan 25)",
    )


class Migration(migrations.Migration):
    dependencies = [("incoming", "0005_virtual_accounts"), ("office", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD), migrations.RunPython(forward, migrations.RunPython.noop)]
