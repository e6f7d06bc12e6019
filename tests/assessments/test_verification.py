"""Break each law of assessments and see verify find it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connection

from retribusi.assessments.models import Letter
from retribusi.assessments.services import collecting, files
from retribusi.assessments.verification import LAWS
from tests.assessments.cast import MONTH, Office, problems, without_guards
from tests.assessments.test_compensating import _in_rkud, approve, bill, propose, titipan  # noqa: F401 its money is in RKUD
from tests.assessments.test_files import as_csv, good
from tests.retribusi.cast import AT

BREAK = {
    "assessments.numbered": "UPDATE assessments_skrd SET principal = principal + 1",
    "assessments.voids": "UPDATE assessments_skrd SET replaces_id = (SELECT id FROM assessments_skrd"
    " ORDER BY id LIMIT 1) WHERE id = (SELECT id FROM assessments_skrd ORDER BY id DESC LIMIT 1)",
    "assessments.adds_up": "UPDATE assessments_debt SET amount = amount - 1",
    "assessments.quotes": "UPDATE assessments_debt SET amount = amount + 0.001",
    "assessments.paid_by_money": "UPDATE assessments_debt SET interest_paid = 1 WHERE payment_id IS NOT NULL",
    "assessments.compensated": "UPDATE assessments_debt SET interest_paid = 1"
    " WHERE compensation_id IS NOT NULL",
    "assessments.strd": "UPDATE assessments_letter SET interest = interest + 1",
    "assessments.files": "UPDATE assessments_assessmentfile SET total = total + 1",
    "assessments.guards": "ALTER TABLE assessments_debt DISABLE TRIGGER assessments_debt_guard",
}
LATE = AT + timedelta(days=30)


@pytest.fixture
def busy(office: Office) -> Office:
    """One of everything: paid, void, late with its letters, and a file."""
    office.pay(office.issue())
    late = office.issue(stalls=0, halls=1)
    office.void(office.issue(wajib=office.register("Toko Batal", "1771010101018888")))
    with time_machine.travel(LATE, tick=False):
        for kind in (Letter.Kind.TEGURAN, Letter.Kind.STRD):
            collecting.issue_letters(kind=kind, opd=late.opd, by=office.treasurer, at=LATE)
    approve(office, propose(office, titipan(office), bill(office, stalls=1)))
    file = files.keep(
        point=office.museum.point, period=MONTH, content=ContentFile(as_csv([good(1)]), "a.csv"),
        name="a.csv", by=office.treasurer, at=AT,
    )  # fmt: skip
    files.confirm(file_id=file.pk, by=office.treasurer, at=AT)
    files.run(file.pk, at=AT)
    return office


@pytest.mark.parametrize("name", [name for name in BREAK if name != "assessments.quotes"])
@pytest.mark.usefixtures("busy")
def test_each_law_covers_rows_and_finds_its_breach(name: str) -> None:
    law = next(law for law in LAWS if law.name == name)
    assert problems() == []
    assert law.check().rows > 0
    if name == "assessments.guards":
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {BREAK[name]}")
    else:
        without_guards(BREAK[name])
    assert law.check().problems


def test_a_quote_that_is_not_its_parts_is_found(busy: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from retribusi.assessments import verification

    law = next(law for law in LAWS if law.name == "assessments.quotes")
    assert law.check().rows > 0
    monkeypatch.setattr(verification, "shares", lambda *args, **kwargs: ())
    assert len(law.check().problems) == 2


def test_every_law_has_its_breach() -> None:
    assert {law.name for law in LAWS} == set(BREAK)
