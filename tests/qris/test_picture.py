"""Pictures of a QRIS: what is drawn, a decoder made by others reads back."""

from __future__ import annotations

import gzip
import io
import re
from xml.etree import ElementTree

import pytest
from PIL import Image

from payments.qris.picture import PictureError, png, read, svg

TEXT = (
    "00020101021226700017ID.CO.UJICOBA.WWW011993600999000000000170215UJICOBA000000010303URE"
    "51420014ID.CO.QRIS.WWW0213ID202600000010303URE5204939953033605405130005802ID5912UJI COBA RBK"
    "6008BENGKULU61053811362490112A1B2C3D4E5F6052220201029777700000000090703A016304B520"
)


def drawn(picture: str, scale: int = 4) -> Image.Image:
    """The SVG painted by the simplest reader of ``m`` and ``h`` that can be."""
    root = ElementTree.fromstring(picture)
    side = int(root.attrib["viewBox"].split()[2])
    image = Image.new("L", (side, side), 255)
    x = y = 0
    for letter, first, second in re.findall(r"([Mmh])(-?\d+)(?: (\d+)(?:\.5)?)?", root[1].attrib["d"]):
        if letter == "h":
            for column in range(x, x + int(first)):
                image.putpixel((column, y), 0)
            x += int(first)
        else:
            x, y = (int(first), int(second)) if letter == "M" else (x + int(first), y + int(second))
    return image.resize((side * scale, side * scale), Image.Resampling.NEAREST)


def encoded(image: Image.Image, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


def test_svg_is_read_back() -> None:
    assert read(encoded(drawn(svg(TEXT)))) == [TEXT]


def test_svg_obeys_the_content_security_policy_and_is_small() -> None:
    picture = svg(TEXT, label='Kode QRIS <"RBK">')
    assert "style" not in picture
    assert "script" not in picture
    root = ElementTree.fromstring(picture)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == 'Kode QRIS <"RBK">'
    assert len(gzip.compress(picture.encode())) < 1200


def test_svg_is_black_on_white_with_a_quiet_zone() -> None:
    image = drawn(svg(TEXT), scale=1)
    inner = image.getbbox()
    assert inner is not None
    dark = Image.eval(image, lambda level: 255 - level).getbbox()
    assert dark == (4, 4, image.width - 4, image.height - 4)
    assert '<rect width="61" height="61" fill="#fff"/>' in svg(TEXT)


@pytest.mark.parametrize("scale", [2, 8])
def test_png_is_read_back(scale: int) -> None:
    picture = png(TEXT, scale=scale)
    assert read(picture) == [TEXT]
    with Image.open(io.BytesIO(picture)) as image:
        assert image.size == (61 * scale, 61 * scale)


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_a_code_on_a_dark_screenshot_is_read_back(form: str) -> None:
    screen = Image.new("RGB", (390, 844), (18, 18, 22))
    with Image.open(io.BytesIO(png(TEXT, scale=5))) as code:
        screen.paste(code.convert("RGB"), (40, 200))
    assert read(encoded(screen, form)) == [TEXT]


def test_a_picture_without_a_code_is_empty() -> None:
    assert read(encoded(Image.new("L", (200, 200), 255))) == []


@pytest.mark.parametrize("content", [b"", b"bukan gambar", png(TEXT)[:200], b"<svg/>"])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PictureError):
        read(content)


def test_a_picture_of_too_many_pixels_is_refused() -> None:
    with pytest.raises(PictureError, match="terlalu besar"):
        read(encoded(Image.new("1", (8000, 6000))))
    with pytest.raises(PictureError, match="terlalu besar"):
        read(encoded(Image.new("1", (14000, 14000))))


def test_too_long_a_text_is_refused() -> None:
    with pytest.raises(PictureError):
        svg("x" * 5000)
