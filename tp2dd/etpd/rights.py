"""Who may answer a request: the agency that was asked, or the very person."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from opd import access
from opd.models import User
from tp2dd.etpd.models import Request


def may_reply(user: User, asked: Request) -> bool:
    """A role over the whole province answers only what it was asked by name."""
    if asked.person_id is not None:
        return asked.person_id == user.pk and access.allowed(user, "etpd.answer")
    reach = access.scope(user, "etpd.answer")
    return reach.opd_ids is not None and asked.opd_id in reach.opd_ids


def require_reply(user: User, asked: Request) -> None:
    if not may_reply(user, asked):
        raise PermissionDenied("Permintaan ini ditujukan kepada orang atau OPD lain.")


def of(user: User) -> QuerySet[Request]:
    """The requests that this person may answer."""
    reach = access.scope(user, "etpd.answer")
    mine = Q(person=user)
    if reach.opd_ids:
        mine |= Q(opd__in=reach.opd_ids)
    return Request.objects.filter(mine).select_related("semester__form_version", "opd", "person", "asked_by")
