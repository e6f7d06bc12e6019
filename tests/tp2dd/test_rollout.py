"""The roll-out: ready, pilot, judged, mandatory; by TP2DD alone, each step in the trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from opd.access import Scope, scope
from opd.models import AuditEvent, Opd, Role, User
from tests.opd.cast import agency, person
from tp2dd.rollout import checklist, queries, services
from tp2dd.rollout.models import OpdChannel, PilotVerdict, ReadinessTick
from tp2dd.rollout.queries import MatrixFilter
from tp2dd.rollout.services import RolloutError
from tp2dd.rollout.verification import LAWS

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 20, 3, 0, tzinfo=UTC)
DAY = date(2026, 6, 15)
PROVINCE = Scope(None)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def member() -> User:
    return person("tp2dd", Role.TP2DD_MEMBER)


@pytest.fixture
def opd() -> Opd:
    return agency("113", "Dinas Pariwisata")


def complete(opd: Opd, member: User, channel: str = "qris") -> OpdChannel:
    for item in checklist.items(channel, DAY):
        row = services.tick(
            opd_id=opd.pk, channel=channel, item=item.code, note="Surat 1/2026", by=member, at=AT
        )
    return row


def start(opd: Opd, member: User, **other: Any) -> OpdChannel:
    values: dict[str, Any] = {
        "channel": "qris",
        "since": DAY,
        "basis": "Surat 5/2026",
        "exception_reason": "",
    }
    return services.start_pilot(opd_id=opd.pk, by=member, at=AT, **values | other)


def mandatory(opd: Opd, member: User, *, since: date = date(2026, 7, 1)) -> OpdChannel:
    return services.make_mandatory(
        opd_id=opd.pk, channel="qris", since=since, basis="Instruksi Sekda 2/2026", by=member, at=AT
    )


def judge(opd: Opd, member: User, outcome: str = "passed") -> OpdChannel:
    return services.judge(
        opd_id=opd.pk, channel="qris", outcome=outcome, verdict="Berjalan baik, penyedia siap.", by=member,
        at=AT,
    )  # fmt: skip


def test_a_complete_checklist_makes_a_channel_ready_and_one_tick_less_does_not(
    opd: Opd, member: User
) -> None:
    assert complete(opd, member).stage == "ready"
    row = services.untick(opd_id=opd.pk, channel="qris", item="training", reason="Diulang", by=member, at=AT)
    assert row.stage == "none"


def test_ticking_twice_keeps_the_first(opd: Opd, member: User) -> None:
    for note in ("Surat 1/2026", "Surat 2/2026"):
        services.tick(opd_id=opd.pk, channel="qris", item="policy", note=note, by=member, at=AT)
    assert ReadinessTick.objects.get().note == "Surat 1/2026"
    assert AuditEvent.objects.filter(action="rollout.tick").count() == 1


def test_only_a_ready_agency_starts_unless_a_reason_is_stated(opd: Opd, member: User) -> None:
    with pytest.raises(RolloutError, match="Belum lengkap: surat edaran"):
        start(opd, member)
    row = start(opd, member, exception_reason="Permintaan gubernur")
    assert (row.stage, row.exception_reason) == ("pilot", "Permintaan gubernur")
    assert not [problem for law in LAWS for problem in law.check().problems]


def test_a_pilot_is_judged_before_it_becomes_mandatory(opd: Opd, member: User) -> None:
    complete(opd, member)
    start(opd, member)
    with pytest.raises(RolloutError, match="Nilai uji cobanya"):
        mandatory(opd, member)
    judge(opd, member, "not_yet")
    with pytest.raises(RolloutError, match="belum dinyatakan lulus"):
        mandatory(opd, member)
    judge(opd, member)
    with pytest.raises(RolloutError, match="tidak mendahului"):
        mandatory(opd, member, since=date(2026, 6, 1))
    row = mandatory(opd, member)
    assert (row.stage, row.mandatory_since, row.verdict_by) == ("mandatory", date(2026, 7, 1), member)
    assert not [problem for law in LAWS for problem in law.check().problems]


def test_every_verdict_stays_as_it_was_given(opd: Opd, member: User) -> None:
    complete(opd, member)
    start(opd, member)
    with pytest.raises(RolloutError, match="Pilih putusannya"):
        judge(opd, member, "mungkin")
    for outcome in ("not_yet", "passed"):
        assert judge(opd, member, outcome).outcome == outcome
    assert list(PilotVerdict.objects.values_list("outcome", flat=True)) == ["not_yet", "passed"]
    for change in (PilotVerdict.objects.all().delete, lambda: PilotVerdict.objects.update(outcome="passed")):
        with pytest.raises(DatabaseError, match="hanya dapat ditambah"), transaction.atomic():
            change()
    OpdChannel.objects.update(outcome="not_yet")
    assert [law.name for law in LAWS if law.check().problems] == ["rollout.verdicts"]


def test_a_stopped_pilot_starts_anew_without_its_old_verdict(opd: Opd, member: User) -> None:
    complete(opd, member)
    start(opd, member)
    judge(opd, member)
    row = services.stop_pilot(opd_id=opd.pk, channel="qris", reason="Bank belum siap", by=member, at=AT)
    assert (row.stage, row.pilot_since) == ("ready", None)
    assert start(opd, member).verdict == ""


REFUSED: list[Callable[[Opd, User], object]] = [
    lambda opd, by: services.tick(opd_id=opd.pk, channel="qris", item="policy", note="ok", by=by, at=AT),
    lambda opd, by: services.tick(opd_id=opd.pk, channel="qris", item="lain", note="Surat", by=by, at=AT),
    lambda opd, by: services.tick(opd_id=opd.pk, channel="kuda", item="policy", note="Surat", by=by, at=AT),
    lambda opd, by: services.tick(opd_id=999_999, channel="qris", item="policy", note="Surat", by=by, at=AT),
    lambda opd, by: services.untick(opd_id=opd.pk, channel="qris", item="policy", reason="x y", by=by, at=AT),
    lambda opd, by: services.stop_pilot(opd_id=opd.pk, channel="qris", reason="Alasan", by=by, at=AT),
    judge,
    mandatory,
    lambda opd, by: start(opd, by, basis=" ", exception_reason="Permintaan gubernur"),
]


@pytest.mark.parametrize("deed", REFUSED)
def test_what_cannot_be_is_refused_and_changes_nothing(
    opd: Opd, member: User, deed: Callable[[Opd, User], object]
) -> None:
    with pytest.raises(RolloutError):
        deed(opd, member)
    assert not OpdChannel.objects.exclude(stage="none").exists()
    assert not AuditEvent.objects.filter(action__startswith="rollout").exists()


def test_nobody_but_tp2dd_decides(opd: Opd) -> None:
    head = person("pa", Role.PA, opd)
    with pytest.raises(PermissionDenied):
        services.tick(opd_id=opd.pk, channel="qris", item="policy", note="Surat", by=head, at=AT)
    with pytest.raises(PermissionDenied):
        start(opd, head, exception_reason="Permintaan gubernur")


def test_a_step_whose_audit_fails_changes_nothing(opd: Opd, member: User) -> None:
    with (
        mock.patch("tp2dd.rollout.services.audit.record", side_effect=DatabaseError("penuh")),
        pytest.raises(DatabaseError),
    ):
        start(opd, member, exception_reason="Permintaan gubernur")
    assert not OpdChannel.objects.exists()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"stage": "pilot"}, "rollout_pilot_has_its_letter"),
        ({"pilot_since": DAY}, "rollout_pilot_has_its_letter"),
        ({"stage": "mandatory", "pilot_since": DAY, "pilot_basis": "S"}, "rollout_mandatory_has_its_letter"),
        ({"mandatory_since": DAY}, "rollout_mandatory_has_its_letter"),
        ({"verdict": "baik"}, "rollout_verdict_has_time"),
    ],
)
def test_the_database_refuses_a_stage_without_its_letter(
    opd: Opd, values: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        OpdChannel.objects.create(opd=opd, channel="qris", changed_at=AT, **values)


def test_the_database_refuses_a_channel_or_a_tick_twice(opd: Opd, member: User) -> None:
    row = complete(opd, member)
    with pytest.raises(IntegrityError, match="rollout_channel_once"), transaction.atomic():
        OpdChannel.objects.create(opd=opd, channel="qris", changed_at=AT)
    with pytest.raises(IntegrityError, match="rollout_tick_once"), transaction.atomic():
        ReadinessTick.objects.create(opd_channel=row, item="policy", note="lagi", at=AT)
    with pytest.raises(IntegrityError, match="rollout_tick_says_what"), transaction.atomic():
        ReadinessTick.objects.create(opd_channel=row, item="lain", note="", at=AT)


def test_verify_sees_a_pilot_that_nobody_made_ready(opd: Opd) -> None:
    OpdChannel.objects.create(
        opd=opd, channel="qris", stage="pilot", pilot_since=DAY, pilot_basis="S", changed_at=AT
    )
    broken = [law.name for law in LAWS if law.check().problems]
    assert broken == ["rollout.ready", "rollout.audited"]


def test_the_matrix_shows_every_agency_with_its_four_channels(opd: Opd, member: User) -> None:
    other = agency("120", "Dinas Pendidikan")
    complete(opd, member)
    rows = queries.matrix(PROVINCE, MatrixFilter(), on=DAY)
    assert [row.opd for row in rows] == [opd, other]
    assert [str(cell.stage) for cell in rows[0].cells] == ["none", "ready", "none", "none"]
    assert queries.tally(rows) == {"none": 1, "ready": 1, "pilot": 0, "mandatory": 0}
    assert [row.opd for row in queries.matrix(PROVINCE, MatrixFilter(stage="ready"), on=DAY)] == [opd]
    assert not queries.matrix(PROVINCE, MatrixFilter(stage="ready", channel="cms"), on=DAY)
    assert [row.opd for row in queries.matrix(PROVINCE, MatrixFilter(text="pendid"), on=DAY)] == [other]


def test_an_agencys_people_see_their_agency_alone(opd: Opd, client: Client) -> None:
    other = agency("120", "Dinas Pendidikan")
    head = person("pa", Role.PA, opd)
    assert [row.opd for row in queries.matrix(scope(head, "rollout.view"), MatrixFilter(), on=DAY)] == [opd]
    client.force_login(head, backend=BACKEND)
    assert client.get(reverse("tp2dd:rollout_opd", args=[opd.pk])).status_code == 200
    assert client.get(reverse("tp2dd:rollout_opd", args=[other.pk])).status_code == 404


def test_the_matrix_needs_a_bounded_number_of_queries(
    opd: Opd, member: User, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        complete(agency(f"9{number}", f"Dinas {number}"), member)
    client.force_login(member, backend=BACKEND)
    with django_assert_max_num_queries(12):
        client.get(reverse("tp2dd:rollout_matrix"))


def test_a_member_walks_a_channel_from_tick_to_mandatory(opd: Opd, member: User, client: Client) -> None:
    client.force_login(member, backend=BACKEND)
    today = timezone.localdate().isoformat()

    def post(name: str, *more: str, **data: str) -> str:
        answer = client.post(reverse(f"tp2dd:{name}", args=[opd.pk, "qris", *more]), data, follow=True)
        return str(answer.content.decode())

    for item in checklist.items("qris", timezone.localdate()):
        post("rollout_tick", item.code, note="Surat 1/2026")
    assert "Uji coba dimulai." in post("rollout_start", since=today, basis="Surat 5/2026")
    assert "Putusan disimpan." in post("rollout_judge", outcome="passed", verdict="Berjalan baik sekali.")
    text = post("rollout_require", since=today, basis="Instruksi 2/2026")
    assert "Kanal diwajibkan." in text
    assert "QRIS: kanal diwajibkan" in text


def test_a_wrong_entry_says_what_is_missing(opd: Opd, member: User, client: Client) -> None:
    client.force_login(member, backend=BACKEND)
    answer = client.post(
        reverse("tp2dd:rollout_start", args=[opd.pk, "qris"]), {"since": "besok"}, follow=True
    )
    assert "Uji coba sejak:" in answer.content.decode()
    assert not OpdChannel.objects.exists()


def test_the_matrix_downloads_and_prints(opd: Opd, member: User, client: Client) -> None:
    complete(opd, member)
    client.force_login(member, backend=BACKEND)
    body = client.get(reverse("tp2dd:rollout_matrix") + "?unduh=csv").getvalue().decode("utf-8-sig")
    assert "113,Dinas Pariwisata,QRIS,Siap,4,4" in body
    assert "SKPD" in client.get(reverse("tp2dd:rollout_matrix") + "?cetak=1").content.decode()


def test_tp2dd_is_told_what_waits(opd: Opd, member: User, client: Client) -> None:
    complete(opd, member)
    client.force_login(member, backend=BACKEND)
    assert "1 kanal OPD sudah siap" in client.get("/kantor/").content.decode()
