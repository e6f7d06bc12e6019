"""The visitor's scripts in a real browser, answered by the test client: no server, the test's own
database."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import Page, expect

from retribusi.models import Order
from tests.retribusi.answering import answer_from
from tests.retribusi.cast import AT, Museum

pytestmark = pytest.mark.browser
SITE = "http://testserver"


@pytest.fixture
def visitor(phone: Page, client: Client, museum: Museum, now: time_machine.Traveller) -> Page:
    """A phone whose every request the test client answers."""
    now.move_to(AT, tick=True)
    answer_from(client, phone)
    return phone


def test_steppers_count_and_a_double_click_makes_one_order(visitor: Page) -> None:
    visitor.goto(f"{SITE}/r/rumah-uji/")
    visitor.get_by_role("button", name="Tambah Dewasa").click(click_count=3)
    visitor.get_by_role("button", name="Kurangi Dewasa").click()
    visitor.get_by_role("button", name="Kurangi Anak").click()
    visitor.get_by_role("spinbutton", name="Anak").fill("1")
    expect(visitor.locator("[data-jumlah]")).to_have_text("Rp\u00a013.000")
    visitor.get_by_role("button", name="Bayar dengan QRIS").dblclick(no_wait_after=True)
    expect(visitor.locator("#bayar")).to_have_attribute("data-keadaan", "waiting")
    assert Order.objects.count() == 1


def test_the_page_turns_to_lunas_by_itself_and_says_so(visitor: Page, museum: Museum) -> None:
    order = museum.waiting()
    visitor.goto(f"{SITE}/bayar/{order.token}/")
    expect(visitor.locator("[data-sisa]")).to_contain_text(":")
    museum.pay(order, after=timedelta(seconds=1))
    expect(visitor.locator("#bayar")).to_have_attribute("data-keadaan", "paid", timeout=4000)
    expect(visitor.locator("#kabar")).to_have_text("Lunas")
    expect(visitor.get_by_role("link", name="Buka tiket")).to_be_visible()
    assert visitor.title().startswith("Lunas")


def test_a_lost_network_is_told_and_forgotten_when_it_returns(visitor: Page, museum: Museum) -> None:
    order = museum.waiting()
    visitor.goto(f"{SITE}/bayar/{order.token}/")
    note = visitor.locator("#putus")
    expect(note).to_be_hidden()
    visitor.route("**/keadaan", lambda route: route.abort())
    expect(note).to_be_visible(timeout=4000)
    visitor.unroute("**/keadaan")
    expect(note).to_be_hidden(timeout=4000)


def test_when_its_time_is_over_the_qr_goes_away(
    visitor: Page, museum: Museum, now: time_machine.Traveller
) -> None:
    order = museum.waiting()
    visitor.goto(f"{SITE}/bayar/{order.token}/")
    expect(visitor.locator(".qr")).to_be_visible()
    now.move_to(AT + timedelta(minutes=15), tick=True)
    expect(visitor.locator("#bayar")).to_have_attribute("data-keadaan", "timed_out", timeout=4000)
    expect(visitor.locator(".qr")).to_have_count(0)
    visitor.get_by_role("button", name="Minta QR baru").click()
    expect(visitor.locator(".qr")).to_be_visible()


def test_an_order_left_for_the_wallet_app_is_found_again_on_the_same_phone(
    visitor: Page, museum: Museum
) -> None:
    order = museum.waiting()
    again = visitor.get_by_role("link", name="Lanjutkan pesanan terakhir di ponsel ini")
    visitor.goto(f"{SITE}/r/rumah-uji/")
    expect(again).to_be_hidden()
    visitor.goto(f"{SITE}/bayar/{order.token}/")
    visitor.goto(f"{SITE}/r/rumah-uji/")
    again.click()
    expect(visitor.locator("#bayar")).to_have_attribute("data-keadaan", "waiting")


def test_everything_works_without_a_script(visitor: Page, museum: Museum) -> None:
    visitor.route("**/*.js", lambda route: route.abort())
    visitor.goto(f"{SITE}/r/rumah-uji/")
    visitor.get_by_role("spinbutton", name="Dewasa").fill("2")
    visitor.get_by_role("button", name="Bayar dengan QRIS").click()
    expect(visitor.locator(".qr")).to_be_visible()
    museum.pay(Order.objects.get())
    visitor.get_by_role("button", name="Tanya bank sekarang").click()
    expect(visitor.locator("#bayar")).to_have_attribute("data-keadaan", "paid")
    visitor.get_by_role("link", name="Buka tiket").click()
    expect(visitor.locator(".code")).to_have_count(2)
