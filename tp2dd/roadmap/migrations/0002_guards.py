"""What the database refuses: entries and targets only grow, an action that was measured or cancelled stays."""

from django.db import migrations

APPEND_ONLY = ("actionentry", "target")
KEPT = ("roadmap", "indicator", "evaluation", "action")
FINAL = {"action": "OLD.state IN ('measured', 'cancelled')", "evaluation": "OLD.state = 'closed'"}


def guard(table: str, word: str, event: str, each: str) -> str:
    name = f"roadmap_{table}_{word}"
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON roadmap_{table} FOR EACH {each}"
        f" EXECUTE FUNCTION opd_refuse_change(); ALTER TABLE roadmap_{table} ENABLE ALWAYS TRIGGER {name};"
    )


FORWARD = "\n".join(
    [
        *(guard(table, "append_only", "UPDATE OR DELETE OR TRUNCATE", "STATEMENT") for table in APPEND_ONLY),
        *(guard(table, "kept", "DELETE OR TRUNCATE", "STATEMENT") for table in KEPT),
        *(guard(table, "final", "UPDATE", f"ROW WHEN ({when})") for table, when in FINAL.items()),
    ]
)
GUARDS = [
    *((table, "append_only") for table in APPEND_ONLY), *((table, "kept") for table in KEPT),
    *((table, "final") for table in FINAL),
]  # fmt: skip
BACKWARD = "\n".join(f"DROP TRIGGER roadmap_{table}_{word} ON roadmap_{table};" for table, word in GUARDS)


class Migration(migrations.Migration):
    dependencies = [("roadmap", "0001_initial"), ("opd", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
