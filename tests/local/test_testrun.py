"""The test command itself."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from config.local import testrun
from config.local.installation import Installation


@pytest.mark.parametrize(
    "words",
    [["-n0", "tests"], ["-n", "4"], ["tests", "-p", "no:xdist"], ["--pdb"], ["--collect-only"]],
)
def test_words_about_workers_are_left_to_pytest(words: list[str]) -> None:
    assert testrun._asks_for_workers(words)


@pytest.mark.parametrize("words", [[], ["tests/ledger"], ["-k", "worker"], ["-x", "--durations=5"]])
def test_two_workers_are_used_otherwise(words: list[str]) -> None:
    assert not testrun._asks_for_workers(words)


def test_failing_check_is_named_and_shows_its_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checks = (("baik sekali", ("-c", "")), ("buruk", ("-c", "raise SystemExit('baris 7 salah')")))
    monkeypatch.setattr(testrun, "CHECKS", checks)
    assert testrun.check(dict(os.environ)) == ["buruk"]
    told = capsys.readouterr().out
    assert "baik sekali: baik" in told
    assert "buruk: gagal" in told
    assert "baris 7 salah" in told


def test_tests_see_no_server_that_someone_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://sungguhan")
    monkeypatch.setenv("REDIS_URL", "redis://sungguhan")
    monkeypatch.setenv("REQUIRE_BROWSER", "1")
    around = testrun._surroundings()
    assert "DATABASE_URL" not in around
    assert "REDIS_URL" not in around
    assert around["REQUIRE_BROWSER"] == "1"


def test_folders_of_killed_runs_go_and_those_in_use_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    old, fresh, busy = (tmp_path / f"{testrun.PREFIX}{name}" for name in ("lama", "baru", "dipakai"))
    for folder in (old, fresh, busy):
        folder.mkdir()
    holder = Installation(busy)
    assert holder.try_lock()
    long_ago = time.time() - 7200
    for folder in (old, busy):
        os.utime(folder, (long_ago, long_ago))
    testrun._sweep()
    holder.release()
    assert sorted(tmp_path.iterdir()) == sorted([fresh, busy])
