"""The proof of all laws: kept with its verdicts; what was not run or is old is never green."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opd.models import Role
from opd.office import proving
from opd.office.models import LawResult, ProofRun, Verdict
from opd.office.verification import Finding, Law
from payments.ledger import exporting
from payments.ledger.verification import LAWS as BOOKS
from tests.exports.conftest import some_books
from tests.opd.cast import person
from tests.retribusi.cast import text

MODEL = "django.contrib.auth.backends.ModelBackend"


def crash() -> Finding:
    raise ZeroDivisionError


LAWS = (
    Law("uji.benar", "ini benar", lambda: Finding(3)),
    Law("uji.salah", "ini salah", lambda: Finding(2, ["Baris 7 bersisa 1."])),
    Law("uji.kurang", "ini belum", lambda: Finding(0, not_run="alatnya tidak terpasang")),
    Law("uji.rusak", "ini rusak", crash),
)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "laws", lambda: iter(LAWS))


@pytest.mark.django_db
@pytest.mark.usefixtures("few")
def test_a_proof_keeps_what_it_found_of_every_law() -> None:
    run = proving.prove(proving.ask(by=None, at=timezone.now()))
    assert (run.laws, run.broken, run.not_run, run.verdict) == (4, 2, 1, Verdict.BROKEN)
    found = {row.name: (row.verdict, row.rows) for row in run.results.all()}
    assert found["uji.benar"] == ("holds", 3)
    assert found["uji.kurang"] == ("not_run", 0)
    assert LawResult.objects.get(name="uji.salah").problems == ["Baris 7 bersisa 1."]
    assert "ZeroDivisionError" in LawResult.objects.get(name="uji.rusak").problems[0]
    proving.prove(run)
    assert LawResult.objects.count() == 4
    with pytest.raises(DatabaseError, match="ditolak"), transaction.atomic():
        LawResult.objects.update(verdict="holds")


@pytest.mark.django_db
@pytest.mark.usefixtures("few")
def test_one_that_is_under_way_answers_a_second_asking() -> None:
    now = timezone.now()
    first = proving.ask(by=None, at=now)
    assert proving.ask(by=None, at=now + timedelta(minutes=1)) == first
    assert proving.ask(by=None, at=now + timedelta(hours=1)) != first


@pytest.mark.django_db
@pytest.mark.usefixtures("few")
def test_one_whose_worker_was_lost_is_taken_up_again() -> None:
    now = timezone.now()
    run = proving.ask(by=None, at=now)
    assert proving.nudge_stuck(at=now) == 0
    assert proving.nudge_stuck(at=now + timedelta(minutes=16)) == 1
    proving.prove(run)
    assert proving.nudge_stuck(at=now + timedelta(minutes=16)) == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("few")
def test_the_page_is_green_only_for_what_was_proved_lately(client: Client) -> None:
    client.force_login(person("auditor.uji", Role.AUDITOR), backend=MODEL)
    address = reverse("office:proof")
    assert "Belum pernah dibuktikan" in text(client.get(address))
    assert client.post(reverse("office:proof_ask")).status_code == 302
    assert "sedang berjalan" in text(client.get(address))
    run = proving.prove(ProofRun.objects.get())
    page = text(client.get(address))
    assert page.count('class="state ok"') == 1
    assert "Baris 7 bersisa 1." in page
    assert "alatnya tidak terpasang" in page
    ProofRun.objects.filter(pk=run.pk).update(finished_at=timezone.now() - timedelta(hours=27))
    old = text(client.get(address))
    assert 'class="state ok"' not in old
    assert "terlalu lama" in old
    assert 'class="state ok"' in text(client.get(reverse("office:proof_run", args=[run.pk])))


@pytest.mark.django_db
def test_only_some_roles_ask_for_one(client: Client) -> None:
    client.force_login(person("tp2dd.uji", Role.TP2DD_MEMBER), backend=MODEL)
    assert "Buktikan sekarang" not in text(client.get(reverse("office:proof")))
    assert client.post(reverse("office:proof_ask")).status_code == 403
    assert not ProofRun.objects.exists()


@pytest.mark.django_db
def test_verify_names_what_is_broken_and_what_was_not_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = "opd.office.management.commands.verify.laws"
    monkeypatch.setattr(command, lambda: iter(LAWS))
    with pytest.raises(CommandError, match="2 hukum dilanggar"):
        call_command("verify")
    assert "BELUM" in capsys.readouterr().out
    monkeypatch.setattr(command, lambda: iter([LAWS[0], LAWS[2]]))
    call_command("verify")
    assert "1 hukum belum diperiksa; yang lain terpenuhi." in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_without_hledger_its_law_is_not_run_and_with_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    some_books()
    law = next(law for law in BOOKS if law.name == "ledger.hledger")
    if shutil.which("hledger"):
        found = law.check()
        assert found.problems == []
        assert found.rows > 3
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert proving.verdict_of(law.check()) is Verdict.NOT_RUN


@pytest.mark.django_db(transaction=True)
def test_journals_that_hledger_refuses_are_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("hledger") is None:
        pytest.skip("hledger is not installed")
    some_books()
    monkeypatch.setattr(exporting, "hledger", lambda block: iter([b"2026-01-01 miring\n    a:b  5 IDR\n"]))
    law = next(law for law in BOOKS if law.name == "ledger.hledger")
    (problem,) = law.check().problems
    assert problem.startswith("hledger menolak jurnal tersegel: ")
    assert "sum should be 0" in problem
