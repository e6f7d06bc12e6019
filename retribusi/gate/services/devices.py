"""Phones at the gate: enrolled by the officer at hand, revoked by the treasurer, known by a secret."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import User
from opd.office.calendar import day_of
from retribusi.gate.errors import GateError, NotEnrolled
from retribusi.gate.models import Device
from retribusi.models import CollectionPoint

SCHEME = "Gerbang "
_SEEN_EVERY = timedelta(minutes=1)


def enrol(*, point: CollectionPoint, name: str, key_hash: str, by: User, at: datetime) -> Device:
    """Enrol the phone whose secret has this SHA-256; the same phone again at the same point is no second one.

    Raises GateError where another phone at the point has that name, or this secret stands elsewhere.
    """
    access.require(by, "gate.enrol", opd=point.opd_id)
    known = Device.objects.filter(key_hash=key_hash).first()
    if known is not None:
        return _again(known, point, by)
    if point.status == CollectionPoint.Status.PLANNED:
        raise GateError(f"{point.name} belum menjual tiket. Perangkat belum didaftarkan.")
    try:
        with transaction.atomic():
            device = Device.objects.create(
                point=point, name=" ".join(name.split()), officer=by, key_hash=key_hash, enrolled_at=at
            )
            after = {"name": device.name, "point": point.slug}
            audit.record("gate.enrol", device, by=by, at=at, after=after)
    except IntegrityError:
        known = Device.objects.filter(key_hash=key_hash).first()
        if known is not None:
            return _again(known, point, by)
        raise GateError(
            f"Sudah ada perangkat bernama “{name}” di {point.name}. Pakai nama lain, atau minta bendahara"
            " mencabut yang lama. Perangkat belum didaftarkan."
        ) from None
    return device


def _again(known: Device, point: CollectionPoint, by: User) -> Device:
    if known.revoked_at is None and (known.point_id, known.officer_id) == (point.pk, by.pk):
        return known
    raise GateError("Perangkat ini sudah didaftarkan. Muat ulang halaman, lalu daftarkan lagi.")


@transaction.atomic
def revoke(*, device_id: UUID, reason: str, by: User, at: datetime) -> Device:
    """From now on the phone is told nothing and nothing is taken from it. Raises GateError without a reason;
    a second press changes nothing."""
    device = Device.objects.select_for_update(of=("self",)).select_related("point").get(pk=device_id)
    access.require(by, "gate.manage", opd=device.point.opd_id)
    reason = " ".join(reason.split())
    if device.revoked_at is not None:
        return device
    if len(reason) < 5:
        raise GateError("Tulis alasannya, misalnya ponsel hilang. Perangkat belum dicabut.")
    device.revoked_at, device.revoked_by, device.revoked_reason = at, by, reason[:200]
    device.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    audit.record("gate.revoke", device, by=by, at=at, after={"name": device.name}, reason=reason[:200])
    return device


def of_secret(header: str, *, at: datetime) -> Device:
    """The phone that sends this Authorization header. Raises NotEnrolled."""
    if not header.startswith(SCHEME) or len(header) > 200:
        raise NotEnrolled("unknown", "Perangkat ini belum didaftarkan.")
    key_hash = hashlib.sha256(header.removeprefix(SCHEME).strip().encode()).hexdigest()
    device = Device.objects.select_related("point", "officer").filter(key_hash=key_hash).first()
    if device is None:
        raise NotEnrolled("unknown", "Perangkat ini belum didaftarkan.")
    if device.revoked_at is not None:
        raise NotEnrolled("revoked", "Perangkat ini sudah dicabut. Daftarkan lagi untuk memakainya.")
    if not access.allowed(device.officer, "gate.enrol", opd=device.point.opd_id, on=day_of(at)):
        raise NotEnrolled(
            "role_ended",
            f"{device.officer} tidak lagi menjadi petugas gerbang. Daftarkan lagi atas nama petugas lain.",
        )
    return device


def mark_seen(device: Device, *, at: datetime) -> None:
    """Remember that the phone sent something, at most once a minute."""
    if device.seen_at is None or at - device.seen_at >= _SEEN_EVERY:
        Device.objects.filter(pk=device.pk, revoked_at=None).update(seen_at=at)
