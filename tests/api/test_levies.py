"""Levies by day and point: orders and SKRD, whatever the pages' size."""

from __future__ import annotations

import pytest

from opd.models import Role
from tests.api.cast import registered
from tests.assessments.cast import Office, staffed
from tests.opd.cast import person
from tests.retribusi.cast import AT, Museum
from tests.retribusi.conftest import museum, now

__all__ = ["museum", "now"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def office(museum: Museum) -> Office:
    return staffed(museum)


def test_orders_and_assessments_are_summed_without_names(office: Office, museum: Museum) -> None:
    system = registered(person("admin", Role.ADMINISTRATOR))
    museum.paid(), museum.paid(adults=1, children=0), museum.waiting()
    bill, other = office.issue(), office.issue(wajib=office.tenant("Warung Lain", "1771010101010002"))
    office.ask(bill)
    office.pay(bill)
    office.void(other)
    rows = system.rows("levies", limit=1)
    assert {row["point"] for row in rows} == {museum.point.slug}
    assert sum(row["orders"] for row in rows) == 2
    assert sum(row["assessments"] for row in rows) == 1
    principal = f"{bill.principal:.2f}"
    (assessed,) = [row for row in rows if row["assessments"]]
    assert (assessed["assessed_amount"], assessed["assessed_paid"]) == (principal, principal)
    assert "Warung" not in str(rows)
    (sold,) = [row for row in rows if row["orders"]]
    assert sold["orders_amount"] == "18000.00"
    assert system.rows("levies", until=f"{AT:%Y-%m-%d}", since=f"{AT:%Y-%m-%d}") == rows
    assert system.rows("levies", agency="tak-ada") == []
    (point,) = system.rows("points")
    assert museum.point.receiving_account is not None
    assert (point["slug"], bool(point["nmid"])) == (museum.point.slug, True)
