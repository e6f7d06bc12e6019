"""The books on the screen: overview, one book, its print and PDF, and the journal behind a row."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.models import Opd
from opd.office import documents
from opd.office.exports import csv_response
from payments.books.days import day_before
from payments.books.printing import book_pdf
from payments.books.queries import bank, ledger
from payments.books.queries import overview as overviews
from payments.books.services.cash import warning
from payments.books.services.reports import due_date, overdue_text
from payments.books.shelf import BOOKS, Book, book
from payments.books.views.choosing import Choice, chosen
from payments.ledger.kinds import label
from payments.spending.models import Spend

PAGE = 100
HEADER = (
    "no",
    "tanggal",
    "tanggal_nyata",
    "bukti",
    "jurnal",
    "uraian",
    "kode_rekening",
    "masuk",
    "keluar",
    "saldo",
)


@needs("books.view")
@require_GET
@reads_replica
def overview(request: HttpRequest) -> HttpResponse:
    """Every book of a month in one look, and what stands between it and its closing."""
    choice = chosen(request, "books.view")
    context: dict[str, Any] = {"choice": choice, "form": choice.form}
    if choice.opd:
        today = timezone.localdate()
        due = due_date(choice.year, choice.month)
        context |= {
            "figures": ledger.figures(choice.opd.pk, choice.year, choice.month),
            "closing": overviews.closing_of(choice.opd.pk, choice.year, choice.month),
            "report": overviews.report_of(choice.opd.pk, choice.year, choice.month),
            "next_month": overviews.next_month_named(choice.opd.pk),
            "countdown": overdue_text(due, today) if choice.last < today else "",
            "is_late": due < today,
            "position": bank.position(choice.opd.pk, min(choice.last, today)),
            "warning": warning(choice.opd.pk, today),
            "may_close": allowed(actor(request), "books.close", opd=choice.opd),
        }
    return render(request, "books/overview.html", context)


@needs("books.view")
@require_GET
@reads_replica
def book_page(request: HttpRequest, code: str) -> HttpResponseBase:
    """One book of a month, row by row; as CSV, print or PDF with the same address."""
    shelf, choice = _book(code), chosen(request, "books.view")
    if choice.opd is None:
        return render(request, "books/book.html", {"choice": choice, "form": choice.form, "book": shelf})
    asked = request.GET.get("unduh")
    if asked == "csv":
        rows = ledger.stream(shelf, choice.opd.pk, choice.first, choice.last)
        return csv_response(f"{shelf.code}-{choice.opd.code}-{choice.bulan}.csv", HEADER, map(_cells, rows))
    if asked == "pdf":
        return _pdf(book_pdf(shelf, choice.opd, choice.year, choice.month, at=timezone.now()), shelf, choice)
    return render(request, "books/book.html", _page(request, shelf, choice, choice.opd))


def _page(request: HttpRequest, shelf: Book, choice: Choice, opd: Opd) -> dict[str, Any]:
    figures = next(one for one in ledger.figures(opd.pk, choice.year, choice.month) if one.book == shelf)
    page = Paginator(range(figures.rows), PAGE).get_page(request.GET.get("halaman"))
    offset = max(page.start_index() - 1, 0)
    rows = ledger.page(shelf, opd.pk, choice.first, choice.last, limit=PAGE, offset=offset)
    return {
        "choice": choice, "form": choice.form, "book": shelf, "books": BOOKS, "figures": figures,
        "page": page, "rows": rows, "eve": day_before(choice.first), "wide": True,
        "closing": overviews.closing_of(opd.pk, choice.year, choice.month),
        "purse": overviews.card_purse(opd.pk, choice.year) if shelf.code == "kkpd" else None,
    }  # fmt: skip


def _cells(row: ledger.Row) -> tuple[object, ...]:
    return (
        row.order, row.day, row.value_date, row.number, row.journal_id, row.description, row.kode_rekening,
        row.came, row.went, row.balance,
    )  # fmt: skip


def _pdf(content: bytes, shelf: Book, choice: Choice) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{shelf.code}-{choice.bulan}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


@needs("books.view")
@require_GET
def book_print(request: HttpRequest, code: str) -> HttpResponse:
    """The book of a month as a sheet with letterhead and signatures."""
    shelf, choice = _book(code), chosen(request, "books.view")
    if choice.opd is None:
        raise Http404
    figures = next(
        one for one in ledger.figures(choice.opd.pk, choice.year, choice.month) if one.book == shelf
    )
    context = {
        "book": shelf, "choice": choice, "figures": figures,
        "rows": ledger.page(shelf, choice.opd.pk, choice.first, choice.last),
        "signers": overviews.signers(choice.opd, choice.last),
    }  # fmt: skip
    return render(request, "books/print/book.html", context)


def _book(code: str) -> Book:
    try:
        return book(code)
    except KeyError as error:
        raise Http404 from error


@needs("books.view")
@require_GET
def journal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The journal behind a row: its legs in this agency's books, and what it comes from."""
    reach = scope(request.user, "books.view")
    found = overviews.journal(pk, reach)
    if found is None:
        raise Http404
    spend = overviews.spend_of(found.source)
    tbp = documents.current("tbp", spend) if spend else None
    context = {
        "journal": found, "label": label(found.kind), "legs": overviews.legs(pk, reach), "spend": spend,
        "spend_url": _spend_url(spend), "tbp": tbp,
        "may_issue": spend is not None and tbp is None and spend.paid_date is not None
        and allowed(actor(request), "books.close", opd=spend.opd_id),
    }  # fmt: skip
    return render(request, "books/journal_detail.html", context)


def _spend_url(spend: Spend | None) -> str:
    try:
        return reverse("spending:spend_detail", args=[spend.pk]) if spend else ""
    except NoReverseMatch:
        return ""
