"""What was said stays said; the categories, days to answer and days of a contact, dated."""

from datetime import date

from django.db import migrations

from opd.office.rules import define

START = date(2021, 11, 19)
GUARDS = """
CREATE TRIGGER complaints_entry_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON complaints_entry
    FOR EACH STATEMENT EXECUTE FUNCTION opd_refuse_change();
"""
UNGUARD = "DROP TRIGGER complaints_entry_append_only ON complaints_entry;"
CATEGORIES = [
    ["payment", "Pembayaran QRIS", "QRIS payment"],
    ["refund", "Uang kembali", "Money back"],
    ["tariff", "Tarif tidak sesuai", "Wrong tariff"],
    ["cash", "Diminta tunai tanpa tiket", "Asked for cash without a ticket"],
    ["ticket", "Tiket atau kuitansi", "Ticket or receipt"],
    ["service", "Pelayanan petugas", "Service of officers"],
    ["other", "Lainnya", "Something else"],
]


def forward(apps, schema_editor):
    define(
        apps,
        key="complaints.categories",
        value=CATEGORIES,
        valid_from=START,
        legal_basis="Permendagri 56/2021 Pasal 10 huruf f dan Pasal 20; rincian kategori ditetapkan provinsi",
    )
    define(
        apps,
        key="complaints.answer_days",
        value=5,
        valid_from=START,
        legal_basis="Permendagri 56/2021 Pasal 20 mewajibkan layanan pengaduan; 5 hari kerja perlu dikonfirmasi",
    )
    define(
        apps,
        key="complaints.contact_days",
        value=365,
        valid_from=START,
        legal_basis="UU 27/2022 (pelindungan data pribadi): disimpan selama perlu; lamanya perlu dikonfirmasi",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0001_initial"),
        ("opd", "0002_append_only"),
        ("office", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(GUARDS, UNGUARD),
        migrations.RunPython(forward, migrations.RunPython.noop),
    ]
