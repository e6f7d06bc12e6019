"""Which evidence a spend needs, as shipped: a habit of the offices, to be confirmed by the province."""

from datetime import date

from django.db import migrations

from opd.office import rules

START = date(2020, 1, 1)
EVIDENCE = [
    {"type": "goods", "kinds": ["receipt"]},
    {"type": "goods", "from": "10000000", "kinds": ["invoice", "handover"]},
    {"type": "capital", "kinds": ["receipt", "invoice", "handover"]},
    {"type": "capital", "from": "50000000", "kinds": ["contract"]},
    {"type": "travel", "kinds": ["travel_order", "ticket"]},
]


def load(apps, schema_editor):
    rules.define(
        apps,
        key="spend.evidence",
        value=EVIDENCE,
        valid_from=START,
        legal_basis="Permendagri 77/2020 (bukti belanja yang lengkap dan sah); rincian per jenis dan jumlah"
        " menurut kebiasaan, menunggu sistem prosedur provinsi",
    )


class Migration(migrations.Migration):
    dependencies = [("spending", "0003_guards"), ("office", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
