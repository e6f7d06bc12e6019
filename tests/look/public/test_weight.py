"""The first load of every public page, cold, over real HTTP, in both languages: under 15 kB in all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from tests.look.public.town import FIRST_LOADS, Town
from tests.retribusi.test_weight import LIMIT
from tests.retribusi.wire import linked, served, transferred, unpacked

pytestmark = pytest.mark.django_db
PACKED = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}


@dataclass
class Line:
    """A cold browser at the site; what pages share is fetched once."""

    place: str
    sizes: dict[str, int] = field(default_factory=dict)

    def first_load(self, path: str, language: str) -> dict[str, int]:
        answer = transferred(self.place, path, cookie=f"{settings.LANGUAGE_COOKIE_NAME}={language}")
        html = unpacked(answer)
        assert f'<html lang="{language}">' in html
        return {path: len(answer), **{asset: self._size(asset) for asset in linked(html)}}

    def _size(self, asset: str) -> int:
        if asset not in self.sizes:
            self.sizes[asset] = len(transferred(self.place, asset))
        return self.sizes[asset]


@pytest.fixture(scope="module")
def line(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """Static files as in production: hashed names, compressed beforehand."""
    packed: Path = tmp_path_factory.mktemp("static")
    with override_settings(
        STATIC_ROOT=packed, WHITENOISE_AUTOREFRESH=False, WHITENOISE_USE_FINDERS=False,
        STORAGES={**settings.STORAGES, **PACKED},
    ):  # fmt: skip
        call_command("collectstatic", verbosity=0, interactive=False)
        with served() as place:
            yield Line(place)


@pytest.mark.enable_socket
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", FIRST_LOADS)
def test_the_first_load_stays_under_15_kb(line: Line, town: Town, name: str, language: str) -> None:
    asked = town.pages[name]
    with time_machine.travel(asked.at, tick=False):
        sizes = line.first_load(asked.path, language)
    assert sum(sizes.values()) < LIMIT, sizes
