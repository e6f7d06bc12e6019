"""A replica that dies, hangs or is a server of its own: pages appear all the same, and soon."""

from __future__ import annotations

import time

import psycopg
import pytest
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from config import env
from config.replica import reads_replica, standing
from opd.models import Role
from opd.office.exports import archive, making
from opd.office.models import Export
from tests.exports.conftest import _own_evidence, some_books
from tests.ledger.books import AT
from tests.opd.cast import person
from tests.replica.standby import Seen, Standby, until_it_follows

__all__ = ["_own_evidence"]
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
MODEL = "django.contrib.auth.backends.ModelBackend"
AUDITS = reverse("settings:audit_list")


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(person("auditor.uji", Role.AUDITOR), backend=MODEL)
    return client


def test_a_replica_that_stopped_is_not_missed(auditor: Client, replica: Standby) -> None:
    assert auditor.get(AUDITS).status_code == 200
    replica.stop()
    assert auditor.get(AUDITS).status_code == 200
    assert standing.resting()
    assert auditor.get(reverse("health")).json()["replika"] == "tidak terjangkau"
    assert auditor.get(reverse("health")).status_code == 200


def test_one_that_hangs_costs_one_request_a_moment(auditor: Client, replica: Standby) -> None:
    assert auditor.get(AUDITS).status_code == 200
    replica.halt()
    began = time.monotonic()
    assert auditor.get(AUDITS).status_code == 200
    first = time.monotonic() - began
    assert standing.resting()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standing, "_asked", lambda: pytest.fail("it is to be left alone"))
        assert auditor.get(AUDITS).status_code == 200
    assert first < 30


def test_one_that_was_started_again_is_read_again(auditor: Client, replica: Standby) -> None:
    assert auditor.get(AUDITS).status_code == 200
    replica.stop()
    replica.start()
    until_it_follows()
    seen = Seen()
    with connections[standing.ALIAS].execute_wrapper(seen):
        assert auditor.get(AUDITS).status_code == 200
    assert seen.in_recovery


def test_one_that_dies_within_a_page_is_replaced(replica: Standby) -> None:
    done = []

    @reads_replica
    def page(request: HttpRequest) -> HttpResponse:
        done.append(connections["default"].alias)
        if len(done) == 1:
            end_sessions(replica)
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
        return HttpResponse("ada", content_type="text/html")

    assert page(RequestFactory().get("/")).status_code == 200
    assert done == [standing.ALIAS, "default"]
    assert standing.resting()


def end_sessions(server: Standby) -> None:
    with psycopg.connect(server.admin_url(), autocommit=True) as run:
        run.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test%'")


def test_an_archive_whose_replica_dies_is_made_from_the_primary(
    replica: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_books()
    until_it_follows()
    row = making.ask(kind="buku-besar", dialect="csv", by=person("bud.uji", Role.KUASA_BUD), at=AT)
    table = archive._table
    died: list[bool] = []

    def dies(*words: object) -> object:
        if not died:
            died.append(True)
            end_sessions(replica)
        return table(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(archive, "_table", dies)
    making.make(row.pk, at=AT)
    assert died
    assert Export.objects.get().manifest


def test_a_server_of_its_own_is_no_replica(auditor: Client, replica: Standby) -> None:
    """After a fail-over the old address may lead to a server that takes writes."""
    own = connections["default"].settings_dict
    connections[standing.ALIAS].close()
    connections[standing.ALIAS].settings_dict["PORT"] = own["PORT"]
    assert auditor.get(AUDITS).status_code == 200
    assert standing.resting()


def test_its_settings_notice_a_lost_machine() -> None:
    told = env.replica("postgresql://a:b@c/d?connect_timeout=1")["OPTIONS"]
    assert told["connect_timeout"] == "1"
    assert told["tcp_user_timeout"] == 4000
