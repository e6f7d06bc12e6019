"""How long after a sale without network it may be entered."""

from datetime import date

from django.db import migrations

from opd.office.rules import define


def forward(apps, schema_editor):
    define(
        apps,
        key="retribusi.late_entry_hours",
        value=24,
        valid_from=date(2024, 1, 1),
        legal_basis="Sejalan dengan batas setor tunai 1 x 24 jam; perlu konfirmasi kepala OPD",
    )


class Migration(migrations.Migration):
    dependencies = [("counter", "0004_sale_happened"), ("office", "0001_initial")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
