"""What the desk's pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse

from opd.access import Scope
from opd.office import rules
from tp2dd.etpd.models import Request
from tp2dd.secretariat.models import (
    Activity,
    Agreement,
    DataRequest,
    Decree,
    Holder,
    Meeting,
    Seat,
    Task,
)

WARNING = "secretariat.agreement_warning_days"


def decree_on(day: date) -> Decree | None:
    return Decree.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day).first()


@dataclass(frozen=True)
class SeatRow:
    seat: Seat
    holder: Holder | None
    before: list[Holder]


def roster(decree: Decree, day: date) -> list[SeatRow]:
    """The seats of a decree with who holds them on a day, and who did."""
    seats = decree.seats.prefetch_related(Prefetch("holders", Holder.objects.order_by("-valid_from")))
    rows = []
    for seat in seats:
        held = list(seat.holders.all())
        now = next(
            (h for h in held if h.valid_from <= day and (h.valid_to is None or day <= h.valid_to)), None
        )
        rows.append(SeatRow(seat, now, [h for h in held if h is not now]))
    return rows


def activities(
    *, task: str, opd_id: int | None, since: date | None, until: date | None, text: str
) -> QuerySet[Activity]:
    """Newest first, voided ones too."""
    rows = Activity.objects.prefetch_related("opds")
    rows = rows.filter(task=task) if task else rows
    rows = rows.filter(opds=opd_id) if opd_id else rows
    rows = rows.filter(last_day__gte=since) if since else rows
    rows = rows.filter(first_day__lte=until) if until else rows
    return rows.filter(Q(title__icontains=text) | Q(summary__icontains=text)) if text else rows


@dataclass(frozen=True)
class TaskRow:
    letter: str
    label: str
    count: int


def by_task(first: date, last: date) -> list[TaskRow]:
    """How many standing activities each task of the law has between two days."""
    rows = Activity.objects.filter(voided_at=None, last_day__gte=first, first_day__lte=last)
    found = dict(rows.order_by().values_list("task").annotate(Count("pk")))
    return [TaskRow(str(task), task.label, found.get(str(task), 0)) for task in Task]


def meetings(*, state: str, text: str) -> QuerySet[Meeting]:
    rows = Meeting.objects.annotate(
        asked=Count("attendances", filter=Q(attendances__invited=True)),
        came=Count("attendances", filter=Q(attendances__present=True)),
    ).order_by("-starts_at", "-pk")
    rows = rows.filter(state=state) if state else rows
    return rows.filter(Q(title__icontains=text) | Q(agenda__icontains=text)) if text else rows


def agreements(*, kind: str, text: str) -> QuerySet[Agreement]:
    rows = Agreement.objects.all()
    rows = rows.filter(party_kind=kind) if kind else rows
    return rows.filter(Q(number__icontains=text) | Q(party__icontains=text)) if text else rows


def warning_days(on: date) -> int:
    return int(rules.value(WARNING, on))


def requests(reach: Scope, *, state: str, text: str) -> QuerySet[DataRequest]:
    """Within reach: an agency sees its own, the whole province those to outside bodies as well."""
    rows = reach.filter(DataRequest.objects.select_related("opd", "asked_by"))
    if state == "belum":
        rows = rows.filter(state__in=["open", "answered"])
    elif state:
        rows = rows.filter(state=state)
    return rows.filter(Q(subject__icontains=text) | Q(body__icontains=text)) if text else rows


@dataclass(frozen=True)
class Owed:
    """One thing that somebody owes, of either kind of request."""

    asked: str
    what: str
    kind: str
    due_on: date
    url: str
    is_late: bool


@dataclass
class Debtor:
    name: str
    owed: list[Owed] = field(default_factory=list)

    @property
    def late(self) -> int:
        return sum(one.is_late for one in self.owed)


def owing(on: date) -> list[Debtor]:
    """Who owes the secretary an answer, of data requests and of the ETPD: those who are late first."""
    found = sorted([*_owed_data(on), *_owed_answers(on)], key=lambda one: (one.asked, one.due_on))
    debtors = [Debtor(name, list(owed)) for name, owed in groupby(found, key=lambda one: one.asked)]
    return sorted(debtors, key=lambda one: (-one.late, one.owed[0].due_on, one.name))


def _owed_data(on: date) -> list[Owed]:
    rows = DataRequest.objects.filter(state=DataRequest.State.OPEN).select_related("opd")
    return [
        Owed(
            row.asked, f"{row.subject}, {row.period}", "Permintaan data", row.due_on,
            reverse("secretariat:request_detail", args=[row.pk]), row.due_on < on,
        )
        for row in rows
    ]  # fmt: skip


def _owed_answers(on: date) -> list[Owed]:
    rows = Request.objects.filter(state=Request.State.OPEN)
    found = []
    for row in rows.select_related("semester__form_version", "opd", "person"):
        column = row.semester.form_version.form.by_field[row.field]
        url = reverse("etpd:question", args=[row.semester_id, column.letter])
        what = f"{column.letter} {column.label}, {row.semester}"
        found.append(Owed(row.asked, what, "Kuesioner ETPD", row.due_on, url, row.due_on < on))
    return found


@dataclass(frozen=True)
class Desk:
    """The desk at a glance."""

    decree: Decree | None
    vacant: int
    tasks: Sequence[TaskRow]
    next_meeting: Meeting | None
    ending: int
    ended: int
    debtors: int
    late: int
    answered: int


def desk(on: date, first: date) -> Desk:
    """``first`` is the first day of the semester that ``on`` lies in."""
    decree = decree_on(on)
    warn = warning_days(on)
    states = [row.standing(on, warn)[0] for row in Agreement.objects.filter(ended_on=None)]
    debtors = owing(on)
    upcoming = Meeting.objects.filter(state__in=["planned", "invited"]).order_by("starts_at")
    return Desk(
        decree=decree,
        vacant=sum(row.holder is None for row in roster(decree, on)) if decree else 0,
        tasks=by_task(first, on), next_meeting=upcoming.first(), ending=states.count("wait"),
        ended=states.count("bad"), debtors=len(debtors), late=sum(one.late for one in debtors),
        answered=DataRequest.objects.filter(state=DataRequest.State.ANSWERED).count(),
    )  # fmt: skip
