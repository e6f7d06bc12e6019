"""Two weeks of two banks and seven points: every injected case is found, exactly, and nothing else is.

``SIMULATION_ROWS`` says how many payments (``SIMULATION_ROWS=100000 python3 manage.py test
tests/reconciliation/simulation -n0``).
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from opd.office.verification import laws
from payments.incoming.models import Payment
from payments.reconciliation import services
from payments.reconciliation.models import ImportedFile
from tests.reconciliation.files import WIB
from tests.reconciliation.scene import imported, upload
from tests.reconciliation.simulation import mail, outcome, seeding, truth, world
from tests.reconciliation.simulation.world import LAST_STATEMENT

ROWS = int(os.environ.get("SIMULATION_ROWS", "2000"))
END = datetime.combine(LAST_STATEMENT + timedelta(days=1), time(12), WIB)


def differing(found: Counter[Any], expected: Counter[Any]) -> dict[str, list[Any]]:
    """Empty where the two agree; else a few of what is missing and of what was invented."""
    missing, invented = expected - found, found - expected
    sides = {"missing": missing, "invented": invented}
    return {name: sorted(side, key=str)[:12] for name, side in sides.items() if side}


@pytest.mark.django_db(transaction=True)
def test_every_injected_case_is_found_and_none_is_invented() -> None:
    made = world.make(ROWS, seed=20261127)
    with seeding.office() as office:
        seeding.seed(made, office)
        for letter in mail.letters(made):
            file = imported(letter.text, name=letter.name, at=letter.at)
            assert file.state == ("refused" if letter.refused else "done"), file.message
        services.reconcile(file_id=None, at=END)

        expected = truth.of(made)
        assert differing(outcome.differences(), expected.differences) == {}
        assert differing(outcome.pairs(), expected.pairs) == {}
        assert differing(outcome.books(office.agencies, LAST_STATEMENT), expected.books) == {}
        known = sum(expected.pairs.values()) + sum(
            kind == "missing_bank" and state == "open" for kind, _, _, state in expected.differences
        )
        assert Payment.objects.count() == known
        assert [(law.name, found.problems) for law in laws() if (found := law.check()).problems] == []

        before = outcome.digests()
        for letter in [letter for letter in mail.letters(made) if not letter.refused]:
            assert upload(letter.text, at=END).finished_at
        imported(mail.again(made).text, name=mail.again(made).name, at=END)
        for file in ImportedFile.objects.filter(state="done"):
            services.rerun(file_id=file.pk, by=None, at=END)
            services.run_import(file.pk, at=END)
        services.reconcile(file_id=None, at=END)
        assert outcome.digests() == before
