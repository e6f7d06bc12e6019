"""What was found, said and drawn stays; days to follow up and what is remarkable, dated."""

from datetime import date

from django.db import migrations

from opd.office.rules import define

START = date(2020, 1, 1)
APPEND_ONLY = ("reference", "entry", "sample", "samplerow")
GUARD = """
-- A finding's words are fixed; its document is entered once; a withdrawn one stays withdrawn.
CREATE FUNCTION auditing_guard_finding() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'document_id'];
BEGIN
    IF to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose
       OR (OLD.document_id IS NOT NULL AND NEW.document_id IS DISTINCT FROM OLD.document_id)
       OR (OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn') THEN
        RAISE EXCEPTION 'temuan % tidak dapat diubah', OLD.id USING ERRCODE = 'AU001';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER auditing_finding_guard BEFORE UPDATE ON auditing_finding
    FOR EACH ROW EXECUTE FUNCTION auditing_guard_finding();
CREATE TRIGGER auditing_finding_kept BEFORE DELETE OR TRUNCATE ON auditing_finding
    FOR EACH STATEMENT EXECUTE FUNCTION opd_refuse_change();
ALTER TABLE auditing_finding ENABLE ALWAYS TRIGGER auditing_finding_guard;
ALTER TABLE auditing_finding ENABLE ALWAYS TRIGGER auditing_finding_kept;
"""
UNGUARD = """
DROP TRIGGER auditing_finding_guard ON auditing_finding;
DROP TRIGGER auditing_finding_kept ON auditing_finding;
DROP FUNCTION auditing_guard_finding();
"""
FORWARD = "\n".join(
    [
        GUARD,
        *(
            f"CREATE TRIGGER auditing_{table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON auditing_{table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION opd_refuse_change();"
            f" ALTER TABLE auditing_{table} ENABLE ALWAYS TRIGGER auditing_{table}_append_only;"
            for table in APPEND_ONLY
        ),
    ]
)
BACKWARD = "\n".join(
    [
        UNGUARD,
        *(f"DROP TRIGGER auditing_{table}_append_only ON auditing_{table};" for table in APPEND_ONLY),
    ]
)
RULES = (
    (
        "auditing.follow_up_days",
        60,
        "UU 15/2004 Pasal 20 ayat (3): paling lambat 60 hari setelah laporan hasil pemeriksaan diterima",
        True,
    ),
    (
        "auditing.working_hours",
        {"from": "07:30", "to": "16:00", "days": [1, 2, 3, 4, 5]},
        "Perpres 21/2023 (hari dan jam kerja instansi)",
        False,
    ),
    (
        "auditing.round_amount",
        1_000_000,
        "Prosedur pemeriksaan: kelipatan yang dianggap bulat",
        False,
    ),
    (
        "auditing.purchase_limits",
        [10_000_000, 50_000_000, 200_000_000],
        "Perpres 16/2018 Pasal 28 dan perubahannya (bukti pembelian, kuitansi, SPK)",
        False,
    ),
    (
        "auditing.near_limit",
        "0.05",
        "Prosedur pemeriksaan: seberapa dekat di bawah batas",
        False,
    ),
    (
        "auditing.split_days",
        7,
        "Perpres 16/2018 Pasal 20 ayat (2) huruf d melarang memecah pengadaan; 7 hari adalah prosedur pemeriksaan",
        False,
    ),
)


def forward(apps, schema_editor):
    for key, value, legal_basis, confirmed in RULES:
        define(
            apps, key=key, value=value, valid_from=START, legal_basis=legal_basis, confirmed=confirmed
        )


class Migration(migrations.Migration):
    dependencies = [
        ("auditing", "0001_initial"),
        ("opd", "0002_append_only"),
        ("office", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(forward, migrations.RunPython.noop),
    ]
