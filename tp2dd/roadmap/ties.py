"""What an action is tied to: offered as one list, understood back from its word ("evaluation:12")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from tp2dd.consistency.models import Finding
from tp2dd.etpd.models import RubricVersion
from tp2dd.roadmap.models import Action, Evaluation, Indicator
from tp2dd.secretariat.errors import DeskError

Tie = Action.Tie
Group = tuple[str, list[tuple[str, str]]]
MOST_FINDINGS = 200


def measures() -> dict[str, str]:
    """Measures of the newest rubric, by their code."""
    rubric = RubricVersion.objects.order_by("-valid_from").first()
    rows = rubric.content["measures"] if rubric else []
    return {row["code"]: f"{row['aspect']}: {row['label']}" for row in rows}


def choices() -> list[Group]:
    """Everything that an action may be tied to now, by kind."""
    evaluations = Evaluation.objects.filter(state=Evaluation.State.OPEN)
    findings = Finding.objects.filter(state__in=["open", "explained"]).select_related("opd")[:MOST_FINDINGS]
    groups: list[Group] = [
        (Tie.INDICATOR.label, [_of(Tie.INDICATOR, one.pk, str(one)) for one in Indicator.objects.all()]),
        (Tie.EVALUATION.label, [_of(Tie.EVALUATION, one.pk, str(one)) for one in evaluations]),
        (Tie.CONSISTENCY.label, [_of(Tie.CONSISTENCY, one.pk, _finding(one)) for one in findings]),
        (Tie.ETPD.label, [_of(Tie.ETPD, code, label) for code, label in measures().items()]),
    ]
    return [group for group in groups if group[1]]


def _of(tie: Tie, key: object, label: str) -> tuple[str, str]:
    return f"{tie}:{key}", label


def _finding(row: Finding) -> str:
    return f"{row.opd.short_name}: {row.get_check_kind_display().lower()} {row.code} {row.name}"[:160]


def read(word: str) -> dict[str, Any]:
    """The columns of an action for a word of ``choices``. Raises DeskError where nothing has that word."""
    kind, _, key = word.partition(":")
    finders: dict[str, Callable[[], Any]] = {
        Tie.INDICATOR: lambda: Indicator.objects.filter(pk=_number(key)).first(),
        Tie.EVALUATION: lambda: Evaluation.objects.filter(pk=_number(key), state="open").first(),
        Tie.CONSISTENCY: lambda: Finding.objects.filter(pk=_number(key)).first(),
        Tie.ETPD: lambda: key if key in measures() else None,
    }
    found = finders[kind]() if kind in finders else None
    if found is None:
        raise DeskError("Pilih dasar aksi dari daftar.", "tied")
    return {"tie": kind, "measure" if kind == Tie.ETPD else kind: found}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else -1


def told(row: Action) -> tuple[str, str]:
    """What an action is tied to, in words, and the path of its page ("" where it has none)."""
    if row.indicator:
        return f"{row.indicator.name}", reverse("roadmap:roadmap_detail", args=[row.indicator.roadmap_id])
    if row.evaluation:
        return str(row.evaluation), reverse("roadmap:evaluation_detail", args=[row.evaluation.pk])
    if row.consistency:
        return _finding(row.consistency), reverse("consistency:finding_detail", args=[row.consistency.pk])
    return measures().get(row.measure, row.measure), ""
