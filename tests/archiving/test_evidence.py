"""Evidence past its active months: moved, never lost, read everywhere as before."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from hypothesis import given
from hypothesis import strategies as st

from opd.models import AuditEvent
from opd.office import archiving, depot, evidence, evidence_archiving, queue, tasks
from opd.office.archiving import active_since
from opd.office.models import DatedRule, Evidence, Place
from tests.archiving.conftest import Halt, files, halting

NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
OLD, EDGE = datetime(2024, 10, 31, 16, 59, tzinfo=UTC), datetime(2024, 10, 31, 17, 0, tzinfo=UTC)
"""The last minute of October 2024 in WIB, and the first of November."""

pytestmark = pytest.mark.django_db


def stored(content: bytes, at: datetime) -> Evidence:
    return evidence.store(ContentFile(content), name="a.csv", media_type="text/csv", by=None, at=at)[0]


def content(row: Evidence) -> bytes:
    with evidence.open_original(row) as file:
        return bytes(file.read())


def moved(at: datetime = NOW) -> int:
    return archiving.run(at=at)[evidence_archiving.CODE]


def test_what_is_older_than_the_rule_goes_and_the_rest_stays(places: tuple[Path, Path]) -> None:
    main, archive = places
    old, edge, young = stored(b"lama", OLD), stored(b"batas", EDGE), stored(b"baru", NOW)
    assert moved() == 1
    assert [file.name for file in files(archive)] == [old.sha256]
    assert {file.name for file in files(main)} == {edge.sha256, young.sha256}
    old.refresh_from_db()
    assert (old.place, old.archived_at) == (Place.ARCHIVE, NOW)
    assert [content(row) for row in (old, edge, young)] == [b"lama", b"batas", b"baru"]
    told = AuditEvent.objects.get(action="archive.move")
    assert told.after == {"count": 1, "bytes": 4, "before": "2024-11-01"}
    assert moved() == 0
    assert AuditEvent.objects.filter(action="archive.move").count() == 1


def test_the_same_original_that_comes_again_is_known(places: tuple[Path, Path]) -> None:
    row = stored(b"lama", OLD)
    moved()
    again, is_new = evidence.store(ContentFile(b"lama"), name="b.csv", media_type="text/csv", by=None, at=NOW)
    assert (again.pk, is_new) == (row.pk, False)
    assert not files(places[0])
    answer = evidence.attachment(again)
    assert b"".join(answer) == b"lama"
    answer.close()


STEPS: list[tuple[Any, str, bool]] = [
    (depot, "keep", False), (FileSystemStorage, "save", True), (depot, "_flush", False),
    (depot, "_flush", True), (depot, "keep", True), (evidence_archiving, "_say", False),
    (archiving, "record", False), (archiving, "record", True), (evidence_archiving, "_say", True),
    (evidence_archiving, "_take_away", True), (FileSystemStorage, "delete", False),
    (FileSystemStorage, "delete", True),
]  # fmt: skip


@pytest.mark.parametrize(("where", "name", "after"), STEPS)
def test_a_halt_at_any_step_loses_nothing(
    places: tuple[Path, Path], where: Any, name: str, after: bool
) -> None:
    rows = [stored(b"satu", OLD), stored(b"dua", OLD + timedelta(seconds=1))]
    with pytest.MonkeyPatch.context() as patch:
        halting(patch, where, name, after=after)
        with pytest.raises(Halt):
            moved()
    assert [content(row) for row in rows] == [b"satu", b"dua"]
    moved()
    for row in rows:
        row.refresh_from_db()
        assert row.place == Place.ARCHIVE
    assert [content(row) for row in rows] == [b"satu", b"dua"]
    assert not files(places[0])
    assert len(files(places[1])) == 2
    told = [event.after or {} for event in AuditEvent.objects.filter(action="archive.move")]
    assert sum(one["count"] for one in told) == 2


def test_a_copy_cut_off_midway_is_written_anew(places: tuple[Path, Path]) -> None:
    row = stored(b"panjang sekali", OLD)
    half = places[1] / row.path
    half.parent.mkdir(parents=True)
    half.write_bytes(b"panjang")
    assert moved() == 1
    assert content(row) == b"panjang sekali"


def test_an_original_that_is_damaged_or_lost_is_not_touched(
    places: tuple[Path, Path], caplog: pytest.LogCaptureFixture
) -> None:
    damaged, lost, sound = stored(b"rusak", OLD), stored(b"hilang", OLD), stored(b"utuh", OLD)
    Path(default_storage.path(damaged.path)).write_bytes(b"lain!")
    default_storage.delete(lost.path)
    assert moved() == 1
    assert [file.name for file in files(places[1])] == [sound.sha256]
    assert Evidence.objects.filter(place=Place.MAIN).count() == 2
    assert Path(default_storage.path(damaged.path)).read_bytes() == b"lain!"


def test_a_main_copy_stays_where_the_archived_one_is_lost(places: tuple[Path, Path]) -> None:
    row = stored(b"lama", OLD)
    with pytest.MonkeyPatch.context() as patch:
        halting(patch, evidence_archiving, "_say", after=True)
        with pytest.raises(Halt):
            moved()
    depot.remove(row.path)
    evidence_archiving._take_away(Evidence.objects.filter(place=Place.LEAVING))
    row.refresh_from_db()
    assert row.place == Place.MAIN
    assert content(row) == b"lama"
    assert moved() == 1


def test_without_a_rule_nothing_goes_and_another_worker_goes_away() -> None:
    stored(b"lama", OLD)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queue, "alone", lambda name: nullcontext(False))
        assert archiving.run(at=NOW) == {}
    DatedRule.objects.filter(key=evidence_archiving.RULE).delete()
    assert evidence_archiving.CODE not in archiving.run(at=NOW)
    tasks.archive()
    assert Evidence.objects.get().place == Place.MAIN


def test_after_a_restore_the_rows_say_where_the_originals_lie(places: tuple[Path, Path]) -> None:
    row = stored(b"lama", OLD)
    moved()
    assert not evidence.put_back(row.sha256, ContentFile(b"lama"))
    depot.remove(row.path)
    assert evidence.put_back(row.sha256, ContentFile(b"lama"))
    assert evidence_archiving.settle() == 1
    row.refresh_from_db()
    assert (row.place, row.archived_at) == (Place.MAIN, None)
    assert moved() == 1


@given(today=st.dates(date(2020, 1, 1), date(2060, 12, 31)), months=st.integers(1, 240))
def test_nothing_goes_before_its_months_are_over(today: date, months: int) -> None:
    since = active_since(DatedRule(key="x", value=months), today)
    assert since.day == 1
    assert (today.year - since.year) * 12 + today.month - since.month == months


def test_a_rule_of_less_than_a_month_is_refused() -> None:
    with pytest.raises(ValueError, match="paling sedikit satu bulan"):
        active_since(DatedRule(key="x", value=0), date(2026, 1, 1))
