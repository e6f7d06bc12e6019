"""The workbench's read models: every column with its answer, fact, last semester, request and remarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Q, QuerySet
from django.urls import Resolver404, resolve

from opd.access import allowed
from opd.models import User
from opd.office.story import Told
from payments.money import format_rupiah
from tp2dd.etpd import checks, facts, index, whatif
from tp2dd.etpd.form import Column, Form
from tp2dd.etpd.models import Answer, Reading, Request, ReviewNote, RubricVersion, Semester
from tp2dd.etpd.services import locking
from tp2dd.etpd.services.freezing import before_values, rubric_of

ONLY = {
    "": "semuanya",
    "kosong": "belum terisi",
    "fakta": "dari fakta",
    "beda": "berbeda dari semester lalu",
    "lain": "berbeda dari fakta",
    "diminta": "diminta",
    "catatan": "dicatat pemeriksa",
}


def shown(column: Column, value: str) -> str:
    """A value as a screen writes it: amounts grouped by thousands."""
    return format_rupiah(Decimal(value)) if value and column.type == "rupiah" else value


@dataclass(frozen=True)
class Row:
    """One column on the workbench. ``before`` is last semester's value, "" where it had none."""

    column: Column
    answer: Answer | None
    reading: Reading | None
    before: str
    request: Request | None
    remarks: list[ReviewNote]
    fact_label: str = ""
    fact_url: str = ""

    @property
    def value(self) -> str:
        return self.answer.value if self.answer else ""

    @property
    def shown(self) -> str:
        return shown(self.column, self.value)

    @property
    def shown_fact(self) -> str:
        return shown(self.column, self.reading.value) if self.reading else ""

    @property
    def shown_before(self) -> str:
        return shown(self.column, self.before)

    @property
    def seen(self) -> int:
        return self.answer.serial if self.answer else 0

    @property
    def is_missing(self) -> bool:
        return self.column.is_asked and not self.column.optional and not self.value

    @property
    def is_fact(self) -> bool:
        return self.answer is not None and self.answer.origin == Answer.Origin.FACT and bool(self.value)

    @property
    def departs(self) -> bool:
        """It has an answer other than what its fact says."""
        return self.reading is not None and self.reading.value != self.value

    @property
    def differs(self) -> bool:
        """Other than last semester, which had an answer."""
        return bool(self.before) and self.before != self.value

    def is_of(self, only: str) -> bool:
        return {
            "kosong": self.is_missing, "fakta": self.is_fact, "beda": self.differs, "lain": self.departs,
            "diminta": self.request is not None, "catatan": bool(self.remarks),
        }.get(only, True)  # fmt: skip


@dataclass(frozen=True)
class Bench:
    """A whole semester; ``groups`` says of each group how much is answered."""

    semester: Semester
    form: Form
    rows: list[Row]
    problems: list[checks.Problem] = field(default_factory=list)

    @cached_property
    def by_letter(self) -> Mapping[str, Row]:
        return {row.column.letter: row for row in self.rows}

    @property
    def asked(self) -> int:
        return sum(row.column.is_asked and not row.column.optional for row in self.rows)

    @property
    def missing(self) -> int:
        return sum(row.is_missing for row in self.rows)

    @property
    def answered(self) -> int:
        return self.asked - self.missing

    @property
    def from_facts(self) -> int:
        return sum(row.is_fact for row in self.rows)

    @property
    def requested(self) -> int:
        return sum(row.request is not None for row in self.rows)

    @property
    def blocking(self) -> list[checks.Problem]:
        return [problem for problem in self.problems if problem.blocks]

    @property
    def values(self) -> dict[str, str]:
        return {row.column.field: row.value for row in self.rows if row.value}

    def groups(self) -> list[tuple[str, str, int, int]]:
        """Code, label, answered and asked of each group."""
        found = []
        for group in self.form.groups:
            rows = [row for row in self.rows if row.column.group == group.code]
            asked = [row for row in rows if row.column.is_asked and not row.column.optional]
            found.append((group.code, group.label, sum(bool(row.value) for row in asked), len(asked)))
        return found

    def chosen(self, group: str, only: str, text: str = "") -> list[Row]:
        """The rows of a group, or of the whole form where a filter is set."""
        rows = [row for row in self.rows if row.is_of(only)]
        if text:
            folded = text.casefold()
            return [row for row in rows if folded in f"{row.column.letter} {row.column.header}".casefold()]
        return rows if only or group == "semua" else [row for row in rows if row.column.group == group]


def bench(semester: Semester, *, of: User | None = None) -> Bench:
    """Six queries, whatever the number of columns. ``of`` is who looks: links lead only where they may go."""
    form = semester.form_version.form
    answers, readings = locking.current(semester), locking.readings(semester)
    before = before_values(semester)
    requests = {
        row.field: row
        for row in Request.objects.filter(semester=semester, state=Request.State.OPEN).select_related(
            "opd", "person"
        )
    }
    remarks: dict[str, list[ReviewNote]] = {}
    for note in last_remarks(semester):
        remarks.setdefault(note.field, []).append(note)
    rows = [
        Row(
            column, answers.get(column.field), reading := readings.get(column.field),
            before.get(column.field, ""), requests.get(column.field), remarks.get(column.field, []),
            facts.label_of(reading.source) if reading else "",
            reading.url if reading and of and may_open(of, reading.url) else "",
        )
        for column in form.columns
    ]  # fmt: skip
    values = {name: answer.value for name, answer in answers.items()}
    return Bench(semester, form, rows, checks.problems(form, values))


def may_open(user: User, url: str) -> bool:
    """Whether a page of ours lets this person in, as its guard says."""
    try:
        view = resolve(url.split("?", 1)[0]).func
    except Resolver404:
        return False
    permission = getattr(view, "permission", "")
    return bool(permission) and allowed(user, permission)


def last_remarks(semester: Semester) -> QuerySet[ReviewNote]:
    """Remarks of the round under review, or of the one that was sent back last."""
    rounds = [semester.round, semester.round - 1] if semester.state == "filling" else [semester.round]
    rows = ReviewNote.objects.filter(semester=semester, round__in=rounds, kind=ReviewNote.Kind.REMARK)
    return rows.select_related("by")


def history(semester: Semester, column: Column) -> list[Told]:
    """What happened to one column: answers, facts, requests and remarks, oldest first."""
    told = [
        Told(
            one.at,
            f"{one.get_origin_display()}: {one.value or 'dikosongkan'}",
            str(one.by or "sistem"),
            one.reason,
        )
        for one in Answer.objects.filter(semester=semester, field=column.field).select_related("by")
    ]
    told += [
        Told(one.at, f"Fakta: {one.value}", facts.label_of(one.source), one.words)
        for one in Reading.objects.filter(semester=semester, field=column.field)
    ]
    for one in Request.objects.filter(semester=semester, field=column.field).select_related(
        "opd", "person", "asked_by", "closed_by"
    ):
        told.append(Told(one.asked_at, f"Diminta kepada {one.asked}", str(one.asked_by), one.note))
        if one.closed_at:
            told.append(
                Told(one.closed_at, one.get_state_display(), str(one.closed_by), one.close_note or one.value)
            )
    told += [
        Told(one.at, one.get_kind_display(), str(one.by), one.text)
        for one in ReviewNote.objects.filter(semester=semester, field=column.field).select_related("by")
    ]
    return sorted(told, key=lambda step: step.at)


def way(semester: Semester) -> list[Told]:
    """What happened to the whole semester."""
    told = [Told(semester.opened_at, "Dibuka", str(semester.opened_by), semester.correction_reason)]
    if semester.submitted_at:
        told.append(Told(semester.submitted_at, f"Dikirim ke pemeriksa (putaran {semester.round})", ""))
    told += [
        Told(one.at, f"{one.get_kind_display()} (putaran {one.round})", str(one.by), one.text)
        for one in semester.notes.exclude(kind=ReviewNote.Kind.REMARK).select_related("by")
    ]
    if semester.frozen_at:
        told.append(Told(semester.frozen_at, "Dibekukan", str(semester.frozen_by), semester.stale_reason))
    if semester.filed_at:
        told.append(Told(semester.filed_at, "Disampaikan", str(semester.filed_by), semester.filing_number))
    return sorted(told, key=lambda step: step.at)


@dataclass(frozen=True)
class Owing:
    """Who owes answers: an agency or a person, how many, how many too late, and the nearest deadline."""

    asked: str
    open: int
    late: int
    requests: list[tuple[Column, Request]]

    @property
    def nearest(self) -> date:
        return min(one.due_on for _, one in self.requests)


def owing(semester: Semester, *, on: date) -> list[Owing]:
    """Most late first."""
    rows = Request.objects.filter(semester=semester, state=Request.State.OPEN)
    columns = semester.form_version.form.by_field
    found: dict[str, list[tuple[Column, Request]]] = {}
    for one in rows.select_related("opd", "person"):
        found.setdefault(one.asked, []).append((columns[one.field], one))
    listed = [
        Owing(asked, len(pairs), sum(one.due_on < on for _, one in pairs), pairs)
        for asked, pairs in found.items()
    ]
    return sorted(listed, key=lambda one: (-one.late, one.nearest, one.asked))


def semesters() -> QuerySet[Semester]:
    rows = Semester.objects.select_related("form_version", "document", "corrects")
    return rows.annotate(open_requests=Count("requests", filter=Q(requests__state="open")))


@dataclass(frozen=True)
class Standing:
    """The index of a semester under its rubric, with what would raise it."""

    version: RubricVersion
    rubric: index.Rubric
    outlook: whatif.Outlook

    @property
    def result(self) -> index.Result:
        return self.outlook.now


def standing(semester: Semester, values: Mapping[str, str]) -> Standing:
    """Live until the semester is frozen; afterwards under the rubric it was frozen with. Raises EtpdError."""
    version = semester.rubric or rubric_of(semester)
    form = semester.form_version.form
    rubric = version.rubric_for(form)
    return Standing(version, rubric, whatif.outlook(rubric, form, values))
