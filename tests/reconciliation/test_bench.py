"""The bench of this room measures what it says; how fast is for a quiet machine to tell."""

from __future__ import annotations

import re
from contextlib import nullcontext
from io import StringIO

import pytest
from django.core.management import call_command

from payments.reconciliation.models import Match, ReconciliationException
from tests.benchmarks import measuring


@pytest.mark.django_db(transaction=True)
def test_bench_imports_the_same_file_as_the_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "own_database", nullcontext)
    out = StringIO()
    call_command("bench", "reconciliation", "--rounds", "1", "--size", "1000", stdout=out)
    said = re.findall(r"^(\d+) baris settlement: .* rasio .* paling banyak 2 kali: ", out.getvalue(), re.M)
    assert said == ["100", "1000"]
    assert Match.objects.count() == 99 + 990
    assert set(ReconciliationException.objects.values_list("kind", flat=True)) >= {"missing_ours"}
