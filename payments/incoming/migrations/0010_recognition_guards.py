"""A recognition is of money without a request, whole; it never changes but for being undone, once."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER incoming_recognition_kept
    BEFORE DELETE OR TRUNCATE ON incoming_recognition
    FOR EACH STATEMENT EXECUTE FUNCTION incoming_refuse_change();
CREATE FUNCTION incoming_guard_recognition() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['undone_at', 'undone_by_id', 'undo_journal_id', 'undo_reason'];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.undone_at IS NOT NULL OR to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose THEN
            RAISE EXCEPTION 'klaim % tidak dapat diubah', OLD.id USING ERRCODE = 'IN006';
        END IF;
        RETURN NEW;
    END IF;
    PERFORM FROM incoming_payment
     WHERE id = NEW.payment_id AND request_id IS NULL AND kind = 'unexpected'
       AND liability_amount = NEW.amount AND NEW.undone_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'klaim %: bukan seluruh uang tanpa tagihan', NEW.id USING ERRCODE = 'IN006';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER incoming_recognition_guard BEFORE INSERT OR UPDATE ON incoming_recognition
    FOR EACH ROW EXECUTE FUNCTION incoming_guard_recognition();
ALTER TABLE incoming_recognition ENABLE ALWAYS TRIGGER incoming_recognition_kept;
ALTER TABLE incoming_recognition ENABLE ALWAYS TRIGGER incoming_recognition_guard;
"""
BACKWARD = """
DROP TRIGGER incoming_recognition_guard ON incoming_recognition;
DROP TRIGGER incoming_recognition_kept ON incoming_recognition;
DROP FUNCTION incoming_guard_recognition();
"""


class Migration(migrations.Migration):
    dependencies = [("incoming", "0009_recognition")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
