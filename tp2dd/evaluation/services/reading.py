"""Automatic values of all subjects, read at one moment."""

from __future__ import annotations

from datetime import datetime

from opd.office.calendar import day_of
from tp2dd.evaluation import facts, standing
from tp2dd.evaluation.facts import Asked, Fact
from tp2dd.evaluation.models import Campaign, Reading, Sheet
from tp2dd.periods import Period


def read(row: Campaign, *, at: datetime) -> int:
    """Ask every source of the campaign's rubric about all its subjects; a new row only where something
    changed. In the caller's transaction. Returns how many changed."""
    sheets = list(Sheet.objects.filter(campaign=row))
    for sheet in sheets:
        sheet.campaign = row
    found = facts.collect(
        _asked(row, sheets, at), [one.source for one in row.rubric.indicators if one.source]
    )
    known = {(one.sheet_id, one.code): one for one in standing.readings(sheets)}
    fresh = [
        Reading(
            sheet=sheet, code=one.code, value=fact.value, source=one.source, words=fact.words, url=fact.url,
            at=at,
        )
        for sheet in sheets
        for one in row.rubric.of(sheet.kind)
        if one.source and (fact := found.get((one.source, sheet.opd_id)))
        and _differs(known.get((sheet.pk, one.code)), one.source, fact)
    ]  # fmt: skip
    Reading.objects.bulk_create(fresh)
    Campaign.objects.filter(pk=row.pk).update(read_at=at)
    row.read_at = at
    return len(fresh)


def _asked(row: Campaign, sheets: list[Sheet], at: datetime) -> Asked:
    """Of a period that still runs, only the days that were."""
    period = row.period
    last = max(period.first, min(period.last, day_of(at)))
    ids = frozenset(sheet.opd_id for sheet in sheets if sheet.opd_id is not None)
    return Asked(row.year, row.half, Period(period.first, last), ids, at)


def _differs(known: Reading | None, source: str, fact: Fact) -> bool:
    return known is None or (known.value, known.source, known.words, known.url) != (
        fact.value, source, fact.words, fact.url,
    )  # fmt: skip
