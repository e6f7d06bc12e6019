"""What several pages of the workbench need."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from tp2dd.etpd.models import Semester

TONES = {"filling": "wait", "review": "wait", "accepted": "wait", "frozen": "ok", "filed": "ok"}


def of(pk: int) -> Semester:
    """The semester with what its pages show. 404 where there is none."""
    rows = Semester.objects.select_related("form_version", "rubric", "document", "opened_by", "corrects")
    return get_object_or_404(rows, pk=pk)
