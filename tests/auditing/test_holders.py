"""Who may do what on a day, and which accounts want a look."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from opd.access import PERMISSIONS
from opd.models import Role, RoleAssignment, User
from payments.auditing import holders, words
from tests.opd.cast import SINCE, agency, person

TODAY = date(2026, 6, 1)


def also(user: User, role: Role, first: date, last: date | None = None) -> RoleAssignment:
    """A role by a decree that the services would have refused."""
    opd = agency("1", "Dinas Satu")
    return RoleAssignment.objects.create(
        user=user,
        role=role,
        opd=opd,
        decree_number="SK 2/2026",
        decree_date=SINCE,
        valid_from=first,
        valid_to=last,
    )


@pytest.mark.django_db
def test_the_matrix_is_of_its_day() -> None:
    payer = person("bp", Role.BENDAHARA_PENGELUARAN, agency("1", "Dinas Satu"))
    also(payer, Role.PPTK, TODAY, TODAY)
    on_the_day, after = (holders.matrix(holders.Where(day))[0] for day in (TODAY, TODAY + timedelta(days=1)))
    assert on_the_day.conflicts == ["PPTK dan Bendahara pengeluaran"]
    assert "spend.raise" in on_the_day.permissions
    assert not after.conflicts
    assert "spend.raise" not in after.permissions
    assert holders.matrix(holders.Where(SINCE - timedelta(days=1))) == []


@pytest.mark.django_db
def test_the_filter_finds_who_holds_a_permission_at_an_agency() -> None:
    one, two = agency("1", "Dinas Satu"), agency("2", "Dinas Dua")
    person("pa.satu", Role.PA, one)
    person("pa.dua", Role.PA, two)
    person("auditor", Role.AUDITOR)

    def found(**more: object) -> list[str]:
        return [one.user.username for one in holders.matrix(holders.Where(TODAY, **more))]  # type: ignore[arg-type]

    assert found(permission="spend.approve") == ["pa.dua", "pa.satu"]
    assert found(permission="spend.approve", opd_id=one.pk) == ["pa.satu"]
    assert found(opd_id=one.pk) == ["auditor", "pa.satu"]
    assert found(role="auditor") == ["auditor"]
    assert found(text="SATU") == ["pa.satu"]


@pytest.mark.django_db
def test_accounts_that_want_a_look_are_listed(client: Client) -> None:
    auditor, idle = person("auditor", Role.AUDITOR), person("tanpa.peran")
    leaving = person("pa", Role.PA, agency("1", "Dinas Satu"))
    RoleAssignment.objects.filter(user=leaving).update(valid_to=TODAY + timedelta(days=30))
    assert [one.username for one in holders.without_role(TODAY)] == [idle.username]
    assert [one.user for one in holders.ending(TODAY)] == [leaving]
    client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")
    assert [one.username for one in holders.never_used()] == ["pa", "tanpa.peran"]
    url = reverse("auditing:access_matrix")
    page = client.get(url, {"pada": "2026-06-01"}).text
    assert "tanpa.peran" in page
    assert "Peran yang segera berakhir" in page
    answer = client.get(url, {"pada": "2026-06-01", "unduh": "csv", "peran": "pa"})
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 1 + sum(Role.PA in roles for roles in PERMISSIONS.values())
    assert "SK 1/2026" in lines[1]


def test_permissions_are_spoken_in_indonesian() -> None:
    assert words.spoken("spend.approve") == "Belanja: setujui"
    assert words.spoken("baru.sekali") == "baru: sekali"
    assert [code for code in PERMISSIONS if words.room_of(code) not in words.ROOMS.values()] == []
    assert [code for code in PERMISSIONS if words.verb_of(code) not in words.VERBS.values()] == []
