"""What the law fixes about assessments, with its basis; none of it is confirmed by the province yet."""

from datetime import date

from django.db import migrations

from opd.office.rules import define

SINCE, BEFORE = date(2024, 1, 1), date(2010, 1, 1)
CONFIRM = "perlu konfirmasi terhadap PP 35/2023 dan Perda 7/2023"


def forward(apps, schema_editor):
    define(
        apps,
        key="retribusi.late_interest",
        value={"percent": "2", "most_months": 24, "month_days": None, "round_to": "1"},
        valid_from=BEFORE,
        legal_basis=f"UU 28/2009: 2 % sebulan, ditagih dengan STRD (sumber sekunder); {CONFIRM}",
    )
    define(
        apps,
        key="retribusi.late_interest",
        value={"percent": "1", "most_months": 24, "month_days": None, "round_to": "1"},
        valid_from=SINCE,
        legal_basis="UU 1/2022: 1 % sebulan, paling lama 24 bulan, bagian bulan dihitung satu bulan penuh "
        f"(sumber sekunder); {CONFIRM}",
    )
    define(
        apps,
        key="retribusi.late_interest_codes",
        value={"kode_lra": "4.1.04.13.02.0001", "kode_lo": "8.1.04.13.02.0001"},
        valid_from=BEFORE,
        legal_basis="Permendagri 90/2019, pendapatan denda retribusi daerah; kode perlu konfirmasi",
    )
    define(
        apps,
        key="retribusi.skrd_due_days",
        value=15,
        valid_from=BEFORE,
        legal_basis=f"SKRD dilunasi dalam 15 hari menurut perda retribusi lama (sumber sekunder); {CONFIRM}",
    )
    define(
        apps,
        key="retribusi.collection_calendar",
        value={"notice": -7, "teguran": 7, "strd": 14},
        valid_from=BEFORE,
        legal_basis="Pemberitahuan H-7, surat teguran H+7, STRD H+14, seperti Perbup 25/2024 Pasal 21 suatu "
        f"kabupaten (sumber sekunder); {CONFIRM}",
    )
    define(
        apps,
        key="retribusi.collection_lapse_years",
        value=3,
        valid_from=BEFORE,
        legal_basis=f"Hak menagih kedaluwarsa tiga tahun, tertangguh oleh surat teguran; {CONFIRM}",
    )
    define(
        apps,
        key="retribusi.receivable_allowance",
        value=[
            {"over_days": 0, "label": "Lancar, sampai 30 hari", "percent": "0.5"},
            {"over_days": 31, "label": "Kurang lancar, 31–90 hari", "percent": "10"},
            {"over_days": 91, "label": "Diragukan, 91–365 hari", "percent": "50"},
            {"over_days": 366, "label": "Macet, di atas setahun", "percent": "100"},
        ],
        valid_from=BEFORE,
        legal_basis="Kualitas piutang retribusi menurut kebijakan akuntansi (Permendagri 64/2013); perlu "
        "konfirmasi terhadap kebijakan akuntansi provinsi",
    )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_guards"), ("office", "0001_initial")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
