"""Read models of the settings pages."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from opd.models import AuditEvent, Opd, RoleAssignment, User
from opd.office.calendar import bounds


def people(*, text: str, role: str, on: date) -> QuerySet[User]:
    """Accounts whose name contains ``text`` and who hold ``role`` on a day; each with ``roles_now``."""
    now = RoleAssignment.objects.valid(on=on).select_related("opd")
    rows = User.objects.prefetch_related(Prefetch("role_assignments", queryset=now, to_attr="roles_now"))
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(name__icontains=text))
    if role:
        rows = rows.filter(role_assignments__in=now.filter(role=role))
    return rows.order_by("name", "pk").distinct()


def agencies(*, text: str, on: date, also_ended: bool) -> QuerySet[Opd]:
    rows = Opd.objects.all() if also_ended else Opd.objects.valid(on=on)
    return rows.filter(Q(name__icontains=text) | Q(code__icontains=text)) if text else rows


def trail(*, text: str, since: date | None, until: date | None) -> QuerySet[AuditEvent]:
    """Audit events, newest first, of WIB days ``since`` to ``until`` (inclusive)."""
    rows = AuditEvent.objects.select_related("by").order_by("-at", "-pk")
    if text:
        rows = rows.filter(
            Q(action__icontains=text) | Q(subject_type__icontains=text) | Q(subject_id=text)
            | Q(by__username=text)
        )  # fmt: skip
    if since:
        rows = rows.filter(at__gte=bounds(since)[0])
    if until:
        rows = rows.filter(at__lt=bounds(until)[1])
    return rows


def trail_of(person: User) -> QuerySet[AuditEvent]:
    """What happened to an account and its roles, oldest first."""
    roles = [str(pk) for pk in person.role_assignments.values_list("pk", flat=True)]
    return (
        AuditEvent.objects.filter(
            Q(subject_type="opd.user", subject_id=str(person.pk))
            | Q(subject_type="opd.roleassignment", subject_id__in=roles)
        )
        .select_related("by")
        .order_by("at", "pk")
    )
