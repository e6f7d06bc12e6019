"""The pages of exports, and the public seal."""

from __future__ import annotations

import json
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from opd.models import Role
from opd.office import evidence
from opd.office.exports import making
from opd.office.models import Evidence, Export
from payments.ledger.models import Block
from tests.exports.conftest import some_books
from tests.ledger.books import AT
from tests.opd.cast import person

pytestmark = pytest.mark.django_db(transaction=True)
MODEL = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(person("auditor.uji", Role.AUDITOR), backend=MODEL)
    return client


def test_an_auditor_asks_watches_and_takes_an_archive_home(auditor: Client) -> None:
    some_books()
    assert "Belum ada arsip" in auditor.get(reverse("office:export_list")).content.decode()
    answer = auditor.post(reverse("office:export_ask"), {"jenis": "buku-besar", "bentuk": "excel"})
    row = Export.objects.get()
    assert answer["Location"] == reverse("office:export_detail", args=[row.pk])
    waiting = auditor.get(reverse("office:export_progress", args=[row.pk]))
    assert "HX-Refresh" not in waiting
    assert auditor.get(reverse("office:export_download", args=[row.pk])).status_code == 404
    making.make(row.pk, at=AT)
    assert auditor.get(reverse("office:export_progress", args=[row.pk]))["HX-Refresh"] == "true"
    shown = auditor.get(reverse("office:export_detail", args=[row.pk])).content.decode()
    assert "Buku besar sampai blok 1" in shown
    assert Block.objects.get().fingerprint in shown
    download = auditor.get(reverse("office:export_download", args=[row.pk]))
    assert "buku-besar-excel.zip" in download["Content-Disposition"]
    taken = b"".join(download)
    with (
        evidence.open_original(Evidence.objects.get(name="buku-besar-excel.zip")) as file,
        ZipFile(file) as archive,
    ):
        assert json.loads(archive.read("manifest.json"))["dialect"] == "excel"
    assert taken[:2] == b"PK"


def test_an_archive_of_somebody_else_is_not_there(auditor: Client) -> None:
    some_books()
    other = making.ask(kind="buku-besar", dialect="csv", by=person("bud.uji", Role.KUASA_BUD), at=AT)
    making.make(other.pk, at=AT)
    for name in ("export_detail", "export_progress", "export_download"):
        assert auditor.get(reverse(f"office:{name}", args=[other.pk])).status_code == 404


def test_before_the_first_seal_an_archive_is_refused_in_words(auditor: Client) -> None:
    answer = auditor.post(reverse("office:export_ask"), {"jenis": "buku-besar", "bentuk": "csv"}, follow=True)
    assert "Belum ada jurnal yang tersegel" in answer.content.decode()
    assert not Export.objects.exists()


def test_anyone_reads_the_head_of_the_chain(client: Client) -> None:
    empty = client.get(reverse("ledger:seal"))
    assert "Belum ada jurnal yang tersegel" in empty.content.decode()
    assert client.get(reverse("ledger:seal_json")).json()["hash"] is None
    some_books()
    head = Block.objects.get()
    assert head.fingerprint in client.get(reverse("ledger:seal")).content.decode()
    told = client.get(reverse("ledger:seal_json")).json()
    assert (told["blok"], told["hash"]) == (head.pk, head.fingerprint)


def test_a_treasurer_finds_her_own_lists_with_the_days_of_the_page_she_came_from(client: Client) -> None:
    from tests.ledger.books import tourism

    opd = tourism()
    client.force_login(person("bendahara.uji", Role.BENDAHARA_PENERIMAAN, opd=opd), backend=MODEL)
    page = client.get(reverse("reconciliation:overview"), {"sejak": "2026-11-01", "sampai": "2026-11-30"})
    link = "/ekspor/?jenis=pencocokan&amp;sejak=2026-11-01&amp;sampai=2026-11-30"
    assert link in page.content.decode()
    shown = client.get(link.replace("&amp;", "&")).content.decode()
    assert 'value="pencocokan" required checked' in shown
    assert 'value="2026-11-01"' in shown
    assert "Buku besar lengkap" not in shown
    asked = {"jenis": "selisih", "bentuk": "xlsx", "sejak": "2026-11-01", "sampai": "2026-11-30"}
    answer = client.post(reverse("office:export_ask"), asked)
    row = Export.objects.get()
    assert answer["Location"] == reverse("office:export_detail", args=[row.pk])
    assert row.pin == {"first": "2026-11-01", "last": "2026-11-30", "opds": [opd.pk]}
    making.make(row.pk, at=AT)
    told = client.get(reverse("office:export_detail", args=[row.pk])).content.decode()
    assert "keadaan saat dibaca" in told
    assert "buku-kerja.xlsx" in told


def test_a_choice_that_a_kind_does_not_offer_keeps_what_was_typed(auditor: Client) -> None:
    some_books()
    asked = {"jenis": "buku-besar", "bentuk": "csv", "sejak": "2026-11-01"}
    answer = auditor.post(reverse("office:export_ask"), asked)
    assert answer.status_code == 400
    assert "diekspor seluruhnya" in answer.content.decode()
    assert 'value="2026-11-01"' in answer.content.decode()
    assert not Export.objects.exists()


def test_an_archive_is_gone_for_who_no_longer_reaches_its_agency(client: Client) -> None:
    from opd.models import RoleAssignment
    from tests.ledger.books import tourism
    from tests.opd.cast import agency

    hers = person("bendahara.uji", Role.BENDAHARA_PENERIMAAN, opd=tourism())
    client.force_login(hers, backend=MODEL)
    row = making.ask(kind="selisih", dialect="csv", by=hers, at=AT)
    making.make(row.pk, at=AT)
    address = reverse("office:export_download", args=[row.pk])
    assert b"".join(client.get(address))[:2] == b"PK"
    RoleAssignment.objects.filter(user=hers).update(opd=agency("2.22", "Dinas Pendidikan"))
    assert client.get(address).status_code == 404
