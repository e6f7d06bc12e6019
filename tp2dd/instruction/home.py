"""What of the instructions waits for whom on the home page."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from django.urls import reverse

from opd.access import scope
from opd.navigation import TaskCard
from tp2dd.instruction import due


def to_issue(request: HttpRequest) -> TaskCard | None:
    """Drafts that wait for the Sekda."""
    draft = due.drafts().first()
    if draft is None:
        return None
    text = f"{draft.number}: {draft.subject}. Konsepnya menunggu Anda terbitkan."
    return TaskCard("Instruksi menunggu terbit", text, _page(draft.pk), due.drafts().count(), "wait")


def to_lead(request: HttpRequest) -> TaskCard:
    """The Sekda's first card: the newest instruction in force in figures."""
    newest = next(due.boards(), None)
    if newest is None:
        return TaskCard("Instruksi", "Tidak ada instruksi yang berlaku.", reverse("instruction:list"))
    agencies, late = len(newest.rows), len(newest.late)
    text = (
        f"{newest.acknowledged} dari {agencies} OPD menyatakan terima, {newest.complete} melaksanakan semua "
        f"butir, {late} terlambat."
    )
    return TaskCard(
        str(newest.instruction), text, _page(newest.instruction.pk), late, "bad" if late else "ok"
    )


def to_follow(request: HttpRequest) -> TaskCard:
    """The secretary's: reports to judge first, then who is silent or late."""
    waiting = due.reports().count()
    newest = next(due.boards(), None)
    if newest is None:
        return TaskCard("Instruksi", "Tidak ada instruksi yang berlaku.", reverse("instruction:list"))
    silent, late = len(newest.silent), len(newest.late)
    text = f"{waiting} laporan menunggu diperiksa; {silent} OPD belum menyatakan terima, {late} terlambat."
    address = _page(newest.instruction.pk)
    if waiting:
        return TaskCard(str(newest.instruction), text, f"{address}?keadaan=diperiksa", waiting, "wait")
    return TaskCard(str(newest.instruction), text, address, late, "bad" if late else "quiet")


def to_answer(request: HttpRequest) -> TaskCard | None:
    """The head of an agency: acknowledge first, then the points that are not done."""
    reach = scope(request.user, "instruction.answer")
    silent = due.unacknowledged(reach).first()
    if silent is not None:
        text = f"{silent.instruction.subject}. Nyatakan terima, lalu laksanakan butirnya."
        return TaskCard(str(silent.instruction), text, _own(silent.pk), 1, "wait")
    for found in due.boards(reach):
        row = max(found.rows, key=lambda one: one.late)
        lacking = len(row.lacking)
        if lacking:
            text = f"{row.late} hari lewat batas waktu." if row.late else "Butir yang belum terlaksana."
            tone: Literal["bad", "wait"] = "bad" if row.late else "wait"
            return TaskCard(str(found.instruction), text, _own(row.addressee.pk), lacking, tone)
    return None


def _page(pk: int) -> str:
    return reverse("instruction:page", args=[pk])


def _own(pk: int) -> str:
    return reverse("instruction:agency", args=[pk])
