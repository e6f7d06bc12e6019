"""What belongs together, by which rule, and what the difference list says of the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied

from opd.models import AuditEvent, Role
from payments.incoming.models import Payment
from payments.reconciliation import queries, services
from payments.reconciliation.days import after_working_days
from payments.reconciliation.models import ExceptionState, Match, ReconciliationException, SettlementBatch
from payments.reconciliation.services.explaining import ExplainError
from payments.reconciliation.texts import TEXTS, Kind
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.files import WIB, Movement, Sale, credit_of
from tests.reconciliation.scene import AT, DAY, Scene, facts, imported, journal_count, legs, open_kinds

NEXT = date(2026, 11, 25)


def rule_of(payment: Payment) -> str:
    return Match.objects.get(payment=payment).rule


def only(kind: str) -> ReconciliationException:
    return ReconciliationException.objects.get(kind=kind)


def test_our_reference_comes_first(scene: Scene) -> None:
    payment, sale = scene.sold()
    imported(files.settlement(sale))
    assert rule_of(payment) == "reference"


def test_bank_reference_serves_where_ours_is_missing(scene: Scene) -> None:
    sale = scene.sale(scene.request(), reference="20261124000000000001")
    payment = scene.paid(sale)
    imported(files.settlement(replace(sale, partner_reference="", gross=sale.gross)))
    assert rule_of(payment) == "reference"


def test_rrn_nmid_and_amount_serve_without_references(scene: Scene) -> None:
    payment, sale = scene.sold()
    imported(files.settlement(replace(sale, partner_reference="")))
    assert rule_of(payment) == "rrn"


@pytest.mark.parametrize(
    "changes",
    [
        {"gross": 500_100},
        {"nmid": "ID20260000002"},
        {"rrn": "999999999999"},
        {"at": datetime(2026, 11, 20, 10, tzinfo=WIB)},
    ],
)
def test_rrn_rule_asks_for_all_of_its_parts(scene: Scene, changes: dict[str, object]) -> None:
    _, sale = scene.sold()
    imported(files.settlement(replace(sale, partner_reference="", **changes)))  # type: ignore[arg-type]
    assert Match.objects.count() == 0
    assert "missing_ours" in open_kinds()


def test_bill_number_in_the_qr_serves_last(scene: Scene) -> None:
    payment, sale = scene.sold()
    other = replace(sale, partner_reference="", bill=sale.partner_reference[-20:], gross=sale.gross + 100)
    imported(files.settlement(other))
    assert rule_of(payment) == "bill"
    assert open_kinds() == ["amount_differs"]


def test_equal_amounts_of_one_minute_are_not_mixed_up(scene: Scene) -> None:
    pairs = [scene.sold() for _ in range(6)]
    lines = [replace(sale, partner_reference="") for _, sale in reversed(pairs)]
    imported(files.settlement(*lines))
    for payment, sale in pairs:
        assert Match.objects.get(payment=payment).line.rrn == sale.rrn


def test_lost_notice_is_booked_from_the_settlement_line(scene: Scene) -> None:
    request = scene.request(13_000)
    sale = scene.sale(request)
    file = imported(files.settlement(sale))
    payment = Payment.objects.get()
    assert facts(payment, "kind", "seen_by", "request_id") == ("exact", "settlement", request.pk)
    assert rule_of(payment) == "recorded"
    assert "1 pembayaran baru diketahui dari berkas ini" in file.message
    request.refresh_from_db()
    assert request.state == "paid"
    imported(files.statement(credit_of(sale)))
    assert queries.lights([payment.pk])[payment.pk].booked == DAY
    assert open_kinds() == []


def test_payment_known_without_rrn_adopts_the_first(scene: Scene) -> None:
    sale = scene.sale(scene.request())
    payment = scene.paid(sale, rrn="")
    imported(files.settlement(sale))
    payment.refresh_from_db()
    assert (payment.rrn, rule_of(payment)) == (sale.rrn, "reference")
    assert Payment.objects.count() == 1


def test_second_rrn_for_one_request_is_a_second_payment_on_the_liability(scene: Scene) -> None:
    first, sale = scene.sold()
    second = replace(sale, rrn="777777777777", at=sale.at + timedelta(minutes=1))
    imported(files.settlement(sale, second))
    double = Payment.objects.get(rrn="777777777777")
    assert facts(double, "kind", "liability_amount") == ("double", 5000)
    assert open_kinds() == ["second_payment"]
    assert only("second_payment").payment_id == double.pk
    imported(files.statement(credit_of(sale, second)))
    assert len(legs(kind="credited_to_rkud")) == 8
    assert len(legs(kind="revenue_booked")) == 4
    assert queries.lights([double.pk])[double.pk].all_deposit
    assert queries.lights([first.pk])[first.pk].booked


def test_payer_without_notice_paying_twice_is_one_payment_and_one_double(scene: Scene) -> None:
    sale = scene.sale(scene.request())
    later = replace(sale, rrn="777777777777", at=sale.at + timedelta(minutes=1))
    imported(files.settlement(later, sale))
    kinds = dict(Payment.objects.values_list("rrn", "kind"))
    assert kinds == {sale.rrn: "exact", "777777777777": "double"}


def test_unknown_money_is_a_difference_and_nothing_is_booked(scene: Scene) -> None:
    before = journal_count()
    stranger = Sale(rrn="111111111111", partner_reference="TIDAKDIKENAL1", gross=700_000)
    imported(files.settlement(stranger))
    found = only("missing_ours")
    assert facts(found, "amount", "opd", "point") == (7000, scene.tourism, "Rumah Bung Karno")
    assert facts(found, "ours", "theirs", "day") == (None, 7000, DAY)
    assert Payment.objects.count() == 0
    assert journal_count() == before


def test_money_of_an_unregistered_merchant_belongs_to_no_agency(scene: Scene) -> None:
    imported(files.settlement(Sale(nmid="ID29999999999")))
    assert only("missing_ours").opd is None


def test_known_part_of_a_batch_is_booked_while_the_rest_is_a_difference(scene: Scene) -> None:
    payment, sale = scene.sold()
    stranger = Sale(rrn="111111111111", gross=700_000)
    imported(files.settlement(sale, stranger))
    imported(files.statement(credit_of(sale, stranger)))
    assert queries.lights([payment.pk])[payment.pk].booked == DAY
    assert open_kinds() == ["missing_ours"]


def test_unknown_money_recorded_by_a_person_is_a_deposit_and_credited(scene: Scene) -> None:
    treasurer = person("bendahara", Role.BENDAHARA_PENERIMAAN, scene.tourism)
    stranger = Sale(rrn="111111111111", reference="REF1", gross=700_000)
    imported(files.settlement(stranger))
    imported(files.statement(credit_of(stranger)))
    found = only("missing_ours")
    services.record_as_deposit(exception_id=found.pk, reason="pembayar lapor di loket", by=treasurer, at=AT)
    payment = Payment.objects.get()
    assert facts(payment, "kind", "liability_amount") == ("unexpected", 7000)
    services.reconcile(file_id=None, at=AT)
    found.refresh_from_db()
    assert found.state == ExceptionState.RESOLVED
    assert found.reason == "Dicatat sebagai titipan. pembayar lapor di loket"
    assert len(legs(kind="credited_to_rkud")) == 4
    assert legs(kind="revenue_booked") == []


def test_only_unknown_money_can_be_recorded_as_deposit(scene: Scene) -> None:
    treasurer = person("bendahara", Role.BENDAHARA_PENERIMAAN, scene.tourism)
    _, sale = scene.sold(mdr=100)
    imported(files.settlement(sale))
    with pytest.raises(ExplainError):
        services.record_as_deposit(
            exception_id=only("fee_differs").pk, reason="coba-coba", by=treasurer, at=AT
        )
    assert only("fee_differs").state == ExceptionState.OPEN


def test_differing_amount_is_matched_but_not_booked(scene: Scene) -> None:
    payment, sale = scene.sold()
    wrong = replace(sale, gross=600_000)
    imported(files.settlement(wrong))
    imported(files.statement(credit_of(wrong)))
    found = only("amount_differs")
    assert facts(found, "ours", "theirs", "payment") == (5000, 6000, payment)
    seen = queries.lights([payment.pk])[payment.pk]
    assert facts(seen, "settled", "credited", "crossed") == (None, None, {"settled"})
    assert legs(kind="credited_to_rkud") == []


def test_payment_missing_at_the_bank_is_found_once_the_day_is_covered(scene: Scene) -> None:
    missing, absent = scene.sold()
    after = datetime(2026, 11, 24, 12, 0, tzinfo=WIB)
    _, sale = scene.sold(at=after)
    late, _ = scene.sold(at=after + timedelta(hours=1))
    imported(files.settlement(sale))
    found = only("missing_bank")
    assert facts(found, "payment", "opd", "amount") == (missing, scene.tourism, 5000)
    assert late.pk != found.payment_id
    imported(files.settlement(replace(absent, settled=NEXT)))
    found.refresh_from_db()
    assert found.state == ExceptionState.RESOLVED


def test_payment_of_a_day_without_any_file_is_not_missing(scene: Scene) -> None:
    scene.sold(at=datetime(2026, 11, 23, 10, 0, tzinfo=WIB))
    _, sale = scene.sold()
    imported(files.settlement(sale))
    assert open_kinds() == []


def test_same_money_on_two_different_lines_counts_once(scene: Scene) -> None:
    payment, sale = scene.sold()
    imported(files.settlement(sale))
    moved = replace(sale, settled=NEXT)
    imported(files.settlement(moved))
    found = only("repeated_line")
    assert facts(found, "payment", "amount") == (payment, 5000)
    assert Match.objects.count() == Payment.objects.count() == 1


def test_identical_twin_line_of_one_payment_is_shown_not_booked(scene: Scene) -> None:
    _, sale = scene.sold()
    imported(files.settlement(sale, sale))
    assert open_kinds() == ["repeated_line"]
    assert Payment.objects.count() == 1


def test_fee_against_the_rule_is_one_difference_a_batch(scene: Scene) -> None:
    sales = [scene.sold(10_000, mdr=7_000)[1] for _ in range(3)]
    imported(files.settlement(*sales))
    found = only("fee_differs")
    assert facts(found, "amount", "ours", "theirs") == (210, 0, 210)


def test_batch_is_late_only_after_a_statement_covers_its_due_day(scene: Scene) -> None:
    _, sale = scene.sold()
    imported(files.settlement(sale))
    imported(files.statement(first=DAY, last=DAY))
    assert open_kinds() == []
    imported(files.statement(Movement(credit=100, post=NEXT)))
    found = only("batch_not_credited")
    assert facts(found, "amount", "day", "reference") == (5000, DAY, sale.batch_no)
    imported(files.statement(credit_of(sale, post=date(2026, 11, 26))))
    found.refresh_from_db()
    assert found.state == ExceptionState.RESOLVED


def test_credit_of_another_amount_is_a_difference_until_it_is_made_up(scene: Scene) -> None:
    payment, sale = scene.sold()
    imported(files.settlement(sale))
    imported(files.statement(credit_of(sale, net=400_000)))
    found = only("credit_differs")
    assert facts(found, "amount", "ours", "theirs") == (1000, 5000, 4000)
    assert legs(kind="credited_to_rkud") == []
    imported(files.statement(credit_of(sale, net=100_000, post=NEXT)))
    found.refresh_from_db()
    assert found.state == ExceptionState.RESOLVED
    assert queries.lights([payment.pk])[payment.pk].booked == NEXT


def test_credit_before_its_settlement_file_is_unexplained_for_a_while(scene: Scene) -> None:
    _, sale = scene.sold()
    imported(files.statement(credit_of(sale)))
    found = only("credit_unexplained")
    assert facts(found, "amount", "opd", "reference") == (5000, None, sale.batch_no)
    imported(files.settlement(sale))
    assert open_kinds() == []


def test_second_credit_for_a_paid_batch_is_unexplained(scene: Scene) -> None:
    _, sale = scene.sold()
    imported(files.settlement(sale))
    imported(files.statement(credit_of(sale), credit_of(sale)))
    assert open_kinds() == ["credit_unexplained"]
    assert len(legs(kind="credited_to_rkud")) == 4


def test_second_credit_that_names_a_paid_batch_by_its_number_alone_is_unexplained(scene: Scene) -> None:
    _, sale = scene.sold()
    imported(files.settlement(sale))
    again = replace(credit_of(sale), description="KREDIT DANA MERCHANT")
    file = imported(files.statement(credit_of(sale), again, replace(again, credit=0, debit=100)))
    found = only("credit_unexplained")
    assert facts(found, "amount", "reference") == (5000, sale.batch_no)
    assert "2 dana settlement: 1 cocok, 1 belum dikenali" in file.message


def test_batch_that_grows_after_its_credit_waits_for_the_rest(scene: Scene) -> None:
    first, one = scene.sold()
    second, two = scene.sold()
    imported(files.settlement(one))
    imported(files.statement(credit_of(one)))
    imported(files.settlement(one, two))
    assert open_kinds() == ["credit_differs"]
    assert queries.lights([second.pk])[second.pk].credited is None
    imported(files.statement(credit_of(one, net=500_000, post=NEXT)))
    assert open_kinds() == []
    found = queries.lights([first.pk, second.pk])
    assert (found[first.pk].booked, found[second.pk].booked) == (DAY, NEXT)


def test_credit_is_known_by_its_description_where_the_reference_is_lost(scene: Scene) -> None:
    _, sale = scene.sold()
    imported(files.settlement(sale))
    imported(files.statement(replace(credit_of(sale), reference="")))
    assert SettlementBatch.objects.get().credited_on == DAY


def test_unrelated_credit_is_no_difference(scene: Scene) -> None:
    imported(files.statement(Movement(credit=12_000, reference="STS01")))
    assert open_kinds() == []


def test_explained_difference_stays_explained(scene: Scene) -> None:
    bud = person("kuasa", Role.KUASA_BUD)
    _, sale = scene.sold(mdr=100)
    imported(files.settlement(sale))
    found = only("fee_differs")
    with pytest.raises(ExplainError):
        services.explain(exception_ids=[found.pk], reason=" ", by=bud, at=AT)
    services.explain(exception_ids=[found.pk], reason="Surat tagih 12/2026", by=bud, at=AT)
    services.reconcile(file_id=None, at=AT)
    found.refresh_from_db()
    assert facts(found, "state", "closed_by", "reason") == ("explained", bud, "Surat tagih 12/2026")
    assert AuditEvent.objects.get(action="exception.explain").reason == "Surat tagih 12/2026"
    again = services.explain(exception_ids=[found.pk], reason="kedua kalinya", by=bud, at=AT)
    assert again == []


def test_treasurer_explains_only_her_agency(scene: Scene) -> None:
    other = person("bendahara", Role.BENDAHARA_PENERIMAAN, scene.culture)
    _, sale = scene.sold(mdr=100)
    imported(files.settlement(sale))
    with pytest.raises(PermissionDenied):
        services.explain(exception_ids=[only("fee_differs").pk], reason="bukan saya", by=other, at=AT)
    with pytest.raises(PermissionDenied):
        services.explain(exception_ids=[], reason="auditor", by=person("auditor", Role.AUDITOR), at=AT)


def test_failed_audit_write_leaves_the_difference_open(scene: Scene) -> None:
    bud = person("kuasa", Role.KUASA_BUD)
    _, sale = scene.sold(mdr=100)
    imported(files.settlement(sale))
    with (
        mock.patch("payments.reconciliation.services.explaining.audit.record", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        services.explain(exception_ids=[only("fee_differs").pk], reason="Surat tagih", by=bud, at=AT)
    assert only("fee_differs").state == ExceptionState.OPEN


def test_every_kind_says_what_it_means_and_what_to_do() -> None:
    assert set(TEXTS) == set(Kind)
    for text in TEXTS.values():
        assert text.label
        assert text.meaning.endswith(".")
        assert text.action.endswith(".")


@pytest.mark.parametrize(
    ("settled", "due"),
    [(date(2026, 11, 24), 25), (date(2026, 11, 27), 30), (date(2026, 11, 28), 30), (date(2026, 11, 29), 30)],
)
def test_credit_is_due_on_the_next_working_day(settled: date, due: int) -> None:
    assert after_working_days(settled, 1, frozenset()) == date(2026, 11, due)
    assert after_working_days(date(2026, 12, 24), 1, {date(2026, 12, 25)}) == date(2026, 12, 28)
    assert after_working_days(settled, 0, ()) == settled


def test_amounts_are_exact_to_the_sen(scene: Scene) -> None:
    sale = scene.sale(scene.request(5000), gross=500_001)
    payment = scene.paid(sale)
    imported(files.settlement(sale))
    imported(files.statement(credit_of(sale)))
    assert payment.liability_amount == Decimal("0.01")
    assert legs(kind="credited_to_rkud")[0][2] == Decimal("5000.01")
