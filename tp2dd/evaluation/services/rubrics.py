"""A new version of the rubric, with other weights or from a file; every fault names its place."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import User
from tp2dd.evaluation import facts, rubric
from tp2dd.evaluation.errors import EvaluationError
from tp2dd.evaluation.models import RubricVersion
from tp2dd.evaluation.scoring import RubricError

NOT_KEPT = "Rubrik belum disimpan."


@transaction.atomic
def add_rubric(
    *, code: str, valid_from: date, legal_basis: str, content: Mapping[str, Any], by: User, at: datetime
) -> RubricVersion:
    """Keep a rubric. Campaigns stay on the version they were opened with. Raises EvaluationError naming the
    place; nothing is written then."""
    access.require(by, "evaluation.manage")
    if len(legal_basis.strip()) < 10:
        raise EvaluationError(f"Tulis dasar rubrik. {NOT_KEPT}", "legal_basis")
    try:
        rubric.read(content, facts.labels())
    except RubricError as error:
        raise EvaluationError(f"{error} {NOT_KEPT}", error.field) from error
    try:
        with transaction.atomic():
            row = RubricVersion.objects.create(
                code=code.strip(), name=newest().name, valid_from=valid_from, content=dict(content),
                legal_basis=legal_basis.strip()[:400], made_at=at, made_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise EvaluationError(
            f"Kode atau tanggal berlaku ini sudah dipakai rubrik lain. {NOT_KEPT}", "code"
        ) from error
    after = {"code": row.code, "valid_from": f"{valid_from}"}
    audit.record("evaluation.rubric", row, by=by, at=at, after=after)
    return row


def newest() -> RubricVersion:
    """The version with the latest start; the installation brings the first one."""
    return RubricVersion.objects.order_by("-valid_from")[0]


def reweighed(content: Mapping[str, Any], weights: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """A rubric's data with other weights, by (code, kind); the kind "" is an aspect's own weight."""
    made: dict[str, Any] = copy.deepcopy(dict(content))
    for aspect in made["aspects"]:
        aspect["weight"] = weights.get((aspect["code"], ""), aspect["weight"])
    for one in made["indicators"]:
        for kind in one["weights"]:
            one["weights"][kind] = weights.get((one["code"], kind), one["weights"][kind])
    return made
