"""The books on screen and as CSV; nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from config.replica import reads_replica
from opd.access import Scope, actor, needs, scope
from opd.office.exports import csv_response
from opd.templatetags.tampilan import waktu
from payments.ledger import origins, queries, sealing
from payments.ledger.forms import JournalFilterForm, TrialBalanceForm, reach
from payments.ledger.journals import LEG_COLUMNS, EntryRow, JournalDetail, JournalPage
from payments.ledger.models import Block, Book
from payments.ledger.queries import TrialRow
from payments.money import format_rupiah

TRIAL_COLUMNS = (
    "Tanggal", "Kode OPD", "Buku", "Kode rekening", "Sudah dikonfirmasi", "Akun", "Nama akun", "Debit",
    "Kredit", "Saldo debit", "Saldo kredit",
)  # fmt: skip


@needs("ledger.view")
@require_safe
@reads_replica
def journal_list(request: HttpRequest) -> HttpResponseBase:
    today = timezone.localdate()
    form = JournalFilterForm(request.GET, scope=_reach(request), today=today)
    where = form.where()
    if where is None:
        return render(request, "ledger/journal_list.html", {"form": form, "wide": True}, status=400)
    if request.GET.get("unduh") == "csv":
        return csv_response(f"jurnal-{today}.csv", LEG_COLUMNS, queries.legs(where))
    page = queries.journals(
        where, before=request.GET.get("sebelum", ""), after=request.GET.get("sesudah", "")
    )
    context = {"form": form, "rows": page.rows, "totals": queries.totals(where), "wide": True}
    return render(request, "ledger/journal_list.html", {**context, **_pager(request, page)})


@needs("ledger.view")
@require_safe
def journal_detail(request: HttpRequest, journal_id: int) -> HttpResponse:
    found = queries.journal(journal_id)
    if found is None or not _within(found, _reach(request)):
        raise Http404("Jurnal ini tidak ada.")
    others = [
        other.journal for other in queries.journal_of(found.journal.source) if other.journal.id != journal_id
    ]
    context = {"sheet": found, "books": _by_book(found.entries), "others": others}
    return render(request, "ledger/journal_detail.html", context)


@needs("ledger.view")
@require_safe
def journal_origin(request: HttpRequest, journal_id: int) -> HttpResponse:
    """What stands behind a journal, row by row, down to the words of the bank."""
    found = queries.journal(journal_id)
    if found is None or not _within(found, _reach(request)):
        raise Http404("Jurnal ini tidak ada.")
    source = found.journal.source
    steps = [
        {"title": step.title, "at": step.at, "url": step.url, "raw": step.raw, "shown": _shown(step.facts)}
        for step in origins.of(source, actor(request))
    ]
    together = [other.journal for other in queries.journal_of(source)]
    context = {"sheet": found, "steps": steps, "journals": together}
    return render(request, "ledger/origin.html", context)


def _shown(facts: Iterable[origins.Fact]) -> list[tuple[str, str]]:
    """The facts that say something, as words."""
    return [(label, _words(value)) for label, value in facts if value not in {None, ""}]


def _words(value: object) -> str:
    if isinstance(value, Decimal):
        return format_rupiah(value)
    return waktu(value) if isinstance(value, date) else str(value)


@needs("ledger.view")
@require_safe
@reads_replica
def trial_balance(request: HttpRequest) -> HttpResponseBase:
    reached = _reach(request)
    form = TrialBalanceForm(request.GET, scope=reached, today=timezone.localdate())
    if not form.is_valid():
        return render(request, "ledger/trial_balance.html", {"form": form, "wide": True}, status=400)
    on, opd, block = (form.cleaned_data[name] for name in ("pada", "opd", "blok"))
    rows = queries.trial_balance(on=on, known_on=block.pk if block else None, opd=reach(reached, opd))
    if request.GET.get("unduh") == "csv":
        lines = [_trial_line(on, opd.code if opd else "", row) for row in rows]
        return csv_response(f"neraca-saldo-{on}.csv", TRIAL_COLUMNS, lines)
    context = {"form": form, "books": _sheets(rows), "on": on, "opd": opd, "seal": block, "wide": True}
    return render(request, "ledger/trial_balance.html", context)


@login_not_required
@require_safe
@cache_control(private=True, no_cache=True)  # its language is the visitor's
def seal(request: HttpRequest) -> HttpResponse:
    """The head of the chain, for whoever holds an export or an older printout."""
    head = sealing.head()
    earlier = Block.objects.filter(pk__lt=head.block.pk).order_by("-id")[:_EARLIER_SHOWN] if head else []
    return render(request, "ledger/seal.html", {"head": head, "earlier": earlier})


@login_not_required
@require_safe
@cache_control(public=True, max_age=60)
def seal_json(request: HttpRequest) -> JsonResponse:
    """{"versi": 1, "blok": …, "hash": hex, "dibuat": UTC, "kunci": number, "tanda_tangan": hex}.

    Null before the first block; the last two also before there is a key. See ``sealing.statement``.
    """
    told: dict[str, Any] = {"hash": None, "dibuat": None, "kunci": None, "tanda_tangan": None}
    if head := sealing.head():
        block = head.block
        told = {"hash": block.fingerprint, "dibuat": block.made_at.isoformat()}
        told |= {"kunci": head.key_id, "tanda_tangan": head.signature}
    return JsonResponse({"versi": 1, "blok": head.block.pk if head else 0, **told})


_EARLIER_SHOWN = 9


def _reach(request: HttpRequest) -> Scope:
    return scope(request.user, "ledger.view")


def _within(found: JournalDetail, reached: Scope) -> bool:
    return reached.opd_ids is None or any(entry.opd_id in reached for entry in found.entries)


def _pager(request: HttpRequest, page: JournalPage) -> dict[str, str]:
    """Addresses of the pages beside this one, every filter kept."""
    links = {}
    for name, word, cursor in (("older", "sebelum", page.older), ("newer", "sesudah", page.newer)):
        query = request.GET.copy()
        for old in ("sebelum", "sesudah"):
            query.pop(old, None)
        query[word] = cursor
        links[name] = f"?{query.urlencode()}" if cursor else ""
    return links


def _by_book(entries: list[EntryRow]) -> list[dict[str, Any]]:
    """The legs of a journal, book by book, each with its sums."""
    sheets = []
    for label, group in groupby(sorted(entries, key=_book_order), key=lambda entry: entry.book_label):
        legs = list(group)
        sums = {"debit": sum(leg.debit for leg in legs), "credit": sum(leg.credit for leg in legs)}
        sheets.append({"label": label, "legs": legs, **sums})
    return sheets


def _sheets(rows: list[TrialRow]) -> list[dict[str, Any]]:
    """The rows of a trial balance, book by book, each with its sums."""
    sheets = []
    for name, group in groupby(rows, key=lambda row: row.book):
        lines = list(group)
        sides = {side: sum(getattr(row, side) for row in lines) for side in _AMOUNTS}
        sheets.append({"label": Book(name).label, "lines": lines, **sides})
    return sheets


_AMOUNTS = ("debit", "credit", "debit_balance", "credit_balance")


def _book_order(entry: EntryRow) -> tuple[int, int]:
    return list(Book).index(Book(entry.book)), entry.line_no


def _trial_line(on: date, opd_code: str, row: TrialRow) -> tuple[Any, ...]:
    return (
        on, opd_code, Book(row.book).label, row.kode_rekening, row.confirmed, row.account, row.name,
        row.debit, row.credit, row.debit_balance, row.credit_balance,
    )  # fmt: skip
