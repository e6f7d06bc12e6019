"""What the register of findings shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from opd.access import Scope, allowed
from opd.models import User
from opd.office.story import Told
from payments.auditing import papers, references
from payments.auditing.models import OPEN, Entry, Finding, late_now


@dataclass(frozen=True)
class Where:
    """The register's filter; days in WIB of recording, inclusive; "" and None choose nothing."""

    state: str = ""
    severity: str = ""
    opd_id: int | None = None
    timing: str = ""
    first: date | None = None
    last: date | None = None
    text: str = ""


@dataclass(frozen=True)
class Link:
    """A page that a finding is about; ``url`` is empty for who may not open it."""

    label: str
    url: str


COLUMNS = (
    *("nomor", "tautan", "opd", "judul", "tingkat", "nilai", "kondisi", "kriteria", "sebab", "akibat"),
    *("rekomendasi", "dicatat", "diterima_opd", "tenggat", "keadaan", "lewat_tenggat", "jawaban_terakhir"),
    "penilaian_terakhir",
)


def findings(reach: Scope, where: Where, *, on: date) -> QuerySet[Finding]:
    """Findings in reach that fit, newest first, with ``answered_at``, ``judged_at`` and ``last_kind``."""
    said = Entry.objects.filter(finding=OuterRef("pk")).order_by("-pk")
    rows = reach.filter(Finding.objects.all(), "opd").annotate(
        answered_at=Subquery(said.filter(kind=Entry.Kind.ANSWERED).values("at")[:1]),
        judged_at=Subquery(said.filter(kind=Entry.Kind.JUDGED).values("at")[:1]),
        last_kind=Subquery(said.values("kind")[:1]),
    )
    return rows.filter(_narrowed(where, on)).select_related("opd", "document", "recorded_by")


def _narrowed(where: Where, on: date) -> Q:
    found = {"late": late_now(on), "answered": Q(state__in=OPEN, last_kind=Entry.Kind.ANSWERED)}.get(
        where.timing, Q()
    )
    if where.state:
        found &= Q(state__in=OPEN) if where.state == "open" else Q(state=where.state)
    given = {
        "severity": where.severity, "opd": where.opd_id, "recorded_at__date__gte": where.first,
        "recorded_at__date__lte": where.last,
    }  # fmt: skip
    found &= Q(**{name: value for name, value in given.items() if value})
    if where.text:
        words = Q(document__number_text__icontains=where.text)
        for name in ("title", *papers.PARTS):
            words |= Q(**{f"{name}__icontains": where.text})
        found &= words
    return found


def totals(found: QuerySet[Finding]) -> dict[str, Any]:
    return found.order_by().aggregate(amount=Sum("amount"))


def lines(found: QuerySet[Finding], on: date) -> Iterator[tuple[object, ...]]:
    """The register as CSV; columns as in COLUMNS."""
    for row in found.iterator(chunk_size=500):
        dates: Any = row
        yield (
            row.number, papers.address(row), row.opd.name, row.title, row.get_severity_display(), row.amount,
            *(getattr(row, name) for name in papers.PARTS),
            row.recorded_at, row.received_on, row.due_on, row.get_state_display(),
            row.is_open and row.due_on < on, dates.answered_at, dates.judged_at,
        )  # fmt: skip


def story(row: Finding) -> list[Told]:
    """Everything said, oldest first; judgements name the state they gave."""
    return [
        Told(
            entry.at,
            f"{entry.get_kind_display()}: {entry.get_state_display().lower()}"
            if entry.kind == Entry.Kind.JUDGED
            else entry.get_kind_display(),
            entry.by.name,
            entry.text,
        )
        for entry in row.entries.select_related("by")
    ]


def links(row: Finding, user: User) -> list[Link]:
    """The pages it is about, as addresses for who may open them."""
    found = []
    for one in row.references.all():
        known = references.kind(one.kind)
        open_to = known is not None and allowed(user, known.permission)
        found.append(Link(one.label, references.url(one.kind, one.key) if open_to else ""))
    return found


def waiting(reach: Scope) -> QuerySet[Finding]:
    """Findings in reach that the agency still owes something for."""
    return reach.filter(Finding.objects.filter(state__in=OPEN), "opd")


def to_judge(reach: Scope) -> int:
    """How many open findings the agency answered last."""
    last = Entry.objects.filter(finding=OuterRef("pk")).order_by("-pk").values("kind")[:1]
    return waiting(reach).annotate(last_kind=Subquery(last)).filter(last_kind=Entry.Kind.ANSWERED).count()
