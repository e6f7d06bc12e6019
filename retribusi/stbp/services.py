"""A TBP issued anew where one was misprinted, and those of receipts that were taken before there were any."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from opd import access
from opd.access import Scope
from opd.models import User
from opd.office import documents
from opd.office.models import Document
from retribusi.stbp import papers, sources

MOST_AT_ONCE = 500


@transaction.atomic
def reissue(*, document: Document, reason: str, by: User, at: datetime) -> Document:
    """Void a TBP and issue its receipt's new one: the old number stays in the register with the reason.

    Raises DocumentError: no reason, or voided before; PermissionDenied without ``stbp.issue``.
    """
    access.require(by, "stbp.issue", opd=document.opd_id)
    documents.void(document=document, reason=reason, by=by, at=at)
    return papers.issue((document.subject_type, document.subject_id), by=by, at=at)


def missing(reach: Scope) -> list[tuple[int, str, str]]:
    """Receipts within reach without a standing TBP: agency, subject type and id."""
    return [
        (opd_id, subject_type, subject_id)
        for subject_type, source in sources.every().items()
        for opd_id, subject_id in source.missing(reach)
    ]


def issue_missing(*, by: User, at: datetime) -> int:
    """Issue every TBP that lacks within the treasurer's reach, at most MOST_AT_ONCE; how many."""
    found = missing(access.require(by, "stbp.issue"))[:MOST_AT_ONCE]
    for _, subject_type, subject_id in found:
        with transaction.atomic():
            papers.issue((subject_type, subject_id), by=by, at=at)
    return len(found)
