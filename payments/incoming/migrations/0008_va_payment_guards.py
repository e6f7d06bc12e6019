"""What the database refuses about the messages of virtual accounts."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER incoming_vainquiry_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON incoming_vainquiry
    FOR EACH STATEMENT EXECUTE FUNCTION incoming_refuse_change();
CREATE TRIGGER incoming_vanotice_kept
    BEFORE DELETE OR TRUNCATE ON incoming_vanotice
    FOR EACH STATEMENT EXECUTE FUNCTION incoming_refuse_change();

-- A payment's message: its number is its own; once money is booked for it nothing changes any more.
CREATE FUNCTION incoming_guard_va_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.payment_id IS NOT NULL OR NEW.partner_id <> OLD.partner_id
       OR NEW.payment_request_id <> OLD.payment_request_id THEN
        RAISE EXCEPTION 'kabar pembayaran % tidak dapat diubah', OLD.payment_request_id
            USING ERRCODE = 'IN006';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER incoming_vanotice_guard BEFORE UPDATE ON incoming_vanotice
    FOR EACH ROW EXECUTE FUNCTION incoming_guard_va_notice();
ALTER TABLE incoming_vainquiry ENABLE ALWAYS TRIGGER incoming_vainquiry_append_only;
ALTER TABLE incoming_vanotice ENABLE ALWAYS TRIGGER incoming_vanotice_kept;
ALTER TABLE incoming_vanotice ENABLE ALWAYS TRIGGER incoming_vanotice_guard;
"""
BACKWARD = """
DROP TRIGGER incoming_vanotice_guard ON incoming_vanotice;
DROP TRIGGER incoming_vanotice_kept ON incoming_vanotice;
DROP TRIGGER incoming_vainquiry_append_only ON incoming_vainquiry;
DROP FUNCTION incoming_guard_va_notice();
"""


class Migration(migrations.Migration):
    dependencies = [("incoming", "0007_va_payments")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
