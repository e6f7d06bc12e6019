"""The bench command measures what it says; how fast is for a quiet machine to tell."""

from __future__ import annotations

import re
from contextlib import nullcontext
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from opd.office import measuring
from payments.ledger.models import Account, Journal
from payments.ledger.verification import LAWS


@pytest.mark.django_db(transaction=True)
def test_bench_reports_posts_beside_the_floor_and_balances(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "own_database", nullcontext)
    out = StringIO()
    call_command("bench", "ledger", "--seconds", "0.05", "--rounds", "1", "--size", "100", stdout=out)
    assert re.search(
        r"^1 klien: \d+ jurnal/detik; INSERT polos \d+/detik; rasio \d\.\d\d$", out.getvalue(), re.M
    )
    assert re.search(r"^8 klien: ", out.getvalue(), re.M)
    assert len(re.findall(r"\d+\.\d\d ms$", out.getvalue(), re.M)) == 3
    assert Journal.objects.count() > 1_100
    assert {law.name for law in LAWS if law.check().problems} == set()


@pytest.mark.django_db(transaction=True)
def test_bench_leaves_no_database_behind() -> None:
    before, accounts = connection.settings_dict["NAME"], Account.objects.count()
    with measuring.own_database(), connection.cursor() as cursor:
        assert connection.settings_dict["NAME"] == f"{before}_bench"
        cursor.execute("SELECT count(*) FROM ledger_account")
        assert cursor.fetchone()[0] == accounts > 10
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [f"{before}_bench"])
        assert cursor.fetchone()[0] == 0


@pytest.mark.django_db(transaction=True)
def test_bench_of_the_budget_holds_beside_the_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "own_database", nullcontext)
    out = StringIO()
    call_command("bench", "planning", "--seconds", "0.05", "--rounds", "1", stdout=out)
    assert re.search(
        r"^8 klien: \d+ penahanan/detik; SQL polos \d+/detik; rasio \d\.\d\d$", out.getvalue(), re.M
    )
