from datetime import date

from django.db import migrations

from opd.office import rules

FORWARD = """
CREATE FUNCTION office_guard_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'dokumen tidak dapat dihapus, hanya dibatalkan' USING ERRCODE = 'NT001';
    END IF;
    IF (NEW.kind, NEW.opd_id, NEW.year, NEW.sequence, NEW.number_text, NEW.title, NEW.subject_type, NEW.subject_id,
        NEW.amount, NEW.day, NEW.facts, NEW.sha256, NEW.token, NEW.issued_at, NEW.issued_by_id)
       IS DISTINCT FROM
       (OLD.kind, OLD.opd_id, OLD.year, OLD.sequence, OLD.number_text, OLD.title, OLD.subject_type, OLD.subject_id,
        OLD.amount, OLD.day, OLD.facts, OLD.sha256, OLD.token, OLD.issued_at, OLD.issued_by_id) THEN
        RAISE EXCEPTION 'isi dokumen yang sudah terbit tidak dapat diubah' USING ERRCODE = 'NT001';
    END IF;
    IF OLD.voided_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'dokumen yang sudah dibatalkan tidak dapat diubah' USING ERRCODE = 'NT001';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER office_document_frozen BEFORE UPDATE OR DELETE ON office_document
    FOR EACH ROW EXECUTE FUNCTION office_guard_document();
CREATE TRIGGER office_document_kept BEFORE TRUNCATE ON office_document
    FOR EACH STATEMENT EXECUTE FUNCTION office_guard_document();
"""
BACKWARD = """
DROP TRIGGER office_document_kept ON office_document;
DROP TRIGGER office_document_frozen ON office_document;
DROP FUNCTION office_guard_document();
"""


def rules_of_the_office(apps, schema_editor):
    basis = "kebijakan keamanan aplikasi"
    rules.define(apps, key="upload.ticket_minutes", value=15, valid_from=date(2020, 1, 1), legal_basis=basis)
    rules.define(apps, key="stepup.minutes", value=10, valid_from=date(2020, 1, 1), legal_basis=basis)


class Migration(migrations.Migration):
    dependencies = [("office", "0002_documents_and_attachments")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(rules_of_the_office, migrations.RunPython.noop),
    ]
