"""A merchant's QRIS in front of the camera: the server reads frames, or the browser itself; never both."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from payments.qris import picture
from payments.snap.codes import Service
from payments.spending.models import Spend
from tests.film import SIZE, camera
from tests.look.screen import keep_picture
from tests.office.factor import give_factor
from tests.spending.pay.test_qris import code, spend_of
from tests.spending.pay.test_screens import url
from tests.spending.pay.world import World

REAL = pytest.mark.django_db(transaction=True)
SCAN = "Pindai dengan kamera"
CONFIRM = "Periksa QRIS sebelum membayar"
KEEP_STREAMS = """
  window.streams = [];
  const media = navigator.mediaDevices, open = media.getUserMedia.bind(media);
  media.getUserMedia = async (wish) => {
    const found = await open(wish);
    window.streams.push(found);
    return found;
  };
"""
STOPPED = """streams.length > 0 && streams.every(
  one => one.getTracks().every(track => track.readyState === "ended")
)"""
READER = """
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code"]; }
    async detect(video) { return video.videoWidth ? [{ rawValue: "%s" }] : []; }
  };
"""


def frame(text: str) -> bytes:
    """A QRIS on white as one JPEG."""
    out = io.BytesIO()
    scene(text).save(out, "JPEG")
    return out.getvalue()


def scene(*texts: str) -> Image.Image:
    shown = Image.new("RGB", SIZE, "white")
    for place, text in enumerate(texts):
        with Image.open(io.BytesIO(picture.png(text, scale=4 if len(texts) > 1 else 6))) as symbol:
            shown.paste(symbol.convert("RGB"), (place * 320, 10))
    return shown


@contextmanager
def pay_page(browser: Browser, site: LiveServer, world: World, *scripts: str) -> Iterator[tuple[Page, Spend]]:
    """The treasurer's page of one spend by QRIS, on a phone; nothing breaks the Content-Security-Policy."""
    spend, client = spend_of(world), Client()
    give_factor(client, world.treasurer)
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, locale="id-ID")
    context.set_default_timeout(15_000)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
    for script in scripts:
        context.add_init_script(script)
    broken: list[str] = []
    context.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)
    page = context.new_page()
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(f"{site.url}{url('pay_page', spend.pk)}")
    try:
        yield page, spend
    finally:
        context.close()
    assert not [text for text in broken if "429" not in text and "422" not in text]


def asked(page: Page) -> list[str]:
    """The frames that were sent from now on."""
    sent: list[str] = []

    def hear(request: Request) -> None:
        if request.url.endswith("/pindai/"):
            sent.append(request.url)

    page.on("request", hear)
    return sent


@REAL
@pytest.mark.browser
def test_the_server_reads_the_camera(
    world: World, browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    with (
        camera(browser, scene(code(75_000)), tmp_path) as seeing,
        pay_page(seeing, live_server, world) as (page, spend),
    ):
        sent = asked(page)
        assert page.evaluate("typeof BarcodeDetector") == "undefined"
        page.get_by_role("button", name=SCAN).click()
        expect(page.get_by_role("heading", name=CONFIRM)).to_be_visible()
        expect(page.get_by_text("UJI COBA TOKO ATK").first).to_be_visible()
        assert sent
        assert world.state(spend) == "tested"


@REAL
@pytest.mark.browser
def test_a_browser_that_knows_codes_reads_them_itself(
    world: World, browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    reader = READER % code(75_000)
    with (
        camera(browser, scene(), tmp_path) as seeing,
        pay_page(seeing, live_server, world, reader) as (page, _),
    ):
        sent = asked(page)
        page.get_by_role("button", name=SCAN).click()
        expect(page.get_by_role("heading", name=CONFIRM)).to_be_visible()
        assert not sent


@REAL
@pytest.mark.browser
def test_a_broken_reader_of_the_browser_leaves_it_to_the_server(
    world: World, browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    broken = (READER % "").replace("return video.videoWidth", "throw new Error('x'); return video.videoWidth")
    with (
        camera(browser, scene(code(75_000)), tmp_path) as seeing,
        pay_page(seeing, live_server, world, broken) as (page, _),
    ):
        page.get_by_role("button", name=SCAN).click()
        expect(page.get_by_role("heading", name=CONFIRM)).to_be_visible()


@REAL
@pytest.mark.browser
def test_two_codes_are_said_and_the_camera_closes_by_keyboard(
    world: World, browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    with (
        camera(browser, scene("kode satu", "kode dua"), tmp_path) as seeing,
        pay_page(seeing, live_server, world, KEEP_STREAMS) as (page, _),
    ):
        page.get_by_role("button", name=SCAN).press("Enter")
        expect(page.get_by_role("status").filter(has_text="satu kode di depan kamera")).to_be_visible()
        assert not page.evaluate(STOPPED)
        keep_picture(page, "pay-camera")
        found = Axe().run(page)
        assert not found.violations_count, found.generate_report()
        closer = page.get_by_role("button", name="Tutup kamera")
        expect(closer).to_be_focused()
        closer.press("Enter")
        expect(page.get_by_role("button", name=SCAN)).to_be_focused()
        expect(page.locator("video")).to_be_hidden()
        assert page.evaluate(STOPPED)


@REAL
@pytest.mark.browser
def test_leaving_the_page_stops_the_camera(
    world: World, browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    with (
        camera(browser, scene(), tmp_path) as seeing,
        pay_page(seeing, live_server, world, KEEP_STREAMS) as (page, _),
    ):
        page.get_by_role("button", name=SCAN).click()
        expect(page.get_by_text("Arahkan kamera ke QRIS")).to_be_visible()
        page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
        assert page.evaluate(STOPPED)


@REAL
@pytest.mark.browser
@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("NotAllowedError", "Izin memakai kamera ditolak"),
        ("NotFoundError", "tidak mempunyai kamera"),
        ("NotReadableError", "dipakai aplikasi lain"),
        ("AbortError", "tidak dapat dibuka"),
    ],
)
def test_a_camera_that_does_not_open_says_why(
    world: World, browser: Browser, live_server: LiveServer, problem: str, words: str
) -> None:
    throw = f"throw new DOMException('', '{problem}');"
    refusal = f"navigator.mediaDevices.getUserMedia = async () => {{ {throw} }};"
    with pay_page(browser, live_server, world, refusal) as (page, _):
        page.get_by_role("button", name=SCAN).click()
        told = page.get_by_role("status").filter(has_text=words)
        expect(told).to_contain_text("Unggah foto QRIS atau tempel teksnya.")
        expect(page.get_by_role("button", name=SCAN)).to_be_focused()


@REAL
@pytest.mark.browser
def test_without_a_camera_interface_the_page_is_as_before(
    world: World, browser: Browser, live_server: LiveServer
) -> None:
    nothing = "Object.defineProperty(navigator, 'mediaDevices', { value: undefined });"
    with pay_page(browser, live_server, world, nothing) as (page, _):
        expect(page.get_by_role("button", name=SCAN)).to_be_hidden()
        page.get_by_label("atau teks QRIS").fill(code(75_000))
        page.get_by_role("button", name="Baca QRIS").click()
        expect(page.get_by_role("heading", name=CONFIRM)).to_be_visible()


def test_a_frame_is_read_and_nothing_is_kept(world: World, client: Client) -> None:
    give_factor(client, world.treasurer)
    spend = spend_of(world)
    address = url("pay_qris_scan", spend.pk)
    seen = client.post(address, {"picture": SimpleUploadedFile("kamera.jpg", frame(code(75_000)))})
    assert (seen.status_code, seen.json()) == (200, {"content": code(75_000)})
    empty = io.BytesIO()
    scene().save(empty, "JPEG")
    assert client.post(address, {"picture": SimpleUploadedFile("k.jpg", empty.getvalue())}).status_code == 204
    broken = client.post(address, {"picture": SimpleUploadedFile("k.jpg", b"bukan gambar")})
    assert (broken.status_code, "bukan gambar" in broken.json()["message"]) == (422, True)
    assert client.post(address).status_code == 400
    assert client.get(address).status_code == 405
    assert world.state(spend) == "tested"
    assert world.bank.asked(Service.QR_DECODE) == 0


def test_frames_are_not_read_without_end(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payments.spending.views.pay_qris._MOST_FRAMES", 1)
    give_factor(client, world.treasurer)
    address = url("pay_qris_scan", spend_of(world).pk)
    assert [client.post(address).status_code for _ in range(2)] == [400, 429]


def test_only_who_pays_scans(world: World, client: Client) -> None:
    give_factor(client, world.pptk)
    address = url("pay_qris_scan", spend_of(world).pk)
    assert client.post(address).status_code == 403


def test_pages_may_use_the_camera_and_no_other_device(world: World, client: Client) -> None:
    give_factor(client, world.treasurer)
    headers = client.get(url("pay_page", spend_of(world).pk)).headers
    allowed = dict(one.split("=") for one in headers["Permissions-Policy"].split(", "))
    assert {name for name, where in allowed.items() if where != "()"} == {"camera"}
    assert allowed["camera"] == "(self)"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "script-src 'self'" in headers["Content-Security-Policy"]
