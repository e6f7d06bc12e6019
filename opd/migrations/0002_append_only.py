from django.db import migrations

FORWARD = """
CREATE FUNCTION opd_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% hanya dapat ditambah: % ditolak', TG_TABLE_NAME, TG_OP USING ERRCODE = 'NT001';
END
$$;
CREATE TRIGGER opd_auditevent_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON opd_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION opd_refuse_change();
"""
BACKWARD = """
DROP TRIGGER opd_auditevent_append_only ON opd_auditevent;
DROP FUNCTION opd_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("opd", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
