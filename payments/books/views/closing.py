"""Closed months, the closing form, hand-overs and the year's end."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.forms import show_refusal
from opd.models import Opd
from opd.stepup import second_factor
from payments.books import services
from payments.books.days import last_of, named
from payments.books.forms import CountForm, FundForm, HandOverForm, ReasonForm
from payments.books.models import HandOver, MonthClosing, YearClosing
from payments.books.queries import bank, ledger, overview, unfinished
from payments.books.views.choosing import chosen, own_opd
from payments.money import format_rupiah


@needs("books.view")
@require_GET
@reads_replica
def closing_list(request: HttpRequest) -> HttpResponse:
    """Every month that was closed, reopened ones too."""
    choice = chosen(request, "books.view")
    rows = MonthClosing.objects.filter(opd=choice.opd).select_related("closed_by", "reopened_by")
    page = Paginator(rows, 24).get_page(request.GET.get("halaman"))
    next_month = overview.next_month(choice.opd.pk) if choice.opd else None
    newest = next((row for row in rows[:24] if row.reopened_at is None), None)
    context = {
        "choice": choice, "form": choice.form, "page": page, "newest": newest, "reason": ReasonForm(),
        "next_name": named(*next_month) if next_month else "",
        "is_over": next_month is not None and last_of(*next_month) <= timezone.localdate(),
        "may_close": choice.opd is not None and allowed(actor(request), "books.close", opd=choice.opd),
        "may_reopen": choice.opd is not None and allowed(actor(request), "books.approve", opd=choice.opd),
    }  # fmt: skip
    return render(request, "books/closing_list.html", context)


@needs("books.close")
@second_factor("menutup bulan")
@require_http_methods(["GET", "POST"])
def month_close(request: HttpRequest, opd_id: int) -> HttpResponse:
    """The next month: its figures, what stands in the way, the count of the safe, and the deed."""
    opd = own_opd(request, "books.close", opd_id)
    next_month = overview.next_month(opd.pk)
    if next_month is None:
        messages.info(request, "Belum ada transaksi di buku OPD ini; tidak ada bulan yang ditutup.")
        return redirect("books:closing_list")
    form = CountForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _closed(request, opd, next_month, form):
        return redirect("books:closing_list")
    figures = ledger.figures(opd.pk, *next_month)
    context = {
        "form": form, "opd": opd, "name": named(*next_month), "figures": figures,
        "position": bank.position(opd.pk, last_of(*next_month)),
        "cash": next(one.closing for one in figures if one.book.code == "tunai"),
    }  # fmt: skip
    return render(request, "books/month_close.html", context)


def _closed(request: HttpRequest, opd: Opd, month: tuple[int, int], form: CountForm) -> bool:
    try:
        services.close_month(
            opd_id=opd.pk, year=month[0], month=month[1], counted=form.counted,
            explanation=form.cleaned_data["explanation"], by=actor(request), at=timezone.now(),
        )  # fmt: skip
    except services.BookError as error:
        show_refusal(form, error)
        return False
    messages.success(request, f"{named(*month)} ditutup. Register penutupan kas siap dicetak.")
    return True


@needs("books.approve")
@second_factor("membuka bulan yang sudah ditutup")
@require_POST
def month_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    closing = get_object_or_404(
        scope(request.user, "books.approve").filter(MonthClosing.objects.all()), pk=pk
    )
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        services.reopen_month(closing_id=closing.pk, reason=reason, by=actor(request), at=timezone.now())
    except services.BookError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, f"{named(closing.year, closing.month)} dibuka lagi; registernya dibatalkan."
        )
    return redirect("books:closing_list")


@needs("books.view")
@require_GET
def hand_over_list(request: HttpRequest) -> HttpResponse:
    choice = chosen(request, "books.view")
    rows = HandOver.objects.filter(opd=choice.opd).select_related("from_user", "to_user")
    context = {
        "choice": choice, "form": choice.form,
        "page": Paginator(rows, 50).get_page(request.GET.get("halaman")),
        "may_hand_over": choice.opd is not None and allowed(actor(request), "books.close", opd=choice.opd),
    }  # fmt: skip
    return render(request, "books/hand_over_list.html", context)


@needs("books.close")
@second_factor("menyerahkan pembukuan")
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, opd_id: int) -> HttpResponse:
    opd = own_opd(request, "books.close", opd_id)
    today = timezone.localdate()
    form = HandOverForm(request.POST or None, opd=opd, initial={"day": today})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.hand_over(
                opd_id=opd.pk, day=data["day"], from_user_id=data["from_user"].pk,
                to_user_id=data["to_user"].pk,
                decree_number=data["decree_number"], note=data["note"], by=actor(request), at=timezone.now(),
            )  # fmt: skip
        except services.BookError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Serah terima dicatat; berita acaranya siap dicetak.")
            return redirect("books:hand_over_list")
    context = {"form": form, "opd": opd, "outstanding": unfinished.listed(opd.pk, today)}
    return render(request, "books/hand_over_form.html", context)


@needs("books.view")
@require_GET
def year_end(request: HttpRequest) -> HttpResponse:
    """What must be zero before a year closes, each with the way to zero."""
    choice = chosen(request, "books.view")
    context: dict[str, Any] = {"choice": choice, "form": choice.form}
    if choice.opd:
        steps = unfinished.year_end(choice.opd.pk, choice.year)
        initial = {"request_key": f"form:{uuid4()}", "moved_date": timezone.localdate()}
        context |= {
            "steps": steps,
            "left": [step for step in steps if not step.is_done],
            "fund": FundForm(initial=initial),
            "closed": YearClosing.objects.filter(opd=choice.opd, year=choice.year).first(),
            "may_close": allowed(actor(request), "books.close", opd=choice.opd),
        }
    return render(request, "books/year_end.html", context)


@needs("books.close")
@second_factor("menyetor sisa uang persediaan ke RKUD")
@require_POST
def fund_return(request: HttpRequest, opd_id: int) -> HttpResponse:
    opd = own_opd(request, "books.close", opd_id)
    form = FundForm(request.POST)
    if not form.is_valid():
        problem = next(iter(next(iter(form.errors.values()))))
        messages.error(request, f"{problem} Tidak ada uang yang tercatat berpindah.")
        return redirect("books:year_end")
    data = form.cleaned_data
    try:
        row = services.return_fund(
            opd_id=opd.pk, purse=data["purse"], amount=data["amount"], moved_date=data["moved_date"],
            reference=data["reference"], request_key=data["request_key"], by=actor(request),
            at=timezone.now(),
        )  # fmt: skip
    except services.BookError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Setoran {format_rupiah(row.amount)} ke RKUD tercatat dan dibukukan.")
    return redirect("books:year_end")


@needs("books.close")
@second_factor("menutup tahun anggaran")
@require_POST
def year_close(request: HttpRequest, opd_id: int, year: int) -> HttpResponse:
    opd = own_opd(request, "books.close", opd_id)
    try:
        services.close_year(opd_id=opd.pk, year=year, by=actor(request), at=timezone.now())
    except services.BookError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Tahun {year} ditutup.")
    return redirect("books:year_end")
