"""Every screen of the auditor's desk in Chromium: by axe, without console errors or sideways scrolling."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from opd.models import Role
from payments.auditing import sampling
from payments.auditing.models import Method, Population
from tests.auditing.cast import AT, Desk, page_of
from tests.auditing.test_holders import also
from tests.auditing.test_lists import spends
from tests.auditing.test_sampling import wanted
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen

pytestmark = pytest.mark.browser
JUNE = "?sejak=2026-06-01&sampai=2026-06-30"


def stage(place: Desk) -> dict[str, str]:
    """Findings in three states, a sample, spends for the lists, and one person with roles that conflict."""
    made = spends(place)
    place.judged("partial")
    about = place.finding(about=[page_of(made[3].pk)])
    also(place.office.ppk, Role.PPTK, AT.date())
    row = sampling.draw(
        wanted=wanted(Population.SPENDS, Method.MONETARY), form_key="uji", by=place.auditor, at=AT
    )
    assert about.document is not None
    return {
        "findings": reverse("auditing:finding_list"),
        "finding-new": reverse("auditing:finding_new"),
        "finding": reverse("auditing:finding_detail", args=[about.pk]),
        "finding-paper": reverse("office:document_print", args=[about.document.token]),
        "access": reverse("auditing:access_matrix"),
        "samples": reverse("auditing:sample_list"),
        "sample-new": reverse("auditing:sample_new"),
        "sample": reverse("auditing:sample_detail", args=[row.pk]) + "?ulang=1",
        "lists": reverse("auditing:list_index") + JUNE,
        "under": reverse("auditing:list_detail", args=["di-bawah-batas"]) + JUNE,
        "split": reverse("auditing:list_detail", args=["pengadaan-dipecah"]) + JUNE,
        "accounts": reverse("auditing:list_detail", args=["rekening-bendahara"]) + JUNE,
        "hours": reverse("auditing:list_detail", args=["luar-jam-kerja"]) + JUNE,
    }


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_pages_of_the_desk_are_accessible(
    place: Desk,
    client: Client,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    shown = stage(place)
    client.force_login(place.auditor, backend="django.contrib.auth.backends.ModelBackend")
    wrong = []
    for name, address in shown.items():
        answer = client.get(address)
        assert answer.status_code == 200, name
        seen = screen.look(answer, size=size, scheme=scheme, name=f"auditing-{name}")
        if seen.problems or seen.findings or seen.overflow > 0:
            wrong.append((name, seen.problems, seen.findings, seen.overflow))
    client.force_login(place.office.pa, backend="django.contrib.auth.backends.ModelBackend")
    seen = screen.look(client.get(shown["finding"]), size=size, scheme=scheme, name="auditing-answer")
    assert not [*wrong, *([seen] if seen.problems or seen.findings or seen.overflow > 0 else [])]
