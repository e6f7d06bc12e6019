"""A secret calendar address opens one person's deadlines, writes nothing, and ends when it is revoked."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opd.models import Role
from tests.opd.cast import agency, person
from tests.tp2dd.secretariat.test_ics import unfolded
from tests.tp2dd.secretariat.world import AT, BACKEND, World
from tp2dd.secretariat.models import CalendarFeed
from tp2dd.secretariat.services import feeds

pytestmark = pytest.mark.usefixtures("today")


def address(token: str) -> str:
    return reverse("secretariat:feed", args=[token])


def test_the_feed_tells_its_owner_s_deadlines_alone(world: World, client: Client) -> None:
    mine, action = world.asks(), world.action()
    world.asks(outside="Samsat Bengkulu")
    _, token = feeds.make_feed(by=world.head, at=AT)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address(token))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"].startswith("private, no-store")
    uids = [line for line in unfolded(answer.content) if line.startswith("UID:")]
    host = "tenggat.nontunai.bengkulu"
    assert uids == [f"UID:data-{mine.pk}@{host}", f"UID:aksi-{action.pk}@{host}"]
    assert answer.content == client.get(address(token)).content
    assert not [one["sql"] for one in seen if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert client.post(address(token)).status_code == 405


def test_a_revoked_or_replaced_address_opens_nothing(world: World, client: Client) -> None:
    _, old = feeds.make_feed(by=world.head, at=AT)
    _, new = feeds.make_feed(by=world.head, at=AT)
    assert client.get(address(old)).status_code == 404
    assert client.get(address(new)).status_code == 200
    feeds.revoke_feed(by=world.head, at=AT)
    assert client.get(address(new)).status_code == 404
    assert client.get(address("tidak-ada")).status_code == 404
    with pytest.raises(DatabaseError), transaction.atomic():
        CalendarFeed.objects.update(revoked_at=None)


def test_a_closed_account_has_no_feed(world: World, client: Client) -> None:
    _, token = feeds.make_feed(by=world.head, at=AT)
    world.head.is_active = False
    world.head.save()
    assert client.get(address(token)).status_code == 404


def test_the_secret_is_shown_once_and_never_kept(world: World, client: Client) -> None:
    client.force_login(world.head, backend=BACKEND)
    page = client.post(reverse("secretariat:feed_make")).content.decode()
    row = CalendarFeed.objects.get()
    token = page.split("/kalender/")[1].split(".ics")[0]
    assert feeds.digest_of(token) == row.digest
    assert token not in client.get(reverse("secretariat:deadline_list")).content.decode()
    done = client.post(reverse("secretariat:feed_revoke"), follow=True).content.decode()
    assert "Alamat kalender dicabut" in done
    assert client.get(reverse("secretariat:deadline_file"))["Content-Disposition"].startswith("attachment")


def test_another_agency_s_deadlines_stay_away(world: World, client: Client) -> None:
    world.asks()
    world.action()
    other = person("pa.lain", Role.PA, agency("113", "Dinas Pariwisata"))
    _, token = feeds.make_feed(by=other, at=AT)
    assert b"VEVENT" not in client.get(address(token)).content
