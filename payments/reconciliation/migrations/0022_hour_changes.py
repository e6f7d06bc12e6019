"""Whatever changes how far a payment is notes the payment's hour, in the same transaction.

Every hour that has payments counts as changed once, so that the sums of what was there before are built.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION reconciliation_note_paid_hours() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO reconciliation_hourchange (hour) SELECT DISTINCT date_trunc('hour', paid_at, 'UTC') FROM fresh;
    RETURN NULL;
END
$$;
CREATE FUNCTION reconciliation_note_hours() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO reconciliation_hourchange (hour)
    SELECT DISTINCT date_trunc('hour', p.paid_at, 'UTC')
    FROM fresh JOIN incoming_payment AS p ON p.id = fresh.payment_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER incoming_payment_hours AFTER INSERT ON incoming_payment
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_note_paid_hours();
ALTER TABLE incoming_payment ENABLE ALWAYS TRIGGER incoming_payment_hours;
"""
EACH = """
CREATE TRIGGER {table}_hours_{event} AFTER {event} ON {table}
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_note_hours();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_hours_{event};
"""
TABLES = (
    "reconciliation_match",
    "reconciliation_directcredit",
    "incoming_recognition",
    "incoming_refund",
    "incoming_compensation",
)
EVENTS = ("insert", "update")
BUILD = """
INSERT INTO reconciliation_hourchange (hour)
SELECT DISTINCT date_trunc('hour', paid_at, 'UTC') FROM incoming_payment;
"""

FORWARD = "".join(
    [FUNCTIONS, *(EACH.format(table=table, event=event) for table in TABLES for event in EVENTS), BUILD]
)
BACKWARD = "".join(
    [
        *(f"DROP TRIGGER {table}_hours_{event} ON {table};" for table in TABLES for event in EVENTS),
        "DROP TRIGGER incoming_payment_hours ON incoming_payment;",
        "DROP FUNCTION reconciliation_note_hours(); DROP FUNCTION reconciliation_note_paid_hours();",
    ]
)


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0021_hours"), ("incoming", "0014_compensation_laws")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
