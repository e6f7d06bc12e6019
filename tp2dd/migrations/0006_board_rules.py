"""How a levy's channel counts, dated; baselines nobody can change; days noted whenever they change."""

from datetime import date

from django.db import migrations

from opd.office.rules import define

FORWARD = """
CREATE FUNCTION tp2dd_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % ditolak', TG_TABLE_NAME, TG_OP USING ERRCODE = 'TD001';
END
$$;
CREATE TRIGGER tp2dd_baseline_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tp2dd_baseline
    FOR EACH STATEMENT EXECUTE FUNCTION tp2dd_refuse_change();
ALTER TABLE tp2dd_baseline ENABLE ALWAYS TRIGGER tp2dd_baseline_append_only;
"""
NOTES = {
    ("reconciliation_hoursum", "insert"): "(hour AT TIME ZONE 'Asia/Jakarta')::date FROM fresh",
    ("retribusi_order", "update"): "(paid_at AT TIME ZONE 'Asia/Jakarta')::date FROM fresh"
    " WHERE paid_at IS NOT NULL",
    ("retribusi_order", "insert"): "(paid_at AT TIME ZONE 'Asia/Jakarta')::date FROM fresh"
    " WHERE paid_at IS NOT NULL",
    ("spending_spend", "insert"): "paid_date FROM fresh WHERE paid_date IS NOT NULL",
    ("spending_spend", "update"): "paid_date FROM fresh WHERE paid_date IS NOT NULL",
    ("spending_refund", "insert"): "s.paid_date FROM fresh JOIN spending_spend AS s ON s.id = fresh.spend_id"
    " WHERE s.paid_date IS NOT NULL",
    ("planning_sipdrow", "insert"): "document_date FROM fresh",
    ("planning_sipdrow", "update"): "document_date FROM fresh",
}
NOTE = """
CREATE FUNCTION tp2dd_note_{table}_{event}() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO tp2dd_daychange (day, what)
    SELECT d.day, w.what FROM (SELECT DISTINCT {days}) AS d (day)
    CROSS JOIN (VALUES ('channel'), ('effort')) AS w (what);
    RETURN NULL;
END
$$;
CREATE TRIGGER {table}_days_{event} AFTER {event} ON {table}
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tp2dd_note_{table}_{event}();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_days_{event};
"""
ALL = """
INSERT INTO tp2dd_daychange (day, what)
SELECT day, what FROM (
    SELECT (paid_at AT TIME ZONE 'Asia/Jakarta')::date AS day FROM retribusi_order WHERE paid_at IS NOT NULL
    UNION SELECT paid_date FROM spending_spend WHERE paid_date IS NOT NULL
    UNION SELECT document_date FROM planning_sipdrow
) AS days CROSS JOIN (VALUES ('channel'), ('effort')) AS counts (what);
"""
NOTING = "".join(NOTE.format(table=t, event=e, days=days) for (t, e), days in NOTES.items()) + ALL
UNNOTING = "".join(
    f"DROP TRIGGER {t}_days_{e} ON {t}; DROP FUNCTION tp2dd_note_{t}_{e}();" for t, e in NOTES
)
BACKWARD = """
DROP TRIGGER tp2dd_baseline_append_only ON tp2dd_baseline;
DROP FUNCTION tp2dd_refuse_change();
"""
CLASSES = {"qris": "digital", "va": "digital", "edc": "digital", "emoney": "digital", "cash": "cash"}


def forward(apps, schema_editor):
    define(
        apps,
        key="board.levy_channel_class",
        value=CLASSES,
        valid_from=date(2021, 1, 1),
        legal_basis="Petunjuk teknis kuesioner IETPD 26-11-2021: QRIS, EDC, mobile dan internet banking, dan"
        " uang elektronik adalah kanal digital; virtual account dibayar lewat kanal itu",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("tp2dd", "0005_board"),
        ("reconciliation", "0022_hour_changes"),
        ("retribusi", "0005_void_order"),
        ("spending", "0008_gu_nihil"),
        ("planning", "0004_plans"),
    ]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(NOTING, UNNOTING),
        migrations.RunPython(forward, migrations.RunPython.noop),
    ]
