"""Differences given to people: deadlines, notes, evidence, and a story that only grows."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from opd.models import AuditEvent, Role, User
from opd.office import attachments
from opd.office.calendar import day_of
from payments.reconciliation import services, subjects
from payments.reconciliation.models import ExceptionEvent, ExceptionState, ReconciliationException
from payments.reconciliation.services import DeskError
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.files import Sale
from tests.reconciliation.scene import AT, OTHER, Scene, imported
from tests.reconciliation.test_guards import run

LIST = "reconciliation:exception_list"
TODAY = day_of(AT)
SOON = TODAY + timedelta(days=5)


@pytest.fixture(autouse=True)
def _morning(time_machine: Any) -> None:
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def treasurer(scene: Scene) -> User:
    return person("bendahara.wisata", Role.BENDAHARA_PENERIMAAN, scene.tourism)


@pytest.fixture
def other(scene: Scene) -> User:
    return person("bendahara.budaya", Role.BENDAHARA_PENERIMAAN, scene.culture)


@pytest.fixture
def bud(scene: Scene) -> User:
    return person("kuasa.bud", Role.KUASA_BUD)


@pytest.fixture
def found(scene: Scene) -> ReconciliationException:
    """Unknown money of seven thousand rupiah at the house."""
    imported(files.settlement(Sale(rrn="111111111111", gross=700_000)))
    return ReconciliationException.objects.get()


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def give(row: ReconciliationException, to: User, by: User, **changes: Any) -> list[ReconciliationException]:
    values = {"exception_ids": [row.pk], "assignee": to, "due_on": SOON, "by": by, "at": AT}
    return services.assign(**{**values, **changes})


def story(row: ReconciliationException) -> list[str]:
    return [event.kind for event in row.events.all()]


def test_a_difference_is_given_to_a_person_until_a_day(
    found: ReconciliationException, treasurer: User, bud: User
) -> None:
    assert give(found, treasurer, bud, note="Surat ke bank ya") == [found]
    assert give(found, treasurer, bud) == []
    give(found, bud, treasurer)
    found.refresh_from_db()
    assert (found.assignee, found.due_on, story(found)) == (bud, SOON, ["assigned", "assigned"])
    assert AuditEvent.objects.filter(action="exception.assign").count() == 2


def test_only_who_may_explain_all_of_them_is_given_any(
    scene: Scene, found: ReconciliationException, treasurer: User, other: User, bud: User
) -> None:
    imported(files.settlement(Sale(rrn="222222222222", nmid=OTHER)))
    both = list(ReconciliationException.objects.values_list("pk", flat=True))
    for wrong in (other, treasurer, person("auditor", Role.AUDITOR)):
        with pytest.raises(DeskError, match="tidak berwenang"):
            give(found, wrong, bud, exception_ids=both)
    assert not ExceptionEvent.objects.exists()
    with pytest.raises(PermissionDenied):
        give(found, other, other)
    with pytest.raises(DeskError, match="sudah lewat"):
        give(found, treasurer, bud, due_on=TODAY - timedelta(days=1))


def test_explained_reopened_and_explained_again_keeps_every_word(
    found: ReconciliationException, treasurer: User
) -> None:
    services.comment(exception_id=found.pk, text="Sudah ditelepon", by=treasurer, at=AT)
    services.comment(exception_id=found.pk, text="Sudah ditelepon", by=treasurer, at=AT)
    services.explain(exception_ids=[found.pk], reason="Salah kirim", by=treasurer, at=AT)
    with pytest.raises(DeskError, match="tidak lagi"):
        services.comment(exception_id=found.pk, text="Terlambat", by=treasurer, at=AT)
    services.reopen(exception_id=found.pk, reason="Bank membantah", by=treasurer, at=AT)
    with pytest.raises(DeskError):
        services.reopen(exception_id=found.pk, reason="Sekali lagi", by=treasurer, at=AT)
    services.explain(exception_ids=[found.pk], reason="Surat bank 9/2026", by=treasurer, at=AT)
    assert story(found) == ["commented", "explained", "reopened", "explained"]
    assert [event.text for event in found.events.all()][1] == "Salah kirim"
    page = (
        as_user(treasurer).get(reverse("reconciliation:exception_detail", args=[found.pk])).content.decode()
    )
    for words in ("Salah kirim", "Bank membantah", "Surat bank 9/2026", "Ditemukan saat pencocokan"):
        assert words in page


def test_the_machine_tells_that_a_difference_went_and_came_back(scene: Scene, treasurer: User) -> None:
    _, sale = scene.sold(10_000, mdr=7000)
    imported(files.settlement(sale))
    row = ReconciliationException.objects.get(kind="fee_differs")
    services.explain(exception_ids=[row.pk], reason="Surat tagih 1", by=treasurer, at=AT)
    imported(files.settlement(sale, scene.sold(10_000, mdr=7000)[1]))
    row.refresh_from_db()
    assert (row.state, row.amount, story(row)) == (
        ExceptionState.OPEN,
        Decimal(140),
        ["explained", "returned"],
    )


@pytest.mark.parametrize("change", ["UPDATE {} SET text = 'lain'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_story_only_grows(found: ReconciliationException, treasurer: User, change: str) -> None:
    services.comment(exception_id=found.pk, text="Sudah ditelepon", by=treasurer, at=AT)
    with pytest.raises(DatabaseError, match="tidak boleh dihapus"):
        run(change.format("reconciliation_exceptionevent"))


def test_evidence_is_for_those_in_reach_while_it_waits(
    found: ReconciliationException, treasurer: User, other: User
) -> None:
    key, id = subjects.TYPE, str(found.pk)
    assert (subjects.may_view(other, id), subjects.may_add(other, id)) == (False, False)
    assert not subjects.may_add(person("auditor", Role.AUDITOR), id)
    assert not subjects.may_view(treasurer, "bukan-angka")
    letter = SimpleUploadedFile("surat.pdf", b"%PDF-1.7 surat", "application/pdf")
    attachments.attach(subject=(key, id), kind="bank_letter", upload=letter, by=treasurer, at=AT)
    address = reverse("reconciliation:exception_detail", args=[found.pk])
    assert "Bukti dilampirkan" in as_user(treasurer).get(address).content.decode()
    services.explain(exception_ids=[found.pk], reason="Salah kirim", by=treasurer, at=AT)
    assert not subjects.may_add(treasurer, id)


def test_filters_find_mine_late_bank_office_and_amount(
    scene: Scene, found: ReconciliationException, treasurer: User, bud: User, time_machine: Any
) -> None:
    imported(files.settlement(Sale(rrn="222222222222", gross=100_000, nmid=OTHER)))
    give(found, treasurer, bud)

    def shown(user: User, query: str) -> list[bool]:
        html = as_user(user).get(reverse(LIST) + query).content.decode()
        return ["RRN 111111111111" in html, "RRN 222222222222" in html]

    assert shown(bud, "") == [True, True]
    assert shown(bud, "?petugas=saya") == [False, False]
    assert shown(treasurer, "?petugas=saya") == [True, False]
    assert shown(bud, "?petugas=bebas") == [False, True]
    assert shown(bud, f"?opd={scene.culture.pk}") == [False, True]
    assert shown(bud, f"?bank={scene.house.partner_id}") == [True, True]
    assert shown(bud, "?cari=7.000") == [True, False]
    assert shown(bud, "?cari=rrn+2222") == [False, True]
    assert shown(bud, "?tenggat=lewat") == [False, False]
    time_machine.move_to(AT + timedelta(days=6), tick=False)
    assert shown(bud, "?tenggat=lewat") == [True, False]
    home = as_user(treasurer).get(reverse("opd:home")).content.decode()
    assert "Selisih untuk Anda" in home
    assert "1 sudah lewat tenggat." in home
    assert "Selisih untuk Anda" not in as_user(bud).get(reverse("opd:home")).content.decode()


def test_many_are_assigned_at_once_from_the_list(
    scene: Scene, found: ReconciliationException, treasurer: User, other: User, bud: User
) -> None:
    imported(files.settlement(*[Sale(rrn=f"{n:012}", gross=100_000) for n in range(3)]))
    ids = list(ReconciliationException.objects.values_list("pk", flat=True))
    address = reverse("reconciliation:exception_bulk_assign")
    data = {"pilih": ids, "assignee": treasurer.pk, "due_on": str(SOON), "kembali": "?petugas=bebas"}
    done = as_user(bud).post(address, data, follow=True)
    assert done.redirect_chain == [(reverse(LIST) + "?petugas=bebas", 302)]
    assert "4 selisih ditugaskan." in done.content.decode()
    assert ReconciliationException.objects.filter(assignee=treasurer, due_on=SOON).count() == 4
    for wrong, words in (
        ({"pilih": []}, "Centang dahulu"),
        ({"due_on": ""}, "Belum ada yang berubah"),
        ({"assignee": person("auditor", Role.AUDITOR).pk}, "Belum ada yang berubah"),
        ({"pilih": list(range(51))}, "Paling banyak 50"),
    ):
        assert words in as_user(bud).post(address, data | wrong, follow=True).content.decode()
    assert as_user(other).post(address, data | {"assignee": other.pk}).status_code == 403


def test_one_is_assigned_noted_and_reopened_from_its_page(
    found: ReconciliationException, treasurer: User, other: User, bud: User
) -> None:
    client = as_user(treasurer)

    def post(name: str, **data: Any) -> str:
        address = reverse(f"reconciliation:exception_{name}", args=[found.pk])
        return client.post(address, data, follow=True).content.decode()

    assert "Selisih ini ditugaskan." in post("assign", assignee=bud.pk, due_on=str(SOON))
    assert "Belum ada yang berubah" in post("assign", assignee=other.pk, due_on=str(SOON))
    assert "Catatan disimpan." in post("comment", text="Sudah ditelepon")
    assert "tidak lagi" in post("reopen", reason="Belum dijelaskan")
    post("explain", reason="Salah kirim")
    assert "menunggu penjelasan lagi" in post("reopen", reason="Bank membantah")
    for name in ("assign", "comment", "reopen"):
        address = reverse(f"reconciliation:exception_{name}", args=[found.pk])
        assert client.get(address).status_code == 405
        assert as_user(other).post(address, {}).status_code == 404
