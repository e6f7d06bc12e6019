"""Published scores of the evaluation: of the TP2DD team and of agencies, version by version."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from opd.access import Scope as Reach
from tp2dd.api import paging
from tp2dd.api.asked import Asked
from tp2dd.api.paging import Page
from tp2dd.api.resources.base import (
    FRESH,
    REGISTER,
    Consistency,
    Resource,
    Row,
    instant,
    instant_field,
    number_field,
    text_field,
)
from tp2dd.api.scopes import Scope
from tp2dd.evaluation.models import Result, Sheet
from tp2dd.evaluation.queries import published


class AspectForm(serializers.Serializer[Any]):
    code = text_field("Kode aspek")
    name = text_field("Nama aspek")
    score = serializers.DecimalField(
        max_digits=5, decimal_places=2, allow_null=True, help_text="0 sampai 100; null bila tidak dinilai"
    )


class ScoreForm(serializers.Serializer[Any]):
    id = number_field("Nomor hasil, tetap", min_value=1)
    kind = serializers.ChoiceField(choices=Sheet.Kind.values, help_text="Tim TP2DD atau satu OPD")
    agency = text_field("Kode OPD; null untuk tim TP2DD", allow_null=True)
    subject = text_field("Nama yang dinilai")
    year = number_field("Tahun", min_value=2000)
    half = number_field("Semester", min_value=1, max_value=2)
    version = number_field("Versi; perbaikan adalah versi baru", min_value=0)
    score = serializers.DecimalField(max_digits=5, decimal_places=2, help_text="0 sampai 100")
    aspects = AspectForm(many=True)
    rubric = text_field("Kode rubrik yang dipakai")
    published_at = instant_field("Diumumkan (UTC)")


def read_scores(reach: Reach, asked: Asked) -> Page[Row]:
    """Of agencies within reach; the team's own only for who reaches the whole province."""
    rows: QuerySet[Result] = published()
    if reach.opd_ids is not None:
        rows = rows.filter(sheet__opd__in=reach.opd_ids)
    return paging.by_key("scores", rows, asked, _score)


def _score(row: Result) -> Row:
    sheet, campaign = row.sheet, row.sheet.campaign
    return {
        "id": row.pk,
        "kind": sheet.kind,
        "agency": sheet.opd.code if sheet.opd else None,
        "subject": sheet.subject,
        "year": campaign.year,
        "half": campaign.half,
        "version": campaign.revision,
        "score": f"{row.score:.2f}",
        "aspects": [
            {"code": one["code"], "name": one["label"], "score": one["score"]} for one in row.aspects
        ],
        "rubric": campaign.rubric_version.code,
        "published_at": instant(campaign.published_at),
    }


SCORES = Resource(
    "scores",
    "scores",
    Scope.SCORES,
    "Nilai penilaian TP2DD dan OPD yang sudah diumumkan",
    ScoreForm,
    REGISTER,
    Consistency(
        "Hasil penilaian yang diumumkan; simulasi internal selama indikatornya perlu konfirmasi.",
        FRESH,
        "Menurut id.",
        "Tidak pernah berubah; perbaikan adalah baris baru dengan versi yang lebih tinggi.",
    ),
    read_scores,
)
