"""Every screen of plans and their consistency in Chromium: by axe, without sideways scrolling."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from opd.models import Role
from opd.planning import codes
from opd.planning import services as planning
from opd.planning.models import FileKind
from tests.consistency import planting
from tests.consistency.planting import CHAIN, FIELDS, Fault
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import person
from tests.planning import plans
from tests.planning.world import AT, YEAR, tourism
from tp2dd.consistency import services
from tp2dd.consistency.models import Finding

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
BELOW = frozenset(CHAIN[4:])
FAULTS = [
    Fault("lost_kegiatan", FIELDS[0], "02", BELOW),
    Fault("pagu_sub", FIELDS[0], "03", frozenset({"renja"})),
    Fault("target_program", FIELDS[0], "04", frozenset(CHAIN[1:])),
    Fault("wrong_total", FIELDS[1], "02", frozenset({"rka"})),
    Fault("recoded_program", FIELDS[1], "03", frozenset({"rpjmd", "renstra"})),
    Fault("ahead", FIELDS[1], "04", frozenset()),
]


def scene(client: Client) -> dict[str, str]:
    """A chain that breaks here and there, two drafts, and the address of every page."""
    planner = person("perencana", Role.PERENCANA)
    client.force_login(planner, backend="django.contrib.auth.backends.ModelBackend")
    planting.plant(FAULTS)
    services.run(year=YEAR, by=planner, at=AT)
    verifier = person("ppk", Role.PPK_OPD, tourism())
    missing, target = (
        Finding.objects.get(check_kind="missing"),
        Finding.objects.filter(check_kind="target")[0],
    )
    services.assign(finding_id=missing.pk, owner=verifier, due_date=AT.date(), by=planner, at=AT)
    services.explain(finding_id=missing.pk, text="Kegiatan ini digabung.", by=verifier, at=AT)
    services.accept(finding_id=target.pk, reason="Menunggu perubahan RPJMD", by=planner, at=AT)
    codes.record_changes(
        pairs="7.01.02;7.01.05", from_year=YEAR, legal_basis="Kepmendagri 900/2023", by=planner, at=AT
    )
    good, bad = _draft(900), _draft(901)
    where = f"?tahun={YEAR}&opd={tourism().pk}"
    return {
        "matrix": reverse("consistency:matrix"),
        "print": reverse("consistency:matrix") + "?cetak=1",
        "nobody": reverse("consistency:matrix") + "?cari=Tidak",
        "pair": reverse("consistency:finding_list") + f"{where}&pasangan=rkpd-kua_ppas&keadaan=",
        "findings": reverse("consistency:finding_list"),
        "finding": reverse("consistency:finding_detail", args=[missing.pk]),
        "accepted": reverse("consistency:finding_detail", args=[target.pk]),
        "chain": reverse("consistency:chain") + f"{where}&kode=3.26.02",
        "plans": reverse("planning:plan_list"),
        "upload": reverse("planning:plan_upload", args=["rpjmd"]),
        "good": reverse("planning:plan_file", args=[good]),
        "bad": reverse("planning:plan_file", args=[bad]),
        "codes": reverse("planning:code_list"),
    }


def _draft(total: int) -> int:
    facts = {"stage": "perubahan", "number": "2", "date": "2026-06-01", "control_total": str(total)}
    rows = (*plans.BRANCH, plans.BRANCH[2].but(code="3.26.02.1.01.0002", pagu=total - 900))
    return planning.prepare_file(
        kind=FileKind.RKPD, opd=None, year=YEAR, facts=facts, by=None, at=AT,
        content=plans.csv("rkpd", rows), name="rkpd-perubahan.csv",
    ).pk  # fmt: skip


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_consistency_pages_are_accessible(
    client: Client,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    with time_machine.travel(AT, tick=False):
        for name, address in scene(client).items():
            seen = screen.look(client.get(address), size=size, scheme=scheme, name=f"consistency-{name}")
            assert not seen.problems, (name, seen.problems)
            assert not seen.findings, (name, seen.findings)
            assert seen.overflow <= 0, name
