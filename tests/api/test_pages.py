"""What the endpoints show, page by page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from payments.ledger.services import roll_up
from tests.api.cast import System
from tests.reconciliation.files import credit_of, settlement, statement
from tests.reconciliation.scene import DAY, Scene, imported
from tests.spending.world import office, paid, raised, submitted
from tp2dd.rollup import refresh

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_rows_seen")]


def test_a_payment_shows_how_far_its_money_is(system: System, scene: Scene) -> None:
    payment, sale = scene.sold(5000)
    (row,) = system.rows("payments")
    assert (row["id"], row["amount"], row["levy_amount"]) == (str(payment.pk), "5000.00", "5000.00")
    assert (row["day"], row["paid_at"]) == ("2026-11-24", "2026-11-24T03:00:00Z")
    assert row["lights"]["settled_on"] is None
    imported(settlement(sale))
    imported(statement(credit_of(sale)))
    lit = system.get(f"payments/{payment.pk}").json()["lights"]
    assert lit["credited_on"] == lit["booked_on"] is not None
    (batch,) = system.rows("settlements")
    assert (batch["gross"], batch["credited_on"], batch["agency"]) == ("5000.00", lit["credited_on"], "3.26")
    refresh(since=date(2026, 11, 1), at=timezone.now())
    (taken,) = system.rows("takings", since="2026-11-24", until="2026-11-24")
    assert (taken["paid"], taken["booked"], taken["payments"]) == ("5000.00", "5000.00", 1)


def test_days_are_those_of_wib(system: System, scene: Scene) -> None:
    scene.sold(1000, at=datetime(2026, 11, 2, 16, 59, tzinfo=UTC))
    scene.sold(2000, at=datetime(2026, 11, 2, 17, 0, tzinfo=UTC))
    assert [row["amount"] for row in system.rows("payments", since="2026-11-03")] == ["2000.00"]
    assert [row["amount"] for row in system.rows("payments", until="2026-11-02")] == ["1000.00"]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 3), min_size=1, max_size=6), st.integers(1, 4))
def test_pages_have_no_gap_and_no_overlap_while_payments_arrive(
    system: System, scene: Scene, arrivals: list[int], limit: int
) -> None:
    """Late notices too: the bank's time of what arrives between two pages lies before what was read."""
    before = [row["id"] for row in system.rows("payments", limit=500)]
    place: dict[str, str] = {}
    seen: list[str] = []
    arrived: list[str] = []
    for number in [*arrivals, 0]:
        for hour in range(number):
            payment, _ = scene.sold(1000, at=datetime(2026, 11, 20 - hour, 3, tzinfo=UTC))
            arrived.append(str(payment.pk))
        more = True
        while more:
            page = system.get("payments", query_params={**place, "limit": limit}).json()
            seen += [row["id"] for row in page["data"]]
            place = {"cursor": page["resume"]} if page["resume"] else {}
            more = page["next"] is not None and not (arrived and number)  # leave off in the middle
    assert seen == [*before, *arrived]


def test_spending_shows_neither_payee_nor_description(system: System) -> None:
    place = office()
    raised(place)
    spend = submitted(place)
    paid(place)
    rows = system.rows("spending", limit=1)
    assert [row["state"] for row in rows] == ["submitted", "paid"]
    assert spend.description not in str(rows)
    assert place.payee.name not in str(rows)


@pytest.mark.django_db(transaction=True)
def test_the_trial_balance_is_as_known_on_a_sealed_block(system: System, scene: Scene) -> None:
    def found(**query: object) -> dict[str, Any]:
        answer: dict[str, Any] = system.get(
            "trial-balance", query_params={"on": "2026-11-24", **query}
        ).json()
        return answer

    scene.sold(5000)
    assert (found()["known_on"], found()["rows"]) == (None, [])
    roll_up(at=timezone.now())
    first = found()
    assert {row["debit"] for row in first["rows"]} == {"5000.00", "0.00"}
    assert sum(int(row["balance"].replace(".", "")) for row in first["rows"]) == 0
    scene.sold(2000)
    assert found() == first
    roll_up(at=timezone.now())
    assert found()["known_on"] > first["known_on"]
    assert found(known_on=first["known_on"]) == first


def test_an_unchanged_answer_is_304(system: System, scene: Scene) -> None:
    scene.sold(5000)
    for path in ("payments", "agencies", "seal", "trial-balance?on=2026-11-24"):
        first = system.get(path)
        again = system.get(path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    scene.sold(5000)
    assert system.get("payments", headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "payments",
        "settlements",
        "spending",
        "levies",
        "takings",
        "trial-balance",
        "seal",
        "agencies",
        "points",
        "scores",
    ],
)
def test_the_number_of_queries_does_not_grow_with_the_rows(
    system: System,
    scene: Scene,
    path: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    sales = [scene.sold(1000 + number, museum=bool(number % 2))[1] for number in range(6)]
    imported(settlement(*sales))
    refresh(since=DAY, at=timezone.now())
    with django_assert_max_num_queries(6):
        assert system.get(path).status_code == 200
