"""The rules of UP and SIPD matching that the law or a habit may change, as shipped; both to be confirmed."""

from datetime import date

from django.db import migrations

from opd.office import rules

START = date(2020, 1, 1)


def load(apps, schema_editor):
    rules.define(
        apps,
        key="up.kkpd_percent",
        value=40,
        valid_from=START,
        legal_basis="Permendagri 79/2022; besaran 60/40 menurut peraturan daerah",
    )
    rules.define(
        apps,
        key="sipd.match_days",
        value=14,
        valid_from=START,
        legal_basis="Kebijakan aplikasi: jarak tanggal dokumen SIPD dan pengajuan yang masih dianggap sama",
    )


class Migration(migrations.Migration):
    dependencies = [("planning", "0002_guards"), ("office", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
