"""Backup and restore on two real databases: what comes back is proved, what is damaged changes nothing."""

from __future__ import annotations

import json
import os
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from psycopg.conninfo import make_conninfo
from pytest_django import DjangoDbBlocker, Settings

from opd.models import AuditEvent
from opd.office import evidence
from opd.office.backup import programs
from opd.office.models import Evidence
from payments.ledger import queries, services
from payments.ledger.models import Block, Journal
from payments.ledger.services import Draft, credit, debit
from payments.snap import inbox
from payments.snap.codes import Service
from payments.snap.models import InboxMessage
from tests.databases import another_database
from tests.ledger.books import AT, DAY, book, close_block, draft, rp
from tests.ledger.connections import another

BILL = b"tanggal;jumlah\n24/11/2026;5000\n"
KEY = Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def _own_key(settings: Settings) -> None:
    settings.FIELD_KEYS = [KEY]


@pytest.fixture
def filled(transactional_db: None) -> int:
    """Sealed lawful books, an original, a sealed notice; the number of the last block."""
    return fill()


@pytest.fixture(scope="module")
def archive(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A backup of such a database, which is gone."""
    folder = tmp_path_factory.mktemp("cadangan")
    own = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(folder)}}
    with (
        django_db_blocker.unblock(),
        another_database(template=True),
        override_settings(STORAGES={**django_settings.STORAGES, "default": own}, FIELD_KEYS=[KEY]),
    ):
        fill()
        backup(folder / "cadangan.zip")
    return folder / "cadangan.zip"


@pytest.fixture
def target(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Django's connection points at a database without tables."""
    with django_db_blocker.unblock(), another_database():
        yield


def moved(amount: int) -> Draft:
    legs = debit("rkud", rp(amount), opd=None), credit("rk_skpd", rp(amount), opd=None)
    return draft(*legs, kind="uji", source="uji:1", text="-SUM(A1); baris\nkedua\tç 漢 | akhir")


def fill() -> int:
    evidence.store(ContentFile(BILL), name="rekening.csv", media_type="text/csv", by=None, at=AT)
    path = "/snap/v1.0/qr/qr-mpm-notify"
    notice = inbox.Arrival(Service.QR_NOTIFY, "POST", path, {}, b"{}", 2, "127.0.0.1", AT)
    inbox.refuse(inbox.store_proven(notice), code="4015200", reason="uji", partner=None)
    book(moved(5_000), "k1")
    services.reverse(book(moved(7_000), "k2").journal_id, key="k3", reason="@batal", by=None, at=AT)
    return close_block()


def backup(path: Path) -> str:
    out = StringIO()
    call_command("backup", path, stdout=out)
    return out.getvalue()


def restore(path: Path, *words: str) -> str:
    out = StringIO()
    try:
        call_command("restore", path, *words, stdout=out)
    except CommandError as refused:
        refused.args = (f"{out.getvalue()}{refused}",)
        raise
    return out.getvalue()


def table_names() -> set[str]:
    return set(connection.introspection.table_names())


def rkud() -> Decimal:
    return queries.balance("rkud", on=DAY)


def test_a_backup_comes_back_proved_in_another_database(filled: int, tmp_path: Path) -> None:
    path = tmp_path / "cadangan.zip"
    seal = f"{filled}:{Block.objects.get(pk=filled).fingerprint}"
    assert f"Segel terakhir: {seal}" in backup(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert AuditEvent.objects.filter(action="backup.made").count() == 1
    default_storage.delete(Evidence.objects.get().path)
    with another_database():
        told = restore(path)
        assert "Pemulihan terbukti" in told
        assert "1 nilai terkunci dicoba dibuka" in told
        block = Block.objects.latest("id")
        assert f"{block.pk}:{block.fingerprint}" == seal
        with evidence.open_original(Evidence.objects.get()) as original:
            assert original.read() == BILL
        assert AuditEvent.objects.latest("pk").action == "backup.restored"
        book(moved(1_000), "sesudah")
        assert rkud() == rp(6_000)


@pytest.mark.usefixtures("target")
def test_a_restored_database_can_be_backed_up_and_replaced_again(archive: Path, tmp_path: Path) -> None:
    second = tmp_path / "dua.zip"
    restore(archive)
    book(moved(1_000), "sesudah")
    backup(second)
    with pytest.raises(CommandError, match=r"sudah berisi tabel.*--replace"):
        restore(archive)
    assert rkud() == rp(6_000)
    assert "Pemulihan terbukti" in restore(archive, "--replace")
    assert rkud() == rp(5_000)
    assert "Pemulihan terbukti" in restore(second, "--replace")
    assert rkud() == rp(6_000)


def test_payments_go_on_while_a_backup_is_made(
    filled: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dump and its figures are of one moment, though journals are committed before and after it."""
    path, posted, stop = tmp_path / "cadangan.zip", [0], threading.Event()

    def pay() -> None:
        with another() as session:
            while not stop.is_set():
                posted[0] += 1
                session.post(moved(100), f"sambil:{posted[0]}")

    dumping = programs.dumping

    def at_leisure(snapshot: str) -> object:
        """The dump begins only after more was committed behind the snapshot."""
        seen = posted[0]
        while posted[0] < seen + 20:
            stop.wait(0.005)
        return dumping(snapshot)

    monkeypatch.setattr(programs, "dumping", at_leisure)
    payer = threading.Thread(target=pay)
    payer.start()
    try:
        backup(path)
    finally:
        stop.set()
        payer.join()
    assert posted[0] > 20
    with another_database():
        assert "Pemulihan terbukti" in restore(path)
        kept = Journal.objects.filter(key__startswith="sambil:").count()
        assert 0 <= kept <= posted[0] - 20
    assert Journal.objects.filter(key__startswith="sambil:").count() == posted[0]


def rewrite(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """A sound ZIP of the same members, each passed through ``change``; None leaves one out."""
    other = path.with_name("diubah.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            changed = change(name, source.read(name))
            if changed is not None:
                target.writestr(name, changed)
    return other


def flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def more_money(told: bytes) -> bytes:
    manifest = json.loads(told)
    manifest["figures"]["ledger.debits"] = "bud 1.00"
    manifest["tables"]["opd_user"] += 1
    return json.dumps(manifest).encode()


@pytest.mark.usefixtures("target")
def test_a_damaged_archive_touches_nothing(archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    for cut in (0, 100, len(whole) // 2, len(whole) - 1):
        (tmp_path / "potong.zip").write_bytes(whole[:cut])
        with pytest.raises(CommandError, match="rusak atau terpotong"):
            restore(tmp_path / "potong.zip")
    for change, told in (
        (lambda name, data: flipped(data) if name == "database.dump" else data, "database.dump"),
        (lambda name, data: flipped(data) if name.startswith("evidence/") else data, "evidence/"),
        (lambda name, data: None if name.startswith("evidence/") else data, "tidak sesuai daftarnya"),
        (lambda name, data: None if name == "manifest.json" else data, "Daftar isi arsip tidak ada"),
    ):
        with pytest.raises(CommandError, match=told):
            restore(rewrite(archive, change))
    with pytest.raises(CommandError, match="tidak ada"):
        restore(tmp_path / "lain.zip")
    assert table_names() == set()


@pytest.mark.usefixtures("target")
def test_a_manifest_that_tells_other_sums_is_not_called_proved(archive: Path, tmp_path: Path) -> None:
    touched = rewrite(archive, lambda name, data: more_money(data) if name == "manifest.json" else data)
    with pytest.raises(CommandError) as refused:
        restore(touched)
    assert "jumlah debit tiap buku (rupiah): cadangan bud 1.00, hasil pemulihan" in str(refused.value)
    assert "baris tabel opd_user: cadangan 1, hasil pemulihan 0." in str(refused.value)
    assert "Pemulihan TIDAK terbukti: 2 hal berbeda" in str(refused.value)


@pytest.mark.usefixtures("target")
def test_without_the_key_a_restore_is_told_but_never_called_a_success(
    archive: Path, tmp_path: Path, settings: Settings
) -> None:
    assert settings.FIELD_KEYS[0].encode() not in archive.read_bytes()
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match=r"1 nilai snap_inboxmessage\.body tidak dapat dibuka"):
        restore(archive)
    assert InboxMessage.objects.count() == 1


def test_an_original_that_is_already_lost_is_named_by_both(filled: int, tmp_path: Path) -> None:
    """The books are still saved; nobody is told that all is well."""
    path = tmp_path / "cadangan.zip"
    row = Evidence.objects.get()
    Path(default_storage.path(row.path)).write_bytes(b"lain")
    with pytest.raises(CommandError, match=f"1 bukti sudah hilang atau rusak.*{row.sha256}"):
        backup(path)
    with (
        another_database(),
        pytest.raises(CommandError, match=f"{row.sha256} sudah hilang atau rusak sebelum"),
    ):
        restore(path)


@pytest.mark.usefixtures("target")
def test_a_database_in_use_is_left_alone(archive: Path, tmp_path: Path) -> None:
    with another(), pytest.raises(CommandError, match="sedang dipakai"):
        restore(archive)


@pytest.mark.usefixtures("target")
def test_sessions_of_another_login_count_as_well(archive: Path) -> None:
    """The application's, which the owner of the tables sees only in part."""
    restore(archive)
    address = make_conninfo(os.environ["DATABASE_APP_URL"], dbname=str(connection.settings_dict["NAME"]))
    with psycopg.connect(address), pytest.raises(CommandError, match="sedang dipakai"):
        restore(archive, "--replace")


@pytest.mark.usefixtures("target")
def test_a_backup_of_other_migrations_is_refused(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opd.office.backup.figures.product_heads", lambda: {"opd": "9999_besok"})
    with pytest.raises(CommandError, match="versi produk lain"):
        restore(archive)


@pytest.mark.usefixtures("target")
def test_what_a_failed_restore_had_begun_is_taken_back(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore(archive)
    before = table_names()
    monkeypatch.setattr(programs, "find", lambda name: Path("/bin/false"))
    with pytest.raises(CommandError, match="pg_restore gagal"):
        restore(archive, "--replace")
    connection.close()
    assert table_names() == before
    assert rkud() == rp(5_000)


def test_a_backup_overwrites_nothing_and_leaves_no_half(
    filled: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = tmp_path / "cadangan.zip"
    known.write_bytes(b"penting")
    with pytest.raises(CommandError, match="sudah ada"):
        backup(known)
    assert known.read_bytes() == b"penting"
    with pytest.raises(CommandError, match="tidak dapat ditulis"):
        backup(tmp_path / "tidak" / "ada.zip")
    monkeypatch.setattr(programs, "find", lambda name: Path("/bin/false"))
    with pytest.raises(CommandError, match="pg_dump gagal"):
        backup(tmp_path / "gagal.zip")
    assert {path.name for path in tmp_path.glob("*zip*")} == {"cadangan.zip"}


@pytest.mark.django_db
def test_missing_programs_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("config.local.binaries.client_folders", lambda: [tmp_path])
    with pytest.raises(CommandError, match=r"Program pg_dump untuk PostgreSQL .* tidak ada"):
        backup(tmp_path)
