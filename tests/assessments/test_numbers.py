"""A debt has its virtual account where the point's account has a prefix; one that can't be paid has none."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from payments.incoming import queries as incoming
from payments.incoming.models import VirtualAccount
from payments.incoming.verification import LAWS
from retribusi.assessments.models import Debt
from retribusi.assessments.payable import KIND
from retribusi.assessments.services import deciding, numbers
from tests.assessments.cast import DECREE, Office, problems
from tests.retribusi.cast import AT, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def prefixed(office: Office) -> Office:
    account = office.museum.point.receiving_account
    assert account is not None
    account.pk, account.terminal_id, account.va_prefix = None, "B02", "98810113"
    account.save(force_insert=True)
    office.museum.point.receiving_account = account
    office.museum.point.save()
    return office


def test_a_skrd_prints_and_shows_its_number(client: Client, prefixed: Office) -> None:
    row = prefixed.issue()
    found = numbers.of_debt(prefixed.debt(row))
    assert found is not None
    assert found.number.startswith("98810113")
    assert "Toko Maju Jaya" not in found.name
    assert found.grouped in text(client.get(f"/tagihan/{row.token}/"))
    client.force_login(prefixed.treasurer, backend="django.contrib.auth.backends.ModelBackend")
    assert found.grouped in text(client.get(f"/retribusi/skrd/{row.pk}/"))
    assert client.get(f"/retribusi/skrd/{row.pk}/cetak.pdf").status_code == 200


def test_without_a_prefix_there_is_none(office: Office) -> None:
    office.issue()
    assert not VirtualAccount.objects.exists()


def test_a_void_or_replaced_debt_closes_its_number(prefixed: Office) -> None:
    row = prefixed.issue(stalls=4)
    old = prefixed.debt(row)
    deciding.grant_instalments(
        skrd_id=row.pk, number=2, first_due=date(2026, 12, 1), grounds=DECREE, by=prefixed.head, at=AT
    )
    gone = incoming.va_of(KIND, old.key)
    assert gone is not None
    assert gone.closed_at == AT
    first, second = (numbers.of_debt(debt) for debt in Debt.objects.open().filter(skrd=row))
    assert first is not None
    assert second is not None
    assert len({first.number, second.number, gone.number}) == 3
    prefixed.void(row)
    assert all(numbers.of_debt(debt) is None for debt in Debt.objects.filter(skrd=row))
    assert not VirtualAccount.objects.standing().exists()
    assert problems() == []
    assert [problem for law in LAWS for problem in law.check().problems] == []
