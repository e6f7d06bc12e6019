"""Every screen of the room in Chromium: by axe, without console errors or sideways scrolling."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from opd.models import Role
from opd.planning import services
from opd.planning.models import FileKind, PurseKind
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import person
from tests.planning import files
from tests.planning.test_sipd import bring_rows, spent
from tests.planning.world import AT, ATK, DAY, MEETING, YEAR, line, purses, rp, tourism

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
TRAVEL = "5.1.02.04.01.0001"


def scene() -> dict[str, str]:
    """A budget in the middle of its year, and the address of every page."""
    purses(total=150_000_000)
    first = line(24_000_000, months=dict.fromkeys(range(1, 13), 2_000_000))
    second = line(12_000_000, rekening=MEETING)
    line(80_000_000, released=40_000_000, rekening=TRAVEL, sub="3.26.02.1.01.0002")
    spent(first, 3_500_000, "a", number="17.00/02.0/000001/TBP/2026")
    spent(second, 11_500_000, "b")
    services.hold(
        key="c", line_id=first.pk, amount=rp(1_250_000), on=DAY, purse=PurseKind.UP_CASH, by=None, at=AT
    )
    rows = bring_rows(
        files.reported(3_500_000),
        files.reported(400_000, Nomor_Dokumen="17.00/02.0/000002/TBP/2026"),
        files.reported(150_000, Nomor_Dokumen="17.00/02.0/000003/TBP/2026"),
        files.reported(-50_000, Nomor_Dokumen="17.00/02.0/000004/TBP/2026"),
    )
    services.count_row(row_id=rows[2].pk, reason="Dibayar sebelum aplikasi dipakai", by=None, at=AT)
    facts = {"stage": "pergeseran", "number": "DPA/2", "date": "2026-07-01"}
    good = _draft(files.dpa((ATK, 24_000_000), (MEETING, 12_000_000), (TRAVEL, 9_000_000)), facts, "45000000")
    bad = _draft(files.dpa((ATK, 24_000_000), (MEETING, 1_000_000)), facts, "25000000")
    year = f"?tahun={YEAR}"
    return {
        "lines": reverse("planning:line_list") + year,
        "none": reverse("planning:line_list") + "?tahun=2030",
        "line": reverse("planning:line_detail", args=[first.pk]),
        "months": reverse("planning:month_list") + year,
        "files": reverse("planning:file_list"),
        "upload": reverse("planning:file_upload", args=["spd"]),
        "good": reverse("planning:file_detail", args=[good]),
        "bad": reverse("planning:file_detail", args=[bad]),
        "sipd": reverse("planning:sipd_list") + year,
        "open": reverse("planning:sipd_detail", args=[rows[1].pk]),
        "counted": reverse("planning:sipd_detail", args=[rows[2].pk]),
        "up": reverse("planning:up_grant"),
    }


def _draft(content: object, facts: dict[str, str], total: str) -> int:
    return services.prepare_file(
        kind=FileKind.DPA, opd=tourism(), year=YEAR, facts={**facts, "control_total": total}, by=None, at=AT,
        content=content, name="dpa-pergeseran.csv",  # type: ignore[arg-type]
    ).pk  # fmt: skip


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("narrow", "dark")])
def test_planning_pages_are_accessible(
    client: Client,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    addresses = scene()
    treasurer = person("bp", Role.BENDAHARA_PENGELUARAN, tourism())
    client.force_login(treasurer, backend="django.contrib.auth.backends.ModelBackend")
    for name, address in addresses.items():
        seen = screen.look(client.get(address), size=size, scheme=scheme, name=f"planning-{name}")
        assert not seen.problems, (name, seen.problems)
        assert not seen.findings, (name, seen.findings)
        assert seen.overflow <= 0, name
