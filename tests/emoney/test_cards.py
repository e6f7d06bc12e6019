"""The register, top-ups and returns."""

from __future__ import annotations

from datetime import date
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction

from opd.models import AuditEvent, Role
from payments.emoney import services
from payments.emoney.balances import balance
from payments.emoney.models import Card, Return, TopUp
from payments.emoney.services import (
    CardDraft,
    EmoneyError,
    NotEnough,
    OverLimit,
    Reused,
    Unusable,
)
from payments.ledger.models import Journal
from tests.emoney.world import AT, DAY, World, broken_laws, card, rp
from tests.opd.cast import agency, person


def draft(world: World, **other: Any) -> CardDraft:
    values: dict[str, Any] = {
        "opd_id": world.opd.pk, "issuer": "Bank", "number": "603298******0002", "holder_id": world.holder.pk,
        "is_registered": False, "decree_number": "SK 8", "decree_date": DAY, "valid_from": DAY,
    }  # fmt: skip
    return CardDraft(**values | other)


def test_only_the_first_six_and_last_four_digits_of_a_card_are_kept(world: World) -> None:
    made = services.register_card(draft=draft(world, number="6032981234560009"), by=world.treasurer, at=AT)
    assert (made.first6, made.last4) == ("603298", "0009")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(c)::text FROM emoney_card c WHERE id = %s", [made.pk])
        (text,) = cursor.fetchone()
    assert "123456" not in text
    assert made.masked == "6032 98•• •••• 0009"


@pytest.mark.parametrize("number", ["1234", "6032 98", "abcdefghij1234", "603298**** 00012"])
def test_a_number_that_is_no_card_is_refused(world: World, number: str) -> None:
    with pytest.raises(EmoneyError, match="enam angka awal") as caught:
        services.register_card(draft=draft(world, number=number), by=world.treasurer, at=AT)
    assert caught.value.field == "number"


def test_a_card_is_registered_once(world: World) -> None:
    with pytest.raises(EmoneyError, match="sudah terdaftar"):
        services.register_card(draft=draft(world, number="6032 98** **** 0001"), by=world.treasurer, at=AT)


def test_a_holder_needs_the_role_in_that_agency(world: World) -> None:
    with pytest.raises(EmoneyError, match="belum ditetapkan"):
        services.register_card(draft=draft(world, holder_id=world.head.pk), by=world.treasurer, at=AT)


def test_a_treasurer_of_another_agency_registers_nothing(world: World) -> None:
    other = person("bendahara.lain", Role.BENDAHARA_PENGELUARAN, agency("120", "Dinas Pendidikan"))
    with pytest.raises(PermissionDenied):
        services.register_card(draft=draft(world), by=other, at=AT)


def test_a_top_up_is_an_advance_out_of_up_and_no_spending(world: World) -> None:
    made = world.top_up(500_000)
    assert world.purse().used == rp(500_000)
    assert world.booked("emoney_advance") == rp(500_000)
    assert world.booked("bp_bank") == rp(-500_000)
    assert world.booked("spending_expense") == 0
    assert Journal.objects.get(key=made.key).kind == "emoney_topped_up"
    assert balance(world.card).advance == rp(500_000)
    assert not broken_laws()


def test_the_same_top_up_again_changes_nothing(world: World) -> None:
    first = world.top_up(500_000, reference="TRF-9")
    assert world.top_up(500_000, reference="TRF-9") == first
    assert (TopUp.objects.count(), world.purse().used) == (1, rp(500_000))


def test_the_same_reference_with_another_amount_is_refused(world: World) -> None:
    world.top_up(500_000, reference="TRF-9")
    with pytest.raises(Reused):
        world.top_up(400_000, reference="TRF-9")
    assert world.purse().used == rp(500_000)


def test_a_card_never_holds_more_than_its_limit(world: World) -> None:
    world.top_up(1_500_000)
    with pytest.raises(OverLimit, match=r"2\.000\.000"):
        world.top_up(600_000)
    assert (TopUp.objects.count(), world.booked("emoney_advance")) == (1, rp(1_500_000))
    named = card(world.opd, world.holder, number="603298****0005", registered=True)
    world.top_up(1_400_000, card=named)


def test_a_top_up_beyond_up_is_refused_with_its_numbers(world: World) -> None:
    named = card(world.opd, world.holder, number="603298****0005", registered=True)
    with pytest.raises(EmoneyError, match="Sisa UP tunai tinggal") as caught:
        world.top_up(3_000_001, card=named)
    assert "Isi ulang tidak dicatat" in str(caught.value)
    assert not TopUp.objects.exists()
    assert not Journal.objects.exists()


def test_a_blocked_card_is_not_loaded_until_it_is_opened(world: World) -> None:
    services.block_card(card_id=world.card.pk, reason="Hilang di jalan", by=world.treasurer, at=AT)
    with pytest.raises(Unusable, match="Hilang di jalan"):
        world.top_up()
    services.unblock_card(card_id=world.card.pk, by=world.treasurer, at=AT)
    world.top_up()


def test_blocking_twice_or_without_a_reason_is_refused(world: World) -> None:
    with pytest.raises(EmoneyError, match="alasan"):
        services.block_card(card_id=world.card.pk, reason=" ", by=world.treasurer, at=AT)
    services.block_card(card_id=world.card.pk, reason="Hilang", by=world.treasurer, at=AT)
    with pytest.raises(Unusable):
        services.block_card(card_id=world.card.pk, reason="Hilang", by=world.treasurer, at=AT)


def test_an_ended_card_is_not_loaded(world: World) -> None:
    services.end_card(card_id=world.card.pk, valid_to=date(2026, 6, 10), by=world.treasurer, at=AT)
    with pytest.raises(Unusable, match="berakhir"):
        world.top_up()


def test_a_card_with_money_on_it_does_not_end(world: World) -> None:
    world.top_up()
    with pytest.raises(NotEnough, match=r"500\.000"):
        services.end_card(card_id=world.card.pk, valid_to=DAY, by=world.treasurer, at=AT)


def give_back(world: World, amount: int, reference: str = "KMB1") -> Return:
    return services.return_balance(
        card_id=world.card.pk, account_id=world.account.pk, amount=rp(amount), paid_date=DAY,
        reference_no=reference, by=world.treasurer, at=AT,
    )  # fmt: skip


def test_a_returned_balance_ends_the_advance_and_gives_up_back(world: World) -> None:
    world.top_up(500_000)
    made = give_back(world, 200_000)
    assert give_back(world, 200_000) == made
    assert world.purse().used == rp(300_000)
    assert world.booked("emoney_advance") == rp(300_000)
    assert world.booked("bp_bank") == rp(-300_000)
    with pytest.raises(NotEnough, match=r"300\.000"):
        give_back(world, 300_001, "KMB2")
    assert not broken_laws()


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_that_is_not_above_zero_is_refused(world: World, amount: int) -> None:
    with pytest.raises(EmoneyError, match="lebih dari nol"):
        world.top_up(amount)


def test_a_day_to_come_and_a_foreign_account_are_refused(world: World) -> None:
    other = agency("120", "Dinas Pendidikan")
    world.account.__class__.objects.filter(pk=world.account.pk).update(opd=other)
    with pytest.raises(EmoneyError, match="bukan rekening bendahara"):
        world.top_up()


def test_a_top_up_whose_audit_fails_changes_nothing(world: World) -> None:
    with (
        mock.patch("opd.audit.AuditEvent.objects.create", side_effect=DatabaseError("penuh")),
        pytest.raises(DatabaseError),
    ):
        world.top_up()
    assert not TopUp.objects.exists()
    assert not Journal.objects.exists()
    assert world.purse().used == 0


def test_every_deed_on_a_card_is_in_the_trail(world: World) -> None:
    world.top_up()
    give_back(world, 1_000)
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"emoney_card.register", "emoney.top_up", "emoney.return"} <= actions


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"first6": "60329"}, "emoney_card_digits"),
        ({"valid_to": date(2025, 1, 1)}, "emoney_card_dates_in_order"),
        ({"block_reason": "tanpa waktu"}, "emoney_card_block_has_reason"),
        ({"first6": "603298", "last4": "0001"}, "emoney_card_once"),
    ],
)
def test_the_database_refuses_a_card_that_cannot_be(
    world: World, values: dict[str, Any], constraint: str
) -> None:
    base: dict[str, Any] = {
        "opd": world.opd, "issuer": "Bank", "first6": "111111", "last4": "2222", "holder": world.holder,
        "decree_number": "SK", "decree_date": DAY, "valid_from": DAY, "created_at": AT,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Card.objects.create(**base | values)


@pytest.mark.parametrize("statement", [
    "UPDATE emoney_topup SET amount = 1",
    "DELETE FROM emoney_topup",
    "UPDATE emoney_return SET amount = 1",
    "DELETE FROM emoney_return",
    "DELETE FROM emoney_card",
    "UPDATE emoney_card SET holder_id = holder_id + 1",
    "UPDATE emoney_card SET last4 = '9999'",
])  # fmt: skip
def test_the_database_refuses_to_change_what_happened(world: World, statement: str) -> None:
    world.top_up()
    give_back(world, 1_000)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
