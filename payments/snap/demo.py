"""The demonstration bank as our partner, from the file the launcher made (SANDBOX_CREDENTIALS)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from payments.snap import keys, vault
from payments.snap.models import Partner
from payments.snap.partners import (
    Profile,
    add_bank_key,
    amend_partner,
    issue_bank_secret,
    register_partner,
    set_own_key,
    set_own_secret,
)

SLUG = "bank-uji-coba"


class DemoError(Exception):
    """The demonstration bank can't be set up; the message says what is missing."""


def seed(*, at: datetime) -> None:
    """The partner, its key and our credentials; a second run changes only what the file changed."""
    found = credentials()
    with transaction.atomic():
        _seed(found, at)


def partner() -> Partner:
    """The demonstration bank. Raises Partner.DoesNotExist before ``seed``."""
    return Partner.objects.get(slug=SLUG)


def credentials() -> dict[str, Any]:
    """What the launcher wrote: ``bank_url``, ``app_url``, ``ours``, ``bank``, ``guest``. Raises DemoError."""
    if not settings.DEMO:
        raise DemoError("Bank uji coba hanya untuk peragaan: isi DEMO=1.")
    try:
        found: dict[str, Any] = json.loads(settings.SANDBOX_CREDENTIALS.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DemoError(f"Berkas {settings.SANDBOX_CREDENTIALS} tidak terbaca.") from error
    return found


def _seed(found: dict[str, Any], at: datetime) -> None:
    ours, bank = found["ours"], found["bank"]
    profile = Profile(
        name="Bank Uji Coba",
        base_url=found["bank_url"],
        client_id=ours["client_id"],
        partner_id=ours["partner_id"],
        channel_id=ours["channel_id"],
        inbound_client_id=bank["client_id"],
    )
    row = Partner.objects.filter(slug=SLUG).first()
    if row is None:
        row = register_partner(slug=SLUG, profile=profile, by=None, at=at, is_demo=True)
    else:
        amend_partner(partner=row, profile=profile, by=None, at=at)
    if _changed(row.client_secret, ours["client_secret"]):
        set_own_secret(partner=row, secret=ours["client_secret"], by=None, at=at)
    if _changed(row.private_key, ours["private_key"]):
        set_own_key(partner=row, private_key=ours["private_key"], by=None, at=at)
    if _changed(row.inbound_client_secret, bank["client_secret"]):
        issue_bank_secret(partner=row, secret=bank["client_secret"], by=None, at=at)
    if not row.keys.filter(fingerprint=keys.fingerprint(bank["public_key"])).exists():
        add_bank_key(
            partner=row,
            label="Kunci bank uji coba",
            public_key=bank["public_key"],
            valid_from=at,
            by=None,
            at=at,
        )


def _changed(sealed: str, plain: str) -> bool:
    try:
        return vault.reveal(sealed, "Kredensial") != plain.strip()
    except vault.SecretMissing:
        return True
