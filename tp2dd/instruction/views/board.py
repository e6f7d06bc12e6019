"""The list, the Sekda's one page, its brief and its message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.replica import reads_replica
from opd.access import actor, allowed, needs, scope
from opd.office.exports import csv_response
from opd.office.views.documents import page_context
from opd.office.views.evidence import context_of
from tp2dd import papers as sheets
from tp2dd.instruction import brief as briefs
from tp2dd.instruction import papers, queries, subjects
from tp2dd.instruction.board import Board, Row, board, chosen
from tp2dd.instruction.forms import BoardSentence, ClosingForm, ListSentence, PointForm, ReasonForm
from tp2dd.instruction.models import Instruction, State

_COLUMNS = ("nomor", "tanggal", "perihal", "batas_waktu", "keadaan", "opd_dituju", "menyatakan_terima")
_HEADER = (
    *("kode_opd", "opd", "terima_pada", "terima_oleh", "syarat_siap", "syarat", "putusan_uji_coba"),
    *("butir_terlaksana", "butir", "terlambat_hari", "pengingat"),
)


@needs("instruction.view")
@require_GET
@reads_replica
def listed(request: HttpRequest) -> HttpResponseBase:
    form = ListSentence(request.GET)
    rows = queries.listed(actor(request), state=form.word("keadaan"), text=form.word("cari"))
    if request.GET.get("unduh") == "csv":
        return csv_response("instruksi.csv", _COLUMNS, map(_listed_cells, rows))
    context = {
        "form": form, "page": Paginator(rows, 30).get_page(request.GET.get("halaman")),
        "may_draft": allowed(request.user, "instruction.draft"), "is_filtered": bool(request.GET),
    }  # fmt: skip
    return render(request, "instruction/list.html", context)


def _listed_cells(row: Any) -> tuple[object, ...]:
    return (
        *(row.number, row.day, row.subject, row.deadline, row.get_state_display()),
        *(row.agencies, row.said),
    )


@needs("instruction.view")
@require_GET
@reads_replica
def page(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = of(request, pk)
    if row.state in queries.WRITTEN:
        return _draft(request, row)
    standing = board(row, scope(request.user, "instruction.view"))
    form = BoardSentence(request.GET)
    rows = chosen(standing.rows, view=form.word("keadaan"), text=form.word("cari"), sort=form.word("urut"))
    if request.GET.get("unduh") == "csv":
        return csv_response(f"instruksi-{row.pk}.csv", _header(standing), _lines(rows))
    context = {
        "instruction": row, "board": standing, "rows": rows, "now": timezone.now(), "form": form,
        "wide": True, "figures": briefs.figures(standing), "is_filtered": bool(request.GET),
    }  # fmt: skip
    if request.GET.get("cetak"):
        return render(request, "instruction/print/page.html", context)
    context |= {
        "page": Paginator(rows, 60).get_page(request.GET.get("halaman")), "events": queries.way(row),
        "may_close": row.is_open and allowed(request.user, "instruction.close"),
        "may_remind": row.is_open and allowed(request.user, "instruction.remind"),
        "close_form": ClosingForm(),
        "letters": context_of(request, subjects.INSTRUCTION, str(row.pk))["attached"],
    }  # fmt: skip
    return render(request, "instruction/page.html", context)


def of(request: HttpRequest, pk: int) -> Instruction:
    """An instruction that this person may see. 404 for any other."""
    rows = queries.visible(actor(request)).select_related("replaces", "issued_by", "ended_by", "brief")
    return get_object_or_404(rows, pk=pk)


def _draft(request: HttpRequest, row: Instruction) -> HttpResponse:
    may_draft = row.is_draft and allowed(request.user, "instruction.draft")
    points = list(row.points.order_by("serial"))
    evidence = context_of(request, subjects.INSTRUCTION, str(row.pk))
    context = {
        "instruction": row, "points": points, "events": queries.way(row), "may_draft": may_draft,
        "opds": [one.opd for one in row.addressees.select_related("opd")],
        "may_issue": row.is_draft and allowed(request.user, "instruction.issue"),
        "is_whole": bool(points and evidence["attached"]),
        "point_form": PointForm(initial={"deadline": row.deadline}),
        "reason_form": ReasonForm(auto_id="batal-%s"), **evidence,
    }  # fmt: skip
    return render(request, "instruction/draft.html", context)


def _header(standing: Board) -> list[str]:
    return [*_HEADER, *(f"butir_{point.serial}" for point in standing.points)]


def _lines(rows: list[Row]) -> Iterator[list[object]]:
    for row in rows:
        said, (ready, steps) = row.acknowledged, row.readiness
        verdicts = "; ".join(f"{channel} {words}" for channel, words, _ in row.verdicts)
        yield [
            row.opd.code, row.opd.name, said.at if said else "", said.by if said else "", ready, steps,
            verdicts, row.settled, len(row.marks), row.late, row.reminders,
            *(mark.judged.label for mark in row.marks),
        ]  # fmt: skip


@needs("instruction.view")
@require_GET
@reads_replica
def brief(request: HttpRequest, pk: int) -> HttpResponse:
    """The brief as PDF: counted now, or, of a closed instruction, as it was frozen."""
    row, now = of(request, pk), timezone.now()
    if row.brief:
        facts = row.brief.facts
        content = sheets.as_pdf(
            papers.BRIEF.label, facts["sections"], number=row.brief.number, at=now, signed=facts["signers"],
            on=row.brief.day,
        )  # fmt: skip
    else:
        standing = board(row, scope(request.user, "instruction.view"))
        content = sheets.as_pdf(
            papers.BRIEF.label, briefs.sections(standing, at=now), number=f"instruksi {row.number}", at=now,
            signed=[], on=timezone.localdate(),
        )  # fmt: skip
    return sheets.pdf_answer(content, f"ringkasan-instruksi-{row.pk}.pdf")


@needs("instruction.view")
@require_GET
def brief_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The frozen brief of a closed instruction, on the page."""
    row = get_object_or_404(queries.visible(actor(request)).filter(state=State.CLOSED), pk=pk)
    assert row.brief is not None
    return render(
        request, papers.BRIEF.template, {**page_context(row.brief, papers.BRIEF), "instruction": row}
    )


@needs("instruction.view")
@require_GET
@reads_replica
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """The summary as plain text, to copy into a chat."""
    row = of(request, pk)
    standing = board(row, scope(request.user, "instruction.view"))
    context = {"instruction": row, "text": briefs.message(standing, at=timezone.now())}
    return render(request, "instruction/message.html", context)
