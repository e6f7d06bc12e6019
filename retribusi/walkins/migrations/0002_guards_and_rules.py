"""What was counted or seen stays; how long money may take to RKUD is dated."""

from datetime import date

from django.db import migrations

from opd.office.rules import define

GUARDS = """
CREATE TRIGGER walkins_headcount_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON walkins_headcount
    FOR EACH STATEMENT EXECUTE FUNCTION opd_refuse_change();
CREATE TRIGGER walkins_sighting_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON walkins_sighting
    FOR EACH STATEMENT EXECUTE FUNCTION opd_refuse_change();
CREATE TRIGGER walkins_phantomcase_kept
    BEFORE DELETE OR TRUNCATE ON walkins_phantomcase
    FOR EACH STATEMENT EXECUTE FUNCTION opd_refuse_change();

-- A correction is of the same place, day and hour; a day is counted whole or by the hour, never both.
CREATE FUNCTION walkins_guard_headcount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.corrects_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM walkins_headcount c WHERE c.id = NEW.corrects_id AND c.point_id = NEW.point_id
           AND c.day = NEW.day AND c.hour IS NOT DISTINCT FROM NEW.hour) THEN
        RAISE EXCEPTION 'koreksi hitungan bukan untuk jam yang sama' USING ERRCODE = 'WA001';
    END IF;
    IF EXISTS (SELECT FROM walkins_headcount c WHERE c.point_id = NEW.point_id AND c.day = NEW.day
                  AND (c.hour IS NULL) <> (NEW.hour IS NULL)) THEN
        RAISE EXCEPTION 'hari ini sudah dihitung dengan cara lain' USING ERRCODE = 'WA001';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER walkins_headcount_guard BEFORE INSERT ON walkins_headcount
    FOR EACH ROW EXECUTE FUNCTION walkins_guard_headcount();

-- A case: what merchant it is about is fixed, and a closed one stays closed.
CREATE FUNCTION walkins_guard_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['opd_id', 'point_id', 'state', 'finding', 'closed_at'];
BEGIN
    IF OLD.state = 'closed' OR to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose THEN
        RAISE EXCEPTION 'kasus % tidak dapat diubah', OLD.number USING ERRCODE = 'WA002';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER walkins_phantomcase_guard BEFORE UPDATE ON walkins_phantomcase
    FOR EACH ROW EXECUTE FUNCTION walkins_guard_case();

DO $$
DECLARE
    guard record;
BEGIN
    FOR guard IN SELECT tgrelid::regclass AS tbl, tgname FROM pg_trigger WHERE tgname LIKE 'walkins!_%' ESCAPE '!' LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', guard.tbl, guard.tgname);
    END LOOP;
END
$$;
"""
UNGUARD = """
DROP TRIGGER walkins_phantomcase_guard ON walkins_phantomcase;
DROP TRIGGER walkins_phantomcase_kept ON walkins_phantomcase;
DROP TRIGGER walkins_sighting_append_only ON walkins_sighting;
DROP TRIGGER walkins_headcount_guard ON walkins_headcount;
DROP TRIGGER walkins_headcount_append_only ON walkins_headcount;
DROP FUNCTION walkins_guard_case();
DROP FUNCTION walkins_guard_headcount();
"""


def forward(apps, schema_editor):
    define(
        apps,
        key="retribusi.deposit_working_days",
        value=1,
        valid_from=date(2021, 1, 1),
        legal_basis="Permendagri 77/2020 (penerimaan disetor ke RKUD paling lambat satu hari), dibaca bersama "
        "perjanjian dengan bank penerima QRIS",
    )


class Migration(migrations.Migration):
    dependencies = [("walkins", "0001_initial"), ("opd", "0002_append_only"), ("office", "0001_initial")]
    operations = [
        migrations.RunSQL(GUARDS, UNGUARD),
        migrations.RunPython(forward, migrations.RunPython.noop),
    ]
