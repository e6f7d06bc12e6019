"""How values look: tables of examples."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from opd.templatetags import tampilan
from payments.money import MoneyError

NBSP = "\u00a0"
EVENING = datetime(2026, 11, 24, 17, 5, tzinfo=UTC)  # 25 November 00.05 in WIB


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal("1250000"), f"Rp{NBSP}1.250.000"),
        (Decimal("25000.50"), f"Rp{NBSP}25.000,50"),
        (Decimal("-5000"), f"\u2212Rp{NBSP}5.000"),
        (Decimal("0"), "–"),
        (None, "–"),
        (7, f"Rp{NBSP}7"),
    ],
)
def test_rupiah(amount: Decimal | None, text: str) -> None:
    assert tampilan.rupiah(amount) == text


def test_rupiah_spells_zero_when_asked() -> None:
    assert tampilan.rupiah(Decimal(0), "Rp 0") == "Rp 0"


def test_rupiah_refuses_a_float() -> None:
    with pytest.raises(MoneyError):
        tampilan.rupiah(0.1)  # type: ignore[arg-type]


def test_terbilang_begins_with_a_capital() -> None:
    assert tampilan.terbilang(Decimal("13000")) == "Tiga belas ribu rupiah"


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (1042, "1.042"), (-1042, "\u22121.042"), (Decimal("1234.5"), "1.234,5"), (None, "–")],
)
def test_angka(number: Decimal | int | None, text: str) -> None:
    assert tampilan.angka(number) == text


@pytest.mark.parametrize(
    ("ratio", "digits", "text"),
    [
        (Decimal("0.325"), 1, "32,5%"),
        (Decimal("0.325"), 0, "33%"),
        (Decimal("1"), 1, "100,0%"),
        (Decimal("-0.0312"), 1, "\u22123,1%"),
        (0, 1, "0,0%"),
        (None, 1, "–"),
    ],
)
def test_persen(ratio: Decimal | int | None, digits: int, text: str) -> None:
    assert tampilan.persen(ratio, digits) == text


@pytest.mark.parametrize(
    ("filter_name", "value", "text"),
    [
        ("tanggal", date(2026, 11, 24), "24 November 2026"),
        ("tanggal", date(2026, 8, 1), "1 Agustus 2026"),
        ("tanggal", EVENING, "25 November 2026"),
        ("tanggal", None, "–"),
        ("tgl", date(2026, 8, 1), "1\xa0Agu\xa02026"),
        ("tgl", EVENING, "25\xa0Nov\xa02026"),
        ("tgl", None, "–"),
        ("di_tengah", "Menunggu verifikasi PPK", "menunggu verifikasi PPK"),
        ("di_tengah", "SP2D terbit", "SP2D terbit"),
        ("waktu", EVENING, "25 Nov 2026 00.05 WIB"),
        ("waktu", date(2026, 5, 2), "2 Mei 2026"),
        ("waktu", None, "–"),
        ("jam", EVENING, "00.05 WIB"),
        ("jam", None, "–"),
        ("iso", EVENING, "2026-11-24T17:05:00+00:00"),
        ("iso", None, ""),
    ],
)
def test_days_and_clocks_are_wib(filter_name: str, value: Any, text: str) -> None:
    assert getattr(tampilan, filter_name)(value) == text


def test_days_and_clocks_in_english() -> None:
    with translation.override("en"):
        assert tampilan.tanggal(date(2026, 8, 1)) == "1 August 2026"
        assert tampilan.waktu(EVENING) == "25 Nov 2026 00:05 WIB"


@pytest.mark.parametrize(
    ("change", "query"),
    [
        ("halaman=2", "titik=rbk&halaman=2"),
        ('titik=""', "halaman=7"),
        ("titik=None", "halaman=7"),
        ("halaman=None titik='a b'", "titik=a+b"),
    ],
)
def test_saring_changes_the_query(change: str, query: str) -> None:
    request = RequestFactory().get("/?titik=rbk&halaman=7")
    shown = Template(f"{{% saring {change} %}}").render(Context({"request": request}, autoescape=False))
    assert shown == query


def _lights(done: int, *crossed: str) -> SimpleNamespace:
    names = [name for name, _ in tampilan.LIGHTS]
    times = {name: EVENING if place < done else None for place, name in enumerate(names)}
    return SimpleNamespace(**times, crossed=crossed)


@pytest.mark.parametrize(
    ("lights", "states", "last"),
    [
        (_lights(5), "done done done done done", "Dibukukan"),
        (_lights(2), "done done wait open open", "Dibayar"),
        (_lights(0), "wait open open open open", "Diminta"),
        (_lights(2, "settled"), "done done crossed open open", "Disetor bank"),
    ],
)
def test_five_lights(lights: SimpleNamespace, states: str, last: str) -> None:
    marks = tampilan.lampu(lights)
    assert " ".join(mark.state for mark in marks) == states
    assert tampilan.lampu_terakhir(marks).word == last


def test_lights_need_no_crossed_names() -> None:
    lights = _lights(1)
    del lights.crossed
    assert [mark.state for mark in tampilan.lampu(lights)][:2] == ["done", "wait"]


def test_lights_of_a_row_speak_to_a_screen_reader() -> None:
    page = Template('{% include "components/lights.html" %}').render(Context({"lights": _lights(2)}))
    assert 'aria-label="Diminta: sudah; Dibayar: sudah; Disetor bank: menunggu; ' in page


def test_unknown_icon_is_an_error() -> None:
    with pytest.raises(KeyError):
        tampilan.ikon("tidak-ada")
