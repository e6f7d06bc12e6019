"""Values the law or the bank may change, with their basis."""

from datetime import date

from django.db import migrations

from opd.office.rules import define


def forward(apps, schema_editor):
    define(
        apps,
        key="qris.max_amount",
        value="10000000.00",
        valid_from=date(2022, 3, 1),
        legal_basis="Batas nominal transaksi QRIS Rp10.000.000 (Bank Indonesia, berlaku 1 Maret 2022)",
        confirmed=True,
    )
    define(
        apps,
        key="qris.validity_minutes",
        value=15,
        valid_from=date(2024, 1, 1),
        legal_basis="Kebiasaan penyedia jasa pembayaran; ditetapkan pemerintah daerah bersama bank",
    )
    define(
        apps,
        key="qris.longest_validity_minutes",
        value=120,
        valid_from=date(2024, 1, 1),
        legal_basis="Batas masa berlaku QRIS dinamis pada penyedia jasa pembayaran; ditetapkan bersama bank",
    )


class Migration(migrations.Migration):
    dependencies = [("incoming", "0002_guards"), ("office", "0001_initial")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
