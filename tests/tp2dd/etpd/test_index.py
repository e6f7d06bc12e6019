"""The simulated index: bounded, monotone, and its what-if honest. No database."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tp2dd.etpd.test_form import DATA, FORM
from tp2dd.etpd import index, whatif
from tp2dd.etpd.index import RubricError, compute, read

CONTENT: dict[str, Any] = json.loads((DATA / "rubric_2026.json").read_text(encoding="utf-8"))
RUBRIC = read(CONTENT, FORM)
TICKS = st.sampled_from(["", "QRIS", "Tunai", "Teller/Loket Bank", "QRIS;Tunai", "Tidak dipungut"])
VALUES = {
    "choice": st.sampled_from(["", "Ya", "Tidak"]),
    "channels": TICKS,
    "rupiah": st.integers(0, 10**11).map(str),
    "percent": st.integers(0, 100).map(str),
}
MEASURED = sorted({name for one in RUBRIC.measures for name in (*one.fields, *one.others)})
ANSWERS = st.fixed_dictionaries({name: VALUES[FORM.by_field[name].type] for name in MEASURED})


def best() -> dict[str, str]:
    examples = {"choice": "Ya", "channels": "QRIS", "rupiah": "1000", "percent": "100"}
    found = {name: examples[FORM.by_field[name].type] for name in MEASURED}
    return found | dict.fromkeys((name for one in RUBRIC.measures for name in one.others), "0")


def test_nothing_answered_is_zero_and_everything_reached_is_a_hundred() -> None:
    bottom = compute(RUBRIC, FORM, {})
    assert (bottom.index, bottom.stage.name) == (Decimal(0), "Inisiasi")
    top = compute(RUBRIC, FORM, best())
    assert (top.index, top.stage.name, top.to_next) == (Decimal(100), "Digital", None)


def test_the_index_by_hand() -> None:
    """SP2D (6), CMS (5) and half of the digital levies' rupiah (15): 18,5 of 100."""
    answers = {
        "sp2d_online": "Ya", "integrasi_cms": "Ya",
        "total_retribusi_daerah_dari_qris": "500", "total_retribusi_daerah_dari_non_digital": "500",
    }  # fmt: skip
    assert compute(RUBRIC, FORM, answers).index == Decimal("18.50")


def test_a_measure_that_does_not_apply_gives_its_weight_to_the_others() -> None:
    levies = next(one for one in RUBRIC.measures if one.code == "levies")
    answers = {**dict.fromkeys(levies.fields, "Tidak dipungut"), "sp2d_online": "Ya"}
    result = compute(RUBRIC, FORM, answers)
    assert result.exact == Fraction(600, 88)
    assert [one.words for one in result.scores if one.ratio is None] == ["tidak ada jenis yang berlaku"]


@pytest.mark.parametrize(
    ("value", "stage"), [("0", "Inisiasi"), ("40", "Inisiasi"), ("40.01", "Berkembang"), ("80.01", "Digital")]
)
def test_a_stage_begins_above_its_bound(value: str, stage: str) -> None:
    assert RUBRIC.stage_of(Decimal(value)).name == stage


@given(ANSWERS)
def test_the_index_stays_between_zero_and_a_hundred(answers: dict[str, str]) -> None:
    result = compute(RUBRIC, FORM, answers)
    assert 0 <= result.exact <= 100
    assert all(one.ratio is None or 0 <= one.ratio <= 1 for one in result.scores)


@given(ANSWERS, st.integers(0, len(RUBRIC.measures) - 1), st.integers(1, 50))
def test_more_weight_on_what_is_above_the_index_never_lowers_it(
    answers: dict[str, str], place: int, more: int
) -> None:
    before = compute(RUBRIC, FORM, answers)
    heavier = [
        index.Measure(**{**vars(one), "weight": one.weight + (more if number == place else 0)})
        for number, one in enumerate(RUBRIC.measures)
    ]
    after = compute(index.Rubric(tuple(heavier), RUBRIC.stages), FORM, answers)
    ratio = before.scores[place].ratio
    if ratio is None:
        assert after.exact == before.exact
    elif ratio * 100 >= before.exact:
        assert after.exact >= before.exact
    else:
        assert after.exact <= before.exact


@given(ANSWERS)
def test_what_would_raise_it_really_raises_it_best_first(answers: dict[str, str]) -> None:
    found = whatif.outlook(RUBRIC, FORM, answers)
    gains = []
    for action in found.actions:
        then = compute(RUBRIC, FORM, {**answers, **action.changes})
        gains.append(then.exact - found.now.exact)
        assert action.result.exact == then.exact
    assert len(gains) <= 3
    assert all(gain > 0 for gain in gains)
    assert gains == sorted(gains, reverse=True)
    assert found.together.exact >= found.now.exact


def test_what_would_raise_it_says_what_to_do() -> None:
    answers = best() | {"sp2d_online": "Tidak", "tempat_rekreasi": "Tunai", "jaringan_4g": "10"}
    found = whatif.outlook(RUBRIC, FORM, answers)
    assert [one.words for one in found.actions] == [
        "Terapkan SP2D daring", "Buka QRIS untuk retribusi Tempat Rekreasi dan Olahraga",
    ]  # fmt: skip
    assert found.actions[1].changes == {"tempat_rekreasi": "QRIS;Tunai"}
    assert found.actions[0].gain == Decimal("6.00")


def changed(place: str, number: int, **values: Any) -> dict[str, Any]:
    content = copy.deepcopy(CONTENT)
    content[place][number] |= values
    return content


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (changed("measures", 0, weight="11"), "Bobot rubrik berjumlah 99, seharusnya 100; kurang 1"),
        (changed("measures", 0, weight="13.5"), "berjumlah 101,5, seharusnya 100; lebih 1,5"),
        (changed("measures", 0, weight="-1"), "“Jenis belanja yang dibayar nontunai” harus antara 0 dan 100"),
        (changed("measures", 0, weight="NaN"), "harus antara 0 dan 100"),
        (changed("measures", 0, weight="banyak"), "dengan angka"),
        (changed("measures", 0, fields=["entah"]), "isian entah tidak ada di formulir 2021"),
        (changed("measures", 0, kind="ajaib"), "cara hitung ajaib"),
        (changed("stages", 2, above="30"), "Batas tahap Maju .30. harus di atas batas Berkembang .40."),
    ],
)
def test_a_rubric_that_is_not_whole_names_the_place(content: dict[str, Any], told: str) -> None:
    with pytest.raises(RubricError, match=told):
        read(content, FORM)


@given(st.lists(st.integers(0, 40), min_size=13, max_size=13))
def test_only_weights_of_a_hundred_are_taken(weights: list[int]) -> None:
    content = copy.deepcopy(CONTENT)
    for row, weight in zip(content["measures"], weights, strict=True):
        row["weight"] = str(weight)
    if sum(weights) == 100:
        assert read(content, FORM)
    else:
        with pytest.raises(RubricError, match="Bobot rubrik berjumlah"):
            read(content, FORM)
