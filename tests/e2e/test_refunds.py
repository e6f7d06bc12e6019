"""Money back by each stage of the law, as people do it: payer, treasurer, head, BUD, and the bank."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.e2e import people, spending
from tests.e2e.site import Site

pytestmark = pytest.mark.browser
DETAIL = re.compile(r"/pengembalian/[0-9a-f-]{36}/$")


def test_money_goes_back_by_each_stage_of_the_law(running_up: Site, browser: Browser, tmp_path: Path) -> None:
    site = running_up
    with (
        people.screen(browser, width=390, height=844) as payer,
        people.screen(browser, width=390, height=844) as bank,
        spending.office(browser, site, treasurer="bendahara", head="pa", bud="kuasabud") as desk,
    ):
        approve = partial(_approve, desk["head"], site)
        undone = _buy(payer, bank, site, tmp_path)
        _before_settlement(payer, desk["treasurer"], approve, undone)
        twice = _buy(payer, bank, site, tmp_path, outcome="twice")
        settlement, early = people.close_day(bank, site, tmp_path, trouble="late_credit")
        people.upload(desk["treasurer"], site, settlement)
        first = _after_settlement(payer, desk["treasurer"], site, approve, twice)
        _paid_twice(payer, desk["treasurer"], site, approve, twice)
        people.upload(desk["bud"], site, early)
        people.upload(desk["bud"], site, people.close_day(bank, site, tmp_path)[1])
        _in_rkud(payer, desk, site, approve, first, twice)
    proof = site.manage("verify")
    assert proof.returncode == 0, proof.stdout


def _buy(payer: Page, bank: Page, site: Site, into: Path, *, outcome: str = "pays") -> str:
    """A ticket, paid; its receipt's address."""
    people.order(payer, site, adults=1, children=0)
    people.pay(bank, site, people.save_picture(payer, into), outcome=outcome)
    expect(payer.get_by_text("Lunas", exact=True).first).to_be_visible()
    payer.get_by_role("link", name="Kuitansi").first.click()
    expect(payer.get_by_role("heading", name="Kuitansi")).to_be_visible()
    return payer.url


def _before_settlement(payer: Page, treasurer: Page, approve: Callable[..., None], receipt: str) -> None:
    """The payer asks without login, by the receipt; the bank undoes the payment whole (SNAP 77)."""
    payer.get_by_role("link", name="Minta uang kembali").click()
    number = payer.get_by_label("Nomor kuitansi").input_value()
    payer.get_by_role("button", name="Kirim permohonan").click()
    expect(payer.get_by_text("Pilih alasannya.")).to_be_visible()
    payer.get_by_label("Alasan").select_option("closed")
    payer.get_by_label("Penjelasan").fill("Pintunya sudah dikunci.")
    payer.get_by_role("button", name="Kirim permohonan").click()
    expect(payer.get_by_text("Diputus paling lambat")).to_be_visible()
    followed = payer.url
    treasurer.get_by_role("link", name=re.compile("Permohonan uang kembali")).click()
    treasurer.get_by_role("link", name=number).click()
    treasurer.get_by_role("link", name="Periksa dan usulkan").click()
    expect(treasurer.get_by_text("Dibatalkan di bank").first).to_be_visible()
    _propose(treasurer, "Museum tutup lebih awal.")
    expect(treasurer.get_by_role("button", name="Setujui pengembalian")).to_have_count(0)
    approve(treasurer.url)
    payer.goto(followed)
    expect(payer.get_by_text("Uang sudah dikembalikan.")).to_be_visible()
    payer.goto(receipt)
    expect(payer.get_by_text("Dikembalikan", exact=True)).to_be_visible()
    expect(payer.get_by_role("link", name="Minta uang kembali")).to_have_count(0)
    payer.get_by_role("link", name="Buka tiket").click()
    expect(payer.get_by_text("tidak berlaku lagi").first).to_be_visible()


def _after_settlement(
    payer: Page, treasurer: Page, site: Site, approve: Callable[..., None], receipt: str
) -> str:
    """A part goes back by SNAP 78, once: a page drawn before it proposes nothing. The payment's address."""
    payer.goto(receipt)
    treasurer.goto(f"{site.url}/retribusi/penerimaan/?q={_receipt_number(payer)}")
    treasurer.locator("table.rows tbody tr", has_not_text="ganda").locator("a").first.click()
    treasurer.get_by_role("link", name="Pengembalian", exact=True).last.click()
    payment = treasurer.url
    stale = treasurer.context.new_page()
    stale.goto(payment)
    _propose(treasurer, "Satu anak di bawah umur bebas masuk.", amount="2.000", evidence=True)
    _propose(stale, "Satu anak di bawah umur bebas masuk.", amount="4.000", evidence=True, refused=True)
    expect(stale.get_by_text("Yang tersisa sudah berubah menjadi Rp\u00a03.000")).to_be_visible()
    stale.close()
    approve(treasurer.url)
    payer.goto(receipt)
    expect(payer.get_by_text("Sebagian dikembalikan", exact=True)).to_be_visible()
    return payment


def _paid_twice(payer: Page, treasurer: Page, site: Site, approve: Callable[..., None], receipt: str) -> None:
    """The second payment is nobody's revenue: it waits on the desk, and goes back whole."""
    payer.goto(receipt)
    expect(payer.get_by_text("Rp\u00a05.000 dibayar dua kali")).to_be_visible()
    treasurer.goto(f"{site.url}/pengembalian/titipan/?q={_receipt_number(payer)}")
    treasurer.get_by_role("link", name="Kembalikan").click()
    _propose(treasurer, "Terbayar dua kali untuk satu pesanan.")
    approve(treasurer.url)
    payer.goto(receipt)
    expect(payer.get_by_text("Uang ini sudah dikembalikan kepada Anda.").first).to_be_visible()


def _in_rkud(
    payer: Page, desk: dict[str, Page], site: Site, approve: Callable[..., None], payment: str, receipt: str
) -> None:
    """What is left leaves RKUD by SKRDLB, SPM and the SP2D of BUD."""
    treasurer, bud = desk["treasurer"], desk["bud"]
    treasurer.goto(payment)
    expect(treasurer.get_by_text("Restitusi dari RKUD").first).to_be_visible()
    _propose(treasurer, "Kunjungan tidak jadi.", amount="3.000", evidence=True)
    refund = treasurer.url
    approve(refund, done="disetujui. Konsep SKRDLB siap dicetak.")
    treasurer.goto(refund)
    expect(treasurer.get_by_role("link", name=re.compile("Surat Ketetapan Retribusi"))).to_be_visible()
    number = f"900/{refund[-9:-1]}"
    for name in ("SKRDLB", "SPM"):
        _paper(treasurer, name, f"{number}/{name}")
        treasurer.get_by_role("button", name="Catat", exact=True).click()
        expect(treasurer.get_by_text("Nomor dan tanggalnya dicatat.")).to_be_visible()
    bud.goto(refund)
    _paper(bud, "SP2D", f"{number}/SP2D")
    spending.press(bud, site, "Catat", "kuasabud")
    expect(bud.get_by_text("sudah dikembalikan dan dibukukan.")).to_be_visible()
    payer.goto(receipt)
    expect(payer.get_by_text("Dikembalikan", exact=True)).to_be_visible()


def _paper(page: Page, name: str, number: str) -> None:
    expect(page.get_by_role("heading", name=f"Catat {name}")).to_be_visible()
    page.get_by_label("Nomor").fill(number)
    today = datetime.now(ZoneInfo("Asia/Jakarta")).date()
    page.get_by_label("Tanggal").fill(today.isoformat())


def _propose(
    page: Page, reason: str, *, amount: str = "", evidence: bool = False, refused: bool = False
) -> None:
    if amount:
        page.get_by_label("Jumlah yang dikembalikan").fill(amount)
    page.get_by_label("Alasan").fill(reason)
    if evidence:
        photo = {"name": "surat.png", "mimeType": "image/png", "buffer": _photo()}
        page.get_by_label("Permohonan atau bukti pembayar").set_input_files(photo)  # type: ignore[arg-type]
    page.get_by_role("button", name="Usulkan pengembalian").click()
    if not refused:
        page.wait_for_url(DETAIL)


def _approve(head: Page, site: Site, refund: str, *, done: str = "sudah dikembalikan dan dibukukan.") -> None:
    """Somebody else agrees, with a second factor; the bank is told at once."""
    head.goto(refund)
    head.locator("summary", has_text="Setujui").click()
    spending.press(head, site, "Setujui pengembalian", "pa")
    expect(head.get_by_text(done)).to_be_visible()


def _receipt_number(page: Page) -> str:
    return page.locator("h1 + p").inner_text().strip()


def _photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "PNG")
    return out.getvalue()
