from __future__ import annotations

import socket
from typing import Any

import pytest
from django.test import Client

from opd.models import AuditEvent, Role, User
from payments.snap import keys
from payments.snap.models import Partner, PartnerKey
from tests.opd.cast import person

pytestmark = pytest.mark.django_db
LIST = "/pengaturan/mitra/"
PROFILE: dict[str, Any] = {
    "slug": "bank-uji", "name": "Bank Uji", "base_url": "http://127.0.0.1:1",
    "path_prefix": "", "client_id": "kami",
    "partner_id": "kami", "channel_id": "95221", "signature_mode": "hmac", "signature_encoding": "base64",
    "inbound_client_id": "bank-uji", "inbound_mode": "hmac", "signed_path": "as_received",
    "signed_prefix": "",
    "clock_skew_seconds": "300", "allowed_addresses": "10.1.0.0/16\n10.2.0.1", "payment_identity": "rrn",
    "query_back": "always", "query_back_above": "",
}  # fmt: skip


@pytest.fixture
def admin(client: Client) -> User:
    user = person("admin", Role.ADMINISTRATOR)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


@pytest.fixture
def partner(client: Client, admin: User) -> Partner:
    answer = client.post(f"{LIST}baru/", PROFILE)
    assert answer.status_code == 302, answer.context["form"].errors
    return Partner.objects.get(slug="bank-uji")


def page(client: Client, address: str = f"{LIST}bank-uji/") -> str:
    return client.get(address).content.decode()


def test_partner_is_registered_with_its_addresses(partner: Partner) -> None:
    assert partner.allowed_addresses == ["10.1.0.0/16", "10.2.0.1"]
    assert AuditEvent.objects.filter(action="partner.register").count() == 1


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("base_url", "ftp://bank", "alamat bank"), ("allowed_addresses", "bukan-ip", "Bukan alamat IP"),
        ("clock_skew_seconds", "0", "3600"), ("query_back", "above", "Isi jumlah"),
        ("slug", "Dengan Spasi", "slug"),
    ],
)  # fmt: skip
def test_a_wrong_profile_is_refused_and_saves_nothing(
    client: Client, field: str, value: str, words: str
) -> None:
    text = client.post(f"{LIST}baru/", {**PROFILE, field: value}).content.decode()
    assert words.lower() in text.lower()
    assert not Partner.objects.exists()


def test_a_secret_is_kept_and_never_shown(client: Client, partner: Partner) -> None:
    client.post(f"{LIST}bank-uji/rahasia/", {"secret": "sangat-rahasia-sekali"})
    partner.refresh_from_db()
    assert partner.own_secret() == "sangat-rahasia-sekali"
    assert "sangat-rahasia" not in partner.client_secret + page(client) + page(
        client, f"{LIST}bank-uji/rahasia/"
    )


@pytest.mark.usefixtures("partner")
def test_the_banks_new_secret_is_shown_once(client: Client) -> None:
    shown = client.post(f"{LIST}bank-uji/rahasia-bank/")
    secret = shown.context["secret"]
    assert secret in shown.content.decode()
    assert secret not in page(client)


def test_our_key_is_replaced_without_a_gap(client: Client, partner: Partner) -> None:
    client.post(f"{LIST}bank-uji/kunci/", {"private_key": keys.new_private_key()})
    partner.refresh_from_db()
    old = partner.own_private_key()
    client.post(f"{LIST}bank-uji/kunci-cadangan/siapkan/")
    assert "Kunci publik cadangan" in page(client)
    partner.refresh_from_db()
    assert partner.own_private_key() == old
    client.post(f"{LIST}bank-uji/kunci-cadangan/pakai/")
    partner.refresh_from_db()
    assert partner.own_private_key() != old
    assert partner.own_private_key(upcoming=True) == old


def test_two_bank_keys_hold_at_once_and_the_last_one_stays(client: Client, partner: Partner) -> None:
    for label in ("lama", "baru"):
        public = keys.public_of(keys.new_private_key())
        client.post(f"{LIST}bank-uji/kunci-bank/", {"label": label, "public_key": public})
    first, last = PartnerKey.objects.order_by("pk")
    client.post(f"{LIST}bank-uji/kunci-bank/{first.pk}/akhiri/")
    client.post(f"{LIST}bank-uji/kunci-bank/{last.pk}/akhiri/")
    first.refresh_from_db()
    last.refresh_from_db()
    assert first.valid_to is not None
    assert last.valid_to is None
    assert "kunci bank yang terakhir" in page(client)


@pytest.mark.usefixtures("partner")
def test_a_text_that_is_no_key_is_refused(client: Client) -> None:
    text = client.post(
        f"{LIST}bank-uji/kunci-bank/", {"label": "x", "public_key": "bukan kunci"}
    ).content.decode()
    assert "kunci" in text.lower()
    assert not PartnerKey.objects.exists()


@pytest.mark.usefixtures("partner")
def test_trial_without_credentials_says_what_is_missing(client: Client) -> None:
    answer = client.post(f"{LIST}bank-uji/uji/", {"merchant_id": ""})
    assert [step.ok for step in answer.context["steps"]] == [False]
    assert "Kredensial" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_trial_against_a_closed_port_says_so_in_plain_words(client: Client) -> None:
    client.force_login(
        person("admin", Role.ADMINISTRATOR), backend="django.contrib.auth.backends.ModelBackend"
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    client.post(f"{LIST}baru/", {**PROFILE, "base_url": f"http://127.0.0.1:{port}"})
    client.post(f"{LIST}bank-uji/rahasia/", {"secret": "rahasia"})
    client.post(f"{LIST}bank-uji/kunci/", {"private_key": keys.new_private_key()})
    answer = client.post(f"{LIST}bank-uji/uji/", {"merchant_id": ""})
    assert [(step.name, step.ok) for step in answer.context["steps"]] == [
        ("Kredensial", True), ("Sambungan", False)
    ]  # fmt: skip


def test_a_closed_partner_says_so(client: Client, partner: Partner) -> None:
    client.post(f"{LIST}bank-uji/akses/", {"reason": "ganti bank"})
    partner.refresh_from_db()
    assert not partner.is_active
    assert "Ditutup" in page(client, LIST)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.KUASA_BUD, Role.TP2DD_MEMBER])
def test_only_the_administrator_reaches_partners(client: Client, role: Role) -> None:
    client.force_login(person("lain", role), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}baru/", PROFILE).status_code == 403
