"""What the Sekda takes along: a brief of one page, and a message to paste. Every figure says of when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from opd.models import Role, User
from opd.office import documents
from opd.office.calendar import day_of
from opd.office.models import Document
from opd.office.signers import signer
from opd.templatetags.tampilan import waktu
from payments.spending.sheets import day, section, table
from tp2dd.instruction.board import Board, Row
from tp2dd.instruction.compliance import Total
from tp2dd.instruction.models import Measure, Point
from tp2dd.instruction.papers import BRIEF, secretariat
from tp2dd.papers import OFFICE

NAMED = 8
"""How many agencies are named at most; the page lists them all."""


def sections(board: Board, *, at: datetime, ending: str = "") -> list[dict[str, Any]]:
    """The brief's parts; ``at`` is when the figures were counted."""
    head = [
        ("Instruksi", f"{board.instruction.number}, {day(board.instruction.day)}"),
        ("Perihal", board.instruction.subject),
        ("Batas waktu", day(board.instruction.deadline)),
        ("Keadaan", f"{waktu(at)}"),
        *((("Catatan penutup", ending),) if ending else ()),
    ]
    points = [
        [
            f"{point.serial}. {point.text}",
            day(point.deadline),
            _done(total),
            str(total.waiting),
            str(total.overdue),
        ]
        for point, total in board.totals
    ]
    columns = [(label, "text") for label in ("Butir", "Batas waktu", "Terlaksana", "Diperiksa", "Terlambat")]
    return [
        section(pairs=head),
        section("OPD", pairs=figures(board)),
        section("Butir", table=table(columns, points)),
        section("Yang perlu ditegur", sentences=[_silent(board), _late(board)]),
        section(sentences=[source(board, at)]),
    ]


def figures(board: Board) -> list[tuple[str, str]]:
    """The five figures that lead, in words."""
    agencies = len(board.rows)
    return [
        ("Menyatakan terima", f"{board.acknowledged} dari {agencies} OPD"),
        ("Semua butir terlaksana", f"{board.complete} dari {agencies} OPD"),
        ("Terlambat", f"{len(board.late)} OPD"),
        ("Laporan menunggu diperiksa", f"{board.waiting} laporan"),
        ("Uji coba kanal", f"{board.piloting} OPD, {board.passed} lulus"),
    ]


def message(board: Board, *, at: datetime) -> str:
    """Plain text for a chat: figures with their day and source."""
    row = board.instruction
    lines = [
        f"Instruksi Sekda {row.number}: {row.subject}",
        f"Keadaan {waktu(at)}. Batas waktu {day(row.deadline)}.",
        "",
        *(f"- {label}: {value}" for label, value in figures(board)),
        "",
        *(_point(point, total) for point, total in board.totals),
        "",
        _silent(board), _late(board),
        "",
        source(board, at),
    ]  # fmt: skip
    return "\n".join(lines)


def source(board: Board, at: datetime) -> str:
    text = (
        f"Sumber: catatan TP2DD dan data aplikasi Nontunai Bengkulu, dihitung {waktu(at)} untuk keadaan "
        f"{day(board.on)}."
    )
    if any(point.measure == Measure.SHARE for point in board.points):
        text += (
            f" Porsi nontunai dihitung sejak {day(board.instruction.day)}; belanja yang belum diketahui "
            "kanalnya dianggap tunai."
        )
    return text


def issue(board: Board, *, ending: str, by: User, at: datetime) -> Document:
    """The last brief, numbered and frozen, in the caller's transaction."""
    return documents.issue(
        kind=BRIEF.code, opd=secretariat(at), day=day_of(at),
        title=f"{BRIEF.label} {board.instruction.number}"[:200], subject=board.instruction, amount=None,
        facts={
            "office": OFFICE, "sections": sections(board, at=at, ending=ending),
            "signers": [signer(Role.SEKDA, None, day_of(at))],
        },
        by=by, at=at,
    )  # fmt: skip


def _point(point: Point, total: Total) -> str:
    more = [f"{total.waiting} menunggu diperiksa"] if total.waiting else []
    more += [f"{total.overdue} terlambat"] if total.overdue else []
    more += [f"{total.exempt} tidak berlaku"] if total.exempt else []
    told = f" ({', '.join(more)})" if more else ""
    return f"{point.serial}. {point.text}: {_done(total)}{told}; batas {day(point.deadline)}"


def _done(total: Total) -> str:
    return f"{total.met} dari {total.applies} OPD"


def _silent(board: Board) -> str:
    return "Belum menyatakan terima: " + _names(row.opd.name for row in board.silent)


def _late(board: Board) -> str:
    rows: Sequence[Row] = board.late
    return "Paling terlambat: " + _names(f"{row.opd.name} ({row.late} hari)" for row in rows)


def _names(names: Iterable[str]) -> str:
    known = list(names)
    if not known:
        return "tidak ada."
    rest = len(known) - NAMED
    told = ", ".join(known[:NAMED])
    return f"{told}, dan {rest} OPD lain." if rest > 0 else f"{told}."
