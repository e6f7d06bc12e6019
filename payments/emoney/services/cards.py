"""The register of cards: by decree, blocked with a reason, ended when nothing is left on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import Role, RoleAssignment, User
from opd.office.calendar import day_of
from payments.emoney import numbers
from payments.emoney.balances import balance
from payments.emoney.errors import EmoneyError, Missing, NotEnough, Unusable
from payments.emoney.models import Card
from payments.money import format_rupiah


@dataclass(frozen=True)
class CardDraft:
    """A card as the decree names it. ``number`` may be whole or masked: six first and four last digits
    stay."""

    opd_id: int
    issuer: str
    number: str
    holder_id: int
    is_registered: bool
    decree_number: str
    decree_date: date
    valid_from: date
    valid_to: date | None = None


def register_card(*, draft: CardDraft, by: User | None, at: datetime) -> Card:
    """Put a card into the register of its agency. Raises EmoneyError with the field that is wrong.

    The holder has the role of an e-money holder in the agency on the card's first day; ``by`` is None for the
    demonstration alone.
    """
    if by is not None:
        access.require(by, "emoney.manage", opd=draft.opd_id)
    first6, last4 = digits(draft.number)
    _check_holder(draft)
    card = Card(
        opd_id=draft.opd_id, issuer=draft.issuer.strip(), first6=first6, last4=last4,
        holder_id=draft.holder_id, is_registered=draft.is_registered,
        decree_number=draft.decree_number.strip(),
        decree_date=draft.decree_date, valid_from=draft.valid_from, valid_to=draft.valid_to, created_at=at,
        created_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            card.full_clean(exclude=["created_by"])
            card.save(force_insert=True)
            after = {"card": card.masked, "holder": draft.holder_id, "decree": card.decree_number}
            audit.record("emoney_card.register", card, by=by, at=at, after=after)
    except ValidationError as error:
        raise EmoneyError(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise EmoneyError("Kartu ini sudah terdaftar. Tidak ada yang disimpan.", "number") from error
    return card


def digits(number: str) -> tuple[str, str]:
    """The first six and last four digits of a card number, whole or masked. Raises EmoneyError."""
    found = numbers.digits(number)
    if found is None:
        raise EmoneyError(
            "Tulis nomor kartu sebagai enam angka awal, tanda bintang, dan empat angka akhir, misalnya "
            "6032 98** **** 0001. Kartu belum didaftarkan.",
            "number",
        )
    return found


def _check_holder(draft: CardDraft) -> None:
    held = RoleAssignment.objects.valid(on=draft.valid_from)
    if not held.filter(user=draft.holder_id, opd=draft.opd_id, role=Role.PEGAWAI).exists():
        raise EmoneyError(
            f"Orang ini belum ditetapkan sebagai {Role.PEGAWAI.label.lower()} di OPD ini pada "
            f"{draft.valid_from:%d/%m/%Y}. Kartu belum didaftarkan; minta administrator mencatat SK-nya "
            "dahulu.",
            "holder",
        )


def block_card(*, card_id: int, reason: str, by: User, at: datetime) -> Card:
    """Stop top-ups of a card, with the reason. What lies on it and what was bought stays to be accounted
    for."""
    card = owned(card_id, by)
    if not reason.strip():
        raise EmoneyError("Tulis alasan pemblokiran. Kartu belum diblokir.")
    with transaction.atomic():
        rows = Card.objects.filter(pk=card.pk, blocked_at=None)
        if not rows.update(blocked_at=at, block_reason=reason.strip()[:300]):
            raise Unusable("Kartu ini sudah diblokir sebelumnya. Tidak ada yang berubah.")
        audit.record("emoney_card.block", card, by=by, at=at, reason=reason.strip()[:300])
    card.refresh_from_db()
    return card


def unblock_card(*, card_id: int, by: User, at: datetime) -> Card:
    card = owned(card_id, by)
    with transaction.atomic():
        if not Card.objects.filter(pk=card.pk, blocked_at__isnull=False).update(
            blocked_at=None, block_reason=""
        ):
            raise Unusable("Kartu ini tidak sedang diblokir. Tidak ada yang berubah.")
        before = {"reason": card.block_reason}
        audit.record("emoney_card.unblock", card, by=by, at=at, before=before)
    card.refresh_from_db()
    return card


def end_card(*, card_id: int, valid_to: date, by: User, at: datetime) -> Card:
    """End a card once the books show nothing on it. Raises NotEnough with what is still on it."""
    owned(card_id, by)
    with transaction.atomic():
        card = locked(card_id)
        left = balance(card)
        if left.advance or left.open_count:
            raise NotEnough(
                f"Pada kartu ini masih ada {format_rupiah(left.advance)} menurut buku dan {left.open_count} "
                "transaksi yang belum dipertanggungjawabkan. Kartu belum diakhiri; selesaikan dahulu."
            )
        if valid_to < card.valid_from or valid_to > day_of(at):
            raise EmoneyError(
                f"Hari terakhir antara {card.valid_from:%d/%m/%Y} dan hari ini. Kartu belum diakhiri.",
                "valid_to",
            )
        before = {"valid_to": card.valid_to.isoformat() if card.valid_to else None}
        Card.objects.filter(pk=card.pk).update(valid_to=valid_to)
        after = {"valid_to": valid_to.isoformat()}
        audit.record("emoney_card.end", card, by=by, at=at, before=before, after=after)
    card.refresh_from_db()
    return card


def owned(card_id: int, by: User, permission: str = "emoney.manage") -> Card:
    """A card that ``by`` may manage. Raises Missing, PermissionDenied."""
    card = Card.objects.filter(pk=card_id).first()
    if card is None:
        raise Missing("Kartu ini tidak ada.")
    access.require(by, permission, opd=card.opd_id)
    return card


def locked(card_id: int) -> Card:
    """The card, locked until the transaction ends: whoever moves its money waits here for one another."""
    return Card.objects.select_for_update(no_key=True).get(pk=card_id)
