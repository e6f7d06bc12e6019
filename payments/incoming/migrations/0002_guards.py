"""What the database refuses, whoever asks: the money facts of a payment, the states of a request, deletion."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION incoming_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % ditolak', TG_TABLE_NAME, TG_OP USING ERRCODE = 'IN001';
END
$$;
CREATE TRIGGER incoming_paymentevent_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON incoming_paymentevent
    FOR EACH STATEMENT EXECUTE FUNCTION incoming_refuse_change();
CREATE TRIGGER incoming_payment_kept
    BEFORE DELETE OR TRUNCATE ON incoming_payment
    FOR EACH STATEMENT EXECUTE FUNCTION incoming_refuse_change();
CREATE TRIGGER incoming_paymentrequest_kept
    BEFORE DELETE OR TRUNCATE ON incoming_paymentrequest
    FOR EACH STATEMENT EXECUTE FUNCTION incoming_refuse_change();
CREATE TRIGGER incoming_paymentattempt_kept
    BEFORE DELETE OR TRUNCATE ON incoming_paymentattempt
    FOR EACH STATEMENT EXECUTE FUNCTION incoming_refuse_change();
CREATE TRIGGER incoming_moneyexception_kept
    BEFORE DELETE OR TRUNCATE ON incoming_moneyexception
    FOR EACH STATEMENT EXECUTE FUNCTION incoming_refuse_change();
CREATE TRIGGER incoming_noticework_kept
    BEFORE DELETE OR TRUNCATE ON incoming_noticework
    FOR EACH STATEMENT EXECUTE FUNCTION incoming_refuse_change();
CREATE TRIGGER incoming_receivingaccount_kept
    BEFORE DELETE OR TRUNCATE ON incoming_receivingaccount
    FOR EACH STATEMENT EXECUTE FUNCTION incoming_refuse_change();

-- A payment: everything is fixed but the RRN and its companions (once, from empty) and the fulfilment.
CREATE FUNCTION incoming_guard_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['rrn', 'identity', 'issuer', 'payer_mask', 'reference_no',
                          'fulfilment', 'fulfil_tries', 'fulfil_next_at'];
    name text;
BEGIN
    IF to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose THEN
        RAISE EXCEPTION 'pembayaran % tidak dapat diubah', OLD.id USING ERRCODE = 'IN002';
    END IF;
    FOREACH name IN ARRAY ARRAY['rrn', 'issuer', 'payer_mask', 'reference_no'] LOOP
        IF to_jsonb(OLD) ->> name <> '' AND to_jsonb(NEW) ->> name <> to_jsonb(OLD) ->> name THEN
            RAISE EXCEPTION 'pembayaran %: % hanya dapat diisi sekali', OLD.id, name USING ERRCODE = 'IN002';
        END IF;
    END LOOP;
    IF NEW.identity <> OLD.identity AND (OLD.rrn <> '' OR NEW.rrn = '') THEN
        RAISE EXCEPTION 'pembayaran %: tanda pengenal tidak dapat diubah', OLD.id USING ERRCODE = 'IN002';
    END IF;
    IF NEW.fulfilment <> OLD.fulfilment AND (OLD.fulfilment, NEW.fulfilment) <> ('pending', 'done') THEN
        RAISE EXCEPTION 'pembayaran %: pemenuhan tidak dapat mundur', OLD.id USING ERRCODE = 'IN002';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER incoming_payment_guard BEFORE UPDATE ON incoming_payment
    FOR EACH ROW EXECUTE FUNCTION incoming_guard_payment();

-- A request: what was asked is fixed; states move along one table; paid needs the payment that pays it.
CREATE FUNCTION incoming_guard_request() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'message', 'partner_reference_no', 'reference_no', 'qr_content', 'expires_at',
                          'closed_at', 'last_asked_at', 'next_ask_at', 'unanswered'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'requesting' THEN
            RAISE EXCEPTION 'permintaan pembayaran lahir dengan keadaan requesting' USING ERRCODE = 'IN003';
        END IF;
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose THEN
        RAISE EXCEPTION 'permintaan pembayaran % tidak dapat diubah', OLD.id USING ERRCODE = 'IN003';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN (
        'requesting>open', 'requesting>paid', 'requesting>expired', 'requesting>cancelled', 'requesting>failed',
        'open>requesting', 'open>paid', 'open>expired', 'open>cancelled', 'expired>paid'
    ) THEN
        RAISE EXCEPTION 'permintaan pembayaran %: dari % tidak dapat menjadi %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'IN003';
    END IF;
    IF NEW.state = 'paid' AND OLD.state <> 'paid' AND NOT EXISTS (
        SELECT 1 FROM incoming_payment p
        WHERE p.request_id = NEW.id AND p.kind IN ('exact', 'excess') AND p.revenue_amount = NEW.amount
    ) THEN
        RAISE EXCEPTION 'permintaan pembayaran %: lunas tanpa pembayaran', OLD.id USING ERRCODE = 'IN003';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER incoming_paymentrequest_guard BEFORE INSERT OR UPDATE ON incoming_paymentrequest
    FOR EACH ROW EXECUTE FUNCTION incoming_guard_request();

-- An attempt: its reference stays known; what the bank gave for it is filled in once.
CREATE FUNCTION incoming_guard_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['reference_no', 'qr_content', 'step', 'claimed_until'];
BEGIN
    IF to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose
       OR (OLD.reference_no <> '' AND NEW.reference_no <> OLD.reference_no)
       OR (OLD.qr_content <> '' AND NEW.qr_content <> OLD.qr_content) THEN
        RAISE EXCEPTION 'penerbitan QR % tidak dapat diubah', OLD.partner_reference_no USING ERRCODE = 'IN003';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER incoming_paymentattempt_guard BEFORE UPDATE ON incoming_paymentattempt
    FOR EACH ROW EXECUTE FUNCTION incoming_guard_attempt();

-- An event carries the transaction that wrote it, counted on after a restore as the ledger counts.
CREATE FUNCTION incoming_stamp_event() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    NEW.xid := pg_current_xact_id()::text::bigint + ledger_xid_offset();
    RETURN NEW;
END
$$;
CREATE TRIGGER incoming_paymentevent_stamp BEFORE INSERT ON incoming_paymentevent
    FOR EACH ROW EXECUTE FUNCTION incoming_stamp_event();

-- An exception: what was found is fixed; it is explained once.
CREATE FUNCTION incoming_guard_trouble() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'explained_at', 'explained_by_id', 'explanation'];
BEGIN
    IF OLD.state = 'explained' OR to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose THEN
        RAISE EXCEPTION 'kejanggalan % tidak dapat diubah', OLD.id USING ERRCODE = 'IN004';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER incoming_moneyexception_guard BEFORE UPDATE ON incoming_moneyexception
    FOR EACH ROW EXECUTE FUNCTION incoming_guard_trouble();

-- The register: one account for a NMID and terminal on any day; only its end may be set later.
CREATE FUNCTION incoming_guard_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'valid_to' IS DISTINCT FROM to_jsonb(OLD) - 'valid_to' THEN
        RAISE EXCEPTION 'rekening penerimaan % hanya dapat diakhiri', OLD.id USING ERRCODE = 'IN005';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('incoming.account:' || NEW.partner_id || ':' || NEW.nmid, 0));
    IF EXISTS (
        SELECT 1 FROM incoming_receivingaccount a
        WHERE a.id <> NEW.id AND a.partner_id = NEW.partner_id AND a.nmid = NEW.nmid
          AND a.terminal_id = NEW.terminal_id
          AND daterange(a.valid_from, a.valid_to, '[]') && daterange(NEW.valid_from, NEW.valid_to, '[]')
    ) THEN
        RAISE EXCEPTION 'NMID % terminal % sudah terdaftar pada masa yang sama', NEW.nmid, NEW.terminal_id
            USING ERRCODE = 'IN005';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER incoming_receivingaccount_guard BEFORE INSERT OR UPDATE ON incoming_receivingaccount
    FOR EACH ROW EXECUTE FUNCTION incoming_guard_account();

-- Also while replication or a session setting switches ordinary triggers off.
DO $$
DECLARE
    guard record;
BEGIN
    FOR guard IN SELECT tgrelid::regclass AS tbl, tgname FROM pg_trigger WHERE tgname LIKE 'incoming!_%' ESCAPE '!' LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', guard.tbl, guard.tgname);
    END LOOP;
END
$$;
"""
BACKWARD = """
DROP TRIGGER incoming_receivingaccount_guard ON incoming_receivingaccount;
DROP TRIGGER incoming_paymentevent_stamp ON incoming_paymentevent;
DROP TRIGGER incoming_moneyexception_guard ON incoming_moneyexception;
DROP TRIGGER incoming_paymentattempt_guard ON incoming_paymentattempt;
DROP TRIGGER incoming_paymentrequest_guard ON incoming_paymentrequest;
DROP TRIGGER incoming_payment_guard ON incoming_payment;
DROP TRIGGER incoming_receivingaccount_kept ON incoming_receivingaccount;
DROP TRIGGER incoming_noticework_kept ON incoming_noticework;
DROP TRIGGER incoming_moneyexception_kept ON incoming_moneyexception;
DROP TRIGGER incoming_paymentattempt_kept ON incoming_paymentattempt;
DROP TRIGGER incoming_paymentrequest_kept ON incoming_paymentrequest;
DROP TRIGGER incoming_payment_kept ON incoming_payment;
DROP TRIGGER incoming_paymentevent_append_only ON incoming_paymentevent;
DROP FUNCTION incoming_guard_account();
DROP FUNCTION incoming_stamp_event();
DROP FUNCTION incoming_guard_trouble();
DROP FUNCTION incoming_guard_attempt();
DROP FUNCTION incoming_guard_request();
DROP FUNCTION incoming_guard_payment();
DROP FUNCTION incoming_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("incoming", "0001_initial"), ("ledger", "0002_laws")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
