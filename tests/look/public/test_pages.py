"""Every public page holds WCAG 2.2 AA in both languages, on a phone and a desk, and by keyboard alone."""

from __future__ import annotations

import pytest
from django.urls import get_resolver

from tests.architecture.test_access_matrix import is_public, patterns
from tests.look.conftest import screen  # noqa: F401
from tests.look.public.speech import leaked
from tests.look.public.town import PAGES, Town
from tests.look.public.walk import walk
from tests.look.screen import Screen

pytestmark = pytest.mark.django_db
NAMES = (
    "Pemerintah Provinsi Bengkulu", "Nontunai Bengkulu", "Dinas Pariwisata (uji)", "Rumah Uji",
    "UJI COBA RBK", "Bank uji", "Taman Uji", "Bahasa Indonesia",
    *("Sewa lapak", "Sewa aula"),
    *("Saldo terpotong dua kali.", "bukti.png", "TOKO LAIN"),
)  # fmt: skip
"""Proper names in the town; tariffs without an English name, since the names of their buttons hold them too;
and what people themselves wrote, in whatever language."""


@pytest.mark.browser
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_public_page_is_for_everyone(screen: Screen, town: Town, name: str, language: str) -> None:  # noqa: F811
    seen = walk(screen, town.show(name, language), name=f"umum-{name}-{language}")
    wrong = [*seen.wrong, *leaked(seen.words, language, NAMES)]
    assert seen.lang == language
    assert not wrong, "\n".join(wrong)


NO_PAGES = {
    *("retribusi:pay_state", "retribusi:ticket_keys", "assessments:bill_state", "ledger:seal_json"),
    *("health", "favicon", "transparency:figures", "transparency:dictionary"),
    *(
        "retribusi:pay_picture",
        "retribusi:ticket_picture",
        "retribusi:receipt_picture",
        "assessments:bill_picture",
    ),
}
"""Answers to scripts, pictures, and files."""
DEEDS = {
    *("retribusi:pay_again", "retribusi:pay_ask", "retribusi:pay_cancel", "retribusi:order", "language"),
    *("retribusi:point_short", "assessments:bill_pay", "assessments:bill_ask", "assessments:bill_cancel"),
    *("complaints:message", "complaints:verdict"),
}
"""They lead to one of the pages."""
OF_OFFICERS = (
    "gate:",
    "secretariat:feed",
    "account_",
    "mfa_",
    "snap:",
    "api:",
    "office:upload",
    "reauthenticate",
    "account:",
)
"""Opened without a login, but not meant for the public; each with tests of its own."""


def test_no_public_page_is_left_out(town: Town) -> None:
    resolver = get_resolver("config.urls")
    views = {name: entry for name, entry in patterns(resolver) if is_public(entry.callback)}
    wanted = {name for name in views if not name.startswith(OF_OFFICERS)} - NO_PAGES - DEEDS
    paths = {asked.path.split("?")[0] for asked in town.pages.values() if "gagal" not in asked.path}
    assert wanted == {resolver.resolve(path).view_name for path in paths - {"/tidak-ada/"}}
