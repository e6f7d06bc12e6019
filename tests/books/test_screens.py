"""Every page of the books: who sees it, what it costs, what it does."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opd import stepup
from opd.models import Role, User
from payments.books import services
from payments.books.models import (
    AccountLine,
    AccountStatement,
    CashMovement,
    MonthClosing,
    Report,
    ReportKind,
)
from payments.books.shelf import BOOKS
from tests.books import world
from tests.opd.cast import agency, person
from tests.planning.world import rp
from tests.spending.claims.world import Office

JUNE = "bulan=2026-06"


@pytest.fixture
def place(db: None) -> Office:
    return world.office()


def enter(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second factor has tests of its own; here it was just given."""
    monkeypatch.setattr(stepup, "is_fresh", lambda request: True)


def pages(place: Office) -> list[str]:
    own = [place.opd.pk]
    found = [
        *(f"{reverse('books:book', args=[one.code])}?{JUNE}" for one in BOOKS),
        *(f"{reverse('books:book_print', args=[one.code])}?{JUNE}" for one in BOOKS),
        *(reverse(f"books:{name}") + f"?{JUNE}" for name in (
            "overview", "cash_list", "inspection_list", "closing_list", "hand_over_list", "year_end",
            "statement_list", "tax_list", "report_list",
        )),
        *(reverse("books:cash_move", args=[place.opd.pk, word]) for word in (
            "ambil", "setor", "panjar", "belanja-panjar", "sisa-panjar")),
        *(reverse(f"books:{name}", args=own) for name in (
            "inspection_new", "month_close", "hand_over_new", "statement_upload")),
    ]  # fmt: skip
    found += [reverse("books:statement_detail", args=[row.pk]) for row in AccountStatement.objects.all()]
    found += [reverse("books:line_detail", args=[row.pk]) for row in AccountLine.objects.all()[:2]]
    found += [reverse("books:report_detail", args=[row.pk]) for row in Report.objects.all()]
    found += [reverse("books:journal_detail", args=[row.journal]) for row in CashMovement.objects.all()]
    return found


def test_every_page_opens_for_the_treasurer_with_few_queries(place: Office, client: Client) -> None:
    world.closed(place)
    report = services.draft_report(
        opd=place.opd, year=2026, month=6, kind=ReportKind.SPENDING, by=place.bp, at=world.JULY
    )
    services.submit_report(report_id=report.pk, by=place.bp, at=world.JULY)
    enter(client, place.bp)
    for address in pages(place):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == 200, address
        assert len(queries) < 60, (address, len(queries))


def test_a_full_book_costs_no_more_queries_than_an_empty_one(place: Office, client: Client) -> None:
    enter(client, place.bp)
    address = f"{reverse('books:book', args=['bku'])}?{JUNE}"
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    world.month(place)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(few)


def test_csv_and_pdf_of_a_book_say_what_the_page_says(place: Office, client: Client) -> None:
    world.month(place)
    enter(client, place.bp)
    address = f"{reverse('books:book', args=['bku'])}?{JUNE}&unduh="
    text = b"".join(client.get(address + "csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert text.count("\n") == 17
    assert "58205000.00" in text.splitlines()[-1]
    assert client.get(address + "pdf").content.startswith(b"%PDF")


def test_another_agency_is_not_there(place: Office, client: Client) -> None:
    world.closed(place)
    stranger = person("bp.lain", Role.BENDAHARA_PENGELUARAN, agency("120", "Dinas Pendidikan"))
    enter(client, stranger)
    journal = CashMovement.objects.all()[0].journal
    closing = MonthClosing.objects.get()
    for address in (
        f"{reverse('books:overview')}?opd={place.opd.pk}",
        reverse("books:journal_detail", args=[journal]),
        reverse("books:cash_move", args=[place.opd.pk, "ambil"]),
        reverse("books:month_close", args=[place.opd.pk]),
        reverse("books:statement_detail", args=[AccountStatement.objects.get().pk]),
    ):
        assert client.get(address).status_code == 404, address
    assert closing.reopened_at is None


def test_a_treasurer_moves_cash_at_the_screen(place: Office, client: Client) -> None:
    enter(client, place.bp)
    address = reverse("books:cash_move", args=[place.opd.pk, "ambil"])
    key = client.get(address).context["form"].initial["request_key"]
    asked = {"request_key": key, "amount": "1.000.000", "moved_date": "2026-06-02", "reference": "CEK1",
             "reason": "Kas kecil"}  # fmt: skip
    for _ in range(2):
        assert client.post(address, asked).status_code == 302
    assert CashMovement.objects.get().amount == rp(1_000_000)
    wrong = client.post(address, {**asked, "request_key": "lain", "amount": "sejuta"})
    assert "Tulis jumlah rupiah dengan angka, misalnya 1.250.000." in wrong.content.decode()
    much = client.post(address, {**asked, "request_key": "lain", "amount": "99.000.000"})
    assert "melebihinya" in much.content.decode()


def test_a_month_closes_and_its_report_goes_round_at_the_screens(place: Office, client: Client) -> None:
    world.month(place)
    enter(client, place.bp)
    upload = world.upload(world.statement_csv(place.account.account_no, world.rows_of_june()))
    sent = client.post(
        reverse("books:statement_upload", args=[place.opd.pk]), {"account": place.account.pk, "file": upload}
    )
    assert sent.status_code == 302
    address = reverse("books:month_close", args=[place.opd.pk])
    refused = client.post(address, {"k100000": "1"})
    assert "Jelaskan selisihnya" in refused.content.decode()
    assert client.post(address, world.IN_THE_SAFE).status_code == 302
    client.post(reverse("books:report_draft", args=[place.opd.pk, 2026, 6]))
    report = Report.objects.get()
    for user, step in ((place.bp, "submit"), (place.ppk, "verify"), (place.pa, "approve")):
        enter(client, user)
        assert client.get(reverse("books:report_detail", args=[report.pk])).status_code == 200
        client.post(reverse(f"books:report_{step}", args=[report.pk]))
    report.refresh_from_db()
    assert report.state == "approved"


def test_a_receiving_treasurer_has_pages_of_her_own(place: Office, client: Client) -> None:
    keeper = person("penerima", Role.BENDAHARA_PENERIMAAN, place.opd)
    enter(client, keeper)
    assert client.get(reverse("books:receipts_list")).status_code == 200
    assert client.get(reverse("books:overview")).status_code == 403
    client.post(reverse("books:receipts_draft", args=[place.opd.pk, 2026, 6]))
    report = Report.objects.get()
    assert client.get(reverse("books:receipts_detail", args=[report.pk])).status_code == 200
    client.post(reverse("books:receipts_submit", args=[report.pk]))
    report.refresh_from_db()
    assert report.state == "submitted"


def test_the_home_page_says_what_waits(place: Office, client: Client) -> None:
    world.month(place)
    world.imported(place, [*world.rows_of_june(), (world.june(25), "BIAYA ADM", -7_500, "")])
    enter(client, place.bp)
    text = client.get(reverse("opd:home")).content.decode()
    assert "Selisih bank menunggu penjelasan" in text
    assert "Tutup bulan, lalu sampaikan LPJ" in text


def test_every_page_opens_empty(db: None, client: Client) -> None:
    for role in (Role.KUASA_BUD, Role.AUDITOR):
        enter(client, person(f"tanpa-{role}", role))
        for name in ("overview", "cash_list", "inspection_list", "closing_list", "hand_over_list", "year_end",
                     "statement_list", "tax_list", "report_list", "receipts_list"):  # fmt: skip
            assert client.get(reverse(f"books:{name}")).status_code == 200, name
        assert client.get(reverse("books:book", args=["bku"])).status_code == 200
        assert client.get(reverse("books:book", args=["tidak-ada"])).status_code == 404
