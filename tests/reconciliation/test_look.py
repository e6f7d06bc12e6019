"""Every screen of the room in Chromium: by axe, without console errors or sideways scrolling."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from opd.models import Role, User
from payments.reconciliation import services
from payments.reconciliation.models import ImportedFile, Match, ReconciliationException, Suggestion
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.files import Movement, Sale, credit_of
from tests.reconciliation.scene import AT, Scene, imported, upload

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
        "suggestions": reverse("reconciliation:suggestion_list"),
        "suggestion": reverse("reconciliation:suggestion_detail", args=[Suggestion.objects.latest("pk").pk]),
        "no-suggestion": reverse("reconciliation:suggestion_list") + "?keadaan=confirmed",
        "match": reverse("reconciliation:match_detail", args=["payment", Match.objects.latest("pk").pk]),
        "undone": reverse("reconciliation:match_list") + "?keadaan=undone&sejak=2026-11-01",
        "apart": reverse("reconciliation:apart_list"),
        "minutes": reverse("reconciliation:minutes") + "?bulan=2026-11",
        "nothing": reverse("reconciliation:exception_list") + "?keadaan=explained",
        "difference": reverse("reconciliation:exception_detail", args=[found.pk]),
    }


def _worked_on(scene: Scene, kuasa: User) -> None:
    """Something undone and kept apart, a pair, a group and a credit within tolerance offered."""
    undone = Match.objects.earliest("pk")
    services.undo_match(
        match_id=undone.pk, reason="Bank menarik kembali baris ini", keep_apart=True, by=kuasa, at=AT
    )
    sale = scene.sold(6_000)[1]
    blurred = replace(sale, rrn="998877665544", partner_reference="", at=sale.at + timedelta(minutes=3))
    owed = [scene.sold(amount, batch=f"B-{amount}")[1] for amount in (11_000, 12_000, 250_000)]
    imported(files.settlement(blurred, *owed), name="QRIS_SETTLEMENT_93600999_20261124_2.csv")
    lump = Movement(2_300_000, 0, "PEMINDAHBUKUAN QRIS")
    short = Movement(24_900_000, 0, "QRIS", owed[2].batch_no)
    imported(files.statement(lump, short), name="RKUD_0010100000017_20261124_2.csv")


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
    kuasa = person("kuasa", Role.KUASA_BUD)
    _worked_on(scene, kuasa)
    client.force_login(kuasa, backend="django.contrib.auth.backends.ModelBackend")
    for name, address in addresses().items():
        seen = screen.look(client.get(address), size=size, scheme=scheme, name=f"reconciliation-{name}")
        assert not seen.problems, (name, seen.problems)
        assert not seen.findings, (name, seen.findings)
        assert seen.overflow <= 0, name
