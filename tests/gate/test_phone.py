"""What a phone asks over the wire: the list, the entries, a frame; and who is not served."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opd.models import RoleAssignment
from retribusi.gate import queries
from retribusi.gate.models import Device, Entry
from retribusi.gate.services import devices
from tests.gate.cast import Gate, headers, row, sent
from tests.retribusi.cast import AT


def the_list(client: Client, **more: str) -> Any:
    return client.get("/gerbang/daftar.json", headers=headers() | more)


def test_the_list_knows_todays_tickets_and_betrays_none(gate: Gate, client: Client) -> None:
    first, second, third = gate.tickets()
    gate.show(first, gate.south)
    answer = the_list(client)
    told = answer.json()
    assert (told["hari"], told["titik"]["nama"]) == ("2026-11-24", "Rumah Uji")
    states = {entry[1]: entry[3:] for entry in told["tiket"]}
    assert states[queries.serial_hash(first.serial)] == ["u", "10.02", "Gerbang Selatan"]
    assert states[queries.serial_hash(second.serial)] == ["v"]
    text = answer.content.decode()
    assert not [
        one for one in (first, second, third) if one.code in text or one.serial in text or one.token in text
    ]
    assert told["kunci"]
    assert set(told["tanda"]) == {"2026-11-24", "2026-11-25"}


def test_the_list_is_sent_once_and_anew_when_it_changed(gate: Gate, client: Client) -> None:
    (ticket,) = gate.tickets(1)
    etag = the_list(client)["ETag"]
    same = the_list(client, **{"If-None-Match": f"W/{etag}"})
    assert (same.status_code, same.content) == (304, b"")
    assert int(same["X-Jam"]) == round(AT.timestamp() * 1000)
    gate.show(ticket)
    assert the_list(client, **{"If-None-Match": etag}).status_code == 200


def test_the_list_costs_the_same_for_one_ticket_and_for_sixty(gate: Gate, client: Client) -> None:
    gate.tickets(1)
    with CaptureQueriesContext(connection) as few:
        the_list(client)
    gate.tickets(40)
    with CaptureQueriesContext(connection) as many:
        answer = the_list(client)
    assert len(many) == len(few)
    assert len(answer.content) < 10_000


def test_entries_are_answered_singly_and_alike_when_sent_again(gate: Gate, client: Client) -> None:
    first, second, _ = gate.tickets()
    point = gate.museum.point.pk
    rows = [
        row(first, point),
        row("rusak", point),
        row(first, point),
        row(second.code, point, luring=True, izin=True),
    ]
    once, again = (sent(client, *rows).json()["jawaban"] for _ in range(2))
    assert [one["hasil"] for one in once] == ["accepted", "not_a_ticket", "already_used", "accepted"]
    assert once == again
    assert once[0]["kata"]["title"] == "Boleh masuk"
    assert "pukul 10.00 di Gerbang Utara" in once[2]["kata"]["text"]
    assert Entry.objects.count() == 3
    assert Device.objects.get(pk=gate.north.pk).seen_at is not None


def test_each_refusal_says_what_it_is(gate: Gate, client: Client) -> None:
    (ticket,) = gate.tickets(1)
    point = gate.museum.point.pk
    tomorrow = (AT + timedelta(days=1)).isoformat()
    (answer,) = sent(client, row(ticket, point, pada=tomorrow), dikirim=tomorrow).json()["jawaban"]
    assert answer["hasil"] == "accepted", "a phone a day ahead is put right by what it says of its clock"
    (used,) = sent(client, row(ticket, point)).json()["jawaban"]
    assert used["kata"]["tone"] == "bad"
    assert used["kata"]["icon"] == "dipakai"


@pytest.mark.parametrize(
    "body",
    [
        b"bukan json", b"[]", b"{}", b'{"dikirim": "kemarin", "masuk": []}',
        b'{"dikirim": "2026-11-24T10:00:00+07:00", "masuk": [{"id": "x"}]}',
        b'{"dikirim": "2026-11-24T10:00:00+07:00", "masuk": 7}',
        b'{"dikirim": "2026-11-24T10:00:00", "masuk": []}',
    ],
)  # fmt: skip
def test_what_our_page_never_sends_is_refused_whole(gate: Gate, client: Client, body: bytes) -> None:
    answer = client.post("/gerbang/sinkron", body, content_type="application/json", headers=headers())
    assert (answer.status_code, answer.json()["kode"]) == (400, "unreadable")
    assert not Entry.objects.exists()


def test_a_stranger_and_a_revoked_phone_are_not_served(gate: Gate, client: Client) -> None:
    for header in ({}, {"Authorization": "Gerbang tebak"}, {"Authorization": "Bearer rahasia-utara"}):
        assert client.get("/gerbang/daftar.json", headers=header).json()["kode"] == "unknown"
    devices.revoke(device_id=gate.north.pk, reason="ponsel hilang", by=gate.treasurer, at=AT)
    answer = sent(client, row("AAAAAA", gate.museum.point.pk))
    assert (answer.status_code, answer.json()["kode"]) == (401, "revoked")
    assert not Entry.objects.exists()


def test_a_phone_ends_with_its_officers_role(gate: Gate, client: Client) -> None:
    RoleAssignment.objects.filter(user=gate.officer).update(valid_to=AT.date() - timedelta(days=1))
    assert the_list(client).json()["kode"] == "role_ended"


def test_strangers_are_slowed_down(gate: Gate, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retribusi.gate.views.phone._UNKNOWN_PER_MINUTE", 1)
    header = {"Authorization": "Gerbang tebak"}
    assert [client.get("/gerbang/daftar.json", headers=header).status_code for _ in range(2)] == [401, 429]


def test_a_cookie_alone_opens_nothing(gate: Gate, client: Client) -> None:
    client.force_login(gate.officer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/gerbang/daftar.json").status_code == 401
    assert client.post("/gerbang/pindai").status_code == 401


def test_a_frame_without_a_code_is_an_empty_answer(gate: Gate, client: Client) -> None:
    picture = SimpleUploadedFile("kamera.jpg", b"bukan gambar")
    assert client.post("/gerbang/pindai", {"picture": picture}, headers=headers()).status_code == 422
    assert client.post("/gerbang/pindai", headers=headers()).status_code == 400
    assert client.get("/gerbang/pindai", headers=headers()).status_code == 405


def test_the_page_is_the_same_for_all_and_names_what_it_needs(gate: Gate, client: Client) -> None:
    page = client.get("/gerbang/")
    assert "manifest-src 'self'" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
    client.cookies["django_language"] = "en"
    client.force_login(gate.officer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/gerbang/").content == page.content
    facts = json.loads(client.get("/gerbang/manifest.webmanifest").content)
    assert (facts["scope"], facts["display"], facts["icons"][0]["sizes"]) == (
        "/gerbang/",
        "standalone",
        "any",
    )
    script = client.get("/gerbang/pekerja.js").content.decode()
    shell = json.loads(script.split("const KULIT = ")[1].split(";\n")[0])
    assert "/static/gate/gerbang.js" in shell["berkas"]
    assert shell["halaman"] == "/gerbang/"
