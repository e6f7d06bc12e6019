from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils.module_loading import import_string

from config import settings as product
from opd import access
from opd.models import OPD_ROLES, AuditEvent, Opd, Role, RoleAssignment, User
from opd.services import people
from tests.opd.cast import AT, SINCE, UNTIL, agency, person

pytestmark = pytest.mark.django_db


def give(
    user: User, role: Role, *, since: date = SINCE, until: date | None = None, opd: Opd | None = None
) -> RoleAssignment:
    return people.assign_role(
        user=user,
        role=role,
        opd=opd,
        decree_number="SK 2/2026",
        decree_date=since,
        valid_from=since,
        valid_to=UNTIL if role == Role.AUDITOR and until is None else until,
        by=None,
        at=AT,
    )


def test_treasurer_reaches_her_agency_alone() -> None:
    hers, other = agency("1", "Dinas Satu"), agency("2", "Dinas Dua")
    treasurer = person("bendahara", Role.BENDAHARA_PENERIMAAN, hers)
    assert access.allowed(treasurer, "takings.view", opd=hers)
    assert not access.allowed(treasurer, "takings.view", opd=other)
    assert not access.allowed(treasurer, "ledger.view")
    with pytest.raises(PermissionDenied):
        access.require(treasurer, "takings.view", opd=other)


def test_province_role_reaches_every_agency() -> None:
    auditor = person("auditor", Role.AUDITOR)
    assert access.scope(auditor, "takings.view").opd_ids is None
    assert access.allowed(auditor, "takings.view", opd=agency("1", "Dinas Satu"))


def test_role_holds_only_between_its_days() -> None:
    user = person("plt")
    give(user, Role.TP2DD_MEMBER, since=date(2026, 3, 1), until=date(2026, 3, 31))
    seen = [
        access.allowed(user, "dashboard.view", on=day)
        for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1))
    ]
    assert seen == [False, True, True, False]


def test_inactive_account_reaches_nothing() -> None:
    auditor = person("auditor", Role.AUDITOR)
    auditor.is_active = False
    assert not access.scope(auditor, "ledger.view")


@pytest.mark.parametrize("pair", people.CONFLICTS, ids=lambda pair: "+".join(sorted(pair)))
def test_conflicting_roles_do_not_meet_in_one_person(pair: frozenset[Role]) -> None:
    opd = agency("1", "Dinas Satu")
    first, second = sorted(pair)
    user = person("rangkap", Role(first), opd if first in OPD_ROLES else None)
    with pytest.raises(people.PeopleError, match="dirangkap"):
        give(user, Role(second), opd=opd if second in OPD_ROLES else None)
    assert user.role_assignments.count() == 1


def test_conflicting_roles_may_follow_each_other() -> None:
    user = person("pindah")
    give(user, Role.KUASA_BUD, until=date(2026, 5, 31))
    give(user, Role.AUDITOR, since=date(2026, 6, 1))
    assert user.role_assignments.count() == 2


def test_an_auditor_examines_by_a_letter_with_a_last_day() -> None:
    user = person("pemeriksa")
    letter: dict[str, Any] = {
        "role": Role.AUDITOR, "opd": None, "decree_number": "ST 7/2026", "decree_date": SINCE,
        "valid_from": SINCE, "by": None, "at": AT,
    }  # fmt: skip
    with pytest.raises(people.PeopleError, match="surat tugas"):
        people.assign_role(user=user, valid_to=None, **letter)
    assert not user.role_assignments.exists()
    people.assign_role(user=user, valid_to=date(2026, 6, 30), **letter)
    assert access.allowed(user, "ledger.view", on=date(2026, 6, 30))
    assert not access.allowed(user, "ledger.view", on=date(2026, 7, 1))


def test_treasurer_role_names_its_agency() -> None:
    with pytest.raises(ValidationError, match="OPD"):
        give(person("tanpa.opd"), Role.BENDAHARA_PENERIMAAN)


def test_last_administrator_stays() -> None:
    admin = person("admin", Role.ADMINISTRATOR)
    assignment = admin.role_assignments.get()
    with pytest.raises(people.PeopleError, match="satu-satunya"):
        people.set_active(user=admin, active=False, reason="coba", by=admin, at=AT)
    with pytest.raises(people.PeopleError, match="satu-satunya"):
        people.end_role(assignment=assignment, valid_to=date(2026, 6, 30), reason="coba", by=admin, at=AT)
    other = person("admin2", Role.ADMINISTRATOR)
    people.set_active(user=admin, active=False, reason="pindah", by=other, at=AT)
    assert not User.objects.get(pk=admin.pk).is_active


def test_role_can_not_end_in_the_past() -> None:
    user = person("auditor", Role.AUDITOR)
    with pytest.raises(people.PeopleError, match="masa lalu"):
        people.end_role(
            assignment=user.role_assignments.get(), valid_to=date(2026, 5, 31), reason="coba", by=user, at=AT
        )


def test_failed_audit_write_changes_nothing() -> None:
    user = person("calon")
    with (
        mock.patch.object(AuditEvent.objects, "create", side_effect=DatabaseError),
        pytest.raises(DatabaseError),
        transaction.atomic(),
    ):
        give(user, Role.AUDITOR)
    assert not user.role_assignments.exists()


def test_every_role_change_is_in_the_audit_trail() -> None:
    user = person("auditor", Role.AUDITOR)
    event = AuditEvent.objects.get(action="role.assign")
    assert event.after == {
        "user": "auditor",
        "capacity": "definitive",
        "role": "auditor",
        "opd": None,
        "decree": "SK 1/2026, 2026-01-01",
        "valid_from": "2026-01-01",
        "valid_to": "2035-12-31",
    }
    assert event.subject_id == str(user.role_assignments.get().pk)


@pytest.mark.parametrize(
    "sql",
    ["UPDATE opd_auditevent SET reason = 'x'", "DELETE FROM opd_auditevent", "TRUNCATE opd_auditevent"],
)
def test_database_refuses_to_change_the_audit_trail(sql: str) -> None:
    person("auditor", Role.AUDITOR)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with (
        pytest.raises(DatabaseError, match="hanya dapat ditambah"),
        transaction.atomic(),
        connection.cursor() as c,
    ):
        c.execute(sql)
    assert AuditEvent.objects.count() == 1


def test_first_password_is_long_and_differs() -> None:
    passwords = {people.new_password() for _ in range(50)}
    assert len(passwords) == 50
    assert all(len(password) == 19 for password in passwords)


def test_nip_must_have_18_digits() -> None:
    with pytest.raises(ValidationError, match="18 angka"):
        people.create_user(
            username="nip", name="Nip", nip="123", password="abcd-efgh", by=None, at=datetime.now(UTC)
        )


def test_passwords_of_the_product_are_hashed_slowly() -> None:
    hasher = import_string(product.PASSWORD_HASHERS[0])()
    assert hasher.algorithm == "argon2"
    assert hasher.memory_cost >= 19 * 1024  # KiB: the least that OWASP names for Argon2id
