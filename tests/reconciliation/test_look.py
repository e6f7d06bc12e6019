"""Every screen of the room in Chromium: by axe, without console errors or sideways scrolling."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from opd.models import Role
from payments.reconciliation.models import ImportedFile, ReconciliationException
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.files import Movement, Sale, credit_of
from tests.reconciliation.scene import Scene, imported, upload

pytestmark = pytest.mark.browser


def addresses() -> dict[str, str]:
    def file(**where: str) -> str:
        return reverse("reconciliation:file_detail", args=[ImportedFile.objects.filter(**where)[0].pk])

    found = ReconciliationException.objects.latest("pk")
    return {
        "overview": reverse("reconciliation:overview") + "?sejak=2026-11-01&sampai=2026-11-30",
        "files": reverse("reconciliation:file_list"),
        "settlement": file(kind="settlement", state="done"),
        "statement": file(kind="statement"),
        "refused": file(state="refused"),
        "waiting": file(state="uploaded"),
        "differences": reverse("reconciliation:exception_list"),
        "cut-off": reverse("reconciliation:cut_off") + "?pada=2026-11-24",
        "matches": reverse("reconciliation:match_list") + "?sejak=2026-11-01&sampai=2026-11-30",
        "minutes": reverse("reconciliation:minutes") + "?bulan=2026-11",
        "nothing": reverse("reconciliation:exception_list") + "?keadaan=explained",
        "difference": reverse("reconciliation:exception_detail", args=[found.pk]),
    }


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("narrow", "dark")])
def test_reconciliation_pages_are_accessible(
    scene: Scene,
    client: Client,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    sales = [scene.sold(13_000)[1], scene.sold(5000, mdr=3500)[1], Sale(rrn="111111111111", gross=700_000)]
    scene.sold(9000)
    imported(files.settlement(*sales), name="QRIS_SETTLEMENT_93600999_20261124.csv")
    imported(files.statement(Movement(credit=100), credit_of(*sales)), name="RKUD_0010100000017_20261124.csv")
    imported(files.settlement(sales[0]).replace("TRAILER,1", "TRAILER,2"))
    upload(files.settlement(sales[1]))
    client.force_login(person("kuasa", Role.KUASA_BUD), backend="django.contrib.auth.backends.ModelBackend")
    for name, address in addresses().items():
        seen = screen.look(client.get(address), size=size, scheme=scheme, name=f"reconciliation-{name}")
        assert not seen.problems, (name, seen.problems)
        assert not seen.findings, (name, seen.findings)
        assert seen.overflow <= 0, name
