"""Limits and deadlines of the card, dated, until the province has its own regulation."""

from datetime import date

from django.db import migrations

from opd.office import rules

START = date(2023, 1, 1)
LOCAL = "kebijakan contoh provinsi lain (Kalimantan Barat), menunggu Pergub Bengkulu"
DEADLINE = "tenggat contoh, menunggu Pergub Bengkulu"

RULES = {
    "kkpd.max_transaction": (200_000_000, LOCAL),
    "kkpd.max_other_method": (50_000_000, LOCAL),
    "kkpd.match_days": (3, "jarak tanggal transaksi dan posting; kebijakan aplikasi"),
    "kkpd.evidence_days": (5, DEADLINE),
    "kkpd.dpt_days": (3, DEADLINE),
    "kkpd.spm_days": (2, DEADLINE),
}


def load(apps, schema_editor):
    for key, (value, basis) in RULES.items():
        rules.define(apps, key=key, value=value, valid_from=START, legal_basis=basis)


class Migration(migrations.Migration):
    dependencies = [("kkpd", "0001_initial"), ("office", "0003_guards_and_rules")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
