"""The demo's cards and the demo's roll-out, through the services, lawful and once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from opd import demo as people
from opd.planning import demo as planning
from payments.emoney import demo, queries
from payments.emoney.models import Card, Movement
from payments.spending.models import TreasuryAccount
from payments.spending.verification import LAWS as SPENDING
from tests.emoney.world import broken_laws
from tp2dd.rollout import demo as rollout
from tp2dd.rollout.models import OpdChannel
from tp2dd.rollout.verification import LAWS as ROLLOUT

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)


def accounts() -> None:
    """What spending's own demo registers before."""
    for number, code in enumerate(people.PILOTS):
        TreasuryAccount.objects.create(
            opd=people.agency(code), kind="bp", bank_code="999", bank_name="Bank Uji Coba",
            account_no=f"001020011300{number}", account_name="BENDAHARA", decree_number="SK Demo",
            decree_date=date(2026, 1, 2), valid_from=date(2026, 1, 2),
        )  # fmt: skip


def test_the_demo_has_cards_in_every_state_and_pilots_at_every_stage(tmp_path: Path) -> None:
    with override_settings(DATA_DIR=tmp_path):
        people.seed(at=NOW)
    planning.seed(at=NOW)
    accounts()
    assert demo.seed(at=NOW) == "6 kartu, 24 transaksi"
    assert demo.seed(at=NOW) == "sudah ada"
    steps = {queries.step_of(tap).code for tap in Movement.objects.filter(kind="buy").select_related("spend")}
    assert steps == {"charged", "ready", "waiting", "unreported"}
    assert Card.objects.count() == 6
    rollout.seed(at=NOW)
    assert set(OpdChannel.objects.values_list("stage", flat=True)) == {"none", "ready", "pilot", "mandatory"}
    assert not broken_laws()
    assert not broken_laws(SPENDING)
    assert not broken_laws(ROLLOUT)
    assert tmp_path != settings.DATA_DIR
