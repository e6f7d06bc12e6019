"""Who may read what: tokens, scopes, addresses, agencies, the rate; each refusal names the place."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from opd.models import AuditEvent, User
from tests.api.cast import System, draft, registered
from tests.reconciliation.scene import Scene
from tp2dd.api import services
from tp2dd.api.models import AccessToken, Consumer, Use
from tp2dd.api.scopes import Scope
from tp2dd.api.tasks import clean

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_rows_seen")]


def refused(answer: Any, status: int, name: str) -> dict[str, Any]:
    """The problem document, checked as RFC 9457 has it."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert (body["type"], body["status"]) == (f"urn:nontunai:problem:{name}", status)
    assert all(body[name] for name in ("title", "detail"))
    assert body["instance"].startswith("/api/")
    return body


def test_a_token_is_kept_as_a_fingerprint_alone(system: System) -> None:
    stored = AccessToken.objects.get()
    assert system.key.startswith(stored.hint)
    assert len(system.key) > 40
    assert system.key.encode() not in bytes(stored.digest)
    assert system.key not in str(list(AuditEvent.objects.values()))
    assert system.get("seal").status_code == 200


def test_without_or_with_an_unknown_token_nothing_is_told(system: System) -> None:
    answer = Client().get("/api/v1/payments")
    refused(answer, 401, "token-missing")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    refused(system.get("payments", key="ntn_salah"), 401, "token-unknown")


def test_an_expired_token_is_told_when_it_ended(system: System) -> None:
    now = timezone.now()
    old = services.issue(
        consumer=system.consumer, label="lama", scopes=["payments.read"],
        until=now.date() - timedelta(days=9),
        by=system.admin, at=now - timedelta(days=10),
    )  # fmt: skip
    body = refused(system.get("payments", key=old[1]), 401, "token-expired")
    assert all(word in body["detail"] for word in ("lama", "Akses sistem lain"))
    assert body["expired_at"]


def test_a_revoked_token_opens_nothing_and_never_again(system: System) -> None:
    words: dict[str, Any] = {"access": system.access, "by": system.admin, "at": timezone.now()}
    services.revoke(reason="bocor", **words)
    refused(system.get("payments"), 401, "token-revoked")
    with pytest.raises(services.ApiError, match="sudah dicabut"):
        services.revoke(reason="lagi", **words)
    with pytest.raises(DatabaseError, match="dihidupkan"), transaction.atomic():
        AccessToken.objects.update(revoked_at=None)


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("payments", Scope.PAYMENTS), ("settlements", Scope.SETTLEMENTS), ("spending", Scope.SPENDING),
        ("levies", Scope.LEVIES), ("takings", Scope.ROLLUPS), ("trial-balance", Scope.ROLLUPS),
        ("seal", Scope.ROLLUPS), ("agencies", Scope.REGISTERS), ("points", Scope.REGISTERS),
        ("scores", Scope.SCORES),
        ("payments/00000000-0000-7000-8000-000000000000", Scope.PAYMENTS),
    ],
)  # fmt: skip
def test_every_endpoint_asks_for_its_scope_alone(system: System, path: str, scope: Scope) -> None:
    _, others = system.token([str(one) for one in Scope if one != scope])
    _, own = system.token([str(scope)])
    body = refused(system.get(path, key=others), 403, "scope-missing")
    assert (body["scope"], str(scope) in body["granted"]) == (str(scope), False)
    assert system.get(path, key=own).status_code in {200, 404}


def test_a_consumer_outside_its_days_or_closed_reads_nothing(admin: User, system: System) -> None:
    later = registered(admin, name="Nanti", valid_from=date(2090, 1, 1))
    refused(later.get("payments"), 403, "consumer-closed")
    services.close(consumer=system.consumer, reason="selesai", by=admin, at=timezone.now())
    body = refused(system.get("payments"), 403, "consumer-closed")
    assert "ditutup" in body["detail"]
    with pytest.raises(services.ApiError):
        services.close(consumer=system.consumer, reason="lagi", by=admin, at=timezone.now())
    with pytest.raises(services.ApiError):
        system.token()


def test_calls_come_from_the_registered_addresses(admin: User) -> None:
    near = registered(admin, name="Dekat", addresses=["10.1.0.0/16", "2001:db8::/32"])
    assert near.get("seal", REMOTE_ADDR="10.1.2.3").status_code == 200
    assert near.get("seal", REMOTE_ADDR="2001:db8::1").status_code == 200
    for address in ("10.2.0.1", "", "bukan-alamat"):
        body = refused(near.get("seal", REMOTE_ADDR=address), 403, "address-not-allowed")
        assert body["address"] == address


def test_the_rate_is_counted_per_token_and_minute_in_the_database(admin: User) -> None:
    slow = registered(admin, name="Pelan", per_minute=3)
    assert [slow.get("seal").status_code for _ in range(3)] == [200] * 3
    now = timezone.now().replace(second=0, microsecond=0)
    for minute in (now, now + timedelta(minutes=1)):
        Use.objects.update_or_create(access=slow.access, minute=minute, defaults={"calls": 3})
    last = slow.get("seal")
    body = refused(last, 429, "too-many-requests")
    assert 1 <= int(last["Retry-After"]) <= 60
    assert body["limit"] == 3
    _, other = slow.token()
    assert slow.get("seal", key=other).status_code == 200


def test_counts_older_than_ninety_days_go_but_the_last_use_stays(system: System) -> None:
    now = timezone.now()
    for days in (200, 100, 95):
        Use.objects.create(access=system.access, minute=now - timedelta(days=days))
    clean()
    assert [(now - row.minute).days for row in Use.objects.all()] == [95]


def test_an_agencys_consumer_reads_that_agency_alone(admin: User, scene: Scene) -> None:
    scene.sold(5000)
    other, _ = scene.sold(7000, museum=True)
    mine = registered(admin, opd=scene.tourism)
    assert {row["agency"] for row in mine.rows("payments")} == {"3.26"}
    assert [row["code"] for row in mine.rows("agencies")] == ["3.26"]
    refused(mine.get(f"payments/{other.pk}"), 404, "not-found")
    everything = registered(admin, name="Semua")
    assert {row["agency"] for row in everything.rows("payments")} == {"3.26", "2.22"}
    assert [row["amount"] for row in everything.rows("payments", agency="2.22")] == ["7000.00"]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("limit=0", "limit"), ("limit=501", "limit"), ("limit=%D9%A1", "limit"),
        ("since=24-11-2026", "since"),
        ("since=2026-02-30", "since"), ("since=0001-01-01", "since"), ("until=", "until"), ("hari=1", "hari"),
        ("since=2026-11-25&until=2026-11-24", "until"), ("limit=1&limit=2", "limit"), ("cursor=x", "cursor"),
        ("cursor=%00", "cursor"), ("cursor=WyJzZXR0bGVtZW50cyIsMV0", "cursor"), ("agency=%00", "agency"),
        ("cursor=WyJwYXltZW50cyIsMSwtMV0", "cursor"), ("cursor=WyJwYXltZW50cyIsMSxudWxsXQ", "cursor"),
    ],
)  # fmt: skip
def test_a_bad_parameter_is_named(system: System, query: str, place: str) -> None:
    assert refused(system.get(f"payments?{query}"), 400, "parameter-invalid")["parameter"] == place


def test_an_unknown_block_a_wrong_method_and_a_wrong_address_are_problems_too(system: System) -> None:
    refused(system.get("trial-balance?known_on=99"), 400, "parameter-invalid")
    refused(system.get("payments/bukan-uuid"), 404, "not-found")
    refused(system.get("tidak-ada"), 404, "not-found")
    headers = {"Authorization": f"Bearer {system.key}"}
    for method in ("post", "put", "patch", "delete", "options"):
        answer = getattr(Client(), method)("/api/v1/payments", headers=headers)
        refused(answer, 405, "method-not-allowed")
        assert answer["Allow"] == "GET, HEAD"


def test_what_the_register_refuses(admin: User, system: System) -> None:
    for wrong in ({}, {"name": "Lain", "valid_to": date(2019, 1, 1)}, {"name": "Lain", "per_minute": 0}):
        with pytest.raises(ValidationError):
            services.register(draft(**wrong), by=admin, at=timezone.now())
    assert Consumer.objects.count() == 1
    with pytest.raises(services.ApiError, match="paling lama"):
        system.token(until=date(2100, 1, 1))
