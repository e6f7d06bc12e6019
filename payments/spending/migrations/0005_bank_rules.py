"""What paying at a bank needs to know: BIC of bank codes, and towns in which a merchant is at home."""

from datetime import date

from django.db import migrations

from opd.office import rules

START = date(2020, 1, 1)
BIC = {
    "002": "BRINIDJA",
    "008": "BMRIIDJA",
    "009": "BNINIDJA",
    "014": "CENAIDJA",
    "200": "BTANIDJA",
    "451": "BSMDIDJA",
    "997": "PNRBIDJ7",
    "998": "LAINIDJ8",
    "999": "UJICIDJ9",
}
CITIES = [
    *("BENGKULU", "KOTA BENGKULU", "BENGKULU TENGAH", "BENGKULU UTARA", "BENGKULU SELAT", "ARGA MAKMUR"),
    *("CURUP", "REJANG LEBONG", "KEPAHIANG", "LEBONG", "MUARA AMAN", "MANNA", "BINTUHAN", "KAUR", "TAIS"),
    *("SELUMA", "MUKOMUKO", "KARANG TINGGI"),
]
"""Cities as QRIS tag 60 writes them, cut to 15 characters."""


def load(apps, schema_editor):
    rules.define(
        apps,
        key="spending.bank_bic",
        value=BIC,
        valid_from=START,
        legal_basis="Kode bank dan BIC peserta SKNBI; periksa pada daftar Bank Indonesia. 997–999 milik bank uji coba",
    )
    rules.define(
        apps,
        key="spending.home_cities",
        value=CITIES,
        valid_from=START,
        legal_basis="Kabupaten dan kota di Provinsi Bengkulu; merchant dari tempat lain diberi peringatan",
    )


class Migration(migrations.Migration):
    dependencies = [("spending", "0004_rules"), ("office", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
