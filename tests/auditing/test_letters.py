"""A letter of assignment that names agencies: its auditor sees these and nothing of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from opd import access
from opd.access import OF_THE_PROVINCE, PERMISSIONS
from opd.models import OPD_ROLES, AuditEvent, LetterAgency, Opd, Role, RoleAssignment, User
from opd.office.exports import kinds
from opd.office.exports.kinds import Choice, ExportError
from opd.services.people import PeopleError, assign_role
from opd.verification import LAWS
from payments.auditing import holders, sampling, services
from payments.auditing.models import Method, Population, Sample
from payments.auditing.sampling import SampleError, Wanted
from tests.architecture.test_access_matrix import VIEWS, permission_of
from tests.auditing.cast import AT, Desk
from tests.opd.cast import SINCE, UNTIL, agency, person

pytestmark = pytest.mark.django_db
HIDDEN = "Dinas Yang Tidak Diperiksa"


@pytest.fixture
def other(place: Desk) -> Opd:
    return agency("777", HIDDEN)


def bound(*agencies: Opd, username: str = "auditor.surat") -> User:
    user = person(username)
    letter(user, agencies)
    return User.objects.get(pk=user.pk)


def letter(user: User, agencies: Sequence[Opd], *, number: str = "ST 7/2026") -> RoleAssignment:
    return assign_role(
        user=user, role=Role.AUDITOR, opd=None, agencies=agencies, decree_number=number, decree_date=SINCE,
        valid_from=SINCE, valid_to=UNTIL, by=None, at=AT,
    )  # fmt: skip


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    "permission", sorted(code for code, held in PERMISSIONS.items() if Role.AUDITOR in held)
)
def test_a_letter_reaches_its_agencies_and_no_book_of_the_province(
    place: Desk, other: Opd, permission: str
) -> None:
    user = bound(place.office.opd)
    reach = access.scope(user, permission, on=SINCE)
    wanted = frozenset() if permission in OF_THE_PROVINCE else frozenset({place.office.opd.pk})
    assert reach.opd_ids == wanted
    assert access.scope(place.auditor, permission, on=SINCE).opd_ids is None
    assert not access.scope(user, permission, on=date(2025, 12, 31))


def test_what_shows_the_whole_province_is_closed_to_letters() -> None:
    """What no role of an agency holds has pages that nobody narrowed; a new one must be decided on."""
    narrow = {code for code, held in PERMISSIONS.items() if held & OPD_ROLES}
    of_auditors = {code for code, held in PERMISSIONS.items() if Role.AUDITOR in held}
    assert of_auditors - narrow == OF_THE_PROVINCE | {"auditing.work"}
    assert not OF_THE_PROVINCE & narrow


def test_no_page_tells_of_an_agency_outside_the_letter(client: Client, place: Desk, other: Opd) -> None:
    person("bendahara.lain", Role.BENDAHARA_PENERIMAAN, other)
    user = bound(place.office.opd)
    signed_in(client, user)
    told, opened = [], 0
    for name, pattern in VIEWS.items():
        permission = permission_of(pattern.callback)
        if permission is None or Role.AUDITOR not in PERMISSIONS[permission]:
            continue
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        answer = client.get(address)
        if answer.status_code == 200 and not answer.streaming:
            opened += 1
            if HIDDEN in answer.content.decode(errors="ignore"):
                told.append(name)
        else:
            assert answer.status_code in {200, 302, 403, 404, 405}, name
            assert answer.status_code != 403 or permission in OF_THE_PROVINCE, name
    assert told == []
    assert opened > 25


def test_a_closed_page_names_the_letter(client: Client, place: Desk) -> None:
    answer = signed_in(client, bound(place.office.opd)).get(reverse("settings:audit_list"))
    assert answer.status_code == 403
    text = answer.content.decode()
    assert f"Surat tugas ST 7/2026 hanya mencakup {place.office.opd.short_name}" in text
    assert "memuat seluruh provinsi" in text


def test_findings_and_samples_are_of_the_letters_agencies(client: Client, place: Desk, other: Opd) -> None:
    user, outsider = bound(place.office.opd), bound(other, username="auditor.lain")
    mine = services.record(draft=place.draft(), form_key="satu", by=user, at=AT)
    with pytest.raises(PermissionDenied, match="di luar OPD itu"):
        services.record(draft=place.draft(), form_key="dua", by=outsider, at=AT)
    with pytest.raises(PermissionDenied):
        services.judge(finding_id=mine.pk, verdict="done", text="Sudah baik semua.", by=outsider, at=AT)
    with pytest.raises(PermissionDenied):
        services.withdraw(finding_id=mine.pk, reason="Salah catat OPD.", by=outsider, at=AT)
    signed_in(client, outsider)
    assert client.get(reverse("auditing:finding_detail", args=[mine.pk])).status_code == 404
    assert "Pilih OPD" in client.get(reverse("auditing:finding_new")).content.decode()


def test_a_letter_samples_one_of_its_agencies(client: Client, place: Desk, other: Opd) -> None:
    user = bound(other)
    wanted = Wanted(Population("payments"), Method("random"), SINCE, UNTIL, None, 5, "benih")
    with pytest.raises(SampleError, match="tidak mencakup semua OPD"):
        sampling.draw(wanted=wanted, form_key="s1", by=user, at=AT)
    with pytest.raises(SampleError, match="tidak mencakup semua OPD"):
        sampling.draw(wanted=replace(wanted, opd=place.office.opd), form_key="s2", by=user, at=AT)
    whole = Sample.objects.create(
        **{**vars(wanted), "opd": None}, population_count=1, population_sum=1, sha256="0" * 64, drawn_at=AT,
        drawn_by=place.auditor, form_key="s3",
    )  # fmt: skip
    signed_in(client, user)
    for view in ("sample_detail", "sample_zip"):
        assert client.get(reverse(f"auditing:{view}", args=[whole.pk])).status_code == 404


def test_archives_hold_the_letters_agencies(place: Desk, other: Opd) -> None:
    user = bound(place.office.opd)
    offered = {kind.code for kind in kinds.kinds(user)}
    assert offered >= {"belanja", "pembayaran", "dokumen"}
    assert not offered & {"buku-besar", "jejak-audit", "penetapan-peran", "rekening-koran"}
    assert kinds.pinned(user, kinds.kind("belanja"), Choice())["opds"] == [place.office.opd.pk]
    with pytest.raises(ExportError, match="di luar jangkauan"):
        kinds.pinned(user, kinds.kind("belanja"), Choice(opd=other.pk))


def test_the_matrix_shows_a_letter_at_its_agencies_only(place: Desk, other: Opd) -> None:
    user = bound(place.office.opd)
    at_home = holders.matrix(holders.Where(SINCE, opd_id=place.office.opd.pk))
    elsewhere = holders.matrix(holders.Where(SINCE, opd_id=other.pk))
    assert user in [one.user for one in at_home]
    assert user not in [one.user for one in elsewhere]
    assert place.auditor in [one.user for one in elsewhere]
    treasurer = person("bendahara.lain", Role.BENDAHARA_PENERIMAAN, other)
    seen = holders.matrix(holders.Where(SINCE, reach=access.scope(user, "auditing.work", on=SINCE)))
    assert treasurer not in [one.user for one in seen]
    assert place.office.bp in [one.user for one in seen]


def test_letters_are_recorded_and_kept(place: Desk) -> None:
    user = bound(place.office.opd)
    event = AuditEvent.objects.filter(action="role.assign").latest("pk")
    assert event.after is not None
    assert event.after["agencies"] == [place.office.opd.code]
    with pytest.raises(PeopleError, match="Hanya surat tugas"):
        assign_role(
            user=person("orang"), role=Role.ADMINISTRATOR, opd=None, agencies=[place.office.opd],
            decree_number="SK", decree_date=SINCE, valid_from=SINCE, valid_to=None, by=None, at=AT,
        )  # fmt: skip
    rows = LetterAgency.objects.all()
    with pytest.raises(DatabaseError, match="hanya dapat ditambah"), transaction.atomic():
        rows._raw_delete(rows.db)
    with pytest.raises(DatabaseError, match="hanya dapat ditambah"), transaction.atomic():
        rows.update(opd=agency("778", "Lain"))
    assert not [problem for law in LAWS for problem in law.check().problems]
    assert access.roles(user, on=SINCE)[0].named == [place.office.opd.pk]


def test_the_law_names_a_letter_of_another_role(place: Desk) -> None:
    held = RoleAssignment.objects.filter(role=Role.KUASA_BUD).first()
    assert held is not None
    LetterAgency.objects.create(assignment=held, opd=place.office.opd)
    found = next(law for law in LAWS if law.name == "opd.letters_name_agencies").check()
    assert found.problems == [f"penetapan peran {held.pk} bukan surat tugas tetapi menyebut OPD"]
