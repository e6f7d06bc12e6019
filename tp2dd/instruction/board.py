"""The one page: every agency that an instruction addresses, and how it stands. A fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from opd.access import Scope
from opd.models import Opd
from opd.office.calendar import day_of
from tp2dd.instruction import compliance, measures
from tp2dd.instruction.compliance import Judged, Reported, Standing, Total
from tp2dd.instruction.models import Acknowledgement, Addressee, Duty, Instruction, Point, Reminder
from tp2dd.rollout import queries as rollout
from tp2dd.rollout.models import Outcome, Stage
from tp2dd.rollout.queries import OpdRow

RUNNING = (Stage.PILOT, Stage.MANDATORY)
VIEWS = {
    "": "semua", "belum_terima": "belum menyatakan terima", "terlambat": "terlambat",
    "diperiksa": "menunggu diperiksa", "belum": "belum melaksanakan semua butir",
    "lengkap": "sudah melaksanakan semua butir",
}  # fmt: skip
SORTS = {
    "nama": "nama OPD", "terlambat": "yang paling terlambat", "butir": "butir paling sedikit",
    "kesiapan": "kesiapan paling rendah",
}  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """One point of one agency."""

    point: Point
    duty: Duty | None
    judged: Judged


@dataclass(frozen=True)
class Row:
    """One agency. ``readiness`` counts the ticks of all its channels; ``late`` is its longest delay."""

    addressee: Addressee
    acknowledged: Acknowledgement | None
    rollout: OpdRow | None
    marks: list[Mark]
    reminders: int
    last_reminder: datetime | None

    @property
    def opd(self) -> Opd:
        return self.addressee.opd

    @property
    def readiness(self) -> tuple[int, int]:
        cells = self.rollout.cells if self.rollout else []
        return sum(cell.done for cell in cells), sum(len(cell.steps) for cell in cells)

    @property
    def verdicts(self) -> list[tuple[str, str, str]]:
        """(channel, decision, tone) of each channel in pilot or later."""
        cells = self.rollout.cells if self.rollout else []
        return [
            (cell.channel_label, cell.row.get_outcome_display() if cell.outcome else "belum dinilai",
             cell.outcome_tone)
            for cell in cells
            if cell.row is not None and cell.stage in RUNNING
        ]  # fmt: skip

    @property
    def verdict_words(self) -> str:
        """How many channels in pilot have which decision: "1 lulus, 2 belum dinilai"."""
        counted = Counter(words.lower() for _, words, _ in self.verdicts)
        return ", ".join(f"{count} {words}" for words, count in counted.items())

    @property
    def passed(self) -> int:
        cells = self.rollout.cells if self.rollout else []
        return sum(cell.outcome == Outcome.PASSED for cell in cells)

    @property
    def settled(self) -> int:
        return sum(mark.judged.is_settled for mark in self.marks)

    @property
    def is_complete(self) -> bool:
        return self.acknowledged is not None and self.settled == len(self.marks)

    @property
    def late(self) -> int:
        return max((mark.judged.late for mark in self.marks if mark.judged.is_overdue), default=0)

    @property
    def is_waiting(self) -> bool:
        return any(mark.judged.standing == Standing.WAITING for mark in self.marks)

    @property
    def lacking(self) -> list[Mark]:
        return [mark for mark in self.marks if not mark.judged.is_settled]

    @property
    def tone(self) -> str:
        if self.late or not self.acknowledged:
            return "bad" if self.late else "wait"
        return "ok" if self.is_complete else "quiet"


@dataclass(frozen=True)
class Board:
    """``on`` is the day that is looked at: today, or the day on which the instruction ended."""

    instruction: Instruction
    points: list[Point]
    rows: list[Row]
    on: date

    @property
    def acknowledged(self) -> int:
        return sum(row.acknowledged is not None for row in self.rows)

    @property
    def complete(self) -> int:
        return sum(row.is_complete for row in self.rows)

    @property
    def late(self) -> list[Row]:
        return sorted((row for row in self.rows if row.late), key=lambda row: (-row.late, row.opd.name))

    @property
    def silent(self) -> list[Row]:
        """Those that have not acknowledged."""
        return [row for row in self.rows if row.acknowledged is None]

    @property
    def waiting(self) -> int:
        return sum(mark.judged.standing == Standing.WAITING for row in self.rows for mark in row.marks)

    @property
    def totals(self) -> list[tuple[Point, Total]]:
        return [
            (point, compliance.total(row.marks[place].judged for row in self.rows))
            for place, point in enumerate(self.points)
        ]

    @property
    def piloting(self) -> int:
        return sum(bool(row.verdicts) for row in self.rows)

    @property
    def passed(self) -> int:
        return sum(row.passed > 0 for row in self.rows)


def board(instruction: Instruction, reach: Scope, *, today: date | None = None) -> Board:
    """Every agency within reach, by name."""
    on = day_of(instruction.ended_at) if instruction.ended_at else (today or timezone.localdate())
    points = list(instruction.points.order_by("serial"))
    addressed = list(
        reach.filter(Addressee.objects.filter(instruction=instruction))
        .select_related("opd")
        .order_by("opd__name")
    )
    stands = rollout.of([row.opd for row in addressed], on=on)
    opd_ids = [row.opd_id for row in addressed]
    measured = measures.measure(points, measures.asked(opd_ids, since=instruction.day, on=on, rows=stands))
    words = _Words(addressed)
    rows = []
    for one in addressed:
        marks = [
            Mark(point, duty, compliance.judge(
                measured=measured.get((point.pk, one.opd_id)), reported=reported(duty),
                deadline=point.deadline, today=on,
            ))
            for point in points
            for duty in [words.duties.get((one.pk, point.pk))]
        ]  # fmt: skip
        reminders = words.reminders.get(one.pk, [])
        last = reminders[-1] if reminders else None
        rows.append(
            Row(one, words.acknowledged.get(one.pk), stands.get(one.opd_id), marks, len(reminders), last)
        )
    return Board(instruction, points, rows, on)


class _Words:
    """What the agencies said and were told, in three queries."""

    def __init__(self, addressed: Sequence[Addressee]) -> None:
        said = Acknowledgement.objects.filter(addressee__in=addressed).select_related("by")
        self.acknowledged = {row.addressee_id: row for row in said}
        duties = Duty.objects.filter(addressee__in=addressed)
        self.duties = {(row.addressee_id, row.point_id): row for row in duties}
        self.reminders: dict[int, list[datetime]] = {}
        sent = Reminder.objects.filter(addressee__in=addressed).order_by("addressee_id", "serial")
        for key, at in sent.values_list("addressee_id", "at"):
            self.reminders.setdefault(key, []).append(at)


def reported(duty: Duty | None) -> Reported:
    return Reported(duty.state, duty.claim, duty.reported_on) if duty else Reported()


def chosen(rows: Sequence[Row], *, view: str, text: str, sort: str) -> list[Row]:
    """The rows a filter asks for, in its order."""
    words = text.strip().casefold()
    kept = [row for row in rows if _fits(row, view) and words in f"{row.opd.name} {row.opd.code}".casefold()]
    match sort:
        case "terlambat":
            kept.sort(key=lambda row: -row.late)
        case "butir":
            kept.sort(key=lambda row: row.settled)
        case "kesiapan":
            kept.sort(key=lambda row: row.readiness[0])
    return kept


def _fits(row: Row, view: str) -> bool:
    match view:
        case "belum_terima":
            return row.acknowledged is None
        case "terlambat":
            return row.late > 0
        case "diperiksa":
            return row.is_waiting
        case "belum":
            return row.settled < len(row.marks)
        case "lengkap":
            return row.is_complete
    return True
