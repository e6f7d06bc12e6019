"""The officer's phone in a real browser: with a server, with it killed and the page started cold."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, Route, expect

from retribusi import day_mark, tickets
from retribusi.gate import queries
from retribusi.gate.models import Device, Entry
from retribusi.gate.rules import Shown, judge
from retribusi.gate.services import devices
from retribusi.models import Ticket
from retribusi.services.keys import verifying_keys
from tests.film import camera
from tests.gate.cast import Gate, problems
from tests.gate.phones import NO_ED25519, Server, phone, serving
from tests.retribusi.cast import AT
from tests.spending.pay.test_scan import scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def server(gate: Gate, now: time_machine.Traveller) -> Iterator[Server]:
    now.move_to(AT + timedelta(minutes=2), tick=True)
    with serving() as one:
        yield one


def forged(ticket: Ticket) -> str:
    facts = tickets.verify(ticket.token, verifying_keys())
    return tickets.sign(replace(facts, serial="00" * 8), Ed25519PrivateKey.generate())


def test_a_phone_is_enrolled_and_asks_the_server(gate: Gate, browser: Browser, server: Server) -> None:
    first, second, third = gate.tickets()
    gate.show(third, gate.south)
    with phone(browser, server, gate) as one:
        one.enrol()
        assert Device.objects.get(name="Gerbang Timur").officer == gate.officer
        mark = day_mark.of(gate.museum.point.pk, AT.date())
        expect(one.page.locator("[data-tanda]")).to_contain_text(mark.text)
        one.is_accessible("ready")
        one.type(first.token.lower())
        one.says("Boleh masuk", "Diperiksa server")
        one.is_accessible("accepted")
        one.shown(f"{second.code[:3]}-{second.code[3:]}", "Boleh masuk", "Dewasa")
        one.shown(first.token, "Sudah dipakai", "di Gerbang Timur. Jangan izinkan masuk")
        one.is_accessible("used")
        one.shown(third.code, "Sudah dipakai", "pukul 10.02 di Gerbang Selatan")
        one.shown(forged(first), "Tiket palsu")
        one.shown("QQQQQQ", "Tidak dikenal")
        one.shown("https://contoh.invalid/", "Bukan tiket")
        devices.revoke(
            device_id=Device.objects.get(name="Gerbang Timur").pk, reason="diganti", by=gate.treasurer, at=AT
        )
        one.page.reload()
        expect(one.page.get_by_text("Perangkat ini sudah dicabut")).to_be_visible()
        one.is_accessible("revoked")
    assert not Entry.objects.filter(offline=True).exists()
    assert Entry.objects.filter(device__name="Gerbang Timur", outcome="accepted").count() == 2
    assert problems() == []


def test_with_the_server_killed_the_page_starts_cold_and_goes_on(
    gate: Gate, browser: Browser, server: Server
) -> None:
    first, second, third = gate.tickets()
    with phone(browser, server, gate) as one:
        one.enrol()
        later = gate.tickets(1)[0]
        server.kill()
        one.page.reload()
        one.ready()
        expect(one.mode).to_contain_text("Luring")
        one.type(first.token)
        one.says("Boleh masuk", "Diperiksa ponsel ini")
        one.shown(first.token, "Sudah dipakai", "di Gerbang Timur")
        one.shown(second.code.lower(), "Boleh masuk", "Dewasa")
        one.shown(forged(first), "Tiket palsu")
        one.shown(third.token[:-8], "QR tidak utuh")
        one.shown(later.code, "Belum dapat diperiksa")
        one.is_accessible("offline-unlisted")
        one.page.get_by_role("button", name="Izinkan, periksa nanti").click()
        one.says("Diizinkan")
        one.shown(third.token, "Boleh masuk")
        expect(one.mode).to_contain_text("6 menunggu dikirim")
        one.page.reload()
        one.ready()
        one.shown(second.token, "Sudah dipakai")
        expect(one.mode).to_contain_text("7 menunggu dikirim")
        one.is_accessible("offline")
        gate.show(first, gate.south, offline=True, let_in=True)
        assert not Entry.objects.filter(device__name="Gerbang Timur").exists()
        server.start()
        expect(one.mode).to_contain_text("semua terkirim", timeout=15_000)
        expect(one.mode).to_contain_text("Daring")
        conflict = one.page.get_by_role("alert").filter(has_text="ternyata tidak berlaku")
        expect(conflict).to_contain_text("Gerbang Selatan")
        one.is_accessible("conflict")
        one.page.get_by_role("button", name="Mengerti").click()
        expect(conflict).to_be_hidden()
    mine = Entry.objects.filter(device__name="Gerbang Timur")
    assert sorted(mine.values_list("outcome", "let_in", "offline")) == sorted([
        ("accepted", True, True), ("accepted", True, True), ("accepted", True, True),
        ("already_used", True, True), ("already_used", False, True), ("already_used", False, True),
        ("forged", False, True),
    ])  # fmt: skip
    assert list(Entry.objects.conflicts()) == [mine.get(outcome="already_used", let_in=True)]
    assert Ticket.objects.get(pk=later.pk).state == Ticket.State.USED
    assert problems() == []


def test_a_ticket_let_in_while_the_server_failed_lets_nobody_in_again_afterwards(
    gate: Gate, browser: Browser, server: Server
) -> None:
    """The first question was lost and the phone judged alone: the next one is another showing."""
    (ticket,) = gate.tickets(1)
    with phone(browser, server, gate) as one:
        one.enrol()
        server.kill()
        one.type(ticket.token)
        one.says("Boleh masuk", "Diperiksa ponsel ini")
        server.start()
        expect(one.mode).to_contain_text("semua terkirim", timeout=15_000)
        expect(one.mode).to_contain_text("Daring")
        one.shown(ticket.token, "Sudah dipakai")
    assert sorted(Entry.objects.values_list("outcome", flat=True)) == ["accepted", "already_used"]


def test_a_phone_that_cannot_check_signatures_says_so_and_uses_the_list(
    gate: Gate, browser: Browser, server: Server
) -> None:
    (first,) = gate.tickets(1)
    with phone(browser, server, gate, NO_ED25519, dark=True) as one:
        one.enrol()
        expect(one.page.get_by_text("tidak dapat memeriksa tanda tangan")).to_be_visible()
        later = gate.tickets(1)[0]
        one.context.set_offline(True)
        expect(one.mode).to_contain_text("Luring")
        one.type(first.token)
        one.says("Boleh masuk", "Dicocokkan dengan daftar")
        one.shown(later.token, "Belum dapat diperiksa")
        one.is_accessible("no-ed25519-dark")
        one.context.set_offline(False)
        expect(one.mode).to_contain_text("semua terkirim")
        one.shown(later.token, "Boleh masuk", "Diperiksa server")
    assert Entry.objects.filter(outcome="accepted").count() == 2


def test_the_camera_sees_the_ticket_and_the_server_reads_it(
    gate: Gate, browser: Browser, server: Server, tmp_path: Path
) -> None:
    (ticket,) = gate.tickets(1)
    with (
        camera(browser, scene(ticket.token), tmp_path) as seeing,
        phone(seeing, server, gate) as one,
    ):
        one.enrol()
        one.page.get_by_role("button", name="Kamera", exact=True).click()
        one.says("Boleh masuk", "Diperiksa server")
        expect(one.page.locator("video")).to_be_visible()
        one.page.wait_for_timeout(4000)
        one.says("Boleh masuk")
        one.page.get_by_role("button", name="Tutup kamera").click()
        expect(one.page.locator("video")).to_be_hidden()
    entry = Entry.objects.get()
    assert (entry.outcome, entry.way, entry.ticket) == ("accepted", "qr", ticket)


def test_a_class_goes_in_by_one_tap_with_and_without_the_server(
    gate: Gate, browser: Browser, server: Server
) -> None:
    first, *others = gate.tickets(12)
    second, *rest = gate.tickets(5)
    with phone(browser, server, gate) as one:
        one.enrol()
        button = one.page.locator("[data-sisa]")
        one.type(first.token)
        one.says("Boleh masuk")
        expect(button).to_have_text("Masukkan sisanya: 11 tiket")
        one.is_accessible("group")
        button.click()
        one.says("11 tiket masuk", "Diperiksa server")
        one.is_accessible("group-in")
        expect(button).to_be_hidden()
        one.shown(others[4].code, "Sudah dipakai")
        expect(button).to_be_hidden()
        one.shown(rest[0].code, "Boleh masuk")
        expect(button).to_have_text("Masukkan sisanya: 4 tiket")
        gate.show(rest[1], gate.south)
        server.kill()
        one.shown(rest[2].token, "Boleh masuk", "Diperiksa ponsel ini")
        expect(button).to_have_text("Masukkan sisanya: 3 tiket")
        button.click()
        one.says("3 tiket masuk", "Diperiksa ponsel ini")
        one.is_accessible("group-offline")
        one.shown(second.token, "Sudah dipakai", "di Gerbang Timur")
        expect(one.mode).to_contain_text("5 menunggu dikirim")
        server.start()
        expect(one.mode).to_contain_text("semua terkirim", timeout=15_000)
        conflict = one.page.get_by_role("alert").filter(has_text="ternyata tidak berlaku")
        expect(conflict.get_by_role("listitem")).to_have_count(1)
    mine = Entry.objects.filter(device__name="Gerbang Timur")
    assert mine.filter(outcome="accepted").count() == 12 + 4
    assert [entry.ticket for entry in Entry.objects.conflicts()] == [rest[1]]
    assert problems() == []


def test_a_tap_whose_answer_is_lost_lets_each_child_in_once(
    gate: Gate, browser: Browser, server: Server
) -> None:
    """The server heard the tap and the phone did not hear it: it lets them in, and the queue adds nothing."""
    first = gate.tickets(4)[0]
    with phone(browser, server, gate) as one:
        one.enrol()
        one.type(first.token)
        one.says("Boleh masuk")

        def lose(route: Route) -> None:
            route.fetch()
            route.abort()

        one.page.route("**/gerbang/sinkron", lose, times=1)
        one.page.locator("[data-sisa]").click()
        one.says("3 tiket masuk", "Diperiksa ponsel ini")
        expect(one.mode).to_contain_text("semua terkirim", timeout=15_000)
    assert Entry.objects.filter(outcome="accepted").count() == 4
    assert not Entry.objects.conflicts().exists()
    assert problems() == []


def test_both_languages_give_the_same_answers(gate: Gate, browser: Browser, server: Server) -> None:
    """aturan.js against rules.py and tickets.py, case by case."""
    (ticket,) = gate.tickets(1)
    day = date(2026, 11, 24)
    cases = [
        Shown(forged, known, point, valid, used, refunded)
        for forged, known, point, valid, used, refunded in itertools.product(
            (False, True), (False, True), (1, 2), (day, day + timedelta(days=1)), (False, True), (False, True)
        )
    ]
    told = [
        {"forged": c.forged, "known": c.known, "point": c.point_id, "day": str(c.valid_date), "used": c.used,
         "refunded": c.refunded}
        for c in cases
    ]  # fmt: skip
    texts = [
        ticket.token, f" {ticket.token.lower()}\n", ticket.token[:-1], ticket.token + "A", "NT:", "NT:!!!",
        "halo", ticket.token[:-2] + "7B", forged(ticket),
    ]  # fmt: skip
    with phone(browser, server, gate) as one:
        one.page.goto(f"{server.url}/gerbang/")
        found = one.page.evaluate(
            """async ([cases, texts, keys, code, serial, point]) => {
              const rules = await import("/static/gate/aturan.js");
              const read = async (text) => {
                const one = rules.read(text);
                if (one.problem) return one.problem;
                return (await rules.genuine(one, keys)) ? one.facts.serial : "forged";
              };
              return {
                judged: cases.map((one) => rules.judge(one, 1, "2026-11-24")),
                read: await Promise.all(texts.map(read)),
                hashes: [await rules.codeHash(point, "2026-11-24", code), await rules.serialHash(serial)],
                day: rules.dayOf(Date.parse("2026-11-23T17:30:00Z")),
              };
            }""",
            [
                told, texts, queries.snapshot(gate.north, at=AT)["kunci"], ticket.code, ticket.serial,
                gate.museum.point.pk,
            ],
        )  # fmt: skip
    assert found["judged"] == [judge(one, point_id=1, on=day).value for one in cases]
    assert found["read"] == [_read(text) for text in texts]
    point = gate.museum.point.pk
    assert found["hashes"] == [
        queries.code_hash(point, day, ticket.code), queries.serial_hash(ticket.serial)
    ]  # fmt: skip
    assert found["day"] == "2026-11-24"


def _read(text: str) -> str:
    try:
        return tickets.verify(text, verifying_keys()).serial
    except tickets.TicketError as error:
        return "forged" if error.code == "unknown_key" else error.code
