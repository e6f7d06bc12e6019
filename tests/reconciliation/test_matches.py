"""The list of matches: now, and as a sealed block knew it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from opd.access import EVERYWHERE, Scope
from opd.models import Role
from payments.reconciliation.models import CreditMatch, Match, SettlementLine
from payments.reconciliation.queries.matches import MatchFilter, MatchRow, matches
from tests.ledger.books import close_block
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.files import Sale, credit_of
from tests.reconciliation.scene import AT, DAY, Scene, imported, stalls


@pytest.fixture
def town(transactional_db: None) -> Iterator[Scene]:
    with stalls() as scene:
        yield scene


def known(block: int | None = None, reach: Scope = EVERYWHERE) -> list[MatchRow]:
    return list(matches(reach, MatchFilter(DAY, DAY, block=block)))


def kinds(rows: list[MatchRow]) -> list[str]:
    return sorted(row.kind for row in rows)


@pytest.mark.django_db(transaction=True)
def test_a_block_answers_with_the_matches_and_journals_it_knew(town: Scene) -> None:
    first, second = town.sold()[1], town.sold(8_000, museum=True)[1]
    imported(files.settlement(first), name="satu.csv")
    early = close_block()
    imported(files.statement(credit_of(first)), name="rkud.csv")
    later = close_block()
    imported(files.settlement(second), name="dua.csv")
    assert kinds(known(early)) == ["payment"]
    assert known(early)[0].journal is None
    assert kinds(known(later)) == ["credit", "payment"]
    assert next(row.journal for row in known(later) if row.kind == "payment")
    assert kinds(known()) == ["credit", "payment", "payment"]
    assert kinds(known(reach=Scope(frozenset({town.culture.pk})))) == ["payment"]


@pytest.mark.parametrize("model", [Match, CreditMatch])
def test_nobody_chooses_the_transaction_of_a_match(scene: Scene, model: type[Match | CreditMatch]) -> None:
    sale = scene.sold()[1]
    imported(files.settlement(sale))
    imported(files.statement(credit_of(sale)))
    row = model.objects.get()
    assert row.xid > 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint + ledger_xid_offset()")
        assert row.xid == cursor.fetchone()[0]
    with pytest.raises(DatabaseError, match="diubah"), transaction.atomic():
        model.objects.update(xid=1)


def test_another_transaction_than_the_running_one_is_refused(scene: Scene) -> None:
    imported(files.settlement(Sale(rrn="111111111111")))
    values = {"payment": scene.sold()[0], "line": SettlementLine.objects.get(), "agrees": True}
    with pytest.raises(DatabaseError, match="bukan yang sedang berjalan"), transaction.atomic():
        Match.objects.create(rule="rrn", matched_at=AT, xid=7, **values)
    assert not Match.objects.exists()


def test_the_page_shows_why_and_takes_a_block(town: Scene, client: Client) -> None:
    sale = town.sold()[1]
    imported(files.settlement(sale))
    early = close_block()
    imported(files.statement(credit_of(sale)))
    client.force_login(person("auditor", Role.AUDITOR), backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("reconciliation:match_list") + "?sejak=2026-11-01&sampai=2026-11-30"
    text = client.get(address).content.decode()
    assert "Nomor rujukan dan RRN sama." in text
    assert "QRIS SETTLEMENT" in text
    sealed = client.get(f"{address}&blok={early}").content.decode()
    assert f"saat blok segel {early} dibuat" in sealed
    assert "QRIS SETTLEMENT" not in sealed
    assert client.get(f"{address}&blok=99999").status_code == 400
    csv = b"".join(client.get(f"{address}&unduh=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert csv.count("\n") == 3
