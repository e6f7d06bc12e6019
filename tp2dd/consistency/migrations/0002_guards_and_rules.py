"""Runs and events only grow; which documents are compared and how closely, as shipped: to be confirmed."""

from datetime import date

from django.db import migrations

from opd.office import rules

APPEND_ONLY = ("run", "findingevent")
FORWARD = (
    """
    CREATE FUNCTION consistency_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '%: % ditolak', TG_TABLE_NAME, TG_OP USING ERRCODE = 'CS001';
    END
    $$;
    CREATE TRIGGER consistency_finding_kept BEFORE DELETE OR TRUNCATE ON consistency_finding
        FOR EACH STATEMENT EXECUTE FUNCTION consistency_refuse_change();
    ALTER TABLE consistency_finding ENABLE ALWAYS TRIGGER consistency_finding_kept;
    """
    + "\n".join(
        f"CREATE TRIGGER consistency_{table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        f" ON consistency_{table} FOR EACH STATEMENT EXECUTE FUNCTION consistency_refuse_change();"
        f" ALTER TABLE consistency_{table} ENABLE ALWAYS TRIGGER consistency_{table}_append_only;"
        for table in APPEND_ONLY
    )
)
BACKWARD = "\n".join(
    [
        *(f"DROP TRIGGER consistency_{table}_append_only ON consistency_{table};" for table in APPEND_ONLY),
        "DROP TRIGGER consistency_finding_kept ON consistency_finding;",
        "DROP FUNCTION consistency_refuse_change();",
    ]
)
START = date(2020, 1, 1)
PAIRS = [
    ["rpjmd", "renstra", [1], True],
    ["rpjmd", "rkpd", [1], True],
    ["renstra", "renja", [1, 2, 3], True],
    ["rkpd", "renja", [1, 2, 3], True],
    ["rkpd", "kua_ppas", [1, 2, 3], True],
    ["kua_ppas", "rka", [1, 2, 3], False],
    ["rka", "apbd", [1, 2, 3], False],
    ["apbd", "dpa", [1, 2, 3], False],
]
"""The document above, the one below, levels (1 program, 2 kegiatan, 3 sub kegiatan), whether indicators too."""
TOLERANCE = {
    "rpjmd-rkpd": {"percent": "10"},
    "renstra-renja": {"percent": "10"},
    "rkpd-kua_ppas": {"percent": "5"},
}
"""Of the pagu above, in per cent, or in rupiah; pairs that are not named must agree to the rupiah."""


def load(apps, schema_editor):
    rules.define(
        apps,
        key="consistency.pairs",
        value=PAIRS,
        valid_from=START,
        legal_basis="Permendagri 86/2017 dan 77/2020 (rantai dokumen); tingkat pemeriksaan perlu konfirmasi",
    )
    rules.define(
        apps,
        key="consistency.tolerance",
        value=TOLERANCE,
        valid_from=START,
        legal_basis="Kebijakan aplikasi: pagu RPJMD, Renstra, dan RKPD bersifat indikatif; perlu konfirmasi",
    )


class Migration(migrations.Migration):
    dependencies = [("consistency", "0001_initial"), ("office", "0001_initial")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
