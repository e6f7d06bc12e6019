"""The LPJ goes from treasurer to PPK to PA, frozen at submission, and prints as one PDF."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from opd.models import Role
from opd.office import documents, evidence
from opd.office.models import JobState
from payments.books import services, tasks
from payments.books.models import Report, ReportKind, ReportState
from payments.books.services import BookError
from payments.books.services.reports import due_date, overdue_text
from payments.ledger.services import post
from payments.spending import services as spending
from payments.spending.models import ClaimKind
from tests.books import world
from tests.books.world import june
from tests.ledger import books as takings
from tests.opd.cast import person
from tests.planning.world import rp
from tests.spending.claims import world as claims
from tests.spending.claims.world import Office
from tests.spending.laws import broken


@pytest.fixture
def place(db: None) -> Office:
    return world.office()


def drafted(place: Office) -> Report:
    return services.draft_report(
        opd=place.opd, year=2026, month=6, kind=ReportKind.SPENDING, by=place.bp, at=world.JULY
    )


def submitted(place: Office) -> Report:
    world.closed(place)
    return services.submit_report(report_id=drafted(place).pk, by=place.bp, at=world.JULY)


def test_a_report_needs_its_month_closed(place: Office) -> None:
    world.month(place)
    with pytest.raises(BookError, match="Tutup Juni 2026 dahulu"):
        services.submit_report(report_id=drafted(place).pk, by=place.bp, at=world.JULY)


def test_a_report_of_a_month_that_runs_is_not_begun(place: Office) -> None:
    for month in (7, 13):
        with pytest.raises(BookError, match="sudah berakhir"):
            services.draft_report(
                opd=place.opd, year=2026, month=month, kind=ReportKind.SPENDING, by=place.bp, at=world.JULY
            )


def test_submission_freezes_both_reports(place: Office) -> None:
    report = submitted(place)
    assert report.facts["total"] == "8810000.00"
    recap = report.facts["administrative"][0]["table"]
    assert recap["total"][3:5] == ["8810000.00", "8810000.00"]
    ways = report.facts["functional"][0]["table"]["rows"][0]
    assert ways[1] == "5000000.00"
    assert {one.kind for one in documents.of(report)} == {"spja", "spjf"}
    frozen = report.facts
    world.spent(place, 100_000, day=30, at=world.JULY)
    report.refresh_from_db()
    assert report.facts == frozen


def test_it_is_verified_by_ppk_and_approved_by_pa_in_that_order(place: Office) -> None:
    report = submitted(place)
    with pytest.raises(BookError, match="bukan lagi"):
        services.approve_report(report_id=report.pk, by=place.pa, at=world.JULY)
    for outsider in (place.bp, place.pptk, place.pa, place.bud):
        with pytest.raises(PermissionDenied):
            services.verify_report(report_id=report.pk, by=outsider, at=world.JULY)
    services.verify_report(report_id=report.pk, by=place.ppk, at=world.JULY)
    with pytest.raises(PermissionDenied):
        services.approve_report(report_id=report.pk, by=place.ppk, at=world.JULY)
    done = services.approve_report(report_id=report.pk, by=place.pa, at=world.JULY)
    assert done.state == ReportState.APPROVED
    with pytest.raises(BookError):
        services.verify_report(report_id=report.pk, by=place.ppk, at=world.JULY)


def test_a_returned_report_voids_its_pages_and_lets_the_month_open(place: Office) -> None:
    report = submitted(place)
    from payments.books.models import MonthClosing

    closing = MonthClosing.objects.get()
    with pytest.raises(BookError, match="sudah disampaikan"):
        services.reopen_month(closing_id=closing.pk, reason="Salah hitung", by=place.pa, at=world.JULY)
    with pytest.raises(BookError, match="alasan"):
        services.return_report(report_id=report.pk, reason="", by=place.ppk, at=world.JULY)
    back = services.return_report(report_id=report.pk, reason="Bukti kurang", by=place.ppk, at=world.JULY)
    assert (back.state, back.submitted_by) == (ReportState.DRAFT, None)
    assert not documents.of(report).standing()
    services.reopen_month(closing_id=closing.pk, reason="Salah hitung", by=place.pa, at=world.JULY)


def test_the_whole_spj_is_one_pdf_made_by_a_worker(place: Office) -> None:
    report = submitted(place)
    job = services.ask_pdf(report_id=report.pk, by=place.ppk, at=world.JULY)
    assert services.ask_pdf(report_id=report.pk, by=place.bp, at=world.JULY) == job
    tasks.sweep()
    report.refresh_from_db()
    assert report.job
    assert (report.job.state, report.job.done) == (JobState.DONE, report.job.total)
    assert report.pdf
    with evidence.open_original(report.pdf) as file:
        content = file.read()
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page\n") >= 10


def test_a_draft_has_no_pdf(place: Office) -> None:
    with pytest.raises(BookError, match="sudah disampaikan"):
        services.ask_pdf(report_id=drafted(place).pk, by=place.bp, at=world.JULY)


def test_a_pdf_that_fails_says_so(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from payments.books import spj

    def broken(*args: Any, **words: Any) -> bytes:
        raise RuntimeError("kertas habis")

    report = submitted(place)
    services.ask_pdf(report_id=report.pk, by=place.bp, at=world.JULY)
    monkeypatch.setattr(spj, "whole_pdf", broken)
    with pytest.raises(RuntimeError):
        services.make_pdf(report_id=report.pk, at=world.JULY)
    report.refresh_from_db()
    assert report.job
    assert report.job.state == JobState.FAILED
    monkeypatch.undo()
    again = services.ask_pdf(report_id=report.pk, by=place.bp, at=world.JULY)
    assert again != report.job


def test_a_receiving_treasurer_reports_from_the_ledger_alone(db: None) -> None:
    place = world.office()
    keeper = person("penerima", Role.BENDAHARA_PENERIMAAN, place.opd)
    opd = place.opd.pk
    for key, draft in (
        ("r1", takings.received(50_000, opd=opd)), ("r2", takings.received(30_000, opd=opd)),
        ("c1", takings.credited(50_000, opd=opd)), ("v1", takings.revenue(50_000, opd=opd)),
    ):  # fmt: skip
        post(draft, key=key, by=None, at=takings.AT)
    at = takings.AT.replace(month=12, day=3)
    report = services.draft_report(
        opd=place.opd, year=2026, month=11, kind=ReportKind.RECEIPTS, by=keeper, at=at
    )
    done = services.submit_report(report_id=report.pk, by=keeper, at=at)
    pairs = dict(done.facts["receipts"][0]["pairs"])
    assert pairs["Diterima bulan ini"] == "Rp\xa080.000"
    assert pairs["Belum masuk RKUD pada akhir bulan"] == "Rp\xa030.000"
    assert pairs["Masuk RKUD \u2212 pendapatan LRA"] == "Rp\xa00"
    assert done.facts["receipts"][1]["table"]["total"][2] == "50000.00"
    with pytest.raises(PermissionDenied):
        services.submit_report(report_id=report.pk, by=place.bp, at=at)


def test_the_countdown_ends_on_the_tenth(db: None) -> None:
    assert due_date(2026, 6) == date(2026, 7, 10)
    assert due_date(2026, 12) == date(2027, 1, 10)
    assert overdue_text(date(2026, 7, 10), date(2026, 7, 7)) == "3 hari lagi, tenggat 10 Juli 2026."
    assert overdue_text(date(2026, 7, 10), date(2026, 7, 10)) == "Tenggat hari ini."
    assert overdue_text(date(2026, 7, 10), date(2026, 7, 12)).startswith("Terlambat 2 hari")


def test_the_table_refuses_a_report_that_its_maker_checked(place: Office) -> None:
    report = submitted(place)
    for fields in (
        {"state": "verified", "verified_by": place.bp, "verified_at": world.JULY},
        {"state": "approved"},
        {"month": 13},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**fields)


def test_cash_is_counted_and_a_difference_explained(place: Office) -> None:
    world.month(place)
    count: dict[str, Any] = {"opd_id": place.opd.pk, "day": june(30), "by": place.bp, "at": world.JULY}
    with pytest.raises(services.Unexplained):
        services.inspect_cash(counted={"k100000": 1}, explanation="", **count)
    row = services.inspect_cash(counted=world.IN_THE_SAFE, explanation="", **count)
    document = documents.current("bapk", row)
    assert document
    assert (document.number, document.amount) == ("1/BAPK/113/2026", row.book_total)


def test_books_go_from_one_treasurer_to_another(place: Office) -> None:
    world.month(place)
    other = person("bp.baru", Role.BENDAHARA_PENGELUARAN, agencies_twin(place))
    deed: dict[str, Any] = {
        "opd_id": place.opd.pk, "day": june(30), "from_user_id": place.bp.pk, "note": "",
        "decree_number": "SK 9/2026", "by": place.bp, "at": world.JULY,
    }  # fmt: skip
    with pytest.raises(BookError, match="bendahara OPD ini"):
        services.hand_over(to_user_id=other.pk, **deed)
    with pytest.raises(BookError, match="dua orang"):
        services.hand_over(to_user_id=place.bp.pk, **deed)
    helper = person("bpp", Role.BENDAHARA_PENGELUARAN_PEMBANTU, place.opd)
    row = services.hand_over(to_user_id=helper.pk, **deed)
    assert row.figures["bku"]["closing"] == "58205000.00"
    assert {one["label"] for one in row.outstanding} == {
        "Belanja yang belum disahkan SP2D", "Pajak yang belum disetor",
    }  # fmt: skip
    document = documents.current("bast", row)
    assert document
    assert document.number == "1/BAST/113/2026"


def agencies_twin(place: Office) -> Any:
    from tests.opd.cast import agency

    return agency("120", "Dinas Pendidikan")


def test_a_paid_spend_has_one_tbp(place: Office) -> None:
    spend = world.spent(place, 1_110_000, day=5, taxes=(world.PPN, world.PPH))
    first = services.issue_tbp(spend_id=spend.pk, by=place.bp, at=world.noon(6))
    assert services.issue_tbp(spend_id=spend.pk, by=place.bp, at=world.JULY) == first
    assert first.is_draft
    assert "985.000" in str(first.facts)


def test_the_last_up_spends_end_the_year_by_gu_nihil(place: Office) -> None:
    """UP Rp 60 juta, Rp 2 juta spent: GU Nihil accounts for it, Rp 58 juta go back, and nothing is left."""
    from payments.books.queries import unfinished

    spend = world.spent(place, 2_000_000, day=5)

    def left() -> dict[str, Any]:
        return {step.code: step for step in unfinished.year_end(place.opd.pk, 2026) if not step.is_done}

    step = left()["gu-nihil"]
    assert (step.amount, step.count, step.action) == (rp(2_000_000), 1, "Ajukan SPP-GU Nihil")
    assert step.url == f"/belanja/spp/baru/gu-nihil/?opd={place.opd.pk}"
    spending.verify_spend(spend_id=spend.pk, by=place.ppk, at=world.noon(6))
    claims.paid(place, ClaimKind.GU_NIHIL, None, spend)
    assert left()["up"].amount == left()["bank"].amount == rp(58_000_000)
    services.return_fund(
        opd_id=place.opd.pk, purse="up_cash", amount=rp(58_000_000), moved_date=june(20),
        reference="STS00001", request_key="sts", by=place.bp, at=world.noon(20),
    )  # fmt: skip
    assert list(left()) == ["month"]
    assert broken() == []


def test_a_year_closes_once_everything_is_zero(place: Office) -> None:
    from payments.books.queries import unfinished

    steps = {step.code: step for step in unfinished.year_end(place.opd.pk, 2026)}
    assert not steps["bank"].is_done
    assert not steps["up"].is_done
    with pytest.raises(BookError, match="Belum nol"):
        services.close_year(opd_id=place.opd.pk, year=2026, by=place.bp, at=world.JULY)
    services.return_fund(
        opd_id=place.opd.pk, purse="up_cash", amount=steps["up"].amount, moved_date=june(20),
        reference="STS00001", request_key="sts", by=place.bp, at=world.noon(20),
    )  # fmt: skip
    left = [step.code for step in unfinished.year_end(place.opd.pk, 2026) if not step.is_done]
    assert left == ["month"]
    world.imported(
        place, [(june(1), "SP2D", 60_000_000, ""), (june(20), "STS00001", -60_000_000, "STS00001")]
    )
    january = world.JULY.replace(year=2027, month=1)
    services.import_statement(
        account_id=place.account.pk, by=place.bp, at=january,
        upload=world.upload(world.statement_csv(
            place.account.account_no, [], first=date(2026, 7, 1), last=date(2026, 12, 31)
        )),
    )  # fmt: skip
    for month in range(6, 13):
        world.close(place, {}, month=month, at=january)
    assert services.close_year(opd_id=place.opd.pk, year=2026, by=place.bp, at=january).year == 2026
    with pytest.raises(BookError, match="sudah ditutup"):
        services.close_year(opd_id=place.opd.pk, year=2026, by=place.bp, at=january)
