"""A camera for Chromium that sees one still picture. Imports nothing of the product."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from tests.browser import ARGUMENTS, chromium

SIZE = (640, 480)


def y4m(shown: Image.Image) -> bytes:
    """A film of one frame, YUV 4:2:0, which Chromium plays again and again as its camera."""
    luma, *chroma = shown.convert("YCbCr").split()
    small = [plane.resize((SIZE[0] // 2, SIZE[1] // 2)) for plane in chroma]
    head = f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F10:1 Ip A1:1 C420jpeg\n".encode()
    return head + b"FRAME\n" + b"".join(plane.tobytes() for plane in (luma, *small))


@contextmanager
def camera(browser: Browser, shown: Image.Image, into: Path) -> Iterator[Browser]:
    """A Chromium of its own, whose camera sees one picture and whose person always consents."""
    film = into / "kamera.y4m"
    film.write_bytes(y4m(shown))
    running = browser.browser_type.launch(
        executable_path=chromium(),
        args=[
            *ARGUMENTS,
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ],
    )
    try:
        yield running
    finally:
        running.close()
