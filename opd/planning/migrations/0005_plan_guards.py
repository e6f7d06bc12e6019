"""Plan documents and what stands in them only grow."""

from django.db import migrations

TABLES = ("plandocument", "planline", "planindicator")
FORWARD = "\n".join(
    f"CREATE TRIGGER planning_{table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON planning_{table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION planning_refuse_change();"
    f"ALTER TABLE planning_{table} ENABLE ALWAYS TRIGGER planning_{table}_append_only;"
    for table in TABLES
)
BACKWARD = "\n".join(
    f"DROP TRIGGER planning_{table}_append_only ON planning_{table};" for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("planning", "0004_plans")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
