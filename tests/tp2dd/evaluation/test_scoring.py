"""The score is pure: bounds, weights, what does not apply, what is missing, unusable rubrics."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tp2dd import evaluation
from tp2dd.evaluation import rubric, scoring, trend
from tp2dd.evaluation.scoring import Given, Linear, Rubric, RubricError, Steps, compute

CONTENT: dict[str, Any] = json.loads(
    (Path(evaluation.__file__).parent / "data" / "rubric_2026.json").read_text(encoding="utf-8")
)
SOURCES = {one["source"]: one["source"] for one in CONTENT["indicators"] if one["source"]}
SHIPPED = rubric.read(CONTENT, SOURCES)
values = st.decimals(min_value=0, max_value=100, places=2)
kinds = st.sampled_from(list(scoring.KINDS))


def codes(kind: str) -> list[str]:
    return [one.code for one in SHIPPED.of(kind)]


def full(found: Rubric, kind: str) -> dict[str, Given]:
    """The best value of each indicator."""
    return {one.code: Given(best(one.rule)) for one in found.of(kind)}


def best(rule: scoring.Rule) -> Decimal:
    match rule:
        case Linear():
            return rule.full
        case Steps():
            return rule.steps[-1][0]
    return scoring.YES


@st.composite
def answers(draw: st.DrawFn, kind: str) -> dict[str, Given]:
    """Some values, some that do not apply, some missing."""
    one = st.one_of(st.none(), st.just(Given(None)), st.builds(Given, values))
    drawn = {code: draw(one) for code in codes(kind)}
    return {code: value for code, value in drawn.items() if value is not None}


@given(st.data(), kinds)
def test_a_score_lies_between_0_and_100_with_two_decimals(data: st.DataObject, kind: str) -> None:
    result = compute(SHIPPED, kind, data.draw(answers(kind)))
    assert 0 <= result.score <= 100
    assert result.score == result.score.quantize(Decimal("0.01"))
    assert all(one.score is None or 0 <= one.score <= 100 for one in result.aspects)


@given(st.data(), kinds)
def test_the_best_values_make_100_whatever_does_not_apply(data: st.DataObject, kind: str) -> None:
    left_out = data.draw(st.sets(st.sampled_from(codes(kind)), max_size=len(codes(kind)) - 1))
    found = full(SHIPPED, kind) | {code: Given(None) for code in left_out}
    assert compute(SHIPPED, kind, found).score == 100


@given(st.data(), kinds, values)
def test_a_better_value_never_lowers_the_score(data: st.DataObject, kind: str, value: Decimal) -> None:
    found, code = data.draw(answers(kind)), data.draw(st.sampled_from(codes(kind)))
    rule = SHIPPED.by_code[code].rule
    worse, better = sorted((value, data.draw(values)), key=rule.ratio)
    low = compute(SHIPPED, kind, found | {code: Given(worse)})
    assert low.exact <= compute(SHIPPED, kind, found | {code: Given(better)}).exact


@given(st.data(), kinds)
def test_a_missing_value_counts_as_the_worst_one(data: st.DataObject, kind: str) -> None:
    found, code = data.draw(answers(kind)), data.draw(st.sampled_from(codes(kind)))
    found.pop(code, None)
    line = next(one for one in compute(SHIPPED, kind, found).lines if one.indicator.code == code)
    assert line.is_missing
    assert line.ratio == 0


@given(st.data(), kinds)
def test_the_score_is_the_weighted_mean_of_its_aspects(data: st.DataObject, kind: str) -> None:
    result = compute(SHIPPED, kind, data.draw(answers(kind)))
    applying = [one for one in result.aspects if one.score is not None]
    if applying:
        weight = sum(one.aspect.weight for one in applying)
        mean = sum((one.aspect.weight * (one.score or 0) for one in applying), Decimal(0)) / weight
        assert abs(mean - result.score) <= Decimal("0.02")


def test_nothing_that_applies_scores_nothing() -> None:
    assert compute(SHIPPED, "opd", {code: Given(None) for code in codes("opd")}).score == 0


def test_the_shipped_aspects_weigh_20_50_30() -> None:
    weights = [(one.code, f"{one.weight}") for one in SHIPPED.aspects]
    assert weights == [("proses", "20"), ("output", "50"), ("outcome", "30")]
    assert {one.task for one in SHIPPED.of("tp2dd")} == set("abcdef")
    assert not any(one.confirmed for one in SHIPPED.indicators)


@pytest.mark.parametrize(
    ("rule", "value", "ratio"),
    [
        (Linear(Decimal(0), Decimal(40)), "10", "0.25"), (Linear(Decimal(0), Decimal(40)), "80", "1"),
        (Linear(Decimal(20), Decimal(0)), "5", "0.75"), (Linear(Decimal(20), Decimal(0)), "60", "0"),
        (scoring.YesNo(), "1", "1"), (scoring.YesNo(), "0", "0"),
        (rubric._rule({"kind": "steps", "steps": [["1", "40"], ["4", "100"]]}, ""), "3.9", "0.4"),
        (rubric._rule({"kind": "steps", "steps": [["1", "40"], ["4", "100"]]}, ""), "0", "0"),
    ],
)  # fmt: skip
def test_rules_turn_values_into_ratios(rule: scoring.Rule, value: str, ratio: str) -> None:
    assert Decimal(float(rule.ratio(Decimal(value)))) == Decimal(float(ratio))


def _changed(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    made: Any = copy.deepcopy(CONTENT)
    place = made
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return dict(made)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("aspects", 0, "weight"), "25", "Bobot aspek berjumlah 105, seharusnya 100; lebih 5."),
        (
            ("indicators", 0, "weights"), {"tp2dd": "20"},
            "Bobot indikator TP2DD dalam aspek Proses berjumlah 95, seharusnya 100; kurang 5.",
        ),
        (
            ("indicators", 8, "weights", "opd"), "30",
            "Bobot indikator OPD dalam aspek Output berjumlah 90, seharusnya 100; kurang 10.",
        ),
        (("indicators", 0, "weights", "tp2dd"), "x", "Tulis bobot TP2DD indikator P1 dengan angka."),
        (("indicators", 0, "weights", "tp2dd"), "-1", "Bobot TP2DD indikator P1 harus antara 0 dan 100."),
        (("indicators", 2, "source"), "rahasia", "Indikator P3: sumber otomatis rahasia tidak dikenal."),
        (("indicators", 0, "aspect"), "input", "Indikator P1: aspek input tidak ada di rubrik."),
        (("indicators", 0, "evidence"), ["video"], "Indikator P1: jenis bukti video tidak dikenal"),
        (("indicators", 1, "code"), "P1", "Indikator P1 muncul lebih dari sekali."),
        (("indicators", 0, "code"), "P 1", "Indikator P 1: kode hanya huruf"),
        (("indicators", 2, "rule"), {"kind": "linear", "zero": "5", "full": "5"}, "Indikator P3: nilai nol"),
        (
            ("indicators", 1, "rule"), {"kind": "steps", "steps": [["2", "50"], ["1", "60"]]},
            "Indikator P2: jenjang 1 harus di atas 2",
        ),
        (("indicators", 1, "rule"), {"kind": "tebakan"}, "Indikator P2: cara hitung tebakan tidak dikenal."),
    ],
)  # fmt: skip
def test_a_rubric_that_cannot_be_used_names_the_place(
    path: tuple[str | int, ...], value: Any, told: str
) -> None:
    with pytest.raises(RubricError) as refused:
        rubric.read(_changed(path, value), SOURCES)
    assert told in str(refused.value)


def test_the_trend_says_how_far_the_last_score_moved() -> None:
    assert trend.in_words([Decimal("61.2")]) == "belum ada masa sebelumnya sebagai pembanding"
    assert trend.in_words([Decimal("61.2"), Decimal("64.45")]) == "naik 3,2 poin dari masa sebelumnya"
    assert trend.in_words([Decimal("61.2"), Decimal("60")]) == "turun 1,2 poin dari masa sebelumnya"
    drawn = trend.columns([("I 2026", Decimal(100)), ("II 2026", Decimal(0))])
    assert [(one.y, one.height) for one in drawn] == [(trend.TOP, trend.FLOOR - trend.TOP), (trend.FLOOR, 0)]
    assert trend.columns([]) == []
