"""Who sees, fills and judges a sheet: an agency's own people, the team's secretary, and nobody both ways."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from opd import access
from opd.access import PERMISSIONS
from opd.models import User
from opd.office import attachments
from tp2dd.evaluation.models import Entry, Sheet, State

ITEM = "evaluation.item"
"""Evidence hangs on a sheet's indicator: subject id "<sheet>-<code>"."""


def item_id(sheet: Sheet, code: str) -> str:
    return f"{sheet.pk}-{code}"


def fills(user: User, sheet: Sheet) -> bool:
    """Whether the sheet is this person's own: the team's is the secretary's, an agency's is its people's."""
    if sheet.opd_id is None:
        return access.allowed(user, "evaluation.manage")
    roles = PERMISSIONS["evaluation.fill"]
    return any(held.opd_id == sheet.opd_id and held.role in roles for held in access.roles(user))


def own_sheets(user: User) -> Q:
    """The condition on sheets that a person fills."""
    roles = PERMISSIONS["evaluation.fill"]
    offices = [held.opd_id for held in access.roles(user) if held.opd_id and held.role in roles]
    mine = Q(opd__in=offices)
    return mine | Q(opd=None) if access.allowed(user, "evaluation.manage") else mine


def visible(user: User) -> QuerySet[Sheet]:
    """Sheets within reach; of other agencies' only the team's roles see what was filled."""
    reach = access.scope(user, "evaluation.view")
    rows = Sheet.objects.select_related("campaign__rubric_version", "opd", "submitted_by")
    return reach.filter(rows)


def authors(sheet: Sheet) -> set[int]:
    """Everybody who had a hand in a sheet's self-assessment: values, evidence, and sending it in."""
    people = set(sheet.entries.filter(side=Entry.Side.OWN).values_list("by", flat=True))
    people |= {pk for pk in (sheet.submitted_by_id,) if pk}
    prefix = f"{sheet.pk}-"
    rows = attachments.all_of(ITEM, prefix)
    return people | {pk for pk in rows.values_list("added_by", flat=True) if pk}


def may_judge(user: User, sheet: Sheet) -> bool:
    """Whether this person may say something in the sheet's present stage as reviewer or as the last word."""
    stage = sheet.campaign.state
    if stage == State.REVIEW and sheet.state == Sheet.State.SUBMITTED:
        permission = "evaluation.review"
    elif stage == State.DECIDING:
        permission = "evaluation.decide"
    else:
        return False
    return access.allowed(user, permission) and user.pk not in authors(sheet)


def sees_all(user: User) -> bool:
    """The team and the auditor: every sheet and score, from the start."""
    return access.scope(user, "evaluation.view").opd_ids is None
