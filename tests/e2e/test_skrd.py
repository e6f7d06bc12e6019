"""A levy by SKRD: issued, paid at the bank under its virtual account, and the letter of the next one."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import people, spending
from tests.e2e.site import Site

pytestmark = pytest.mark.browser
TENANT = "Kedai Rafflesia"


def test_a_skrd_is_paid_under_its_virtual_account_and_another_is_reminded_of(
    running_up: Site, browser: Browser
) -> None:
    site = running_up
    with people.signed_in(browser, site, "bendahara") as treasurer:
        _issue(treasurer, site)
        skrd = treasurer.url
        number = treasurer.get_by_role("heading", level=1).inner_text().removeprefix("SKRD ")
        account = re.sub(r"\D", "", _fact(treasurer, "Virtual account").split("(")[0])
        paper = treasurer.request.get(f"{skrd}cetak.pdf")
        assert paper.body().startswith(b"%PDF")
        with (
            people.screen(browser, width=360, height=740) as payer,
            people.screen(browser, width=360, height=740) as bank,
        ):
            payer.goto(_fact(treasurer, "Halaman bayar"))
            expect(payer.locator(".amount").first).to_have_text("Rp\u00a0600.000")
            expect(payer.locator("main")).to_contain_text(account[:4])
            _pay_by_number(bank, site, account)
            expect(payer.locator("#bayar")).to_have_attribute("data-keadaan", "paid", timeout=60_000)
            _is_refused(bank, site, account)
        treasurer.goto(skrd)
        expect(treasurer.get_by_text("Tidak ada lagi yang harus dibayar.")).to_be_visible()
        treasurer.goto(f"{site.url}/retribusi/penerimaan/?q=SKRD {number}")
        expect(treasurer.locator("table.rows tbody tr")).to_have_count(1)
        expect(treasurer.get_by_text("Virtual Account").first).to_be_visible()
        _remind(treasurer, site)
    proof = site.manage("verify")
    assert proof.returncode == 0, proof.stdout


def _issue(treasurer: Page, site: Site) -> None:
    """Two stalls for the next month, looked at before they are issued."""
    treasurer.goto(f"{site.url}/retribusi/wajib/?q={TENANT}")
    treasurer.get_by_role("link", name=TENANT).first.click()
    treasurer.goto(f"{treasurer.url}skrd/")
    spending.pick(treasurer, "#titik", "Lapak dan aula")
    treasurer.get_by_role("button", name="Pakai titik ini").click()
    treasurer.get_by_label(re.compile("Lapak", re.IGNORECASE)).first.fill("2")
    this_month = datetime.now(ZoneInfo("Asia/Jakarta")).date().replace(day=1)
    first = (this_month + timedelta(days=32)).replace(day=1)
    treasurer.locator("#id_period_from").fill(first.isoformat())
    treasurer.locator("#id_period_to").fill((first + timedelta(days=27)).isoformat())
    treasurer.get_by_role("button", name="Periksa dahulu").click()
    expect(treasurer.locator(".amount").first).to_have_text("Rp\u00a0600.000")
    treasurer.get_by_role("button", name="Terbitkan SKRD").click()
    treasurer.wait_for_url(re.compile(r"/retribusi/skrd/[0-9a-f-]{36}/$"))


def _fact(page: Page, name: str) -> str:
    return page.locator(f"dl.facts dt:text-is('{name}') + dd").first.inner_text()


def _pay_by_number(bank: Page, site: Site, account: str) -> None:
    _ask(bank, site, account)
    expect(bank.get_by_test_id("amount")).to_have_text("Rp\u00a0600.000")
    bank.get_by_test_id("way-pays").check()
    bank.get_by_test_id("va-pay").click()
    expect(bank.get_by_test_id("va-state")).to_have_attribute("data-state", "taken")


def _is_refused(bank: Page, site: Site, account: str) -> None:
    """Whoever types the number once more is told that it is paid, and no money moves."""
    _ask(bank, site, account)
    expect(bank.get_by_test_id("va-state")).to_have_attribute("data-state", "refused")
    expect(bank.get_by_test_id("va-reason")).to_contain_text("Uang tidak berpindah")


def _ask(bank: Page, site: Site, account: str) -> None:
    bank.goto(f"{site.bank}/va/")
    bank.get_by_test_id("va-number").fill(account)
    bank.get_by_test_id("va-ask").click()
    expect(bank.get_by_test_id("va-state")).to_be_visible()


def _remind(treasurer: Page, site: Site) -> None:
    """The calendar has a letter waiting; issued, it stands among the letters with its number."""
    treasurer.goto(f"{site.url}/retribusi/penagihan/")
    before = treasurer.locator("table.rows tbody tr").count()
    treasurer.get_by_role("button", name="Terbitkan").first.click()
    expect(treasurer.locator("table.rows tbody tr")).to_have_count(before + 1)
    expect(treasurer.get_by_text("STRD").first).to_be_visible()
