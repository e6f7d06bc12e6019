"""Every page of paying in Chromium: by axe, without console errors or sideways scrolling."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from payments.spending.models import Channel, Verdict
from payments.spending.services import cms, contradictions
from payments.spending.services.transfers import check_payee
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.office.factor import give_factor
from tests.spending.pay.bank import ORDERS
from tests.spending.pay.test_qris import code, spend_of
from tests.spending.pay.world import AT, World

pytestmark = pytest.mark.browser


def url(name: str, *args: object) -> str:
    return reverse(f"spending:{name}", args=args)


def addresses(world: World) -> dict[str, str]:
    now = timezone.now()
    check_payee(payee_id=world.payee.pk, by=world.treasurer, at=now)
    stranger = world.add_payee("Toko Lain", "0010300000012")
    check_payee(payee_id=stranger.pk, by=world.treasurer, at=now)
    unchecked = world.add_payee("Toko Belum Diperiksa", "0010300000013")
    filed = [world.spend(75_000 + place, description=f"Konsumsi rapat {place}") for place in range(3)]
    bulk = cms.make_bulk(
        account_id=world.account.pk, spend_ids=[s.pk for s in filed], by=world.treasurer, at=AT
    )
    world.bank.mood = lambda service, body, honest: None if service in ORDERS else honest()
    waiting = world.pay(world.spend(2_250_000, description="Servis kendaraan dinas lapangan"))
    world.bank.mood = lambda service, body, honest: (
        (403, {"responseCode": f"403{service.code}14", "responseMessage": "x"})
        if service in ORDERS
        else honest()
    )
    failed = world.pay(world.spend(1_500_000, description="Cetak spanduk Festival Tabut"))
    world.bank.mood = None
    paid = world.pay(world.spend(350_000, description="Air minum kantor"))
    contradictions.keep(
        disbursement_id=failed.pk, at=now,
        word=contradictions.Word(Verdict.PAID, "BANK00000007", day=timezone.localdate()),
    )  # fmt: skip
    return {
        "unsure": url("unsure_list"),
        "stuck": url("unsure_detail", waiting.pk),
        "contradicted": url("unsure_detail", failed.pk),
        "list": url("pay_list"),
        "nothing": url("pay_list") + "?cari=tidakada",
        "transfer": url("pay_page", world.spend(222_000, tax=22_000).pk),
        "differs": url("pay_page", world.spend(payee=stranger).pk),
        "unchecked": url("pay_page", world.spend(payee=unchecked).pk),
        "again": url("pay_page", failed.spend_id),
        "qris": url("pay_page", spend_of(world).pk),
        "cash": url("pay_page", world.spend(channel=Channel.CASH).pk),
        "waiting": url("pay_wait", waiting.pk),
        "failed": url("pay_wait", failed.pk),
        "paid": url("pay_wait", paid.pk),
        "files": url("bulk_list"),
        "file": url("bulk_detail", bulk.pk),
    }


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("narrow", "dark")])
def test_the_pages_of_paying_are_accessible(
    world: World,
    client: Client,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    pages = addresses(world)
    give_factor(client, world.treasurer)
    for name, address in pages.items():
        check(screen, client.get(address), size, scheme, name)
    spend = world.spend(75_000, channel=Channel.QRIS)
    given = {"account": world.account.pk, "content": code(merchant_name="WARUNG LAIN", city="JAKARTA")}
    check(screen, client.post(url("pay_qris_read", spend.pk), given), size, scheme, "confirm")


def check(screen: Screen, response: Any, size: str, scheme: str, name: str) -> None:  # noqa: F811
    assert response.status_code == 200, name
    seen = screen.look(response, size=size, scheme=scheme, name=f"pay-{name}")
    assert not seen.problems, (name, seen.problems)
    assert not seen.findings, (name, seen.findings)
    assert seen.overflow <= 0, name
