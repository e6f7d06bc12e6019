"""How a point stands: every combination of what was measured, reported, and when."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tp2dd.instruction.compliance import Judged, Measured, Reported, Standing, days_late, judge, total

DAY = date(2026, 7, 10)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
measures = st.none() | st.builds(Measured, met=st.booleans(), words=st.just("kata"), since=st.none() | days)
claims = st.sampled_from(["done", "exempt"])
reports = st.just(Reported()) | st.builds(
    Reported, state=st.sampled_from(["reported", "returned", "accepted"]), claim=claims, on=days
)


def judged(measured: Measured | None, reported: Reported, deadline: date, today: date) -> Judged:
    return judge(measured=measured, reported=reported, deadline=deadline, today=today)


@given(measures, reports, days, days)
def test_a_word_alone_never_meets_a_measured_point(
    measured: Measured | None, reported: Reported, deadline: date, today: date
) -> None:
    found = judged(measured, reported, deadline, today)
    if found.standing == Standing.MET:
        assert measured.met if measured else (reported.state, reported.claim) == ("accepted", "done")
    if found.standing == Standing.EXEMPT:
        assert (reported.state, reported.claim) == ("accepted", "exempt")


@given(measures, reports, days, days)
def test_what_the_data_show_is_never_held_back(
    measured: Measured | None, reported: Reported, deadline: date, today: date
) -> None:
    if measured and measured.met:
        assert judged(measured, reported, deadline, today).is_settled


@given(measures, reports, days, days)
def test_nobody_is_late_before_the_deadline_and_overdue_means_that_the_agency_must_act(
    measured: Measured | None, reported: Reported, deadline: date, today: date
) -> None:
    found = judged(measured, reported, deadline, today)
    assert found.late >= 0
    if found.is_overdue:
        assert today > deadline
        assert found.standing in {Standing.OPEN, Standing.RETURNED}
        assert found.late == (today - deadline).days
    if found.standing in {Standing.OPEN, Standing.RETURNED} and today <= deadline:
        assert found.late == 0


@given(measures, reports, days, st.integers(0, 400))
def test_waiting_for_the_reviewer_costs_the_agency_no_day(
    measured: Measured | None, reported: Reported, deadline: date, more: int
) -> None:
    soon, later = DAY, DAY + timedelta(days=more)
    found = judged(measured, reported, deadline, soon)
    if found.standing == Standing.WAITING:
        assert judged(measured, reported, deadline, later).late == found.late


@given(st.lists(st.builds(judged, measures, reports, days, days)))
def test_the_total_counts_each_agency_once(rows: list[Judged]) -> None:
    found = total(rows)
    assert found.agencies == len(rows)
    assert found.met + found.exempt + found.waiting <= found.agencies
    assert found.overdue <= found.agencies - found.met - found.exempt - found.waiting
    assert 0 <= found.met <= found.applies


def test_the_deadline_itself_is_in_time() -> None:
    assert [days_late(DAY, DAY + timedelta(days=n)) for n in (-1, 0, 1)] == [0, 0, 1]
    found = judged(Measured(True, "", DAY + timedelta(days=3)), Reported(), DAY, DAY + timedelta(days=90))
    assert (found.standing, found.late, found.is_overdue) == (Standing.MET, 3, False)
