"""Every screen and sheet of the books in Chromium: by axe, without console errors or sideways scrolling."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from opd.office import documents
from payments.books import services
from payments.books.models import AccountStatement, CashKind, MonthClosing, Report, ReportKind
from tests.books import world
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.spending.claims.world import Office

pytestmark = pytest.mark.browser
JUNE = "?bulan=2026-06"


def stage(place: Office) -> dict[str, str]:
    """June closed and reported, one panjar and one bank difference left; the addresses to look at."""
    world.month(place)
    fee = (world.june(25), "BIAYA ADM", -7_500, "")
    statement = world.imported(place, [*world.rows_of_june(), fee])
    line = statement.rows.get(debit=7_500)
    services.explain(
        opd_id=place.opd.pk, where="bank", item_id=line.pk, reason="Biaya administrasi, dimintakan kembali",
        by=place.bp, at=world.JULY,
    )  # fmt: skip
    closing = world.close(place)
    services.inspect_cash(
        opd_id=place.opd.pk, day=world.june(30), counted=world.IN_THE_SAFE, explanation="", by=place.bp,
        at=world.JULY,
    )  # fmt: skip
    report = services.draft_report(
        opd=place.opd, year=2026, month=6, kind=ReportKind.SPENDING, by=place.bp, at=world.JULY
    )
    services.submit_report(report_id=report.pk, by=place.bp, at=world.JULY)
    world.cash(place, CashKind.ADVANCE, 250_000, day=30)
    return addresses(place, closing, report, line.pk)


def addresses(place: Office, closing: MonthClosing, report: Report, line: int) -> dict[str, str]:
    papers = [*documents.of(closing), *documents.of(report)]
    names = ("overview", "cash_list", "inspection_list", "closing_list", "hand_over_list", "year_end",
             "statement_list", "tax_list", "report_list")  # fmt: skip
    return {
        **{name: reverse(f"books:{name}") + JUNE for name in names},
        "bku": reverse("books:book", args=["bku"]) + JUNE,
        "kkpd": reverse("books:book", args=["kkpd"]) + JUNE,
        "book-print": reverse("books:book_print", args=["bku"]) + JUNE,
        "cash-form": reverse("books:cash_move", args=[place.opd.pk, "panjar"]),
        "inspection-form": reverse("books:inspection_new", args=[place.opd.pk]),
        "month-close": reverse("books:month_close", args=[place.opd.pk]),
        "hand-over-form": reverse("books:hand_over_new", args=[place.opd.pk]),
        "statement-form": reverse("books:statement_upload", args=[place.opd.pk]),
        "statement": reverse("books:statement_detail", args=[AccountStatement.objects.get().pk]),
        "line": reverse("books:line_detail", args=[line]),
        "report": reverse("books:report_detail", args=[report.pk]),
        "journal": reverse("books:journal_detail", args=[closing.last_journal]),
        **{f"paper-{one.kind}": reverse("office:document_print", args=[one.token]) for one in papers},
    }


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_pages_of_the_books_are_accessible(
    db: None,
    client: Client,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    place = world.office()
    shown = stage(place)
    client.force_login(place.bp, backend="django.contrib.auth.backends.ModelBackend")
    wrong = []
    for name, address in shown.items():
        answer = client.get(address)
        assert answer.status_code == 200, name
        seen = screen.look(answer, size=size, scheme=scheme, name=f"books-{name}")
        if seen.problems or seen.findings or seen.overflow > 0:
            wrong.append((name, seen.problems, seen.findings, seen.overflow))
    assert not wrong
