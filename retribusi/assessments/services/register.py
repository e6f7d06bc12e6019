"""The register of wajib retribusi, one for each agency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import Opd, User
from retribusi import contacts
from retribusi.assessments.errors import AssessmentError
from retribusi.assessments.identities import Identity, parse
from retribusi.assessments.models import WajibRetribusi


@dataclass(frozen=True)
class WajibFacts:
    """What is known of a wajib retribusi; ``identity`` checked, ``contact`` may be empty."""

    name: str
    identity: Identity
    address: str
    contact: str


def checked(*, name: str, kind: str, identity: str, address: str, contact: str) -> WajibFacts:
    """The facts of a form or a file's row. Raises AssessmentError with its field."""
    if len(name.strip()) < 3:
        raise AssessmentError("Isi nama wajib retribusi, paling sedikit tiga huruf.", field="name")
    if len(address.strip()) < 5:
        raise AssessmentError("Isi alamat wajib retribusi.", field="address")
    number = parse(kind, identity)
    return WajibFacts(name.strip()[:120], number, address.strip()[:200], contact.strip()[:120])


def built(facts: WajibFacts, *, opd: Opd, by: User | None, at: datetime) -> WajibRetribusi:
    """The row, not saved yet."""
    contact, mask = contacts.sealed(facts.contact)
    return WajibRetribusi(
        opd=opd, name=facts.name, identity_kind=facts.identity.kind, identity=facts.identity.sealed(),
        identity_mask=facts.identity.mask, identity_digest=facts.identity.digest, address=facts.address,
        contact=contact, contact_mask=mask, registered_at=at, registered_by=by,
    )  # fmt: skip


def register(*, facts: WajibFacts, opd: Opd, by: User, at: datetime) -> WajibRetribusi:
    """Enter one. Raises AssessmentError where the number is registered; PermissionDenied."""
    access.require(by, "assessments.issue", opd=opd)
    known = WajibRetribusi.objects.filter(opd=opd, identity_digest=facts.identity.digest).first()
    if known:
        raise AssessmentError(
            f"{facts.identity.mask} sudah terdaftar atas nama {known.name}. Tidak ada yang ditambahkan.",
            field="identity",
        )
    row = built(facts, opd=opd, by=by, at=at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            after = {"name": row.name, "identity": row.identity_mask}
            audit.record("wajib.register", row, by=by, at=at, after=after)
    except IntegrityError as error:
        raise AssessmentError(
            "Nomor ini baru saja didaftarkan orang lain. Cari di daftar.", field="identity"
        ) from error
    return row


@transaction.atomic
def amend(*, wajib_id: UUID, name: str, address: str, contact: str, by: User, at: datetime) -> WajibRetribusi:
    """Change name, address and, where one is given, the contact; issued SKRD keep what they say. Raises
    AssessmentError, PermissionDenied."""
    row = WajibRetribusi.objects.select_for_update().get(pk=wajib_id)
    access.require(by, "assessments.issue", opd=row.opd_id)
    if len(name.strip()) < 3 or len(address.strip()) < 5:
        raise AssessmentError("Isi nama dan alamat. Tidak ada yang berubah.", field="name")
    before = {"name": row.name, "address": row.address, "contact": row.contact_mask}
    row.name, row.address = name.strip()[:120], address.strip()[:200]
    if contact.strip():
        row.contact, row.contact_mask = contacts.sealed(contact[:120])
    row.save()
    after = {"name": row.name, "address": row.address, "contact": row.contact_mask}
    audit.record("wajib.amend", row, by=by, at=at, before=before, after=after)
    return row
