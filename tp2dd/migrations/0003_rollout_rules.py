"""What an agency must have ready, and how a channel counts: dated, to be confirmed by the province."""

from datetime import date

from django.db import migrations

from opd.office.rules import define

START = date(2021, 1, 1)
CHECKLIST = {
    "cms": [
        ["policy", "Surat edaran atau keputusan kepala OPD"],
        ["account", "Rekening bendahara menurut SK"],
        ["users", "Akun CMS pembuat dan pemeriksa"],
        ["training", "Bendahara dan PPTK terlatih"],
    ],
    "qris": [
        ["policy", "Surat edaran atau keputusan kepala OPD"],
        ["account", "Rekening sumber dana QRIS"],
        ["training", "Bendahara dan PPTK terlatih"],
        ["vendors", "Daftar penyedia yang menerima QRIS"],
    ],
    "kkpd": [
        ["policy", "Keputusan gubernur tentang UP KKPD"],
        ["holders", "SK pemegang dan administrator KKPD"],
        ["cards", "Kartu diterima dan diaktifkan"],
        ["training", "Pemegang, PPTK, dan bendahara terlatih"],
    ],
    "emoney": [
        ["policy", "Surat edaran atau keputusan kepala OPD"],
        ["holders", "SK pemegang kartu"],
        ["cards", "Kartu diterima dan terdaftar"],
        ["training", "Pemegang terlatih menyerahkan struk"],
    ],
}
CLASSES = {
    "cash": "cash",
    "cms": "digital",
    "qris": "digital",
    "kkpd": "digital",
    "emoney": "digital",
    "sp2d": "digital",
}


def forward(apps, schema_editor):
    define(
        apps,
        key="rollout.checklist",
        value=CHECKLIST,
        valid_from=START,
        legal_basis="Permendagri 56/2021 Pasal 5 (tugas TP2DD); rincian syarat ditetapkan TP2DD provinsi",
    )
    define(
        apps,
        key="rollout.channel_class",
        value=CLASSES,
        valid_from=START,
        legal_basis="Petunjuk teknis kuesioner IETPD 26-11-2021 (mobile dan internet banking digital; teller, "
        "cek, dan BG semi digital); golongan CMS dan SP2D perlu dikonfirmasi",
    )


class Migration(migrations.Migration):
    dependencies = [("tp2dd", "0002_rollout"), ("office", "0001_initial")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
