"""The demo's cards: three stages for each pilot agency, lawful, and seeded once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from opd import demo as people
from opd.demo import PILOTS
from opd.office.calendar import at as moment
from opd.planning import demo as planning
from payments.kkpd import demo
from payments.kkpd.models import Bill, BillLine, Card, DprLine, LineState
from payments.kkpd.verification import LAWS
from payments.spending.claim_laws import LAWS as CLAIM_LAWS
from payments.spending.models import TreasuryAccount

pytestmark = pytest.mark.django_db
NOW = moment(date(2026, 11, 26), 17)


def test_cards_stand_in_three_stages(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    people.seed(at=NOW)
    planning.seed(at=moment(date(2026, 1, 4), 9))
    for number, code in enumerate(PILOTS):
        TreasuryAccount.objects.create(
            opd=people.agency(code), bank_code="999", bank_name="Bank Uji", account_no=f"001020000{number}",
            account_name="BEND PENGELUARAN", decree_number="SK 1", decree_date=date(2026, 1, 2),
            valid_from=date(2026, 1, 2),
        )  # fmt: skip
    assert demo.seed(at=NOW) == "6 kartu, 6 tagihan"
    assert demo.seed(at=NOW) == "sudah ada"
    assert Card.objects.count() == 2 * len(PILOTS)
    assert Bill.objects.filter(settled_at__isnull=False).count() == len(PILOTS)
    assert {row.state for row in BillLine.objects.all()} == set(LineState)
    assert BillLine.objects.filter(report=None).count() == len(PILOTS)
    assert DprLine.objects.filter(dpr=None, bill_line=None).count() == 2 * len(PILOTS)
    assert not {law.name: law.check().problems for law in [*LAWS, *CLAIM_LAWS] if law.check().problems}
