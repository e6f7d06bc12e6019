"""The bench command measures what it says; how fast is for a quiet machine to tell."""

from __future__ import annotations

import json
import re
from contextlib import nullcontext
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from payments.ledger.models import Account, Journal
from payments.ledger.verification import LAWS
from tests.benchmarks import measuring


@pytest.mark.django_db(transaction=True)
def test_bench_reports_posts_beside_the_floor_and_balances(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "own_database", nullcontext)
    out = StringIO()
    call_command("bench", "ledger", "--seconds", "0.05", "--rounds", "1", "--size", "100", stdout=out)
    assert re.search(
        r"^Membukukan satu per satu, 1 klien: \S+ jurnal/detik; INSERT polos \S+ \S+; rasio \d\.\d\d;",
        out.getvalue(),
        re.M,
    )
    assert re.search(r"^Membukukan satu per satu, 8 klien: ", out.getvalue(), re.M)
    assert len(re.findall(r"^Saldo akun terpadat pada \d+ jurnal: ", out.getvalue(), re.M)) == 2
    assert re.search(r"^\| Membukukan 1000 sekaligus \| .* \| .* \| \d\.\d\d \| ", out.getvalue(), re.M)
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
        r"^Menahan anggaran, 8 klien: \S+ penahanan/detik; SQL polos \S+ penahanan/detik; rasio ",
        out.getvalue(),
        re.M,
    )


@pytest.mark.django_db(transaction=True)
def test_bench_exports_what_it_posted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(measuring, "own_database", nullcontext)
    out, told = StringIO(), tmp_path / "angka.json"
    call_command("bench", "exports", "--rounds", "1", "--size", "400", "--json", told, stdout=out)
    figures = json.loads(told.read_text())["figures"]
    assert [each["what"] for each in figures if each["floor"]] == ["Ekspor 40 baris", "Ekspor 400 baris"]
    assert all(each["ratio"] > 0 for each in figures if each["floor"])


def test_bench_knows_its_rooms() -> None:
    with pytest.raises(CommandError, match="Tidak dikenal: dapur"):
        call_command("bench", "dapur")


@pytest.mark.django_db(transaction=True)
def test_bench_of_the_plans_imports_and_compares_eight_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "own_database", nullcontext)
    out = StringIO()
    call_command("bench", "consistency", "--size", "400", stdout=out)
    assert re.search(r"^Impor 8 dokumen, 20 sub kegiatan: \S+ detik;", out.getvalue(), re.M)
    assert re.search(
        r"^Pemeriksaan ulang, 20 sub kegiatan: \S+ detik; FULL JOIN polos ", out.getvalue(), re.M
    )
