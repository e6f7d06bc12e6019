"""What the style sheets weigh, and whether their colours can be read."""

from __future__ import annotations

import gzip
import itertools
import re

import pytest
from django.test import Client

from config.env import ROOT

STATIC = ROOT / "config" / "static"
TEXT = 4.5
SHAPE = 3.0  # WCAG 1.4.11: marks, edges of fields, focus
GROUNDS = ("paper", "surface", "sunk")
PAIRS = [
    *((ink, ground, TEXT) for ink, ground in itertools.product(("ink", "muted", "accent"), GROUNDS)),
    *((tone, ground, TEXT) for tone, ground in itertools.product(("ok", "wait", "bad"), GROUNDS)),
    *((tone, f"{tone}-soft", TEXT) for tone in ("ok", "wait", "bad", "accent")),
    *(("ink", f"{tone}-soft", TEXT) for tone in ("ok", "wait", "bad", "accent")),
    ("on-accent", "accent", TEXT),
    *(("edge", ground, SHAPE) for ground in GROUNDS),
]


def tokens(scheme: str) -> dict[str, str]:
    sheet = (STATIC / "tokens.css").read_text()
    light, dark = re.findall(r":root \{(.*?)\}", sheet, re.S)[:2]
    block = light if scheme == "light" else light + dark
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(one * 2 for one in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#fff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_pair_of_tokens_can_be_read(scheme: str, front: str, ground: str, least: float) -> None:
    colours = tokens(scheme)
    assert contrast(colours[front], colours[ground]) >= least


def test_dark_scheme_names_every_colour() -> None:
    light, dark = tokens("light"), tokens("dark")
    assert [name for name in light if light[name] == dark[name]] == []


def weight(name: str) -> int:
    return len(gzip.compress((STATIC / name).read_bytes(), 9))


def test_visitors_style_weighs_less_than_four_kilobytes() -> None:
    assert weight("tokens.css") + weight("public.css") < 4096


def test_favicon_is_tiny() -> None:
    assert (STATIC / "mark.svg").stat().st_size < 600


def test_office_style_stays_small() -> None:
    assert weight("office.css") < 6144


@pytest.mark.django_db
@pytest.mark.urls("tests.look.gallery")
def test_payment_page_with_a_symbol_fits_with_its_sheets_and_mark(client: Client) -> None:
    page = client.get("/galeri/public_pay/", headers={"accept-encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    headers = sum(len(name) + len(value) + 4 for name, value in page.headers.items())
    mark = (STATIC / "mark.svg").stat().st_size
    assert len(page.content) + weight("tokens.css") + weight("public.css") + mark + 4 * headers < 12_000
