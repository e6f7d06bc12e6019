"""What the database itself refuses about instructions, and whose numbers their letters take."""

from datetime import date

from django.db import migrations

from opd.office.rules import define

APPEND_ONLY = ("acknowledgement", "dutyevent", "reminder")
GUARDS = """
-- An issued instruction stays as it is; it only ends, once. A draft is changed, issued or dropped.
CREATE FUNCTION instruction_guard_instruction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ending text[] := ARRAY['state', 'ended_at', 'ended_by_id', 'ending', 'brief_id'];
BEGIN
    IF NOT (OLD.state = 'draft' AND NEW.state IN ('draft', 'issued', 'dropped')
            OR OLD.state = 'issued' AND NEW.state IN ('closed', 'replaced')
               AND to_jsonb(NEW) - ending = to_jsonb(OLD) - ending) THEN
        RAISE EXCEPTION 'instruksi % tidak dapat diubah dari % ke %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'IN001';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER instruction_instruction_guard BEFORE UPDATE ON instruction_instruction
    FOR EACH ROW EXECUTE FUNCTION instruction_guard_instruction();
CREATE TRIGGER instruction_instruction_kept BEFORE DELETE OR TRUNCATE ON instruction_instruction
    FOR EACH STATEMENT EXECUTE FUNCTION opd_refuse_change();

-- Points and addressees are those of a draft; the shared lock makes an issue and a change wait for each other.
CREATE FUNCTION instruction_guard_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part record := coalesce(NEW, OLD);
    standing text;
BEGIN
    SELECT state INTO standing FROM instruction_instruction WHERE id = part.instruction_id FOR SHARE;
    IF standing IS DISTINCT FROM 'draft' OR (TG_OP = 'UPDATE' AND NEW.instruction_id <> OLD.instruction_id) THEN
        RAISE EXCEPTION '%: instruksi % sudah %', TG_TABLE_NAME, part.instruction_id, standing
            USING ERRCODE = 'IN002';
    END IF;
    RETURN part;
END
$$;
CREATE TRIGGER instruction_point_while_draft BEFORE INSERT OR UPDATE OR DELETE ON instruction_point
    FOR EACH ROW EXECUTE FUNCTION instruction_guard_part();
CREATE TRIGGER instruction_addressee_while_draft BEFORE INSERT OR UPDATE OR DELETE ON instruction_addressee
    FOR EACH ROW EXECUTE FUNCTION instruction_guard_part();
CREATE TRIGGER instruction_point_kept BEFORE TRUNCATE ON instruction_point
    FOR EACH STATEMENT EXECUTE FUNCTION opd_refuse_change();
CREATE TRIGGER instruction_addressee_kept BEFORE TRUNCATE ON instruction_addressee
    FOR EACH STATEMENT EXECUTE FUNCTION opd_refuse_change();

-- Agencies answer while the instruction is in force.
CREATE FUNCTION instruction_require_in_force(addressed bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    standing text;
BEGIN
    SELECT i.state INTO standing FROM instruction_addressee a
      JOIN instruction_instruction i ON i.id = a.instruction_id WHERE a.id = addressed FOR SHARE OF i;
    IF standing IS DISTINCT FROM 'issued' THEN
        RAISE EXCEPTION 'instruksi bagi OPD % tidak berlaku (%)', addressed, standing USING ERRCODE = 'IN003';
    END IF;
END
$$;
CREATE FUNCTION instruction_guard_acknowledgement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM instruction_require_in_force(NEW.addressee_id);
    RETURN NEW;
END
$$;
CREATE TRIGGER instruction_acknowledgement_in_force BEFORE INSERT ON instruction_acknowledgement
    FOR EACH ROW EXECUTE FUNCTION instruction_guard_acknowledgement();

-- A duty goes from open to reported, then to accepted for good, or back to the agency.
CREATE FUNCTION instruction_guard_duty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM instruction_require_in_force(NEW.addressee_id);
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' OR NOT EXISTS (
            SELECT FROM instruction_addressee a JOIN instruction_point p ON p.instruction_id = a.instruction_id
             WHERE a.id = NEW.addressee_id AND p.id = NEW.point_id) THEN
            RAISE EXCEPTION 'butir % bukan dari instruksi OPD %', NEW.point_id, NEW.addressee_id
                USING ERRCODE = 'IN004';
        END IF;
    ELSIF (NEW.addressee_id, NEW.point_id) <> (OLD.addressee_id, OLD.point_id)
          OR NOT (OLD.state IN ('open', 'returned') AND NEW.state = 'reported'
                  OR OLD.state = 'reported' AND NEW.state IN ('accepted', 'returned')
                     AND (NEW.claim, NEW.reported_on) = (OLD.claim, OLD.reported_on)) THEN
        RAISE EXCEPTION 'kewajiban % tidak dapat berubah dari % ke %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'IN004';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER instruction_duty_guard BEFORE INSERT OR UPDATE ON instruction_duty
    FOR EACH ROW EXECUTE FUNCTION instruction_guard_duty();
CREATE TRIGGER instruction_duty_kept BEFORE DELETE OR TRUNCATE ON instruction_duty
    FOR EACH STATEMENT EXECUTE FUNCTION opd_refuse_change();
"""
TRIGGERS = (
    ("instruction", "instruction_instruction_guard"), ("instruction", "instruction_instruction_kept"),
    ("point", "instruction_point_while_draft"), ("addressee", "instruction_addressee_while_draft"),
    ("point", "instruction_point_kept"), ("addressee", "instruction_addressee_kept"),
    ("acknowledgement", "instruction_acknowledgement_in_force"),
    ("duty", "instruction_duty_guard"), ("duty", "instruction_duty_kept"),
)  # fmt: skip
FORWARD = "\n".join(
    [
        GUARDS,
        *(
            f"CREATE TRIGGER instruction_{table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
            f" ON instruction_{table} FOR EACH STATEMENT EXECUTE FUNCTION opd_refuse_change();"
            f" ALTER TABLE instruction_{table} ENABLE ALWAYS TRIGGER instruction_{table}_append_only;"
            for table in APPEND_ONLY
        ),
        *(f"ALTER TABLE instruction_{table} ENABLE ALWAYS TRIGGER {name};" for table, name in TRIGGERS),
    ]
)
BACKWARD = "\n".join(
    [
        *(f"DROP TRIGGER instruction_{table}_append_only ON instruction_{table};" for table in APPEND_ONLY),
        *(f"DROP TRIGGER {name} ON instruction_{table};" for table, name in TRIGGERS),
        "DROP FUNCTION instruction_guard_instruction();",
        "DROP FUNCTION instruction_guard_part();",
        "DROP FUNCTION instruction_guard_acknowledgement();",
        "DROP FUNCTION instruction_guard_duty();",
        "DROP FUNCTION instruction_require_in_force(bigint);",
    ]
)


def load(apps, schema_editor):
    define(
        apps,
        key="instruction.office",
        value="136",
        valid_from=date(2021, 1, 1),
        legal_basis="Instruksi ditandatangani Sekretaris Daerah; unit penomoran surat perlu dikonfirmasi",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("instruction", "0001_initial"),
        ("opd", "0002_append_only"),
        ("office", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
