"""Who might do what on a day (WIB), from the decrees in force then and the table of permissions of today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, groupby

from django.db.models import QuerySet

from opd.access import EVERYWHERE, PERMISSIONS, Scope
from opd.models import Role, RoleAssignment, User
from opd.services.people import CONFLICTS
from payments.auditing import words

ENDING_SOON = timedelta(days=30)
"""How far ahead roles about to end are shown."""
COLUMNS = (
    *("pada", "nama_pengguna", "nama", "akun_aktif_sekarang", "peran", "opd", "nomor_sk", "tanggal_sk"),
    *("berlaku_sejak", "berlaku_sampai", "izin", "arti", "dirangkap_dengan"),
)


@dataclass(frozen=True)
class Where:
    """The matrix's filter; an agency also shows who reaches it from the province. ``reach``: the reader's."""

    on: date
    opd_id: int | None = None
    role: str = ""
    permission: str = ""
    text: str = ""
    reach: Scope = EVERYWHERE


@dataclass(frozen=True)
class Holder:
    """One person with the shown roles; ``conflicts`` are pairs of all roles of the day that must not meet."""

    user: User
    held: Sequence[RoleAssignment]
    conflicts: Sequence[str]

    @property
    def permissions(self) -> list[str]:
        return sorted({code for one in self.held for code in permissions_of(Role(one.role))})

    @property
    def by_room(self) -> list[tuple[str, str]]:
        """Rooms and what may be done there: "Belanja", "lihat, setujui"."""
        return [
            (room, ", ".join(words.verb_of(code) for code in codes))
            for room, codes in groupby(self.permissions, key=words.room_of)
        ]


def permissions_of(role: Role) -> list[str]:
    return sorted(code for code, roles in PERMISSIONS.items() if role in roles)


def conflicts(roles: Iterable[Role]) -> list[str]:
    """Pairs that must not meet in one person, in words. Pure."""
    ordered = sorted(set(roles), key=list(Role).index)
    return [
        f"{one.label} dan {other.label}"
        for one, other in combinations(ordered, 2)
        if frozenset({one, other}) in CONFLICTS
    ]


def matrix(where: Where) -> list[Holder]:
    """Everybody with a role on the day that fits the filter, by name, in one query."""
    rows = (
        RoleAssignment.objects.valid(on=where.on)
        .select_related("user", "opd")
        .prefetch_related("agencies__opd")
        .order_by("user__name", "user_id", "pk")
    )
    found = []
    for user, group in groupby(rows, key=lambda row: row.user):
        every = list(group)
        shown = [row for row in every if _fits(row, where)]
        if shown and where.text.lower() in f"{user.name} {user.username} {_decrees(every)}".lower():
            found.append(Holder(user, shown, conflicts(Role(row.role) for row in every)))
    return found


def _fits(row: RoleAssignment, where: Where) -> bool:
    return (
        (row.opd_id is None or row.opd_id in where.reach)
        and (where.opd_id is None or _covers(row, where.opd_id))
        and (not where.role or row.role == where.role)
        and (not where.permission or row.role in PERMISSIONS.get(where.permission, ()))
    )


def _covers(row: RoleAssignment, opd_id: int) -> bool:
    """Whether a role reaches an agency: its own, or the province's unless its letter names others."""
    if row.opd_id is not None:
        return row.opd_id == opd_id
    named = {one.opd_id for one in row.agencies.all()}
    return not named or opd_id in named


def _where_to(row: RoleAssignment) -> str:
    """The agency of a role, or those that a letter names."""
    return row.opd.name if row.opd else ", ".join(one.opd.name for one in row.agencies.all())


def _decrees(rows: Iterable[RoleAssignment]) -> str:
    return " ".join(row.decree_number for row in rows)


def lines(found: Iterable[Holder], on: date) -> Iterator[tuple[object, ...]]:
    """One line for each person, role and permission; columns as in COLUMNS."""
    for holder in found:
        user = holder.user
        for row in holder.held:
            for code in permissions_of(Role(row.role)):
                yield (
                    on, user.username, user.name, user.is_active, row.title, _where_to(row),
                    row.decree_number, row.decree_date, row.valid_from, row.valid_to, code,
                    words.spoken(code), "; ".join(holder.conflicts),
                )  # fmt: skip


def without_role(on: date) -> QuerySet[User]:
    """Open accounts that no decree gave a role on the day."""
    held = RoleAssignment.objects.valid(on=on).values("user")
    return User.objects.filter(is_active=True).exclude(pk__in=held).order_by("name")


def ending(on: date, reach: Scope = EVERYWHERE) -> QuerySet[RoleAssignment]:
    """Roles in force on the day whose last day is near, of agencies in reach."""
    rows = reach.filter(RoleAssignment.objects.valid(on=on).filter(valid_to__lte=on + ENDING_SOON))
    return rows.select_related("user", "opd").order_by("valid_to", "user__name")


def never_used() -> QuerySet[User]:
    """Open accounts that nobody ever signed in with."""
    return User.objects.filter(is_active=True, last_login=None).order_by("name")
