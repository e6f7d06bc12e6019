"""The clone that puts a database back after a test that commits."""

import pytest
from django.db import connection

from opd.models import Opd
from payments.ledger.models import PostingRule


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_committing_test_leaves_is_gone_in_the_next(turn: int) -> None:
    assert not Opd.objects.filter(code="9.99").exists()
    assert PostingRule.objects.exists(), "reference data of the migrations stays"
    Opd.objects.create(code="9.99", name="Sisa", short_name="Sisa", valid_from="2024-01-01")
    assert not connection.in_atomic_block
