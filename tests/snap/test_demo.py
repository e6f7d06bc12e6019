"""The demonstration bank as a partner, and the checks that keep it out of production."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from opd.models import AuditEvent
from payments.snap import checks, demo, vault
from payments.snap import keys as rsa
from payments.snap.models import Partner
from tests.snap.bank import add_partner, private_key

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path, settings: Settings) -> Path:
    settings.DEMO = True
    settings.SANDBOX_CREDENTIALS = tmp_path / "sandbox-credentials.json"
    write(settings.SANDBOX_CREDENTIALS)
    return tmp_path / "sandbox-credentials.json"


def write(path: Path, **changes: Any) -> None:
    ours = {
        "client_id": "ours-1",
        "client_secret": "rahasia-demo",
        "private_key": private_key("kami"),
        "partner_id": "ours-2",
        "channel_id": "95221",
    }
    bank = {
        "client_id": "bank-1",
        "client_secret": "rahasia-bank-demo",
        "private_key": private_key(),
        "public_key": rsa.public_of(private_key()),
    }
    facts = {
        "bank_url": "http://127.0.0.1:8001",
        "app_url": "http://127.0.0.1:8000",
        "ours": ours,
        "bank": bank,
    }
    path.write_text(json.dumps(facts | changes), encoding="utf-8")


@pytest.mark.django_db
def test_seeding_makes_the_partner_with_sealed_credentials(file: Path) -> None:
    demo.seed(at=AT)
    partner = demo.partner()
    assert partner.is_demo
    assert partner.base_url == "http://127.0.0.1:8001"
    assert partner.own_secret() == "rahasia-demo"
    assert partner.own_private_key() == private_key("kami").strip()
    assert partner.bank_secrets(at=AT) == ["rahasia-bank-demo"]
    assert "rahasia" not in json.dumps(Partner.objects.values().get(), default=str)
    assert partner.keys.valid(at=AT).count() == 1
    assert "rahasia" not in json.dumps(list(AuditEvent.objects.values()), default=str)


@pytest.mark.django_db
def test_seeding_again_changes_only_what_the_file_changed(file: Path) -> None:
    demo.seed(at=AT)
    before = AuditEvent.objects.count()
    demo.seed(at=AT)
    assert AuditEvent.objects.count() == before
    write(file, bank_url="http://127.0.0.1:9001")
    demo.seed(at=AT)
    assert demo.partner().base_url == "http://127.0.0.1:9001"
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))[before:] == [
        "partner.amend"
    ]


def test_seeding_outside_a_demonstration_is_refused(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(demo.DemoError, match="DEMO"):
        demo.seed(at=AT)


def test_seeding_without_the_file_says_so(settings: Settings, tmp_path: Path) -> None:
    settings.DEMO = True
    settings.SANDBOX_CREDENTIALS = tmp_path / "tidak-ada.json"
    with pytest.raises(demo.DemoError, match="tidak terbaca"):
        demo.seed(at=AT)


@pytest.mark.django_db
def test_a_demonstration_bank_in_production_is_an_error(settings: Settings) -> None:
    assert checks.no_demo_bank(None) == []
    add_partner(is_demo=True)
    (error,) = checks.no_demo_bank(None)
    assert error.id == "snap.E001"
    assert not Partner.objects.usable().exists()
    settings.DEMO = True
    assert checks.no_demo_bank(None) == []
    assert Partner.objects.usable().exists()


def test_a_credential_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sealed = vault.seal("env:SNAP_UJI_SECRET")
    assert sealed == "env:SNAP_UJI_SECRET"
    with pytest.raises(vault.SecretMissing, match="SNAP_UJI_SECRET"):
        vault.reveal(sealed, "Client secret kami")
    monkeypatch.setenv("SNAP_UJI_SECRET", "dari lingkungan")
    assert vault.reveal(sealed, "Client secret kami") == "dari lingkungan"
    (tmp_path / "rahasia").write_text("dari berkas\n", encoding="utf-8")
    monkeypatch.setenv("SNAP_UJI_SECRET_FILE", str(tmp_path / "rahasia"))
    assert vault.reveal(sealed, "Client secret kami") == "dari berkas"


@pytest.mark.parametrize("text", ["env:SECRET_KEY", "env:snap_x", "env:SNAP_", "env:"])
def test_other_variables_of_the_environment_are_out_of_reach(text: str) -> None:
    with pytest.raises(ValueError, match="SNAP_NAMA"):
        vault.seal(text)


def test_a_credential_under_a_lost_key_is_missing_not_a_crash() -> None:
    with pytest.raises(vault.SecretMissing, match="FIELD_KEYS"):
        vault.reveal("gAAAAABrusak", "Client secret kami")
    assert vault.seal("  ") == ""
