"""The berita acara: what it lists, and control formulas that a treasurer can check by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from opd.models import Role, User
from payments.reconciliation import services
from payments.reconciliation.models import ReconciliationException
from payments.reconciliation.queries import minutes as queries
from payments.reconciliation.queries.minutes import Minutes
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.files import RKUD, Movement, Sale, credit_of
from tests.reconciliation.scene import AT, Scene, imported

ADDRESS = "reconciliation:minutes"
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.fixture
def bud(scene: Scene) -> User:
    return person("kuasa.bud", Role.KUASA_BUD)


@pytest.fixture
def month(scene: Scene, bud: User) -> None:
    """A batch with a stranger and a fee in RKUD, one batch under way, one credit that nobody knows."""
    sales = [scene.sold(13_000, mdr=100)[1], Sale(rrn="111111111111", gross=700_000)]
    late = scene.sold(8000, museum=True)[1]
    imported(files.settlement(*sales, late))
    strange = Movement(credit=44_400, description="QRIS SETTLEMENT 20261120 ID29999999999", reference="BX")
    statement = files.statement(Movement(credit=100), credit_of(*sales), strange, Movement(debit=5000))
    imported(statement)
    fee = ReconciliationException.objects.get(kind="fee_differs")
    services.explain(exception_ids=[fee.pk], reason="Surat tagih 7/2026", by=bud, at=AT)


def found(first: date = FIRST, last: date = LAST) -> Minutes:
    minutes = queries.minutes(RKUD, first, last)
    assert minutes is not None
    return minutes


def rupiah(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, amounts))


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_figures_of_a_month_add_up(month: None) -> None:
    seen = found()
    assert (seen.opening, seen.credits, seen.debits) == rupiah("1000000", "20444", "50")
    assert (seen.matched, seen.direct, seen.unknown, seen.others) == rupiah("19999", "0", "444", "1")
    assert (seen.booked, seen.waiting, seen.ledger) == rupiah("12999", "7000", "12999")
    assert [check.verdict for check in seen.checks] == ["cocok", "cocok"]
    assert [row.kind for row in queries.unmatched(seen)] == ["credit_unexplained"]
    assert [batch.point for batch in queries.uncredited(seen)] == ["Museum Negeri"]
    assert [row.reason for row in queries.explained(seen)] == ["Surat tagih 7/2026"]


def test_a_missing_statement_shows_by_how_much_the_balances_differ(month: None) -> None:
    imported(files.statement(Movement(credit=100, post=date(2026, 11, 26)), opening=200_000_000))
    balances, credits = found().checks
    assert (balances.verdict, credits.verdict) == ("berbeda", "cocok")
    assert balances.difference == Decimal(1_000_000) + Decimal("20394.00") - Decimal(2_000_000)


def test_a_file_over_the_turn_of_the_month_gives_each_month_its_part(scene: Scene) -> None:
    before, after = Movement(credit=100, post=date(2026, 10, 31)), Movement(debit=300, post=date(2026, 11, 2))
    imported(files.statement(before, after, opening=1000))
    assert (found().opening, found().closing) == rupiah("11", "8")
    october = found(date(2026, 10, 1), date(2026, 10, 31))
    assert (october.opening, october.closing) == rupiah("10", "11")
    assert {check.verdict for check in (*found().checks, *october.checks)} == {"cocok"}
    assert queries.minutes(RKUD, date(2026, 9, 1), date(2026, 9, 30)) is None


def test_page_pdf_and_csv_say_the_same(month: None, bud: User, django_assert_max_num_queries: Any) -> None:
    client, address = as_user(bud), reverse(ADDRESS) + "?bulan=2026-11"
    with django_assert_max_num_queries(18):
        html = client.get(address).content.decode()
    for words in ("Surat tagih 7/2026", "cocok", "Museum Negeri", "Rp\u00a020.444"):
        assert words in html
    assert client.get(address + "&unduh=pdf").content.startswith(b"%PDF")
    text = b"".join(client.get(address + "&unduh=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "rumus kendali,2026-11-30" in text
    assert "Surat tagih 7/2026" in text
    assert "Belum ada rekening koran" in client.get(reverse(ADDRESS) + "?bulan=2025-01").content.decode()


def test_only_those_who_see_the_whole_province_read_it(month: None, scene: Scene) -> None:
    treasurer = person("bendahara.wisata", Role.BENDAHARA_PENERIMAAN, scene.tourism)
    assert as_user(treasurer).get(reverse(ADDRESS)).status_code == 403
    assert as_user(person("auditor", Role.AUDITOR)).get(reverse(ADDRESS)).status_code == 200
