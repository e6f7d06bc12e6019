"""A refused statement is taught once by a person; the next one is read by itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from opd.models import AuditEvent, Role, User
from payments.reconciliation import services, sources
from payments.reconciliation.models import FileState, ImportedFile, StatementLine, StatementProfile
from payments.reconciliation.parsers.example import Column
from payments.reconciliation.services import examples
from payments.reconciliation.services.examples import Layout, TeachError
from payments.reconciliation.sources import SourceKind
from payments.reconciliation.verification import LAWS
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.banks import Move, written
from tests.reconciliation.scene import AT, DAY, Scene, imported

OPENING = 100_000_000
NAME = "Bank Bengkulu, Excel"


def moves(sale_net: int, batch: str) -> list[Move]:
    return [
        Move(date(2026, 11, 23), 500_000, "SETORAN TUNAI", "A1"),
        Move(DAY, sale_net, "QRIS SETTLEMENT 20261124 ID20260000001", batch),
        Move(DAY, -250_000, "BIAYA ADM", "A2"),
    ]


@pytest.fixture
def bud(scene: Scene) -> User:
    return person("kuasa.bud", Role.KUASA_BUD)


@pytest.fixture
def statement(scene: Scene) -> bytes:
    """As Mandiri exports it, with the credit of a batch that was settled."""
    sale = scene.sold(13_000)[1]
    imported(files.settlement(sale))
    return written("mandiri", OPENING, moves(sale.gross - sale.mdr, sale.batch_no), workbook=True)


def upload(content: bytes, by: User | None = None, name: str = "mutasi.xlsx") -> ImportedFile:
    return services.import_file(profile="", name=name, content=ContentFile(content, name), by=by, at=AT)


def guessed(file: ImportedFile) -> Layout:
    return examples.guess(file, SourceKind.STATEMENT).layout


def taught(file: ImportedFile, by: User, name: str = NAME) -> StatementProfile:
    return examples.teach(file_id=file.pk, name=name, layout=guessed(file), by=by, at=AT)


def run(file: ImportedFile) -> ImportedFile:
    services.run_import(file.pk, at=AT)
    file.refresh_from_db()
    return file


def broken() -> list[str]:
    return [law.name for law in LAWS if law.check().problems]


def test_a_taught_workbook_is_imported_matched_and_proved(scene: Scene, bud: User, statement: bytes) -> None:
    file = upload(statement, bud)
    assert (file.state, file.profile) == (FileState.REFUSED, "")
    profile = taught(file, bud)
    run(file)
    assert (file.state, file.profile, file.lines) == (FileState.DONE, profile.code, 3)
    assert Decimal(file.totals["closing"]) == Decimal(OPENING + 500_000 - 250_000 + 13_000_00) / 100
    assert StatementLine.objects.filter(file=file, matches__isnull=False).count() == 1
    assert file.title == f"Rekening koran {NAME}"
    event = AuditEvent.objects.get(action="bank_file.teach")
    assert event.by == bud
    assert event.after
    assert event.after["columns"]["balance"] == "Saldo"
    assert broken() == []


def test_the_next_file_is_read_by_itself_and_twice_counts_once(
    scene: Scene, bud: User, statement: bytes
) -> None:
    taught(run_first := upload(statement, bud), bud)
    run(run_first)
    more = [*moves(13_000_00, "B1")[:1], Move(date(2026, 11, 25), 700, "BUNGA", "A9")]
    again = upload(written("mandiri", OPENING, more, workbook=True), bud, "besok.xlsx")
    assert sources.source(again.profile).label == f"rekening koran {NAME}"
    run(again)
    assert again.state == FileState.DONE
    assert StatementLine.objects.filter(file=again, same_as__isnull=False).count() == 1
    assert broken() == []


def test_another_lesson_under_the_name_is_a_new_version_and_the_old_stays(
    scene: Scene, bud: User, statement: bytes
) -> None:
    first = upload(statement, bud)
    old = taught(first, bud)
    run(first)
    second = upload(written("bri", OPENING, moves(900, "B7")), bud, "bri.csv")
    new = taught(second, bud)
    assert (old.version, new.version) == (1, 2)
    first.refresh_from_db()
    assert first.profile == old.code
    with pytest.raises(DatabaseError), transaction.atomic():
        StatementProfile.objects.filter(pk=old.pk).update(name="lain")
    with pytest.raises(DatabaseError), transaction.atomic():
        old.delete()


def test_what_does_not_prove_itself_is_not_kept(scene: Scene, bud: User, statement: bytes) -> None:
    content = (
        written("jatim", OPENING, moves(900, "B1"))
        .replace(b'"9.00"', b'"8.00"')
        .replace(b"9.00,", b"8.00,", 1)
    )
    file = upload(content, bud, "jatim.csv")
    layout = guessed(file)
    assert examples.trial(file, layout).problem
    with pytest.raises(TeachError, match="Baris 3"):
        examples.teach(file_id=file.pk, name=NAME, layout=layout, by=bud, at=AT)
    assert not StatementProfile.objects.exists()
    file.refresh_from_db()
    assert (file.state, file.profile) == (FileState.REFUSED, "")


def test_a_strange_account_and_a_short_name_are_refused(scene: Scene, bud: User, statement: bytes) -> None:
    other = written("bri", OPENING, moves(900, "B1")).replace(b"0010100000017", b"0019999999999")
    file = upload(other, bud, "lain.csv")
    with pytest.raises(TeachError, match="0019999999999"):
        taught(file, bud)
    with pytest.raises(TeachError, match="nama"):
        taught(upload(statement, bud), bud, " x ")


def test_only_who_uploads_statements_teaches_and_only_unknown_files(
    scene: Scene, bud: User, statement: bytes
) -> None:
    treasurer = person("bendahara", Role.BENDAHARA_PENERIMAAN, scene.tourism)
    file = upload(statement, treasurer)
    with pytest.raises(PermissionDenied):
        taught(file, treasurer)
    known = imported(files.settlement(scene.sold(5000)[1]).replace("TRAILER,1", "TRAILER,2"))
    assert not examples.can_be_taught(known)
    with pytest.raises(TeachError, match="sudah dikenal"):
        examples.teach(
            file_id=known.pk,
            name=NAME,
            layout=guessed(file),
            by=bud,
            at=AT,
        )


def test_the_page_guesses_tries_and_keeps(
    scene: Scene,
    bud: User,
    statement: bytes,
    client: Client,
    screen: Screen,  # noqa: F811
) -> None:
    client.force_login(bud, backend="django.contrib.auth.backends.ModelBackend")
    file = upload(statement, bud)
    detail = reverse("reconciliation:file_detail", args=[file.pk])
    page = reverse("reconciliation:file_teach", args=[file.pk])
    assert "Kenalkan bentuk berkas ini" in client.get(detail).content.decode()
    first = client.get(page)
    assert "3 mutasi" in first.content.decode()
    for size, scheme in [("desk", "light"), ("narrow", "dark")]:
        seen = screen.look(first, size=size, scheme=scheme, name="reconciliation-teach")
        assert not seen.problems
        assert not seen.findings
        assert seen.overflow <= 0
    chosen = {str(column): name for column, name in guessed(file).columns.items()}
    tried = client.post(page, {**chosen, str(Column.BALANCE): ""}).content.decode()
    assert "Tanpa kolom saldo" in tried
    assert "Simpan bentuk" not in tried
    assert "wajib" in client.post(page, {**chosen, "simpan": "ya"}).content.decode().casefold()
    kept = client.post(page, {**chosen, "nama": NAME, "simpan": "ya"})
    assert kept["Location"] == detail
    file.refresh_from_db()
    assert file.state == FileState.UPLOADED
    assert client.get(page).status_code == 404


def test_what_is_no_table_goes_back_with_a_word(scene: Scene, bud: User, client: Client) -> None:
    client.force_login(bud, backend="django.contrib.auth.backends.ModelBackend")
    file = upload(b"PK\x03\x04rusak", bud)
    answer = client.get(reverse("reconciliation:file_teach", args=[file.pk]), follow=True).content.decode()
    assert "bukan tabel CSV atau XLSX" in answer
