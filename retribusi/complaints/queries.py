"""What the office and the person read: lists, one complaint's story, and how well complaints are answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from opd.access import Scope
from opd.office.calendar import bounds, day_of
from opd.office.story import Told
from retribusi.complaints.models import WAITING, Complaint, Entry, answered_late, late_now

PUBLIC = frozenset({
    *(Entry.Kind.FILED, Entry.Kind.ASSIGNED, Entry.Kind.MESSAGE, Entry.Kind.ANSWER, Entry.Kind.CLOSED),
    *(Entry.Kind.SETTLED, Entry.Kind.UNSETTLED, Entry.Kind.REOPENED),
})  # fmt: skip
"""What the person reads of the story; notes stay in the office."""


@dataclass(frozen=True)
class Where:
    """The list's filter; days in WIB of filing, inclusive; "" and None choose nothing."""

    state: str = ""
    category: str = ""
    opd_id: int | None = None
    timing: str = ""
    first: date | None = None
    last: date | None = None
    text: str = ""


@dataclass(frozen=True)
class Figures:
    """How a group of complaints was answered; ``median_hours`` to the first answer, None before any."""

    name: str
    filed: int
    answered: int
    late: int
    median_hours: Decimal | None
    rating: Decimal | None

    @property
    def late_share(self) -> Decimal | None:
        return Decimal(self.late) / self.filed if self.filed else None


@dataclass(frozen=True)
class Sample:
    """The few facts of one complaint that figures count."""

    month: str
    category: str
    seconds: int | None
    is_late: bool
    rating: int | None


def complaints(reach: Scope, where: Where, *, on: date) -> QuerySet[Complaint]:
    """Complaints in reach that fit, newest first, each with the words it was filed with (``words``)."""
    first_words = Entry.objects.filter(complaint=OuterRef("pk"), kind=Entry.Kind.FILED).values("text")[:1]
    rows = reach.filter(Complaint.objects.all(), "opd").annotate(words=Subquery(first_words))
    return rows.filter(_narrowed(where, on)).select_related("opd", "point", "officer")


def _narrowed(where: Where, on: date) -> Q:
    found = {"late": late_now(on), "missed": answered_late(on)}.get(where.timing, Q())
    if where.state == "waiting":
        found &= WAITING
    elif where.state:
        found &= Q(state=where.state)
    if where.category:
        found &= Q(category=where.category)
    if where.opd_id:
        found &= Q(opd=where.opd_id)
    if where.first:
        found &= Q(filed_at__gte=bounds(where.first)[0])
    if where.last:
        found &= Q(filed_at__lt=bounds(where.last)[1])
    if where.text:
        code = "".join(where.text.split()).upper()
        found &= Q(number=code) | Q(reference__iexact=code) | Q(words__icontains=where.text)
    return found


def of_token(token: str) -> Complaint | None:
    """The complaint behind a person's link."""
    return Complaint.objects.select_related("opd", "point").filter(token=token).first()


def told_to_person(row: Complaint) -> list[Told]:
    """The story for the person, oldest first, in the visitor's language; officers are not named."""
    agency = row.opd.name if row.opd else ""
    words = {
        Entry.Kind.FILED: _("Pengaduan diterima"),
        Entry.Kind.ASSIGNED: _("Diteruskan"),
        Entry.Kind.MESSAGE: _("Pesan Anda"),
        Entry.Kind.ANSWER: _("Jawaban"),
        Entry.Kind.CLOSED: _("Ditutup oleh kantor"),
        Entry.Kind.SETTLED: _("Anda menyatakan selesai"),
        Entry.Kind.UNSETTLED: _("Anda menyatakan belum selesai"),
        Entry.Kind.REOPENED: _("Dibuka lagi oleh kantor"),
    }
    entries = row.entries.filter(kind__in=PUBLIC)
    return [
        Told(entry.at, words[Entry.Kind(entry.kind)], agency if entry.by_id else "", entry.text)
        for entry in entries
    ]


def told_to_office(row: Complaint) -> list[Told]:
    """The whole story, oldest first, with notes and names."""
    return [
        Told(entry.at, entry.get_kind_display(), entry.by.name if entry.by else "pelapor", entry.text)
        for entry in row.entries.select_related("by")
    ]


def filed_words(row: Complaint) -> str:
    """What the person wrote first."""
    return row.entries.get(kind=Entry.Kind.FILED).text


def last_answer(row: Complaint) -> Entry | None:
    return row.entries.filter(kind=Entry.Kind.ANSWER).order_by("-pk").first()


def waiting(reach: Scope) -> QuerySet[Complaint]:
    return reach.filter(Complaint.objects.filter(WAITING), "opd")


def months(on: date, count: int = 12) -> list[str]:
    """The last ``count`` months as "2026-11", oldest first. Pure."""
    number = on.year * 12 + on.month - 1
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(number - count + 1, number + 1)]


def samples(reach: Scope, *, on: date) -> list[Sample]:
    """Complaints of the last twelve months in reach, as figures count them."""
    since = bounds(date.fromisoformat(f"{months(on)[0]}-01"))[0]
    rows = reach.filter(Complaint.objects.filter(filed_at__gte=since), "opd").values_list(
        "filed_at", "category", "first_answered_at", "first_answered_on", "first_due_on", "rating"
    )
    return [
        Sample(
            month=f"{day_of(filed):%Y-%m}",
            category=category,
            seconds=int((answered - filed).total_seconds()) if answered else None,
            is_late=(answered_on or on) > due,
            rating=rating,
        )
        for filed, category, answered, answered_on, due, rating in rows.iterator(chunk_size=2000)
    ]


def figures(name: str, group: Iterable[Sample]) -> Figures:
    """One line of the statistics. Pure."""
    group = list(group)
    spans = [one.seconds for one in group if one.seconds is not None]
    ratings = [one.rating for one in group if one.rating is not None]
    return Figures(
        name=name,
        filed=len(group),
        answered=len(spans),
        late=sum(one.is_late for one in group),
        median_hours=_tenths(Decimal(median(spans)) / 3600) if spans else None,
        rating=_tenths(Decimal(sum(ratings)) / len(ratings)) if ratings else None,
    )


def by_month(found: Sequence[Sample], on: date) -> list[Figures]:
    """Each of the last twelve months, newest first, empty ones too."""
    groups: dict[str, list[Sample]] = defaultdict(list)
    for one in found:
        groups[one.month].append(one)
    return [figures(month, groups[month]) for month in reversed(months(on))]


def by_category(found: Sequence[Sample], names: dict[str, str]) -> list[Figures]:
    """Each category that was complained about, the most frequent first."""
    groups: dict[str, list[Sample]] = defaultdict(list)
    for one in found:
        groups[one.category].append(one)
    lines = [figures(names.get(code, code), group) for code, group in groups.items()]
    return sorted(lines, key=lambda line: (-line.filed, line.name))


def _tenths(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"))
