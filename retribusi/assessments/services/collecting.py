"""Letters of the collection calendar: notice before the due day, teguran after, then STRD with interest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from opd import access, audit
from opd.models import Opd, User
from opd.office import documents
from opd.office.calendar import day_of
from retribusi.assessments import papers, rules, terms
from retribusi.assessments.models import Debt, Letter
from retribusi.assessments.payable import interest_on

MOST_AT_ONCE = 2000


def due_for(kind: Letter.Kind, *, on: date) -> QuerySet[Debt]:
    """Debts to which the calendar sends a letter of ``kind`` on a WIB day, and which have none yet.

    A notice goes out before the due day only; a STRD only after a teguran, as the law asks.
    """
    offset = terms.calendar(on)[kind]
    rows = Debt.objects.collectable().filter(due_on__lte=on - timedelta(days=offset))
    rows = rows.exclude(Exists(_letters(kind)))
    if kind is Letter.Kind.NOTICE:
        return rows.filter(due_on__gte=on)
    rows = rows.filter(due_on__lt=on)
    return rows.filter(Exists(_letters(Letter.Kind.TEGURAN))) if kind is Letter.Kind.STRD else rows


def _letters(kind: Letter.Kind) -> QuerySet[Letter]:
    said = Letter.objects.about(OuterRef("skrd"), OuterRef("position"), OuterRef("due_on"))
    return said.filter(kind=kind)


def issue_letters(*, kind: Letter.Kind, opd: Opd, by: User, at: datetime) -> list[Letter]:
    """Issue every letter of one kind that is due today, at most MOST_AT_ONCE; again, it finds none.

    One block of numbers; the debts are locked, so that one letter of a kind goes to each. Raises
    PermissionDenied, RuleMissing.
    """
    access.require(by, "assessments.issue", opd=opd)
    day = day_of(at)
    with transaction.atomic():
        _one_run_at_a_time(opd)
        debts = list(
            due_for(kind, on=day).filter(skrd__opd=opd).select_for_update(of=("self",))
            .select_related("skrd__document", "skrd__wajib_retribusi").order_by("due_on", "pk")[:MOST_AT_ONCE]
        )  # fmt: skip
        return _issue(kind, opd, debts, day, by, at) if debts else []


def _one_run_at_a_time(opd: Opd) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('assessments.letters:' || %s, 0))", [str(opd.pk)]
        )


def _issue(
    kind: Letter.Kind, opd: Opd, debts: Sequence[Debt], day: date, by: User, at: datetime
) -> list[Letter]:
    table = terms.interest_table()
    letters = [
        Letter(
            debt=debt, kind=kind, issued_on=day, issued_at=at, issued_by=by,
            months=rules.late_months(debt.due_on, day, table.on(debt.due_on)),
            interest=interest_on(debt, day, table),
        )
        for debt in debts
    ]  # fmt: skip
    signed, law = papers.signers(opd, day), papers.interest_law(day)
    drafts = [papers.letter_draft(letter, signed=signed, law=law) for letter in letters]
    paper = papers.LETTERS[kind]
    made = documents.issue_many(kind=paper.code, opd=opd, day=day, drafts=drafts, by=by, at=at)
    for letter, document in zip(letters, made, strict=True):
        letter.document = document
    saved = Letter.objects.bulk_create(letters, batch_size=1000)
    total = sum((letter.interest for letter in letters), Decimal(0))
    after = {
        "kind": kind.value, "count": len(saved), "interest": f"{total:.2f}",
        "first": made[0].number_text, "last": made[-1].number_text,
    }  # fmt: skip
    audit.record("letter.issue", saved[0], by=by, at=at, after=after)
    return saved


@dataclass(frozen=True)
class Due:
    """How many letters of one kind wait for one agency."""

    kind: Letter.Kind
    label: str
    offset: int
    count: int


def waiting(scope: access.Scope, *, on: date) -> list[Due]:
    """Letters that wait within reach, in the calendar's order."""
    offsets = terms.calendar(on)
    return [
        Due(
            kind, str(kind.label), offsets[kind],
            scope.filter(due_for(kind, on=on), "skrd__opd").count(),
        )
        for kind in Letter.Kind
    ]  # fmt: skip
