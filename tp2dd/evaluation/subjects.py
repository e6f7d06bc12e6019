"""Who may see and add evidence of an indicator: the subject's own people, while they still fill."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse

from opd.access import allowed
from opd.models import User
from opd.office.attachments import SubjectType
from tp2dd.evaluation import rights
from tp2dd.evaluation.models import Sheet
from tp2dd.evaluation.rubric import EVIDENCE, PICTURES
from tp2dd.evaluation.scoring import Indicator
from tp2dd.evaluation.standing import kinds_of


def _find(id: str) -> tuple[Sheet, Indicator] | None:
    """The sheet and indicator that an address names; None for anything else."""
    pk, _, code = id.partition("-")
    if not pk.isdecimal() or len(pk) > 18:
        return None
    sheet = Sheet.objects.select_related("campaign__rubric_version", "opd").filter(pk=pk).first()
    indicator = sheet.campaign.rubric.by_code.get(code) if sheet else None
    return (sheet, indicator) if sheet and indicator and sheet.kind in indicator.weights else None


def _sees(user: User, id: str) -> bool:
    found = _find(id)
    if found is None:
        return False
    office = found[0].opd_id
    if office is None:
        return rights.sees_all(user)
    return allowed(user, "evaluation.view", opd=office)


def _adds(user: User, id: str) -> bool:
    found = _find(id)
    return found is not None and found[0].is_fillable and rights.fills(user, found[0])


def _kinds(id: str) -> Mapping[str, str]:
    """Only what the indicator asks for: evidence of another kind is not taken."""
    found = _find(id)
    return {kind: EVIDENCE[kind] for kind in kinds_of(found[1])} if found else {}


def _back(user: User, id: str) -> str:
    pk, _, code = id.partition("-")
    return reverse("evaluation:item", args=[pk, code])


def _title(id: str) -> str:
    found = _find(id)
    return f"{found[0].subject}: {found[1].code} {found[1].label}" if found else ""


ITEM = SubjectType(rights.ITEM, _sees, _adds, _kinds, _back, _title, PICTURES)
