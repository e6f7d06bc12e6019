"""The official form as data: whole, in order, and strict about what a column may hold."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tp2dd.etpd import checks, form
from tp2dd.etpd.form import FormError, ValueRefused, clean, letter_of, read

DATA = Path(form.__file__).parent / "data"
CONTENT: dict[str, Any] = json.loads((DATA / "form_2021.json").read_text(encoding="utf-8"))
FORM = read(CONTENT)
COUNTS = {"identitas": 8, "A": 16, "B": 11, "C1": 5, "C2": 11, "C3": 30, "D": 8, "E": 17, "FG": 23}
ANY_TEXT = st.text(max_size=40)


def at(letter: str) -> form.Column:
    return FORM.by_letter[letter]


def test_the_form_of_2021_has_its_129_columns_in_order() -> None:
    assert [column.letter for column in FORM.columns] == [letter_of(number) for number in range(1, 130)]
    assert (FORM.columns[0].letter, FORM.columns[-1].letter) == ("A", "DY")
    assert {
        group.code: sum(one.group == group.code for one in FORM.columns) for group in FORM.groups
    } == COUNTS
    assert len({column.header for column in FORM.columns}) == 129


@pytest.mark.parametrize(
    ("letter", "field", "kind"),
    [
        ("A", "email", "email"),
        ("I", "total_target_pendapatan_asli_daerah", "rupiah"),
        ("Z", "belanja_barang_dan_jasa_langsung", "choice"),
        ("AJ", "kendaraan_bermotor", "channels"),
        ("BN", "pemakaian_kekayaan_daerah", "channels"),
        ("BV", "tempat_rekreasi", "channels"),
        ("CJ", "qris", "choice"),
        ("CL", "nama_bank_rkud", "text"),
        ("CN", "total_retribusi_daerah_dari_qris", "rupiah"),
        ("DH", "sp2d_online", "choice"),
        ("DS", "jaringan_4g", "percent"),
        ("DY", "dibantu_oleh_bank", "choice"),
    ],
)
def test_columns_stand_where_the_national_site_has_them(letter: str, field: str, kind: str) -> None:
    assert (at(letter).field, at(letter).type) == (field, kind)


def test_taxes_of_regencies_are_not_asked_of_a_province() -> None:
    assert [one.letter for one in FORM.columns if not one.is_asked] == [
        letter_of(number) for number in range(41, 52)
    ]
    with pytest.raises(ValueRefused, match=r"Kolom AO .Hotel.: hanya untuk kabupaten/kota"):
        clean(FORM, at("AO"), "QRIS")


@pytest.mark.parametrize(
    ("letter", "entered", "kept"),
    [
        ("I", "1.250.000", "1250000"),
        ("I", "Rp 1.250.000", "1250000"),
        ("I", "0", "0"),
        ("CJ", "ya", "Ya"),
        ("DS", "90,50 %", "90.5"),
        ("BV", "Tunai;QRIS", "QRIS;Tunai"),
        ("F", "19800101 200501 1 001", "198001012005011001"),
        ("H", "2026-07-02", "2026-07-02"),
        ("BV", "", ""),
    ],
)
def test_a_value_is_kept_in_the_spelling_of_the_export(letter: str, entered: str, kept: str) -> None:
    assert clean(FORM, at(letter), entered) == kept


@pytest.mark.parametrize(
    ("letter", "entered", "told"),
    [
        ("CJ", "Mungkin", "Kolom CJ .QRIS.: “Mungkin” tidak ada dalam daftar. Pilih “Ya” atau “Tidak”"),
        ("BV", "Kartu", "tidak ada dalam daftar"),
        ("BV", "QRIS;Tidak dipungut", "tidak dapat bersama kanal lain"),
        ("I", "banyak", "tulis rupiah dengan angka"),
        ("I", "1.250.000,50", "tanpa sen"),
        ("I", "9" * 16, "terlalu besar"),
        ("DS", "101", "0 sampai 100"),
        ("A", "bukan surel", "alamat surel"),
        ("F", "123", "18 angka"),
        ("H", "2 Juli", "2026-07-03"),
        ("C", "x" * 501, "paling panjang"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_column(letter: str, entered: str, told: str) -> None:
    with pytest.raises(ValueRefused, match=told) as refused:
        clean(FORM, at(letter), entered)
    assert refused.value.column.letter == letter


@given(number=st.integers(0, 128), entered=ANY_TEXT)
def test_whatever_is_kept_is_kept_the_same_again(number: int, entered: str) -> None:
    column = FORM.columns[number]
    try:
        kept = clean(FORM, column, entered)
    except ValueRefused:
        return
    assert clean(FORM, column, kept) == kept
    if column.type == "rupiah" and kept:
        assert kept.isdecimal()


@given(st.lists(st.sampled_from([one.value for one in FORM.channels[:-1]])))
def test_ticks_come_back_as_they_were(ticks: list[str]) -> None:
    kept = clean(FORM, at("BV"), FORM.separator.join(ticks))
    assert set(FORM.ticked(kept)) == set(ticks)


def broken(**change: Any) -> dict[str, Any]:
    content = copy.deepcopy(CONTENT)
    content["columns"][3] |= change
    return content


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"column": "E"}, "Kolom ke-4"),
        ({"type": "angka"}, "jenis isian angka"),
        ({"field": "email"}, "email tertulis dua kali"),
    ],
)
def test_a_form_that_is_not_whole_is_refused(change: dict[str, Any], told: str) -> None:
    with pytest.raises(FormError, match=told):
        read(broken(**change))


AMOUNTS = st.integers(0, 10**12).map(str)


@given(whole=AMOUNTS, parts=st.lists(AMOUNTS, min_size=2, max_size=2))
def test_revenue_is_never_less_than_its_parts(whole: str, parts: list[str]) -> None:
    answers = {
        "total_realisasi_pendapatan_asli_daerah": whole,
        "total_realisasi_pajak_daerah": parts[0],
        "total_realisasi_retribusi_daerah": parts[1],
    }
    found = checks.problems(FORM, answers)
    assert bool(found) == (sum(map(Decimal, parts)) > Decimal(whole))
    assert all(problem.blocks and problem.columns[0].letter == "J" for problem in found)


def test_money_through_a_channel_that_is_not_there_is_told() -> None:
    answers = {"qris": "Tidak", "total_retribusi_daerah_dari_qris": "5000"}
    (problem,) = checks.problems(FORM, answers)
    assert problem.letters == "CJ, CN"
    assert not checks.problems(FORM, {**answers, "qris": "Ya"})


def test_a_detail_is_asked_where_the_answer_is_yes() -> None:
    assert [one.letters for one in checks.problems(FORM, {"blankspot": "Ya"})] == ["DP, DO"]
    assert not checks.problems(FORM, {"blankspot": "Tidak"})


def test_parts_that_do_not_add_up_are_told_and_do_not_block() -> None:
    parts = ("operasi", "modal", "tidak_terduga", "transfer")
    answers = {"total_pagu_belanja_daerah": "100", **{f"total_pagu_belanja_{one}": "20" for one in parts}}
    (problem,) = checks.problems(FORM, answers)
    assert not problem.blocks
    assert "berbeda Rp\u00a020" in problem.text
