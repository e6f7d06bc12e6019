"""The demo's money back: each stage two weeks can show, laws kept, the last statement still fits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import time_machine
from django.core.files.base import File

from opd import demo as people
from opd.models import Role
from opd.office.calendar import WIB
from payments.incoming.models import Refund
from payments.incoming.verification import LAWS as MONEY
from payments.reconciliation import demo as files
from payments.reconciliation import services
from payments.reconciliation.models import ReconciliationException
from payments.reconciliation.verification import LAWS as FILES
from retribusi.refunds import demo
from retribusi.refunds.verification import LAWS

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=WIB)


def test_the_demo_shows_every_stage_and_keeps_the_laws(
    seed_demo: Callable[..., list[str]], tmp_path: Path
) -> None:
    assert seed_demo(NOW, files, demo)[-1] == "4 pengembalian, 2 permohonan"
    with time_machine.travel(NOW, tick=False):
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
