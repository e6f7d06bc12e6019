"""Published scores as other systems read them: decided ones alone, the team's only for the whole province."""

from __future__ import annotations

import pytest

from opd.models import User
from tests.api.cast import System, registered
from tests.tp2dd.evaluation.world import AT, World, build
from tp2dd.evaluation import services as evaluation
from tp2dd.evaluation.queries import published_scores


@pytest.fixture
def world(db: None) -> World:
    return build()


def test_a_score_is_read_once_it_is_published(world: World, system: System, admin: User) -> None:
    world.final()
    assert system.rows("scores") == []
    evaluation.publish(campaign_id=world.campaign.pk, by=world.sekda, at=AT)
    found = {row["subject"]: row for row in system.rows("scores")}
    expected = {one.subject: one for one in published_scores()}
    assert found.keys() == expected.keys()
    assert len(found) > 1
    for name, row in found.items():
        assert row["score"] == f"{expected[name].score:.2f}"
        assert [one["code"] for one in row["aspects"]] == [code for code, _, _ in expected[name].aspects]
    one = next(sheet.opd for sheet in world.campaign.sheets.select_related("opd") if sheet.opd)
    own = registered(admin, opd=one, name="Sistem satu OPD")
    assert [row["agency"] for row in own.rows("scores")] == [one.code]
