"""Values the law or the province may change, with their basis."""

from datetime import date

from django.db import migrations

from opd.office.rules import define


def forward(apps, schema_editor):
    define(
        apps,
        key="emoney.max_balance",
        value={"registered": "10000000.00", "unregistered": "2000000.00"},
        valid_from=date(2018, 5, 4),
        legal_basis="PBI 20/6/PBI/2018 (batas nilai uang elektronik terdaftar dan tidak terdaftar); "
        "perubahan sesudahnya perlu dikonfirmasi",
    )
    define(
        apps,
        key="emoney.report_days",
        value=5,
        valid_from=date(2021, 1, 1),
        legal_basis="Batas hari penyerahan struk oleh pemegang; ditetapkan kepala OPD",
    )
    define(
        apps,
        key="emoney.match_days",
        value=7,
        valid_from=date(2021, 1, 1),
        legal_basis="Jarak hari antara isi ulang menurut bendahara dan menurut penerbit; kebijakan aplikasi",
    )


class Migration(migrations.Migration):
    dependencies = [("emoney", "0002_guards"), ("office", "0001_initial")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
