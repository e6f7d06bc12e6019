"""The test command itself."""

from __future__ import annotations

import os

import pytest

from config.local import testrun


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
