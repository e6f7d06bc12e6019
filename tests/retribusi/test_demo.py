"""The demo: the same two weeks everywhere, booked through services, known to the sandbox bank."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.db.models import Sum

from opd.office.calendar import WIB, day_of
from opd.office.verification import laws
from payments import qris
from payments.incoming.models import Payment, PaymentRequest
from payments.reconciliation import demo as files
from retribusi import demo
from retribusi.models import CollectionPoint, Order, Ticket

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=WIB)


@pytest.fixture
def seeded(seed_demo: Callable[..., list[str]]) -> str:
    return seed_demo(NOW)[0]


TAKINGS = Decimal("1305000.00")
"""Rupiah of the demo's two weeks: the same on every installation."""


def test_two_places_sold_for_two_weeks_and_two_orders_wait(seeded: str) -> None:
    assert set(CollectionPoint.objects.values_list("slug", "status")) == {
        ("rumah-bung-karno", "live"),
        ("museum-negeri", "live"),
        ("sport-center", "planned"),
        ("parkir-pantai-panjang", "planned"),
        ("aula-taman-budaya", "planned"),
        ("lapak-view-tower", "planned"),
    }
    waiting = PaymentRequest.objects.filter(state="open", expires_at__gt=NOW)
    assert {request.receiving_account.nmid for request in waiting} == {"ID20260000001", "ID20260000002"}
    assert waiting.count() == 2
    days = {day_of(at) for at in Payment.objects.values_list("paid_at", flat=True)}
    assert min(days) == NOW.date() - timedelta(days=14)
    assert NOW.date() in days
    assert not Payment.objects.exclude(fulfilment="done").exists()
    assert sorted(Payment.objects.exclude(kind="exact").values_list("kind", flat=True)) == ["double", "late"]
    assert Ticket.objects.count() > Order.objects.filter(state="paid").count() > 60
    assert Payment.objects.aggregate(sum=Sum("amount"))["sum"] == TAKINGS
    assert demo.seed(at=NOW) == "sudah ada"


def test_the_laws_hold_and_the_bank_is_told_of_everything(seeded: str, tmp_path: Path) -> None:
    with time_machine.travel(NOW, tick=False):
        files.seed(at=NOW)
        path = demo.write_banks_past(at=NOW)
    assert path.stat().st_mode & 0o777 == 0o600
    past = json.loads(path.read_text(encoding="utf-8"))
    assert past["opened_on"] == "2026-11-24"
    known = {each["reference_no"]: each for each in past["qrs"]}
    assert len(known) == PaymentRequest.objects.filter(method="qris").count()
    for each in past["qrs"]:
        assert qris.parse(each["qr_content"]).amount == Decimal(each["amount"])
    ours = Payment.objects.filter(method="qris").exclude(request=None)
    assert {each["rrn"] for each in past["payments"]} == set(ours.values_list("rrn", flat=True))
    assert {each["reference_no"] for each in past["payments"]} <= set(known)
    today = [each for each in past["payments"] if each["business_date"] == "2026-11-24"]
    assert today
    assert not any(each["settled"] for each in today)
    for law in laws():
        finding = law.check()
        assert not finding.problems, (law.name, finding.problems)
        if law.name.startswith("retribusi."):
            assert finding.rows > 60, law.name
