"""Partners and their credentials: the administrator's deeds, each in one transaction with its audit row.

Rotation without downtime, both ways. The bank's key: add the new public key, both hold, end the old one.
Ours: prepare the next key, hand its public half to the bank, test with it, switch; the old one stays as the
next until dropped. The bank's client secret: issue a new one, the old one holds for a time of grace. No audit
row and no message holds a secret.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from opd import audit
from opd.models import User
from payments.snap import held, keys, vault
from payments.snap.models import Partner, PartnerKey

GRACE = timedelta(days=1)


class PartnerError(Exception):
    """What the administrator asked for can't be done; the message is for the screen."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Everything about a partner that is no secret. Meanings and choices: ``models.Partner``."""

    name: str
    base_url: str
    client_id: str
    partner_id: str
    path_prefix: str = ""
    channel_id: str = "95221"
    signature_mode: str = "hmac"
    signature_encoding: str = "base64"
    inbound_client_id: str = ""
    inbound_mode: str = "hmac"
    signed_path: str = "as_received"
    signed_prefix: str = ""
    clock_skew_seconds: int = 300
    allowed_addresses: tuple[str, ...] = ()
    payment_identity: str = "rrn"
    query_back: str = "always"
    query_back_above: Decimal | None = None


def profile_of(partner: Partner) -> Profile:
    values = {field.name: getattr(partner, field.name) for field in fields(Profile)}
    return Profile(**{**values, "allowed_addresses": tuple(partner.allowed_addresses)})


@transaction.atomic
def register_partner(
    *, slug: str, profile: Profile, by: User | None, at: datetime, is_demo: bool = False
) -> Partner:
    """A partner without credentials yet. Raises ValidationError naming the fields."""
    partner = Partner(slug=slug, is_demo=is_demo, **_columns(profile))
    partner.full_clean()
    partner.save()
    audit.record("partner.register", partner, by=by, at=at, after={"slug": slug, **_noted(profile)})
    return partner


@transaction.atomic
def amend_partner(*, partner: Partner, profile: Profile, by: User | None, at: datetime) -> None:
    """Change the profile; a changed address or client id drops the token we hold. Raises ValidationError."""
    current = _locked(partner)
    before, after = _noted(profile_of(current)), _noted(profile)
    changed = {name for name in after if before[name] != after[name]}
    if not changed:
        return
    for name, value in _columns(profile).items():
        setattr(current, name, value)
    current.full_clean()
    current.save()
    if changed & {"base_url", "path_prefix", "client_id"}:
        held.forget(current)
    audit.record(
        "partner.amend",
        current,
        by=by,
        at=at,
        before={name: before[name] for name in sorted(changed)},
        after={name: after[name] for name in sorted(changed)},
    )


@transaction.atomic
def set_partner_active(*, partner: Partner, active: bool, reason: str, by: User | None, at: datetime) -> None:
    """Close or open a partner: a closed one is neither called nor heard."""
    Partner.objects.filter(pk=partner.pk).update(is_active=active)
    audit.record("partner.open" if active else "partner.close", partner, by=by, at=at, reason=reason)


@transaction.atomic
def set_own_secret(*, partner: Partner, secret: str, by: User | None, at: datetime) -> None:
    """The client secret the bank gave us, or ``env:SNAP_…``. Raises PartnerError."""
    _save(partner, client_secret=_sealed(secret))
    held.forget(partner)
    audit.record("partner.set_secret", partner, by=by, at=at)


@transaction.atomic
def set_own_key(*, partner: Partner, private_key: str, by: User | None, at: datetime) -> None:
    """A private key made elsewhere (PEM), or ``env:SNAP_…``, used at once. Raises PartnerError."""
    sealed = _sealed(private_key)
    public = _public(sealed, "Kunci privat kami")
    _save(partner, private_key=sealed)
    held.forget(partner)
    audit.record("partner.set_key", partner, by=by, at=at, after={"fingerprint": keys.fingerprint(public)})


@transaction.atomic
def prepare_own_key(*, partner: Partner, by: User | None, at: datetime) -> str:
    """Make the key that shall follow ours; its public half (PEM) is what the bank needs before the switch."""
    private = keys.new_private_key()
    _save(partner, next_private_key=vault.seal(private))
    public = keys.public_of(private)
    audit.record(
        "partner.prepare_key", partner, by=by, at=at, after={"fingerprint": keys.fingerprint(public)}
    )
    return public


@transaction.atomic
def switch_own_key(*, partner: Partner, by: User | None, at: datetime) -> None:
    """Sign with the prepared key from now on; the old one stays prepared, so that one can switch back."""
    current = _locked(partner)
    if not current.next_private_key:
        raise PartnerError("Belum ada kunci cadangan. Siapkan dahulu, lalu serahkan kunci publiknya ke bank.")
    public = _public(current.next_private_key, "Kunci privat cadangan")
    _save(partner, private_key=current.next_private_key, next_private_key=current.private_key)
    audit.record("partner.switch_key", partner, by=by, at=at, after={"fingerprint": keys.fingerprint(public)})


@transaction.atomic
def drop_next_key(*, partner: Partner, by: User | None, at: datetime) -> None:
    """Forget the key that is not in use."""
    _save(partner, next_private_key="")
    audit.record("partner.drop_key", partner, by=by, at=at)


def own_public_key(partner: Partner, *, upcoming: bool = False) -> str:
    """The public half of our key for this bank, as PEM; "" where there is none. Raises PartnerError."""
    sealed = partner.next_private_key if upcoming else partner.private_key
    return _public(sealed, "Kunci privat kami") if sealed else ""


@transaction.atomic
def issue_bank_secret(
    *, partner: Partner, by: User | None, at: datetime, secret: str = "", grace: timedelta = GRACE
) -> str:
    """A client secret for the bank, new or as given; the last one holds for ``grace``. Shown this once."""
    current = _locked(partner)
    plain = secret or secrets.token_urlsafe(32)
    _save(
        partner,
        inbound_client_secret=_sealed(plain),
        previous_inbound_secret=current.inbound_client_secret,
        previous_inbound_until=at + grace if current.inbound_client_secret else None,
    )
    audit.record("partner.issue_secret", partner, by=by, at=at)
    return plain


@transaction.atomic
def add_bank_key(
    *, partner: Partner, label: str, public_key: str, valid_from: datetime, by: User | None, at: datetime
) -> PartnerKey:
    """One more public key of the bank, beside those that hold. Raises PartnerError."""
    try:
        fingerprint = keys.fingerprint(public_key)
        pem = keys.public_pem(keys.public_key(public_key))
    except keys.RsaKeyError as error:
        raise PartnerError(str(error)) from error
    if PartnerKey.objects.filter(partner=partner, fingerprint=fingerprint).exists():
        raise PartnerError("Kunci ini sudah tercatat untuk mitra ini.")
    key = PartnerKey.objects.create(
        partner=partner, label=label, public_key=pem, fingerprint=fingerprint, valid_from=valid_from
    )
    audit.record("partner.add_bank_key", partner, by=by, at=at, after={"fingerprint": fingerprint})
    return key


@transaction.atomic
def end_bank_key(*, key: PartnerKey, valid_to: datetime, by: User | None, at: datetime) -> None:
    """The bank stopped using a key. The last one of an active partner stays. Raises PartnerError."""
    partner = _locked(key.partner)
    others = partner.keys.exclude(pk=key.pk).valid(at=valid_to)
    if partner.is_active and not others.exists():
        raise PartnerError("Ini kunci bank yang terakhir. Tambahkan kunci penggantinya dahulu.")
    if valid_to < key.valid_from:
        raise PartnerError("Akhir masa berlaku tidak boleh mendahului awalnya.")
    partner.keys.filter(Q(valid_to=None) | Q(valid_to__gt=valid_to), pk=key.pk).update(valid_to=valid_to)
    audit.record(
        "partner.end_bank_key",
        partner,
        by=by,
        at=at,
        after={"fingerprint": key.fingerprint, "valid_to": valid_to.isoformat()},
    )


def _locked(partner: Partner) -> Partner:
    return Partner.objects.select_for_update().get(pk=partner.pk)


def _save(partner: Partner, **values: Any) -> None:
    """Write columns, and let the caller's object know."""
    Partner.objects.filter(pk=partner.pk).update(**values)
    for name, value in values.items():
        setattr(partner, name, value)


def _sealed(plain: str) -> str:
    if not plain.strip():
        raise PartnerError("Isian ini tidak boleh kosong.")
    try:
        return vault.seal(plain)
    except ValueError as error:
        raise PartnerError(str(error)) from error


def _public(sealed: str, what: str) -> str:
    try:
        return keys.public_of(vault.reveal(sealed, what))
    except (vault.SecretMissing, keys.RsaKeyError) as error:
        raise PartnerError(str(error)) from error


def _columns(profile: Profile) -> dict[str, Any]:
    return asdict(profile) | {"allowed_addresses": list(profile.allowed_addresses)}


def _noted(profile: Profile) -> dict[str, Any]:
    """The profile as an audit row holds it: JSON, no secrets (there are none in it)."""
    limit = profile.query_back_above
    return _columns(profile) | {"query_back_above": None if limit is None else f"{limit:.2f}"}
