"""One rupiah's whole way, as people go it: visitor, bank, treasurer, Kuasa BUD, auditor, TP2DD member."""

from __future__ import annotations

import csv
import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import people
from tests.e2e.site import Site

STEPS = ("Diminta", "Dibayar", "Disetor bank", "Masuk RKUD", "Dibukukan")
pytestmark = pytest.mark.browser


def done(label: str) -> list[str]:
    """The lights that are on, in their order."""
    return [step for step in STEPS if f"{step}: sudah" in label]


def test_visitor_pays_and_the_rupiah_is_proved(running_up: Site, browser: Browser, tmp_path: Path) -> None:
    site = running_up
    with (
        people.screen(browser, width=360, height=740) as visitor,
        people.screen(browser, width=360, height=740) as bank,
    ):
        people.order(visitor, site, adults=2, children=1)
        expect(visitor.locator(".amount").first).to_have_text("Rp\u00a013.000")
        expect(visitor.get_by_text("UJI COBA RBK")).to_be_visible()
        code = people.order_code(visitor)
        people.pay(bank, site, people.save_picture(visitor, tmp_path))
        expect(visitor.get_by_text("Lunas", exact=True).first).to_be_visible()
        _tickets_and_receipt_open_again(visitor, browser)
        with people.signed_in(browser, site, "bendahara") as treasurer:
            assert done(people.lights(treasurer, site, code)) == ["Diminta", "Dibayar"]
            settlement, statement = people.close_day(bank, site, tmp_path)
            people.upload(treasurer, site, settlement)
            assert done(people.lights(treasurer, site, code)) == ["Diminta", "Dibayar", "Disetor bank"]
            with people.signed_in(browser, site, "kuasabud") as kuasa_bud:
                people.upload(kuasa_bud, site, statement)
            assert done(people.lights(treasurer, site, code)) == list(STEPS)
            treasurer.locator("table.rows tbody a").first.click()
            payment = treasurer.url.rstrip("/").rsplit("/", 1)[-1]
    _auditor_finds_the_rupiah(browser, site, payment, tmp_path)


def _tickets_and_receipt_open_again(visitor, browser: Browser) -> None:  # type: ignore[no-untyped-def]
    visitor.get_by_role("link", name="Buka tiket").click()
    expect(visitor.locator(".qr svg")).to_have_count(3)
    tickets = visitor.url
    codes = visitor.locator(".code").all_inner_texts()
    assert len(set(codes)) == 3
    visitor.get_by_role("link", name="Kuitansi").first.click()
    expect(visitor.get_by_text(re.compile("tiga belas ribu rupiah", re.IGNORECASE))).to_be_visible()
    receipt = visitor.url
    with people.screen(browser, width=360, height=740) as later:
        later.goto(tickets)
        assert later.locator(".code").all_inner_texts() == codes
        later.goto(receipt)
        expect(later.get_by_text("Rp\u00a013.000").first).to_be_visible()


def _auditor_finds_the_rupiah(browser: Browser, site: Site, payment: str, into: Path) -> None:
    """In the auditor's CSV the RKUD debits and the 4.1.02 credits of this payment equal its amount."""
    with people.signed_in(browser, site, "auditor") as auditor:
        auditor.goto(f"{site.url}/buku-besar/jurnal/?q={payment}")
        with auditor.expect_download() as download:
            auditor.get_by_role("link", name="Unduh CSV").click()
        target = into / "jurnal.csv"
        download.value.save_as(target)
    with target.open(encoding="utf-8-sig", newline="") as file:
        legs = [row for row in csv.DictReader(file) if row["Sumber"] == f"payment:{payment}"]
    rkud = sum(Decimal(leg["Debit"]) for leg in legs if leg["Akun"] == "rkud")
    revenue = sum(Decimal(leg["Kredit"]) for leg in legs if leg["Kode rekening"].startswith("4.1.02"))
    assert (rkud, revenue) == (Decimal(13000), Decimal(13000))


def test_a_tp2dd_member_sees_the_takings_and_can_change_nothing(running_up: Site, browser: Browser) -> None:
    with people.signed_in(browser, running_up, "tp2dd") as member:
        member.goto(f"{running_up.url}/tp2dd/penerimaan/")
        expect(member.locator("svg.bars")).to_be_visible()
        expect(member.get_by_role("heading", name="Per titik", exact=True)).to_be_visible()
        assert member.locator("form[method=post]").count() == 1, "only the button to sign out"
        assert member.goto(f"{running_up.url}/retribusi/penerimaan/").status == 403  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("forged", "Lunas"),
        ("repeated_same", "Lunas"),
        ("repeated_new", "Lunas"),
        ("wrong_amount", "Lunas"),
        ("no_amount", "Lunas"),
        ("no_rrn", "Lunas"),
        ("delayed", "Lunas"),
    ],
)
def test_whatever_the_notice_says_the_payment_is_booked_once(
    running_up: Site, browser: Browser, tmp_path: Path, outcome: str, words: str
) -> None:
    with (
        people.screen(browser, width=360, height=740) as visitor,
        people.screen(browser, width=360, height=740) as bank,
    ):
        people.order(visitor, running_up, adults=1, children=0)
        code = people.order_code(visitor)
        people.pay(bank, running_up, people.save_picture(visitor, tmp_path), outcome=outcome)
        expect(visitor.get_by_text(words, exact=True).first).to_be_visible(timeout=60_000)
    with people.signed_in(browser, running_up, "bendahara") as treasurer:
        assert done(people.lights(treasurer, running_up, code))[:2] == ["Diminta", "Dibayar"]


def test_lost_notice_is_found_by_asking_the_bank(running_up: Site, browser: Browser, tmp_path: Path) -> None:
    with (
        people.screen(browser, width=360, height=740) as visitor,
        people.screen(browser, width=360, height=740) as bank,
    ):
        people.order(visitor, running_up, adults=1, children=1)
        people.pay(bank, running_up, people.save_picture(visitor, tmp_path), outcome="lost")
        visitor.get_by_role("button", name="Tanya bank sekarang").click()
        expect(visitor.get_by_text("Lunas", exact=True).first).to_be_visible()


def test_books_are_right_after_all_that(running_up: Site) -> None:
    proof = running_up.manage("verify")
    assert proof.returncode == 0, proof.stdout
    covered = re.findall(r"^benar\s+(\d+) baris\s+(\S+):", proof.stdout, re.MULTILINE)
    assert len(covered) > 10
    # In January the demo has no month yet that could have been closed.
    later = ("books.",) if datetime.now(ZoneInfo("Asia/Jakarta")).month == 1 else ()
    assert not [law for rows, law in covered if rows == "0" and not law.startswith(later)], proof.stdout
