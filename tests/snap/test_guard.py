"""The guard of our SNAP endpoints: every way to be refused, with its exact code and its row."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import override_settings
from django.utils import timezone

from opd.office import crypto
from payments.snap import issued, keys, limits, registry, services, signature, vault
from payments.snap.clock import format_timestamp
from payments.snap.codes import Service
from payments.snap.models import InboxMessage, IssuedToken, Partner, ReplayClaim
from payments.snap.registry import Notice
from payments.snap.views import receive
from tests.snap.bank import NOTICE, NOTIFY, Bank, add_key, add_partner, last_message, private_key

State = InboxMessage.State


def stamp(**ahead: int) -> str:
    return format_timestamp(timezone.now() + timedelta(**ahead))


def test_a_signed_notice_is_accepted_and_kept_encrypted(bank: Bank) -> None:
    said = bank.notify()
    assert (said.status, said.code, said.message) == (200, "2005200", "Successful")
    assert "X-TIMESTAMP" in said.headers
    message = last_message()
    assert message.state == State.ACCEPTED
    assert message.partner == bank.partner
    assert message.verdict == "2005200"
    assert b"6281388370001" not in bytes(message.body or b"")
    assert json.loads(crypto.decrypt(bytes(message.body or b""))) == NOTICE
    assert ReplayClaim.objects.get().message == message


def test_a_token_is_never_kept_in_plain(bank: Bank) -> None:
    token = bank.token()
    bank.notify(token=token)
    assert token not in json.dumps(last_message().headers)
    assert last_message().headers["authorization"] == f"Bearer sha256:{issued.digest(token)}"
    assert not IssuedToken.objects.filter(token_hash=token).exists()


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("X-TIMESTAMP", "4005202", "Invalid Mandatory Field X-TIMESTAMP"),
        ("X-SIGNATURE", "4005202", "Invalid Mandatory Field X-SIGNATURE"),
        ("X-PARTNER-ID", "4005202", "Invalid Mandatory Field X-PARTNER-ID"),
        ("X-EXTERNAL-ID", "4005202", "Invalid Mandatory Field X-EXTERNAL-ID"),
        ("CHANNEL-ID", "4005202", "Invalid Mandatory Field CHANNEL-ID"),
        ("Authorization", "4005202", "Invalid Mandatory Field Authorization"),
    ],
)
def test_a_missing_header_is_named(bank: Bank, name: str, code: str, message: str) -> None:
    said = bank.notify(headers={name: None})
    assert (said.status, said.code, said.message) == (400, code, message)
    assert_refused(code)


def assert_refused(code: str, claims: int = 0) -> None:
    message = last_message()
    assert (message.state, message.verdict) == (State.REFUSED, code)
    assert message.reason
    assert ReplayClaim.objects.count() == claims


@pytest.mark.parametrize(
    ("changes", "code", "detail"),
    [
        ({"headers": {"X-TIMESTAMP": "24/11/2026 14:05"}}, "4005201", "X-TIMESTAMP"),
        ({"headers": {"X-TIMESTAMP": "2026-11-24T14:05:00"}}, "4005201", "X-TIMESTAMP"),
        ({"headers": {"X-EXTERNAL-ID": "bukan-angka"}}, "4005201", "X-EXTERNAL-ID"),
        ({"headers": {"X-EXTERNAL-ID": "1" * 37}}, "4005201", "X-EXTERNAL-ID"),
        ({"headers": {"X-PARTNER-ID": "p" * 37}}, "4005201", "X-PARTNER-ID"),
        ({"headers": {"CHANNEL-ID": "952211"}}, "4005201", "CHANNEL-ID"),
        ({"content_type": "text/plain"}, "4005201", "Content-Type"),
        ({"headers": {"Authorization": "Basic abc"}}, "4015201", ""),
        ({"headers": {"Authorization": "Bearer token-karangan"}}, "4015201", ""),
        ({"headers": {"X-SIGNATURE": "AAAA"}}, "4015200", "Signature"),
        ({"headers": {"X-SIGNATURE": "bukan base64 \u00e9"}}, "4015200", "Signature"),
        ({"secret": "rahasia lain"}, "4015200", "Signature"),
        ({"signed_content": b"{}"}, "4015200", "Signature"),
        ({"signed_path": "/v1.0/qr/qr-mpm-notify"}, "4015200", "Signature"),
    ],
)
def test_a_wrong_request_gets_its_exact_code(
    bank: Bank, changes: dict[str, Any], code: str, detail: str
) -> None:
    said = bank.notify(**changes)
    assert (said.status, said.code) == (int(code[:3]), code)
    assert said.message.endswith(detail)
    assert_refused(code)


@pytest.mark.parametrize("ahead", [{"seconds": 301}, {"seconds": -301}, {"days": 1}, {"days": -400}])
def test_a_clock_too_far_away_is_refused(bank: Bank, ahead: dict[str, int]) -> None:
    assert bank.notify(timestamp=stamp(**ahead)).code == "4005201"
    assert_refused("4005201")


@pytest.mark.parametrize("text", ["Z", "milliseconds"])
def test_other_forms_of_the_time_are_accepted_as_signed(bank: Bank, text: str) -> None:
    now = timezone.now()
    form = now.strftime("%Y-%m-%dT%H:%M:%SZ") if text == "Z" else now.isoformat(timespec="milliseconds")
    assert bank.notify(timestamp=form).code == "2005200"


def test_each_partner_has_its_own_clock_skew(bank: Bank) -> None:
    add_partner("bank-longgar", clock_skew_seconds=3600)
    assert bank.notify(timestamp=stamp(seconds=600)).code == "4005201"
    assert last_message().partner == bank.partner
    loose = Bank(Partner.objects.get(slug="bank-longgar"))
    assert loose.notify(timestamp=stamp(seconds=600)).code == "2005200"


@pytest.mark.parametrize(
    "body", [b" ", b"[]", b'"teks"', b"{rusak", b"\xff\xfe", b'{"a":NaN}', b'{"a":"\\u0000"}', b"[" * 60_000]
)
def test_a_signed_body_that_is_no_usable_object_is_refused_and_kept(bank: Bank, body: bytes) -> None:
    said = bank.notify(body)
    assert (said.status, said.code) == (400, "4005200")
    assert_refused("4005200")
    assert crypto.decrypt(bytes(last_message().body or b"")) == body


def test_an_oversized_body_is_refused_and_only_its_beginning_kept(bank: Bank) -> None:
    body = json.dumps(NOTICE | {"filler": "x" * 70_000}).encode()
    assert bank.notify(body).code == "4005200"
    assert_refused("4005200")
    message = last_message()
    assert message.body_size == len(body)
    assert crypto.decrypt(bytes(message.body or b"")) == body[:4096]


def test_the_largest_allowed_body_passes(bank: Bank) -> None:
    empty = len(json.dumps({"filler": ""}))
    assert bank.notify({"filler": "x" * (65_536 - empty)}).code == "2005200"
    assert bank.notify({"filler": "x" * (65_537 - empty)}).code == "4005200"


def test_an_address_outside_the_list_is_refused(bank: Bank) -> None:
    Partner.objects.update(allowed_addresses=["10.1.0.0/16", "2001:db8::/32"])
    assert bank.notify(REMOTE_ADDR="10.2.0.1").code == "4035201"
    assert_refused("4035201")
    assert bank.notify(REMOTE_ADDR="10.1.9.9").code == "2005200"
    assert bank.notify(REMOTE_ADDR="::ffff:10.1.9.9").code == "2005200"
    assert bank.notify(REMOTE_ADDR="2001:db8::1").code == "2005200"


def test_one_partner_can_not_use_the_addresses_of_another(bank: Bank) -> None:
    add_partner("bank-lain", allowed_addresses=["10.9.0.1"])
    Partner.objects.filter(pk=bank.partner.pk).update(allowed_addresses=["10.1.0.1"])
    assert bank.notify(REMOTE_ADDR="10.9.0.1").code == "4035201"
    assert last_message().partner == bank.partner


def test_behind_our_proxy_the_forwarded_address_counts(bank: Bank) -> None:
    Partner.objects.update(allowed_addresses=["10.1.0.1"])
    forwarded = {"X-Forwarded-For": "10.1.0.1, 203.0.113.9"}
    with override_settings(BEHIND_PROXY=True):
        assert bank.notify(headers=forwarded).code == "4035201"
        assert bank.notify(headers={"X-Forwarded-For": "203.0.113.9, 10.1.0.1"}).code == "2005200"
    assert bank.notify(headers={"X-Forwarded-For": "10.1.0.1"}).code == "4035201"


def test_the_same_external_id_twice_in_a_day_is_a_conflict(bank: Bank) -> None:
    assert bank.notify(external_id="777").code == "2005200"
    first = last_message()
    said = bank.notify(external_id="777")
    assert (said.status, said.code, said.message) == (409, "4095200", "Conflict")
    assert_refused("4095200", claims=1)
    assert last_message().reason == f"X-EXTERNAL-ID sudah dipakai pesan {first.pk}"


def test_a_forged_notice_with_a_real_external_id_does_not_block_the_real_one(bank: Bank) -> None:
    assert bank.notify(external_id="888", secret="palsu").code == "4015200"
    assert bank.notify(external_id="888", headers={"Authorization": "Bearer palsu"}).code == "4015201"
    assert bank.notify(external_id="888").code == "2005200"


def test_a_signed_but_broken_body_does_not_use_up_its_external_id(bank: Bank) -> None:
    assert bank.notify(b"{rusak", external_id="999").code == "4005200"
    assert bank.notify(external_id="999").code == "2005200"


def test_the_day_of_an_external_id_is_the_one_that_was_signed(bank: Bank, time_machine: Any) -> None:
    """A request sent at 23:59 WIB and replayed after midnight is the same request."""
    time_machine.move_to("2026-11-24T23:59:00+07:00", tick=False)
    sent, token = format_timestamp(timezone.now()), bank.token()
    assert bank.notify(external_id="42", timestamp=sent, token=token).code == "2005200"
    time_machine.move_to("2026-11-25T00:01:00+07:00", tick=False)
    assert bank.notify(external_id="42", timestamp=sent, token=token).code == "4095200"
    assert bank.notify(external_id="42").code == "2005200"


def test_two_partners_may_use_the_same_external_id(bank: Bank) -> None:
    other = Bank(add_partner("bank-lain"))
    assert bank.notify(external_id="555").code == "2005200"
    assert other.notify(external_id="555").code == "2005200"


def test_a_token_of_one_bank_with_the_secret_of_another_is_refused(bank: Bank) -> None:
    other = Bank(add_partner("bank-lain", inbound_client_secret=vault.seal("rahasia lain")))
    assert bank.notify(token=other.token()).code == "4015200"


def test_an_expired_token_is_refused(bank: Bank, time_machine: Any) -> None:
    time_machine.move_to("2026-11-24T10:00:00+07:00", tick=False)
    token = bank.token()
    time_machine.move_to("2026-11-24T10:14:59+07:00", tick=False)
    assert bank.notify(token=token).code == "2005200"
    time_machine.move_to("2026-11-24T10:15:00+07:00", tick=False)
    assert bank.notify(token=token).code == "4015201"


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_demo": True}])
def test_a_partner_that_may_not_be_used_is_a_stranger(bank: Bank, change: dict[str, bool]) -> None:
    add_partner("bank-lain")
    Partner.objects.filter(pk=bank.partner.pk).update(**change)
    assert bank.notify().code == "4015201"
    assert bank.ask_token().code == "4017300"


def test_without_any_partner_all_are_refused(db: None) -> None:
    stranger = Bank(Partner(inbound_client_id="siapa"))
    assert stranger.notify(token="x").code == "4035201"


@pytest.mark.parametrize(
    ("mode", "prefix", "signed"),
    [
        ("as_received", "", NOTIFY),
        ("with_prefix", "/gerbang", "/gerbang" + NOTIFY),
        ("with_prefix", "/gerbang", NOTIFY),
        ("without_prefix", "", "/v1.0/qr/qr-mpm-notify"),
        ("without_prefix", "", NOTIFY),
    ],
)
def test_the_path_may_be_signed_as_the_profile_says(bank: Bank, mode: str, prefix: str, signed: str) -> None:
    Partner.objects.update(signed_path=mode, signed_prefix=prefix)
    assert bank.notify(signed_path=signed).code == "2005200"
    assert last_message().reason.endswith(signed)


def test_the_query_string_belongs_to_the_signed_path(bank: Bank) -> None:
    assert bank.notify(path=NOTIFY + "?a=1&b=%2F").code == "2005200"
    assert bank.notify(path=NOTIFY + "?a=1", signed_path=NOTIFY).code == "4015200"


def test_hex_signatures_and_reminified_bodies_are_accepted_and_noted(bank: Bank) -> None:
    spaced = json.dumps(NOTICE, indent=2).encode()
    compact = json.dumps(NOTICE, separators=(",", ":")).encode()
    assert bank.notify(spaced, signed_content=compact, encoding="hex").code == "2005200"
    assert last_message().reason.startswith("minified; hex")


def asymmetric(bank: Bank, private: str, partner_id: str) -> str:
    content, timestamp = json.dumps(NOTICE).encode(), stamp()
    text = signature.transaction_string(
        method="POST", path=NOTIFY, body=content, timestamp=timestamp, token=None
    )
    signed = signature.sign_rsa(private, text)
    headers = {"Authorization": None, "X-SIGNATURE": signed, "X-PARTNER-ID": partner_id}
    return bank.notify(content, timestamp=timestamp, headers=headers).code


def test_asymmetric_signatures_need_no_token(bank: Bank) -> None:
    Partner.objects.update(inbound_mode="rsa")
    assert asymmetric(bank, private_key(), bank.partner.inbound_client_id) == "2005200"
    assert asymmetric(bank, private_key(), bank.partner.partner_id) == "2005200"
    assert asymmetric(bank, private_key("palsu"), bank.partner.partner_id) == "4015200"
    assert asymmetric(bank, private_key(), "siapa") == "4015203"


def test_the_client_secret_rotates_without_a_gap(bank: Bank) -> None:
    Partner.objects.update(
        inbound_client_secret=vault.seal("rahasia baru"),
        previous_inbound_secret=vault.seal("rahasia-bank-uji"),
        previous_inbound_until=timezone.now() + timedelta(hours=1),
    )
    assert bank.notify().code == "2005200"
    assert bank.notify(secret="rahasia baru").code == "2005200"
    Partner.objects.update(previous_inbound_until=timezone.now())
    assert bank.notify().code == "4015200"


def test_a_secret_of_ours_that_is_missing_is_our_error(bank: Bank) -> None:
    Partner.objects.update(inbound_client_secret="env:SNAP_TIDAK_ADA")
    assert bank.notify().code == "5005200"
    assert_refused("5005200")


def test_unproven_input_is_limited_but_the_real_bank_passes(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PER_ADDRESS", 3)
    for _ in range(3):
        assert bank.notify(secret="palsu").code == "4015200"
    said = bank.notify(secret="palsu")
    assert (said.status, said.code, said.message) == (429, "4295200", "Too Many Requests")
    assert InboxMessage.objects.count() == 3
    assert bank.notify().code == "2005200"
    assert bank.notify(secret="palsu", REMOTE_ADDR="10.0.0.9").code == "4015200"


def test_unproven_input_is_limited_over_all_addresses(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IN_ALL", 2)
    for place in range(3):
        said = bank.notify(secret="palsu", REMOTE_ADDR=f"10.0.0.{place}")
    assert said.code == "4295200"
    assert bank.notify(external_id="31").code == "2005200"
    assert bank.notify(external_id="31").code == "4095200"


def test_a_chunked_body_is_read_to_its_end() -> None:
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": NOTIFY,
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": io.BytesIO(b'{"a":1}'),
        "wsgi.input_terminated": True,
    }
    arrival = receive(WSGIRequest(environ), Service.QR_NOTIFY)
    assert (arrival.body, arrival.size) == (b'{"a":1}', 7)


def test_only_post_is_a_function_here(bank: Bank) -> None:
    answer = bank.client.get(NOTIFY)
    assert (answer.status_code, answer.json()["responseCode"]) == (405, "4055200")
    assert not InboxMessage.objects.exists()


def test_the_handler_gets_the_notice_in_the_same_transaction(bank: Bank) -> None:
    seen: list[Notice] = []
    registry.register(Service.QR_NOTIFY, seen.append)
    bank.notify(b'{"amount":{"value":"13000.00"},"n":1.50}')
    (notice,) = seen
    assert notice.inbox_id == last_message().pk
    assert notice.partner_id == bank.partner.pk
    assert str(notice.body["n"]) == "1.50"
    assert services.notice(notice.inbox_id) == notice
    assert "13000" not in repr(notice)


def test_a_handler_that_fails_loses_nothing(bank: Bank) -> None:
    def broken(notice: Notice) -> None:
        add_partner("setengah-jadi")
        raise RuntimeError("gagal")

    registry.register(Service.QR_NOTIFY, broken)
    assert bank.notify().code == "2005200"
    assert not Partner.objects.filter(slug="setengah-jadi").exists()
    (notice,) = services.pending(Service.QR_NOTIFY, 10)
    assert notice.inbox_id == last_message().pk


def test_a_breakdown_of_ours_is_answered_as_snap_says(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> bool:
        raise OSError("basis data hilang")

    monkeypatch.setattr(limits, "share", broken)
    said = bank.notify()
    assert (said.status, said.code) == (500, "5005200")


def test_messages_are_worked_off_once(bank: Bank) -> None:
    bank.notify()
    bank.notify()
    first, second = services.pending(Service.QR_NOTIFY, 10)
    assert services.pending(Service.QR_NOTIFY, 1) == [first]
    assert services.mark_processed(first.inbox_id, "dibukukan", at=timezone.now())
    assert not services.mark_processed(first.inbox_id, "dibukukan lagi", at=timezone.now())
    assert InboxMessage.objects.get(pk=first.inbox_id).outcome == "dibukukan"
    assert services.pending(Service.QR_NOTIFY, 10) == [second]
    with pytest.raises(ValueError, match="kosong"):
        services.mark_processed(second.inbox_id, "", at=timezone.now())


def test_a_refused_message_is_never_worked_off(bank: Bank) -> None:
    bank.notify(secret="palsu")
    refused = last_message()
    assert services.notice(refused.pk) is None
    assert services.pending(Service.QR_NOTIFY, 10) == []
    with pytest.raises(services.InboxError):
        services.mark_processed(refused.pk, "dibukukan", at=timezone.now())


def test_two_handlers_for_one_service_are_an_error() -> None:
    def first(notice: Notice) -> None: ...
    def second(notice: Notice) -> None: ...

    registry.register(Service.QR_NOTIFY, first)
    registry.register(Service.QR_NOTIFY, first)
    with pytest.raises(ValueError, match="sudah punya penerima"):
        registry.register(Service.QR_NOTIFY, second)


def test_a_token_is_given_for_fifteen_minutes(bank: Bank) -> None:
    said = bank.ask_token()
    assert (said.status, said.code) == (200, "2007300")
    assert said.body["tokenType"] == "Bearer"
    assert said.body["expiresIn"] == "900"
    assert bank.notify(token=said.body["accessToken"]).code == "2005200"
    assert InboxMessage.objects.get(service="73").outcome == "token diberikan"


@pytest.mark.parametrize(
    "content", [b'{"grant_type":"client_credentials"}', b'{ "grantType": "client_credentials" }']
)
def test_both_spellings_of_the_grant_are_known(bank: Bank, content: bytes) -> None:
    assert bank.ask_token(content=content, encoding="hex").code == "2007300"


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"client_id": "siapa"}, "4017300", "Unauthorized. Unknown Client"),
        ({"private": private_key("palsu")}, "4017300", "Unauthorized. Signature"),
        ({"content": b"{}"}, "4007302", "Invalid Mandatory Field grantType"),
        ({"content": b'{"grantType":"password"}'}, "4007301", "Invalid Field Format grantType"),
        ({"content": b"[]"}, "4007300", "Bad Request"),
        ({"content": b"{" + b" " * 70_000 + b"}"}, "4007300", "Bad Request"),
        ({"headers": {"X-CLIENT-KEY": None}}, "4007302", "Invalid Mandatory Field X-CLIENT-KEY"),
        ({"headers": {"X-TIMESTAMP": None}}, "4007302", "Invalid Mandatory Field X-TIMESTAMP"),
        ({"headers": {"X-SIGNATURE": None}}, "4007302", "Invalid Mandatory Field X-SIGNATURE"),
        ({"headers": {"X-CLIENT-KEY": "k" * 101}}, "4007301", "Invalid Field Format X-CLIENT-KEY"),
        ({"timestamp": "2020-01-01T00:00:00+07:00"}, "4007301", "Invalid Field Format X-TIMESTAMP"),
        (
            {"content_type": "application/x-www-form-urlencoded"},
            "4007301",
            "Invalid Field Format Content-Type",
        ),
    ],
)
def test_a_wrong_token_request_gets_its_exact_code(
    bank: Bank, changes: dict[str, Any], code: str, message: str
) -> None:
    said = bank.ask_token(**changes)
    assert (said.code, said.message) == (code, message)
    assert_refused(code)
    assert not IssuedToken.objects.exists()


def test_the_bank_rotates_its_key_without_a_gap(bank: Bank) -> None:
    new = private_key("bank baru")
    assert bank.ask_token(private=new).code == "4017300"
    add_key(bank.partner, new)
    assert bank.ask_token().code == bank.ask_token(private=new).code == "2007300"
    old = bank.partner.keys.get(fingerprint=keys.fingerprint(keys.public_of(private_key())))
    old.valid_to = timezone.now()
    old.save()
    assert bank.ask_token().code == "4017300"
    assert bank.ask_token(private=new).code == "2007300"
