"""What the database refuses, whoever asks: a number has one fate, and nothing of it is changed or taken away."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION karcis_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % ditolak', TG_TABLE_NAME, TG_OP USING ERRCODE = 'KA002';
END
$$;
CREATE TRIGGER karcis_batch_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON karcis_batch
    FOR EACH STATEMENT EXECUTE FUNCTION karcis_refuse_change();
CREATE TRIGGER karcis_use_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON karcis_use
    FOR EACH STATEMENT EXECUTE FUNCTION karcis_refuse_change();

-- Numbers of a series are received once; two who receive at the same moment wait for each other.
CREATE FUNCTION karcis_guard_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('karcis:' || NEW.opd_id || ':' || NEW.series, 0));
    IF EXISTS (SELECT FROM karcis_batch WHERE opd_id = NEW.opd_id AND series = NEW.series
               AND first <= NEW.last AND last >= NEW.first) THEN
        RAISE EXCEPTION 'nomor seri % sudah diterima', NEW.series USING ERRCODE = 'KA001';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER karcis_batch_free BEFORE INSERT ON karcis_batch
    FOR EACH ROW EXECUTE FUNCTION karcis_guard_batch();

CREATE FUNCTION karcis_guard_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('karcis:' || NEW.batch_id, 0));
    IF NOT EXISTS (SELECT FROM karcis_batch WHERE id = NEW.batch_id
                   AND first <= NEW.first AND last >= NEW.last)
       OR EXISTS (SELECT FROM karcis_use WHERE batch_id = NEW.batch_id
                  AND first <= NEW.last AND last >= NEW.first) THEN
        RAISE EXCEPTION 'karcis %–% tidak tersedia', NEW.first, NEW.last USING ERRCODE = 'KA001';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER karcis_use_free BEFORE INSERT ON karcis_use
    FOR EACH ROW EXECUTE FUNCTION karcis_guard_use();

-- Also while replication or a session setting switches ordinary triggers off.
DO $$
DECLARE
    guard record;
BEGIN
    FOR guard IN SELECT tgrelid::regclass AS tbl, tgname FROM pg_trigger WHERE tgname LIKE 'karcis!_%' ESCAPE '!' LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', guard.tbl, guard.tgname);
    END LOOP;
END
$$;
"""
BACKWARD = """
DROP TRIGGER karcis_use_free ON karcis_use;
DROP TRIGGER karcis_batch_free ON karcis_batch;
DROP TRIGGER karcis_use_append_only ON karcis_use;
DROP TRIGGER karcis_batch_append_only ON karcis_batch;
DROP FUNCTION karcis_guard_use();
DROP FUNCTION karcis_guard_batch();
DROP FUNCTION karcis_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("karcis", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
