"""Several people at one line and purse: sums hold, whoever comes first. Real threads and connections."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection, connections, transaction

from opd.planning import services
from opd.planning.models import BudgetLine, Dpa, Hold, Purse, PurseKind, PurseMovement, RowState, SipdRow
from opd.planning.verification import LAWS
from tests.planning import files
from tests.planning.test_imports import bring_dpa, bring_spd
from tests.planning.test_sipd import bring
from tests.planning.world import AT, ATK, DAY, line, purses, rp, tourism

pytestmark = pytest.mark.django_db(transaction=True)
Span = tuple[float, float]


def together(*deeds: Callable[[], Any]) -> tuple[list[Any], list[Span]]:
    """Start all at once; what each returned or refused, and when it ran."""
    start = threading.Barrier(len(deeds))
    found: list[Any] = [None] * len(deeds)
    spans: list[Span] = [(0.0, 0.0)] * len(deeds)

    def run(place: int, deed: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(20)
            began = time.monotonic()
            try:
                found[place] = deed()
            except services.BudgetError as refused:
                found[place] = type(refused).__name__
            except BaseException as error:  # noqa: BLE001 - handed to the test
                found[place] = error
            spans[place] = (began, time.monotonic())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not [one for one in found if isinstance(one, BaseException)], found
    return found, spans


def overlapped(spans: list[Span]) -> bool:
    return any(before[1] > after[0] for before, after in pairwise(sorted(spans)))


def laws_hold() -> None:
    assert [problem for law in LAWS for problem in law.check().problems] == []


def held(at_line: BudgetLine, amount: int, key: str, purse: PurseKind | None = None) -> Hold:
    return services.hold(key=key, line_id=at_line.pk, amount=rp(amount), on=DAY, purse=purse, by=None, at=AT)


def test_two_people_cannot_both_get_the_last_rupiah() -> None:
    """The second really waits for the first: its lock is seen in the database."""
    at_line = line(1_000_000)
    second: list[str] = []

    def try_too() -> None:
        try:
            held(at_line, 600_000, "second")
        except services.OverPagu as error:
            second.append(str(error))
        finally:
            connections.close_all()

    with transaction.atomic():
        held(at_line, 600_000, "first")
        thread = threading.Thread(target=try_too)
        thread.start()
        assert _somebody_waits()
    thread.join(30)
    assert len(second) == 1
    at_line.refresh_from_db()
    assert at_line.held == rp(600_000)
    laws_hold()


def _somebody_waits() -> bool:
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.05)
    return False


def test_many_holds_at_once_never_pass_pagu_or_purse() -> None:
    at_line, other = line(1_000_000), line(1_000_000, rekening="5.1.02.01.01.0052")
    purses(total=1_000_000)
    found, spans = together(
        *(
            (lambda n=n: held(at_line if n % 2 else other, 90_000, f"spend:{n}", PurseKind.UP_CASH))
            for n in range(12)
        )
    )
    assert overlapped(spans)
    assert Counter(type(one).__name__ if isinstance(one, Hold) else one for one in found) == {
        "Hold": 6,
        "OverPurse": 6,
    }
    assert Purse.objects.get(kind=PurseKind.UP_CASH).used == rp(540_000)
    laws_hold()


def test_one_key_at_once_holds_once_even_on_two_lines() -> None:
    at_line, other = line(1_000_000), line(1_000_000, rekening="5.1.02.01.01.0052")
    found, spans = together(
        *((lambda n=n: held(other if n == 3 else at_line, 400_000, "spend:1")) for n in range(6))
    )
    assert overlapped(spans)
    assert Hold.objects.count() == 1
    assert sum(row.held for row in BudgetLine.objects.all()) == rp(400_000)
    assert "KeyReused" in found
    laws_hold()


def test_a_hold_ends_once_however_many_end_it() -> None:
    at_line = line(1_000_000)
    purses()
    held(at_line, 400_000, "k", PurseKind.UP_CASH)
    deeds: list[Callable[[], Any]] = []
    for _ in range(4):
        deeds.append(lambda: services.release(key="k", reason="Batal", by=None, at=AT))
        deeds.append(lambda: services.realise(key="k", amount=rp(300_000), on=DAY, by=None, at=AT))
    _, spans = together(*deeds)
    assert overlapped(spans)
    made = Hold.objects.get()
    at_line.refresh_from_db()
    spent = rp(300_000) if made.state == "realised" else rp(0)
    assert (at_line.held, at_line.realised) == (rp(0), spent)
    assert Purse.objects.get(kind=PurseKind.UP_CASH).used == spent
    assert PurseMovement.objects.filter(of="used").count() == 2
    laws_hold()


def test_everything_at_once_keeps_every_law() -> None:
    at_line = line(2_000_000)
    purses(total=5_000_000)

    def life(number: int) -> None:
        for turn in range(5):
            key = f"{number}:{turn}"
            try:
                held(at_line, 70_000 + number, key, PurseKind.UP_CASH if number % 2 else None)
            except services.BudgetError:
                continue
            if turn % 3 == 0:
                services.release(key=key, reason="Batal", by=None, at=AT)
            else:
                services.realise(key=key, amount=rp(60_000), on=DAY, by=None, at=AT)
            if turn % 3 == 1:
                services.correct_realisation(
                    key=key, correction_key=key, amount=rp(10_000), reason="Kembali", by=None, at=AT
                )

    _, spans = together(*((lambda n=n: life(n)) for n in range(8)))
    assert overlapped(spans)
    at_line.refresh_from_db()
    assert at_line.held == 0
    assert at_line.realised > 0
    laws_hold()


def test_a_lower_pagu_and_a_hold_at_once_cannot_both_win() -> None:
    bring_dpa(files.dpa((ATK, 1_000)), 1_000)
    at_line = BudgetLine.objects.get()
    bring_spd(files.spd((ATK, 1_000)), 1_000)
    found, _ = together(
        lambda: held(at_line, 800, "k"),
        lambda: bring_dpa(files.dpa((ATK, 500)), 500, stage="pergeseran"),
    )
    at_line.refresh_from_db()
    assert at_line.used <= at_line.pagu
    assert len([one for one in found if isinstance(one, str)]) == 1
    laws_hold()


def test_two_stages_at_once_follow_one_another_or_one_is_refused() -> None:
    bring_dpa(files.dpa((ATK, 1_000)), 1_000)
    together(
        lambda: bring_dpa(files.dpa((ATK, 700)), 700, stage="pergeseran"),
        lambda: bring_dpa(files.dpa((ATK, 800)), 800, stage="pergeseran"),
    )
    stages = list(Dpa.objects.order_by("stage_no").values_list("stage_no", flat=True))
    assert stages == list(range(len(stages)))
    laws_hold()


def test_overlapping_reports_at_once_bring_each_row_once() -> None:
    line()
    tourism()
    rows = [files.reported(1_000 + n, Nomor_Dokumen=f"TBP/{n}") for n in range(6)]

    def part(first: int, last: int) -> ContentFile[bytes]:
        return files.report(*rows[first:last])

    found, _ = together(
        lambda: bring(part(0, 4), control=sum(range(1_000, 1_004))),
        lambda: bring(part(2, 6), control=sum(range(1_002, 1_006))),
    )
    if "ImportRefused" in found:
        bring(files.report(*rows), control=sum(range(1_000, 1_006)))
    assert SipdRow.objects.count() == 6
    laws_hold()


def test_one_row_is_decided_once() -> None:
    at_line = line()
    file = bring(files.report(files.reported(100_000)), control=100_000)
    row = file.sipd_rows.get()
    held(at_line, 90_000, "k")
    promise = Hold.objects.get()
    found, _ = together(
        lambda: services.count_row(row_id=row.pk, reason="Tunai", by=None, at=AT),
        lambda: services.count_row(row_id=row.pk, reason="Tunai", by=None, at=AT),
        lambda: services.match_row(
            row_id=row.pk, hold_id=str(promise.pk), reason="Beda pajak", by=None, at=AT
        ),
        lambda: services.dismiss_row(row_id=row.pk, reason="Salah input", by=None, at=AT),
    )
    assert Counter(type(one).__name__ if isinstance(one, SipdRow) else one for one in found) == {
        "SipdRow": 1,
        "RowDecided": 3,
    }
    row.refresh_from_db()
    at_line.refresh_from_db()
    assert at_line.realised == (rp(100_000) if row.state == RowState.COUNTED else 0)
    laws_hold()
