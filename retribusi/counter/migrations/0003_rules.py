"""Values that a decision or the law may change, with their basis; none of them is confirmed yet."""

from datetime import date

from django.db import migrations

from opd.office.rules import define

SINCE = date(2024, 1, 1)
DECISION = "Menunggu keputusan Gubernur atau kepala OPD; perlu konfirmasi"


def forward(apps, schema_editor):
    define(
        apps,
        key="retribusi.cash_deposit_hours",
        value=24,
        valid_from=SINCE,
        legal_basis="1 x 24 jam menurut perda retribusi lama (sumber sekunder); perlu konfirmasi terhadap "
        "Permendagri 77/2020 dan Perda 7/2023",
    )
    define(
        apps,
        key="retribusi.cash_reasons",
        value=["Pengunjung tidak punya aplikasi", "Jaringan atau listrik padam", "Aplikasi pembayaran gagal"],
        valid_from=SINCE,
        legal_basis=DECISION,
    )
    define(
        apps,
        key="retribusi.hours_reasons",
        value=["Tamu dari luar kota", "Rombongan terjadwal", "Acara dinas"],
        valid_from=SINCE,
        legal_basis=DECISION,
    )
    define(
        apps,
        key="retribusi.reductions",
        value=[
            {"code": "pendamping", "label": "Guru pendamping rombongan, gratis", "pays": 0},
            {"code": "difabel", "label": "Penyandang disabilitas, gratis", "pays": 0},
            {"code": "tamu", "label": "Tamu dinas dengan surat, gratis", "pays": 0},
            {"code": "pelajar", "label": "Rombongan pelajar, separuh tarif", "pays": 50},
        ],
        valid_from=SINCE,
        legal_basis=f"UU 1/2022 (keringanan, pengurangan, pembebasan retribusi). {DECISION}",
    )


class Migration(migrations.Migration):
    dependencies = [("counter", "0002_guards"), ("office", "0001_initial"), ("ledger", "0005_counter_chart")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
