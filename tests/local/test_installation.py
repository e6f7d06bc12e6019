"""The folder of an installation: secrets, lock, and the note that other commands read."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from config.local import credentials, installation
from config.local.console import LauncherError
from config.local.installation import Installation, read_json, write_private


@pytest.fixture
def home(tmp_path: Path) -> Installation:
    return Installation.open(str(tmp_path / "data kas"))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_secrets_are_random_and_kept_and_read_by_their_owner_alone(
    home: Installation, tmp_path: Path
) -> None:
    first = home.secrets()
    assert home.secrets() == first
    assert mode(home.home / "secrets.json") == 0o600
    other = Installation.open(str(tmp_path / "lain")).secrets()
    assert not set(first["roles"].values()) & set(other["roles"].values())
    assert first["secret_key"] != other["secret_key"]
    assert first["field_keys"] != other["field_keys"]


def test_broken_secrets_are_refused_instead_of_replaced(home: Installation) -> None:
    write_private(home.home / "secrets.json", {"secret_key": "x"})
    with pytest.raises(LauncherError, match="rusak"):
        home.secrets()
    assert read_json(home.home / "secrets.json") == {"secret_key": "x"}


def test_private_file_is_replaced_whole_and_never_widened(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("{}", encoding="utf-8")
    path.chmod(0o644)
    write_private(path, {"b": 1})
    assert json.loads(path.read_text(encoding="utf-8")) == {"b": 1}
    assert mode(path) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("text", ["", "{", "[1]", "\x00"])
def test_unreadable_note_counts_as_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(text, encoding="utf-8")
    assert read_json(path) == {}


def test_folder_is_closed_to_others(home: Installation) -> None:
    assert mode(home.home) == (0o711 if os.geteuid() == 0 else 0o700)


def test_folder_behind_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "asli").mkdir()
    (tmp_path / "tautan").symlink_to(tmp_path / "asli")
    with pytest.raises(LauncherError, match="milik akun lain"):
        installation.private_folder(tmp_path / "tautan")


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("", encoding="utf-8")
    with pytest.raises(LauncherError, match="--data"):
        installation.private_folder(tmp_path / "berkas" / "data")


def test_lock_is_held_by_one_process_at_a_time(home: Installation) -> None:
    assert home.try_lock()
    other = Installation(home.home)
    assert not other.try_lock()
    home.release()
    assert other.try_lock()
    other.release()


def test_command_shares_what_the_holder_of_the_lock_wrote_down(home: Installation) -> None:
    assert home.take_or_share(seconds=1) == {}
    write_private(home.state, {"pid": 1, "environment": {"DATABASE_URL": "x"}})
    assert Installation(home.home).take_or_share(seconds=1) == {"DATABASE_URL": "x"}
    home.release()


def test_command_gives_up_when_the_folder_stays_busy(home: Installation) -> None:
    assert home.try_lock()
    with pytest.raises(LauncherError, match="sedang dipakai"):
        Installation(home.home).take_or_share(seconds=0.1)
    home.release()


def test_note_of_a_killed_launcher_is_not_believed(home: Installation) -> None:
    write_private(home.state, {"environment": {"DATABASE_URL": "stale"}})
    assert home.take_or_share(seconds=1) == {}
    assert not home.state.exists()
    home.release()


def test_second_installation_lives_in_the_folder_it_is_given(tmp_path: Path) -> None:
    assert installation.home_of(str(tmp_path / "kedua")) == tmp_path / "kedua"
    assert installation.home_of(None) != tmp_path / "kedua"


def test_sandbox_credentials_change_only_their_addresses(tmp_path: Path) -> None:
    path = credentials.ensure(tmp_path / "c.json", bank_url="http://b:1", app_url="http://a:1")
    first = read_json(path)
    second = read_json(credentials.ensure(path, bank_url="http://b:2", app_url="http://a:2"))
    assert mode(path) == 0o600
    assert (second.pop("bank_url"), second.pop("app_url")) == ("http://b:2", "http://a:2")
    assert second == {key: value for key, value in first.items() if key not in {"bank_url", "app_url"}}


def test_sandbox_merchants_can_be_taken_for_no_real_ones(tmp_path: Path) -> None:
    told = read_json(credentials.ensure(tmp_path / "c.json", bank_url="", app_url=""))
    merchants = told["ours"]["merchants"] + told["guest"]["merchants"]
    assert [merchant["key"] for merchant in merchants] == [
        *("rumah-bung-karno", "museum-negeri", "lapak-aula", "pantai-panjang", "tamu")
    ]
    for merchant in merchants:
        assert merchant["name"].startswith("UJI COBA")
        assert len(merchant["name"]) <= 25
        assert merchant["merchant_pan"].startswith("93600999")
        assert len(merchant["merchant_pan"]) == 19
    assert len({merchant["nmid"] for merchant in merchants}) == len(merchants)
    assert {told[who]["private_key"][:27] for who in ("ours", "bank", "guest")} == {
        "-----BEGIN PRIVATE KEY-----"
    }
