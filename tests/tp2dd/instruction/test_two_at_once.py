"""Two people at the same moment, each with a connection of their own: one deed is done, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection

from opd.models import Role
from opd.office.models import Document
from tests.opd.cast import person
from tests.tp2dd.instruction.world import AT, WRITTEN, World, build
from tp2dd.instruction import services
from tp2dd.instruction.models import Acknowledgement, Instruction, State
from tp2dd.instruction.services import InstructionError
from tp2dd.instruction.verification import LAWS

pytestmark = pytest.mark.django_db(transaction=True)


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """Run the deeds at once; a refusal comes back as its error."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=20)
            return deed()
        except InstructionError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result(timeout=120) for future in [pool.submit(run, deed) for deed in deeds]]


def refused(found: list[Any]) -> int:
    return sum(isinstance(one, InstructionError) for one in found)


def acknowledging(world: World) -> None:
    deputy = person("kpa", Role.KPA, world.opd)
    pk = world.addressee().pk
    found = together(
        *(
            lambda by=by: services.acknowledge(addressee_id=pk, note="", by=by, at=AT)
            for by in (world.head, deputy)
        )
    )
    assert (refused(found), Acknowledgement.objects.count()) == (1, 1)


def reminding(world: World) -> None:
    pk, words = world.addressee(world.other).pk, "Kami minta Saudara segera melapor."
    deed = lambda: services.remind(addressee_id=pk, text=words, by=world.secretary, at=AT)  # noqa: E731
    assert refused(together(deed, deed)) == 1
    assert list(Document.objects.filter(kind="reminder").values_list("sequence", flat=True)) == [1]


def replacing(world: World) -> None:
    old = world.instruction
    drafts = [
        world.whole(written=replace(WRITTEN, number=f"90{n}/2026"), replaces_id=old.pk).pk for n in (1, 2)
    ]
    found = together(
        *(lambda pk=pk: services.issue(instruction_id=pk, by=world.sekda, at=AT) for pk in drafts)
    )
    assert refused(found) == 1
    assert Instruction.objects.filter(state=State.ISSUED).count() == 1


def closing_while_reporting(world: World) -> None:
    world.instruction = Instruction.objects.get(state=State.ISSUED)
    world.acknowledge()
    world.prove()
    duty, pk = world.duty().pk, world.instruction.pk
    found = together(
        lambda: services.report(
            duty_id=duty, claim="done", text="Surat edaran sudah terbit.", by=world.head, at=AT
        ),
        lambda: services.close(instruction_id=pk, note="Sudah selesai", by=world.sekda, at=AT),
    )
    assert refused(found[1:]) == 0
    reported = not refused(found[:1])
    assert world.duty().state == ("reported" if reported else "open")


def test_of_two_at_once_one_is_done(transactional_db: None) -> None:
    """One world for all four: a database that commits is dear to put back."""
    with time_machine.travel(AT, tick=False):
        world = build()
        world.issue()
        for story in (acknowledging, reminding, replacing, closing_while_reporting):
            story(world)
            assert not {law.name: law.check().problems for law in LAWS if law.check().problems}, (
                story.__name__
            )
