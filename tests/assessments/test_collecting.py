"""Notice, teguran and STRD by the calendar; receivables by age."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from opd.access import Scope
from opd.office.models import Document
from retribusi.assessments import queries, terms
from retribusi.assessments.models import Letter
from retribusi.assessments.payable import lapse_of
from retribusi.assessments.services import collecting, deciding
from tests.assessments.cast import DECREE, Office, problems, rp
from tests.retribusi.cast import AT

pytestmark = pytest.mark.django_db
DUE = AT + timedelta(days=15)
EVERYWHERE = Scope(None)


def send(office: Office, kind: Letter.Kind, days: int) -> list[Letter]:
    when = DUE + timedelta(days=days)
    with time_machine.travel(when, tick=False):
        return collecting.issue_letters(kind=kind, opd=office.museum.opd, by=office.treasurer, at=when)


def test_each_letter_goes_out_on_its_day_and_once(office: Office) -> None:
    row = office.issue(stalls=2)
    assert send(office, Letter.Kind.NOTICE, -8) == []
    assert len(send(office, Letter.Kind.NOTICE, -7)) == 1
    assert send(office, Letter.Kind.NOTICE, -6) == []
    assert send(office, Letter.Kind.STRD, 14) == []
    assert send(office, Letter.Kind.TEGURAN, 6) == []
    (teguran,) = send(office, Letter.Kind.TEGURAN, 7)
    (strd,) = send(office, Letter.Kind.STRD, 14)
    assert (teguran.months, strd.months, strd.interest) == (1, 1, rp(3_000))
    assert strd.document.amount == rp(303_000)
    assert strd.document.number_text == f"1/STRD/{office.museum.opd.code}/2026"
    assert strd.document.facts["skrd"] == row.document.number_text
    assert send(office, Letter.Kind.STRD, 15) == []
    assert problems() == []


def test_a_keringanan_keeps_the_letters_that_went_out(office: Office) -> None:
    row = office.issue(stalls=2)
    (teguran,) = send(office, Letter.Kind.TEGURAN, 7)
    when = DUE + timedelta(days=8)
    with time_machine.travel(when, tick=False):
        deciding.grant_reduction(skrd_id=row.pk, amount=rp(100_000), grounds=DECREE, by=office.head, at=when)
    assert lapse_of(office.debt(row)) == terms.lapses_on(teguran.issued_on)
    assert send(office, Letter.Kind.TEGURAN, 9) == []
    (strd,) = send(office, Letter.Kind.STRD, 14)
    assert (strd.debt_id, strd.interest) == (office.debt(row).pk, rp(2_000))
    assert send(office, Letter.Kind.STRD, 15) == []
    assert problems() == []


def test_paid_and_void_skrd_get_no_letter(office: Office) -> None:
    office.pay(office.issue())
    office.void(office.issue(stalls=0, halls=1))
    assert send(office, Letter.Kind.TEGURAN, 30) == []
    assert not Letter.objects.exists()


def test_many_letters_take_one_block(office: Office, django_assert_max_num_queries: object) -> None:
    for number in range(30):
        office.issue(wajib=office.register(f"Toko {number}", f"17710101010{number:05}"))
    limit: object = django_assert_max_num_queries
    with limit(20):  # type: ignore[operator]
        made = send(office, Letter.Kind.TEGURAN, 10)
    assert [letter.document.sequence for letter in made] == list(range(1, 31))
    assert Document.objects.filter(kind="teguran").count() == 30


def test_receivables_stand_in_their_class_with_the_allowance(office: Office) -> None:
    office.issue(stalls=2)
    office.issue(stalls=0, halls=1)
    office.pay(office.issue(wajib=office.register("Toko Lunas", "1771010101019999")))
    for days, place in ((0, 0), (30, 0), (31, 1), (90, 1), (91, 2), (365, 2), (366, 3)):
        found = queries.receivables(EVERYWHERE, on=DUE.date() + timedelta(days=days))
        assert [row.count for row in found.rows].index(2) == place, days
        assert (found.count, found.amount) == (2, rp(1_050_000))
    assert found.allowance == rp(1_050_000)
    assert queries.receivables(EVERYWHERE, on=DUE.date()).allowance == rp(5_250)
    lines = list(queries.receivable_lines(EVERYWHERE, on=DUE.date() + timedelta(days=40), opd_id=None))
    assert [line[8] for line in lines] == ["Kurang lancar, 31–90 hari"] * 2
    assert sum(line[-1] for line in lines) == rp(105_000)
