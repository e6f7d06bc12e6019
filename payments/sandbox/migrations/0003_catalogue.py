"""The invented accounts and cards, as the catalogue names them; what is there stays as it is."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from payments.sandbox import catalogue


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    catalogue.ensure(
        apps.get_model("sandbox", "Account"),
        apps.get_model("sandbox", "Card"),
        apps.get_model("sandbox", "EmoneyCard"),
    )


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0002_spending")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
