"""The officer's three taps in a real browser, answered by the test client: no server."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import Page, expect

from retribusi.counter.models import Sale
from retribusi.models import Order
from tests.counter.cast import NO_APP, Desk
from tests.retribusi.answering import answer_from
from tests.retribusi.cast import AT

pytestmark = pytest.mark.browser
SITE = "http://testserver"
SPEAKING = "window.said = []; SpeechSynthesis.prototype.speak = (one) => window.said.push(one.text);"


@pytest.fixture
def officer(phone: Page, client: Client, desk: Desk, now: time_machine.Traveller) -> Page:
    """The officer's phone, signed in, with an open shift; the test client answers."""
    now.move_to(AT, tick=True)
    desk.open()
    client.force_login(desk.officer, backend="django.contrib.auth.backends.ModelBackend")
    answer_from(client, phone)
    phone.add_init_script(SPEAKING)
    phone.goto(f"{SITE}/loket/")
    return phone


def test_three_taps_sell_for_cash_once_even_where_the_last_is_doubled(officer: Page) -> None:
    officer.get_by_role("button", name="Dewasa Rp").click()
    expect(officer.locator("[data-jumlah]")).to_have_text("Rp\u00a05.000")
    officer.locator("summary", has_text="Tunai").click()
    officer.get_by_role("button", name=NO_APP).dblclick(no_wait_after=True)
    expect(officer.get_by_role("heading", name="Lunas")).to_be_visible()
    assert Sale.objects.count() == 1
    officer.get_by_role("link", name="Penjualan berikutnya").click()
    officer.get_by_role("link", name="Ulangi pesanan terakhir").click()
    expect(officer.get_by_label("Banyaknya Dewasa", exact=True)).to_have_value("1")


def test_two_taps_show_the_qr_which_turns_to_lunas_and_speaks(officer: Page, desk: Desk) -> None:
    tile = officer.get_by_role("button", name="Dewasa Rp")
    tile.click()
    tile.click()
    officer.get_by_role("button", name="QRIS", exact=True).click()
    expect(officer.locator(".qr svg")).to_be_visible()
    expect(officer.locator(".amount")).to_have_text("Rp\u00a010.000")
    desk.museum.pay(Order.objects.get(), after=timedelta(seconds=1))
    expect(officer.get_by_role("heading", name="Lunas")).to_be_visible(timeout=4000)
    assert officer.evaluate("window.said") == ["Lunas, sepuluh ribu rupiah"]
    officer.get_by_role("button", name="Ucapkan jumlahnya").click()
    assert len(officer.evaluate("window.said")) == 2


def test_free_entry_leaves_one_button_and_half_price_is_counted(officer: Page, desk: Desk) -> None:
    officer.locator("summary", has_text="Gratis atau potongan").click()
    officer.get_by_label("Dasar", exact=True).select_option("pelajar")
    officer.get_by_label("Banyaknya Anak dengan dasar ini").fill("30")
    expect(officer.locator("[data-jumlah]")).to_have_text("Rp\u00a045.000")
    officer.get_by_label("Dasar", exact=True).select_option("pendamping")
    expect(officer.locator("[data-jumlah]")).to_have_text("Rp\u00a00")
    expect(officer.locator("summary", has_text="Tunai")).to_be_hidden()
    officer.get_by_label("Siapa, atau nomor suratnya").fill("SDN contoh")
    officer.get_by_role("button", name="Terbitkan tiket gratis").click()
    expect(officer.get_by_role("heading", name="Gratis")).to_be_visible()
    assert Sale.objects.get().order.total == 0
