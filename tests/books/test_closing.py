"""Months close in order and once; what comes later counts in the month that is open."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from opd import audit
from opd.office import documents
from payments.books import services
from payments.books.models import CashKind, MonthClosing, YearClosing
from payments.books.services import NotInOrder, Unexplained
from payments.books.verification import LAWS
from payments.ledger.models import Journal
from payments.ledger.services import Draft, credit, debit, post
from tests.books import world
from tests.books.world import june
from tests.planning.world import rp
from tests.spending.claims.world import Office

AUGUST = datetime(2026, 8, 3, 3, 0, tzinfo=UTC)


@pytest.fixture
def place(db: None) -> Office:
    return world.office()


def broken() -> set[str]:
    return {law.name for law in LAWS if law.check().problems}


def test_closing_keeps_every_book_and_prints_its_register(place: Office) -> None:
    closing = world.closed(place)
    assert closing.figures["bku"] == {
        "opening": "0.00", "came": "67825000.00", "went": "9620000.00", "closing": "58205000.00", "rows": 16,
    }  # fmt: skip
    kinds = {one.kind: one.number for one in documents.of(closing)}
    assert kinds == {"rpk": "1/RPK/113/2026", "barek": "1/BA-REK/113/2026"}
    text = str(documents.current("barek", closing).facts)  # type: ignore[union-attr]
    assert "SALAH" not in text


def test_a_month_that_runs_or_a_later_one_does_not_close(place: Office) -> None:
    world.month(place)
    world.imported(place)
    with pytest.raises(services.BookError, match="baru dapat ditutup"):
        world.close(place, at=world.noon(29))
    with pytest.raises(NotInOrder, match="berurutan"):
        world.close(place, month=7, at=AUGUST)
    assert not MonthClosing.objects.exists()


def test_a_month_closes_once(place: Office) -> None:
    world.closed(place)
    with pytest.raises(NotInOrder):
        world.close(place)


def test_the_safe_must_hold_what_the_book_says_or_be_explained(place: Office) -> None:
    world.month(place)
    world.imported(place)
    with pytest.raises(Unexplained, match="Jelaskan selisihnya"):
        world.close(place, {"k100000": 1})
    closing = world.close(place, {"k100000": 1}, explanation="Uang dipinjam, kembali 3 Juli")
    assert closing.explanation
    assert not broken()


def test_a_month_without_its_statement_does_not_close(place: Office) -> None:
    world.month(place)
    with pytest.raises(Unexplained, match="Rekening koran Juni 2026 belum ada"):
        world.close(place)
    world.imported(place, last=june(29))
    with pytest.raises(Unexplained, match="baru sampai 29 Juni 2026"):
        world.close(place)


def test_a_difference_with_the_bank_waits_for_a_word(place: Office) -> None:
    world.month(place)
    rows = [*world.rows_of_june(), (june(25), "BIAYA ADM", -7_500, "")]
    statement = world.imported(place, rows)
    with pytest.raises(Unexplained, match="1 selisih"):
        world.close(place)
    fee = statement.rows.get(description="BIAYA ADM")
    services.explain(
        opd_id=place.opd.pk, where="bank", item_id=fee.pk, reason="Biaya administrasi, dimintakan kembali",
        by=place.bp, at=world.JULY,
    )  # fmt: skip
    closing = world.close(place)
    barek = documents.current("barek", closing)
    assert barek
    assert "Biaya administrasi" in str(barek.facts)
    assert "SALAH" not in str(barek.facts)
    assert not broken()


def test_a_payment_dated_in_a_closed_month_counts_on_the_first_open_day(place: Office) -> None:
    world.closed(place)
    spend = world.spent(place, 500_000, day=28, at=world.JULY, paid_day=june(28))
    journal = Journal.objects.get(key=f"spend:{spend.pk}:paid")
    assert (journal.effective_date, journal.value_date) == (date(2026, 7, 1), june(28))
    assert not broken()


def test_cash_of_a_closed_month_counts_on_the_first_open_day(place: Office) -> None:
    world.closed(place)
    late = world.cash(place, CashKind.DEPOSITED, 100_000, day=30)
    assert late.effective_date == date(2026, 7, 1)


def test_the_next_month_opens_with_what_the_last_one_closed_with(place: Office) -> None:
    first = world.closed(place)
    world.imported(place, [], opening=57_105_000, first=date(2026, 7, 1), last=date(2026, 7, 2))
    later = services.import_statement(
        account_id=place.account.pk, by=place.bp, at=AUGUST,
        upload=world.upload(world.statement_csv(
            place.account.account_no, [], opening=57_105_000, first=date(2026, 7, 3), last=date(2026, 7, 31)
        )),
    )  # fmt: skip
    second = world.close(place, month=7, at=AUGUST)
    assert later.lines == 0
    assert second.figures["bku"]["opening"] == first.figures["bku"]["closing"]
    assert not broken()


def test_an_entry_that_slips_into_a_closed_month_breaks_the_seal(place: Office) -> None:
    world.closed(place)
    legs = (
        debit("bp_cash", rp(1), opd=place.opd.pk), credit("bp_bank", rp(1), opd=place.opd.pk),
    )  # fmt: skip
    draft = Draft("cash_withdrawn", "cash:x", june(30), june(30), "Menyusup", legs)
    post(draft, key="menyusup", by=None, at=world.JULY)
    assert {"books.seals", "books.bku"} <= broken()


def test_only_pa_opens_the_last_month_again_and_says_why(place: Office) -> None:
    closing = world.closed(place)
    with pytest.raises(PermissionDenied):
        services.reopen_month(closing_id=closing.pk, reason="Salah hitung", by=place.bp, at=world.JULY)
    with pytest.raises(services.BookError, match="alasan"):
        services.reopen_month(closing_id=closing.pk, reason="", by=place.pa, at=world.JULY)
    services.reopen_month(closing_id=closing.pk, reason="Salah hitung uang", by=place.pa, at=world.JULY)
    assert not documents.of(closing).standing()
    again = world.close(place)
    assert documents.current("rpk", again).number == "2/RPK/113/2026"  # type: ignore[union-attr]
    assert MonthClosing.objects.filter(opd=place.opd).count() == 2


def test_a_failed_audit_closes_nothing(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    world.month(place)
    world.imported(place)
    kept = audit.record

    def failing(action: str, *args: Any, **words: Any) -> Any:
        if action == "books.close_month":
            raise RuntimeError(action)
        return kept(action, *args, **words)

    monkeypatch.setattr(audit, "record", failing)
    with pytest.raises(RuntimeError):
        world.close(place)
    assert not MonthClosing.objects.exists()


def test_the_table_refuses_a_month_closed_twice_and_a_reopening_without_reason(place: Office) -> None:
    closing = world.closed(place)
    with pytest.raises(IntegrityError), transaction.atomic():
        MonthClosing.objects.create(
            opd=place.opd,
            year=2026,
            month=6,
            figures={},
            entries=0,
            last_journal=0,
            sha256="",
            closed_at=world.JULY,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        MonthClosing.objects.filter(pk=closing.pk).update(reopened_at=world.JULY)
    YearClosing.objects.create(opd=place.opd, year=2026, figures={}, closed_at=world.JULY)
    with pytest.raises(IntegrityError), transaction.atomic():
        YearClosing.objects.create(opd=place.opd, year=2026, figures={}, closed_at=world.JULY)
    with pytest.raises(services.BookError, match="sudah ditutup"):
        services.reopen_month(closing_id=closing.pk, reason="Terlambat tahu", by=place.pa, at=world.JULY)


def test_others_close_nothing(place: Office) -> None:
    world.month(place)
    for outsider in (place.pptk, place.ppk, place.pa, place.bud):
        with pytest.raises(PermissionDenied):
            services.close_month(
                opd_id=place.opd.pk,
                year=2026,
                month=6,
                counted={},
                explanation="",
                by=outsider,
                at=world.JULY,
            )
