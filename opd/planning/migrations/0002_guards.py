"""What the database refuses, whoever asks: documents only grow, holds move one way, rows keep what was read."""

from django.db import migrations

APPEND_ONLY = ("dpa", "lineversion", "spd", "spdline", "upgrant", "pursemovement", "correction")
KEPT = ("budgetline", "purse", "hold", "planfile", "sipdrow")

FUNCTIONS = """
CREATE FUNCTION planning_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % ditolak', TG_TABLE_NAME, TG_OP USING ERRCODE = 'PL001';
END
$$;

-- A hold: what was promised is fixed; it closes once; a realisation only falls.
CREATE FUNCTION planning_guard_hold() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'realised_amount', 'realised_date', 'document_number', 'closed_at',
                          'closed_by_id', 'reason'];
BEGIN
    IF to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose THEN
        RAISE EXCEPTION 'penahanan % tidak dapat diubah', OLD.id USING ERRCODE = 'PL002';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN ('active>released', 'active>realised') THEN
        RAISE EXCEPTION 'penahanan %: dari % tidak dapat menjadi %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'PL002';
    END IF;
    IF OLD.state = 'realised' AND (NEW.realised_amount > OLD.realised_amount
                                   OR NEW.realised_date <> OLD.realised_date) THEN
        RAISE EXCEPTION 'penahanan %: realisasi hanya dapat berkurang', OLD.id USING ERRCODE = 'PL002';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER planning_hold_guard BEFORE UPDATE ON planning_hold
    FOR EACH ROW EXECUTE FUNCTION planning_guard_hold();

-- A line: whose it is and its codes are fixed.
CREATE FUNCTION planning_guard_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.opd_id, NEW.year, NEW.kode_sub_kegiatan, NEW.kode_rekening, NEW.sumber_dana)
       IS DISTINCT FROM (OLD.opd_id, OLD.year, OLD.kode_sub_kegiatan, OLD.kode_rekening, OLD.sumber_dana) THEN
        RAISE EXCEPTION 'kode baris anggaran % tidak dapat diubah', OLD.id USING ERRCODE = 'PL003';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER planning_budgetline_guard BEFORE UPDATE ON planning_budgetline
    FOR EACH ROW EXECUTE FUNCTION planning_guard_line();

-- A SIPD row: what was read is fixed; what a person decides about it may change.
CREATE FUNCTION planning_guard_sipd_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['line_id', 'state', 'hold_id', 'reason', 'decided_at', 'decided_by_id'];
BEGIN
    IF to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose
       OR (OLD.state = 'counted' AND NEW.state = 'counted' AND NEW.line_id <> OLD.line_id) THEN
        RAISE EXCEPTION 'baris SIPD % tidak dapat diubah', OLD.id USING ERRCODE = 'PL004';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER planning_sipdrow_guard BEFORE UPDATE ON planning_sipdrow
    FOR EACH ROW EXECUTE FUNCTION planning_guard_sipd_row();

-- A file: what was uploaded is fixed; it is saved or dropped once.
CREATE FUNCTION planning_guard_file() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'rows', 'total', 'closed_at', 'closed_by_id'];
BEGIN
    IF OLD.state <> 'draft' OR to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose THEN
        RAISE EXCEPTION 'berkas anggaran % tidak dapat diubah', OLD.id USING ERRCODE = 'PL005';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER planning_planfile_guard BEFORE UPDATE ON planning_planfile
    FOR EACH ROW EXECUTE FUNCTION planning_guard_file();
"""


def _triggers():
    for table in APPEND_ONLY:
        yield (
            f"CREATE TRIGGER planning_{table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON planning_{table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION planning_refuse_change();"
        )
    for table in KEPT:
        yield (
            f"CREATE TRIGGER planning_{table}_kept BEFORE DELETE OR TRUNCATE ON planning_{table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION planning_refuse_change();"
        )


def _always():
    named = [(table, "append_only") for table in APPEND_ONLY] + [(table, "kept") for table in KEPT]
    named += [(table, "guard") for table in ("hold", "budgetline", "sipdrow", "planfile")]
    for table, what in named:
        yield f"ALTER TABLE planning_{table} ENABLE ALWAYS TRIGGER planning_{table}_{what};"


FORWARD = "\n".join([FUNCTIONS, *_triggers(), *_always()])
BACKWARD = "\n".join(
    [
        *(f"DROP TRIGGER planning_{table}_append_only ON planning_{table};" for table in APPEND_ONLY),
        *(f"DROP TRIGGER planning_{table}_kept ON planning_{table};" for table in KEPT),
        "DROP TRIGGER planning_hold_guard ON planning_hold;",
        "DROP TRIGGER planning_budgetline_guard ON planning_budgetline;",
        "DROP TRIGGER planning_sipdrow_guard ON planning_sipdrow;",
        "DROP TRIGGER planning_planfile_guard ON planning_planfile;",
        "DROP FUNCTION planning_guard_hold();",
        "DROP FUNCTION planning_guard_line();",
        "DROP FUNCTION planning_guard_sipd_row();",
        "DROP FUNCTION planning_guard_file();",
        "DROP FUNCTION planning_refuse_change();",
    ]
)


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
