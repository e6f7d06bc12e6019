"""Attempts are append-only; what a delivery says never changes; nobody's token comes back to life."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER api_attempt_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON api_attempt
    FOR EACH STATEMENT EXECUTE FUNCTION opd_refuse_change();
ALTER TABLE api_attempt ENABLE ALWAYS TRIGGER api_attempt_append_only;
CREATE FUNCTION api_keep_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.subscription_id, NEW.kind, NEW.source, NEW.payment_id, NEW.body, NEW.created_at)
       IS DISTINCT FROM
       (OLD.id, OLD.subscription_id, OLD.kind, OLD.source, OLD.payment_id, OLD.body, OLD.created_at) THEN
        RAISE EXCEPTION 'pengiriman webhook % tidak dapat diubah', OLD.id USING ERRCODE = 'AP001';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER api_delivery_frozen BEFORE UPDATE ON api_delivery
    FOR EACH ROW EXECUTE FUNCTION api_keep_delivery();
CREATE FUNCTION api_keep_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: yang sudah berakhir tidak dapat dihidupkan lagi', TG_TABLE_NAME
        USING ERRCODE = 'AP001';
END
$$;
CREATE TRIGGER api_accesstoken_ends BEFORE UPDATE ON api_accesstoken
    FOR EACH ROW WHEN (OLD.revoked_at IS NOT NULL OR OLD.digest <> NEW.digest
                       OR OLD.scopes <> NEW.scopes OR OLD.expires_at <> NEW.expires_at)
    EXECUTE FUNCTION api_keep_end();
CREATE TRIGGER api_subscription_ends BEFORE UPDATE ON api_subscription
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION api_keep_end();
CREATE TRIGGER api_consumer_ends BEFORE UPDATE ON api_consumer
    FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION api_keep_end();
"""
BACKWARD = """
DROP TRIGGER api_consumer_ends ON api_consumer;
DROP TRIGGER api_subscription_ends ON api_subscription;
DROP TRIGGER api_accesstoken_ends ON api_accesstoken;
DROP FUNCTION api_keep_end();
DROP TRIGGER api_delivery_frozen ON api_delivery;
DROP FUNCTION api_keep_delivery();
DROP TRIGGER api_attempt_append_only ON api_attempt;
"""


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial"), ("opd", "0002_append_only")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
