"""A new version of the simulation's rubric: weights and stages, dated, with its basis."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import User
from tp2dd.etpd import index
from tp2dd.etpd.errors import EtpdError
from tp2dd.etpd.models import FormVersion, RubricVersion


@transaction.atomic
def add_rubric(
    *, code: str, valid_from: date, legal_basis: str, weights: Mapping[str, str], bounds: Mapping[str, str],
    by: User, at: datetime,
) -> RubricVersion:  # fmt: skip
    """The newest rubric with other weights (by measure) and bounds (by stage). Raises EtpdError naming the
    place; nothing is written then."""
    access.require(by, "etpd.fill")
    newest = RubricVersion.objects.order_by("-valid_from").first()
    form = FormVersion.objects.order_by("-valid_from").first()
    if newest is None or form is None:
        raise EtpdError("Belum ada rubrik untuk disalin.")
    if len(legal_basis.strip()) < 10:
        raise EtpdError("Tulis dasar rubrik. Rubrik belum disimpan.", "legal_basis")
    content = changed(newest.content, weights, bounds)
    try:
        index.read(content, form.form)
    except index.RubricError as error:
        raise EtpdError(f"{error} Rubrik belum disimpan.", error.field) from error
    try:
        with transaction.atomic():
            row = RubricVersion.objects.create(
                code=code.strip(), name=newest.name, valid_from=valid_from, content=content,
                legal_basis=legal_basis.strip()[:400], made_at=at, made_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise EtpdError(
            "Kode atau tanggal berlaku ini sudah dipakai rubrik lain. Belum disimpan.", "code"
        ) from error
    audit.record("etpd.rubric", row, by=by, at=at, after={"code": row.code, "valid_from": f"{valid_from}"})
    return row


def changed(
    content: Mapping[str, Any], weights: Mapping[str, str], bounds: Mapping[str, str]
) -> dict[str, Any]:
    made: dict[str, Any] = copy.deepcopy(dict(content))
    for measure in made["measures"]:
        measure["weight"] = weights.get(measure["code"], measure["weight"])
    for stage in made["stages"]:
        stage["above"] = bounds.get(stage["name"], stage["above"])
    return made
