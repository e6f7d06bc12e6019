"""Files through the doors: one effect, all or nothing, and journals an accountant can check."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from unittest import mock

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from opd.models import AuditEvent, Role
from opd.office.models import JobState
from payments.incoming import refund_sending, refunds
from payments.incoming.registry import Quote, Share
from payments.incoming.verification import LAWS as INCOMING
from payments.ledger.models import Entry
from payments.reconciliation import queries, services
from payments.reconciliation.models import (
    CreditMatch,
    FileState,
    ImportedFile,
    Match,
    ReconciliationException,
    SettlementBatch,
    SettlementLine,
    StatementLine,
)
from payments.reconciliation.services import loading, matching
from payments.reconciliation.services.files import RerunError, UploadError
from payments.reconciliation.verification import LAWS
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.files import Movement, credit_of
from tests.reconciliation.scene import (
    AT,
    DAY,
    Scene,
    Stall,
    facts,
    imported,
    journal_count,
    legs,
    open_kinds,
    upload,
)

RUPIAH_13K = Decimal("13000.00")


def test_paid_settled_and_credited_payment_is_booked_gross(scene: Scene) -> None:
    payment, sale = scene.sold(13_000)
    settlement = imported(files.settlement(sale))
    assert facts(settlement, "state", "message") == (
        FileState.DONE,
        "1 transaksi, semua cocok.",
    )
    statement = imported(files.statement(Movement(credit=100), credit_of(sale)))
    assert facts(statement, "state", "message") == (
        FileState.DONE,
        "1 dana settlement, semua cocok; 1 mutasi lain.",
    )
    assert open_kinds() == []
    source = f"payment:{payment.pk}"
    assert legs(kind="credited_to_rkud", source=source) == [
        ("bud", "rkud", RUPIAH_13K),
        ("bud", "rk-skpd", -RUPIAH_13K),
        ("opd_financial", "rk-ppkd", RUPIAH_13K),
        ("opd_financial", "acquirer-receivable", -RUPIAH_13K),
    ]
    assert legs(kind="revenue_booked", source=source) == [
        ("opd_financial", "undeposited-receipts", RUPIAH_13K),
        ("opd_financial", "recreation-levy-lo", -RUPIAH_13K),
        ("opd_budgetary", "sal-change", RUPIAH_13K),
        ("opd_budgetary", "recreation-levy-lra", -RUPIAH_13K),
    ]


def test_deducted_fee_becomes_a_claim_and_revenue_stays_gross(scene: Scene) -> None:
    payment, sale = scene.sold(10_000, mdr=70_00)
    imported(files.settlement(sale))
    imported(files.statement(credit_of(sale)))
    source = f"payment:{payment.pk}"
    assert legs(kind="credited_to_rkud", source=source) == [
        ("bud", "rkud", Decimal("9930.00")),
        ("bud", "rk-skpd", Decimal("-9930.00")),
        ("opd_financial", "rk-ppkd", Decimal("9930.00")),
        ("opd_financial", "mdr-claim", Decimal("70.00")),
        ("opd_financial", "acquirer-receivable", Decimal("-10000.00")),
    ]
    assert legs(kind="revenue_booked", source=source)[1][2] == Decimal("-10000.00")
    fee = ReconciliationException.objects.get()
    assert facts(fee, "kind", "amount", "ours", "theirs") == ("fee_differs", 70, 0, 70)


def test_fee_of_a_payment_that_went_back_whole_is_taken_from_the_rest(scene: Scene) -> None:
    """The bank keeps its fee and gives back all that was paid: it takes the fee out of the others' money."""
    payment, sale = scene.sold(10_000, mdr=70_00)
    _, other = scene.sold(5000)
    imported(files.settlement(sale, other))
    treasurer, head = person("bendahara", Role.BENDAHARA_PENERIMAAN, scene.tourism), person("kepala")
    left = refunds.left(payment).amount
    refund = refunds.propose(
        payment_id=payment.pk, amount=left, expected_left=left, reason="Uji", by=treasurer, at=AT
    )
    refunds.approve(refund_id=refund.pk, by=head, at=AT)
    refund_sending.accept(refund.pk, refund_no="REF1", at=AT)
    imported(files.statement(credit_of(sale, other, net=4930_00)))
    source = f"payment:{payment.pk}"
    assert legs(kind="credited_to_rkud", source=source) == [
        ("bud", "rkud", Decimal("-70.00")),
        ("bud", "rk-skpd", Decimal("70.00")),
        ("opd_financial", "rk-ppkd", Decimal("-70.00")),
        ("opd_financial", "mdr-claim", Decimal("70.00")),
    ]
    assert legs(kind="revenue_booked", source=source) == []
    assert sum(amount for _, account, amount in legs(kind="credited_to_rkud") if account == "rkud") == 4930
    assert [problem for law in (*LAWS, *INCOMING) for problem in law.check().problems] == []


def test_money_for_the_liability_is_credited_but_never_revenue(scene: Scene) -> None:
    request = scene.request(5000)
    sale = scene.sale(request, gross=400_000)
    short = scene.paid(sale)
    imported(files.settlement(sale))
    imported(files.statement(credit_of(sale)))
    assert short.kind == "short"
    assert legs(kind="credited_to_rkud", source=f"payment:{short.pk}")
    assert legs(kind="revenue_booked") == []
    seen = queries.lights([short.pk])[short.pk]
    assert facts(seen, "settled", "credited", "booked") == (DAY, DAY, None)
    assert facts(seen, "deposit", "all_deposit") == (True, True)


def test_excess_books_only_the_billed_part(scene: Scene) -> None:
    sale = scene.sale(scene.request(5000), gross=700_000)
    payment = scene.paid(sale)
    imported(files.settlement(sale))
    imported(files.statement(credit_of(sale)))
    assert legs(kind="credited_to_rkud")[0] == ("bud", "rkud", Decimal("7000.00"))
    assert [amount for *_, amount in legs(kind="revenue_booked")] == [5000, -5000, 5000, -5000]
    assert queries.lights([payment.pk])[payment.pk].booked == DAY
    assert queries.lights([payment.pk])[payment.pk].all_deposit is False


def test_revenue_of_several_codes_is_credited_to_each_gross(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    parking = ("4.1.02.01.04.0001", "8.1.02.01.04.0001", "2000.00")
    ticket = ("4.1.02.02.17.0001", "8.1.02.02.17.0001", "5000.00")
    shares = tuple(Share(lra, lo, Decimal(amount)) for lra, lo, amount in (ticket, parking))
    quote = Quote(Decimal(7000), "Tiket dan parkir", scene.tourism.pk, ticket[0], ticket[1], shares)
    monkeypatch.setattr(Stall, "quote", lambda self, key: quote)
    sale = scene.sale(scene.request(7000), gross=800_000, mdr=56_00)
    payment = scene.paid(sale)
    imported(files.settlement(sale))
    imported(files.statement(credit_of(sale)))
    booked = Entry.objects.filter(journal__kind="revenue_booked", journal__source=f"payment:{payment.pk}")
    revenue = booked.exclude(kode_rekening="").values_list("kode_rekening", "amount")
    assert sorted(revenue) == sorted(
        (code, -Decimal(amount)) for lra, lo, amount in (ticket, parking) for code in (lra, lo)
    )
    assert queries.lights([payment.pk])[payment.pk].booked == DAY


def test_shares_that_do_not_fill_the_bill_are_refused(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    short = (Share("4.1.02.02.17.0001", "8.1.02", Decimal(4000)),)
    quote = Quote(Decimal(5000), "Tiket", scene.tourism.pk, "4.1.02.02.17.0001", "8.1.02", short)
    monkeypatch.setattr(Stall, "quote", lambda self, key: quote)
    with pytest.raises(ValueError, match="tidak berjumlah sama"):
        scene.request(5000)


def test_lights_come_on_one_after_the_other(scene: Scene) -> None:
    payment, sale = scene.sold()

    def lit() -> list[bool]:
        found = queries.lights([payment.pk])[payment.pk]
        steps = (found.requested, found.paid, found.settled, found.credited, found.booked)
        return [bool(step) for step in steps]

    assert lit() == [True, True, False, False, False]
    imported(files.settlement(sale))
    assert lit() == [True, True, True, False, False]
    imported(files.statement(credit_of(sale, post=DAY + timedelta(days=1))))
    assert lit() == [True, True, True, True, True]
    assert queries.lights([payment.pk])[payment.pk].booked == date(2026, 11, 25)


def test_lights_of_a_page_cost_one_query(
    scene: Scene, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    ids = [scene.sold()[0].pk for _ in range(5)]
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(queries.lights(ids)) == 5
    assert queries.lights([]) == {}


def test_credit_day_is_the_effective_date_and_bank_value_day_the_value_date(scene: Scene) -> None:
    _, sale = scene.sold()
    credit = Movement(
        credit=500_000, reference=sale.batch_no, post=date(2026, 11, 25), effective=date(2026, 11, 24)
    )
    imported(files.settlement(sale))
    imported(files.statement(credit))
    batch = SettlementBatch.objects.get()
    assert facts(batch, "credited_on", "value_on") == (date(2026, 11, 25), date(2026, 11, 24))


def test_same_bytes_twice_are_one_file(scene: Scene) -> None:
    _, sale = scene.sold()
    first = imported(files.settlement(sale), name="a.csv")
    again = upload(files.settlement(sale), name="b.csv", at=AT + timedelta(hours=1))
    assert again.pk == first.pk
    assert ImportedFile.objects.count() == 1
    journals = journal_count()
    services.run_import(first.pk, at=AT)
    assert journal_count() == journals
    assert SettlementLine.objects.count() == 1


@pytest.mark.parametrize(
    ("damage", "line"),
    [(("TRAILER,2", "TRAILER,3"), 4), ((",5000.00,0.00", ",5000.0,0.00"), 2), (("TRAILER", "#"), 4)],
)
def test_damaged_file_is_refused_whole_and_kept(scene: Scene, damage: tuple[str, str], line: int) -> None:
    sales = [scene.sold()[1], scene.sold()[1]]
    file = imported(files.settlement(*sales).replace(*damage, 1))
    assert facts(file, "state", "line_no") == (FileState.REFUSED, line)
    assert file.message.startswith(f"Baris {line}: ")
    assert file.evidence.size > 0
    assert file.job.state == JobState.FAILED
    assert SettlementLine.objects.count() == SettlementBatch.objects.count() == Match.objects.count() == 0


@pytest.mark.django_db
def test_unknown_layout_is_refused_at_once_and_kept() -> None:
    file = upload("Tgl;Saldo\n1;2\n")
    assert file.state == FileState.REFUSED
    assert "judul kolomnya lain sama sekali" in file.message
    with pytest.raises(RerunError):
        services.rerun(file_id=file.pk, by=None, at=AT)


@pytest.mark.django_db
def test_file_under_the_wrong_name_is_refused() -> None:
    file = upload(files.settlement(), profile="rkud_statement_bpd_v1")
    assert file.state == FileState.REFUSED
    assert file.message == "Baris 1: ini berkas settlement QRIS, bukan rekening koran RKUD."


@pytest.mark.django_db
def test_unknown_profile_and_large_file_are_not_taken() -> None:
    with pytest.raises(UploadError):
        upload("x", profile="mt940")
    with mock.patch("payments.reconciliation.services.files.MAX_BYTES", 3), pytest.raises(UploadError):
        services.import_file(profile="", name="x", content=ContentFile(b"xxxx"), by=None, at=AT)
    assert ImportedFile.objects.count() == 0


def test_statement_of_an_unregistered_account_is_refused(scene: Scene) -> None:
    file = imported(files.statement(account="0099900000017"))
    assert file.state == FileState.REFUSED
    assert "0099900000017 tidak ada dalam daftar rekening penerimaan" in file.message


def test_good_file_of_the_same_name_replaces_the_refused_one(scene: Scene) -> None:
    _, sale = scene.sold()
    good = files.settlement(sale)
    bad = imported(good.replace("TRAILER,1", "TRAILER,2"), name="QRIS_20261124.csv")
    imported(good, name="QRIS_20261124.csv")
    bad.refresh_from_db()
    assert bad.state == FileState.SUPERSEDED


def test_empty_day_is_imported(scene: Scene) -> None:
    assert imported(files.settlement()).message == "Berkas ini tidak memuat transaksi."
    assert imported(files.statement()).state == FileState.DONE


def test_overlapping_files_count_each_line_once_and_keep_twins(scene: Scene) -> None:
    sales = [scene.sold()[1] for _ in range(3)]
    twin = sales[0]
    imported(files.settlement(sales[0], twin, sales[1]))
    later = imported(files.settlement(sales[0], twin, sales[1], sales[2]))
    batch = SettlementBatch.objects.get()
    assert facts(batch, "count", "gross") == (4, 20_000)
    assert SettlementLine.objects.filter(file=later).count() == 4
    assert SettlementLine.objects.filter(file=later, same_as=None).count() == 1
    assert sorted(SettlementLine.objects.filter(rrn=twin.rrn).values_list("occurrence", flat=True)) == [
        1,
        1,
        2,
        2,
    ]
    assert "3 baris sudah ada dari berkas lain" in later.message
    assert Match.objects.count() == 3


def test_genuine_twins_with_their_own_rrn_both_match(scene: Scene) -> None:
    first, one = scene.sold()
    second, two = scene.sold(at=one.at)
    imported(files.settlement(one, two))
    assert {m.payment_id for m in Match.objects.all()} == {first.pk, second.pk}


def test_overlapping_statements_count_each_line_once(scene: Scene) -> None:
    _, sale = scene.sold()
    imported(files.settlement(sale))
    day = files.statement(Movement(credit=700), credit_of(sale))
    week = files.statement(Movement(credit=700), credit_of(sale), Movement(debit=300))
    imported(day)
    imported(week)
    assert StatementLine.objects.filter(same_as=None).count() == 3
    assert CreditMatch.objects.count() == 1
    assert open_kinds() == []


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_order_of_arrival_does_not_matter(scene: Scene, order: tuple[int, int, int]) -> None:
    request = scene.request(13_000)
    sale = scene.sale(request, partner_reference="", bill="TIDAK-ADA")
    steps = (
        lambda: scene.paid(scene.sale(request, rrn=sale.rrn)),
        lambda: imported(files.settlement(sale)),
        lambda: imported(files.statement(credit_of(sale))),
    )
    for step in order:
        steps[step]()
    services.reconcile(file_id=None, at=AT)
    assert open_kinds() == []
    match = Match.objects.get()
    assert facts(match, "rule", "credited_on") == ("rrn", DAY)
    assert len(legs(kind="credited_to_rkud")) == len(legs(kind="revenue_booked")) == 4


def test_worker_killed_after_loading_goes_on(scene: Scene) -> None:
    _, sale = scene.sold()
    file = upload(files.settlement(sale))
    with (
        mock.patch("payments.reconciliation.services.running.reconcile", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        services.run_import(file.pk, at=AT)
    file.refresh_from_db()
    assert facts(file, "state", "loaded_at") == (FileState.RUNNING, AT)
    assert Match.objects.count() == 0
    services.run_import(file.pk, at=AT + timedelta(minutes=5))
    file.refresh_from_db()
    assert (file.state, SettlementLine.objects.count(), Match.objects.count()) == (FileState.DONE, 1, 1)


def test_worker_killed_while_storing_leaves_nothing_and_starts_again(scene: Scene) -> None:
    _, sale = scene.sold()
    file = upload(files.settlement(sale))
    with (
        mock.patch.object(loading, "_make_batches", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        services.run_import(file.pk, at=AT)
    assert SettlementLine.objects.count() == 0
    services.run_import(file.pk, at=AT)
    assert Match.objects.count() == 1


def test_file_that_keeps_failing_is_given_up_and_can_be_run_again(scene: Scene) -> None:
    _, sale = scene.sold()
    file = upload(files.settlement(sale))
    with mock.patch.object(matching, "_pair", side_effect=RuntimeError):
        for _ in range(5):
            with pytest.raises(RuntimeError):
                services.run_import(file.pk, at=AT)
        services.run_import(file.pk, at=AT)
    file.refresh_from_db()
    assert file.state == FileState.REFUSED
    services.rerun(file_id=file.pk, by=None, at=AT)
    services.run_import(file.pk, at=AT)
    assert Match.objects.count() == 1


def test_stuck_file_is_nudged_again(
    scene: Scene, django_capture_on_commit_callbacks: pytest.FixtureRequest
) -> None:
    file = upload(files.settlement())
    assert services.nudge_stuck(at=file.job.touched_at + timedelta(minutes=1)) == 0
    with mock.patch("opd.office.queue._send") as sent:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            assert services.nudge_stuck(at=file.job.touched_at + timedelta(minutes=5)) == 1
        sent.assert_called_once_with("reconciliation.run_import", [str(file.pk)])


def test_file_in_work_cannot_be_run_again(scene: Scene) -> None:
    file = upload(files.settlement())
    with pytest.raises(RerunError):
        services.rerun(file_id=file.pk, by=None, at=AT)


def test_failed_audit_write_changes_nothing(scene: Scene) -> None:
    _, sale = scene.sold()
    file = upload(files.settlement(sale))
    with (
        mock.patch("payments.reconciliation.services.loading.audit.record", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        services.run_import(file.pk, at=AT)
    assert SettlementLine.objects.count() == 0
    with (
        mock.patch("payments.reconciliation.services.files.audit.record", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        upload(files.settlement())
    assert ImportedFile.objects.count() == 1


def staged() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM reconciliation_settlementstage)"
            " + (SELECT count(*) FROM reconciliation_statementstage)"
        )
        return int(cursor.fetchone()[0])


def test_a_file_is_staged_in_pieces_and_loaded_as_one(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("payments.reconciliation.services.loading.CHUNK", 2)
    file = imported(files.settlement(*[scene.sold()[1] for _ in range(5)]))
    assert (file.state, file.lines, SettlementLine.objects.count()) == (FileState.DONE, 5, 5)
    assert staged() == 0


def test_a_damaged_file_leaves_nothing_in_the_stage(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("payments.reconciliation.services.loading.CHUNK", 2)
    file = imported(files.settlement(*[scene.sold()[1] for _ in range(5)]).replace("TRAILER,5", "TRAILER,6"))
    assert (file.state, SettlementLine.objects.count(), staged()) == (FileState.REFUSED, 0, 0)


def test_a_worker_lost_between_stage_and_lines_stages_anew(scene: Scene) -> None:
    file = upload(files.settlement(*[scene.sold()[1] for _ in range(3)]))
    lost = mock.patch("payments.reconciliation.services.loading.load", side_effect=RuntimeError)
    with lost, pytest.raises(RuntimeError):
        services.run_import(file.pk, at=AT)
    assert (staged(), SettlementLine.objects.count()) == (3, 0)
    services.run_import(file.pk, at=AT)
    assert (staged(), SettlementLine.objects.count()) == (0, 3)


def test_steps_of_a_file_are_audited(scene: Scene) -> None:
    _, sale = scene.sold()
    imported(files.settlement(sale))
    imported(files.statement(credit_of(sale)))
    actions = AuditEvent.objects.filter(action__regex="^(bank_file|batch)").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        *("bank_file.upload", "bank_file.load", "bank_file.done"),
        *("bank_file.upload", "bank_file.load", "batch.book", "bank_file.done"),
    ]
