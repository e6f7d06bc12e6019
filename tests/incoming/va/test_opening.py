"""Numbers are opened once for each thing, singly or by the thousand, and closed for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test.utils import CaptureQueriesContext

from opd import audit
from opd.models import AuditEvent
from payments.incoming import queries, services
from payments.incoming.models import ReceivingAccount, VirtualAccount
from payments.incoming.services import RequestError, VaWanted
from payments.incoming.va import numbers
from tests.incoming.world import AT, KIND, World, make_account

PREFIX = "88099"
UNTIL = AT + timedelta(days=30)


@pytest.fixture
def account(world: World) -> ReceivingAccount:
    return make_account(world.partner, world.opd, nmid="ID20260000009", va_prefix=PREFIX)


def wanted(account: ReceivingAccount, key: str = "skrd-1") -> VaWanted:
    return VaWanted(kind=KIND, key=key, receiving_account=account, name="Budi Santoso", expires_at=UNTIL)


def opened(want: VaWanted) -> VirtualAccount:
    return services.open_vas([want], by=None, at=AT)[0]


def test_a_number_is_opened_once(account: ReceivingAccount) -> None:
    first = services.open_va(
        kind=KIND,
        key="skrd-1",
        receiving_account=account,
        name="Budi Santoso",
        expires_at=UNTIL,
        by=None,
        at=AT,
    )
    assert first.number.startswith(PREFIX)
    assert len(first.number) == 16
    assert numbers.check_digit(first.number[:-1]) == first.number[-1]
    assert first.name == "Bu** Sa*****"
    assert opened(wanted(account)).pk == first.pk
    assert AuditEvent.objects.filter(action="va.open").count() == 1
    view = queries.va_of(KIND, "skrd-1")
    assert view
    assert view.number == first.number
    assert view.grouped.replace(" ", "") == first.number
    assert audit.describe("va.open") == "Nomor VA dibuka"


def test_a_later_end_prolongs_and_an_earlier_one_does_not(account: ReceivingAccount) -> None:
    number = opened(wanted(account)).number
    later = UNTIL + timedelta(days=60)
    assert opened(replace(wanted(account), expires_at=later)).number == number
    assert opened(wanted(account)).expires_at == later


def test_a_closed_number_is_never_used_again(account: ReceivingAccount) -> None:
    first = opened(wanted(account))
    assert services.close_va(KIND, "skrd-1", reason="SKRD dibatalkan", by=None, at=AT)
    assert services.close_va(KIND, "skrd-1", reason="SKRD dibatalkan", by=None, at=AT) is None
    second = opened(wanted(account))
    assert second.number != first.number
    assert queries.va_of(KIND, "skrd-1") is not None


def test_an_account_without_prefix_is_refused(world: World) -> None:
    with pytest.raises(RequestError, match="belum punya awalan nomor VA"):
        opened(wanted(world.account))


def test_a_prefix_too_long_for_the_banks_numbers_is_refused(world: World) -> None:
    account = make_account(world.partner, world.opd, nmid="ID20260000008", va_prefix="880991234567")
    with pytest.raises(RequestError, match="terlalu panjang untuk nomor 16 angka"):
        opened(wanted(account))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"expires_at": AT}, "Batas waktu nomor VA sudah lewat"),
        ({"name": "  "}, "memerlukan nama wajib bayar"),
    ],
)
def test_what_cannot_be_opened_says_why(
    account: ReceivingAccount, change: dict[str, object], says: str
) -> None:
    with pytest.raises(RequestError, match=says):
        opened(replace(wanted(account), **change))  # type: ignore[arg-type]
    assert not VirtualAccount.objects.exists()


def test_another_accounts_number_is_not_taken_over(world: World, account: ReceivingAccount) -> None:
    opened(wanted(account))
    other = make_account(world.partner, world.opd, nmid="ID20260000007", va_prefix=PREFIX)
    with pytest.raises(RequestError, match="pada rekening lain"):
        opened(wanted(other))


def test_closing_wants_a_reason(account: ReceivingAccount) -> None:
    opened(wanted(account))
    with pytest.raises(RequestError, match="Tulis alasan"):
        services.close_va(KIND, "skrd-1", reason=" ", by=None, at=AT)


def test_ten_thousand_are_opened_in_few_statements(account: ReceivingAccount) -> None:
    from django.db import connection

    opened(wanted(account, "skrd-77"))
    wants = [wanted(account, f"skrd-{number}") for number in range(10_000)]
    with CaptureQueriesContext(
        connection,
    ) as statements:
        rows = services.open_vas(wants, by=None, at=AT)
    assert len(statements) < 30
    assert [row.payable_key for row in rows] == [want.key for want in wants]
    assert len({row.number for row in rows}) == 10_000


def test_a_number_that_is_taken_is_drawn_again(
    account: ReceivingAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = opened(wanted(account)).number
    fresh = numbers.draw(PREFIX, 16)
    draws = iter([taken, fresh])
    monkeypatch.setattr(numbers, "draw", lambda *_: next(draws))
    assert opened(wanted(account, "skrd-2")).number == fresh


@pytest.mark.parametrize(
    "change",
    [
        {"number": "8809900000000001"},
        {"payable_key": "skrd-9"},
        {"expires_at": AT},
        {"closed_reason": "tanpa waktu"},
    ],
)
def test_the_database_refuses_to_change_a_number(
    account: ReceivingAccount, change: dict[str, object]
) -> None:
    row = opened(wanted(account))
    with pytest.raises(DatabaseError), transaction.atomic():
        VirtualAccount.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
