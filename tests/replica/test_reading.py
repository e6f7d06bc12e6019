"""Pages and archives from a real streaming replica: where they are read, what people see, how old it is."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from django.core import signing
from django.core.cache import caches
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from config.replica import reads_replica, routing, standing
from opd import audit
from opd.access import PERMISSIONS
from opd.models import OPD_ROLES, AuditEvent, Role, RoleAssignment
from opd.office import evidence, tasks
from opd.office.exports import making
from opd.office.exports.reading import snapshot
from opd.office.models import Export
from tests.api.cast import registered
from tests.exports.conftest import _own_evidence, some_books
from tests.ledger.books import AT
from tests.opd.cast import agency, person
from tests.replica.standby import Seen, Standby, replay, until_it_follows
from tests.replica.test_absent import MARKED
from tp2dd.api.urls import RESOURCES

__all__ = ["_own_evidence"]
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
MODEL = "django.contrib.auth.backends.ModelBackend"
WHOLE = frozenset(Role) - OPD_ROLES
AUDITS, TRIAL = reverse("settings:audit_list"), reverse("ledger:trial_balance")


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(person("auditor.uji", Role.AUDITOR), backend=MODEL)
    return client


def told(page: Any) -> str:
    body = b"".join(page) if page.streaming else page.content
    return bytes(body).decode()


PAGES = (
    *(AUDITS, TRIAL, reverse("ledger:journal_list"), reverse("auditing:list_index")),
    *(reverse("tp2dd:dashboard"), reverse("reconciliation:overview"), f"{AUDITS}?unduh=csv"),
    *(f"{TRIAL}?unduh=csv", f"{reverse('ledger:journal_list')}?unduh=csv"),
)


def test_lists_dashboards_and_downloads_are_read_from_a_server_in_recovery(
    auditor: Client, replica: Standby
) -> None:
    some_books()
    until_it_follows()
    for address in PAGES:
        seen, primary = Seen(), CaptureQueriesContext(connections["default"])
        with connections[standing.ALIAS].execute_wrapper(seen), primary:
            page = auditor.get(address)
            assert page.status_code == 200
            told(page)
        assert seen.in_recovery, address
        assert all(seen.in_recovery)
        asked = {query["sql"].split(" FROM ")[-1].split()[0].strip('"') for query in primary.captured_queries}
        assert asked <= {"django_session", "opd_user", "opd_roleassignment"}, address


def test_every_marked_page_can_be_read_from_a_standby(
    client: Client, replica: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None of them tries what a standby refuses (a write, a lock, an identity): each is answered there."""
    fallen: list[str] = []
    monkeypatch.setattr(routing.log, "warning", lambda event, **told: fallen.append(str(told)))
    opd = agency("1.01", "Dinas Uji")
    somebody = {role: person(f"orang.{role}", role, None if role in WHOLE else opd) for role in Role}
    some_books()
    until_it_follows()
    asked = 0
    for name, view in MARKED.items():
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        roles = PERMISSIONS[view.permission]  # type: ignore[attr-defined]
        client.force_login(somebody[sorted(roles)[0]], backend=MODEL)
        for query in ("", "?unduh=csv"):
            seen = Seen()
            with connections[standing.ALIAS].execute_wrapper(seen):
                page = client.get(address + query)
                told(page)
            assert page.status_code in {200, 302, 403}, (name, page.status_code)
            asked += bool(seen.in_recovery)
    assert not fallen
    assert asked > 100


def test_the_api_reads_there_and_asks_the_primary_who_calls(
    replica: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    fallen: list[str] = []
    monkeypatch.setattr(routing.log, "warning", lambda event, **told: fallen.append(str(told)))
    system = registered(person("admin", Role.ADMINISTRATOR))
    some_books()
    until_it_follows()
    for resource in RESOURCES:
        seen, primary = Seen(), CaptureQueriesContext(connections["default"])
        with connections[standing.ALIAS].execute_wrapper(seen), primary:
            assert system.get(resource.path).status_code == 200
        assert seen.in_recovery, resource.path
        assert all(seen.in_recovery)
        assert len(primary.captured_queries) == 2, "the token, and its count"
    assert not fallen


def test_a_page_asks_no_more_than_it_did(auditor: Client, replica: Standby) -> None:
    auditor.cookies[routing.COOKIE] = "forged"
    with CaptureQueriesContext(connections["default"]) as whole:
        auditor.get(AUDITS)
    del auditor.cookies[routing.COOKIE]
    with (
        CaptureQueriesContext(connections["default"]) as primary,
        CaptureQueriesContext(connections[standing.ALIAS]) as own,
    ):
        auditor.get(AUDITS)
    assert own.captured_queries
    assert len(primary) + len(own) == len(whole)


def test_an_archive_is_read_there_and_is_the_same(auditor: Client, replica: Standby) -> None:
    some_books()
    by = person("bud.uji", Role.KUASA_BUD)
    first, second = (making.ask(kind="buku-besar", dialect="csv", by=by, at=AT) for _ in range(2))
    seen: list[bool] = []
    copy = connections[standing.ALIAS].copy

    def watched() -> Any:
        own = copy()
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            seen.append(cursor.fetchone()[0])
        return own

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connections[standing.ALIAS], "copy", watched)
        making.make(first.pk, at=AT)
    assert seen == [True]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standing, "configured", lambda: False)
        making.make(second.pk, at=AT)
    made = list(Export.objects.order_by("asked_at"))
    assert made[0].evidence == made[1].evidence
    kept = made[0].evidence
    assert kept
    with evidence.open_original(kept) as file, ZipFile(file) as archive:
        assert json.loads(archive.read("manifest.json"))["seal"]["block"] == made[0].pin["block"]


def test_an_archive_waits_for_no_replica_that_stands_still(
    replica: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "_WAITS", 0.3)
    replay(replica, "pg_wal_replay_pause")
    some_books()
    row = making.ask(kind="buku-besar", dialect="csv", by=person("bud.uji", Role.KUASA_BUD), at=AT)
    making.make(row.pk, at=AT)
    row.refresh_from_db()
    assert row.manifest is not None
    assert row.manifest["seal"]["block"] == row.pin["block"]


def test_people_see_at_once_what_they_did(client: Client, replica: Standby) -> None:
    """Replay stands still; whoever wrote reads the primary, whoever did not reads what there was."""
    admin, reader = person("admin.uji", Role.ADMINISTRATOR), person("auditor.uji", Role.AUDITOR)
    client.force_login(admin, backend=MODEL)
    other = Client()
    other.force_login(reader, backend=MODEL)
    until_it_follows()
    replay(replica, "pg_wal_replay_pause")
    made = client.post(reverse("settings:user_create"), {"username": "orang.baru", "name": "Orang Baru"})
    assert made.status_code == 200
    assert routing.COOKIE in client.cookies
    assert client.cookies[routing.COOKIE]["httponly"]
    last = AuditEvent.objects.latest("pk")
    assert last.action in told(client.get(f"{AUDITS}?unduh=csv"))
    assert last.action not in told(other.get(f"{AUDITS}?unduh=csv"))
    replay(replica, "pg_wal_replay_resume")
    until_it_follows()
    seen = Seen()
    with connections[standing.ALIAS].execute_wrapper(seen):
        assert last.action in told(client.get(f"{AUDITS}?unduh=csv"))
    assert seen.in_recovery


def test_a_forged_position_only_leads_to_the_primary(auditor: Client, replica: Standby) -> None:
    seen = Seen()
    for value in ("1:x", signing.get_cookie_signer(salt="other").sign("1")):
        auditor.cookies[routing.COOKIE] = value
        with connections[standing.ALIAS].execute_wrapper(seen):
            assert auditor.get(AUDITS).status_code == 200
    assert not seen.in_recovery


def test_a_page_tells_how_old_it_is(
    auditor: Client, replica: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Data per" not in told(auditor.get(AUDITS))
    replay(replica, "pg_wal_replay_pause")
    monkeypatch.setattr(standing, "TOLD_FROM", timedelta(0))
    monkeypatch.setattr(routing, "TOLD_FROM", timedelta(0))
    standing.pulse()
    seen = Seen()
    with connections[standing.ALIAS].execute_wrapper(seen):
        page = told(auditor.get(AUDITS))
    assert seen.in_recovery
    assert "Data per" in page
    assert "WIB, tertinggal" in page
    assert "tertinggal" in auditor.get(reverse("health")).json()["replika"]


def test_an_old_replica_serves_no_download_and_a_very_old_one_no_page(
    auditor: Client, replica: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("lain.uji", Role.KUASA_BUD)
    until_it_follows()
    replay(replica, "pg_wal_replay_pause")
    audit.record("uji.baru", ("uji", "1"), by=None, at=AT)
    assert "uji.baru" not in told(auditor.get(f"{AUDITS}?unduh=csv"))
    monkeypatch.setattr(routing, "TOLD_FROM", timedelta(0))
    assert "uji.baru" in told(auditor.get(f"{AUDITS}?unduh=csv"))
    assert "uji.baru" not in told(auditor.get(AUDITS))
    monkeypatch.setattr(standing, "MOST_BEHIND", timedelta(0))
    page = told(auditor.get(AUDITS))
    assert "uji.baru" in page
    assert "Data per" not in page


def test_rights_that_were_taken_end_at_once(client: Client, replica: Standby) -> None:
    reader = person("auditor.uji", Role.AUDITOR)
    client.force_login(reader, backend=MODEL)
    until_it_follows()
    replay(replica, "pg_wal_replay_pause")
    RoleAssignment.objects.filter(user=reader).delete()
    assert client.get(AUDITS).status_code == 403


def test_a_write_is_done_on_the_primary_or_refused_never_lost(replica: Standby) -> None:
    done = []

    @reads_replica
    def writes(request: HttpRequest) -> HttpResponse:
        done.append(connections["default"].alias)
        agency("9.99", "Dinas Uji")
        return HttpResponse("ditulis")

    assert writes(RequestFactory().get("/")).status_code == 200
    assert done == [standing.ALIAS, "default"]
    assert agency("9.99", "Dinas Uji").pk


def test_a_write_whose_error_is_hidden_is_done_again(replica: Standby) -> None:
    real = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache",
        }
    }  # fmt: skip

    @reads_replica
    def counts(request: HttpRequest) -> HttpResponse:
        caches["default"].add("hitung", 1)
        return HttpResponse("baik", content_type="text/html")

    with override_settings(CACHES=real):
        counts(RequestFactory().get("/"))
        assert caches["default"].get("hitung") == 1


def test_a_write_in_a_body_that_is_being_sent_is_refused(replica: Standby) -> None:
    @reads_replica
    def streams(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(str(agency("9.98", "Dinas Uji").pk) for _ in range(2))

    with pytest.raises(Exception, match="read-only"):
        list(streams(RequestFactory().get("/")))
    assert connections["default"].alias == "default"


def test_what_the_replica_does_not_have_yet_is_found(auditor: Client, replica: Standby) -> None:
    replay(replica, "pg_wal_replay_pause")
    shown = auditor.get(reverse("auditing:list_detail", args=["tidak-ada"]))
    assert shown.status_code == 404


def test_other_methods_and_rooms_of_money_stay_on_the_primary(replica: Standby) -> None:
    @reads_replica
    def where(request: HttpRequest) -> HttpResponse:
        return HttpResponse(connections["default"].alias, content_type="text/html")

    assert told(where(RequestFactory().post("/"))) == "default"
    assert told(where(RequestFactory().get("/"))) == standing.ALIAS


def test_an_archive_is_dated_by_what_the_replica_had_replayed(replica: Standby) -> None:
    replay(replica, "pg_wal_replay_pause")
    standing.pulse()
    with snapshot(connections[standing.ALIAS]) as reader, snapshot() as primary:
        found = standing.standing()
        assert found
        assert reader.moment() == found.as_of < primary.moment()


def test_the_pulse_tells_a_replica_the_time_while_nobody_writes(replica: Standby) -> None:
    before = standing.standing()
    tasks.pulse()
    until_it_follows()
    after = standing.standing()
    assert before
    assert after
    assert before.as_of < after.as_of
