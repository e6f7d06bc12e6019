"""What the database refuses, the seats of the law, channels of tax, and the regions of the province."""

from datetime import date

from django.db import migrations

from opd.office.rules import define

START = date(2021, 1, 1)
APPEND_ONLY = ("requestevent", "regionscore", "figure")
KEPT = (
    *("decree", "seat", "holder", "activity", "meeting", "agreement", "datarequest", "figurefile"),
    "calendarfeed",
)
FINAL = {
    "datarequest": "OLD.state IN ('accepted', 'withdrawn')",
    "figurefile": "OLD.state <> 'draft'",
    "meeting": "OLD.state IN ('held', 'cancelled')",
    "activity": "OLD.voided_at IS NOT NULL",
    "agreement": "OLD.ended_on IS NOT NULL",
    "calendarfeed": "OLD.revoked_at IS NOT NULL OR NEW.digest <> OLD.digest OR NEW.user_id <> OLD.user_id",
}
"""When a row never changes again."""
FORWARD = "\n".join(
    [
        *(
            f"CREATE TRIGGER secretariat_{table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
            f" ON secretariat_{table} FOR EACH STATEMENT EXECUTE FUNCTION opd_refuse_change();"
            f" ALTER TABLE secretariat_{table} ENABLE ALWAYS TRIGGER secretariat_{table}_append_only;"
            for table in APPEND_ONLY
        ),
        *(
            f"CREATE TRIGGER secretariat_{table}_kept BEFORE DELETE OR TRUNCATE"
            f" ON secretariat_{table} FOR EACH STATEMENT EXECUTE FUNCTION opd_refuse_change();"
            f" ALTER TABLE secretariat_{table} ENABLE ALWAYS TRIGGER secretariat_{table}_kept;"
            for table in KEPT
        ),
        *(
            f"CREATE TRIGGER secretariat_{table}_final BEFORE UPDATE ON secretariat_{table}"
            f" FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION opd_refuse_change();"
            f" ALTER TABLE secretariat_{table} ENABLE ALWAYS TRIGGER secretariat_{table}_final;"
            for table, condition in FINAL.items()
        ),
    ]
)
BACKWARD = "\n".join(
    [
        *(f"DROP TRIGGER secretariat_{table}_append_only ON secretariat_{table};" for table in APPEND_ONLY),
        *(f"DROP TRIGGER secretariat_{table}_kept ON secretariat_{table};" for table in KEPT),
        *(f"DROP TRIGGER secretariat_{table}_final ON secretariat_{table};" for table in FINAL),
    ]
)
COMPOSITION = [
    ["chair", "Gubernur"],
    ["vice", "Pemimpin Kantor Perwakilan Bank Indonesia"],
    ["executive", "Sekretaris daerah provinsi"],
    ["secretary", "Kepala perangkat daerah pendapatan daerah"],
    ["member", "Kepala perangkat daerah keuangan dan aset daerah"],
    ["member", "Kepala perangkat daerah komunikasi dan informatika"],
    ["member", "Kepala perangkat daerah penghasil pendapatan daerah"],
    ["member", "Kepala perangkat daerah perencanaan pembangunan"],
    ["member", "Inspektur daerah provinsi"],
    ["member", "Pejabat Kantor Perwakilan Bank Indonesia"],
    ["member", "Pejabat Otoritas Jasa Keuangan"],
    ["member", "Direktur utama bank penempatan kas umum daerah"],
    ["member", "Pejabat kantor wilayah vertikal Kementerian Keuangan"],
]
"""Position and office, in the order of the regulation."""
CHANNELS = [
    ["QRIS", "digital", "qris"],
    ["ATM", "digital", "atm"],
    ["EDC", "digital", "edc"],
    ["Internet/Mobile Banking", "digital", "internet"],
    ["Agen Bank/Minimarket", "digital", "agen_bank"],
    ["UE Reader", "digital", "uereader"],
    ["E-Commerce", "digital", "ecommerce"],
    ["Teller Bank", "semi-digital", "non_digital"],
    ["Cek/Bilyet Giro", "semi-digital", ""],
    ["Tunai", "tunai", ""],
]
"""Name, class of Kemendagri's roadmap, and the word of the ETPD's form."""
RULES = (
    ("secretariat.composition", COMPOSITION, "Permendagri 56/2021 Pasal 2 ayat (3)"),
    (
        "secretariat.channels", CHANNELS,
        "Petunjuk Teknis Kuesioner IETPD 26-11-2021; kelas menurut peta jalan Kemendagri; perlu konfirmasi",
    ),
    ("secretariat.agreement_warning_days", 90, "Kebijakan aplikasi; perlu konfirmasi"),
)  # fmt: skip
REGIONS = (
    ("17.01", "Bengkulu Selatan"), ("17.02", "Rejang Lebong"), ("17.03", "Bengkulu Utara"),
    ("17.04", "Kaur"), ("17.05", "Seluma"), ("17.06", "Mukomuko"), ("17.07", "Lebong"),
    ("17.08", "Kepahiang"), ("17.09", "Bengkulu Tengah"), ("17.71", "Kota Bengkulu"),
)  # fmt: skip
CODES = "Kode wilayah administrasi Kementerian Dalam Negeri"


def load(apps, schema_editor):
    for key, value, basis in RULES:
        define(apps, key=key, value=value, valid_from=START, legal_basis=basis)
    region = apps.get_model("secretariat", "Region")
    for code, name in REGIONS:
        region.objects.get_or_create(
            code=code, valid_from=START, defaults={"name": name, "legal_basis": CODES}
        )


class Migration(migrations.Migration):
    dependencies = [
        ("secretariat", "0001_initial"), ("opd", "0002_append_only"), ("office", "0001_initial"),
    ]  # fmt: skip
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
