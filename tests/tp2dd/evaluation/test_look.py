"""The evaluation's screens in Chromium: by axe, without console errors or sideways scrolling."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from opd.models import Opd, User
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.tp2dd.evaluation.world import AT, BACKEND, World
from tp2dd.evaluation import services

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
Pages = dict[str, tuple[User, str]]


def item(world: World, opd: Opd | None, code: str) -> str:
    return reverse("evaluation:item", args=[world.sheet(opd).pk, code])


def sheet(world: World, opd: Opd | None) -> str:
    return reverse("evaluation:sheet", args=[world.sheet(opd).pk])


def page(world: World) -> str:
    return reverse("evaluation:campaign", args=[world.campaign.pk])


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_filling_and_reviewing_are_accessible(
    client: Client,
    screen: Screen,  # noqa: F811
    world: World,
    size: str,
    scheme: str,
) -> None:
    world.say(world.opd, "P2", "2", "Di dua kecamatan")
    world.prove(world.opd, "P2", "photo")
    look(client, screen, {
        "list": (world.secretary, reverse("evaluation:campaign_list")),
        "new": (world.secretary, reverse("evaluation:campaign_new")),
        "campaign": (world.secretary, page(world)),
        "own-sheet": (world.head, sheet(world, world.opd)),
        "own-item": (world.head, item(world, world.opd, "P2")),
        "own-objection": (world.head, item(world, world.opd, "P3")),
        "rubrics": (world.secretary, reverse("evaluation:rubric_list")),
        "rubric": (world.reviewer, reverse("evaluation:rubric", args=[world.campaign.rubric_version_id])),
        "rubric-new": (world.secretary, reverse("evaluation:rubric_new")),
        "rubric-upload": (world.secretary, reverse("evaluation:rubric_upload")),
    }, size, scheme)  # fmt: skip
    for item_code in ("P7", "O4", "C4"):
        world.say(world.opd, item_code, {"C4": "80"}.get(item_code, "1"))
        world.prove(world.opd, item_code)
    world.submit(world.opd)
    world.start_review()
    world.judge(world.opd, "P2", "1", "Satu kegiatan tanpa daftar hadir")
    look(client, screen, {
        "review-sheet": (world.reviewer, sheet(world, world.opd)),
        "review-item": (world.reviewer, item(world, world.opd, "P2")),
    }, size, scheme)  # fmt: skip


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_deciding_and_published_scores_are_accessible(
    client: Client,
    screen: Screen,  # noqa: F811
    world: World,
    size: str,
    scheme: str,
) -> None:
    world.reviewed()
    look(client, screen, {
        "deciding": (world.sekda, page(world)),
        "decide-item": (world.sekda, item(world, world.opd, "P2")),
    }, size, scheme)  # fmt: skip

    services.finalise(campaign_id=world.campaign.pk, by=world.sekda, at=AT)
    services.publish(campaign_id=world.campaign.pk, by=world.sekda, at=AT)
    look(client, screen, {
        "published": (world.secretary, page(world)),
        "ranking": (world.head, reverse("evaluation:ranking")),
        "subject": (world.head, reverse("evaluation:subject", args=[world.opd.pk])),
        "print": (world.secretary, f"{page(world)}?cetak=1"),
    }, size, scheme)  # fmt: skip


def look(client: Client, glass: Screen, pages: Pages, size: str, scheme: str) -> None:
    for name, (who, address) in pages.items():
        client.force_login(who, backend=BACKEND)
        seen = glass.look(client.get(address), size=size, scheme=scheme, name=f"evaluation-{name}")
        # The screen does not serve the evidence's thumbnails.
        problems = [one for one in seen.problems if "item" not in name or "404" not in one]
        assert not problems, (name, problems)
        assert not seen.findings, (name, seen.findings)
        assert seen.overflow <= 0, name
