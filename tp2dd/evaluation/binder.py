"""The binder of the Championship: evidence by indicator as one ZIP, with an index for people and machines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string

from opd.office.bundling import Outgoing, copy_original, safe
from opd.office.exports import lines
from tp2dd.evaluation.models import Campaign, Result
from tp2dd.evaluation.rubric import EVIDENCE
from tp2dd.evaluation.standing import Board, Item

HEADER = (
    "subjek", "aspek", "indikator", "uraian", "nilai", "poin", "berkas", "jenis_bukti", "nama_asal", "sha256",
    "ukuran",
)  # fmt: skip
MISSING = "(tidak ada di penyimpanan)"


@dataclass(frozen=True)
class Page:
    """One file of the index; ``path`` "" where an indicator has no evidence."""

    subject: str
    aspect: str
    item: Item
    points: str
    path: str = ""
    kind: str = ""
    name: str = ""
    sha256: str = ""
    size: int = 0


def stream(campaign: Campaign, boards: Sequence[Board]) -> Iterator[bytes]:
    """The ZIP, a file at a time: the evidence in folders by subject and indicator, then the index (HTML and
    CSV with the SHA-256 of each file) and the sealed results."""
    out = Outgoing()
    pages: list[Page] = []
    for board in boards:
        for page in _write(out, board):
            pages.append(page)
            yield from out.taken()
    out.archive.writestr("indeks.csv", "".join(lines(HEADER, map(_cells, pages))))
    out.archive.writestr(
        "indeks.html", render_to_string("evaluation/binder.html", {"campaign": campaign, "pages": pages})
    )
    out.archive.writestr("nilai.json", json.dumps(_results(boards), ensure_ascii=False, indent=1))
    yield from out.end()


def _write(out: Outgoing, board: Board) -> Iterator[Page]:
    folder = safe(board.sheet.opd.code if board.sheet.opd else "TP2DD")
    for aspect, rows in board.grouped:
        for item, line in rows:
            points = "" if line.points is None else f"{line.points:f}"
            head = Page(board.sheet.subject, aspect.aspect.label, item, points)
            if not item.proofs:
                yield head
            for place, row in enumerate(item.proofs, 1):
                path = f"{folder}/{item.indicator.code}/{place:02}-{row.kind}-{safe(row.name)}"
                kept = copy_original(out.archive, path, row.evidence)
                yield Page(
                    head.subject, head.aspect, item, points, path if kept else f"{path} {MISSING}",
                    EVIDENCE.get(row.kind, row.kind), row.name, row.evidence.sha256, row.evidence.size,
                )  # fmt: skip


def _cells(page: Page) -> tuple[object, ...]:
    one = page.item
    return (
        page.subject, page.aspect, one.indicator.code, one.indicator.label, one.shown, page.points, page.path,
        page.kind, page.name, page.sha256, page.size if page.path else "",
    )  # fmt: skip


def _results(boards: Sequence[Board]) -> list[dict[str, object]]:
    """The results as they were sealed; none before the decision."""
    rows = Result.objects.filter(sheet__in=[board.sheet for board in boards]).select_related("sheet__opd")
    return [
        {"subjek": row.sheet.subject, "nilai": f"{row.score:f}", "aspek": row.aspects, "indikator": row.lines,
         "sidik": row.digest}
        for row in rows
    ]  # fmt: skip
