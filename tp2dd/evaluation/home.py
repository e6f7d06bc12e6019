"""Who has something to do in the evaluation."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.access import actor
from opd.navigation import TaskCard
from tp2dd.evaluation import due, queries
from tp2dd.evaluation.due import Due
from tp2dd.evaluation.models import State


def to_fill(request: HttpRequest) -> TaskCard | None:
    """The person's own sheets that are not handed in."""
    return _card("Penilaian mandiri", due.own(actor(request), timezone.localdate()))


def to_review(request: HttpRequest) -> TaskCard | None:
    return _card("Tinjau penilaian", due.to_review(actor(request), timezone.localdate()))


def to_decide(request: HttpRequest) -> TaskCard | None:
    return _card("Tetapkan penilaian", due.to_decide(actor(request), timezone.localdate()))


def _card(title: str, waiting: list[Due]) -> TaskCard | None:
    if not waiting:
        return None
    first = min(waiting, key=lambda one: one.due_on)
    late = sum(one.is_late for one in waiting)
    text = f"{first.text}. Tenggat {first.due_on:%d/%m/%Y}{'; sudah lewat' if first.is_late else ''}."
    return TaskCard(title, text, first.url, len(waiting), "bad" if late else "wait")


def to_manage(request: HttpRequest) -> TaskCard:
    """The secretary's next step with the open campaign."""
    row = queries.open_campaign()
    if row is None:
        return TaskCard(
            "Masa penilaian", "Tidak ada masa yang terbuka.", reverse("evaluation:campaign_list"), 0, "ok"
        )
    words = {
        State.FILLING: "penilaian mandiri berjalan", State.REVIEW: "sedang ditinjau",
        State.DECIDING: "menunggu penetapan Sekretaris Daerah",
    }[State(row.state)]  # fmt: skip
    late = row.is_late(timezone.localdate())
    text = f"{row}: {words}; tenggat {row.due_on:%d/%m/%Y}."
    url = reverse("evaluation:campaign", args=[row.pk])
    return TaskCard("Masa penilaian", text, url, 1 if late else None, "bad" if late else "quiet")
