"""Every screen and printed page of the room in Chromium: by axe, without errors or sideways scrolling."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opd.models import User
from opd.office.models import Document
from payments.kkpd import services
from payments.kkpd.models import Bill, BillFile
from payments.spending.models import Claim, ClaimKind
from tests.kkpd import world
from tests.kkpd.world import Cards, Charge, later
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.planning.world import rp
from tests.spending.claims import world as spending

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
Page = tuple[str, User, str]


def town_with_everything() -> Cards:
    """A settled bill, a half-tested one, a draft DPR, and claims in every state."""
    town = world.cards(spending.with_up(spending.office()))
    one, two = world.reported(town), world.reported(town, world.travelled(town), by=town.traveller)
    world.signed(town, one)
    world.signed(town, two)
    world.settled(town, world.funded(town, world.listed(town, world.billed(town, one, two))))
    three, four = world.reported(town), world.reported(town)
    world.signed(town, three, four)
    bill = world.imported(
        town,
        world.bill_text(
            *map(world.charge, (three, four)), Charge(town.goods, rp(450_000), "000000000099"), number="TGH2"
        ),
    )
    first, second, _ = bill.lines.all()
    world.approved_line(town, first)
    services.reject_line(
        bill_line_id=second.pk, checks={}, reason="bukan dinas", by=town.place.pa, at=later(2)
    )
    services.draft_dpr(card_id=town.goods.pk, line_ids=[world.reported(town).pk], by=town.holder, at=later(2))
    world.reported(town)
    world.strange_bill(town)
    spending.raised(town.place, ClaimKind.GU, None, spending.verified(town.place))
    return town


def pages(town: Cards) -> list[Page]:
    place = town.place
    bills = {bill.number: bill for bill in Bill.objects.all()}
    half, done = bills["TGH2"], bills["TGH1"]
    dpr = town.goods.dprs.filter(signed_at=None).get()
    found: list[tuple[str, User, str, list[Any]]] = [
        ("lines", place.pa, "kkpd:line_list", []),
        ("report", town.holder, "kkpd:report_new", []),
        ("line", town.holder, "kkpd:line_detail", [town.goods.lines.filter(dpr=None).get().pk]),
        ("dprs", town.holder, "kkpd:dpr_list", []),
        ("dpr", place.pptk, "kkpd:dpr_detail", [dpr.pk]),
        ("cards", town.admin, "kkpd:card_list", []),
        ("card", town.admin, "kkpd:card_detail", [town.goods.pk]),
        ("card-new", town.admin, "kkpd:card_new", []),
        ("bills", town.admin, "kkpd:bill_list", []),
        ("teach", town.admin, "kkpd:file_teach", [BillFile.objects.get().pk]),
        ("upload", town.admin, "kkpd:bill_upload", []),
        ("bill", place.pa, "kkpd:bill_detail", [half.pk]),
        ("bill-done", place.bp, "kkpd:bill_detail", [done.pk]),
        ("test", place.pa, "kkpd:bill_line", [half.lines.filter(state="open").get().pk]),
        ("late", place.pa, "kkpd:late_list", []),
        ("recap", place.pa, "kkpd:recap", []),
        ("claims", place.bp, "spending:claim_list", []),
        ("claim-new", place.bp, "spending:claim_new", ["up"]),
        ("claim", place.ppk, "spending:claim_detail", [claim(kind="gu").pk]),
        ("claim-paid", place.bud, "spending:claim_detail", [claim(state="paid").pk]),
    ]
    return [(name, user, reverse(view, args=args)) for name, user, view, args in found]


def claim(**where: str) -> Claim:
    return Claim.objects.filter(**where).latest("raised_at")


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("narrow", "dark")])
def test_pages_are_accessible(
    client: Client,
    screen: Screen,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    size: str,
    scheme: str,
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: later(8))
    town = town_with_everything()
    monkeypatch.setattr(timezone, "now", lambda: later(24 * 12))
    wrong = []
    for name, user, address in pages(town):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        seen = screen.look(client.get(address), size=size, scheme=scheme, name=f"kkpd-{name}")
        # The screen does not serve the evidence's thumbnails.
        problems = [one for one in seen.problems if name != "line" or "404" not in one]
        if problems or seen.findings or seen.overflow > 0:
            wrong.append((name, problems, seen.findings, seen.overflow))
    assert not wrong


def test_printed_pages_are_sheets(
    client: Client,
    screen: Screen,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: later(8))
    town = town_with_everything()
    client.force_login(town.place.pa, backend="django.contrib.auth.backends.ModelBackend")
    wrong, kinds = [], set()
    for document in Document.objects.order_by("kind", "pk"):
        if document.kind in kinds:
            continue
        kinds.add(document.kind)
        answer = client.get(reverse("office:document_print", args=[document.token]))
        seen = screen.look(answer, size="desk", scheme="light", name=f"cetak-{document.kind}")
        if seen.problems or seen.findings or seen.overflow > 0:
            wrong.append((document.kind, seen.problems, seen.findings, seen.overflow))
    assert not wrong
    assert {"dpr", "dpt", "npd_kkpd", "lpj_kkpd", "spp", "spm", "sp2d"} <= kinds
