"""Differences as lists and counts, and the story of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from opd.access import PERMISSIONS, Scope
from opd.models import RoleAssignment, User
from opd.office import attachments
from opd.office.story import Told
from opd.templatetags.tampilan import tanggal
from payments.incoming.models import ReceivingAccount
from payments.money import MoneyError, parse
from payments.reconciliation.models import ExceptionEvent, ExceptionState, ReconciliationException


@dataclass(frozen=True)
class DifferenceFilter:
    """All given conditions hold; ``state`` "" means every state, days are inclusive.

    ``assignee`` is a person's id, ``unassigned`` nobody's; ``late_on`` the WIB day on which the deadline has
    passed; ``text`` an amount in rupiah or a part of the reference.
    """

    state: str = ExceptionState.OPEN
    kind: str = ""
    point: str = ""
    first: date | None = None
    last: date | None = None
    opd: int | None = None
    partner: int | None = None
    assignee: int | None = None
    unassigned: bool = False
    late_on: date | None = None
    text: str = ""


def differences(scope: Scope, where: DifferenceFilter) -> QuerySet[ReconciliationException]:
    rows = scope.filter(ReconciliationException.objects.select_related("opd", "closed_by", "assignee"))
    conditions = {
        "state": where.state,
        "kind": where.kind,
        "point": where.point,
        "day__gte": where.first,
        "day__lte": where.last,
        "opd": where.opd,
        "assignee": where.assignee,
    }
    rows = rows.filter(**{name: value for name, value in conditions.items() if value})
    if where.unassigned:
        rows = rows.filter(assignee=None)
    if where.late_on:
        rows = rows.filter(state=ExceptionState.OPEN, due_on__lt=where.late_on)
    if where.partner:
        rows = rows.filter(_of_bank(where.partner))
    return rows.filter(_saying(where.text)) if where.text else rows


def _of_bank(partner: int) -> Q:
    """By its payment, its batch's merchant, or the account that was credited."""
    ours = ReceivingAccount.objects.filter(partner=partner)
    credited = Q(payment=None, batch=None, statement_line__account__in=ours.values("bank_account"))
    return Q(payment__partner=partner) | Q(payment=None, batch__nmid__in=ours.values("nmid")) | credited


def _saying(text: str) -> Q:
    found = Q(reference__icontains=text)
    try:
        amount = parse(text)
    except MoneyError:
        return found
    return found | Q(amount=amount) | Q(ours=amount) | Q(theirs=amount)


def points(scope: Scope) -> list[str]:
    """The points that differences name."""
    rows = scope.filter(ReconciliationException.objects.exclude(point=""))
    return list(rows.order_by("point").values_list("point", flat=True).distinct())


def banks(scope: Scope) -> list[tuple[int, str]]:
    """The partner banks of the agencies in reach."""
    ours = scope.filter(ReceivingAccount.objects.exclude(partner=None))
    return list(ours.order_by("partner__name").values_list("partner_id", "partner__name").distinct())


def waiting(scope: Scope) -> int:
    return scope.filter(ReconciliationException.objects.waiting()).count()


def people(scope: Scope, *, on: date) -> QuerySet[User]:
    """Who resolves differences of one of these agencies, or of the whole province, on a WIB day."""
    held = RoleAssignment.objects.valid(on=on).filter(role__in=PERMISSIONS["reconciliation.resolve"])
    if scope.opd_ids is not None:
        held = held.filter(Q(opd=None) | Q(opd__in=scope.opd_ids))
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("name")


def story(row: ReconciliationException, subject: tuple[str, str]) -> list[Told]:
    """What happened to a difference, oldest first; the evidence of ``subject`` too."""
    events = list(row.events.select_related("by", "assignee"))
    told = [Told(one.at, _named(one), one.by.name if one.by else "sistem", one.text) for one in events]
    if not any(one.kind == ExceptionEvent.Kind.RETURNED for one in events):
        told.append(Told(row.opened_at, "Ditemukan saat pencocokan", "sistem"))
    for proof in attachments.of(subject, also_removed=True):
        told.append(Told(proof.added_at, "Bukti dilampirkan", str(proof.added_by or "sistem"), proof.name))
        if proof.removed_at:
            detail = f"{proof.name}. {proof.remove_reason}"
            told.append(Told(proof.removed_at, "Bukti dicabut", str(proof.removed_by or "sistem"), detail))
    return sorted(told, key=lambda one: one.at)


def _named(event: ExceptionEvent) -> str:
    if event.assignee and event.due_on:
        return f"Ditugaskan kepada {event.assignee.name}, tenggat {tanggal(event.due_on)}"
    return event.get_kind_display()
