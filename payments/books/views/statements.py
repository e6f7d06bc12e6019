"""The treasurer's bank statements: upload, what pairs, what is left, and why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opd.access import actor, allowed, needs, scope
from opd.forms import show_refusal
from opd.office import evidence
from opd.stepup import second_factor
from payments.books import services
from payments.books.forms import ExplainForm, ReasonForm, StatementForm
from payments.books.models import AccountLine, AccountStatement
from payments.books.queries import bank
from payments.books.views.choosing import chosen, own_opd


@needs("books.view")
@require_GET
def statement_list(request: HttpRequest) -> HttpResponse:
    """How book and bank stand at the end of a month, and every difference with its word."""
    choice = chosen(request, "books.view")
    context: dict[str, Any] = {"choice": choice, "form": choice.form}
    if choice.opd:
        may = allowed(actor(request), "books.close", opd=choice.opd)
        found = bank.position(choice.opd.pk, min(choice.last, timezone.localdate()))
        rows = AccountStatement.objects.filter(opd=choice.opd).select_related("account", "uploaded_by")
        context |= {
            "position": found,
            "may_close": may,
            "explain": ExplainForm(auto_id=False) if may else None,
            "items": Paginator(found.items, 100).get_page(request.GET.get("halaman")),
            "statements": rows[:24],
        }
    return render(request, "books/statement_list.html", context)


@needs("books.close")
@require_http_methods(["GET", "POST"])
def statement_upload(request: HttpRequest, opd_id: int) -> HttpResponse:
    opd = own_opd(request, "books.close", opd_id)
    form = StatementForm(request.POST or None, request.FILES or None, opd=opd)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.import_statement(
                account_id=form.cleaned_data["account"].pk, upload=form.cleaned_data["file"],
                by=actor(request), at=timezone.now(),
            )  # fmt: skip
        except services.BookError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"{row.lines} baris disimpan dan dicocokkan dengan buku.")
            return redirect("books:statement_detail", pk=row.pk)
    return render(request, "books/statement_form.html", {"form": form, "opd": opd})


@needs("books.view")
@require_GET
def statement_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = _visible(request, "books.view", pk)
    if request.GET.get("unduh") == "asli":
        return evidence.attachment(row.evidence)
    lines = row.rows.select_related("match", "explanation")
    may = allowed(actor(request), "books.close", opd=row.opd_id) and row.withdrawn_at is None
    context = {
        "row": row, "page": Paginator(lines, 100).get_page(request.GET.get("halaman")),
        "open_count": lines.filter(match=None, explanation=None).count(), "may_close": may,
        "reason": ReasonForm(),
    }  # fmt: skip
    return render(request, "books/statement_detail.html", context)


@needs("books.view")
@require_GET
def line_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One bank line: its pair, its word, or the journals of the same amount that may be its pair."""
    reach = scope(request.user, "books.view")
    line = get_object_or_404(
        reach.filter(AccountLine.objects.select_related("statement__account"), "statement__opd"), pk=pk
    )
    match = getattr(line, "match", None)
    candidates = [] if match else bank.candidates(line)
    may = allowed(actor(request), "books.close", opd=line.statement.opd_id)
    initial = {"where": "bank", "item_id": line.pk}
    context = {
        "line": line, "match": match, "candidates": candidates, "told": getattr(line, "explanation", None),
        "form": ExplainForm(initial=initial) if may and not match else None, "may_close": may,
    }  # fmt: skip
    return render(request, "books/line_detail.html", context)


@needs("books.close")
@require_POST
def line_pair(request: HttpRequest, pk: int, journal: int) -> HttpResponse:
    reach = scope(request.user, "books.close")
    line = get_object_or_404(reach.filter(AccountLine.objects.all(), "statement__opd"), pk=pk)
    try:
        services.pair_by_hand(line_id=line.pk, journal=journal, by=actor(request), at=timezone.now())
    except services.BookError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Baris bank dicocokkan dengan jurnal itu.")
    return redirect("books:line_detail", pk=pk)


@needs("books.close")
@require_POST
def difference_explain(request: HttpRequest, opd_id: int) -> HttpResponse:
    opd = own_opd(request, "books.close", opd_id)
    form = ExplainForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Tulis penjelasan paling sedikit lima huruf. Belum ada yang disimpan.")
        return redirect("books:statement_list")
    try:
        services.explain(opd_id=opd.pk, **form.cleaned_data, by=actor(request), at=timezone.now())
    except services.BookError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Penjelasan disimpan.")
    return redirect("books:statement_list")


@needs("books.close")
@require_POST
def statement_rematch(request: HttpRequest, pk: int) -> HttpResponse:
    """Match again what is open: after a journal was posted late."""
    row = _visible(request, "books.close", pk)
    found = services.pair_lines(account=row.account, by=actor(request), at=timezone.now())
    messages.info(request, f"{found} baris lagi cocok." if found else "Tidak ada baris lain yang cocok.")
    return redirect("books:statement_detail", pk=pk)


@needs("books.close")
@second_factor("menarik rekening koran")
@require_POST
def statement_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row = _visible(request, "books.close", pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        services.withdraw_statement(statement_id=row.pk, reason=reason, by=actor(request), at=timezone.now())
    except services.BookError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Rekening koran ditarik; aslinya tetap tersimpan.")
    return redirect("books:statement_detail", pk=pk)


def _visible(request: HttpRequest, permission: str, pk: int) -> AccountStatement:
    rows = AccountStatement.objects.select_related("account", "opd", "evidence", "uploaded_by")
    return get_object_or_404(scope(request.user, permission).filter(rows), pk=pk)
