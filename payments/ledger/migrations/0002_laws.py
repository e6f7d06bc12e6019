"""The laws of the books, the posting function and the roll-ups, in SQL (see ``payments/ledger/sql``)."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in ("0002_laws.sql", "0002_roll_up.sql", "0002_post.sql")
    ]
