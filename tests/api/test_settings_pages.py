"""The administrator's pages: secrets are shown once, rights change with a second factor alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from opd.models import AuditEvent, Role, User
from payments.incoming.models import Payment
from tests.api.cast import System, registered
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.office.factor import give_factor
from tests.opd.cast import person
from tests.reconciliation.scene import Scene
from tp2dd.api.models import AccessToken, Attempt, Consumer, Delivery, DeliveryState, Subscription

pytestmark = pytest.mark.django_db
NEW = {
    "name": "SIPD Kementerian", "owner": "Kemendagri", "purpose": "Rekap nasional", "contact": "Pusdatin",
    "letter_number": "900/1/2026", "letter_date": "2026-01-02", "valid_from": "2026-01-02",
    "valid_to": "2099-12-31", "addresses": "203.0.113.7, 198.51.100.0/24", "per_minute": "60",
}  # fmt: skip
TOKEN = {"label": "produksi", "scopes": ["payments.read", "levies.read"], "until": "2098-01-01"}


@pytest.fixture
def browser_of(client: Client, admin: User) -> Client:
    give_factor(client, admin)
    return client


def test_from_the_letter_to_the_first_call(browser_of: Client) -> None:
    made = browser_of.post(reverse("api_settings:consumer_create"), NEW)
    consumer = Consumer.objects.get()
    assert made["Location"] == reverse("api_settings:consumer_detail", args=[consumer.pk])
    assert consumer.addresses == ["203.0.113.7/32", "198.51.100.0/24"]
    shown = browser_of.post(reverse("api_settings:token_create", args=[consumer.pk]), TOKEN)
    key = shown.context["key"]
    assert key in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert key not in browser_of.get(made["Location"]).content.decode()
    called = Client().get(
        "/api/v1/payments", headers={"Authorization": f"Bearer {key}"}, REMOTE_ADDR="203.0.113.7"
    )
    assert called.status_code == 200
    page = browser_of.get(made["Location"]).content.decode()
    assert "belum pernah" not in page
    access = AccessToken.objects.get()
    revoke = reverse("api_settings:token_revoke", args=[access.pk])
    assert "Token dicabut" in browser_of.post(revoke, {"reason": "bocor"}, follow=True).content.decode()
    assert "sudah dicabut" in browser_of.post(revoke, {"reason": "lagi"}, follow=True).content.decode()
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"api.register", "api.issue", "api.revoke"} <= actions


def test_without_a_second_factor_nothing_is_made(client: Client, system: System) -> None:
    client.force_login(system.admin, backend="django.contrib.auth.backends.ModelBackend")
    made = Consumer.objects.count(), AccessToken.objects.count()
    for name, form in (
        ("token_create", TOKEN), ("subscription_create", {"url": "https://x.id/"}),
        ("consumer_close", {"reason": "x"}),
    ):  # fmt: skip
        answer = client.post(reverse(f"api_settings:{name}", args=[system.consumer.pk]), form)
        assert "autentikator" in answer.content.decode()
    client.post(reverse("api_settings:consumer_create"), NEW)
    client.post(reverse("api_settings:token_revoke", args=[system.access.pk]), {"reason": "x"})
    assert (Consumer.objects.count(), AccessToken.objects.count()) == made
    assert not AccessToken.objects.exclude(revoked_at=None).exists()
    assert not Subscription.objects.exists()


def test_nobody_else_has_it_in_the_menu(client: Client) -> None:
    for role in (Role.AUDITOR, Role.KUASA_BUD, Role.TP2DD_MEMBER):
        client.force_login(person(role, role), backend="django.contrib.auth.backends.ModelBackend")
        assert "Akses sistem lain" not in client.get("/kantor/").content.decode()


def test_what_the_forms_refuse(browser_of: Client, system: System) -> None:
    create = reverse("api_settings:consumer_create")
    assert "Tulis alamat IP" in browser_of.post(create, NEW | {"addresses": "x"}).content.decode()
    again = NEW | {"name": system.consumer.name}
    assert "sudah terdaftar" in browser_of.post(create, again).content.decode()
    token = reverse("api_settings:token_create", args=[system.consumer.pk])
    assert "paling lama" in browser_of.post(token, TOKEN | {"until": "2199-01-01"}).content.decode()
    assert "dalam jaringan" in browser_of.post(
        reverse("api_settings:subscription_create", args=[system.consumer.pk]),
        {"url": "https://10.0.0.1/", "events": ["payment.paid"]},
    ).content.decode()  # fmt: skip


def webhooks_of(system: System, payment: Payment) -> Subscription:
    """A subscription with deliveries in every state and their attempts."""
    subscription, _ = system.subscribe("http://127.0.0.1:9/kabar")
    now = timezone.now()
    for number, state in enumerate(DeliveryState):
        is_waiting = state == DeliveryState.WAITING
        delivery = Delivery.objects.create(
            subscription=subscription, kind="payment.paid", source=f"event:{number}", payment=payment,
            body='{"type":"payment.paid","data":{"amount":"5000.00"}}', created_at=now, state=state, tries=2,
            next_try_at=now + timedelta(hours=2) if is_waiting else None,
            closed_at=None if is_waiting else now,
        )  # fmt: skip
        for status, trouble in ((None, "Penerima tidak menjawab dalam 3 detik."), (503, "")):
            Attempt.objects.create(
                delivery=delivery, at=now, status=status, trouble=trouble, duration_ms=3000,
                address="203.0.113.7", body_digest="0" * 64,
            )  # fmt: skip
    return subscription


def test_deliveries_are_filtered_shown_and_sent_again(
    browser_of: Client,
    system: System,
    scene: Scene,
    settings: Settings,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    payment, _ = scene.sold(5000)
    subscription = webhooks_of(system, payment)
    page = reverse("api_settings:subscription_detail", args=[subscription.pk])
    with django_assert_max_num_queries(16):
        assert len(browser_of.get(page).context["page"].object_list) == 4
    assert len(browser_of.get(page + "?keadaan=failed").context["page"].object_list) == 1
    assert len(browser_of.get(page + "?keadaan=apa").context["page"].object_list) == 4
    failed = Delivery.objects.get(state=DeliveryState.FAILED)
    text = browser_of.get(reverse("api_settings:delivery_detail", args=[failed.pk])).content.decode()
    assert "HTTP 503" in text
    assert str(failed.pk) in text
    again = reverse("api_settings:delivery_resend", args=[failed.pk])
    assert "Dikirim ulang" in browser_of.post(again, follow=True).content.decode()
    failed.refresh_from_db()
    assert (failed.state, failed.tries, failed.asked_by) == (DeliveryState.WAITING, 0, system.admin)
    end = reverse("api_settings:subscription_end", args=[subscription.pk])
    assert "Langganan berhenti" in browser_of.post(end, {"reason": "pindah"}, follow=True).content.decode()
    assert "sudah berhenti" in browser_of.post(again, follow=True).content.decode()


@pytest.mark.browser
@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_pages_are_accessible(
    browser_of: Client,
    system: System,
    scene: Scene,
    settings: Settings,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    payment, _ = scene.sold(5000)
    empty = registered(system.admin, name="SIPD Kementerian Dalam Negeri", opd=scene.tourism)
    system.get("seal")
    subscription = webhooks_of(system, payment)
    delivery = Delivery.objects.get(state=DeliveryState.FAILED)
    pages = {
        "list": browser_of.get(reverse("api_settings:consumer_list")),
        "new": browser_of.get(reverse("api_settings:consumer_create")),
        "detail": browser_of.get(reverse("api_settings:consumer_detail", args=[system.consumer.pk])),
        "detail-empty": browser_of.get(reverse("api_settings:consumer_detail", args=[empty.consumer.pk])),
        "token": browser_of.get(reverse("api_settings:token_create", args=[system.consumer.pk])),
        "once": browser_of.post(
            reverse("api_settings:token_create", args=[system.consumer.pk]), TOKEN | {"label": "uji"}
        ),
        "webhook": browser_of.get(reverse("api_settings:subscription_create", args=[system.consumer.pk])),
        "deliveries": browser_of.get(reverse("api_settings:subscription_detail", args=[subscription.pk])),
        "delivery": browser_of.get(reverse("api_settings:delivery_detail", args=[delivery.pk])),
        "reference": Client().get("/api/"),
    }
    for name, page in pages.items():
        seen = screen.look(page, size=size, scheme=scheme, name=f"api-{name}")
        assert not seen.problems, (name, seen.problems)
        assert not seen.findings, (name, seen.findings)
        assert seen.overflow <= 0, name
