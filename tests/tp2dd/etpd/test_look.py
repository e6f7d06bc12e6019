"""The workbench's screens in Chromium: by axe, without console errors or sideways scrolling."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from opd.models import Role, User
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import agency, person
from tests.tp2dd.etpd.world import AT, BACKEND, World
from tp2dd.etpd import services

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def asked(world: World) -> User:
    """Two requests open, one of them late; the head of the agency that was asked."""
    opd = agency("146", "Dinas Komunikasi, Informatika dan Statistik")
    for letter, day in (("DS", date(2026, 7, 2)), ("DR", date(2026, 12, 30))):
        services.ask(
            semester_id=world.semester.pk, letter=letter, opd=opd, person=None, note="Menurut operator",
            evidence_kind="report", due_on=day, by=world.secretary, at=AT,
        )  # fmt: skip
    return person("pa.kominfo", Role.PA, opd)


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_the_pages_of_the_etpd_are_accessible(
    client: Client,
    screen: Screen,  # noqa: F811
    world: World,
    size: str,
    scheme: str,
) -> None:
    world.fill(
        tempat_rekreasi="Tunai", qris="Tidak", total_retribusi_daerah_dari_qris="125000",
        total_target_pendapatan_asli_daerah="812450000000", sp2d_online="Tidak", blankspot="Ya",
    )  # fmt: skip
    head = asked(world)
    pk = world.semester.pk
    bench = reverse("etpd:bench", args=[pk])
    pages: dict[str, tuple[User, str]] = {
        "list": (world.secretary, reverse("etpd:semester_list")),
        "semester": (world.secretary, reverse("etpd:semester", args=[pk])),
        "bench-money": (world.secretary, f"{bench}?kelompok=A"),
        "bench-ticks": (world.secretary, f"{bench}?kelompok=C3"),
        "bench-asked": (world.secretary, f"{bench}?hanya=diminta"),
        "bench-read": (world.reviewer, f"{bench}?kelompok=identitas"),
        "question": (world.secretary, reverse("etpd:question", args=[pk, "C"])),
        "owing": (world.secretary, reverse("etpd:owing", args=[pk])),
        "my-requests": (head, reverse("etpd:my_requests")),
        "request": (head, reverse("etpd:request_detail", args=[world.semester.requests.latest("pk").pk])),
        "index": (world.secretary, reverse("etpd:index", args=[pk])),
        "rubrics": (world.secretary, reverse("etpd:rubric_list")),
        "rubric-new": (world.secretary, reverse("etpd:rubric_new")),
        "map": (world.reviewer, reverse("etpd:type_map")),
        "draft": (world.reviewer, reverse("etpd:report", args=[pk])),
    }
    look(client, screen, pages, size, scheme)


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_reviewing_freezing_and_filing_are_accessible(
    client: Client,
    screen: Screen,  # noqa: F811
    world: World,
    size: str,
    scheme: str,
) -> None:
    page = reverse("etpd:semester", args=[world.semester.pk])
    world.fill_all()
    world.submit()
    look(client, screen, {"review": (world.reviewer, page)}, size, scheme)
    world.accept()
    look(client, screen, {"accepted": (world.secretary, page)}, size, scheme)
    world.freeze("Tetap seperti diperiksa")
    report = reverse("etpd:report", args=[world.semester.pk])
    look(
        client, screen, {"frozen": (world.secretary, page), "report": (world.reviewer, report)}, size, scheme
    )


def look(client: Client, glass: Screen, pages: dict[str, tuple[User, str]], size: str, scheme: str) -> None:
    for name, (who, address) in pages.items():
        client.force_login(who, backend=BACKEND)
        seen = glass.look(client.get(address), size=size, scheme=scheme, name=f"etpd-{name}")
        assert not seen.problems, (name, seen.problems)
        assert not seen.findings, (name, seen.findings)
        assert seen.overflow <= 0, name
