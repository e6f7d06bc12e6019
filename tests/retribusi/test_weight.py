"""The payment page's first load, cold, over real HTTP: under 15 kB with everything it needs."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from tests.retribusi.cast import Museum
from tests.retribusi.wire import linked, served, transferred, unpacked

LIMIT = 15_000


@pytest.fixture
def packed(settings: Settings, tmp_path: Path) -> None:
    """Static files as in production: hashed names, compressed beforehand."""
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    backend = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}
    call_command("collectstatic", verbosity=0, interactive=False)


def body(answer: bytes) -> str:
    assert b" 200 " in answer.split(b"\r\n")[0], answer[:200]
    return unpacked(answer)


@pytest.mark.enable_socket
@pytest.mark.usefixtures("packed")
@pytest.mark.parametrize("page", ["bayar", "r"])
def test_the_first_load_stays_under_15_kb(museum: Museum, page: str) -> None:
    order = museum.waiting(adults=20, children=15)
    path = {"bayar": f"/bayar/{order.token}/", "r": f"/r/{museum.point.slug}/"}[page]
    with served() as place:
        answers = {path: transferred(place, path)}
        html = body(answers[path])
        for asset in linked(html):
            answers[asset] = transferred(place, asset)
            assert body(answers[asset])
    assert any(name.endswith(".js") for name in answers)
    sizes = {name: len(answer) for name, answer in answers.items()}
    assert sum(sizes.values()) < LIMIT, sizes
