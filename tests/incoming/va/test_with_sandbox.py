"""Against the running sandbox bank, over real HTTP: its m-banking asks and pays, in every way it offers."""

from __future__ import annotations

from datetime import timedelta

import pytest
import urllib3
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from opd.office import queue
from payments.incoming import services
from payments.incoming.models import Payment, VirtualAccount
from payments.incoming.registry import Why
from tests.incoming.test_races import laws_hold
from tests.incoming.test_with_sandbox import partner_of
from tests.incoming.va.teller import INQUIRY, NAME, PREFIX, Bills, kinds, troubles
from tests.incoming.world import KIND, make_account, make_opd
from tests.sandbox.counters import Page as Answer
from tests.sandbox.running import Bank
from tests.sandbox.test_browser import _examine as examine

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def va(bank: Bank, live_server: LiveServer, bills: Bills, monkeypatch: pytest.MonkeyPatch) -> VirtualAccount:
    monkeypatch.setattr(queue, "_send", lambda task, args: None)
    bank.app.forward_to = live_server.url
    urllib3.request("GET", f"{live_server.url}{INQUIRY}", retries=False, timeout=60)  # it is awake now
    opd, now = make_opd(), timezone.now()
    bills.opd_id = opd.pk
    account = make_account(partner_of(bank), opd, va_prefix=PREFIX)
    return services.open_va(
        kind=KIND,
        key="skrd-1",
        receiving_account=account,
        name=NAME,
        expires_at=now + timedelta(days=30),
        by=None,
        at=now,
    )


def type_in(bank: Bank, number: str) -> Answer:
    browser = bank.browser()
    return browser.post(browser.get("/va/"), number=number)


def press(bank: Bank, page: Answer, way: str = "pays") -> Answer:
    browser = bank.browser()
    return browser.post(browser.get(page.url), way=way)


def state(page: Answer) -> str:
    return str(page.marked("va-state")[0]["data-state"])


def codes(page: Answer) -> list[str]:
    return [item["data-code"] for item in page.marked("va-message")]


def test_the_demo_customer_sees_name_and_amount_and_pays(bank: Bank, va: VirtualAccount) -> None:
    page = type_in(bank, f"{va.number[:4]} {va.number[4:]}")
    assert "Bu** Sa*****" in page.text
    assert "Rp\u00a013.000" in page.text
    after = press(bank, page)
    assert (state(after), codes(after)) == ("taken", ["2002400", "2002500"])
    again = type_in(bank, va.number)
    assert "Tagihan sudah lunas. Uang tidak berpindah." in again.text
    assert (state(again), codes(again), kinds()) == ("refused", ["4042414"], ["exact"])
    laws_hold()


@pytest.mark.parametrize(
    ("way", "answers", "ends", "booked"),
    [
        ("twice", ["2002500", "2002500"], "taken", ["exact"]),
        ("lost", ["2002500", "2002500"], "taken", ["exact"]),
        ("advice", ["2002500"], "taken", ["exact"]),
        ("wrong", ["4042513"], "returned", []),
    ],
)
def test_each_way_of_the_bank_books_once_or_not_at_all(
    bank: Bank, va: VirtualAccount, way: str, answers: list[str], ends: str, booked: list[str]
) -> None:
    after = press(bank, type_in(bank, va.number), way)
    assert (state(after), codes(after)[1:], kinds()) == (ends, answers, booked)
    laws_hold()


def test_two_customers_who_saw_the_same_bill(bank: Bank, va: VirtualAccount) -> None:
    first, second, third = (type_in(bank, va.number) for _ in range(3))
    assert state(press(bank, first)) == "taken"
    returned = press(bank, second)
    assert (state(returned), codes(returned)[-1]) == ("returned", "4042514")
    assert state(press(bank, third, "advice")) == "taken"
    assert (kinds(), troubles()) == (["double", "exact"], ["double"])
    laws_hold()


def test_a_second_press_pays_nothing(bank: Bank, va: VirtualAccount) -> None:
    browser = bank.browser()
    page = browser.get(type_in(bank, va.number).url)
    for _ in range(2):
        assert state(browser.post(page, way="pays")) == "taken"
    assert kinds() == ["exact"]


@pytest.mark.parametrize(
    ("why", "says"),
    [(Why.VOID, "kedaluwarsa atau dibatalkan"), (Why.CLOSED, "sedang tidak dapat dibayar")],
)
def test_a_refusal_is_shown_in_plain_words(
    bank: Bank, va: VirtualAccount, bills: Bills, why: Why, says: str
) -> None:
    bills.why = why
    assert says in type_in(bank, va.number).text
    assert "tidak dikenal" in type_in(bank, "1234500000000001").text
    assert not Payment.objects.exists()


def test_a_number_that_is_none_is_told_before_the_app_is_asked(bank: Bank, va: VirtualAccount) -> None:
    assert "8 sampai 28 angka" in type_in(bank, "12ab").text


def test_the_days_statement_credits_it_straight_to_rkud(bank: Bank, va: VirtualAccount) -> None:
    press(bank, type_in(bank, va.number))
    closed = bank.close_day()
    assert f";VA {va.number};IDR;0,00;13.000,00;" in closed.statement
    assert va.number not in closed.settlement
    assert va.number not in bank.close_day().statement


@pytest.mark.browser
def test_its_pages_can_be_used_on_the_narrowest_phone(bank: Bank, va: VirtualAccount, phone: Page) -> None:
    phone.set_viewport_size({"width": 320, "height": 640})
    phone.goto(f"{bank.url}/va/")
    phone.get_by_label("Nomor Virtual Account").fill(va.number)
    examine(phone, "va")
    phone.get_by_role("button", name="Lihat tagihan").click()
    expect(phone.get_by_test_id("va-name")).to_have_text("Bu** Sa*****")
    examine(phone, "va-tagihan")
    phone.get_by_label("Jawaban aplikasi hilang").check()
    phone.get_by_test_id("va-pay").click()
    expect(phone.get_by_test_id("va-state")).to_have_text("Uang diambil")
    examine(phone, "va-lunas")
    phone.goto(f"{bank.url}/va/?nomor={va.number}")
    phone.get_by_role("button", name="Lihat tagihan").click()
    expect(phone.get_by_test_id("va-reason")).to_contain_text("Tagihan sudah lunas")
    examine(phone, "va-ditolak")
    assert kinds() == ["exact"]
