"""What the database refuses, whoever asks: an issued SKRD never changes, and nothing of it vanishes."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION assessments_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % ditolak', TG_TABLE_NAME, TG_OP USING ERRCODE = 'AS001';
END
$$;
CREATE TRIGGER assessments_skrd_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON assessments_skrd
    FOR EACH STATEMENT EXECUTE FUNCTION assessments_refuse_change();
CREATE TRIGGER assessments_skrdline_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON assessments_skrdline
    FOR EACH STATEMENT EXECUTE FUNCTION assessments_refuse_change();
CREATE TRIGGER assessments_decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON assessments_decision
    FOR EACH STATEMENT EXECUTE FUNCTION assessments_refuse_change();
CREATE TRIGGER assessments_letter_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON assessments_letter
    FOR EACH STATEMENT EXECUTE FUNCTION assessments_refuse_change();
CREATE TRIGGER assessments_debt_kept BEFORE DELETE OR TRUNCATE ON assessments_debt
    FOR EACH STATEMENT EXECUTE FUNCTION assessments_refuse_change();
CREATE TRIGGER assessments_wajib_kept BEFORE DELETE OR TRUNCATE ON assessments_wajibretribusi
    FOR EACH STATEMENT EXECUTE FUNCTION assessments_refuse_change();
CREATE TRIGGER assessments_file_kept BEFORE DELETE OR TRUNCATE ON assessments_assessmentfile
    FOR EACH STATEMENT EXECUTE FUNCTION assessments_refuse_change();

-- A debt: what is owed and when is fixed; it is retired once and paid once; paid never becomes unpaid.
CREATE FUNCTION assessments_guard_debt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['request_id', 'version', 'key'];
BEGIN
    IF OLD.retired_at IS NULL THEN
        loose := loose || ARRAY['retired_at'];
    END IF;
    IF OLD.payment_id IS NULL THEN
        loose := loose || ARRAY['payment_id', 'interest_paid', 'paid_at'];
    END IF;
    IF to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose THEN
        RAISE EXCEPTION 'tagihan % tidak dapat diubah', OLD.id USING ERRCODE = 'AS002';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER assessments_debt_guard BEFORE UPDATE ON assessments_debt
    FOR EACH ROW EXECUTE FUNCTION assessments_guard_debt();

-- A file: what was uploaded is fixed; once confirmed, only its work goes on.
CREATE FUNCTION assessments_guard_file() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['confirmed_at', 'confirmed_by_id', 'rows', 'total', 'job_id', 'dropped_at'];
BEGIN
    IF OLD.confirmed_at IS NOT NULL THEN
        loose := ARRAY['tries', 'finished_at'];
    END IF;
    IF OLD.finished_at IS NOT NULL OR OLD.dropped_at IS NOT NULL
       OR to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose THEN
        RAISE EXCEPTION 'berkas % tidak dapat diubah', OLD.id USING ERRCODE = 'AS003';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER assessments_file_guard BEFORE UPDATE ON assessments_assessmentfile
    FOR EACH ROW EXECUTE FUNCTION assessments_guard_file();

-- Also while replication or a session setting switches ordinary triggers off.
DO $$
DECLARE
    guard record;
BEGIN
    FOR guard IN SELECT tgrelid::regclass AS tbl, tgname FROM pg_trigger
                  WHERE tgname LIKE 'assessments!_%' ESCAPE '!' LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', guard.tbl, guard.tgname);
    END LOOP;
END
$$;
"""
BACKWARD = """
DROP TRIGGER assessments_file_guard ON assessments_assessmentfile;
DROP TRIGGER assessments_debt_guard ON assessments_debt;
DROP TRIGGER assessments_file_kept ON assessments_assessmentfile;
DROP TRIGGER assessments_wajib_kept ON assessments_wajibretribusi;
DROP TRIGGER assessments_debt_kept ON assessments_debt;
DROP TRIGGER assessments_letter_append_only ON assessments_letter;
DROP TRIGGER assessments_decision_append_only ON assessments_decision;
DROP TRIGGER assessments_skrdline_append_only ON assessments_skrdline;
DROP TRIGGER assessments_skrd_append_only ON assessments_skrd;
DROP FUNCTION assessments_guard_file();
DROP FUNCTION assessments_guard_debt();
DROP FUNCTION assessments_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
