"""What the database refuses, whoever asks: a closed shift changes no more, a sale and a deposit never vanish."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION counter_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % ditolak', TG_TABLE_NAME, TG_OP USING ERRCODE = 'CO001';
END
$$;
CREATE TRIGGER counter_shift_kept BEFORE DELETE OR TRUNCATE ON counter_shift
    FOR EACH STATEMENT EXECUTE FUNCTION counter_refuse_change();
CREATE TRIGGER counter_sale_kept BEFORE DELETE OR TRUNCATE ON counter_sale
    FOR EACH STATEMENT EXECUTE FUNCTION counter_refuse_change();
CREATE TRIGGER counter_deposit_kept BEFORE DELETE OR TRUNCATE ON counter_deposit
    FOR EACH STATEMENT EXECUTE FUNCTION counter_refuse_change();
CREATE TRIGGER counter_reduction_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON counter_reduction
    FOR EACH STATEMENT EXECUTE FUNCTION counter_refuse_change();

-- A shift: who, where and when it began are fixed; it is closed once; then only an STS takes its cash, once.
CREATE FUNCTION counter_guard_shift() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['closed_at', 'counted', 'counted_total', 'cash_total', 'totals', 'explanation'];
BEGIN
    IF OLD.closed_at IS NOT NULL THEN
        loose := ARRAY['deposit_id'];
    END IF;
    IF to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose
       OR (OLD.deposit_id IS NOT NULL AND NEW.deposit_id IS DISTINCT FROM OLD.deposit_id) THEN
        RAISE EXCEPTION 'shift % tidak dapat diubah', OLD.id USING ERRCODE = 'CO002';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER counter_shift_guard BEFORE UPDATE ON counter_shift
    FOR EACH ROW EXECUTE FUNCTION counter_guard_shift();

-- A sale stands in an open shift; only whether it was paid at the closing is set, while the shift is open.
CREATE FUNCTION counter_guard_sale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'in_totals' IS DISTINCT FROM to_jsonb(OLD) - 'in_totals' THEN
        RAISE EXCEPTION 'penjualan % tidak dapat diubah', OLD.id USING ERRCODE = 'CO003';
    END IF;
    PERFORM FROM counter_shift WHERE id = NEW.shift_id AND closed_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'shift % sudah ditutup', NEW.shift_id USING ERRCODE = 'CO003';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER counter_sale_guard BEFORE INSERT OR UPDATE ON counter_sale
    FOR EACH ROW EXECUTE FUNCTION counter_guard_sale();

-- A deposit: what was handed to the bank is fixed; that it is in RKUD is set once.
CREATE FUNCTION counter_guard_deposit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['credited_date', 'credited_reference', 'credited_journal', 'revenue_journal',
                          'credited_at', 'credited_by_id'];
BEGIN
    IF OLD.credited_date IS NOT NULL OR to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose THEN
        RAISE EXCEPTION 'setoran % tidak dapat diubah', OLD.id USING ERRCODE = 'CO004';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER counter_deposit_guard BEFORE UPDATE ON counter_deposit
    FOR EACH ROW EXECUTE FUNCTION counter_guard_deposit();

-- Also while replication or a session setting switches ordinary triggers off.
DO $$
DECLARE
    guard record;
BEGIN
    FOR guard IN SELECT tgrelid::regclass AS tbl, tgname FROM pg_trigger WHERE tgname LIKE 'counter!_%' ESCAPE '!' LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', guard.tbl, guard.tgname);
    END LOOP;
END
$$;
"""
BACKWARD = """
DROP TRIGGER counter_deposit_guard ON counter_deposit;
DROP TRIGGER counter_sale_guard ON counter_sale;
DROP TRIGGER counter_shift_guard ON counter_shift;
DROP TRIGGER counter_reduction_append_only ON counter_reduction;
DROP TRIGGER counter_deposit_kept ON counter_deposit;
DROP TRIGGER counter_sale_kept ON counter_sale;
DROP TRIGGER counter_shift_kept ON counter_shift;
DROP FUNCTION counter_guard_deposit();
DROP FUNCTION counter_guard_sale();
DROP FUNCTION counter_guard_shift();
DROP FUNCTION counter_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("counter", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
