"""Our calls to a bank on a real socket: what comes back, what is retried, what is kept."""

from __future__ import annotations

import datetime as dt
import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID
from django.db import connection, transaction
from django.utils import timezone

from opd.office import crypto
from payments.snap import client, held, keys, signature, transport
from payments.snap.client import Refused, Success, Unknown
from payments.snap.codes import Service
from payments.snap.jsonobject import BodyError
from payments.snap.models import HeldToken, OutgoingCall, Partner
from tests.snap.bank import add_partner, private_key
from tests.snap.server import (
    ScriptedBank,
    answer,
    drip,
    hang_up,
    response,
    running,
    silent,
    token,
)

State = OutgoingCall.State
QUERY_OK = {"responseCode": "2005100", "responseMessage": "Successful", "latestTransactionStatus": "00"}
QR_OK = {"responseCode": "2004700", "responseMessage": "Successful", "qrContent": "000201"}
REFUSED = {"responseCode": "4045101", "responseMessage": "Transaction Not Found"}
TOKEN_INVALID = {"responseCode": "4015101", "responseMessage": "Invalid Token (B2B)"}


@pytest.fixture
def bank() -> Iterator[ScriptedBank]:
    with running(ScriptedBank(acts=[answer(200, QUERY_OK)], token_acts=[token()])) as running_bank:
        yield running_bank


@pytest.fixture
def partner(db: None, bank: ScriptedBank) -> Partner:
    return add_partner(base_url=bank.url)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "TOTAL_SECONDS", 0.6)


def ask(partner: Partner, service: Service = Service.QR_QUERY, **body: Any) -> client.Outcome:
    return client.call(partner, service, body or {"originalPartnerReferenceNo": "A1"}, at=timezone.now())


def test_a_call_is_signed_as_snap_says_and_its_row_tells_all(partner: Partner, bank: ScriptedBank) -> None:
    outcome = ask(partner, originalPartnerReferenceNo="A1", note="Kedai Kopi é/ñ")
    assert isinstance(outcome, Success)
    assert outcome.body["latestTransactionStatus"] == "00"
    heard = bank.last()
    assert heard.path == "/v1.0/qr/qr-mpm-query"
    assert heard.body == '{"originalPartnerReferenceNo":"A1","note":"Kedai Kopi é/ñ"}'.encode()
    assert heard.headers["authorization"] == "Bearer token-1"
    assert heard.headers["x-partner-id"] == "MITRA001"
    assert heard.headers["channel-id"] == "95221"
    assert signature.verify_hmac(
        "rahasia-kami",
        heard.headers["x-signature"],
        method="POST",
        paths=[heard.path],
        body=heard.body,
        timestamp=heard.headers["x-timestamp"],
        token="token-1",
    )
    call = OutgoingCall.objects.get(pk=outcome.call_id)
    assert (call.state, call.response_code, call.http_status) == (State.SUCCESS, "2005100", 200)
    assert call.reference == "A1"
    assert call.external_id == heard.headers["x-external-id"]
    assert json.loads(crypto.decrypt(bytes(call.response or b""))) == QUERY_OK
    assert crypto.decrypt(bytes(call.request or b"")) == heard.body


def test_the_token_request_is_signed_with_our_key(partner: Partner, bank: ScriptedBank) -> None:
    ask(partner)
    heard = bank.heard[0]
    assert heard.json == {"grantType": "client_credentials", "additionalInfo": {}}
    public = keys.public_of(private_key("kami"))
    timestamp = heard.headers["x-timestamp"]
    assert (
        signature.verify_token(
            [public], heard.headers["x-signature"], client_id=partner.client_id, timestamp=timestamp
        )
        == 0
    )
    assert OutgoingCall.objects.get(service="73").response is None


def test_external_ids_are_numeric_short_and_never_the_same(partner: Partner) -> None:
    for _ in range(5):
        ask(partner)
    ids = list(OutgoingCall.objects.values_list("external_id", flat=True))
    assert len(set(ids)) == len(ids) == 6
    assert all(text.isdecimal() and len(text) <= 36 for text in ids)


def test_one_token_serves_many_calls_until_it_ends(
    partner: Partner, bank: ScriptedBank, time_machine: Any
) -> None:
    time_machine.move_to("2026-11-24T10:00:00+07:00", tick=False)
    ask(partner)
    ask(partner)
    assert len(bank.heard) == 3
    time_machine.move_to("2026-11-24T10:14:31+07:00", tick=False)
    ask(partner)
    assert len(bank.heard) == 5


@pytest.mark.parametrize("life", ["5", 5, "banyak", None, "-1", "9" * 12])
def test_a_strange_life_of_a_token_is_taken_as_short(
    partner: Partner, bank: ScriptedBank, life: object
) -> None:
    bank.token_acts[:] = [token(expiresIn=life)]
    assert isinstance(ask(partner), Success)
    expires_at = HeldToken.objects.get().expires_at
    assert expires_at is not None
    assert expires_at - timezone.now() <= dt.timedelta(minutes=1)


def test_the_token_is_kept_sealed(partner: Partner) -> None:
    ask(partner)
    held_token = HeldToken.objects.get().token
    assert "token-1" not in held_token
    assert crypto.decrypt(held_token.encode()) == b"token-1"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"responseCode": "2004700", "responseMessage": "kode layanan lain"}),
        (200, {"responseCode": "4045101", "responseMessage": "galat di dalam 200"}),
        (200, {"responseCode": "2005101", "responseMessage": "kasus lain"}),
        (200, {"responseMessage": "tanpa kode"}),
        (200, b"<html>selamat datang</html>"),
        (200, b""),
        (200, b"[]"),
        (202, {"responseCode": "2025100", "responseMessage": "Request In Progress"}),
        (404, b"<html>tidak ada</html>"),
        (404, {"responseCode": "4044701", "responseMessage": "layanan lain"}),
        (404, {"responseCode": "4005101", "responseMessage": "status lain"}),
        (500, {"responseCode": "5005100", "responseMessage": "General Error"}),
        (504, {"responseCode": "5045100", "responseMessage": "Timeout"}),
        (502, b"bad gateway"),
    ],
)
def test_an_answer_that_proves_nothing_is_unknown(
    partner: Partner, bank: ScriptedBank, status: int, body: dict[str, Any] | bytes
) -> None:
    bank.acts[:] = [answer(status, body)]
    outcome = ask(partner)
    assert isinstance(outcome, Unknown)
    assert outcome.reason
    call = OutgoingCall.objects.latest("pk")
    assert (call.pk, call.state) == (outcome.call_id, State.UNKNOWN)
    assert len(bank.heard) == 2


@pytest.mark.parametrize("code", ["4045101", "4005100", "4035101", "4095101", "4295100", "4015100"])
def test_a_well_formed_4xx_is_a_refusal(partner: Partner, bank: ScriptedBank, code: str) -> None:
    bank.acts[:] = [answer(int(code[:3]), {"responseCode": code, "responseMessage": "Tidak"})]
    outcome = ask(partner)
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.message) == (code, "Tidak")
    assert OutgoingCall.objects.get(pk=outcome.call_id).state == State.REFUSED


def test_a_refused_token_is_renewed_once(partner: Partner, bank: ScriptedBank) -> None:
    bank.token_acts[:] = [token("lama"), token("baru")]
    bank.acts[:] = [answer(401, TOKEN_INVALID), answer(200, QUERY_OK)]
    assert isinstance(ask(partner), Success)
    assert [request.headers.get("authorization") for request in bank.heard] == [
        *(None, "Bearer lama", None, "Bearer baru")
    ]
    first, second = OutgoingCall.objects.filter(service="51").order_by("pk")
    assert second.retry_of == first
    assert first.external_id != second.external_id


def test_a_token_refused_twice_is_a_refusal(partner: Partner, bank: ScriptedBank) -> None:
    bank.acts[:] = [answer(401, TOKEN_INVALID)]
    bank.token_acts[:] = [token("lama"), token("baru")]
    outcome = ask(partner)
    assert isinstance(outcome, Refused)
    assert outcome.code == "4015101"
    assert len(bank.heard) == 4


def test_without_a_token_nothing_was_done(partner: Partner, bank: ScriptedBank) -> None:
    said = {"responseCode": "4017300", "responseMessage": "Unauthorized. Signature"}
    bank.token_acts[:] = [answer(401, said)]
    outcome = ask(partner, Service.QR_GENERATE)
    assert isinstance(outcome, Refused)
    assert outcome.code == "4017300"
    bank.token_acts[:] = [token("")]
    assert ask(partner) == Unknown("Jawaban token tanpa accessToken.", OutgoingCall.objects.latest("pk").pk)
    assert len(bank.heard) == 2


@pytest.mark.parametrize(
    ("service", "times"), [(Service.QR_QUERY, 2), (Service.QR_GENERATE, 1), (Service.QR_CANCEL, 1)]
)
def test_a_lost_connection_is_retried_only_where_asking_twice_is_safe(
    partner: Partner, bank: ScriptedBank, service: Service, times: int
) -> None:
    bank.acts[:] = [hang_up]
    outcome = ask(partner, service)
    assert isinstance(outcome, Unknown)
    assert bank.paths().count(service.path) == times


def test_a_query_succeeds_on_its_second_try(partner: Partner, bank: ScriptedBank) -> None:
    bank.acts[:] = [hang_up, answer(200, QUERY_OK)]
    assert isinstance(ask(partner), Success)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    "act",
    [
        silent,
        drip(response(200, QUERY_OK)),
        drip(b"HTTP/1.1 200 OK\r\nX-Lama: " + b"x" * 500),
        drip(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + json.dumps(QUERY_OK).encode() + b" " * 500),
    ],
)
def test_a_bank_that_takes_too_long_is_cut_off_and_not_asked_again(
    partner: Partner, bank: ScriptedBank, act: Any
) -> None:
    bank.acts[:] = [act]
    held.token(partner, at=timezone.now())
    started = time.monotonic()
    outcome = ask(partner)
    assert time.monotonic() - started < 2
    assert isinstance(outcome, Unknown)
    assert "detik" in outcome.reason
    assert len(bank.heard) == 2


def test_a_redirect_is_not_followed(partner: Partner, bank: ScriptedBank) -> None:
    bank.acts[:] = [answer(307, QUERY_OK, Location="/v1.0/lain")]
    assert isinstance(ask(partner), Unknown)
    assert "/v1.0/lain" not in bank.paths()


def test_a_huge_answer_is_not_read(partner: Partner, bank: ScriptedBank) -> None:
    bank.acts[:] = [answer(200, b"{" + b" " * 3_000_000 + b"}")]
    outcome = ask(partner)
    assert isinstance(outcome, Unknown)
    assert "1 MB" in outcome.reason


def test_half_an_answer_is_unknown(partner: Partner, bank: ScriptedBank) -> None:
    bank.acts[:] = [answer(200, QR_OK, Content_Length="5000")]
    assert isinstance(ask(partner, Service.QR_GENERATE), Unknown)


def test_a_bank_that_is_not_there_is_unknown(db: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    outcome = ask(add_partner(base_url=f"http://127.0.0.1:{port}"))
    assert isinstance(outcome, Unknown)
    assert outcome.reason == "Sambungan ke bank ditolak."


def test_an_unknown_name_is_told_as_such(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    outcome = ask(add_partner(base_url="https://bank.invalid"))
    assert isinstance(outcome, Unknown)
    assert outcome.reason == "Nama alamat bank tidak ditemukan."


def self_signed(folder: Path, newest: ssl.TLSVersion) -> ssl.SSLContext:
    """A server whose certificate nobody vouches for."""
    key = keys.private_key(private_key("tls"))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(private_key("tls").encode() + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    context.maximum_version = newest
    return context


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2])
def test_a_certificate_nobody_vouches_for_and_old_tls_are_refused(
    db: None, tmp_path: Path, newest: ssl.TLSVersion
) -> None:
    with running(ScriptedBank(token_acts=[token()], tls=self_signed(tmp_path, newest))) as bank:
        outcome = ask(add_partner(base_url=bank.url))
        assert isinstance(outcome, Unknown)
        assert "TLS" in outcome.reason
        assert not bank.heard


def test_nothing_is_called_inside_a_transaction(partner: Partner, bank: ScriptedBank) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        ask(partner)
    held.token(partner, at=timezone.now())
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        ask(partner)
    assert len(bank.heard) == 1


def test_a_closed_partner_is_not_called(partner: Partner, bank: ScriptedBank) -> None:
    Partner.objects.update(is_active=False)
    assert ask(partner) == Unknown("Mitra bank tidak aktif; tidak ada yang dikirim.", None)
    assert not bank.heard


@pytest.mark.parametrize("field", ["client_secret", "private_key"])
def test_missing_credentials_are_told_and_nothing_is_sent(
    partner: Partner, bank: ScriptedBank, field: str
) -> None:
    setattr(partner, field, "")
    outcome = ask(partner)
    assert isinstance(outcome, Unknown)
    assert outcome.call_id is None
    assert outcome.reason.endswith("belum diisi.")
    assert "/v1.0/qr/qr-mpm-query" not in bank.paths()
    assert not OutgoingCall.objects.filter(state=State.SENT).exists()


def test_an_asymmetric_profile_signs_without_a_token(bank: ScriptedBank, db: None) -> None:
    partner = add_partner(
        base_url=bank.url + "/gerbang",
        path_prefix="/openapi",
        signature_mode="rsa",
        signature_encoding="hex",
    )
    assert isinstance(ask(partner), Success)
    (heard,) = bank.heard
    assert heard.path == "/gerbang/openapi/v1.0/qr/qr-mpm-query"
    assert "authorization" not in heard.headers
    match = signature.verify_rsa(
        [keys.public_of(private_key("kami"))],
        heard.headers["x-signature"],
        method="POST",
        paths=["/openapi/v1.0/qr/qr-mpm-query"],
        body=heard.body,
        timestamp=heard.headers["x-timestamp"],
    )
    assert match is not None
    assert match.encoding == "hex"


def test_binary_fractions_are_refused_before_anything_is_sent(partner: Partner, bank: ScriptedBank) -> None:
    for body in ({"amount": 1.5}, {"amount": {"value": [1.5]}}, {"when": timezone.now()}):
        with pytest.raises(BodyError):
            ask(partner, **body)
    assert not bank.heard


def test_nothing_secret_is_shown_or_logged(partner: Partner, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    outcome = ask(partner, originalPartnerReferenceNo="A1", customerNumber="6281388370001")
    shown = " ".join([repr(outcome), repr(partner), repr(vars(partner)), caplog.text, str(caplog.records)])
    secrets = ("rahasia-kami", "token-1", "6281388370001", private_key("kami")[40:80])
    assert not [secret for secret in secrets if secret in shown]
    assert "snap_call" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_the_intent_is_committed_before_the_call_leaves() -> None:
    seen: list[str] = []

    def look(stream: socket.socket, _: object) -> None:
        seen.extend(OutgoingCall.objects.filter(service="47").values_list("state", flat=True))
        connection.close()
        stream.sendall(response(200, QR_OK))

    with running(ScriptedBank(acts=[look], token_acts=[token()])) as bank:
        assert isinstance(ask(add_partner(base_url=bank.url), Service.QR_GENERATE), Success)
    assert seen == ["sent"]


@pytest.mark.django_db(transaction=True)
def test_many_callers_without_a_token_fetch_only_one() -> None:
    outcomes: list[client.Outcome] = []

    def one() -> None:
        try:
            outcomes.append(ask(caller))
        finally:
            connection.close()

    def slow_token(stream: socket.socket, heard: Any) -> None:
        time.sleep(0.3)
        token()(stream, heard)

    with running(ScriptedBank(acts=[answer(200, QUERY_OK)], token_acts=[slow_token])) as bank:
        caller = add_partner(base_url=bank.url)
        threads = [threading.Thread(target=one) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert bank.paths().count("/v1.0/access-token/b2b") == 1
    assert [type(outcome) for outcome in outcomes] == [Success] * 5
