"""How long messages are kept, as shipped; the installation may set other days later."""

from datetime import date

from django.db import migrations

from opd.office import rules


def define(apps, schema_editor):
    rules.define(
        apps,
        key="snap.retention_years",
        value=10,
        valid_from=date(2021, 8, 16),
        legal_basis="Standar SNAP (BI/ASPI): data dan log disimpan 10 tahun",
        confirmed=False,
    )
    rules.define(
        apps,
        key="snap.refused_days",
        value=90,
        valid_from=date(2021, 8, 16),
        legal_basis="Kebijakan pemasangan: pesan tanpa bukti pengirim tidak disimpan lama",
        confirmed=False,
    )


class Migration(migrations.Migration):

    dependencies = [("snap", "0001_initial"), ("office", "0001_initial")]

    operations = [migrations.RunPython(define, migrations.RunPython.noop)]
