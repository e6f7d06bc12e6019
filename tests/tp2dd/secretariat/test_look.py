"""Every screen of the desk and of the action plan in Chromium: by axe, without sideways scrolling."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from opd.models import User
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.tp2dd.secretariat.world import AT, BACKEND, DAY, LRA, World, picture
from tp2dd.roadmap import services as roadmap
from tp2dd.secretariat.models import Region
from tp2dd.secretariat.services import meetings, regions, registers, requests

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def desk(world: World) -> dict[str, tuple[User, str]]:
    """Something on every page of the desk."""
    by, decree = world.secretary, world.decree()
    activity = registers.record_activity(
        task="b", title="Sosialisasi QRIS kepada pelaku wisata Pantai Panjang", first_day=date(2026, 6, 2),
        last_day=None, place="Bengkulu", participants=120, summary="Peserta mencoba membayar.",
        opds=[world.opd], by=by, at=AT,
    )  # fmt: skip
    agreement = registers.record_agreement(
        number="119/PKS/2026", party_kind="bank_rkud", party="Bank RKUD", title="Layanan kanal nontunai",
        signed_on=DAY, valid_from=DAY, valid_to=DAY + timedelta(days=30), by=by, at=AT,
    )  # fmt: skip
    held, coming = (
        meetings.plan(
            title="Rapat koordinasi bulanan", agenda="Kemajuan\nKendala", starts_at=AT + timedelta(days=days),
            place="Ruang rapat", chair="", by=by, at=AT - timedelta(days=9),
        )
        for days in (-1, 5)
    )  # fmt: skip
    for row in (held, coming):
        meetings.invite(meeting_id=row.pk, by=by, at=AT - timedelta(days=8))
    came = [str(one.pk) for one in held.attendances.all()[:3]]
    holding = reverse("secretariat:meeting_hold", args=[coming.pk])
    meetings.hold(
        meeting_id=held.pk, present=came, others=[], discussion="Porsi digital naik.", decisions="Lanjut",
        by=by, at=AT,
    )  # fmt: skip
    asked, outside = world.asks(), world.asks(outside="Samsat Bengkulu", days=0)
    requests.remind(request_id=asked.pk, by=by, at=AT)
    letter = asked.events.exclude(document=None).get()
    requests.answer(request_id=outside.pk, answer="Menurut surat Samsat 12", by=by, at=AT)
    region = Region.objects.get(code="17.71")
    for half, index in ((1, "61.5"), (2, "78.25")):
        regions.record_score(
            region_id=region.pk, year=2025, half=half, stage="digital", index=index, source="Satgas",  # type: ignore[arg-type]
            source_date=DAY, by=by, at=AT,
        )  # fmt: skip
    tax, lra = world.saved(), world.figures(LRA, "701", kind="lra")
    told: dict[str, tuple[str, list[Any]]] = {
        "desk": ("desk", []), "decrees": ("decree_list", []), "decree": ("decree_detail", [decree.pk]),
        "activities": ("activity_list", []),
        "activity": ("activity_detail", [activity.pk]),
        "agreements": ("agreement_list", []), "agreement": ("agreement_detail", [agreement.pk]),
        "meetings": ("meeting_list", []),
        "meeting-held": ("meeting_detail", [held.pk]), "meeting-coming": ("meeting_detail", [coming.pk]),
        "minutes": ("meeting_paper", [held.pk, "notulen"]),
        "requests": ("request_list", []),
        "request-open": ("request_detail", [asked.pk]), "request-answered": ("request_detail", [outside.pk]),
        "letter": ("request_letter", [asked.pk, letter.pk]), "owing": ("owing", []),
        "deadlines": ("deadline_list", []), "regions": ("regions", []),
        "region": ("region_detail", [region.pk]),
        "figures": ("figure_list", []), "tax": ("figure_detail", [tax.pk]),
        "lra-bad": ("figure_detail", [lra.pk]), "figure-new": ("figure_upload", ["pajak"]),
    }  # fmt: skip
    found = {name: (by, reverse(f"secretariat:{page}", args=args)) for name, (page, args) in told.items()}
    found["roster"] = by, reverse("secretariat:decree_detail", args=[decree.pk]) + "?cetak=1"
    found["hold"] = by, holding
    found["request-head"] = world.head, reverse("secretariat:request_detail", args=[asked.pk])
    return found


def plan(world: World) -> dict[str, tuple[User, str]]:
    by = world.secretary
    row = roadmap.record_roadmap(
        title="Peta Jalan ETPD 2025–2027", goal="Nontunai menyeluruh", decree_number="K.1/2025",
        decree_date=date(2025, 3, 1), first_year=2025, last_year=2027, by=by, at=AT,
    )  # fmt: skip
    indicator = roadmap.add_indicator(
        roadmap_id=row.pk, name="Porsi transaksi pendapatan digital", unit="persen", baseline=None,
        targets={2026: 40, 2027: 55}, by=by, at=AT,  # type: ignore[dict-item]
    )  # fmt: skip
    running, done = world.action(), world.action(f"indicator:{indicator.pk}")
    roadmap.report_progress(
        action_id=running.pk, percent=40, text="Uji coba", file=picture(), by=world.head, at=AT
    )
    roadmap.report_done(action_id=done.pk, text="Terhubung", file=picture(), by=world.head, at=AT)
    assert running.evaluation_id
    told: dict[str, tuple[str, list[Any]]] = {
        "actions": ("action_list", []), "action-new": ("action_new", []),
        "action-done": ("action_detail", [done.pk]),
        "roadmaps": ("roadmap_list", []), "roadmap": ("roadmap_detail", [row.pk]),
        "evaluations": ("evaluation_list", []),
        "evaluation": ("evaluation_detail", [running.evaluation_id]),
    }  # fmt: skip
    found = {name: (by, reverse(f"roadmap:{page}", args=args)) for name, (page, args) in told.items()}
    found["action-head"] = world.head, reverse("roadmap:action_detail", args=[running.pk])
    found["actions-print"] = by, reverse("roadmap:action_list") + "?cetak=1"
    return found


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_the_desk_and_the_action_plan_are_accessible(
    client: Client,
    screen: Screen,  # noqa: F811
    world: World,
    size: str,
    scheme: str,
) -> None:
    wrong = []
    with time_machine.travel(AT, tick=False):
        for name, (who, address) in {**desk(world), **plan(world)}.items():
            client.force_login(who, backend=BACKEND)
            seen = screen.look(client.get(address), size=size, scheme=scheme, name=f"sekretariat-{name}")
            # The screen does not serve the evidence's thumbnails.
            problems = [one for one in seen.problems if "404" not in one]
            if problems or seen.findings or seen.overflow > 0:
                wrong.append((name, problems, seen.findings, seen.overflow))
    assert not wrong
