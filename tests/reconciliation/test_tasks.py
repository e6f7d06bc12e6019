"""What runs behind the screens, and when."""

from __future__ import annotations

from unittest import mock
from uuid import uuid4

import pytest
import time_machine

from config.celery import beat_entries
from payments.reconciliation import queries, services, tasks
from payments.reconciliation.models import FileState, Match
from payments.reconciliation.services import credits
from tests.reconciliation import files
from tests.reconciliation.files import credit_of
from tests.reconciliation.scene import AT, Scene, imported, open_kinds, upload


def test_beat_knows_the_sweep() -> None:
    entries = beat_entries()
    assert entries["reconciliation.sweep"]["task"] == "reconciliation.sweep"
    assert entries["reconciliation.match_open"]["schedule"] == 3600.0


def test_task_takes_the_id_as_it_comes_over_the_wire(scene: Scene) -> None:
    file = upload(files.settlement(scene.sold()[1]))
    tasks.run_import(str(file.pk))
    file.refresh_from_db()
    assert file.state == FileState.DONE


def test_sweep_matches_money_that_became_known_later(scene: Scene) -> None:
    sale = scene.sale(scene.request())
    unnamed = files.Sale(rrn=sale.rrn, gross=sale.gross, at=sale.at)
    imported(files.settlement(unnamed))
    imported(files.statement(credit_of(unnamed)))
    assert open_kinds() == ["missing_ours"]
    with mock.patch.object(services, "reconcile") as reconcile:
        tasks.sweep()
        reconcile.assert_not_called()
    payment = scene.paid(sale)
    assert queries.has_open_work()
    tasks.sweep()
    assert open_kinds() == []
    assert Match.objects.get(payment=payment).revenue_journal
    assert not queries.has_open_work()


def test_hourly_look_finds_a_payment_that_the_bank_left_out(scene: Scene) -> None:
    sale = scene.sold()[1]
    early = scene.sale(scene.request(), at=sale.at.replace(hour=9))
    imported(files.settlement(sale))
    assert open_kinds() == []
    scene.paid(early)
    with time_machine.travel(AT):
        tasks.match_open()
    assert open_kinds() == ["missing_bank"]


@pytest.mark.django_db
def test_lights_leave_out_unknown_payments() -> None:
    assert queries.lights([uuid4()]) == {}


def test_target_of_credits_is_registered_once() -> None:
    credits.register_target("settlement_batch", credits.match_batches)
    with pytest.raises(ValueError, match="sudah terdaftar"):
        credits.register_target("settlement_batch", lambda at: 0)
