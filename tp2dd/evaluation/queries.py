"""What the pages and other rooms read: campaigns with their progress, sheets, scores and their history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from opd.models import User
from opd.office.story import Told
from tp2dd.evaluation import rights, standing
from tp2dd.evaluation.models import OPEN, Campaign, Entry, Result, Sheet, State
from tp2dd.evaluation.standing import shown

ONLY = {
    "": "semua keadaan",
    "draft": "masih diisi",
    "submitted": "menunggu peninjauan",
    "returned": "dikembalikan",
    "reviewed": "selesai ditinjau",
    "absent": "tidak menyampaikan",
    "terlambat": "terlambat",
}


@dataclass(frozen=True)
class Row:
    """One subject of a campaign's list. ``score`` is provisional until the decision; None where this person
    may not see it yet."""

    sheet: Sheet
    done: int
    of: int
    score: Decimal | None
    aspects: list[tuple[str, Decimal | None]]
    disagreements: int


@dataclass(frozen=True)
class Published:
    """A decided score that was published. ``aspects``: code, label, score of 100 (None: none applied).
    ``superseded``: a published correction of the same period stands in its place."""

    kind: str
    opd_code: str
    subject: str
    year: int
    half: int
    version: int
    score: Decimal
    aspects: tuple[tuple[str, str, Decimal | None], ...]
    rubric: str
    published_at: datetime
    superseded: bool
    sheet_id: int
    campaign_id: int
    opd_id: int | None


def campaigns() -> QuerySet[Campaign]:
    """Newest first, each with how many sheets it has and how many were handed in."""
    rows = Campaign.objects.select_related("rubric_version", "corrects", "opened_by")
    rows = rows.order_by("-year", "-half", "-revision")
    handed = Q(sheets__round__gt=0)
    return rows.annotate(
        subjects=Count("sheets", distinct=True), handed=Count("sheets", filter=handed, distinct=True)
    )


def progress(row: Campaign, user: User, *, text: str = "", only: str = "") -> list[Row]:
    """The subjects of a campaign that this person sees and asked for, with how far each is."""
    sheets = rights.visible(user).filter(campaign=row)
    if text:
        team = Q(opd=None) if text.lower() in "tp2dd provinsi" else Q(pk=None)
        sheets = sheets.filter(Q(opd__name__icontains=text) | Q(opd__code=text) | team)
    if only == "terlambat":
        sheets = sheets.exclude(late_reason="")
    elif only:
        sheets = sheets.filter(state=only)
    found = standing.boards(sheets)
    if row.is_closed:
        return _decided(row, found)
    return [
        Row(
            board.sheet, board.done, len(board.items), board.result.score,
            [(one.aspect.label, one.score) for one in board.result.aspects], board.disagreements,
        )
        for board in found
    ]  # fmt: skip


def _decided(row: Campaign, found: Iterable[standing.Board]) -> list[Row]:
    results = {one.sheet_id: one for one in Result.objects.filter(sheet__campaign=row)}
    return [
        Row(
            board.sheet, board.done, len(board.items), results[board.sheet.pk].score,
            [(one["label"], decimal(one["score"])) for one in results[board.sheet.pk].aspects],
            board.disagreements,
        )
        for board in found
    ]  # fmt: skip


def decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def published() -> QuerySet[Result]:
    """Results of published campaigns, each with its sheet, agency, campaign and rubric."""
    rows = Result.objects.filter(sheet__campaign__state=State.PUBLISHED)
    return rows.select_related("sheet__opd", "sheet__campaign__rubric_version")


def published_scores() -> list[Published]:
    """Every published score of every version, the newest period first, within it the highest first."""
    rows = published().order_by(
        "-sheet__campaign__year",
        "-sheet__campaign__half",
        "-sheet__campaign__revision",
        "-score",
        "sheet__opd__name",
    )
    found = list(rows)
    newest: dict[tuple[int, int], int] = {}
    for one in found:
        campaign = one.sheet.campaign
        key = campaign.year, campaign.half
        newest[key] = max(newest.get(key, 0), campaign.revision)
    return [_published(one, newest) for one in found]


def _published(row: Result, newest: dict[tuple[int, int], int]) -> Published:
    sheet, campaign = row.sheet, row.sheet.campaign
    assert campaign.published_at is not None
    return Published(
        kind=sheet.kind, opd_code=sheet.opd.code if sheet.opd else "", subject=sheet.subject,
        year=campaign.year, half=campaign.half, version=campaign.revision, score=row.score,
        aspects=tuple((one["code"], one["label"], decimal(one["score"])) for one in row.aspects),
        rubric=campaign.rubric_version.code, published_at=campaign.published_at,
        superseded=campaign.revision < newest[campaign.year, campaign.half], sheet_id=sheet.pk,
        campaign_id=campaign.pk, opd_id=sheet.opd_id,
    )  # fmt: skip


def standing_scores() -> list[Published]:
    """Published scores that no correction has replaced."""
    return [one for one in published_scores() if not one.superseded]


def history(opd_id: int | None) -> list[Published]:
    """One subject's standing scores, oldest first."""
    found = [one for one in standing_scores() if one.opd_id == opd_id]
    return sorted(found, key=lambda one: (one.year, one.half))


def open_campaign() -> Campaign | None:
    """The newest one that is not decided."""
    return Campaign.objects.select_related("rubric_version").filter(state__in=OPEN).first()


def story(sheet: Sheet) -> list[Told]:
    """Who changed what on a sheet, oldest first: steps and values alike."""
    steps = [
        Told(event.at, event.get_kind_display(), event.by.name, event.text)
        for event in sheet.events.select_related("by")
    ]
    return sorted([*steps, *values_said(sheet)], key=lambda told: told.at)


def values_said(sheet: Sheet, code: str = "") -> list[Told]:
    """Every value that a side gave, oldest first; of one indicator where ``code`` names it."""
    by_code = sheet.campaign.rubric.by_code
    rows = Entry.objects.filter(sheet=sheet, code__in=[code] if code else by_code).select_related("by")
    return [
        Told(
            row.at, f"{row.code}, {row.get_side_display().lower()}: {shown(by_code[row.code], row.value)}",
            row.by.name, row.note,
        )
        for row in rows
    ]  # fmt: skip


def way(row: Campaign) -> list[Told]:
    """What happened to a campaign as a whole, oldest first."""
    rows = row.events.filter(sheet=None).select_related("by")
    return [Told(event.at, event.get_kind_display(), event.by.name, event.text) for event in rows]


def waiting(sheets: QuerySet[Sheet], *states: str) -> Sequence[Sheet]:
    """Sheets of open campaigns in some states, by deadline."""
    rows = sheets.filter(campaign__state__in=["filling", "review"], state__in=states)
    return list(rows.order_by("campaign__self_due", "pk"))
