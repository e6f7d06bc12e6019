"""The person's pages: file, follow, add, say whether it is settled. Whoever holds the link may look."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opd.forms import show_refusal
from opd.office import attachments
from opd.office.calendar import day_of
from opd.office.throttle import address
from retribusi import throttle
from retribusi.complaints import queries, rules
from retribusi.complaints.forms import MessageForm, ReportForm, VerdictForm, new_key
from retribusi.complaints.models import Complaint
from retribusi.complaints.services import filing
from retribusi.complaints.services.shared import ComplaintError
from retribusi.models import CollectionPoint
from retribusi.throttle import Limit, TooOften
from retribusi.views.shared import not_sent, visitor

FILED_BY_ADDRESS = Limit("complaints-address", 10, 3600)
SAID_OF_ONE = Limit("complaints-said", 20, 3600)
"""Messages and verdicts of one complaint together."""


@require_http_methods(["GET", "HEAD", "POST"])
@visitor
def new(request: HttpRequest) -> HttpResponseBase:
    """The form; ``?titik=`` and ``?kode=`` fill in a place and an order's code. POST files it."""
    today = timezone.localdate()
    offered = rules.categories(today)
    if request.method == "POST":
        form = ReportForm(request.POST, request.FILES, offered=offered, today=today)
        return _file(request, form)
    point = CollectionPoint.objects.shown().filter(slug=request.GET.get("titik", "")).first()
    code = request.GET.get("kode", "")[:20]
    given = {"kunci": new_key(), "happened_on": today, "point": point, "reference": code}
    response = _form_page(request, ReportForm(initial=given, offered=offered, today=today))
    response.headers["X-Robots-Tag"] = "all"
    return response


def _file(request: HttpRequest, form: ReportForm) -> HttpResponse:
    if not form.is_valid():
        return _form_page(request, form, status=HTTPStatus.BAD_REQUEST)
    at = timezone.now()
    try:
        throttle.take(FILED_BY_ADDRESS, address(request), at=at)
        row = filing.file_complaint(
            report=form.report(), evidence=form.cleaned_data["evidence"],
            form_key=form.cleaned_data["kunci"], at=at,
        )  # fmt: skip
    except TooOften as error:
        form.add_error(None, not_sent(error))
        return _form_page(request, form, status=HTTPStatus.TOO_MANY_REQUESTS)
    except ComplaintError as error:
        show_refusal(form, error)
        return _form_page(request, form, status=HTTPStatus.BAD_REQUEST)
    messages.success(request, _("Pengaduan Anda diterima. Simpan nomor dan tautannya."))
    return redirect("complaints:follow", token=row.token)


def _form_page(request: HttpRequest, form: ReportForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    context = {"form": form, "lost_file": bool(request.FILES), "days": rules.answer_rule(form.today).days}
    return render(request, "retribusi/complaints/new.html", context, status=status)


@require_safe
@visitor
def follow(request: HttpRequest, token: str) -> HttpResponseBase:
    """The state, the answer and the story; one form for the next thing to say."""
    return _follow_page(request, _find(token), MessageForm(), VerdictForm())


def _follow_page(
    request: HttpRequest,
    row: Complaint,
    message: MessageForm,
    verdict: VerdictForm,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    offered = {one.code: one.shown_name for one in rules.categories(day_of(row.filed_at))}
    context: dict[str, Any] = {
        "complaint": row,
        "category": offered.get(row.category) or rules.category_names().get(row.category, row.category),
        "answer": queries.last_answer(row),
        "events": queries.told_to_person(row),
        "files": attachments.of(row),
        "is_late": row.is_waiting and row.due_on < timezone.localdate(),
        "message": message,
        "verdict": verdict,
        "link": request.build_absolute_uri(reverse("complaints:follow", args=[row.token])),
    }
    return render(request, "retribusi/complaints/follow.html", context, status=status)


@require_POST
@visitor
def message(request: HttpRequest, token: str) -> HttpResponseBase:
    row, form = _find(token), MessageForm(request.POST)
    try:
        throttle.take(SAID_OF_ONE, str(row.pk), at=timezone.now())
        text = form.cleaned_data["text"] if form.is_valid() else ""
        filing.add_message(complaint_id=row.pk, text=text, at=timezone.now())
    except TooOften as error:
        form.add_error(None, not_sent(error))
        return _follow_page(request, row, form, VerdictForm(), status=HTTPStatus.TOO_MANY_REQUESTS)
    except ComplaintError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Pesan Anda terkirim."))
    return redirect("complaints:follow", token=token)


@require_POST
@visitor
def verdict(request: HttpRequest, token: str) -> HttpResponseBase:
    row, form = _find(token), VerdictForm(request.POST)
    if not form.is_valid():
        return _follow_page(request, row, MessageForm(), form, status=HTTPStatus.BAD_REQUEST)
    try:
        throttle.take(SAID_OF_ONE, str(row.pk), at=timezone.now())
        _say(row, form)
    except TooOften as error:
        form.add_error(None, not_sent(error))
        return _follow_page(request, row, MessageForm(), form, status=HTTPStatus.TOO_MANY_REQUESTS)
    except ComplaintError as error:
        show_refusal(form, error)
        return _follow_page(request, row, MessageForm(), form, status=HTTPStatus.BAD_REQUEST)
    messages.success(request, _("Terima kasih, jawaban Anda dicatat."))
    return redirect("complaints:follow", token=token)


def _say(row: Complaint, form: VerdictForm) -> None:
    said, at = form.cleaned_data, timezone.now()
    if said["verdict"] == "settled":
        filing.say_settled(complaint_id=row.pk, rating=said["rating"], at=at)
    else:
        filing.say_unsettled(complaint_id=row.pk, rating=said["rating"], text=said["text"], at=at)


def _find(token: str) -> Complaint:
    row = queries.of_token(token)
    if row is None:
        raise Http404
    return row
