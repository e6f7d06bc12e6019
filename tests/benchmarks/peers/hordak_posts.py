"""Peer: post two-leg transactions with django-hordak, and ask for the balance of the account they meet in.

Runs in an environment of its own and a schema that it makes and drops: nothing of ours.
"""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings

SCHEMA = "hordak_peer"
PARTS = urlsplit(os.environ["DATABASE_URL"])
settings.configure(
    INSTALLED_APPS=[
        *("django.contrib.contenttypes", "django.contrib.auth"), *("mptt", "django_extensions", "hordak")
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql", "NAME": PARTS.path.strip("/"),
            "USER": unquote(PARTS.username), "PASSWORD": unquote(PARTS.password), "HOST": PARTS.hostname,
            "PORT": PARTS.port, "OPTIONS": {"options": f"-c search_path={SCHEMA}"},
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", USE_TZ=True, DEFAULT_CURRENCY="IDR",
    HORDAK_CURRENCIES=["IDR"], HORDAK_INTERNAL_CURRENCY="IDR", CURRENCIES=["IDR"],
)  # fmt: skip
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from hordak.models import Account, Leg, Transaction  # noqa: E402
from moneyed import Money  # noqa: E402


def post(bank, income):
    with transaction.atomic():
        made = Transaction.objects.create(description="Uji")
        Leg.objects.create(transaction=made, account=bank, debit=Money(5000, "IDR"))
        Leg.objects.create(transaction=made, account=income, credit=Money(5000, "IDR"))


def main(seconds, clients):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
    call_command("migrate", verbosity=0)
    bank = Account.objects.create(name="Bank", code="1", type="AS", currencies=["IDR"])
    income = Account.objects.create(name="Income", code="2", type="IN", currencies=["IDR"])

    def work(_):
        done, end = 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            post(bank, income)
            done += 1
        connection.close()
        return done

    with ThreadPoolExecutor(clients) as pool:
        posts = sum(pool.map(work, range(clients)))
    start = time.perf_counter()
    Account.objects.get(pk=bank.pk).get_balance()
    took = (time.perf_counter() - start) * 1000
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    sys.stdout.write(json.dumps({"rate": posts / seconds, "balance_ms": took, "posts": posts}) + "\n")


main(float(sys.argv[1]), int(sys.argv[2]))
