"""The bank's SNAP door: each header, the token, the signature, the clock, the replay."""

from __future__ import annotations

import base64
import json

import pytest
import urllib3

from tests.sandbox.running import Bank
from tests.sandbox.wire import body_digest, hmac512, new_number, rsa, soon, stamp

QUERY = "/v1.0/qr/qr-mpm-query"
UNKNOWN = {"originalReferenceNo": "0", "serviceCode": "47"}
"""A query that passes the door and is answered 404 51 01."""


def test_a_token_is_given_for_an_rsa_signature(bank: Bank) -> None:
    answer = bank.client().ask_token()
    assert (answer.code, answer.body["tokenType"], answer.body["expiresIn"]) == ("2007300", "Bearer", "900")
    assert len(answer.body["accessToken"]) > 40


def test_grant_type_may_be_written_with_an_underscore(bank: Bank) -> None:
    assert bank.client().ask_token({"grant_type": "client_credentials"}).code == "2007300"


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        ({}, {}, "4007302"),
        ({"grantType": "password"}, {}, "4007301"),
        (["daftar"], {}, "4007300"),
        (None, {"X-CLIENT-KEY": "siapa"}, "4017300"),
        (None, {"X-CLIENT-KEY": None}, "4007302"),
        (None, {"X-SIGNATURE": None}, "4007302"),
        (None, {"X-SIGNATURE": base64.b64encode(b"x" * 256).decode()}, "4017300"),
        (None, {"X-SIGNATURE": "bukan base64"}, "4017300"),
        (None, {"X-TIMESTAMP": None}, "4007302"),
        (None, {"X-TIMESTAMP": "kemarin"}, "4007301"),
        (None, {"X-TIMESTAMP": soon(hours=-5)}, "4007301"),
        (None, {"X-TIMESTAMP": soon(hours=5)}, "4007301"),
        (None, {"Content-Type": "text/plain"}, "4007301"),
    ],
)
def test_a_token_is_refused_with_the_exact_code(
    bank: Bank, body: object, headers: dict[str, str | None], code: str
) -> None:
    assert bank.client().ask_token(body, **headers).code == code


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"X-TIMESTAMP": "2026-11-24 10:00:00"}, "4005101"),
        ({"X-TIMESTAMP": soon(hours=-5)}, "4005101"),
        ({"X-SIGNATURE": None}, "4005102"),
        ({"X-SIGNATURE": "c2FsYWg="}, "4015100"),
        ({"X-PARTNER-ID": None}, "4005102"),
        ({"X-PARTNER-ID": "siapa"}, "4015100"),
        ({"X-EXTERNAL-ID": None}, "4005102"),
        ({"X-EXTERNAL-ID": "abc"}, "4005101"),
        ({"X-EXTERNAL-ID": "1" * 37}, "4005101"),
        ({"CHANNEL-ID": None}, "4005102"),
        ({"CHANNEL-ID": "952210"}, "4005101"),
        ({"CHANNEL-ID": "95222"}, "4015100"),
        ({"Authorization": None}, "4015103"),
        ({"Authorization": "Bearer bukan-token"}, "4015101"),
        ({"Authorization": "Basic abc"}, "4015101"),
        ({"Content-Type": "text/plain"}, "4005101"),
    ],
)
def test_a_call_is_refused_with_the_exact_code(bank: Bank, headers: dict[str, str | None], code: str) -> None:
    answer = bank.client().call(QUERY, UNKNOWN, **headers)
    assert (answer.status, answer.code) == (int(code[:3]), code)


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b'"teks"'])
def test_a_signed_body_that_is_no_json_object_is_a_bad_request(bank: Bank, content: bytes) -> None:
    assert bank.client().call(QUERY, content).code == "4005100"


def test_a_body_that_is_too_large_is_refused_unread(bank: Bank) -> None:
    assert bank.client().call(QUERY, {**UNKNOWN, "additionalInfo": {"x": "y" * 40_000}}).code == "4005100"


def test_an_external_id_serves_once_a_day_and_partner(bank: Bank) -> None:
    number = new_number()
    client, guest = bank.client(), bank.client("guest")
    assert client.call(QUERY, UNKNOWN, **{"X-EXTERNAL-ID": number}).code == "4045101"
    assert client.call(QUERY, UNKNOWN, **{"X-EXTERNAL-ID": number}).code == "4095100"
    assert guest.call(QUERY, UNKNOWN, **{"X-EXTERNAL-ID": number}).code == "4045101"


def test_a_forged_call_does_not_use_up_an_external_id(bank: Bank) -> None:
    number, client = new_number(), bank.client()
    forged = client.call(QUERY, UNKNOWN, **{"X-EXTERNAL-ID": number, "X-SIGNATURE": "c2FsYWg="})
    assert forged.code == "4015100"
    assert client.call(QUERY, UNKNOWN, **{"X-EXTERNAL-ID": number}).code == "4045101"


def test_a_token_serves_only_its_partner(bank: Bank) -> None:
    client = bank.client()
    client.token = bank.client("guest").log_in()
    assert client.call(QUERY, UNKNOWN).code == "4015101"


def test_hex_signatures_and_timestamps_with_zulu_pass(bank: Bank) -> None:
    client = bank.client()
    timestamp = soon(hours=-7).replace("+07:00", "Z")
    content = json.dumps(UNKNOWN, indent=2).encode()
    text = ("POST", QUERY, client.log_in(), body_digest(content), timestamp)
    signed = base64.b64decode(hmac512(client.identity["client_secret"], *text)).hex()
    answer = client.call(QUERY, content, **{"X-TIMESTAMP": timestamp, "X-SIGNATURE": signed})
    assert answer.code == "4045101"


def test_an_asymmetric_signature_without_a_token_passes(bank: Bank) -> None:
    client, timestamp = bank.client(), stamp()
    content = json.dumps(UNKNOWN).encode()
    signed = rsa(client.identity["private_key"], f"POST:{QUERY}:{body_digest(content)}:{timestamp}")
    headers = {"X-TIMESTAMP": timestamp, "X-SIGNATURE": signed, "Authorization": None}
    assert client.call(QUERY, content, **headers).code == "4045101"


def test_the_query_string_is_part_of_what_is_signed(bank: Bank) -> None:
    assert bank.client().call(f"{QUERY}?uji=1", UNKNOWN).code == "4045101"


@pytest.mark.parametrize("path", ["access-token/b2b", "qr/qr-mpm-generate", "qr/qr-mpm-query"])
def test_reading_a_snap_address_is_not_supported(bank: Bank, path: str) -> None:
    answer = urllib3.request("GET", f"{bank.url}/v1.0/{path}", retries=False, timeout=20)
    assert answer.status == 405
    assert answer.json()["responseMessage"] == "Requested Function Is Not Supported"
