"""``verify`` names each harm to virtual accounts that the guards should have made impossible."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from payments.incoming.models import VaInquiry, VaNotice
from tests.incoming.conftest import things, world  # noqa: F401 - fixtures
from tests.incoming.test_verification import broken, drop, lower, run
from tests.incoming.va.teller import Desk, pay_by_number
from tests.incoming.world import World

HARMS: dict[str, tuple[list[str], set[str]]] = {
    "a thing has two numbers": (
        [
            "DROP INDEX va_one_standing_per_thing",
            "INSERT INTO incoming_virtualaccount SELECT gen_random_uuid(), '8809900000000001', payable_kind,"
            " payable_key, name, expires_at, made_at, closed_at, closed_reason, partner_id,"
            " receiving_account_id FROM incoming_virtualaccount",
        ],
        {"incoming.va_standing"},
    ),
    "a number leaves its prefix": (
        ["UPDATE incoming_virtualaccount SET number = '1234500000000001'"],
        {"incoming.va_standing"},
    ),
    "a no becomes of a yes": (["UPDATE incoming_vanotice SET case_ = '14'"], {"incoming.va_booked_once"}),
    "a message is lost": (["DELETE FROM incoming_vanotice"], {"incoming.va_told"}),
    "a payment changes its method": (
        ["UPDATE incoming_payment SET method = 'qris'"],
        {"incoming.va_booked_once", "incoming.va_methods"},
    ),
    "a request by number waits": (
        ["UPDATE incoming_paymentrequest SET next_ask_at = now()"],
        {"incoming.va_methods"},
    ),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_harm_done_behind_the_guards_is_named(world: World, harm: str) -> None:  # noqa: F811
    pay_by_number(world)
    statements, laws = HARMS[harm]
    tables = ("payment", "paymentrequest", "virtualaccount", "vanotice", "vainquiry")
    run("SET CONSTRAINTS ALL IMMEDIATE", *(lower(f"incoming_{table}") for table in tables))
    run(*(statement.replace("case_", '"case"') for statement in statements))
    assert set(broken()) == laws | {"incoming.guards"}


def test_the_law_of_yes_stands_in_the_table_too(world: World) -> None:  # noqa: F811
    pay_by_number(world)
    run("SET CONSTRAINTS ALL IMMEDIATE", lower("incoming_vanotice"))
    with pytest.raises(DatabaseError), transaction.atomic():
        run("UPDATE incoming_vanotice SET payment_id = NULL")
    run(
        drop("incoming_vanotice", "va_notice_yes_is_booked"), "UPDATE incoming_vanotice SET payment_id = NULL"
    )
    assert {"incoming.va_booked_once", "incoming.va_told"} <= set(broken())


def test_what_a_bank_told_is_kept(desk: Desk) -> None:
    va = desk.open()
    desk.ask(va.number)
    desk.pay(va.number)
    for rows in (VaInquiry.objects.all(), VaNotice.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(amount=1)
