"""A debt is paid once, by a payment or by a compensation; paid never becomes unpaid."""

import importlib

from django.db import migrations

_GUARDS = importlib.import_module("retribusi.assessments.migrations.0002_guards").FORWARD
_START = _GUARDS.index("CREATE FUNCTION assessments_guard_debt")
BEFORE = _GUARDS[_START : _GUARDS.index("CREATE TRIGGER assessments_debt_guard")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
AFTER = BEFORE.replace(
    "IF OLD.payment_id IS NULL THEN", "IF OLD.payment_id IS NULL AND OLD.compensation_id IS NULL THEN"
).replace("ARRAY['payment_id', ", "ARRAY['payment_id', 'compensation_id', ")


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_debt_compensation")]
    operations = [migrations.RunSQL(AFTER, BEFORE)]
