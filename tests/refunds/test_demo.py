"""The demo's money back: each stage two weeks can show, laws kept, the last statement still fits."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import time_machine
from django.core.files.base import File
from pytest_django import Settings

from opd import demo as people
from opd.models import Role
from opd.office.calendar import WIB
from payments.incoming.models import Refund
from payments.incoming.verification import LAWS as MONEY
from payments.reconciliation import demo as files
from payments.reconciliation import services
from payments.reconciliation.models import ReconciliationException
from payments.reconciliation.verification import LAWS as FILES
from payments.snap import demo as banking
from retribusi import demo as levies
from retribusi.refunds import demo
from retribusi.refunds.verification import LAWS
from tests.retribusi.demo_bank import offer_demo_bank

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=WIB)


def test_the_demo_shows_every_stage_and_keeps_the_laws(db: None, tmp_path: Path, settings: Settings) -> None:
    offer_demo_bank(settings, tmp_path)
    with time_machine.travel(NOW, tick=False):
        people.seed(at=NOW)
        banking.seed(at=NOW)
        levies.seed(at=NOW)
        files.seed(at=NOW)
        assert demo.seed(at=NOW) == "4 pengembalian, 2 permohonan"
        assert demo.seed(at=NOW) == "sudah ada"
    shown = set(Refund.objects.values_list("path", "state"))
    assert shown == {
        ("cancel", "requested"), ("acquirer", "done"), ("restitution", "approved"), ("restitution", "done"),
    }  # fmt: skip
    laws = [*MONEY, *LAWS, *FILES]
    assert [problem for law in laws for problem in law.check().problems] == []
    assert all(law.check().rows for law in laws if "refund" in law.name)
    differences = ReconciliationException.objects.count()
    (left,) = (tmp_path / files.FOLDER).iterdir()
    with left.open("rb") as content:
        file = services.import_file(
            profile="", name=left.name, content=File(content), by=people.user(Role.KUASA_BUD), at=NOW
        )
    services.run_import(file.pk, at=NOW)
    assert ReconciliationException.objects.count() == differences
    assert [problem for law in laws for problem in law.check().problems] == []
    file.refresh_from_db()
    assert str(files.opening_balance(at=NOW)) == file.totals["closing"]
