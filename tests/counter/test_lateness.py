"""The auditors' list of late deposits by officer: who is on it, since when, and who is not."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from opd.models import Opd, Role
from opd.office.models import DatedRule
from payments.auditing import lists
from payments.auditing.lists import Period
from retribusi.counter import lateness
from retribusi.counter.choices import DEPOSIT_HOURS
from retribusi.counter.models import Shift
from tests.counter.cast import Desk
from tests.opd.cast import person
from tests.retribusi.cast import AT

DAY = timedelta(days=1)
WEEK = Period(AT.date(), AT.date() + 7 * DAY)


def shift(desk: Desk, at: datetime) -> Shift:
    """A closed one with Rp 10.000 of cash taken then."""
    row = desk.open(at=at)
    desk.sell(at=at)
    return desk.close(row, 10_000, at=at)


def rows(now: datetime, period: Period = WEEK) -> list[dict[str, Any]]:
    with time_machine.travel(now, tick=False):
        found = lists.find(lateness.REPORT, period)
        shown = [{cell.column.name: cell.value for cell in row.cells} for row in found[0:50]]
        assert found.total == sum(row["jumlah"] for row in shown)
        return shown


def test_cash_is_late_past_its_hours_and_not_before(desk: Desk) -> None:
    shift(desk, AT)
    assert rows(AT + DAY) == []
    (held,) = rows(AT + DAY + timedelta(minutes=1))
    assert (held["petugas"], held["disetor"], held["jam_terlambat"]) == (desk.officer.name, None, 1)
    assert (held["diterima"], held["batas_setor"], held["jumlah"]) == (AT, AT + DAY, 10_000)


def test_what_came_late_stays_on_the_list_and_what_came_in_time_does_not(desk: Desk) -> None:
    desk.deposit(shift(desk, AT), after=20)
    assert rows(AT + 5 * DAY) == []
    desk.deposit(shift(desk, AT + DAY), key="form:setor:2", after=24 + 30)
    (late,) = rows(AT + 5 * DAY)
    assert (late["disetor"], late["jam_terlambat"]) == (AT + timedelta(hours=54), 6)


def test_an_officer_is_counted_over_the_period(desk: Desk) -> None:
    for number in range(2):
        shift(desk, AT + number * DAY)
    desk.officer = person("petugas.lain", Role.PETUGAS_LOKET, desk.museum.opd)
    shift(desk, AT)
    counted = {(row["petugas"], row["kali_terlambat_petugas"]) for row in rows(AT + 5 * DAY)}
    assert sorted(times for _, times in counted) == [1, 2]
    first_day = Period(AT.date() + DAY, AT.date() + DAY)
    assert [row["kali_terlambat_petugas"] for row in rows(AT + 5 * DAY, first_day)] == [1, 1]


def test_the_hours_are_the_rule_of_the_day_of_the_cash(desk: Desk) -> None:
    DatedRule.objects.create(
        key=DEPOSIT_HOURS, value=72, valid_from=AT.date() + DAY, legal_basis="uji", confirmed=True
    )
    shift(desk, AT)
    shift(desk, AT + DAY)
    assert [row["diterima"] for row in rows(AT + 2 * DAY)] == [AT]


@pytest.mark.parametrize(("opd", "is_shown"), [("own", True), ("other", False)])
def test_the_auditor_opens_filters_and_downloads_it(
    desk: Desk, client: Client, opd: str, is_shown: bool
) -> None:
    row = shift(desk, AT)
    other = Opd.objects.create(code="9", name="Dinas Lain", short_name="Lain", valid_from=date(2026, 1, 1))
    auditor = person("auditor", Role.AUDITOR)
    asked: dict[str, Any] = {
        "sejak": WEEK.first,
        "sampai": WEEK.last,
        "opd": {"own": desk.museum.opd, "other": other}[opd].pk,
    }
    with time_machine.travel(AT + 2 * DAY, tick=False):
        client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")
        url = reverse("auditing:list_detail", args=[lateness.REPORT.slug])
        page = client.get(url, asked).text
        assert (reverse("counter:shift_detail", args=[row.pk]) in page) == is_shown
        assert "dalam 24 jam" in page
        answer = client.get(url, {**asked, "unduh": "csv"})
        lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
        assert len(lines) == 1 + is_shown
        assert lateness.REPORT.title in client.get(reverse("auditing:list_index"), asked).text
        assert client.get(reverse("counter:shift_detail", args=[row.pk])).status_code == 200
