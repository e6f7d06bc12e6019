"""Two workers, two uploads, two runs at the same moment, each with a connection of its own: one effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from payments.incoming.models import Payment
from payments.reconciliation import services
from payments.reconciliation.models import ImportedFile, Match, SettlementBatch, SettlementLine
from tests.reconciliation import files
from tests.reconciliation.files import credit_of
from tests.reconciliation.scene import AT, Scene, imported, journal_count, open_kinds, stalls, upload

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db: None) -> Iterator[Scene]:
    with stalls() as scene:
        yield scene


def together(*deeds: Callable[[], Any]) -> list[Any]:
    start = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=10)
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, deed) for deed in deeds]]


def test_two_matching_runs_have_the_effect_of_one(town: Scene) -> None:
    sales = [town.sold()[1] for _ in range(3)] + [town.sale(town.request())]
    settlement = upload(files.settlement(*sales))
    statement = upload(files.statement(credit_of(*sales)))
    before = journal_count()
    together(
        lambda: services.run_import(settlement.pk, at=AT),
        lambda: services.run_import(settlement.pk, at=AT),
        lambda: services.run_import(statement.pk, at=AT),
        lambda: services.reconcile(file_id=None, at=AT),
    )
    together(*[lambda: services.reconcile(file_id=None, at=AT)] * 4)
    assert Payment.objects.count() == Match.objects.count() == SettlementLine.objects.count() == 4
    assert journal_count() == before + 1 + 8
    assert open_kinds() == []


def test_two_uploads_of_the_same_bytes_are_one_file(town: Scene) -> None:
    text = files.settlement(town.sold()[1])
    one, two = together(lambda: upload(text, name="a.csv"), lambda: upload(text, name="b.csv"))
    assert one.pk == two.pk
    assert ImportedFile.objects.count() == 1


def test_overlapping_files_at_once_count_each_line_once(town: Scene) -> None:
    sales = [town.sold()[1] for _ in range(4)]
    first, second = upload(files.settlement(*sales[:3])), upload(files.settlement(*sales))
    together(*[lambda pk=file.pk: services.run_import(pk, at=AT) for file in (first, second)])
    assert SettlementLine.objects.filter(same_as=None).count() == 4
    assert SettlementBatch.objects.get().count == 4


def test_notice_and_settlement_of_one_payment_at_once_book_it_once(town: Scene) -> None:
    sale = town.sale(town.request())
    file = upload(files.settlement(sale))
    together(lambda: services.run_import(file.pk, at=AT), lambda: town.paid(sale))
    services.reconcile(file_id=None, at=AT)
    assert Payment.objects.count() == Match.objects.count() == 1
    imported(files.statement(credit_of(sale)))
    assert journal_count() == 3
