"""From a tap to a spending on a budget line."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection

from opd.models import AuditEvent, Role
from opd.office import attachments
from payments.emoney import queries, services
from payments.emoney.balances import balance
from payments.emoney.models import Movement
from payments.emoney.services import EmoneyError, Reused
from payments.ledger.models import Journal
from payments.spending import services as spending
from payments.spending.models import Spend
from payments.spending.rules import CHECKS
from tests.emoney.world import AT, DAY, Tap, World, bought, broken_laws, history, picture, rp
from tests.opd.cast import person


def step(tap: Movement) -> str:
    return queries.step_of(Movement.objects.select_related("spend").get(pk=tap.pk)).code


def test_a_tap_without_a_receipt_is_its_holders_exposure(world: World) -> None:
    tap = bought(world)
    money = balance(world.card)
    assert (money.advance, money.open, money.expected) == (rp(500_000), rp(15_000), rp(485_000))
    assert step(tap) == "unreported"
    assert not broken_laws()


def test_a_tap_becomes_spending_once_reported_approved_and_charged(world: World) -> None:
    tap = bought(world)
    spend = world.report(tap)
    assert (spend.state, spend.amount, spend.merchant_name) == ("submitted", rp(15_000), "UJI COBA PARKIR")
    assert attachments.of(spend).count() == 1
    world.line.refresh_from_db()
    assert (world.line.held, step(tap)) == (rp(15_000), "waiting")
    world.approve(spend)
    assert step(tap) == "ready"
    paid = world.charge(tap)
    world.line.refresh_from_db()
    assert (paid.state, paid.paid_date, world.line.realised) == ("paid", DAY, rp(15_000))
    assert world.booked("emoney_advance") == rp(485_000)
    assert world.booked("spending_expense") == rp(15_000)
    assert world.booked("bp_bank") == rp(-500_000)
    assert world.purse().used == rp(500_000), "the top-up took the purse; the spend takes none again"
    assert (step(tap), balance(world.card).open) == ("charged", rp(0))
    assert not broken_laws()


def test_charging_twice_books_once(world: World) -> None:
    tap = bought(world)
    world.approve(world.report(tap))
    assert world.charge(tap) == world.charge(tap)
    assert Journal.objects.filter(kind="spending_paid").count() == 1


def test_a_tap_is_reported_once(world: World) -> None:
    tap = bought(world)
    world.report(tap)
    with pytest.raises(Reused, match="sudah dilaporkan"):
        world.report(tap)
    assert Spend.objects.count() == 1


def test_a_report_that_nobody_approved_is_not_charged(world: World) -> None:
    tap = bought(world)
    with pytest.raises(EmoneyError, match="belum melaporkan"):
        world.charge(tap)
    world.report(tap)
    with pytest.raises(EmoneyError, match="PA atau KPA"):
        world.charge(tap)
    assert world.booked("spending_expense") == 0


def test_a_rejected_report_goes_back_to_its_holder(world: World) -> None:
    tap = bought(world)
    spend = world.report(tap)
    spending.reject(spend_id=spend.pk, reason="Struk tidak terbaca", by=world.head, at=AT)
    assert step(tap) == "returned"
    again = world.report(tap, purpose="Parkir di DPRD")
    assert again != spend
    world.line.refresh_from_db()
    assert world.line.held == rp(15_000)
    assert not broken_laws()


def test_a_holder_takes_a_report_back(world: World) -> None:
    tap = bought(world)
    world.report(tap)
    services.withdraw_report(movement_id=tap.pk, reason="Salah baris", by=world.holder, at=AT)
    world.line.refresh_from_db()
    assert (world.line.held, step(tap)) == (rp(0), "returned")


def report(world: World, tap: Movement, **other: Any) -> Spend:
    values: dict[str, Any] = {
        "movement_id": tap.pk, "line_id": world.line.pk, "purpose": "Parkir", "receipts": [picture()],
        "by": world.holder, "at": AT,
    }  # fmt: skip
    return services.report(**values | other)


def test_a_report_needs_a_receipt_a_purpose_and_a_line_of_the_agency(world: World) -> None:
    tap = bought(world)
    for other, words in (
        ({"receipts": []}, "foto struk"),
        ({"purpose": "  "}, "keperluannya"),
        ({"line_id": world.line.pk + 1}, "baris anggaran OPD"),
        ({"receipts": [ContentFile(b"bukan foto", name="a.jpg")]}, "Laporan belum dikirim"),
    ):
        with pytest.raises(EmoneyError, match=words):
            report(world, tap, **other)
    assert not Spend.objects.exists()
    assert step(tap) == "unreported"


def test_a_report_beyond_the_budget_keeps_nothing(world: World) -> None:
    world.line.__class__.objects.filter(pk=world.line.pk).update(pagu=rp(10_000), released=rp(10_000))
    tap = bought(world)
    with pytest.raises(EmoneyError, match="Sisa pagu"):
        world.report(tap)
    assert not Spend.objects.exists()


def test_only_the_holder_reports(world: World) -> None:
    tap = bought(world)
    other = person("pegawai.lain", Role.PEGAWAI, world.opd)
    for somebody in (other, world.treasurer):
        with pytest.raises(PermissionDenied):
            report(world, tap, by=somebody)


def test_only_a_treasurer_charges(world: World) -> None:
    tap = bought(world)
    world.approve(world.report(tap))
    for somebody in (world.holder, world.head, world.verifier):
        with pytest.raises(PermissionDenied):
            services.charge(
                movement_id=tap.pk, checks=dict.fromkeys(CHECKS, True), note="", by=somebody, at=AT
            )


def test_a_failed_test_needs_a_reason(world: World) -> None:
    tap = bought(world)
    world.approve(world.report(tap))
    checks = dict.fromkeys(CHECKS, True) | {"tax": False}
    with pytest.raises(EmoneyError, match="Belum ada yang dibebankan"):
        services.charge(movement_id=tap.pk, checks=checks, note="", by=world.treasurer, at=AT)
    services.charge(movement_id=tap.pk, checks=checks, note="Tanpa pajak", by=world.treasurer, at=AT)


def repay(world: World, tap: Movement, reference: str = "GANTI1") -> None:
    services.repay(
        movement_id=tap.pk, account_id=world.account.pk, paid_date=DAY, reference_no=reference,
        by=world.treasurer, at=AT,
    )  # fmt: skip


def test_a_private_purchase_is_repaid_and_never_spent(world: World) -> None:
    tap = bought(world)
    repay(world, tap)
    assert (step(tap), world.booked("emoney_advance"), world.booked("bp_bank")) == (
        "repaid", rp(485_000), rp(-485_000)
    )  # fmt: skip
    assert world.purse().used == rp(485_000)
    with pytest.raises(Reused, match="diganti"):
        world.report(tap)
    with pytest.raises(Reused, match="diganti"):
        repay(world, tap, "GANTI2")
    assert not broken_laws()


def test_a_reported_purchase_is_not_repaid_as_well(world: World) -> None:
    tap = bought(world)
    world.report(tap)
    with pytest.raises(Reused, match="sudah dilaporkan"):
        repay(world, tap)


def test_a_charge_whose_audit_fails_changes_nothing(world: World) -> None:
    tap = bought(world)
    world.approve(world.report(tap))
    with (
        mock.patch("payments.emoney.services.taps.audit.record", side_effect=DatabaseError("penuh")),
        pytest.raises(DatabaseError),
    ):
        world.charge(tap)
    assert step(tap) == "ready"
    assert not Journal.objects.filter(kind="spending_paid").exists()


def test_the_trail_tells_who_reported_and_who_charged(world: World) -> None:
    tap = bought(world)
    world.approve(world.report(tap))
    world.charge(tap)
    told = AuditEvent.objects.filter(subject_type="emoney.movement", subject_id=str(tap.pk))
    assert list(told.order_by("pk").values_list("action", "by__username")) == [
        ("emoney.report", "pegawai"), ("emoney.charge", "bendahara")
    ]  # fmt: skip


def test_a_year_ends_when_every_card_comes_to_zero(world: World) -> None:
    tap = bought(world, 15_000, loaded=100_000)
    rows = queries.with_balance(queries.rows_of(queries.visible(world.treasurer), on=DAY))
    assert [row.card for row in rows] == [world.card]
    world.approve(world.report(tap))
    world.charge(tap)
    services.return_balance(
        card_id=world.card.pk, account_id=world.account.pk, amount=rp(85_000), paid_date=DAY,
        reference_no="SISA", by=world.treasurer, at=AT,
    )  # fmt: skip
    taps = [
        Tap("TOPUP", 100_000, 0),
        Tap("BELI", 15_000, 30, "UJI COBA PARKIR", "EM1"),
        Tap("TARIK", 85_000, 60),
    ]
    world.load(history(taps))
    assert not queries.with_balance(queries.rows_of(queries.visible(world.treasurer), on=DAY))
    assert world.booked("emoney_advance") == 0
    services.end_card(card_id=world.card.pk, valid_to=DAY, by=world.treasurer, at=AT)
    assert not broken_laws()


def test_verify_sees_spending_by_emoney_that_no_card_knows(world: World) -> None:
    tap = bought(world)
    world.approve(world.report(tap))
    world.charge(tap)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE emoney_movement SET spend_id = NULL WHERE id = %s", [tap.pk])
    assert {"emoney.charged", "emoney.explained"} & set(broken_laws())


def test_an_employee_sees_his_own_card_alone(world: World) -> None:
    other = person("pegawai.lain", Role.PEGAWAI, world.opd)
    assert not queries.visible(other).exists()
    assert list(queries.visible(world.holder)) == [world.card]
    assert list(queries.visible(world.head)) == [world.card]
