"""Who may see and add evidence to roadmaps, evaluation findings and actions."""

from __future__ import annotations

from opd import access
from opd.models import User
from opd.office.attachments import SubjectType
from tp2dd.roadmap.models import Action, Evaluation, Roadmap
from tp2dd.roadmap.services import MANAGE, PROOF, REPORT
from tp2dd.secretariat.subjects import desk_subject, find, page_of, title_of

ROADMAP, EVALUATION, ACTION = "roadmap.roadmap", "roadmap.evaluation", "roadmap.action"
VIEW = "roadmap.view"


def _sees_action(user: User, id: str) -> bool:
    row = find(Action, id)
    return row is not None and row.opd_id in access.scope(user, VIEW)


def _adds_to_action(user: User, id: str) -> bool:
    """The owner, while it is to be done: proof comes with a word of progress."""
    row = find(Action, id)
    return row is not None and row.is_open and access.allowed(user, REPORT, opd=row.opd_id)


ALL = (
    desk_subject(
        ROADMAP, Roadmap, "roadmap:roadmap_detail", {"decree": "Naskah peta jalan"}, view=VIEW, manage=MANAGE
    ),
    desk_subject(
        EVALUATION, Evaluation, "roadmap:evaluation_detail",
        {"letter": "Surat atau laporan hasil evaluasi", "followup": "Bukti tindak lanjut"}, view=VIEW,
        manage=MANAGE, still=lambda row: row.state == Evaluation.State.OPEN,
    ),
    SubjectType(
        ACTION, _sees_action, _adds_to_action, lambda id: {PROOF: "Bukti kemajuan"},
        page_of("roadmap:action_detail"), title_of(Action),
    ),
)  # fmt: skip
