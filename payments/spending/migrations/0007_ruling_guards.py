"""A ruling is decided once and a contradiction closed once; their facts stay. And how long the bank may wait."""

from datetime import date

from django.db import migrations

from opd.office import rules

START = date(2020, 1, 1)
FORWARD = """
CREATE FUNCTION spending_guard_ruling() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'decided_by_id', 'decided_at', 'reason'];
BEGIN
    IF OLD.state <> 'proposed' OR to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose THEN
        RAISE EXCEPTION 'kepastian hasil bayar % tidak dapat diubah', OLD.id USING ERRCODE = 'SP005';
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION spending_guard_contradiction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['closed_at', 'closed_by_id', 'reason'];
BEGIN
    IF OLD.closed_at IS NOT NULL OR to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose THEN
        RAISE EXCEPTION 'kabar bank yang berlawanan % tidak dapat diubah', OLD.id USING ERRCODE = 'SP005';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER spending_ruling_kept BEFORE DELETE OR TRUNCATE ON spending_ruling
    FOR EACH STATEMENT EXECUTE FUNCTION spending_refuse_change();
CREATE TRIGGER spending_ruling_guard BEFORE UPDATE ON spending_ruling
    FOR EACH ROW EXECUTE FUNCTION spending_guard_ruling();
CREATE TRIGGER spending_contradiction_kept BEFORE DELETE OR TRUNCATE ON spending_contradiction
    FOR EACH STATEMENT EXECUTE FUNCTION spending_refuse_change();
CREATE TRIGGER spending_contradiction_guard BEFORE UPDATE ON spending_contradiction
    FOR EACH ROW EXECUTE FUNCTION spending_guard_contradiction();
ALTER TABLE spending_ruling ENABLE ALWAYS TRIGGER spending_ruling_kept;
ALTER TABLE spending_ruling ENABLE ALWAYS TRIGGER spending_ruling_guard;
ALTER TABLE spending_contradiction ENABLE ALWAYS TRIGGER spending_contradiction_kept;
ALTER TABLE spending_contradiction ENABLE ALWAYS TRIGGER spending_contradiction_guard;
"""
BACKWARD = """
DROP TRIGGER spending_ruling_kept ON spending_ruling;
DROP TRIGGER spending_ruling_guard ON spending_ruling;
DROP TRIGGER spending_contradiction_kept ON spending_contradiction;
DROP TRIGGER spending_contradiction_guard ON spending_contradiction;
DROP FUNCTION spending_guard_ruling();
DROP FUNCTION spending_guard_contradiction();
"""


def load(apps, schema_editor):
    rules.define(
        apps,
        key="spending.stuck_hours",
        value=24,
        valid_from=START,
        legal_basis="Kebijakan internal, perlu konfirmasi: lama menunggu jawaban bank sebelum hasil pembayaran"
        " boleh dipastikan dengan surat bank atau rekening koran",
    )
    rules.define(
        apps,
        key="spending.recheck_days",
        value=14,
        valid_from=START,
        legal_basis="Kebijakan internal, perlu konfirmasi: lama bank masih ditanya sesudah hasil pembayaran"
        " dipastikan orang",
    )


class Migration(migrations.Migration):
    dependencies = [("spending", "0006_rulings"), ("office", "0001_initial")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
