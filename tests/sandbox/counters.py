"""The bank's counters as a person uses them, without a browser: forms filled, buttons pressed, files read."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode

import urllib3


@dataclass(frozen=True)
class Page:
    url: str
    status: int
    text: str

    def marked(self, name: str) -> list[dict[str, str]]:
        """The attributes of each element with this ``data-testid``."""
        return [item for item in _elements(self.text) if item.get("data-testid") == name]

    def fields(self) -> dict[str, str]:
        return {
            item["name"]: item.get("value", "")
            for item in _elements(self.text)
            if item.get("type") == "hidden"
        }


class Browser:
    """Just enough of a browser: one cookie, hidden fields sent back, redirects followed."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._pool = urllib3.PoolManager(retries=False, timeout=20)
        self._cookie = ""

    def get(self, path: str) -> Page:
        response = self._pool.request("GET", self.url + path, headers=self._headers(), redirect=False)
        if "Set-Cookie" in response.headers:
            self._cookie = response.headers["Set-Cookie"].split(";")[0]
        return Page(path, response.status, response.data.decode())

    def post(self, page: Page, path: str = "", /, **fields: Any) -> Page:
        """Send the form of ``page`` (to ``path`` if it goes elsewhere) and follow where it leads."""
        filled = [(name, value) for name, value in page.fields().items() if name not in fields]
        for name, value in fields.items():
            filled += [(name, item) for item in (value if isinstance(value, tuple) else (value,))]
        body = urlencode([(name, str(value)) for name, value in filled])
        headers = {**self._headers(), "Content-Type": "application/x-www-form-urlencoded"}
        target = path or page.url
        response = self._pool.request("POST", self.url + target, body=body, headers=headers, redirect=False)
        if response.status == 302:
            return self.get(response.headers["Location"])
        return Page(target, response.status, response.data.decode())

    def upload(
        self, page: Page, name: str, content: bytes, media_type: str, file_name: str = "kode", **more: str
    ) -> Page:
        fields: dict[str, Any] = {**page.fields(), **more, name: (file_name, content, media_type)}
        response = self._pool.request(
            "POST", self.url + page.url, fields=fields, headers=self._headers(), redirect=False
        )
        if response.status == 302:
            return self.get(response.headers["Location"])
        return Page(page.url, response.status, response.data.decode())

    def _headers(self) -> dict[str, str]:
        return {"Cookie": self._cookie} if self._cookie else {}


@dataclass(frozen=True)
class Moved:
    """One line of an account's page."""

    reference: str
    debit: Decimal
    credit: Decimal
    description: str


class Counters:
    """What the counters do; ``Bank`` is one that runs."""

    url: str

    def browser(self) -> Browser:
        return Browser(self.url)

    def balance(self, number: str) -> Decimal:
        """An account's balance in rupiah."""
        page = self.browser().get(f"/rekening/{number}/")
        return Decimal(page.marked("balance")[0]["data-balance"])

    def balances(self) -> dict[str, Decimal]:
        """Every account's balance in rupiah."""
        page = self.browser().get("/rekening/")
        return {item["data-number"]: Decimal(item["data-balance"]) for item in page.marked("account")}

    def movements(self, number: str) -> list[Moved]:
        """The last movements of an account, newest first."""
        return [
            Moved(
                item["data-reference"],
                Decimal(item["data-debit"]),
                Decimal(item["data-credit"]),
                item["data-description"],
            )
            for item in self.browser().get(f"/rekening/{number}/").marked("movement")
        ]

    def top_up(self, number: str, amount: int) -> None:
        browser = self.browser()
        browser.post(browser.get(f"/rekening/{number}/"), amount=amount)

    def statement(self, number: str, since: str, until: str) -> str:
        """The statement file of an account for some days (ISO)."""
        return self.browser().get(f"/rekening/{number}/mutasi.csv?sejak={since}&sampai={until}").text

    def end(self, partner_reference_no: str, *, succeeds: bool) -> Page:
        """Press "Selesaikan" or "Gagalkan" for an order in progress."""
        browser = self.browser()
        page = browser.get("/rekening/")
        found = next(
            item for item in page.marked("pending") if item["data-reference"] == partner_reference_no
        )
        return browser.post(page, f"/rekening/menunggu/{found['data-id']}/", succeeds=int(succeeds))

    def shop(self, key: str) -> str:
        """The text of a shop's printed QRIS."""
        page = self.browser().get("/merchant/")
        return page.text.split(f'data-testid="qris-{key}">')[1].split("<")[0]

    def pay_in_app(self, text: str, amount: int, *, source: str = "", card: str = "") -> str:
        """Pay a QRIS in the bank's own app, from an account or a masked card; the RRN."""
        browser = self.browser()
        page = browser.get("/merchant/")
        found = browser.post(
            page, text=text, amount=amount, source=source, card=self._card(card) if card else ""
        )
        if found.status != 200:
            raise AssertionError(found.text)
        return found.marked("qris-paid")[0]["data-rrn"]

    def cms(self, name: str, content: str | bytes, *, failing: str = "") -> str:
        """Upload a bulk file; the result file. Where the bank refuses it, an AssertionError with its page."""
        browser = self.browser()
        raw = content if isinstance(content, bytes) else content.encode()
        page = browser.upload(browser.get("/cms/"), "file", raw, "text/csv", name, failing=failing)
        if page.status != 200:
            raise AssertionError(page.text)
        return browser.get(f"/cms/hasil/HASIL_{quote(name)}").text

    def cms_transfer(self, source: str, target: str, amount: int, note: str = "") -> str:
        """A transfer typed in at the CMS; its reference number."""
        browser = self.browser()
        form = browser.get("/cms/")
        page = browser.post(form, "/cms/transfer/", source=source, target=target, amount=amount, note=note)
        if page.status != 200:
            raise AssertionError(page.text)
        return page.marked("cms-order")[0]["data-reference"]

    def card_spend(self, card: str, amount: int, merchant: str, *, day: str, **more: Any) -> str:
        """A purchase with a masked card (``526422******1234``) on a day (ISO); its RRN."""
        browser = self.browser()
        fields = {"mcc": "5943", "way": "EDC", "note": "", **more}
        page = browser.post(
            browser.get("/kartu/"), card=self._card(card), amount=amount, merchant=merchant, day=day, **fields
        )
        if page.status != 200:
            raise AssertionError(page.text)
        return max(page.marked("purchase"), key=lambda item: int(item["data-id"]))["data-rrn"]

    def card_bill(self, owner: str, *, due_date: str = "") -> tuple[str, str]:
        """Bill everything that an agency's cards bought: the bill's number, and its file."""
        browser = self.browser()
        form = browser.get("/kartu/")
        page = browser.post(form, "/kartu/tagihan/", owner=owner, due_date=due_date)
        if page.status != 200:
            raise AssertionError(page.text)
        number = next(item for item in page.marked("bill") if item["data-owner"] == owner)["data-number"]
        return number, browser.get(f"/kartu/tagihan/{number}.csv").text

    def bill_paid(self, number: str) -> Decimal:
        """What came in for a bill, in rupiah."""
        page = self.browser().get("/kartu/")
        found = next(item for item in page.marked("bill") if item["data-number"] == number)
        return Decimal(found["data-paid"])

    def emoney_use(self, card: str, kind: str, amount: int, **more: str) -> Page:
        """Use an e-money card (``603298******0001``): TOPUP, BELI or TARIK."""
        browser = self.browser()
        page = browser.get(self._emoney(card))
        return browser.post(page, kind=kind, amount=amount, **{"account": "", **more})

    def emoney_balance(self, card: str) -> Decimal:
        return Decimal(self.browser().get(self._emoney(card)).marked("balance")[0]["data-balance"])

    def emoney_history(self, card: str) -> str:
        """The history file of an e-money card."""
        return self.browser().get(f"{self._emoney(card)}riwayat.csv").text

    def _card(self, masked: str) -> str:
        page = self.browser().get("/kartu/")
        return next(item for item in page.marked("card") if item["data-number"] == masked)["data-id"]

    def _emoney(self, masked: str) -> str:
        page = self.browser().get("/uang-elektronik/")
        return next(item for item in page.marked("emoney-card") if item["data-number"] == masked)["href"]


def rows(text: str) -> list[list[str]]:
    """The cells of a file with semicolons."""
    return list(csv.reader(io.StringIO(text), delimiter=";"))


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append({name: value or "" for name, value in attrs})


def _elements(text: str) -> list[dict[str, str]]:
    collector = _Collector()
    collector.feed(text)
    return collector.found
