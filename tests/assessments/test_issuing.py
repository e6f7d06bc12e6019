"""A SKRD is issued once, numbered without a hole, and never changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from opd import audit
from opd.models import AuditEvent, Role
from opd.office.models import Counter, Document
from retribusi.assessments import identities
from retribusi.assessments.errors import AssessmentError
from retribusi.assessments.models import Debt, Skrd, SkrdLine, WajibRetribusi
from retribusi.assessments.services import issuing, register
from tests.assessments.cast import MONTH, Office, problems, rp
from tests.opd.cast import agency, person
from tests.retribusi.cast import AT

pytestmark = pytest.mark.django_db


def test_a_skrd_has_its_number_lines_debt_and_paper(office: Office) -> None:
    row = office.issue(stalls=2, halls=1)
    assert row.document.number_text == f"1/SKRD/{office.museum.opd.code}/2026"
    assert row.principal == rp(1_050_000)
    assert row.due_on == date(2026, 12, 9)
    assert [line.kode_lra for line in row.lines.all()] == ["4.1.02.02.17.0001", "4.1.02.02.01.0001"]
    debt = Debt.objects.get(skrd=row)
    assert (debt.amount, debt.due_on, debt.position) == (row.principal, row.due_on, 1)
    assert row.document.facts["signers"][0]["name"] == office.head.name
    assert row.token in row.document.facts["pay"]
    assert "1771010101010001" not in str(row.document.facts)
    assert AuditEvent.objects.filter(action="skrd.issue", by=office.treasurer).count() == 1
    assert problems() == []


def test_pressed_twice_it_is_issued_once(office: Office) -> None:
    ready = office.judged()
    first = issuing.issue(assessment=ready, by=office.treasurer, at=AT)
    assert issuing.issue(assessment=ready, by=office.treasurer, at=AT) == first
    assert (Skrd.objects.count(), Counter.objects.get(kind="skrd").last) == (1, 1)
    with pytest.raises(AssessmentError, match="Formulir ini sudah dipakai"):
        issuing.issue(
            assessment=office.judged(form_key=ready.form_key, stalls=3, period=(date(2026, 12, 1),) * 2),
            by=office.treasurer, at=AT,
        )  # fmt: skip


def test_the_same_levy_is_not_fixed_twice_for_one_period(office: Office) -> None:
    first = office.issue()
    with pytest.raises(AssessmentError, match=f"Sudah ada SKRD {first.document.number_text}"):
        office.judged(period=(date(2026, 11, 15), date(2026, 12, 14)))
    office.issue(period=(date(2026, 12, 1), date(2026, 12, 31)))
    office.issue(stalls=0, halls=1)


def test_two_who_were_both_shown_a_preview_issue_one(office: Office) -> None:
    one, two = office.judged(), office.judged()
    issuing.issue(assessment=one, by=office.treasurer, at=AT)
    with pytest.raises(AssessmentError, match="tidak ada yang terbit"):
        issuing.issue(assessment=two, by=office.treasurer, at=AT)
    assert Skrd.objects.count() == 1


def test_what_can_not_be_fixed_is_refused(office: Office) -> None:
    with pytest.raises(AssessmentError, match="paling sedikit satu tarif"):
        office.judged(stalls=0)
    with pytest.raises(AssessmentError, match="antara 1 dan"):
        office.judged(stalls=10_000)
    with pytest.raises(AssessmentError, match="tidak berlaku hari ini"):
        office.judged(quantities={999_999: 1})
    with pytest.raises(AssessmentError, match="Masa retribusi"):
        office.judged(period=(date(2026, 11, 30), date(2026, 11, 1)))
    other = agency("9", "Dinas Lain")
    stranger = office.tenant()
    WajibRetribusi.objects.update(opd=other)
    stranger.refresh_from_db()
    with pytest.raises(AssessmentError, match="OPD yang sama"):
        office.judged(wajib=stranger)


def test_others_may_not_issue(office: Office) -> None:
    ready = office.judged()
    stranger = person("bendahara.lain", Role.BENDAHARA_PENERIMAAN, agency("9", "Dinas Lain"))
    for who in (office.head, office.auditor, stranger):
        with pytest.raises(PermissionDenied):
            issuing.issue(assessment=ready, by=who, at=AT)
    assert not Skrd.objects.exists()


def test_a_failed_audit_write_gives_the_number_back(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = office.judged()

    def broken(action: str, *args: object, **kwargs: object) -> None:
        if action == "skrd.issue":
            raise RuntimeError("jejak audit tidak dapat ditulis")

    with monkeypatch.context() as patch:
        patch.setattr(audit, "record", broken)
        with pytest.raises(RuntimeError):
            issuing.issue(assessment=ready, by=office.treasurer, at=AT)
    assert not Skrd.objects.exists()
    assert not Debt.objects.exists()
    assert not Counter.objects.filter(kind="skrd").exists()
    assert issuing.issue(assessment=ready, by=office.treasurer, at=AT).document.sequence == 1


def test_many_take_few_statements_and_one_block(
    office: Office, django_assert_max_num_queries: object
) -> None:
    tenants = [office.register(f"Toko {n}", f"17710101010{n:05}") for n in range(60)]
    ready = [office.judged(wajib=tenant) for tenant in tenants]
    for_all: object = django_assert_max_num_queries
    with transaction.atomic(), for_all(16):  # type: ignore[operator]
        made = issuing.issue_many(assessments=ready, opd=office.museum.opd, by=office.treasurer, at=AT)
    assert [row.document.sequence for row in made] == list(range(1, 61))
    assert (SkrdLine.objects.count(), Document.objects.count()) == (60, 60)
    assert problems() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessments_skrd SET principal = 1",
        "DELETE FROM assessments_skrd",
        "UPDATE assessments_skrdline SET quantity = 1",
        "DELETE FROM assessments_debt",
        "UPDATE assessments_debt SET amount = amount - 1",
        "UPDATE assessments_debt SET due_on = due_on + 1",
        "DELETE FROM assessments_wajibretribusi",
        "TRUNCATE assessments_letter",
    ],
)
def test_the_database_refuses_to_change_what_is_issued(office: Office, statement: str) -> None:
    office.issue()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_numbers_of_people_are_sealed_masked_and_read_on_record(office: Office) -> None:
    row = office.tenant()
    assert b"1771010101010001" not in bytes(row.identity)
    assert (row.identity_mask, row.contact_mask) == ("NIK •••0001", "•••111")
    assert identities.read(wajib=row, by=office.treasurer, at=AT) == "1771010101010001"
    assert AuditEvent.objects.filter(action="wajib.read_identity", subject_id=str(row.pk)).exists()
    with pytest.raises(PermissionDenied):
        identities.read(wajib=row, by=office.auditor, at=AT)
    with pytest.raises(AssessmentError, match="sudah terdaftar atas nama Toko Maju Jaya"):
        office.register("Toko Lain", "1771.0101.0101.0001")


@pytest.mark.parametrize("number", ["177101010101000", "17710101010100012", "177101010101000x", ""])
def test_a_number_that_is_none_is_refused(number: str) -> None:
    with pytest.raises(AssessmentError):
        register.checked(name="Toko", kind="nik", identity=number, address="Jalan 1", contact="")


def test_a_public_page_shows_a_masked_name() -> None:
    assert identities.masked_name("Toko Maju  Jaya") == "To•• Ma•• Ja••"


def test_a_replacement_follows_a_void(office: Office) -> None:
    old = office.issue()
    with pytest.raises(AssessmentError, match="dibatalkan dahulu"):
        office.judged(replaces=old, form_key=f"skrd:{uuid4()}")
    office.void(old)
    old.refresh_from_db()
    new = office.issue(replaces=Skrd.objects.select_related("document").get(pk=old.pk))
    assert new.replaces == old
    states = {row.pk: row.state.value for row in Skrd.objects.with_standing()}
    assert states == {old.pk: "replaced", new.pk: "standing"}
    assert new.document.sequence == 2
    assert new.period_from == MONTH[0]
    assert problems() == []
    assert Decimal(new.principal) == old.principal
