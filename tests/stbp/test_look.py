"""The register of TBP and the compensation of titipan in Chromium: by axe, on a phone and a desk."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from opd.models import User
from opd.office.models import Document
from retribusi.stbp import services
from tests.assessments.cast import Office
from tests.assessments.test_compensating import LATER, _in_rkud, bill, propose, titipan  # noqa: F401
from tests.counter.cast import Desk
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.retribusi.cast import AT

pytestmark = pytest.mark.browser


def stage(desk: Desk, office: Office) -> list[tuple[str, User, str]]:
    """Cash that an STS took, a paper replaced, a SKRD paid; titipan proposed for another SKRD."""
    deposit = desk.deposited()
    old = Document.objects.get(kind="stbp")
    fresh = services.reissue(document=old, reason="salah cetak", by=desk.treasurer, at=AT)
    payment, row = titipan(office), bill(office, stalls=1)
    bill(office, stalls=1)
    one = propose(office, payment, row)
    treasurer, head = office.treasurer, office.head
    return [
        ("list", treasurer, reverse("stbp:tbp_list")),
        ("detail", treasurer, reverse("stbp:tbp_detail", args=[fresh.token])),
        ("voided", treasurer, reverse("stbp:tbp_detail", args=[old.token])),
        ("paper", treasurer, reverse("office:document_print", args=[fresh.token])),
        ("deposit", treasurer, reverse("counter:deposit_detail", args=[deposit.pk])),
        ("titipan", treasurer, reverse("refunds:desk")),
        ("payment", treasurer, reverse("refunds:payment", args=[payment.pk])),
        ("compensation-new", treasurer, reverse("refunds:compensation_new", args=[payment.pk])),
        ("compensations", head, reverse("refunds:compensation_list")),
        ("compensation", head, reverse("refunds:compensation_detail", args=[one.pk])),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("size", "scheme"), [("phone", "light"), ("desk", "dark")])
def test_pages_are_accessible(
    client: Client,
    desk: Desk,
    office: Office,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    wrong = []
    for name, user, address in stage(desk, office):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get(address)
        assert answer.status_code == 200, name
        seen = screen.look(answer, size=size, scheme=scheme, name=f"stbp-{name}")
        if seen.problems or seen.findings or seen.overflow > 0:
            wrong.append((name, seen.problems, seen.findings, seen.overflow))
    assert not wrong
