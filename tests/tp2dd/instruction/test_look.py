"""The screens of an instruction in Chromium: by axe, without console errors or sideways scrolling."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from opd.models import Role, User
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import agency, person
from tests.tp2dd.instruction.test_services import remind
from tests.tp2dd.instruction.world import AT, BACKEND, LATER, WRITTEN, World
from tests.tp2dd.test_rollout import complete, judge, start
from tp2dd.instruction import services

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
PROVED = {"draft", "duty"}
"""Pages with evidence, whose small pictures no server answers here."""
Pages = dict[str, tuple[User, str]]


def scene(world: World) -> Pages:
    """An instruction in force in mixed states, a draft, and the address of every page."""
    names = (
        "Dinas Komunikasi, Informatika dan Statistik",
        "Dinas Pemberdayaan Perempuan dan Anak",
        "Bappeda",
    )
    more = [agency(f"20{place}", name) for place, name in enumerate(names)]
    world.whole(opd_ids=[world.opd.pk, world.other.pk, *(opd.pk for opd in more)])
    share = "Paling sedikit 80 % belanja tanpa uang tunai"
    world.point(text=share, deadline=WRITTEN.deadline, measure="share", target=80)
    world.instruction = services.issue(instruction_id=world.instruction.pk, by=world.sekda, at=AT)
    duty = world.reported()
    world.prove(2)
    world.report(2, "exempt")
    services.accept(duty_id=world.duty(2).pk, note="Benar", by=world.secretary, at=AT)
    letter = remind(world)
    member, row = person("tp2dd", Role.TP2DD_MEMBER), world.instruction
    complete(world.opd, member, "cms")
    start(world.opd, member, channel="cms")
    complete(world.opd, member)
    start(world.opd, member)
    judge(world.opd, member)
    addressee, other = world.addressee().pk, world.addressee(world.other).pk
    draft = world.whole()
    world.instruction = row
    return {
        "list": (world.secretary, reverse("instruction:list")),
        "new": (world.secretary, reverse("instruction:new")),
        "draft": (world.secretary, reverse("instruction:page", args=[draft.pk])),
        "page": (world.sekda, reverse("instruction:page", args=[row.pk])),
        "nobody": (world.sekda, reverse("instruction:page", args=[row.pk]) + "?keadaan=lengkap"),
        "message": (world.sekda, reverse("instruction:message", args=[row.pk])),
        "print": (world.sekda, reverse("instruction:page", args=[row.pk]) + "?cetak=1"),
        "agency": (world.head, reverse("instruction:agency", args=[addressee])),
        "silent": (world.secretary, reverse("instruction:agency", args=[other])),
        "duty": (world.secretary, reverse("instruction:duty", args=[duty.pk])),
        "report": (world.head, reverse("instruction:duty", args=[world.duty(4).pk])),
        "remind": (world.secretary, reverse("instruction:remind", args=[other])),
        "reminder": (world.secretary, reverse("instruction:reminder", args=[letter.pk])),
        "home": (world.sekda, reverse("opd:home")),
    }


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_the_pages_of_an_instruction_are_accessible(
    client: Client,
    screen: Screen,  # noqa: F811
    world: World,
    size: str,
    scheme: str,
) -> None:
    pages = scene(world)
    with time_machine.travel(LATER, tick=False):
        for name, (who, address) in pages.items():
            client.force_login(who, backend=BACKEND)
            seen = screen.look(client.get(address), size=size, scheme=scheme, name=f"instruction-{name}")
            assert not [one for one in seen.problems if name not in PROVED or "404" not in one], name
            assert not seen.findings, (name, seen.findings)
            assert seen.overflow <= 0, name
