"""Things break between the bank's word and the books: nothing is lost, nothing is booked twice."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import people, site
from tests.e2e.broker import broker
from tests.e2e.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.fault]


def wait_for_lunas(page: Page, *, seconds: int) -> None:
    expect(page.get_by_text("Lunas", exact=True).first).to_be_visible(timeout=seconds * 1000)


def booked_once(browser: Browser, running: Site, code: str) -> None:
    with people.signed_in(browser, running, "bendahara") as treasurer:
        assert "Dibayar: sudah" in people.lights(treasurer, running, code)
    assert running.manage("verify").returncode == 0


def test_lost_notice_is_booked_by_the_sweep(running_up: Site, browser: Browser, tmp_path: Path) -> None:
    with (
        people.screen(browser, width=360, height=740) as visitor,
        people.screen(browser, width=360, height=740) as bank,
    ):
        people.order(visitor, running_up, adults=1, children=1)
        code = people.order_code(visitor)
        people.pay(bank, running_up, people.save_picture(visitor, tmp_path), outcome="lost")
        wait_for_lunas(visitor, seconds=150)
    booked_once(browser, running_up, code)


def test_worker_killed_between_inbox_and_booking_books_once_after_its_restart(
    running_up: Site, browser: Browser, tmp_path: Path
) -> None:
    with (
        people.screen(browser, width=360, height=740) as visitor,
        people.screen(browser, width=360, height=740) as bank,
    ):
        people.order(visitor, running_up, adults=2, children=0)
        code = people.order_code(visitor)
        picture = people.save_picture(visitor, tmp_path)
        worker = running_up.state["processes"]["worker"]
        os.kill(worker, signal.SIGSTOP)
        people.pay(bank, running_up, picture)
        visitor.wait_for_timeout(3000)
        expect(visitor.get_by_text("Menunggu pembayaran")).to_be_visible()
        os.kill(worker, signal.SIGKILL)
        wait_for_lunas(visitor, seconds=90)
    booked_once(browser, running_up, code)


def test_broker_gone_for_a_while_loses_nothing(browser: Browser, tmp_path: Path) -> None:
    with broker() as queue, site.running(REDIS_URL=queue.url, DEMO="1") as running:
        queue.stop()
        with (
            people.screen(browser, width=360, height=740) as visitor,
            people.screen(browser, width=360, height=740) as bank,
        ):
            people.order(visitor, running, adults=1, children=2)
            code = people.order_code(visitor)
            people.pay(bank, running, people.save_picture(visitor, tmp_path))
            visitor.wait_for_timeout(3000)
            queue.start()
            wait_for_lunas(visitor, seconds=120)
        booked_once(browser, running, code)
