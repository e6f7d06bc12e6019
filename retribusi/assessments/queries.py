"""Read models of assessments: lists, one SKRD's story, what a public page shows, receivables by age."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum

from opd.access import Scope
from opd.office import documents
from opd.office.models import Document
from payments.incoming.models import Compensation
from retribusi.assessments import terms
from retribusi.assessments.models import AssessmentFile, Debt, Letter, Skrd, SkrdQuerySet, WajibRetribusi
from retribusi.assessments.payable import interest_on
from retribusi.assessments.rules import ZERO, Age
from retribusi.stbp.papers import STBP

TONES = {"standing": "wait", "paid": "ok", "void": "quiet", "replaced": "quiet"}


@dataclass(frozen=True)
class SkrdFilter:
    """What a list asks for; empty words take all."""

    text: str = ""
    opd_id: int | None = None
    state: str = ""
    year: int | None = None
    wajib: object = None


def skrd_rows(reach: Scope, where: SkrdFilter, *, on: date) -> SkrdQuerySet:
    """SKRD within reach, newest first, with how they stand."""
    rows = Skrd.objects.with_standing().select_related("opd", "point", "wajib_retribusi")
    rows = reach.filter(rows).in_state(where.state, on=on)  # type: ignore[attr-defined]
    if where.text:
        named = Q(document__number_text__icontains=where.text) | Q(
            wajib_retribusi__name__icontains=where.text
        )
        rows = rows.filter(named)
    narrowed = {"opd": where.opd_id, "issued_on__year": where.year, "wajib_retribusi": where.wajib}
    found: SkrdQuerySet = rows.filter(**{name: value for name, value in narrowed.items() if value})
    return found


@dataclass(frozen=True)
class Totals:
    count: int
    principal: Decimal
    owed: Decimal


def totals(rows: SkrdQuerySet) -> Totals:
    """Of all rows of a list; ``owed`` without interest, and nothing of a voided one."""
    bare = rows.order_by()
    found = bare.aggregate(n=Count("pk"), principal=Sum("principal"))
    owed = Debt.objects.collectable().filter(skrd__in=bare.values("pk")).aggregate(sum=Sum("amount"))
    return Totals(found["n"], found["principal"] or ZERO, owed["sum"] or ZERO)


def wajib_rows(reach: Scope, *, text: str, opd_id: int | None) -> Any:
    rows = (
        reach.filter(WajibRetribusi.objects.select_related("opd"))
        .annotate(n=Count("skrd"))
        .order_by("name", "pk")
    )
    if text:
        ends = "".join(letter for letter in text if letter.isdecimal())
        named = Q(name__icontains=text) | Q(address__icontains=text)
        rows = rows.filter(named | Q(identity_mask__endswith=ends[-4:]) if len(ends) >= 4 else named)
    return rows.filter(opd=opd_id) if opd_id else rows


@dataclass(frozen=True)
class DebtView:
    """A debt as a person reads it; ``interest`` is what is owed now, or what was paid."""

    debt: Debt
    interest: Decimal
    label: str
    tone: str

    @property
    def total(self) -> Decimal:
        return self.debt.amount + self.interest

    @property
    def tbp(self) -> Document | None:
        """The receipt's paper; a query."""
        return documents.current(STBP.code, self.debt)


def debts_of(skrd: Skrd, *, on: date) -> list[DebtView]:
    """What stands of a SKRD, in order; two queries."""
    table = terms.interest_table()
    rows = Debt.objects.current().filter(skrd=skrd).select_related("payment", "request", "compensation")
    return [_view(debt, on, table) for debt in rows.order_by("position")]


def _view(debt: Debt, on: date, table: terms.InterestTable) -> DebtView:
    if debt.is_paid:
        label = "Lunas dengan titipan" if debt.compensation_id else "Lunas"
        return DebtView(debt, debt.interest_paid or ZERO, label, "ok")
    late = on > debt.due_on
    label, tone = ("Lewat jatuh tempo", "bad") if late else ("Belum lunas", "wait")
    return DebtView(debt, interest_on(debt, on, table), label, tone)


@dataclass(frozen=True)
class Event:
    at: datetime
    text: str
    by: str = ""
    detail: str = ""


def story(skrd: Skrd) -> list[Event]:
    """What happened to a SKRD, oldest first."""
    found = [Event(skrd.issued_at, "SKRD terbit", str(skrd.issued_by or "sistem"))]
    for decision in skrd.decisions.select_related("made_by"):
        what = f"{decision.get_kind_display()} dengan keputusan {decision.number}"
        found.append(Event(decision.made_at, what, str(decision.made_by or ""), decision.reason))
    for letter in letters_of(skrd):
        what = f"{letter.get_kind_display()} {letter.document.number_text}"
        found.append(Event(letter.issued_at, what, str(letter.issued_by or "")))
    for debt in Debt.objects.filter(skrd=skrd, payment__isnull=False):
        if debt.paid_at:
            found.append(Event(debt.paid_at, f"Tagihan ke-{debt.position} dibayar, menurut bank"))
    for used in Compensation.objects.filter(pk__in=skrd.debts.values("compensation")):
        what = f"Dibayar dengan titipan, surat {used.letter_number}"
        if used.decided_at:
            found.append(Event(used.decided_at, what, str(used.decided_by or "")))
        if used.undone_at:
            by = str(used.undone_by or "")
            found.append(Event(used.undone_at, "Pembayaran dengan titipan dibatalkan", by, used.undo_reason))
    if skrd.document.voided_at:
        by = str(skrd.document.voided_by or "")
        found.append(Event(skrd.document.voided_at, "Dibatalkan", by, skrd.document.void_reason))
    return sorted(found, key=lambda event: event.at)


def letters_of(skrd: Skrd) -> list[Letter]:
    return list(Letter.objects.filter(debt__skrd=skrd).select_related("document", "issued_by"))


def letter_rows(reach: Scope) -> Any:
    rows = Letter.objects.select_related("document", "debt__skrd__wajib_retribusi", "debt__skrd__opd")
    return reach.filter(rows, "debt__skrd__opd").order_by("-issued_at", "-pk")


@dataclass(frozen=True)
class AgeRow:
    """One class of receivables: how many debts, rupiah without interest, and the allowance for it."""

    age: Age
    count: int
    amount: Decimal

    @property
    def allowance(self) -> Decimal:
        return self.age.allowance(self.amount)


@dataclass(frozen=True)
class Receivables:
    rows: list[AgeRow]

    @property
    def count(self) -> int:
        return sum(row.count for row in self.rows)

    @property
    def amount(self) -> Decimal:
        return sum((row.amount for row in self.rows), ZERO)

    @property
    def allowance(self) -> Decimal:
        return sum((row.allowance for row in self.rows), ZERO)


def receivables(reach: Scope, *, on: date, opd_id: int | None = None) -> Receivables:
    """Open debts by age on a WIB day, as they stand now: one query for all classes. Raises RuleMissing."""
    classes = terms.ages(on)
    sums: dict[str, Any] = {}
    for place in range(len(classes)):
        span = _span(classes, place, on)
        sums[f"n{place}"] = Count("pk", filter=span)
        sums[f"sum{place}"] = Sum("amount", filter=span)
    found = open_debts(reach, opd_id).aggregate(**sums)
    return Receivables(
        [AgeRow(age, found[f"n{place}"], found[f"sum{place}"] or ZERO) for place, age in enumerate(classes)]
    )


def _span(classes: Sequence[Age], place: int, on: date) -> Q:
    """Due days of one class: overdue by at least its days, and less than the next one's."""
    span = Q()
    if place:
        span &= Q(due_on__lte=on - timedelta(days=classes[place].over_days))
    if place + 1 < len(classes):
        span &= Q(due_on__gt=on - timedelta(days=classes[place + 1].over_days))
    return span


def open_debts(reach: Scope, opd_id: int | None = None) -> Any:
    rows = reach.filter(Debt.objects.collectable(), "skrd__opd")
    return rows.filter(skrd__opd=opd_id) if opd_id else rows


def receivable_lines(reach: Scope, *, on: date, opd_id: int | None) -> Iterator[list[Any]]:
    """Every open debt with its age, interest and allowance, for the auditor's CSV; the oldest first."""
    table, classes = terms.interest_table(), terms.ages(on)
    rows = open_debts(reach, opd_id).select_related(
        "skrd__document", "skrd__wajib_retribusi", "skrd__opd", "skrd__point"
    )
    for debt in rows.order_by("due_on", "pk").iterator(chunk_size=500):
        late = max(0, (on - debt.due_on).days)
        age = next(one for one in reversed(classes) if late >= one.over_days or one is classes[0])
        skrd = debt.skrd
        yield [
            skrd.document.number_text, skrd.opd.name, skrd.point.name, skrd.wajib_retribusi.name,
            skrd.wajib_retribusi.identity_mask, debt.position, debt.due_on, late, age.label, debt.amount,
            interest_on(debt, on, table), age.percent, age.allowance(debt.amount),
        ]  # fmt: skip


@dataclass(frozen=True)
class Overdue:
    count: int
    amount: Decimal


def overdue(reach: Scope, *, on: date) -> Overdue:
    found = open_debts(reach).filter(due_on__lt=on).aggregate(n=Count("pk"), sum=Sum("amount"))
    return Overdue(found["n"], found["sum"] or ZERO)


def files(reach: Scope) -> Any:
    rows = AssessmentFile.objects.select_related(
        "point", "opd", "job", "evidence", "uploaded_by", "confirmed_by"
    )
    return reach.filter(rows)


def voids(reach: Scope, *, year: int) -> Any:
    """The register of voids of a year: number, reason, who, and what replaced it."""
    rows = Skrd.objects.filter(document__voided_at__isnull=False, issued_on__year=year)
    rows = rows.select_related("document__voided_by", "wajib_retribusi", "opd")
    new = F("replaced_by__document__number_text")
    return reach.filter(rows).annotate(new_number=new).order_by("document__sequence")
