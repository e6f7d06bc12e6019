"""Posting works a set of journals out as a set (see ``payments/ledger/sql/0008_post.sql``)."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql" / "0008_post.sql"
NOT_NEEDED = """
DROP FUNCTION ledger_drafted(jsonb, bigint, date, text), ledger_mirrored(bigint, bigint),
    ledger_sealed(ledger_journal, ledger_entry[])
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_periods")]
    operations = [
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
        migrations.RunSQL(NOT_NEEDED, migrations.RunSQL.noop),
    ]
