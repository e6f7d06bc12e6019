"""The rules of settlement that the law or a contract may change, as shipped; both to be confirmed."""

from datetime import date

from django.db import migrations

from opd.office import rules

START = date(2020, 1, 1)


def load(apps, schema_editor):
    rules.define(
        apps,
        key="reconciliation.mdr_percent",
        value="0",
        valid_from=START,
        legal_basis="Ketentuan MDR QRIS Bank Indonesia: 0 % untuk pembayaran kepada pemerintah (P2G)",
    )
    rules.define(
        apps,
        key="reconciliation.credit_working_days",
        value=1,
        valid_from=START,
        legal_basis="Perjanjian dengan bank: dana settlement masuk RKUD paling lambat hari kerja berikutnya",
    )


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0002_guards"), ("office", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
