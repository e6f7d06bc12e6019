"""Bank messages past their active months: packed by day, proved as before, readable, erased in time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from time_machine import travel

from opd.models import AuditEvent
from opd.office import archiving, crypto, depot
from payments.snap import inbox, packs, queries, retention, services, verification
from payments.snap.models import InboxMessage, InboxPack
from tests.archiving.conftest import Halt, files, halting
from tests.snap.bank import NOTICE, Bank, add_partner, last_message

OLD = datetime(2024, 3, 5, 2, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
Stage = InboxPack.Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank(db: None) -> Iterator[Bank]:
    with travel(OLD, tick=True):
        yield Bank(add_partner())


def arrived(bank: Bank, at: datetime, *, done: bool = True) -> InboxMessage:
    with travel(at, tick=True):
        bank.notify()
        message = last_message()
        if done:
            services.mark_processed(message.pk, "dibukukan", at=timezone.now())
    return message


@pytest.fixture
def lived(bank: Bank) -> list[InboxMessage]:
    """Two of one day, one of the next, one whose work is not done, one that was refused, a young one."""
    rows = [
        arrived(bank, OLD),
        arrived(bank, OLD + timedelta(hours=1)),
        arrived(bank, OLD + timedelta(days=1)),
    ]
    arrived(bank, OLD, done=False)
    with travel(OLD, tick=True):
        bank.notify(secret="palsu")
    arrived(bank, NOW - timedelta(days=30))
    return rows


def moved() -> int:
    return archiving.run(at=NOW)[packs.CODE]


def originals() -> Any:
    return next(law for law in verification.LAWS if law.name == "snap.originals").check()


def test_a_day_makes_a_pack_and_everything_is_proved_as_before(
    lived: list[InboxMessage], places: tuple[Path, Path]
) -> None:
    before = originals()
    shown = [queries.message(row.pk) for row in lived]
    notices = [inbox.notice(row.pk) for row in lived]
    assert moved() == 3
    assert [(pack.rows, pack.stage) for pack in InboxPack.objects.order_by("day")] == [
        (2, "kept"),
        (1, "kept"),
    ]
    assert len(files(places[1])) == 2
    after = originals()
    assert (after.rows, after.problems) == (before.rows, []) == (6, [])
    assert InboxMessage.objects.exclude(body=None).count() == 3
    assert [inbox.notice(row.pk) for row in lived] == notices
    for row, seen in zip(lived, shown, strict=True):
        now = queries.message(row.pk)
        assert now
        assert seen
        assert now.body == seen.body != ""
    assert (
        sum((event.after or {})["count"] for event in AuditEvent.objects.filter(action="archive.move")) == 3
    )
    assert moved() == 0


def test_people_stay_encrypted_and_a_pack_is_read_without_us(
    lived: list[InboxMessage], places: tuple[Path, Path]
) -> None:
    moved()
    pack = next(file for file in files(places[1]) if file.read_bytes().count(b'{"id"') == 2)
    content = pack.read_bytes()
    assert str(NOTICE["customerNumber"]).encode() not in content
    head = json.loads(content.split(b"\n", 1)[0])
    begin = content.index(b"\n") + 1
    plain = crypto.decrypt(content[begin : begin + head["body"]])
    assert json.loads(plain)["customerNumber"] == NOTICE["customerNumber"]
    assert head["id"] == lived[0].pk


STEPS: list[tuple[Any, str, bool]] = [
    (packs, "_pack", False), (depot, "keep", False), (FileSystemStorage, "save", True),
    (depot, "_flush", True), (depot, "keep", True), (packs, "_name", False), (archiving, "record", False),
    (archiving, "record", True), (packs, "_name", True),
]  # fmt: skip


@pytest.mark.parametrize(("where", "name", "after"), STEPS)
def test_a_halt_at_any_step_loses_nothing(
    lived: list[InboxMessage], places: tuple[Path, Path], where: Any, name: str, after: bool
) -> None:
    bodies = [inbox.notice(row.pk) for row in lived]
    with pytest.MonkeyPatch.context() as patch:
        halting(patch, where, name, after=after)
        with pytest.raises(Halt):
            moved()
    assert [inbox.notice(row.pk) for row in lived] == bodies
    assert not originals().problems
    moved()
    assert [inbox.notice(row.pk) for row in lived] == bodies
    assert (originals().rows, originals().problems) == (6, [])
    assert set(InboxPack.objects.values_list("stage", flat=True)) == {Stage.KEPT}
    assert {file.name for file in files(places[1])} == set(InboxPack.objects.values_list("sha256", flat=True))
    assert InboxMessage.objects.exclude(pack=None).count() == 3


def test_a_message_that_changes_meanwhile_keeps_its_body(
    lived: list[InboxMessage], places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retention erased it while the pack was written: the pack goes, nothing comes back to life."""
    name = packs._name

    def erased(*words: Any) -> None:
        InboxMessage.objects.filter(pk=lived[0].pk).update(body=None, answer=None)
        name(*words)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packs, "_name", erased)
        assert moved() == 0
    assert InboxMessage.objects.exclude(pack=None).count() == 0
    assert moved() == 2
    assert set(InboxPack.objects.values_list("stage", flat=True)) == {Stage.KEPT}
    assert len(files(places[1])) == 2


def test_verify_names_a_pack_that_is_lost_or_changed(
    lived: list[InboxMessage], places: tuple[Path, Path]
) -> None:
    moved()
    pack = InboxPack.objects.get(rows=2)
    file = places[1] / pack.path
    content = file.read_bytes()
    file.write_bytes(content[:-1] + b"x")
    assert "tidak sama dengan yang ditulis" in originals().problems[0]
    file.write_bytes(content.replace(b"gAAAAA", b"gAAAAB", 1))
    assert any("tidak dapat dibuka" in problem for problem in originals().problems)
    file.unlink()
    assert "tidak ada di penyimpanan" in originals().problems[0]
    row = queries.message(lived[0].pk)
    assert row
    assert "tidak ada di penyimpanan arsip" in row.body
    file.write_bytes(content)
    assert not originals().problems


def test_retention_ends_what_lies_in_the_archive_as_well(
    lived: list[InboxMessage], places: tuple[Path, Path]
) -> None:
    moved()
    future = OLD + timedelta(days=3660, hours=5)
    assert retention.clean(at=future)["bodies"] == 2
    assert [pack.rows for pack in InboxPack.objects.filter(stage=Stage.KEPT)] == [1]
    assert len(files(places[1])) == 1
    assert not originals().problems
    gone = InboxMessage.objects.get(pk=lived[0].pk)
    assert (gone.headers, gone.body, gone.pack) == ({}, None, None)
    assert inbox.notice(gone.pk) is None


def test_an_erasure_that_halts_is_ended_by_the_next(
    lived: list[InboxMessage], places: tuple[Path, Path]
) -> None:
    moved()
    future = OLD + timedelta(days=3660, hours=5)
    with pytest.MonkeyPatch.context() as patch:
        halting(patch, depot, "remove", after=False)
        with pytest.raises(Halt):
            retention.clean(at=future)
    assert len(files(places[1])) == 2
    retention.clean(at=future)
    assert len(files(places[1])) == 1
    assert set(InboxPack.objects.values_list("stage", flat=True)) == {Stage.KEPT, Stage.ERASED}


def test_a_row_lies_in_one_place_alone(lived: list[InboxMessage]) -> None:
    moved()
    row = InboxMessage.objects.exclude(pack=None).first()
    assert row
    with pytest.raises(IntegrityError), transaction.atomic():
        InboxMessage.objects.filter(pk=row.pk).update(body=b"dua")
    with pytest.raises(IntegrityError), transaction.atomic():
        InboxMessage.objects.filter(pk=row.pk).update(pack_at=None)


@given(
    st.lists(st.tuples(st.binary(max_size=60), st.none() | st.binary(max_size=30)), min_size=1, max_size=8)
)
def test_every_part_is_found_again_whatever_its_bytes(parts: list[tuple[bytes, bytes | None]]) -> None:
    rows = [
        InboxMessage(pk=place, received_at=OLD, service="52", body=body, answer=answer)
        for place, (body, answer) in enumerate(parts, 1)
    ]
    made = packs.packed(rows)
    for (body, answer), begin in zip(parts, made.places, strict=True):
        end = begin + len(body)
        assert made.content[begin:end] == body
        assert made.content[end : end + len(answer or b"")] == (answer or b"")
    assert packs.packed(rows).content == made.content
