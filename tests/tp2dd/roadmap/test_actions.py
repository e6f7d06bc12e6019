"""An action from its plan to its measured effect, with what stands in its way."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from opd.models import Role
from tests.opd.cast import agency, person
from tests.tp2dd.secretariat.world import AT, DAY, World, picture
from tp2dd.etpd.models import RubricVersion
from tp2dd.roadmap import queries, services, ties
from tp2dd.roadmap.models import Action, ActionEntry, Evaluation, Target
from tp2dd.roadmap.verification import LAWS
from tp2dd.secretariat.errors import DeskError

pytestmark = pytest.mark.usefixtures("today")


def lawful() -> bool:
    return not [problem for law in LAWS for problem in law.check().problems]


def finished(world: World) -> Action:
    row = world.action()
    return services.report_done(action_id=row.pk, text="Terhubung", file=picture(), by=world.head, at=AT)


def test_from_plan_to_measured_effect(world: World) -> None:
    row = world.action()
    services.report_progress(
        action_id=row.pk, percent=40, text="Uji coba", file=picture(), by=world.head, at=AT
    )
    done = picture("selesai.png", "black")
    services.report_done(action_id=row.pk, text="Terhubung", file=done, by=world.head, at=AT)
    row = services.measure(
        action_id=row.pk, value_before=Decimal(0), value_after=Decimal("31.5"), unit="persen",
        source="Papan TP2DD", by=world.secretary, at=AT,
    )  # fmt: skip
    assert (row.state, row.percent, row.effect) == ("measured", 100, Decimal("31.5"))
    assert [one.kind for one in row.entries.all()] == ["planned", "progress", "done", "measured"]
    assert row.entries.filter(attachment__isnull=False).count() == 2
    assert "Dari 0 menjadi 31,5 persen" in row.entries.get(kind="measured").text
    assert lawful()
    with pytest.raises(DatabaseError), transaction.atomic():
        Action.objects.filter(pk=row.pk).update(value_after=99)
    with pytest.raises(DatabaseError), transaction.atomic():
        ActionEntry.objects.filter(action=row).update(text="lain")


def test_done_needs_its_proof_and_progress_never_falls(world: World) -> None:
    row = world.action()
    services.report_progress(action_id=row.pk, percent=40, text="Uji coba", by=world.head, at=AT)
    with pytest.raises(DeskError, match="antara 40 dan 99"):
        services.report_progress(action_id=row.pk, percent=39, text="Mundur", by=world.head, at=AT)
    with pytest.raises(DeskError, match="Lampirkan buktinya"):
        services.report_done(action_id=row.pk, text="Terhubung", by=world.head, at=AT)
    row.refresh_from_db()
    assert (row.state, row.percent, row.entries.count()) == ("running", 40, 2)


def test_only_the_owner_reports_and_only_the_secretary_judges(world: World) -> None:
    row = finished(world)
    other = person("pa.lain", Role.PA, agency("113", "Dinas Pariwisata"))
    with pytest.raises(PermissionDenied):
        services.reopen(action_id=row.pk, percent=50, reason="Belum jalan", by=world.head, at=AT)
    services.reopen(action_id=row.pk, percent=50, reason="Belum jalan", by=world.secretary, at=AT)
    for who in (other, world.secretary, world.member):
        with pytest.raises(PermissionDenied):
            services.report_progress(action_id=row.pk, percent=60, text="Bukan saya", by=who, at=AT)
    with pytest.raises(DeskError, match="berjalan"):
        services.measure(action_id=row.pk, value_before=Decimal(0), value_after=Decimal(1), unit="x",
                         source="Papan TP2DD", by=world.secretary, at=AT)  # fmt: skip
    services.cancel(action_id=row.pk, reason="Dialihkan", by=world.secretary, at=AT)
    assert lawful()


def test_an_action_mends_one_thing_of_each_kind(world: World) -> None:
    roadmap = services.record_roadmap(
        title="Peta Jalan", goal="Nontunai menyeluruh", decree_number="K.1", decree_date=DAY, first_year=2026,
        last_year=2027, by=world.secretary, at=AT,
    )  # fmt: skip
    indicator = services.add_indicator(
        roadmap_id=roadmap.pk, name="Porsi digital", unit="persen", baseline=None,
        targets={2026: Decimal(40)}, by=world.secretary, at=AT,
    )  # fmt: skip
    measure = RubricVersion.objects.latest("valid_from").content["measures"][0]["code"]
    rows = [world.action(word) for word in (f"indicator:{indicator.pk}", f"etpd:{measure}")]
    assert [row.tie for row in rows] == ["indicator", "etpd"]
    assert ties.told(rows[0])[0] == "Porsi digital"
    for word in ("indicator:999", "indicator:x", "etpd:tidak", "consistency:1", "", "lain:1"):
        with pytest.raises(DeskError, match="dari daftar"):
            world.action(word or "x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.filter(pk=rows[0].pk).update(measure="juga")
    assert queries.indicators(roadmap)[0].targets == [(2026, Decimal(40)), (2027, None)]
    with pytest.raises(DatabaseError), transaction.atomic():
        Target.objects.update(value=1)


def test_targets_stay_within_the_roadmap_s_years(world: World) -> None:
    told = {"title": "Peta Jalan", "goal": "Nontunai", "decree_date": DAY, "by": world.secretary, "at": AT}
    with pytest.raises(DeskError, match="sepuluh tahun"):
        services.record_roadmap(decree_number="K.1", first_year=2027, last_year=2026, **told)  # type: ignore[arg-type]
    row = services.record_roadmap(decree_number="K.1", first_year=2026, last_year=2027, **told)  # type: ignore[arg-type]
    for targets in ({}, {2028: Decimal(1)}):
        with pytest.raises(DeskError, match="tahun peta jalan"):
            services.add_indicator(roadmap_id=row.pk, name="Porsi digital", unit="persen", baseline=None,
                                   targets=targets, by=world.secretary, at=AT)  # fmt: skip


def test_a_finding_closes_after_its_actions(world: World) -> None:
    row = world.action()
    finding = Evaluation.objects.get()
    closing = {"evaluation_id": finding.pk, "closing": "CMS terhubung", "by": world.secretary, "at": AT}
    with pytest.raises(DeskError, match="belum selesai"):
        services.close_evaluation(**closing)  # type: ignore[arg-type]
    services.report_done(action_id=row.pk, text="Terhubung", file=picture(), by=world.head, at=AT)
    assert services.close_evaluation(**closing).state == "closed"  # type: ignore[arg-type]
    with pytest.raises(DeskError, match="dari daftar"):
        world.action(f"evaluation:{finding.pk}")


def test_late_ones_are_counted(world: World) -> None:
    from opd.access import EVERYWHERE

    row = world.action()
    after = row.due_on + timedelta(days=1)
    assert [queries.tally(EVERYWHERE, 2026, day).late for day in (row.due_on, after)] == [0, 1]
    assert list(queries.actions(EVERYWHERE, queries.Where(state="terlambat"), on=after)) == [row]


HARMS = {
    "an action moves by hand": ("UPDATE roadmap_action SET state = 'running', percent = 5", "roadmap.told"),
    "a guard is gone": ("ALTER TABLE roadmap_target DISABLE TRIGGER USER", "roadmap.guards"),
    "a proof is torn out": (
        "ALTER TABLE roadmap_actionentry DISABLE TRIGGER USER;"
        "DELETE FROM roadmap_actionentry WHERE kind = 'done'", "roadmap.proven",
    ),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARMS)
def test_each_harm_is_found(world: World, harm: str) -> None:
    finished(world)
    assert lawful()
    statement, law = HARMS[harm]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
    assert law in {one.name for one in LAWS if one.check().problems}


@pytest.mark.django_db(transaction=True)
def test_two_who_judge_at_once_leave_one_verdict() -> None:
    from tests.tp2dd.secretariat.world import build

    world = build()
    row, barrier, refused = finished(world), Barrier(2), []

    def judge(value: int) -> None:
        try:
            barrier.wait()
            services.measure(
                action_id=row.pk, value_before=Decimal(0), value_after=Decimal(value), unit="persen",
                source="Papan TP2DD", by=world.secretary, at=AT,
            )  # fmt: skip
        except DeskError as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [Thread(target=judge, args=(value,)) for value in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert row.entries.filter(kind="measured").count() == 1
    assert date(2026, 7, 2) == DAY
