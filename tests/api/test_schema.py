"""The API answers what its OpenAPI document promises: schemathesis asks, with a valid token and real rows."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.api.cast import System
from tests.reconciliation.files import credit_of, settlement, statement
from tests.reconciliation.scene import Scene, imported
from tests.spending.world import office, paid
from tp2dd.api.schema import document
from tp2dd.rollup import refresh

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_rows_seen")]
OPERATIONS = [operation["get"]["operationId"] for operation in document()["paths"].values()]
EXAMPLES = 12
OPAQUE = positive_data_acceptance
"""A made-up cursor fits any description of one and is refused; test_entry has what is refused."""


@pytest.fixture
def _connection_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests of a server end their connection; here it is the test's own."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)


@pytest.fixture
def seeded(_connection_stays: None, scene: Scene, system: System) -> System:
    sales = [scene.sold(1000 + number, museum=bool(number % 2))[1] for number in range(4)]
    imported(settlement(*sales))
    imported(statement(credit_of(sales[0])))
    paid(office())
    refresh(since=date(2026, 1, 1), at=timezone.now())
    return system


def operation(name: str) -> Any:
    schema: Any = schemathesis.openapi.from_wsgi(
        "/api/schema/", get_wsgi_application(), config=SchemathesisConfig()
    )
    found = [each.ok() for each in schema.get_all_operations()]
    return next(each for each in found if each.definition.raw["operationId"] == name)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_keeps_its_promise(seeded: System, name: str) -> None:
    asked, seen = operation(name), Counter[int]()
    headers = {"Authorization": f"Bearer {seeded.key}", "Accept-Encoding": "identity"}

    @seed(1928)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=asked.as_strategy())
    def ask(case: Any) -> None:
        answer = case.call_and_validate(headers=headers, excluded_checks=[OPAQUE])
        seen[answer.status_code] += 1

    ask()
    assert not [status for status in seen if status >= 500]
    place = name
    if name == "payment":
        place = f"payments/{seeded.rows('payments')[0]['id']}"
    answer = seeded.get(place.replace("_", "-") if name != "payment" else place)
    assert answer.status_code == 200
    case = asked.Case(path_parameters={"payment_id": place.rpartition("/")[2]} if name == "payment" else None)
    assert case.call_and_validate(headers=headers).status_code == 200


def test_the_document_is_public_cached_and_names_every_scope() -> None:
    first = Client().get("/api/schema/")
    assert first.status_code == 200
    assert Client().get("/api/schema/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    found = first.json()
    assert found["openapi"].startswith("3.")
    assert len(found["paths"]) == 11
    for operations in found["paths"].values():
        assert set(operations) == {"get"}
        assert all(operations["get"]["x-consistency"].values())


def test_the_reference_lists_every_operation_and_problem() -> None:
    text = Client().get("/api/").content.decode()
    for path in document()["paths"]:
        assert f"/api/v1{path}" in text
    assert all(word in text for word in ("token-expired", "webhook-signature"))
    assert not any(word in text for word in ("<script", "https://"))
