"""The migrated tables that test runs share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.db import connection

from config.local import template
from config.local.postgres import Postgres


class Bare:
    """A server whose folder of programs has no dump programs."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs


def test_without_dump_programs_each_process_migrates_by_itself(tmp_path: Path) -> None:
    bare: list[Postgres] = [Bare(tmp_path)]  # type: ignore[list-item]
    assert template.prepare(bare, {}) == {}


def test_a_new_migration_asks_for_new_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = template._state()
    room = tmp_path / "opd" / "migrations"
    room.mkdir(parents=True)
    (room / "0099_new.py").write_text("operations = []\n", encoding="utf-8")
    monkeypatch.setattr(template, "files", lambda pattern: list(tmp_path.glob(pattern)))
    monkeypatch.setattr("config.local.prepare.ROOT", tmp_path)
    monkeypatch.setattr(template, "RUNTIME", room / "none")
    after = template._state()
    (room / "0099_new.py").write_text("operations = [1]\n", encoding="utf-8")
    assert len({before, after, template._state()}) == 3


@pytest.mark.django_db
def test_this_run_has_its_laws_from_the_template() -> None:
    """A restored table still refuses what its migration forbids."""
    assert connection.settings_dict["TEST"]["TEMPLATE"] == (os.environ.get("TEST_TEMPLATE") or None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'A' AND NOT tgisinternal")
        assert cursor.fetchone()[0] > 20
