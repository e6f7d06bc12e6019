from django.db import migrations

FORWARD = """
CREATE UNLOGGED TABLE shared_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX shared_cache_expires ON shared_cache (expires);
"""


class Migration(migrations.Migration):
    """The table of settings.CACHES: counters of attempts, which a crash may empty."""

    dependencies = [("opd", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, "DROP TABLE shared_cache")]
