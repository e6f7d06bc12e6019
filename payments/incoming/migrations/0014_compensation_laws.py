"""What the database refuses about titipan that pays another bill: fixed, once, never more than is there."""

import importlib

from django.db import migrations

_REFUNDS = importlib.import_module("payments.incoming.migrations.0012_refund_laws").FORWARD
_GUARD = _REFUNDS[_REFUNDS.index("CREATE FUNCTION") : _REFUNDS.index("CREATE TRIGGER")]
_LIABILITY = "coalesce(sum(liability_amount), 0) AS liability INTO gone"
_BOTH = (
    "coalesce(sum(liability_amount), 0) + (SELECT coalesce(sum(amount), 0) FROM incoming_compensation"
    " WHERE payment_id = NEW.payment_id AND state IN ('requested', 'done')) AS liability INTO gone"
)
REFUND_GUARD = _GUARD.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(_LIABILITY, _BOTH)
REFUND_GUARD_BEFORE = _GUARD.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")

FORWARD = """
CREATE FUNCTION incoming_guard_compensation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'decided_at', 'decided_by_id', 'message', 'journal_id', 'kode_lra', 'kode_lo',
                          'shares'];
    paid record;
    gone numeric;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT p.liability_amount, p.opd_id INTO paid
          FROM incoming_payment p WHERE p.id = NEW.payment_id FOR NO KEY UPDATE;
        SELECT (SELECT coalesce(sum(liability_amount), 0) FROM incoming_refund
                 WHERE payment_id = NEW.payment_id AND state <> 'refused')
             + (SELECT coalesce(sum(amount), 0) FROM incoming_compensation
                 WHERE payment_id = NEW.payment_id AND state IN ('requested', 'done')) INTO gone;
        IF NEW.state <> 'requested' OR gone + NEW.amount > paid.liability_amount OR NEW.opd_id <> paid.opd_id THEN
            RAISE EXCEPTION 'kompensasi melebihi titipan yang tersisa dari pembayaran %', NEW.payment_id
                USING ERRCODE = 'IN007';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state = 'done' THEN
        loose := ARRAY['state', 'undone_at', 'undone_by_id', 'undo_journal_id', 'undo_reason'];
    END IF;
    IF to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose
       OR (OLD.state || '>' || NEW.state) NOT IN ('requested>done', 'requested>refused', 'done>undone') THEN
        RAISE EXCEPTION 'kompensasi % tidak dapat diubah', OLD.id USING ERRCODE = 'IN007';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER incoming_compensation_guard BEFORE INSERT OR UPDATE ON incoming_compensation
    FOR EACH ROW EXECUTE FUNCTION incoming_guard_compensation();
CREATE TRIGGER incoming_compensation_kept
    BEFORE DELETE OR TRUNCATE ON incoming_compensation
    FOR EACH STATEMENT EXECUTE FUNCTION incoming_refuse_change();
ALTER TABLE incoming_compensation ENABLE ALWAYS TRIGGER incoming_compensation_guard;
ALTER TABLE incoming_compensation ENABLE ALWAYS TRIGGER incoming_compensation_kept;
"""
BACKWARD = """
DROP TRIGGER incoming_compensation_kept ON incoming_compensation;
DROP TRIGGER incoming_compensation_guard ON incoming_compensation;
DROP FUNCTION incoming_guard_compensation();
"""


class Migration(migrations.Migration):
    dependencies = [("incoming", "0013_compensation")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(REFUND_GUARD, REFUND_GUARD_BEFORE),
    ]
