"""The page of what went to the archive, and a backup that holds it."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings
from pytest_django.fixtures import DjangoAssertNumQueries

from opd.models import Role
from opd.office import archiving, evidence_archiving
from opd.office.models import DatedRule, Evidence, Place
from payments.snap import inbox, packs, verification
from payments.snap.codes import Service
from payments.snap.models import InboxMessage, InboxPack
from tests.archiving.conftest import files
from tests.archiving.test_evidence import NOW, OLD, content, stored
from tests.databases import another_database
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import person
from tests.snap.bank import add_partner

MODEL = "django.contrib.auth.backends.ModelBackend"


def message() -> InboxMessage:
    path = "/snap/v1.0/qr/qr-mpm-notify"
    row = inbox.store_proven(
        inbox.Arrival(Service.TOKEN_B2B, "POST", path, {}, b'{"nama":"Budi"}', 15, "127.0.0.1", OLD)
    )
    inbox.finish_token_request(row, add_partner(), at=OLD, reason="uji")
    return row


@pytest.mark.django_db
def test_the_page_tells_what_went_when_and_by_which_rule(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(person("auditor.uji", Role.AUDITOR), backend=MODEL)
    empty = client.get("/arsip/").content.decode()
    assert "Belum ada yang diarsipkan" in empty
    stored(b"lama", OLD)
    stored(b"lebih lama", OLD - timedelta(days=90))
    message()
    archiving.run(at=NOW)
    stored(b"menunggu", OLD)
    with django_assert_max_num_queries(12):
        page = client.get("/arsip/").content.decode()
    assert "November 2026" in page
    assert "Pesan bank (SNAP)" in page
    assert "UU 43/2009" in page
    assert "Belum dikonfirmasi provinsi" in page
    DatedRule.objects.filter(key=packs.RULE).delete()
    assert "tidak ada yang dipindahkan" in client.get("/arsip/").content.decode()


@pytest.mark.django_db
def test_only_auditors_and_administrators_see_it(client: Client) -> None:
    client.force_login(person("bendahara.uji", Role.KUASA_BUD), backend=MODEL)
    assert client.get("/arsip/").status_code == 403


@pytest.mark.browser
@pytest.mark.django_db
@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_the_page_looks_well(
    client: Client,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    client.force_login(person("auditor.uji", Role.AUDITOR), backend=MODEL)
    stored(b"lama", OLD)
    message()
    archiving.run(at=NOW - timedelta(days=40))
    stored(b"kedua" * 1000, OLD)
    archiving.run(at=NOW)
    seen = screen.look(client.get("/arsip/"), size=size, scheme=scheme, name="office-arsip")
    assert (seen.problems, seen.findings) == ([], "")
    assert seen.overflow <= 0


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_the_archive_and_a_restore_proves_it(
    tmp_path: Path, places: tuple[Path, Path], settings: Settings
) -> None:
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    old, young = stored(b"lama", OLD), stored(b"baru", NOW)
    row = message()
    archiving.run(at=NOW)
    call_command("backup", tmp_path / "cadangan.zip", stdout=StringIO())
    for file in [*files(places[0]), *files(places[1])]:
        file.unlink()
    out = StringIO()
    with another_database():
        call_command("restore", tmp_path / "cadangan.zip", stdout=out)
        assert "Pemulihan terbukti" in out.getvalue()
        assert "Berkas arsip inaktif ditaruh kembali: 1" in out.getvalue()
        assert [content(one) for one in (old, young)] == [b"lama", b"baru"]
        assert Evidence.objects.get(pk=old.pk).place == Place.MAIN
        assert InboxPack.objects.get().rows == 1
        assert packs.sealed_body(InboxMessage.objects.get(pk=row.pk))
        law = next(law for law in verification.LAWS if law.name == "snap.originals").check()
        assert (law.rows, law.problems) == (1, [])
        assert archiving.run(at=NOW)[evidence_archiving.CODE] == 1
    assert content(old) == b"lama"
