"""The demo's files: imported like a bank's, with something left to do."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import override_settings

from opd.models import Role
from payments.incoming.models import Payment
from payments.reconciliation import demo, queries, services
from payments.reconciliation.models import FileState, ImportedFile, ReconciliationException, Suggestion
from payments.reconciliation.verification import LAWS
from tests.opd.cast import person
from tests.reconciliation.files import WIB
from tests.reconciliation.scene import Scene, open_kinds, upload

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=WIB)


@pytest.fixture
def month(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for day in range(1, 5):
        for hour in (9, 10, 11):
            scene.sold(at=NOW - timedelta(days=day) + timedelta(hours=hour - 6), museum=hour == 11)
    names = {
        Role.BENDAHARA_PENERIMAAN: person("bendahara", Role.BENDAHARA_PENERIMAAN, scene.tourism),
        Role.KUASA_BUD: person("kuasa", Role.KUASA_BUD),
    }
    monkeypatch.setattr(demo, "user", names.__getitem__)
    return tmp_path


def test_seed_leaves_the_last_statement_and_three_differences(month: Path) -> None:
    with override_settings(DATA_DIR=month):
        assert demo.seed(at=NOW) == "berkas 4 hari"
        assert demo.seed(at=NOW) == "sudah ada"
    assert ImportedFile.objects.filter(state=FileState.DONE).count() == 7
    assert open_kinds() == ["missing_bank", "missing_ours", "missing_ours"]
    assert (
        Suggestion.objects.get().payment == ReconciliationException.objects.get(kind="missing_bank").payment
    )
    (left,) = (month / demo.FOLDER).iterdir()
    assert left.name == "RKUD_0010100000017_20261123.csv"
    assert all(map(demo.is_settled, Payment.objects.all()))
    file = upload(left.read_bytes())
    services.run_import(file.pk, at=NOW)
    lights = queries.lights(list(Payment.objects.values_list("pk", flat=True)))
    assert sum(bool(seen.booked) for seen in lights.values()) == 11
    file.refresh_from_db()
    assert str(demo.opening_balance(at=NOW)) == file.totals["closing"]
    assert [law.name for law in LAWS if law.check().problems] == []


def test_seed_without_payments_does_nothing(scene: Scene) -> None:
    assert demo.seed(at=NOW) == "berkas 0 hari"
