"""What the database refuses, the official form of 2021, the first rubric, and dated rules."""

import json
from datetime import date
from pathlib import Path

from django.db import migrations

from opd.office.rules import define

DATA = Path(__file__).parents[1] / "data"
START = date(2021, 1, 1)
APPEND_ONLY = ("answer", "reading", "reviewnote", "formversion", "rubricversion")
GUARDS = """
-- A frozen semester never changes; being filed with its proof is the one step after it. No state goes past it.
CREATE FUNCTION etpd_guard_semester() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    filing text[] := ARRAY['state', 'filed_on', 'filing_number', 'filed_at', 'filed_by_id'];
BEGIN
    IF OLD.state = 'filed'
       OR (OLD.state = 'frozen'
           AND (NEW.state <> 'filed' OR to_jsonb(NEW) - filing IS DISTINCT FROM to_jsonb(OLD) - filing))
       OR (OLD.state <> 'frozen' AND NEW.state = 'filed')
       OR (OLD.state NOT IN ('accepted', 'frozen') AND NEW.state = 'frozen')
       OR (NEW.year, NEW.half, NEW.revision, NEW.form_version_id, NEW.due_on)
          IS DISTINCT FROM (OLD.year, OLD.half, OLD.revision, OLD.form_version_id, OLD.due_on) THEN
        RAISE EXCEPTION 'semester % tidak dapat diubah dari % ke %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'ET001';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER etpd_semester_guard BEFORE UPDATE ON etpd_semester
    FOR EACH ROW EXECUTE FUNCTION etpd_guard_semester();
CREATE TRIGGER etpd_semester_kept BEFORE DELETE OR TRUNCATE ON etpd_semester
    FOR EACH STATEMENT EXECUTE FUNCTION opd_refuse_change();
ALTER TABLE etpd_semester ENABLE ALWAYS TRIGGER etpd_semester_guard;
ALTER TABLE etpd_semester ENABLE ALWAYS TRIGGER etpd_semester_kept;

-- Answers and readings come only while the semester is being filled, and only for questions of its form. The
-- shared lock makes a freeze and an answer wait for each other; whoever comes second sees what the first did.
CREATE FUNCTION etpd_guard_answer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
    known boolean;
BEGIN
    SELECT s.state, f.content -> 'columns' @> jsonb_build_array(jsonb_build_object('field', NEW.field))
      INTO standing, known
      FROM etpd_semester s JOIN etpd_formversion f ON f.id = s.form_version_id
     WHERE s.id = NEW.semester_id FOR SHARE OF s;
    IF standing IS DISTINCT FROM 'filling' THEN
        RAISE EXCEPTION 'semester % tidak sedang diisi (%)', NEW.semester_id, standing USING ERRCODE = 'ET001';
    END IF;
    IF NOT known THEN
        RAISE EXCEPTION 'isian % tidak ada di formulir semester %', NEW.field, NEW.semester_id
            USING ERRCODE = 'ET002';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER etpd_answer_while_filling BEFORE INSERT ON etpd_answer
    FOR EACH ROW EXECUTE FUNCTION etpd_guard_answer();
CREATE TRIGGER etpd_reading_while_filling BEFORE INSERT ON etpd_reading
    FOR EACH ROW EXECUTE FUNCTION etpd_guard_answer();
ALTER TABLE etpd_answer ENABLE ALWAYS TRIGGER etpd_answer_while_filling;
ALTER TABLE etpd_reading ENABLE ALWAYS TRIGGER etpd_reading_while_filling;

CREATE FUNCTION etpd_guard_rubric() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT coalesce(sum((m ->> 'weight')::numeric), 0)
          FROM jsonb_array_elements(NEW.content -> 'measures') AS m) <> 100 THEN
        RAISE EXCEPTION 'bobot rubrik % tidak berjumlah 100', NEW.code USING ERRCODE = 'ET003';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER etpd_rubric_whole BEFORE INSERT ON etpd_rubricversion
    FOR EACH ROW EXECUTE FUNCTION etpd_guard_rubric();
ALTER TABLE etpd_rubricversion ENABLE ALWAYS TRIGGER etpd_rubric_whole;
"""
UNGUARD = """
DROP TRIGGER etpd_semester_guard ON etpd_semester;
DROP TRIGGER etpd_semester_kept ON etpd_semester;
DROP TRIGGER etpd_answer_while_filling ON etpd_answer;
DROP TRIGGER etpd_reading_while_filling ON etpd_reading;
DROP TRIGGER etpd_rubric_whole ON etpd_rubricversion;
DROP FUNCTION etpd_guard_semester();
DROP FUNCTION etpd_guard_answer();
DROP FUNCTION etpd_guard_rubric();
"""
FORWARD = GUARDS + "\n".join(
    f"CREATE TRIGGER etpd_{table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON etpd_{table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION opd_refuse_change();"
    f" ALTER TABLE etpd_{table} ENABLE ALWAYS TRIGGER etpd_{table}_append_only;"
    for table in APPEND_ONLY
)
BACKWARD = UNGUARD + "\n".join(
    f"DROP TRIGGER etpd_{table}_append_only ON etpd_{table};" for table in APPEND_ONLY
)
DEADLINE = {
    "1": {"month": 7, "day": 7, "year_after": 0},
    "2": {"month": 1, "day": 7, "year_after": 1},
}
SPENDING = {
    "belanja_barang_dan_jasa_langsung": ["5.1.02"],
    "belanja_modal_langsung": ["5.2"],
    "belanja_pegawai_tidak_langsung": ["5.1.01"],
    "belanja_bunga_tidak_langsung": ["5.1.03"],
    "belanja_subsidi_tidak_langsung": ["5.1.04"],
    "belanja_hibah_tidak_langsung": ["5.1.05"],
    "belanja_bantuan_sosial_tidak_langsung": ["5.1.06"],
    "belanja_bagi_hasil_tidak_langsung": ["5.4.01"],
    "belanja_bantuan_keuangan_tidak_langsung": ["5.4.02"],
    "belanja_tidak_terduga_tidak_langsung": ["5.3"],
}
TAXES = [
    {"name": "Pajak Kendaraan Bermotor", "field": "kendaraan_bermotor"},
    {"name": "Bea Balik Nama Kendaraan Bermotor", "field": "bea_balik_nama_kendaraan_bermotor"},
    {"name": "Pajak Alat Berat", "field": ""},
    {"name": "Pajak Bahan Bakar Kendaraan Bermotor", "field": "bahan_bakar_kendaraan_bermotor"},
    {"name": "Pajak Air Permukaan", "field": "air_permukaan"},
    {"name": "Pajak Rokok", "field": "rokok"},
    {"name": "Opsen Pajak Mineral Bukan Logam dan Batuan", "field": ""},
]
LEVIES = [
    {"name": "Pelayanan kesehatan", "class": "Jasa umum", "prefixes": [], "field": "pelayanan_kesehatan"},
    {"name": "Pelayanan kebersihan", "class": "Jasa umum", "prefixes": [], "field": "pelayanan_kebersihan"},
    {"name": "Pelayanan parkir di tepi jalan umum", "class": "Jasa umum", "prefixes": [], "field": "parkir_jalan_umum"},
    {"name": "Pelayanan pasar", "class": "Jasa umum", "prefixes": [], "field": "pelayanan_pasar"},
    {"name": "Pengendalian lalu lintas", "class": "Jasa umum", "prefixes": [], "field": "pengendalian_lalu_lintas"},
    {"name": "Penyediaan tempat kegiatan usaha (pasar grosir, pertokoan)", "class": "Jasa usaha", "prefixes": [], "field": "pasar_grosir"},
    {"name": "Penyediaan tempat pelelangan", "class": "Jasa usaha", "prefixes": [], "field": "tempat_pelelangan"},
    {"name": "Tempat khusus parkir di luar badan jalan", "class": "Jasa usaha", "prefixes": [], "field": "tempat_khusus_parkir"},
    {"name": "Tempat penginapan, pesanggrahan, atau vila", "class": "Jasa usaha", "prefixes": [], "field": "tempat_penginapan"},
    {"name": "Rumah pemotongan hewan ternak", "class": "Jasa usaha", "prefixes": [], "field": "rumah_potong_hewan"},
    {"name": "Jasa kepelabuhanan", "class": "Jasa usaha", "prefixes": [], "field": "pelayanan_pelabuhan"},
    {"name": "Tempat rekreasi, pariwisata, dan olahraga", "class": "Jasa usaha", "prefixes": ["4.1.02.02.17", "4.1.02.02.09"], "field": "tempat_rekreasi"},
    {"name": "Penyeberangan orang atau barang di air", "class": "Jasa usaha", "prefixes": [], "field": "penyebrangan_diair"},
    {"name": "Penjualan hasil produksi usaha daerah", "class": "Jasa usaha", "prefixes": [], "field": "penjualan_produksi_usaha"},
    {"name": "Pemanfaatan aset daerah", "class": "Jasa usaha", "prefixes": [], "field": "pemakaian_kekayaan_daerah"},
    {"name": "Persetujuan bangunan gedung", "class": "Perizinan tertentu", "prefixes": [], "field": "izin_persetujuan_bangunan"},
    {"name": "Penggunaan tenaga kerja asing", "class": "Perizinan tertentu", "prefixes": [], "field": "perpanjangan_imta"},
    {"name": "Pengelolaan pertambangan rakyat", "class": "Perizinan tertentu", "prefixes": [], "field": ""},
]
RULES = (
    (
        "etpd.deadline", DEADLINE, True,
        "Permendagri 56/2021 Pasal 21: minggu pertama Juli, dan minggu pertama Januari tahun berikutnya",
    ),
    (
        "etpd.identity",
        {"tingkat_pemerintah_daerah": "Provinsi", "nama_daerah": "Bengkulu", "kpwdn": "KPw BI Provinsi Bengkulu"},
        False, "Ditetapkan TP2DD provinsi; ejaan menurut situs nasional perlu dikonfirmasi",
    ),
    (
        "etpd.secretariat", "BAPENDA", False,
        "Permendagri 56/2021 Pasal 2 ayat (3): sekretaris adalah kepala perangkat daerah pendapatan",
    ),
    (
        "etpd.spending_map", SPENDING, False,
        "Jenis belanja formulir 2021 ke kode rekening Permendagri 90/2019; padanannya perlu dikonfirmasi",
    ),
    (
        "etpd.tax_map", TAXES, False,
        "UU 1/2022 dan Perda Provinsi Bengkulu 7/2023 ke daftar UU 28/2009 di formulir; perlu dikonfirmasi",
    ),
    (
        "etpd.levy_map", LEVIES, False,
        "UU 1/2022 Pasal 88 ke daftar UU 28/2009 di formulir; kode rekening lain perlu dikonfirmasi",
    ),
)  # fmt: skip


def forward(apps, schema_editor):
    for key, value, confirmed, legal_basis in RULES:
        define(
            apps, key=key, value=value, valid_from=START, legal_basis=legal_basis, confirmed=confirmed
        )
    form = json.loads((DATA / "form_2021.json").read_text(encoding="utf-8"))
    apps.get_model("etpd", "FormVersion").objects.create(
        code=form["code"], title=form["title"], valid_from=form["valid_from"],
        legal_basis=form["legal_basis"], content=form,
    )  # fmt: skip
    rubric = json.loads((DATA / "rubric_2026.json").read_text(encoding="utf-8"))
    apps.get_model("etpd", "RubricVersion").objects.create(
        code=rubric["code"], name=rubric["name"], valid_from=rubric["valid_from"],
        legal_basis=rubric["legal_basis"],
        content={"measures": rubric["measures"], "stages": rubric["stages"]},
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("etpd", "0001_initial"),
        ("opd", "0002_append_only"),
        ("office", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(forward, migrations.RunPython.noop),
    ]
