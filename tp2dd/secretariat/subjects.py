"""Who may see and add evidence to the desk's rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model
from django.urls import reverse

from opd import access
from opd.models import User
from opd.office.attachments import SubjectType
from tp2dd.secretariat.models import Activity, Agreement, DataRequest, Decree, Meeting
from tp2dd.secretariat.services.requests import may_answer

DECREE, ACTIVITY, MEETING, AGREEMENT, REQUEST = (
    "secretariat.decree", "secretariat.activity", "secretariat.meeting", "secretariat.agreement",
    "secretariat.datarequest",
)  # fmt: skip
_PHOTOS = {"photo": "Foto", "attendance": "Daftar hadir", "material": "Bahan atau paparan", "letter": "Surat"}
_DATA = {"data": "Data atau rekap", "letter": "Surat jawaban"}


def find(model: type[Model], id: str) -> Any:
    """The row an address names; None for anything else."""
    return model._default_manager.filter(pk=id).first() if id.isdecimal() and len(id) < 19 else None


def _always(row: Any) -> bool:
    return True


def desk_subject(
    name: str, model: type[Model], page: str, kinds: Mapping[str, str], *, view: str = "secretariat.view",
    manage: str = "secretariat.manage", still: Callable[[Any], bool] = _always,
) -> SubjectType:  # fmt: skip
    """A row of the whole province: who holds ``view`` sees its evidence, who holds ``manage`` adds to it
    while it may ``still`` change."""

    def sees(user: User, id: str) -> bool:
        return access.allowed(user, view) and find(model, id) is not None

    def adds(user: User, id: str) -> bool:
        row = find(model, id)
        return row is not None and still(row) and access.allowed(user, manage)

    return SubjectType(name, sees, adds, lambda id: kinds, page_of(page), title_of(model))


def page_of(name: str) -> Callable[[User, str], str]:
    return lambda user, id: reverse(name, args=[id])


def title_of(model: type[Model]) -> Callable[[str], str]:
    return lambda id: str(find(model, id) or "")


def _sees_request(user: User, id: str) -> bool:
    row = find(DataRequest, id)
    if row is None:
        return False
    reach = access.scope(user, "datarequests.view")
    return reach.opd_ids is None or row.opd_id in reach.opd_ids


def _adds_to_request(user: User, id: str) -> bool:
    """Only while the answer is awaited: what was sent stays as it was judged."""
    row = find(DataRequest, id)
    return row is not None and row.state == DataRequest.State.OPEN and may_answer(user, row)


ALL = (
    desk_subject(DECREE, Decree, "secretariat:decree_detail", {"decree": "Naskah keputusan"}),
    desk_subject(
        ACTIVITY, Activity, "secretariat:activity_detail", _PHOTOS,
        still=lambda row: row.voided_at is None,
    ),
    desk_subject(
        MEETING, Meeting, "secretariat:meeting_detail", _PHOTOS,
        still=lambda row: row.state != Meeting.State.CANCELLED,
    ),
    desk_subject(
        AGREEMENT, Agreement, "secretariat:agreement_detail", {"agreement": "Naskah perjanjian"},
        still=lambda row: row.ended_on is None,
    ),
    SubjectType(
        REQUEST, _sees_request, _adds_to_request, lambda id: _DATA, page_of("secretariat:request_detail"),
        title_of(DataRequest),
    ),
)  # fmt: skip
