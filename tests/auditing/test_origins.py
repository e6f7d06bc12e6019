"""From a figure of the trial balance down to what the bank sent."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from opd.models import Role
from payments.ledger import origins, queries
from payments.ledger.models import Journal
from payments.ledger.sources import registered
from tests.auditing.test_payment_evidence import PAYER, PHONE, told
from tests.incoming.conftest import things, world
from tests.incoming.world import RRN, World
from tests.ledger.books import DAY, book, close_block, received
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.conftest import scene
from tests.reconciliation.files import credit_of
from tests.reconciliation.scene import AT, Scene, imported

__all__ = ["scene", "things", "world"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(person("auditor", Role.AUDITOR), backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, journal: int) -> str:
    answer = client.get(reverse("ledger:journal_origin", args=[journal]))
    assert answer.status_code == 200
    return answer.content.decode()


def titles(html: str) -> list[str]:
    return re.findall(r"<li>\s*<h2>([^<]+)</h2>", html)


def credited(scene: Scene) -> tuple[int, Any]:
    payment, sale = scene.sold()
    imported(files.settlement(sale))
    imported(files.statement(credit_of(sale)), name="rkud.csv", at=AT + timedelta(days=1))
    return Journal.objects.filter(source=payment.source).latest("pk").pk, sale


def test_a_notice_stands_behind_its_payment_as_received_but_masked(world: World, auditor: Client) -> None:
    payment = told(world, RRN)
    html = page(auditor, payment.journal_id)
    assert titles(html) == [
        "Penerimaan",
        "Permintaan pembayaran",
        "Pembayaran",
        "Kabar bank seperti diterima",
    ]
    assert payment.partner_reference_no in html
    assert PAYER not in html
    assert PHONE not in html


def test_revenue_leads_to_the_lines_of_both_banks_files(scene: Scene, auditor: Client) -> None:
    journal, sale = credited(scene)
    html = page(auditor, journal)
    assert titles(html)[-2:] == ["Diselesaikan penyelenggara QRIS", "Masuk rekening kas daerah"]
    assert sale.line.replace('"', "&quot;") in html
    assert html.count(reverse("reconciliation:file_list")) >= 2


def test_an_origin_costs_the_same_however_many_journals_there_are(
    scene: Scene, auditor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    journal, _ = credited(scene)
    with django_assert_max_num_queries(32):
        page(auditor, journal)


def test_a_journal_without_rows_behind_it_says_so(auditor: Client) -> None:
    html = page(auditor, book(received(5_000)).journal_id)
    assert titles(html) == []
    assert "Tidak ada baris di balik jurnal ini" in html


def test_every_kind_of_journal_that_a_room_must_have_can_be_told_of() -> None:
    wanted = {key.split(":")[0] for source in registered() for key in re.findall(r"'(\w+:)'", source.sql)}
    through = {"refund", "compensation", "tax"}  # keys of their own, on the source of a payment or spending
    assert wanted - through <= origins.rooms()
    assert wanted - through


def test_only_who_reads_the_books_sees_origins(client: Client) -> None:
    journal = book(received(5_000)).journal_id
    address = reverse("ledger:journal_origin", args=[journal])
    assert client.get(address).status_code == 302
    member = person("anggota", Role.TP2DD_MEMBER)
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_figure_as_known_on_a_block_leads_to_the_journals_of_that_block(auditor: Client) -> None:
    book(received(5_000), "k1")
    block = close_block()
    book(received(7_000), "k2")
    trial = auditor.get(f"/buku-besar/neraca-saldo/?pada={DAY}&blok={block}").content.decode()
    (link,) = re.findall(r'href="([^"]*akun=acquirer-receivable[^"]*)"', trial)
    assert f"blok={block}" in link
    listed = auditor.get(link.replace("&amp;", "&")).context
    assert [row.key for row in listed["rows"]] == ["k1"]
    known = queries.trial_balance(on=DAY, known_on=block)
    assert {row.account: row.debit for row in known}["acquirer-receivable"] == listed["totals"].debit
