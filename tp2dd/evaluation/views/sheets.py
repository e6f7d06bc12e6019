"""One subject's sheet, one indicator of it, and everything that is said there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.replica import reads_replica
from opd.access import actor, needs
from opd.bodies import takes
from opd.forms import ReasonForm, carry_out
from opd.office import attachments
from opd.office.attachments import AttachmentError
from opd.office.views.evidence import context_of
from tp2dd.evaluation import facts, queries, rights, services, standing
from tp2dd.evaluation.errors import EvaluationError
from tp2dd.evaluation.forms import ItemForm, SubmitForm, first_problem
from tp2dd.evaluation.models import Entry, Sheet, State
from tp2dd.evaluation.rubric import EVIDENCE, TASKS
from tp2dd.evaluation.services.filling import is_late
from tp2dd.evaluation.standing import Board, Item
from tp2dd.evaluation.views.campaigns import binder_response

MOST_FILES = 20


def _of(request: HttpRequest, pk: int) -> Sheet:
    """The sheet, where it is within this person's reach; 404 otherwise."""
    return get_object_or_404(rights.visible(actor(request)), pk=pk)


@needs("evaluation.view")
@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    row, user = _of(request, pk), actor(request)
    board = standing.board(row)
    fills = rights.fills(user, row)
    context: dict[str, Any] = {
        "sheet": row, "campaign": row.campaign, "board": board, "wide": True,
        "may_fill": fills and row.is_fillable, "may_judge": rights.may_judge(user, row),
        "is_late": row.round == 0 and is_late(row, timezone.now()), "events": queries.story(row),
        "first_open": next((one.indicator.code for one in board.items if one.problem), ""),
        "submit_form": SubmitForm(auto_id="kirim-%s"), "back_form": ReasonForm(auto_id="kembali-%s"),
        "result": getattr(row, "result", None), "last_return": _last_return(row),
    }  # fmt: skip
    return render(request, "evaluation/sheet.html", context)


def _last_return(row: Sheet) -> Any:
    """Why it was given back, while it waits to be mended."""
    if row.state != Sheet.State.RETURNED:
        return None
    return row.events.filter(kind="returned").select_related("by").last()


@needs("evaluation.view")
@require_GET
def item(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    row = _of(request, pk)
    board = standing.board(row)
    return _item_page(request, board, _item_of(board, code))


def _item_of(board: Board, code: str) -> Item:
    found = board.by_code.get(code)
    if found is None:
        raise Http404
    return found


def _item_page(
    request: HttpRequest,
    board: Board,
    one: Item,
    *,
    own: ItemForm | None = None,
    judged: ItemForm | None = None,
) -> HttpResponse:
    user, row = actor(request), board.sheet
    side = Entry.Side.FINAL if row.campaign.state == State.DECIDING else Entry.Side.REVIEW
    place = board.items.index(one)
    line = next(line for line in board.result.lines if line.indicator.code == one.indicator.code)
    context: dict[str, Any] = {
        "sheet": row, "campaign": row.campaign, "item": one, "line": line,
        "may_fill": rights.fills(user, row) and row.is_fillable, "may_judge": rights.may_judge(user, row),
        "own_form": own or ItemForm(None, one.indicator, one.own),
        "judge_form": judged or ItemForm(None, one.indicator, _said_by(one, side), side),
        "is_final": side == Entry.Side.FINAL, "events": queries.values_said(row, one.indicator.code),
        "previous": board.items[place - 1].indicator if place else None,
        "next": board.items[place + 1].indicator if place + 1 < len(board.items) else None,
        "place": place + 1, "of": len(board.items), "task": TASKS.get(one.indicator.task, ""),
        "source": facts.labels().get(one.indicator.source, ""),
        "asked": [EVIDENCE[kind] for kind in one.indicator.evidence],
        "kind_choices": [(kind, EVIDENCE[kind]) for kind in one.kinds],
        **context_of(request, rights.ITEM, rights.item_id(row, one.indicator.code)),
    }  # fmt: skip
    return render(request, "evaluation/item.html", context)


def _said_by(one: Item, side: str) -> Entry | None:
    return one.final if side == Entry.Side.FINAL else one.review


@needs("evaluation.fill")
@takes(MOST_FILES * 10 + 4)
@require_POST
def item_save(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Keep the value and the evidence that came with it; each file stands for itself."""
    row = _of(request, pk)
    board = standing.board(row)
    one = _item_of(board, code)
    form = ItemForm(request.POST, one.indicator, one.own)
    try:
        if not form.is_valid():
            raise first_problem(form)
        if form.typed or not request.FILES:
            services.fill(sheet_id=pk, said=form.said, by=actor(request), at=timezone.now())
    except EvaluationError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _item_page(request, board, one, own=form)
    refused = _attach(request, row, code)
    if not refused:
        messages.success(request, f"{code} disimpan.")
    following = board.items[board.items.index(one) + 1 :]
    if refused or not following:
        return redirect("evaluation:item", pk, code) if refused else redirect("evaluation:sheet", pk)
    return redirect("evaluation:item", pk, following[0].indicator.code)


def _attach(request: HttpRequest, row: Sheet, code: str) -> int:
    """Attach the files that came along. Returns how many were refused, each with its reason as a message."""
    refused = 0
    for file in request.FILES.getlist("berkas")[:MOST_FILES]:
        try:
            attachments.attach(
                subject=(rights.ITEM, rights.item_id(row, code)), kind=request.POST.get("kind", ""),
                upload=file, by=actor(request), at=timezone.now(),
            )  # fmt: skip
        except AttachmentError as error:
            refused += 1
            messages.error(request, f"{code}, {file.name}: {error}")
    return refused


@needs("evaluation.review")
@require_POST
def item_review(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    return _judge(request, pk, code, Entry.Side.REVIEW, services.review)


@needs("evaluation.decide")
@require_POST
def item_decide(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    return _judge(request, pk, code, Entry.Side.FINAL, services.decide)


def _judge(request: HttpRequest, pk: int, code: str, side: str, deed: Callable[..., object]) -> HttpResponse:
    board = standing.board(_of(request, pk))
    one = _item_of(board, code)
    form = ItemForm(request.POST, one.indicator, _said_by(one, side), side)
    try:
        if not form.is_valid():
            raise first_problem(form)
        deed(sheet_id=pk, said=form.said, by=actor(request), at=timezone.now())
    except EvaluationError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _item_page(request, board, one, judged=form)
    messages.success(request, f"Nilai {code} dicatat di samping penilaian mandiri.")
    return redirect("evaluation:sheet", pk)


@needs("evaluation.fill")
@require_POST
def sheet_submit(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, SubmitForm(request.POST), services.submit, "Disampaikan untuk ditinjau.")


@needs("evaluation.review")
@require_POST
def sheet_back(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, ReasonForm(request.POST), services.send_back, "Lembar dikembalikan.")


@needs("evaluation.review")
@require_POST
def sheet_done(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, forms.Form(request.POST), services.finish, "Selesai ditinjau.")


def _do(
    request: HttpRequest, pk: int, form: forms.Form, deed: Callable[..., object], done: str
) -> HttpResponse:
    _of(request, pk)
    carry_out(request, form, deed, done, refused=EvaluationError, sheet_id=pk)
    return redirect("evaluation:sheet", pk)


@needs("evaluation.view")
@require_GET
@reads_replica
def sheet_binder(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = _of(request, pk)
    return binder_response(row.campaign, [standing.board(row)], f"-{row.opd.code if row.opd else 'TP2DD'}")
