"""What the database refuses, whoever asks: what a gate answered is never changed, a phone is revoked once."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION gate_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % ditolak', TG_TABLE_NAME, TG_OP USING ERRCODE = 'GA001';
END
$$;
CREATE TRIGGER gate_device_kept BEFORE DELETE OR TRUNCATE ON gate_device
    FOR EACH STATEMENT EXECUTE FUNCTION gate_refuse_change();
CREATE TRIGGER gate_entry_kept BEFORE DELETE OR TRUNCATE ON gate_entry
    FOR EACH STATEMENT EXECUTE FUNCTION gate_refuse_change();
CREATE TRIGGER gate_explanation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON gate_explanation
    FOR EACH STATEMENT EXECUTE FUNCTION gate_refuse_change();

-- A phone: who enrolled it, where and with which key are fixed; it is revoked once and stays so.
CREATE FUNCTION gate_guard_device() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['seen_at', 'revoked_at', 'revoked_by_id', 'revoked_reason'];
BEGIN
    IF OLD.revoked_at IS NOT NULL OR to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose THEN
        RAISE EXCEPTION 'perangkat % tidak dapat diubah', OLD.id USING ERRCODE = 'GA002';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER gate_device_guard BEFORE UPDATE ON gate_device
    FOR EACH ROW EXECUTE FUNCTION gate_guard_device();

-- An entry stands as answered; that the person was let in after all may be learnt later, never unlearnt.
CREATE FUNCTION gate_guard_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.let_in OR NOT NEW.let_in
       OR to_jsonb(NEW) - 'let_in' IS DISTINCT FROM to_jsonb(OLD) - 'let_in' THEN
        RAISE EXCEPTION 'tiket di gerbang % tidak dapat diubah', OLD.id USING ERRCODE = 'GA003';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER gate_entry_guard BEFORE UPDATE ON gate_entry
    FOR EACH ROW EXECUTE FUNCTION gate_guard_entry();

-- Only a conflict is explained.
CREATE FUNCTION gate_guard_explanation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM gate_entry WHERE id = NEW.entry_id AND let_in AND outcome <> 'accepted' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'tiket di gerbang % bukan benturan', NEW.entry_id USING ERRCODE = 'GA004';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER gate_explanation_guard BEFORE INSERT ON gate_explanation
    FOR EACH ROW EXECUTE FUNCTION gate_guard_explanation();

-- Also while replication or a session setting switches ordinary triggers off.
DO $$
DECLARE
    guard record;
BEGIN
    FOR guard IN SELECT tgrelid::regclass AS tbl, tgname FROM pg_trigger WHERE tgname LIKE 'gate!_%' ESCAPE '!' LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', guard.tbl, guard.tgname);
    END LOOP;
END
$$;
"""
BACKWARD = """
DROP TRIGGER gate_explanation_guard ON gate_explanation;
DROP TRIGGER gate_entry_guard ON gate_entry;
DROP TRIGGER gate_device_guard ON gate_device;
DROP TRIGGER gate_explanation_append_only ON gate_explanation;
DROP TRIGGER gate_entry_kept ON gate_entry;
DROP TRIGGER gate_device_kept ON gate_device;
DROP FUNCTION gate_guard_explanation();
DROP FUNCTION gate_guard_entry();
DROP FUNCTION gate_guard_device();
DROP FUNCTION gate_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("gate", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
