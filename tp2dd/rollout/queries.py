"""The matrix of agencies and channels, and one agency's page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from opd import audit
from opd.access import Scope
from opd.models import AuditEvent, Opd
from tp2dd.rollout import checklist
from tp2dd.rollout.checklist import Item
from tp2dd.rollout.models import Channel, OpdChannel, Outcome, ReadinessTick, Stage

TONES = {Stage.NONE: "quiet", Stage.READY: "wait", Stage.PILOT: "wait", Stage.MANDATORY: "ok"}


@dataclass(frozen=True)
class Step:
    """One item of a checklist, with its tick where it is done."""

    item: Item
    tick: ReadinessTick | None


@dataclass(frozen=True)
class Cell:
    """One agency and channel; ``row`` is None where nothing has begun."""

    channel: Channel
    row: OpdChannel | None
    steps: list[Step] = field(default_factory=list)

    @property
    def stage(self) -> Stage:
        return Stage(self.row.stage) if self.row else Stage.NONE

    @property
    def tone(self) -> str:
        return TONES[self.stage]

    @property
    def label(self) -> str:
        return str(self.stage.label)

    @property
    def channel_label(self) -> str:
        return str(self.channel.label)

    @property
    def outcome(self) -> str:
        """TP2DD's decision about the pilot; "" where there is none."""
        return self.row.outcome if self.row else ""

    @property
    def outcome_tone(self) -> str:
        return "ok" if self.outcome == Outcome.PASSED else "wait"

    @property
    def done(self) -> int:
        return sum(step.tick is not None for step in self.steps)

    @property
    def is_complete(self) -> bool:
        return self.done == len(self.steps)

    @property
    def since(self) -> date | None:
        """Since when it stands at its stage, where that is dated."""
        return (self.row.mandatory_since or self.row.pilot_since) if self.row else None

    @property
    def note(self) -> str:
        """What a list says beneath the state."""
        if self.stage in {Stage.NONE, Stage.READY}:
            return f"{self.done} dari {len(self.steps)} syarat"
        return ""


@dataclass(frozen=True)
class OpdRow:
    opd: Opd
    cells: list[Cell]


@dataclass(frozen=True)
class MatrixFilter:
    """``stage`` "" all; with ``channel`` only that channel's stage counts, else any channel's."""

    stage: str = ""
    channel: str = ""
    text: str = ""


def matrix(reach: Scope, where: MatrixFilter, *, on: date) -> list[OpdRow]:
    """Agencies in force on a day, each with its four channels; four queries whatever their number."""
    agencies = reach.filter(Opd.objects.valid(on=on), "pk")
    if where.text:
        agencies = agencies.filter(Q(name__icontains=where.text) | Q(code=where.text))
    rows = [OpdRow(opd, cells) for opd, cells in _cells(list(agencies.order_by("name")), on)]
    if where.stage:
        rows = [row for row in rows if where.stage in _stages(row, where.channel)]
    return rows


def _stages(row: OpdRow, channel: str) -> set[str]:
    return {str(cell.stage) for cell in row.cells if not channel or cell.channel == channel}


def one(opd: Opd, *, on: date) -> OpdRow:
    ((_, cells),) = _cells([opd], on)
    return OpdRow(opd, cells)


def of(agencies: Sequence[Opd], *, on: date) -> dict[int, OpdRow]:
    """Where some agencies stand, by their id; three queries whatever their number."""
    return {opd.pk: OpdRow(opd, cells) for opd, cells in _cells(agencies, on)}


def _cells(agencies: Sequence[Opd], on: date) -> Iterable[tuple[Opd, list[Cell]]]:
    lists = checklist.all_items(on)
    found = OpdChannel.objects.filter(opd__in=agencies).select_related("verdict_by")
    rows = {(row.opd_id, row.channel): row for row in found}
    held = ReadinessTick.objects.filter(opd_channel__opd__in=agencies).select_related("by", "opd_channel")
    ticks = {(tick.opd_channel.opd_id, tick.opd_channel.channel, tick.item): tick for tick in held}
    for opd in agencies:
        yield (
            opd,
            [
                Cell(
                    channel,
                    rows.get((opd.pk, channel)),
                    [Step(item, ticks.get((opd.pk, channel, item.code))) for item in lists[channel]],
                )
                for channel in Channel
            ],
        )


def tally(rows: Iterable[OpdRow]) -> dict[str, int]:
    """How many agencies have at least one channel at each stage; "none" counts those with nothing begun."""
    counted: Counter[str] = Counter()
    for row in rows:
        stages = {str(cell.stage) for cell in row.cells}
        counted.update(stages - {"none"} or {"none"})
    return {str(stage): counted[stage] for stage in Stage}


def timeline(opd: Opd) -> list[dict[str, object]]:
    """What TP2DD decided about an agency, oldest first."""
    names = {str(row.pk): row.get_channel_display() for row in OpdChannel.objects.filter(opd=opd)}
    rows = AuditEvent.objects.filter(subject_type="tp2dd.opdchannel", subject_id__in=names)
    return [
        {
            "at": row.at,
            "text": f"{names[row.subject_id]}: {audit.describe(row.action).lower()}",
            "by": row.by or "sistem",
            "detail": row.reason or (row.after or {}).get("note", ""),
        }
        for row in rows.select_related("by").order_by("at", "pk")
    ]


def waiting(*, on: date) -> tuple[int, int]:
    """(channels that are ready for a pilot, pilots that nobody has judged)."""
    ready = OpdChannel.objects.filter(stage=Stage.READY).count()
    unjudged = OpdChannel.objects.filter(stage=Stage.PILOT, verdict="", pilot_since__lte=on).count()
    return ready, unjudged
