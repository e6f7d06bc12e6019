"""What was paid of a SKRD has a receipt, whose number is random and never changes."""

import importlib

from django.db import migrations, models

BEFORE = importlib.import_module("retribusi.assessments.migrations.0005_compensation_guard").AFTER
_GIVEN_ONCE = """
    IF OLD.receipt_number = '' THEN
        loose := loose || ARRAY['receipt_number'];
    END IF;
    IF to_jsonb(NEW) - loose"""
AFTER = BEFORE.replace("\n    IF to_jsonb(NEW) - loose", _GIVEN_ONCE, 1)
NUMBERS = """
UPDATE assessments_debt SET receipt_number = 'KW-' || upper(left(replace(gen_random_uuid()::text, '-', ''), 10))
 WHERE paid_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("assessments", "0005_compensation_guard"), ("incoming", "0014_compensation_laws")]
    operations = [
        migrations.AddField(
            model_name="debt",
            name="receipt_number",
            field=models.CharField("nomor kuitansi", db_default="", default="", max_length=16),
        ),
        migrations.RunSQL(AFTER, BEFORE),
        migrations.RunSQL(NUMBERS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="debt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("receipt_number", ""), _negated=True),
                fields=("receipt_number",),
                name="debt_receipt_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="debt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paid_at", None), ("receipt_number", "")),
                    models.Q(("paid_at__isnull", False), models.Q(("receipt_number", ""), _negated=True)),
                    _connector="OR",
                ),
                name="debt_paid_has_receipt",
            ),
        ),
    ]
