"""The guard that every endpoint of ours stands behind: who sent this, and is it whole, fresh and theirs?

In order: size, address, headers, formats, clock, token (who), signature. The body is read and the external id
claimed only after that (``payments.snap.views``), so that a forgery can't take the place of the real message.
Sources: SNAP 2.3–2.5; 4005200 for size and 4035201 for addresses are decisions of ours where SNAP is silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from ipaddress import ip_address, ip_network

from opd.office.calendar import day_of
from payments.snap import issued, signature, vault
from payments.snap.clock import TimestampError, parse_timestamp
from payments.snap.codes import VERSION
from payments.snap.inbox import Arrival
from payments.snap.models import Partner, PartnerKey

LARGEST_BODY = 65_536
_EXTERNAL_ID = re.compile(r"[0-9]{1,36}")
_BEARER = re.compile(r"Bearer ([\x21-\x7e]{1,2048})", re.IGNORECASE)
_ALWAYS = ("Content-Type", "X-TIMESTAMP", "X-SIGNATURE")
_TRANSACTION = (*_ALWAYS, "X-PARTNER-ID", "X-EXTERNAL-ID", "CHANNEL-ID")
_LONGEST = {"X-PARTNER-ID": 36, "CHANNEL-ID": 5, "X-CLIENT-KEY": 100}


class Refusal(Exception):
    """The message is refused: HTTP status, case and bracketed detail for the sender, ``reason`` for us."""

    def __init__(
        self, http: int, case: str, detail: str = "", *, reason: str, partner: Partner | None = None
    ) -> None:
        super().__init__(reason)
        self.http = http
        self.case = case
        self.detail = detail
        self.reason = reason
        self.partner = partner


@dataclass(frozen=True)
class Proof:
    """Who sent a message, the WIB day its sender signed, and how the signature was found right."""

    partner: Partner
    day: date
    note: str = field(default="")


def prove_transaction(arrival: Arrival) -> Proof:
    """The proven sender of a transaction. Raises Refusal."""
    partners = list(Partner.objects.usable())
    sent_at = _frame(arrival, _TRANSACTION, partners)
    if not _EXTERNAL_ID.fullmatch(arrival.header("X-EXTERNAL-ID")):
        raise _bad_format("X-EXTERNAL-ID")
    if arrival.header("Authorization"):
        senders = [_token_owner(arrival, partners)]
    else:
        senders = _unnamed_senders(arrival, partners)
    for place, partner in enumerate(senders):
        _own_rules(arrival, partner, sent_at)
        if match := _match(arrival, partner):
            note = f"{match.variant}; {match.encoding}; {match.path}"
            return Proof(partner, day_of(sent_at), note)
        if place == len(senders) - 1:
            raise Refusal(401, "00", "Signature", reason="tanda tangan tidak cocok", partner=partner)
    raise Refusal(401, "03", reason="tanpa token, dan tidak ada mitra asimetris dengan X-PARTNER-ID ini")


def prove_token_request(arrival: Arrival) -> Proof:
    """The proven sender of an access-token request. Raises Refusal."""
    partners = list(Partner.objects.usable())
    sent_at = _frame(arrival, (*_ALWAYS, "X-CLIENT-KEY"), partners)
    client_id = arrival.header("X-CLIENT-KEY")
    partner = next((partner for partner in partners if partner.inbound_client_id == client_id), None)
    if partner is None:
        raise Refusal(401, "00", "Unknown Client", reason="X-CLIENT-KEY tidak dikenal")
    _own_rules(arrival, partner, sent_at)
    public_keys = list(PartnerKey.objects.valid(at=arrival.received_at).filter(partner=partner))
    place = signature.verify_token(
        [key.public_key for key in public_keys],
        arrival.header("X-SIGNATURE"),
        client_id=client_id,
        timestamp=arrival.header("X-TIMESTAMP"),
    )
    if place is None:
        raise Refusal(401, "00", "Signature", reason="tanda tangan tidak cocok", partner=partner)
    return Proof(partner, day_of(sent_at), f"kunci {public_keys[place]}")


def _frame(arrival: Arrival, required: Sequence[str], partners: Sequence[Partner]) -> datetime:
    """Size, address, headers, formats and clock, by the widest rule of any partner; the time of sending."""
    if arrival.size > LARGEST_BODY:
        raise Refusal(400, "00", reason=f"isi {arrival.size} byte melebihi {LARGEST_BODY} byte")
    if not any(_may_come_from(partner, arrival.remote_addr) for partner in partners):
        raise Refusal(403, "01", "Address", reason="alamat IP tidak terdaftar pada mitra mana pun")
    for name in required:
        if not arrival.header(name):
            raise Refusal(400, "02", name, reason=f"kepala {name} tidak ada")
    if arrival.header("Content-Type").partition(";")[0].strip().lower() != "application/json":
        raise _bad_format("Content-Type")
    for name in required:
        if len(arrival.header(name)) > _LONGEST.get(name, 2048):
            raise _bad_format(name)
    try:
        sent_at = parse_timestamp(arrival.header("X-TIMESTAMP"))
    except TimestampError as error:
        raise _bad_format("X-TIMESTAMP") from error
    _within(arrival, sent_at, max(partner.clock_skew_seconds for partner in partners))
    return sent_at


def _own_rules(arrival: Arrival, partner: Partner, sent_at: datetime) -> None:
    if not _may_come_from(partner, arrival.remote_addr):
        raise Refusal(
            403, "01", "Address", reason="alamat IP tidak terdaftar pada mitra ini", partner=partner
        )
    _within(arrival, sent_at, partner.clock_skew_seconds, partner)


def _within(arrival: Arrival, sent_at: datetime, seconds: int, partner: Partner | None = None) -> None:
    apart = abs(arrival.received_at - sent_at)
    if apart > timedelta(seconds=seconds):
        reason = (
            f"X-TIMESTAMP berbeda {int(apart.total_seconds())} detik dari jam kami, paling banyak {seconds}"
        )
        raise Refusal(400, "01", "X-TIMESTAMP", reason=reason, partner=partner)


def _may_come_from(partner: Partner, address: str) -> bool:
    """Whether the partner's list, where it has one, holds this address."""
    if not partner.allowed_addresses:
        return True
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in ip_network(entry, strict=False) for entry in partner.allowed_addresses)


def _token_owner(arrival: Arrival, partners: Iterable[Partner]) -> Partner:
    bearer = _BEARER.fullmatch(arrival.header("Authorization"))
    found = issued.owner(bearer[1], at=arrival.received_at) if bearer else None
    for partner in partners:
        if partner.pk == found:
            return partner
    raise Refusal(401, "01", reason="token tidak dikenal atau sudah berakhir")


def _unnamed_senders(arrival: Arrival, partners: Iterable[Partner]) -> list[Partner]:
    """Without a token (type 2) X-PARTNER-ID says who: our id for the bank, or the bank's for us."""
    asymmetric = [partner for partner in partners if partner.inbound_mode == Partner.SignatureMode.RSA]
    if not asymmetric:
        raise Refusal(400, "02", "Authorization", reason="kepala Authorization tidak ada")
    named = arrival.header("X-PARTNER-ID")
    return [partner for partner in asymmetric if named in {partner.inbound_client_id, partner.partner_id}]


def _match(arrival: Arrival, partner: Partner) -> signature.Match | None:
    given, timestamp = arrival.header("X-SIGNATURE"), arrival.header("X-TIMESTAMP")
    paths = signed_paths(partner, arrival.path)
    if partner.inbound_mode == Partner.SignatureMode.RSA:
        valid = PartnerKey.objects.valid(at=arrival.received_at).filter(partner=partner)
        return signature.verify_rsa(
            list(valid.values_list("public_key", flat=True)),
            given,
            method=arrival.method,
            paths=paths,
            body=arrival.body,
            timestamp=timestamp,
        )
    token = arrival.header("Authorization").partition(" ")[2]
    for secret in _bank_secrets(arrival, partner):
        match = signature.verify_hmac(
            secret,
            given,
            method=arrival.method,
            paths=paths,
            body=arrival.body,
            timestamp=timestamp,
            token=token,
        )
        if match:
            return match
    return None


def _bank_secrets(arrival: Arrival, partner: Partner) -> list[str]:
    try:
        return partner.bank_secrets(at=arrival.received_at)
    except vault.SecretMissing as error:
        raise Refusal(500, "00", reason=str(error), partner=partner) from error


def signed_paths(partner: Partner, path: str) -> list[str]:
    """The forms of the path that this bank may have signed, its profile's first, always the one received."""
    if partner.signed_path == Partner.SignedPath.WITH_PREFIX:
        return [partner.signed_prefix + path, path]
    if partner.signed_path == Partner.SignedPath.WITHOUT_PREFIX and VERSION in path:
        return [path[path.index(VERSION) :], path]
    return [path]


def _bad_format(name: str) -> Refusal:
    return Refusal(400, "01", name, reason=f"bentuk {name} tidak sah")
