"""Every screen of spending in Chromium, phone and desk: axe, no console errors, no sideways scrolling."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from opd.models import User
from payments.spending.models import Channel, TaxKind
from payments.spending.services import TaxDraft
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.office.factor import give_factor
from tests.spending import world
from tests.spending.test_screens import HEAD, filled
from tests.spending.world import Office, rp

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _june(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils import timezone

    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2026, 6, 10))
    monkeypatch.setattr(timezone, "now", lambda: world.AT)


def as_(user: User) -> Client:
    client = Client()
    give_factor(client, user)
    return client


def pages(place: Office) -> list[tuple[str, Any]]:
    taxes = (TaxDraft(TaxKind.PPN, rp(99_000)), TaxDraft(TaxKind.PPH22, rp(13_500)))
    paid = world.paid(place, taxes=taxes)
    submitted, approved = world.submitted(place), world.approved(place, channel=Channel.QRIS, payee_id=None)
    draft = world.raised(place, description="Kertas HVS 70 gram untuk rapat koordinasi pemasaran pariwisata")
    pptk, pa, bp, bud = (as_(user) for user in (place.pptk, place.pa, place.bp, place.bud))

    def url(name: str, *args: Any) -> str:
        return reverse(f"spending:{name}", args=args)

    new = url("spend_new")
    line = f"{place.line.kode_sub_kegiatan}\t{place.line.kode_rekening}"
    table = f"{HEAD}\n{line}\tUP\tCMS\t{place.payee.name}\t1.250.000,50\tKertas\t10/06/2026"
    wrong = f"{HEAD}\n{line}\tUP\tCMS\tEntah\tseribu\tKertas\t10/06/2026"
    tax = paid.taxes.first()
    assert tax is not None
    return [
        ("list", pptk.get(url("spend_list"))),
        ("empty", pptk.get(url("spend_list"), {"cari": "tidak ada"})),
        ("draft", pptk.get(url("spend_detail", draft.pk))),
        ("approve", pa.get(url("spend_detail", submitted.pk))),
        ("paid", bp.get(url("spend_detail", paid.pk))),
        ("new", pptk.get(new)),
        ("new-wrong", pptk.post(new, filled(place, amount="60.000.000", aksi="ajukan"))),
        ("test", bp.get(url("spend_test", approved.pk))),
        ("refund", bp.get(url("spend_refund", paid.pk))),
        ("number", pptk.get(url("npd_number", submitted.pk))),
        ("paste", pptk.get(url("spend_paste"))),
        ("paste-preview", pptk.post(url("spend_paste"), {"table": table})),
        ("paste-wrong", pptk.post(url("spend_paste"), {"table": wrong})),
        ("payees", bp.get(url("payee_list"))),
        ("payee", bp.get(url("payee_detail", place.payee.pk))),
        ("payee-new", bp.get(url("payee_new"))),
        ("accounts", bud.get(url("account_list"))),
        ("account-new", bud.get(url("account_new"))),
        ("account-end", bud.get(url("account_end", place.account.pk))),
        ("taxes", bp.get(url("tax_list"))),
        ("tax", bp.get(url("tax_detail", tax.pk))),
    ]


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("narrow", "dark")])
def test_spending_pages_are_accessible(screen: Screen, size: str, scheme: str) -> None:  # noqa: F811
    found = {}
    for name, response in pages(world.office()):
        assert response.status_code == 200, name
        seen = screen.look(response, size=size, scheme=scheme, name=f"spending-{name}")
        found[name] = (seen.problems, seen.findings, seen.overflow)
    assert {name: one for name, one in found.items() if one[0] or one[1] or one[2] > 0} == {}
