"""Keeping partners: profiles, keys both ways, secrets, and what the settings page may show."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from opd import audit
from opd.models import AuditEvent, User
from payments.snap import held, keys, masking, queries, services, vault
from payments.snap.models import HeldToken, Partner
from payments.snap.services import PartnerError, Profile
from tests.opd.cast import person
from tests.snap.bank import SECRET, Bank, add_partner, private_key
from tests.snap.server import ScriptedBank, answer, running, token

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PROFILE = Profile(
    name="Bank Contoh",
    base_url="https://api.bank.example/gerbang",
    client_id="kami-01",
    partner_id="MITRA001",
    inbound_client_id="bank-01",
)


@pytest.fixture
def admin(db: None) -> User:
    return person("administrator")


@pytest.fixture
def partner(admin: User) -> Partner:
    return services.register_partner(slug="bank-contoh", profile=PROFILE, by=admin, at=AT)


def test_registering_keeps_the_profile_and_says_who_did_it(partner: Partner, admin: User) -> None:
    assert services.profile_of(Partner.objects.get()) == PROFILE
    event = AuditEvent.objects.get()
    assert (event.action, event.by, event.at) == ("partner.register", admin, AT)
    assert audit.describe(event.action) == "Mitra bank dicatat"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"base_url": "http://bank.example"}, "base_url"),
        ({"base_url": "ftp://bank.example"}, "base_url"),
        ({"base_url": "https://user:sandi@bank.example"}, "base_url"),
        ({"base_url": "https://bank.example/?a=1"}, "base_url"),
        ({"base_url": "https://bank.example:porta"}, "base_url"),
        ({"base_url": "bank.example"}, "base_url"),
        ({"path_prefix": "openapi"}, "path_prefix"),
        ({"path_prefix": "/openapi/"}, "path_prefix"),
        ({"path_prefix": "/a b"}, "path_prefix"),
        ({"client_id": "dua\nbaris"}, "client_id"),
        ({"partner_id": "kafé"}, "partner_id"),
        ({"channel_id": "123456"}, "channel_id"),
        ({"signature_mode": "md5"}, "signature_mode"),
        ({"allowed_addresses": ("10.0.0.300",)}, "allowed_addresses"),
        ({"clock_skew_seconds": 0}, "__all__"),
        ({"clock_skew_seconds": 3601}, "__all__"),
        ({"query_back": "above"}, "__all__"),
        ({"query_back": "above", "query_back_above": Decimal("0.00")}, "__all__"),
        ({"signed_path": "with_prefix"}, "__all__"),
    ],
)
def test_a_profile_that_can_not_be_is_refused_with_its_field(
    admin: User, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        services.register_partner(slug="x", profile=replace(PROFILE, **change), by=admin, at=AT)
    assert field in caught.value.message_dict
    assert not Partner.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("url", ["http://127.0.0.1:8001", "http://localhost:8001", "http://[::1]:8001"])
def test_plain_http_is_for_this_machine_only(admin: User, url: str) -> None:
    services.register_partner(slug="x", profile=replace(PROFILE, base_url=url), by=admin, at=AT)


def test_plain_http_to_another_machine_is_for_demonstrations(admin: User, settings: Settings) -> None:
    settings.DEMO = True
    profile = replace(PROFILE, base_url="http://sandbox:8001")
    services.register_partner(slug="x", profile=profile, by=admin, at=AT)


def test_two_partners_can_not_share_the_bank_s_client_id(partner: Partner, admin: User) -> None:
    with pytest.raises(ValidationError, match="sudah dipakai"):
        services.register_partner(slug="lain", profile=PROFILE, by=admin, at=AT)


def test_amending_records_what_changed_and_drops_the_token(partner: Partner, admin: User) -> None:
    HeldToken.objects.create(partner=partner, token="x", expires_at=AT)
    changed = replace(PROFILE, base_url="https://baru.bank.example", query_back="sweep")
    services.amend_partner(partner=partner, profile=changed, by=admin, at=AT)
    event = AuditEvent.objects.latest("pk")
    assert event.before == {"base_url": PROFILE.base_url, "query_back": "always"}
    assert event.after == {"base_url": "https://baru.bank.example", "query_back": "sweep"}
    assert HeldToken.objects.get().token == ""


def test_amending_nothing_writes_nothing(partner: Partner, admin: User) -> None:
    services.amend_partner(partner=partner, profile=PROFILE, by=admin, at=AT)
    assert AuditEvent.objects.count() == 1


def test_a_failed_audit_row_changes_nothing(
    partner: Partner, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("audit gagal")

    monkeypatch.setattr(audit, "record", broken)
    deeds: list[Callable[[], object]] = [
        lambda: services.set_own_secret(partner=partner, secret="s", by=admin, at=AT),
        lambda: services.prepare_own_key(partner=partner, by=admin, at=AT),
        lambda: services.issue_bank_secret(partner=partner, by=admin, at=AT),
        lambda: services.set_partner_active(partner=partner, active=False, reason="x", by=admin, at=AT),
        lambda: services.register_partner(
            slug="y", profile=replace(PROFILE, inbound_client_id=""), by=admin, at=AT
        ),
    ]
    before = list(Partner.objects.values())
    for deed in deeds:
        with pytest.raises(RuntimeError, match="audit gagal"):
            deed()
    assert list(Partner.objects.values()) == before


def test_our_key_rotates_without_a_gap(partner: Partner, admin: User) -> None:
    services.set_own_key(partner=partner, private_key=private_key("kami"), by=admin, at=AT)
    old = services.own_public_key(partner)
    upcoming = services.prepare_own_key(partner=partner, by=admin, at=AT)
    assert services.own_public_key(partner) == old
    assert services.own_public_key(partner, upcoming=True) == upcoming
    services.switch_own_key(partner=partner, by=admin, at=AT)
    fresh = Partner.objects.get()
    assert services.own_public_key(fresh) == upcoming
    assert services.own_public_key(fresh, upcoming=True) == old
    services.switch_own_key(partner=fresh, by=admin, at=AT)
    assert services.own_public_key(Partner.objects.get()) == old
    services.drop_next_key(partner=fresh, by=admin, at=AT)
    with pytest.raises(PartnerError, match="Belum ada kunci cadangan"):
        services.switch_own_key(partner=fresh, by=admin, at=AT)


@pytest.mark.parametrize("text", ["", "  ", "bukan kunci", "env:SECRET_KEY", "env:SNAP_TIDAK_ADA"])
def test_a_key_of_ours_that_can_not_be_used_is_refused(partner: Partner, admin: User, text: str) -> None:
    with pytest.raises(PartnerError):
        services.set_own_key(partner=partner, private_key=text, by=admin, at=AT)
    assert Partner.objects.get().private_key == ""


def test_the_bank_s_secret_is_shown_once_and_the_old_one_holds_a_while(partner: Partner, admin: User) -> None:
    first = services.issue_bank_secret(partner=partner, by=admin, at=AT)
    second = services.issue_bank_secret(partner=partner, by=admin, at=AT)
    fresh = Partner.objects.get()
    assert fresh.bank_secrets(at=AT + timedelta(hours=23)) == [second, first]
    assert fresh.bank_secrets(at=AT + timedelta(hours=24)) == [second]
    assert first not in json.dumps(list(AuditEvent.objects.values()), default=str)


def test_keys_of_the_bank_are_checked_and_the_last_one_stays(partner: Partner, admin: User) -> None:
    def add(text: str) -> Any:
        return services.add_bank_key(
            partner=partner, label="Kunci 2026", public_key=text, valid_from=AT, by=admin, at=AT
        )

    key = add(keys.public_of(private_key()))
    with pytest.raises(PartnerError, match="sudah tercatat"):
        add(key.public_key)
    with pytest.raises(PartnerError, match="tidak terbaca"):
        add("bukan kunci")
    with pytest.raises(PartnerError, match="terakhir"):
        services.end_bank_key(key=key, valid_to=AT, by=admin, at=AT)
    other = add(keys.public_of(private_key("bank baru")))
    services.end_bank_key(key=key, valid_to=AT + timedelta(days=1), by=admin, at=AT)
    assert list(partner.keys.valid(at=AT + timedelta(days=2))) == [other]
    assert set(partner.keys.valid(at=AT + timedelta(hours=1))) == {key, other}


def test_short_keys_are_refused(partner: Partner, admin: User) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    short = keys.public_pem(rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key())
    with pytest.raises(PartnerError, match="terlalu pendek"):
        services.add_bank_key(partner=partner, label="x", public_key=short, valid_from=AT, by=admin, at=AT)


def test_closing_a_partner_closes_both_ways(admin: User) -> None:
    bank = Bank(add_partner())
    services.set_partner_active(
        partner=bank.partner, active=False, reason="Kontrak berakhir", by=admin, at=AT
    )
    assert bank.notify().code == "4035201"
    assert AuditEvent.objects.latest("pk").reason == "Kontrak berakhir"


def steps(partner: Partner, **options: Any) -> list[tuple[str, bool]]:
    found = services.test_call(partner, at=timezone.now(), **options)
    assert all(step.text for step in found)
    return [(step.name, step.ok) for step in found]


def last_text(partner: Partner) -> str:
    return services.test_call(partner, at=timezone.now())[-1].text


NOT_FOUND = {"responseCode": "4045101", "responseMessage": "Transaction Not Found"}


def test_a_sound_connection_passes_every_step(db: None) -> None:
    with running(ScriptedBank(acts=[answer(404, NOT_FOUND)], token_acts=[token()])) as bank:
        assert steps(add_partner(base_url=bank.url)) == [
            *(("Kredensial", True), ("Sambungan", True), ("Token", True), ("Pertanyaan", True))
        ]
        asymmetric = add_partner("asimetris", base_url=bank.url, signature_mode="rsa")
        assert steps(asymmetric)[-1] == ("Pertanyaan", True)
    assert AuditEvent.objects.latest("pk").after == {"passed": True, "steps": 3}


def test_the_next_key_can_be_tried_before_the_switch(admin: User) -> None:
    with running(ScriptedBank(acts=[answer(404, NOT_FOUND)], token_acts=[token()])) as bank:
        partner = add_partner(base_url=bank.url)
        assert steps(partner, upcoming_key=True) == [("Kredensial", False)]
        services.prepare_own_key(partner=partner, by=admin, at=AT)
        assert steps(partner, upcoming_key=True)[-1] == ("Pertanyaan", True)


def said(code: str, message: str) -> Any:
    return answer(int(code[:3]), {"responseCode": code, "responseMessage": message})


@pytest.mark.parametrize(
    ("act", "advice"),
    [
        (said("4017300", "Unauthorized. Unknown Client"), "Periksa client id"),
        (said("4017300", "Unauthorized. Signature"), "kunci publik kami"),
        (said("4007301", "Invalid Field Format X-TIMESTAMP"), "jam server"),
        (said("4037301", "Feature Not Allowed"), "alamat IP"),
        (answer(404, b"<html>"), "awalan jalur"),
        (answer(302, b"", Location="https://lain"), "mengalihkan"),
        (answer(503, b"sibuk"), "sedang bermasalah"),
        (answer(200, b"<html>"), "bukan layanan SNAP"),
        (token(""), "tanpa accessToken"),
    ],
)
def test_what_is_wrong_with_the_token_is_told_plainly(db: None, act: Any, advice: str) -> None:
    with running(ScriptedBank(token_acts=[act])) as bank:
        found = services.test_call(add_partner(base_url=bank.url), at=timezone.now())
    assert (found[-1].name, found[-1].ok) == ("Token", False)
    assert advice in found[-1].text


@pytest.mark.parametrize(
    ("code", "message", "ok", "advice"),
    [
        ("4015100", "Unauthorized. Signature", False, "client secret"),
        ("4015101", "Invalid Token (B2B)", False, "menolak token"),
        ("4015100", "Unauthorized. Unknown Partner", False, "X-PARTNER-ID"),
        ("4005102", "Invalid Mandatory Field X-PARTNER-ID", False, "X-PARTNER-ID"),
        ("4005102", "Invalid Mandatory Field merchantId", True, "isian lain"),
        ("4045116", "Partner Not Found", True, "diterima"),
        ("4045102", "Invalid Routing", False, "awalan jalur"),
        ("4035106", "Feature Not Allowed At This Time", False, "membuka layanan"),
    ],
)
def test_what_is_wrong_with_the_question_is_told_plainly(
    db: None, code: str, message: str, ok: bool, advice: str
) -> None:
    with running(ScriptedBank(acts=[said(code, message)], token_acts=[token()])) as bank:
        found = services.test_call(add_partner(base_url=bank.url), at=timezone.now())
    assert (found[-1].name, found[-1].ok) == ("Pertanyaan", ok)
    assert advice in found[-1].text


def test_a_wrong_clock_is_found_by_the_bank_s_date(db: None) -> None:
    given = {"responseCode": "2007300", "responseMessage": "Successful", "accessToken": "t"}
    act = answer(200, given, Date="Mon, 01 Jan 2024 00:00:00 GMT")
    with running(ScriptedBank(token_acts=[act])) as bank:
        found = services.test_call(add_partner(base_url=bank.url), at=timezone.now())
    assert (found[-1].name, found[-1].ok) == ("Jam", False)
    assert "NTP" in found[-1].text


def test_an_address_nobody_listens_on_is_told_plainly(db: None) -> None:
    assert steps(add_partner()) == [("Kredensial", True), ("Sambungan", False)]
    assert "firewall" in last_text(Partner.objects.get())


def test_the_list_counts_what_matters_in_two_queries(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bank = Bank(add_partner())
    add_partner("bank-lain")
    bank.notify()
    bank.notify(secret="palsu")
    with django_assert_num_queries(2):
        lain, uji = queries.partners(at=timezone.now())
    assert (uji.partner, uji.valid_keys, uji.waiting) == (bank.partner, 1, 1)
    assert uji.last_message_at is not None
    assert (lain.waiting, lain.last_call_state) == (0, "")


def test_messages_and_calls_are_shown_masked(db: None) -> None:
    bank = Bank(add_partner())
    bank.notify({"customerNumber": "6281388370001", "amount": {"value": "13000.00", "currency": "IDR"}})
    bank.notify(b"bukan json")
    broken, sound = queries.recent_messages(bank.partner)
    assert "bukan objek JSON" in broken.body
    assert "•••001" in sound.body
    assert "6281388370001" not in sound.body
    assert "13000.00" in sound.body
    assert sound.service_name == "/v1.0/qr/qr-mpm-notify"
    with running(ScriptedBank(acts=[answer(404, NOT_FOUND)], token_acts=[token()])) as server:
        partner = add_partner("bank-lain", base_url=server.url)
        services.test_call(partner, at=timezone.now())
    question, asked = queries.recent_calls(partner)
    assert "Transaction Not Found" in question.response
    assert asked.response == ""


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("customerNumber", "6281388370001", "•••001"),
        ("destinationAccountName", "John Doe", "•••Doe"),
        ("virtualAccountEmail", "a@b.c", "•••"),
        ("sourceAccountNo", 888801000157508, "•••508"),
        ("merchantName", "UJI COBA RBK", "UJI COBA RBK"),
        ("accountType", "tabungan", "tabungan"),
        ("accessToken", "abcdefghij", "•••"),
        ("rrn", "123456789012", "123456789012"),
        ("customers", [{"payerName": "Seseorang"}], [{"payerName": "•••ang"}]),
    ],
)
def test_people_are_masked_and_money_is_not(name: str, value: object, shown: object) -> None:
    assert masking.masked({name: value}) == {name: shown}


def test_credentials_are_described_and_never_shown(partner: Partner, admin: User) -> None:
    services.set_own_key(partner=partner, private_key=private_key("kami"), by=admin, at=AT)
    services.set_own_secret(partner=partner, secret="env:SNAP_UJI", by=admin, at=AT)
    found = {entry.label: entry for entry in queries.credentials(partner)}
    assert found["Client secret kami"].origin == "lingkungan (SNAP_UJI)"
    assert found["Kunci privat kami"].fingerprint == keys.fingerprint(keys.public_of(private_key("kami")))
    assert found["Kunci privat cadangan"].origin == ""


def test_a_held_token_that_can_not_be_opened_is_fetched_anew(db: None) -> None:
    with running(ScriptedBank(token_acts=[token("baru")])) as bank:
        partner = add_partner(base_url=bank.url)
        later = timezone.now() + timedelta(hours=1)
        HeldToken.objects.create(partner=partner, token="rusak", expires_at=later)
        assert held.token(partner, at=timezone.now()) == "baru"


def test_sealed_text_never_holds_the_plain_one() -> None:
    assert SECRET not in vault.seal(SECRET)
    assert vault.origin(vault.seal(SECRET)) == "tersimpan terenkripsi"
