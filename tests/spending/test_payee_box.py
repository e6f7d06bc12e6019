"""The payee of a spend is typed and found, by keyboard alone; without a script it is the plain select."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from payments.spending.models import Payee, Spend
from tests.look.screen import keep_picture
from tests.office.factor import give_factor
from tests.spending import world
from tests.spending.world import Office

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = {"RM Rafflesia (uji)": "0010300000012", "Toko Rafflesia Jaya (uji)": "0010377770013"}


@pytest.fixture(autouse=True)
def _june(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: date(2026, 6, 10))


@pytest.fixture
def place(db: None) -> Office:
    made = world.office()
    for name, number in NAMES.items():
        world.payee(made.opd, made.bp, name=name, account_no=number, account_name=name)
    return made


@contextmanager
def form(browser: Browser, site: LiveServer, place: Office, *, width: int = 1280, dark: bool = False,
         script: bool = True) -> Iterator[Page]:  # fmt: skip
    """The PPTK's form of a new spend, filled but for its payee."""
    client = Client()
    give_factor(client, place.pptk)
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="id-ID", java_script_enabled=script,
        color_scheme="dark" if dark else "light",
    )  # fmt: skip
    context.set_default_timeout(15_000)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
    broken: list[str] = []
    page = context.new_page()
    page.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(f"{site.url}{reverse('spending:spend_new')}")
    page.locator("#id_line").select_option(str(place.line.pk))
    page.locator("#id_source").select_option("up")
    page.locator("#id_channel").select_option("cms")
    page.locator("#id_amount").fill("1.250.000")
    page.locator("#id_description").fill("Konsumsi rapat")
    try:
        yield page
    finally:
        context.close()
    assert not broken


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Penerima")


def names(page: Page) -> list[str]:
    return page.get_by_role("listbox", name="Penerima").locator("li > span").all_inner_texts()


def save(page: Page) -> Spend:
    page.get_by_role("button", name="Simpan draf").press("Enter")
    page.wait_for_url(f"**{reverse('spending:spend_list')}*-*-*-*-*/")
    return Spend.objects.select_related("payee").get()


def test_a_payee_is_found_and_taken_by_keyboard(
    browser: Browser, live_server: LiveServer, place: Office
) -> None:
    with form(browser, live_server, place) as page:
        field = box(page)
        field.press_sequentially("raff")
        assert names(page) == ["RM Rafflesia (uji)", "Toko Rafflesia Jaya (uji)", "Tambah penerima"]
        field.press("ArrowDown")
        marked = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
        expect(marked).to_contain_text("Toko Rafflesia Jaya")
        expect(marked).to_have_attribute("aria-selected", "true")
        field.press("ArrowUp")
        field.press("Enter")
        expect(field).to_have_attribute("aria-expanded", "false")
        expect(field).to_have_value("RM Rafflesia (uji) · Bank Uji Coba · ••••••••0012")
        payee = save(page).payee
        assert payee
        assert payee.name == "RM Rafflesia (uji)"


def test_the_end_of_an_account_finds_and_leaving_takes_the_only_one(
    browser: Browser, live_server: LiveServer, place: Office
) -> None:
    with form(browser, live_server, place) as page:
        box(page).press_sequentially("jaya 0013")
        box(page).press("Tab")
        expect(box(page)).to_have_value("Toko Rafflesia Jaya (uji) · Bank Uji Coba · ••••••••0013")
        payee = save(page).payee
        assert payee
        assert payee.account_no == "0010377770013"


def test_what_is_not_decided_changes_nothing(
    browser: Browser, live_server: LiveServer, place: Office
) -> None:
    with form(browser, live_server, place) as page:
        field, select = box(page), page.locator("#id_payee")
        field.press_sequentially("sumber")
        field.press("Enter")
        chosen = field.input_value()
        for words, key in (("raff", "Escape"), ("raff", "Tab"), ("tidak ada", "Tab")):
            field.fill(words)
            field.press(key)
            expect(field).to_have_value(chosen)
            expect(select).to_have_value(str(place.payee.pk))
        field.fill("")
        field.press("Enter")
        expect(field).to_have_value("")
        expect(select).to_have_value("")


def test_who_is_not_in_the_book_is_added_on_the_form(
    browser: Browser, live_server: LiveServer, place: Office
) -> None:
    with form(browser, live_server, place) as page:
        field = box(page)
        field.press_sequentially("Warung Baru")
        assert names(page) == ["Tambah penerima"]
        field.press("Enter")
        name = page.locator("#id_baru-name")
        expect(name).to_be_focused()
        expect(name).to_have_value("Warung Baru")
        for label, value in (
            ("bank_name", "Bank Uji Coba"), ("bank_code", "999"), ("account_no", "0010300000099"),
            ("account_name", "WARUNG BARU"),
        ):  # fmt: skip
            page.locator(f"#id_baru-{label}").fill(value)
        assert save(page).payee == Payee.objects.get(name="Warung Baru")


def test_a_finger_takes_a_payee(browser: Browser, live_server: LiveServer, place: Office) -> None:
    with form(browser, live_server, place, width=390) as page:
        box(page).click()
        assert len(names(page)) == 4
        page.get_by_role("option", name="RM Rafflesia").last.click()
        expect(box(page)).to_be_focused()
        payee = save(page).payee
        assert payee
        assert payee.name == "RM Rafflesia (uji)"


def test_without_a_script_it_is_a_select(browser: Browser, live_server: LiveServer, place: Office) -> None:
    with form(browser, live_server, place, script=False) as page:
        page.get_by_label("Penerima", exact=False).first.select_option(str(place.payee.pk))
        assert save(page).payee == place.payee


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1280, False)])
def test_the_open_list_is_accessible(
    browser: Browser, live_server: LiveServer, place: Office, width: int, dark: bool
) -> None:
    with form(browser, live_server, place, width=width, dark=dark) as page:
        box(page).press_sequentially("uji")
        keep_picture(page, f"spending-payee-box-{width}")
        found = Axe().run(page)
        assert not found.violations_count, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
