"""People and the roles that decrees give them."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from opd import audit
from opd.models import Capacity, LetterAgency, Opd, Role, RoleAssignment, User
from opd.office.calendar import day_of

_TREASURERS = (Role.BENDAHARA_PENGELUARAN, Role.BENDAHARA_PENGELUARAN_PEMBANTU)
_RECORDING = (
    *(Role.BENDAHARA_PENERIMAAN, Role.KUASA_BUD, Role.ADMINISTRATOR, Role.PA, Role.KPA, Role.PPTK),
    *(Role.PPK_OPD, *_TREASURERS, Role.PEMEGANG_KKPD, Role.ADMINISTRATOR_KKPD, Role.PEGAWAI),
    *(Role.PETUGAS_LOKET, Role.PETUGAS_GERBANG, Role.SEKRETARIS_TP2DD, Role.SEKDA),
)
CONFLICTS: tuple[frozenset[Role], ...] = (
    *(frozenset({Role.AUDITOR, role}) for role in _RECORDING),
    frozenset({Role.BENDAHARA_PENERIMAAN, Role.KUASA_BUD}),
    *(frozenset({Role.BENDAHARA_PENERIMAAN, role}) for role in _TREASURERS),
    *(
        frozenset({Role.KUASA_BUD, role})
        for role in (Role.PA, Role.KPA, Role.PPTK, Role.PPK_OPD, *_TREASURERS)
    ),
    *(
        frozenset({treasurer, role})
        for treasurer in _TREASURERS
        for role in (Role.PA, Role.KPA, Role.PPTK, Role.PPK_OPD, Role.ADMINISTRATOR_KKPD)
    ),
    *(frozenset({Role.PPK_OPD, role}) for role in (Role.PA, Role.KPA, Role.PPTK)),
    frozenset({Role.PEMEGANG_KKPD, Role.ADMINISTRATOR_KKPD}),
    *(frozenset({Role.PETUGAS_LOKET, role}) for role in (Role.BENDAHARA_PENERIMAAN, Role.KUASA_BUD)),
    frozenset({Role.PETUGAS_GERBANG, Role.BENDAHARA_PENERIMAAN}),
    frozenset({Role.SEKRETARIS_TP2DD, Role.PENINJAU_BI}),
)
"""Roles that must not meet in one person on one day: whoever records may not approve or examine."""


class PeopleError(Exception):
    """What the administrator asked for is not allowed; the message is for the screen. ``field`` names
    the form field, where there is one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def new_password() -> str:
    """A first password of 80 random bits, in groups that are easy to type from paper."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


@transaction.atomic
def create_user(
    *, username: str, name: str, nip: str, password: str, by: User | None, at: datetime, is_demo: bool = False
) -> User:
    """An account without any right; rights come from ``assign_role``. Raises ValidationError."""
    user = User.objects.create_user(username, password, name=name, nip=nip, is_demo=is_demo)
    audit.record("user.create", user, by=by, at=at, after={"username": username, "name": name})
    return user


@transaction.atomic
def reset_password(*, user: User, password: str, by: User, at: datetime) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("user.reset_password", user, by=by, at=at)


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user).exists())


@transaction.atomic
def remove_second_factor(*, user: User, reason: str, by: User, at: datetime) -> None:
    """For a lost phone: forget the codes, so that the next login asks for the password alone."""
    removed, _ = Authenticator.objects.filter(user=user).delete()
    if not removed:
        raise PeopleError("Akun ini tidak memakai kode kedua.")
    audit.record("user.remove_second_factor", user, by=by, at=at, reason=reason)


@transaction.atomic
def set_active(*, user: User, active: bool, reason: str, by: User, at: datetime) -> None:
    """Open or close an account. The last administrator stays. Raises PeopleError."""
    if not active and _is_last_administrator(user, on=day_of(at)):
        raise PeopleError("Ini satu-satunya administrator yang aktif. Tetapkan penggantinya dahulu.")
    User.objects.filter(pk=user.pk).update(is_active=active)
    audit.record(
        "user.activate" if active else "user.deactivate",
        user,
        by=by,
        at=at,
        before={"is_active": user.is_active},
        after={"is_active": active},
        reason=reason,
    )
    user.is_active = active


@transaction.atomic
def assign_role(
    *,
    user: User,
    role: Role,
    opd: Opd | None,
    decree_number: str,
    decree_date: date,
    valid_from: date,
    valid_to: date | None,
    by: User | None,
    at: datetime,
    capacity: Capacity = Capacity.DEFINITIVE,
    agencies: Collection[Opd] = (),
) -> RoleAssignment:
    """Give a role by decree; an auditor's is a letter of assignment, which has a last day and may name
    ``agencies`` that it alone reaches (none: the province). Raises ValidationError, or PeopleError where two
    roles must not meet, an auditor's would never end, or another role names agencies."""
    if agencies and role != Role.AUDITOR:
        raise PeopleError("Hanya surat tugas auditor yang menyebut beberapa OPD.", "agencies")
    if role == Role.AUDITOR and valid_to is None:
        raise PeopleError("Auditor memeriksa menurut surat tugas: isi juga hari terakhirnya.", "valid_to")
    User.objects.select_for_update().get(pk=user.pk)
    assignment = RoleAssignment(
        user=user,
        role=role,
        capacity=capacity,
        opd=opd,
        decree_number=decree_number,
        decree_date=decree_date,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    assignment.full_clean()
    _refuse_conflicts(assignment)
    assignment.save()
    LetterAgency.objects.bulk_create(LetterAgency(assignment=assignment, opd=one) for one in agencies)
    facts: dict[str, Any] = _facts(assignment)
    if agencies:
        facts["agencies"] = sorted(one.code for one in agencies)
    audit.record("role.assign", assignment, by=by, at=at, after=facts)
    return assignment


@transaction.atomic
def end_role(*, assignment: RoleAssignment, valid_to: date, reason: str, by: User, at: datetime) -> None:
    """The last day of a role; a day before today would rewrite history and is refused. Raises PeopleError."""
    if valid_to < max(assignment.valid_from, day_of(at)):
        raise PeopleError("Hari terakhir peran tidak boleh di masa lalu atau sebelum hari mulainya.")
    ends_admin = assignment.role == Role.ADMINISTRATOR and _is_last_administrator(
        assignment.user, on=valid_to, apart_from=assignment
    )
    if ends_admin:
        raise PeopleError("Ini satu-satunya administrator yang aktif. Tetapkan penggantinya dahulu.")
    before = _facts(assignment)
    assignment.valid_to = valid_to
    assignment.full_clean()
    assignment.save(update_fields=["valid_to"])
    audit.record("role.end", assignment, by=by, at=at, before=before, after=_facts(assignment), reason=reason)


def _refuse_conflicts(wanted: RoleAssignment) -> None:
    for held in RoleAssignment.objects.filter(user=wanted.user):
        overlap = (held.valid_to is None or held.valid_to >= wanted.valid_from) and (
            wanted.valid_to is None or wanted.valid_to >= held.valid_from
        )
        if not overlap:
            continue
        if held.role == wanted.role and held.opd_id == wanted.opd_id:
            raise PeopleError(f"{wanted.user} sudah memegang peran ini pada tanggal tersebut.")
        if frozenset({Role(held.role), Role(wanted.role)}) in CONFLICTS:
            raise PeopleError(
                f"Peran {wanted.get_role_display()} tidak boleh dirangkap dengan {held.get_role_display()}"
                " pada tanggal yang sama."
            )


def _is_last_administrator(user: User, *, on: date, apart_from: RoleAssignment | None = None) -> bool:
    admins = RoleAssignment.objects.valid(on=on).filter(role=Role.ADMINISTRATOR, user__is_active=True)
    if not admins.filter(user=user).exists():
        return False
    return not (admins.exclude(pk=apart_from.pk) if apart_from else admins.exclude(user=user)).exists()


def _facts(assignment: RoleAssignment) -> dict[str, str | None]:
    return {
        "user": assignment.user.username,
        "role": assignment.role,
        "capacity": assignment.capacity,
        "opd": assignment.opd.code if assignment.opd else None,
        "decree": f"{assignment.decree_number}, {assignment.decree_date}",
        "valid_from": str(assignment.valid_from),
        "valid_to": str(assignment.valid_to) if assignment.valid_to else None,
    }
