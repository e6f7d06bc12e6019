"""What the database refuses, the rubric of 2026, and the dated rule of deadlines."""

import json
from datetime import date
from pathlib import Path

from django.db import migrations

from opd.office.rules import define

DATA = Path(__file__).parents[1] / "data"
APPEND_ONLY = ("rubricversion", "reading", "entry", "event", "result")
KEPT = ("campaign", "sheet")
GUARDS = """
-- A campaign goes its way step by step; once decided only its publication follows, then nothing.
CREATE FUNCTION evaluation_guard_campaign() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    publishing text[] := ARRAY['state', 'published_at', 'published_by_id'];
    way text[] := ARRAY['filling', 'review', 'deciding', 'final', 'published'];
BEGIN
    IF OLD.state = 'published'
       OR array_position(way, NEW.state) - array_position(way, OLD.state) NOT IN (0, 1)
       OR (OLD.state = 'final'
           AND (NEW.state <> 'published'
                OR to_jsonb(NEW) - publishing IS DISTINCT FROM to_jsonb(OLD) - publishing))
       OR (OLD.state = 'deciding' AND NEW.rubric_version_id <> OLD.rubric_version_id)
       OR (NEW.year, NEW.half, NEW.revision, NEW.opened_by_id, NEW.corrects_id)
          IS DISTINCT FROM (OLD.year, OLD.half, OLD.revision, OLD.opened_by_id, OLD.corrects_id) THEN
        RAISE EXCEPTION 'masa penilaian % tidak dapat diubah dari % ke %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'EV001';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER evaluation_campaign_guard BEFORE UPDATE ON evaluation_campaign
    FOR EACH ROW EXECUTE FUNCTION evaluation_guard_campaign();
ALTER TABLE evaluation_campaign ENABLE ALWAYS TRIGGER evaluation_campaign_guard;

-- A sheet lives as long as its campaign is open; its subject never changes.
CREATE FUNCTION evaluation_guard_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
BEGIN
    SELECT state INTO standing FROM evaluation_campaign WHERE id = NEW.campaign_id FOR SHARE;
    IF standing NOT IN ('filling', 'review')
       OR (TG_OP = 'UPDATE' AND (NEW.campaign_id, NEW.kind, NEW.opd_id)
           IS DISTINCT FROM (OLD.campaign_id, OLD.kind, OLD.opd_id)) THEN
        RAISE EXCEPTION 'lembar % tidak dapat diubah (%)', NEW.id, standing USING ERRCODE = 'EV001';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER evaluation_sheet_guard BEFORE INSERT OR UPDATE ON evaluation_sheet
    FOR EACH ROW EXECUTE FUNCTION evaluation_guard_sheet();
ALTER TABLE evaluation_sheet ENABLE ALWAYS TRIGGER evaluation_sheet_guard;

-- Each side speaks in its own stage, and nobody judges what they filled themselves. The shared lock makes a
-- submission and an entry wait for each other; whoever comes second sees what the first did.
CREATE FUNCTION evaluation_guard_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stage text;
    standing text;
    known boolean;
BEGIN
    SELECT c.state, s.state,
           r.content -> 'indicators' @> jsonb_build_array(jsonb_build_object('code', NEW.code))
      INTO stage, standing, known
      FROM evaluation_sheet s
      JOIN evaluation_campaign c ON c.id = s.campaign_id
      JOIN evaluation_rubricversion r ON r.id = c.rubric_version_id
     WHERE s.id = NEW.sheet_id FOR SHARE OF s, c;
    IF NOT coalesce(CASE NEW.side
        WHEN 'own' THEN stage IN ('filling', 'review') AND standing IN ('draft', 'returned')
        WHEN 'review' THEN stage = 'review' AND standing = 'submitted'
        WHEN 'final' THEN stage = 'deciding'
        END, false) THEN
        RAISE EXCEPTION 'lembar % tidak sedang menerima isian % (%, %)', NEW.sheet_id, NEW.side, stage, standing
            USING ERRCODE = 'EV001';
    END IF;
    IF NOT known THEN
        RAISE EXCEPTION 'indikator % tidak ada di rubrik lembar %', NEW.code, NEW.sheet_id
            USING ERRCODE = 'EV002';
    END IF;
    IF EXISTS (
        SELECT 1 FROM evaluation_entry e
         WHERE e.sheet_id = NEW.sheet_id AND e.by_id = NEW.by_id
           AND (e.side = 'own') <> (NEW.side = 'own')) THEN
        RAISE EXCEPTION 'lembar %: satu orang mengisi dan menilai', NEW.sheet_id USING ERRCODE = 'EV003';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER evaluation_entry_in_its_stage BEFORE INSERT ON evaluation_entry
    FOR EACH ROW EXECUTE FUNCTION evaluation_guard_entry();
ALTER TABLE evaluation_entry ENABLE ALWAYS TRIGGER evaluation_entry_in_its_stage;

-- Readings come until the decision begins, a result only while deciding.
CREATE FUNCTION evaluation_guard_stage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stage text;
BEGIN
    SELECT c.state INTO stage FROM evaluation_sheet s JOIN evaluation_campaign c ON c.id = s.campaign_id
     WHERE s.id = NEW.sheet_id FOR SHARE OF c;
    IF NOT stage = ANY (TG_ARGV) THEN
        RAISE EXCEPTION '% lembar % ditolak (%)', TG_TABLE_NAME, NEW.sheet_id, stage USING ERRCODE = 'EV001';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER evaluation_reading_in_time BEFORE INSERT ON evaluation_reading
    FOR EACH ROW EXECUTE FUNCTION evaluation_guard_stage('filling', 'review');
ALTER TABLE evaluation_reading ENABLE ALWAYS TRIGGER evaluation_reading_in_time;
CREATE TRIGGER evaluation_result_in_time BEFORE INSERT ON evaluation_result
    FOR EACH ROW EXECUTE FUNCTION evaluation_guard_stage('deciding');
ALTER TABLE evaluation_result ENABLE ALWAYS TRIGGER evaluation_result_in_time;

-- Aspects make 100, and so do the indicators of each aspect for each kind of subject.
CREATE FUNCTION evaluation_guard_rubric() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT coalesce(sum((a ->> 'weight')::numeric), 0)
          FROM jsonb_array_elements(NEW.content -> 'aspects') AS a) <> 100
       OR EXISTS (
            SELECT 1
              FROM jsonb_array_elements(NEW.content -> 'aspects') AS a
             CROSS JOIN unnest(ARRAY['tp2dd', 'opd']) AS kind
             WHERE (SELECT coalesce(sum((i -> 'weights' ->> kind)::numeric), 0)
                      FROM jsonb_array_elements(NEW.content -> 'indicators') AS i
                     WHERE i ->> 'aspect' = a ->> 'code') <> 100) THEN
        RAISE EXCEPTION 'bobot rubrik % tidak berjumlah 100', NEW.code USING ERRCODE = 'EV004';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER evaluation_rubric_whole BEFORE INSERT ON evaluation_rubricversion
    FOR EACH ROW EXECUTE FUNCTION evaluation_guard_rubric();
ALTER TABLE evaluation_rubricversion ENABLE ALWAYS TRIGGER evaluation_rubric_whole;
"""
UNGUARD = """
DROP TRIGGER evaluation_campaign_guard ON evaluation_campaign;
DROP TRIGGER evaluation_sheet_guard ON evaluation_sheet;
DROP TRIGGER evaluation_entry_in_its_stage ON evaluation_entry;
DROP TRIGGER evaluation_reading_in_time ON evaluation_reading;
DROP TRIGGER evaluation_result_in_time ON evaluation_result;
DROP TRIGGER evaluation_rubric_whole ON evaluation_rubricversion;
DROP FUNCTION evaluation_guard_campaign();
DROP FUNCTION evaluation_guard_sheet();
DROP FUNCTION evaluation_guard_entry();
DROP FUNCTION evaluation_guard_stage();
DROP FUNCTION evaluation_guard_rubric();
"""


def _trigger(table: str, name: str, deeds: str) -> str:
    return (
        f"CREATE TRIGGER evaluation_{table}_{name} BEFORE {deeds} ON evaluation_{table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION opd_refuse_change();"
        f" ALTER TABLE evaluation_{table} ENABLE ALWAYS TRIGGER evaluation_{table}_{name};"
    )


FORWARD = "\n".join(
    [
        GUARDS,
        *(_trigger(table, "append_only", "UPDATE OR DELETE OR TRUNCATE") for table in APPEND_ONLY),
        *(_trigger(table, "kept", "DELETE OR TRUNCATE") for table in KEPT),
    ]
)
BACKWARD = "\n".join(
    [
        UNGUARD,
        *(f"DROP TRIGGER evaluation_{table}_append_only ON evaluation_{table};" for table in APPEND_ONLY),
        *(f"DROP TRIGGER evaluation_{table}_kept ON evaluation_{table};" for table in KEPT),
    ]
)


def forward(apps, schema_editor):
    define(
        apps, key="evaluation.deadlines", value={"own": 14, "review": 28, "final": 35},
        valid_from=date(2025, 1, 1),
        legal_basis="Kebijakan aplikasi: hari sesudah masa penilaian berakhir; perlu konfirmasi TP2DD",
    )  # fmt: skip
    rubric = json.loads((DATA / "rubric_2026.json").read_text(encoding="utf-8"))
    apps.get_model("evaluation", "RubricVersion").objects.create(
        code=rubric["code"], name=rubric["name"], valid_from=rubric["valid_from"],
        legal_basis=rubric["legal_basis"],
        content={"aspects": rubric["aspects"], "indicators": rubric["indicators"]},
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0001_initial"),
        ("opd", "0002_append_only"),
        ("office", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(forward, migrations.RunPython.noop),
    ]
