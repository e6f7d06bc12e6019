"""Pisah batas: what is under way at the end of a day is exactly what the books say that banks owe."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.test import Client
from django.urls import reverse

from opd.access import EVERYWHERE, Scope
from opd.models import Role
from payments.ledger import periods
from payments.ledger.models import Journal
from payments.reconciliation import services
from payments.reconciliation.models import Match
from payments.reconciliation.queries.cutoff import cut_off, open_payments
from payments.reconciliation.verification import LAWS
from tests.ledger.books import rp
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.files import WIB, credit_of
from tests.reconciliation.scene import AT, DAY, Scene, imported

LAST = date(2026, 10, 31)
ON_THE_LAST = datetime(2026, 10, 31, 22, 0, tzinfo=WIB)
NOVEMBER = datetime(2026, 11, 2, 9, 0, tzinfo=WIB)
CUT_OFF = "reconciliation:cut_off"


def october_closes() -> None:
    bud = person("bud", Role.KUASA_BUD)
    periods.close(first=LAST.replace(day=1), reason="Rekonsiliasi Oktober", by=bud, at=AT)


def test_what_was_paid_and_not_in_rkud_is_listed_and_agrees_with_the_books(scene: Scene) -> None:
    settled = scene.sold(13_000)[1]
    scene.sold(5000, museum=True)
    imported(files.settlement(settled))
    before = cut_off(EVERYWHERE, DAY)
    assert (before.count, before.total, before.booked) == (2, rp(18_000), rp(18_000))
    imported(files.statement(credit_of(settled, post=DAY + timedelta(days=1))))
    day_of_credit = Match.objects.get().credited_on
    assert day_of_credit is not None
    assert cut_off(EVERYWHERE, day_of_credit - timedelta(days=1)).total == 18_000
    after = cut_off(EVERYWHERE, day_of_credit)
    assert (after.count, after.total, after.agrees) == (1, rp(5000), True)
    (row,) = open_payments(EVERYWHERE, day_of_credit)
    assert (row.point, row.amount, row.where, row.credited_on) == (
        "Museum Negeri", rp(5000), "belum disetor bank", None,
    )  # fmt: skip
    assert [row.amount for row in open_payments(Scope(frozenset({scene.tourism.pk})), day_of_credit)] == []


def test_a_payment_told_after_the_closing_is_in_the_next_months_list(scene: Scene) -> None:
    request = scene.request(at=ON_THE_LAST)
    sale = scene.sale(request)
    october_closes()
    payment = scene.paid(sale)
    journal = Journal.objects.get(pk=payment.journal_id)
    assert (journal.effective_date, journal.value_date) == (date(2026, 11, 1), LAST)
    assert cut_off(EVERYWHERE, LAST).count == 0
    found = cut_off(EVERYWHERE, date(2026, 11, 1))
    assert (found.total, found.agrees) == (rp(5000), True)


def test_a_credit_of_a_closed_month_is_booked_in_the_next_and_the_laws_hold(scene: Scene) -> None:
    sale = scene.sold(at=ON_THE_LAST - timedelta(days=5), settled=date(2026, 10, 27))[1]
    imported(files.settlement(sale), at=NOVEMBER)
    october_closes()
    imported(files.statement(credit_of(sale)), at=NOVEMBER)
    match = Match.objects.get()
    assert match.credited_journal is not None
    credited = Journal.objects.get(pk=match.credited_journal)
    assert match.credited_on is not None
    assert match.credited_on <= LAST
    assert credited.effective_date == date(2026, 11, 1)
    assert [law.name for law in LAWS if law.check().problems] == []
    services.reconcile(file_id=None, at=AT)
    assert cut_off(EVERYWHERE, LAST).agrees


def test_the_page_shows_and_downloads_it(scene: Scene, client: Client) -> None:
    scene.sold(13_000)
    client.force_login(person("auditor", Role.AUDITOR), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse(CUT_OFF), {"pada": str(DAY)}).content.decode()
    assert "Rp\xa013.000" in page
    assert "sama" in page
    taken = client.get(reverse(CUT_OFF), {"pada": str(DAY), "unduh": "csv"})
    text = taken.getvalue().decode()
    assert "13000.00" in text
    assert text.count("\n") == 2
    assert "Tidak ada uang dalam perjalanan" in client.get(reverse(CUT_OFF)).content.decode()
