"""What stands on a sheet: each indicator with what every side said, what counts, and the score of it all.

What counts, first found: the last word, the reviewer's, the automatic value, the subject's own. An own value
beside an automatic one is an objection that is kept and counts only once a reviewer takes it up. A sheet that
was never handed in counts by its automatic values alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from opd.office import attachments
from opd.office.models import Attachment
from tp2dd.evaluation import rights, scoring
from tp2dd.evaluation.models import Campaign, Entry, Reading, Sheet
from tp2dd.evaluation.rubric import EVIDENCE
from tp2dd.evaluation.scoring import Given, Indicator, Line, Result

OBJECTION = ("report", "letter", "screen")
"""Evidence that may support an objection to an automatic value."""
NOT_APPLICABLE = "tidak berlaku"


def shown(indicator: Indicator, value: Decimal | None) -> str:
    """A value as a screen writes it: "Ya", "62,5%", "3 kegiatan", "tidak berlaku"."""
    if value is None:
        return NOT_APPLICABLE
    if indicator.is_yes_no:
        return "Ya" if value == scoring.YES else "Tidak"
    number = scoring.told(value)
    return f"{number}%" if indicator.unit == "%" else f"{number} {indicator.unit}".strip()


def kinds_of(indicator: Indicator) -> tuple[str, ...]:
    """The kinds of evidence that an indicator takes."""
    return indicator.evidence or (OBJECTION if indicator.is_automatic else ())


@dataclass(frozen=True)
class Item:
    """One indicator of a sheet."""

    indicator: Indicator
    reading: Reading | None
    own: Entry | None
    review: Entry | None
    final: Entry | None
    counts_own: bool
    proofs: list[Attachment] = field(default_factory=list)

    @property
    def given(self) -> Given | None:
        """What counts; None where nobody gave a value."""
        judged = self.final or self.review
        if judged:
            return Given(judged.value)
        if self.reading:
            return Given(self.reading.value)
        return Given(self.own.value) if self.own and self.counts_own else None

    @property
    def shown(self) -> str:
        return shown(self.indicator, self.given.value) if self.given else ""

    @property
    def reading_shown(self) -> str:
        return shown(self.indicator, self.reading.value) if self.reading else ""

    @property
    def own_shown(self) -> str:
        return shown(self.indicator, self.own.value) if self.own else ""

    @property
    def review_shown(self) -> str:
        return shown(self.indicator, self.review.value) if self.review else ""

    @property
    def final_shown(self) -> str:
        return shown(self.indicator, self.final.value) if self.final else ""

    @property
    def disagrees(self) -> bool:
        """Whether those who spoke, machine included, do not all say the same."""
        spoken = [one.value for one in (self.reading, self.own, self.review, self.final) if one is not None]
        return len(set(spoken)) > 1

    @property
    def kinds(self) -> tuple[str, ...]:
        """Evidence that it takes."""
        return kinds_of(self.indicator)

    @property
    def problem(self) -> str:
        """What keeps the sheet from being handed in, "" where nothing does."""
        if self.reading is not None:
            return ""
        place = f"{self.indicator.code} {self.indicator.label}"
        if self.own is None:
            return f"{place}: belum diisi."
        claims = self.own.value is not None and self.indicator.rule.ratio(self.own.value) > 0
        if claims and self.indicator.evidence and not self.proofs:
            names = " atau ".join(EVIDENCE[kind].lower() for kind in self.indicator.evidence)
            return f"{place}: belum ada bukti ({names})."
        return ""

    @property
    def is_done(self) -> bool:
        return not self.problem


@dataclass(frozen=True)
class Board:
    """A sheet with all its indicators in the rubric's order."""

    sheet: Sheet
    items: list[Item]

    @cached_property
    def by_code(self) -> dict[str, Item]:
        return {item.indicator.code: item for item in self.items}

    @cached_property
    def result(self) -> Result:
        given = {code: item.given for code, item in self.by_code.items()}
        values = {code: one for code, one in given.items() if one is not None}
        return scoring.compute(self.sheet.campaign.rubric, self.sheet.kind, values)

    @property
    def problems(self) -> list[str]:
        return [item.problem for item in self.items if item.problem]

    @property
    def done(self) -> int:
        return len(self.items) - len(self.problems)

    @property
    def disagreements(self) -> int:
        return sum(item.disagrees for item in self.items)

    @property
    def grouped(self) -> list[tuple[scoring.AspectScore, list[tuple[Item, Line]]]]:
        """Aspects with their items and what each came to."""
        return [
            (aspect, [(self.by_code[line.indicator.code], line) for line in aspect.lines])
            for aspect in self.result.aspects
        ]


def boards(sheets: Iterable[Sheet]) -> list[Board]:
    """Sheets with all that was said; four queries whatever their number."""
    sheets = list(sheets)
    shared: dict[int, Campaign] = {}  # so that a rubric is read once, not once a sheet
    for sheet in sheets:
        sheet.campaign = shared.setdefault(sheet.campaign_id, sheet.campaign)
    said = {(one.sheet_id, one.code, one.side): one for one in entries(sheets)}
    read = {(one.sheet_id, one.code): one for one in readings(sheets)}
    proofs = _proofs(sheets)
    return [
        Board(sheet, [_item(sheet, one, said, read, proofs) for one in sheet.campaign.rubric.of(sheet.kind)])
        for sheet in sheets
    ]


def board(sheet: Sheet) -> Board:
    return boards([sheet])[0]


def _item(
    sheet: Sheet,
    indicator: Indicator,
    said: Mapping[tuple[int, str, str], Entry],
    read: Mapping[tuple[int, str], Reading],
    proofs: Mapping[str, list[Attachment]],
) -> Item:
    key, side = (sheet.pk, indicator.code), Entry.Side
    return Item(
        indicator=indicator,
        reading=read.get(key) if indicator.is_automatic else None,
        own=said.get((*key, side.OWN)),
        review=said.get((*key, side.REVIEW)),
        final=said.get((*key, side.FINAL)),
        counts_own=sheet.state != Sheet.State.ABSENT,
        proofs=proofs.get(rights.item_id(sheet, indicator.code), []),
    )


def entries(sheets: list[Sheet]) -> Iterable[Entry]:
    return Entry.objects.filter(sheet__in=sheets).current().select_related("by")


def readings(sheets: list[Sheet]) -> Iterable[Reading]:
    rows = Reading.objects.filter(sheet__in=sheets)
    return rows.order_by("sheet_id", "code", "-pk").distinct("sheet_id", "code")


def _proofs(sheets: list[Sheet]) -> dict[str, list[Attachment]]:
    ids = [
        rights.item_id(sheet, one.code) for sheet in sheets for one in sheet.campaign.rubric.of(sheet.kind)
    ]
    found: dict[str, list[Attachment]] = defaultdict(list)
    for row in attachments.of_many(rights.ITEM, ids):
        found[row.subject_id].append(row)
    return found
