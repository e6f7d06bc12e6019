"""What the database refuses, whoever asks: money facts never change, lines of a history never vanish."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION emoney_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % ditolak', TG_TABLE_NAME, TG_OP USING ERRCODE = 'EM001';
END
$$;
CREATE TRIGGER emoney_topup_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON emoney_topup
    FOR EACH STATEMENT EXECUTE FUNCTION emoney_refuse_change();
CREATE TRIGGER emoney_return_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON emoney_return
    FOR EACH STATEMENT EXECUTE FUNCTION emoney_refuse_change();
CREATE TRIGGER emoney_movement_kept BEFORE DELETE OR TRUNCATE ON emoney_movement
    FOR EACH STATEMENT EXECUTE FUNCTION emoney_refuse_change();
CREATE TRIGGER emoney_card_kept BEFORE DELETE OR TRUNCATE ON emoney_card
    FOR EACH STATEMENT EXECUTE FUNCTION emoney_refuse_change();

-- A line: what the issuer wrote is fixed; a top-up or return that it was matched with stays.
CREATE FUNCTION emoney_guard_movement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['top_up_id', 'spend_id', 'given_back_id',
                          'explanation', 'explained_at', 'explained_by_id'];
BEGIN
    IF to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose
       OR (OLD.top_up_id IS NOT NULL AND NEW.top_up_id IS DISTINCT FROM OLD.top_up_id)
       OR (OLD.given_back_id IS NOT NULL AND NEW.given_back_id IS DISTINCT FROM OLD.given_back_id) THEN
        RAISE EXCEPTION 'transaksi uang elektronik % tidak dapat diubah', OLD.id USING ERRCODE = 'EM002';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER emoney_movement_guard BEFORE UPDATE ON emoney_movement
    FOR EACH ROW EXECUTE FUNCTION emoney_guard_movement();

-- A card: its agency, number, issuer, holder and decree are fixed; it may be blocked, opened and ended.
CREATE FUNCTION emoney_guard_card() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['valid_to', 'blocked_at', 'block_reason'];
BEGIN
    IF to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose THEN
        RAISE EXCEPTION 'kartu uang elektronik % hanya dapat diblokir, dibuka, atau diakhiri', OLD.id
            USING ERRCODE = 'EM003';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER emoney_card_guard BEFORE UPDATE ON emoney_card
    FOR EACH ROW EXECUTE FUNCTION emoney_guard_card();

-- Also while replication or a session setting switches ordinary triggers off.
DO $$
DECLARE
    guard record;
BEGIN
    FOR guard IN SELECT tgrelid::regclass AS tbl, tgname FROM pg_trigger WHERE tgname LIKE 'emoney!_%' ESCAPE '!' LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', guard.tbl, guard.tgname);
    END LOOP;
END
$$;
"""
BACKWARD = """
DROP TRIGGER emoney_card_guard ON emoney_card;
DROP TRIGGER emoney_movement_guard ON emoney_movement;
DROP TRIGGER emoney_card_kept ON emoney_card;
DROP TRIGGER emoney_movement_kept ON emoney_movement;
DROP TRIGGER emoney_return_append_only ON emoney_return;
DROP TRIGGER emoney_topup_append_only ON emoney_topup;
DROP FUNCTION emoney_guard_card();
DROP FUNCTION emoney_guard_movement();
DROP FUNCTION emoney_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("emoney", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
