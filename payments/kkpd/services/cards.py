"""Cards by decree: registered, blocked, given a limit; and the one way that limit is taken and freed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F

from opd import access, audit
from opd.models import Role, RoleAssignment, User
from opd.office.calendar import day_of
from payments.kkpd import rules
from payments.kkpd.errors import KkpdError
from payments.kkpd.models import Card, CardKind
from payments.money import format_rupiah, rupiah

_KEPT = "Kartu belum didaftar."


@dataclass(frozen=True)
class CardDraft:
    """A card as the administrator types it; ``number`` is masked, ``limit`` in rupiah, days WIB."""

    holder_id: int
    number: str
    kind: CardKind
    bank_code: str
    bank_name: str
    bill_account_no: str
    bill_account_name: str
    limit: Decimal
    decree_number: str
    decree_date: date
    valid_from: date
    valid_to: date


@transaction.atomic
def register_card(*, opd_id: int, draft: CardDraft, by: User, at: datetime) -> Card:
    """A card of a holder by decree (Permendagri 79/2022 Pasal 18). Only six and four digits are kept.

    Raises KkpdError for a full number, a person who is no holder, a card that is known, or bad dates.
    """
    access.require(by, "kkpd.cards", opd=opd_id)
    first6, last4 = _digits(draft.number)
    _check_holder(draft.holder_id, opd_id, day_of(at))
    limit = rupiah(draft.limit)
    if limit <= 0:
        raise KkpdError(f"Limit harus lebih dari nol. {_KEPT}", "limit")
    if draft.valid_to < draft.valid_from:
        raise KkpdError(f"Tanggal akhir mendahului tanggal mulai. {_KEPT}", "valid_to")
    try:
        with transaction.atomic():
            card = Card.objects.create(
                opd_id=opd_id, holder_id=draft.holder_id, first6=first6, last4=last4, kind=draft.kind,
                bank_code=draft.bank_code, bank_name=draft.bank_name, bill_account_no=draft.bill_account_no,
                bill_account_name=draft.bill_account_name, limit=limit, decree_number=draft.decree_number,
                decree_date=draft.decree_date, valid_from=draft.valid_from, valid_to=draft.valid_to,
                registered_at=at, registered_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise KkpdError(
            f"Kartu ini sudah terdaftar, atau ada isian yang keliru. {_KEPT}", "number"
        ) from error
    after = {
        "card": card.masked,
        "holder": draft.holder_id,
        "limit": f"{limit:.2f}",
        "decree": card.decree_number,
    }
    audit.record("kkpd_card.register", card, by=by, at=at, after=after)
    return card


def _digits(number: str) -> tuple[str, str]:
    digits = rules.card_digits(number)
    if digits is not None:
        return digits
    if rules.looks_full(number):
        raise KkpdError(
            f"Jangan menulis nomor kartu lengkap; sistem ini tidak menyimpannya. {_KEPT} Tulis enam angka "
            "pertama "
            "dan empat terakhir, misalnya 526422******1234.",
            "number",
        )
    raise KkpdError(f"Tulis nomor kartu tersamar, misalnya 526422******1234. {_KEPT}", "number")


def _check_holder(holder_id: int, opd_id: int, on: date) -> None:
    held = RoleAssignment.objects.valid(on=on).filter(user=holder_id, role=Role.PEMEGANG_KKPD, opd=opd_id)
    if not held.exists():
        raise KkpdError(
            f"Orang ini belum ditetapkan sebagai pemegang KKPD di OPD ini. {_KEPT} Tetapkan dahulu dengan "
            "SK.",
            "holder",
        )


@transaction.atomic
def block_card(*, card_id: int, reason: str, by: User, at: datetime) -> Card:
    """No purchase from the day of ``at`` on may be reported with it. Raises KkpdError."""
    card = _own(card_id, by)
    if len(reason.strip()) < 3:
        raise KkpdError("Tulis alasan pemblokiran. Kartu belum diblokir.", "reason")
    rows = Card.objects.filter(pk=card_id, blocked_at=None)
    if not rows.update(blocked_at=at, block_reason=reason.strip()[:300]):
        raise KkpdError("Kartu ini sudah diblokir. Tidak ada yang berubah.")
    audit.record("kkpd_card.block", card, by=by, at=at, reason=reason.strip()[:300])
    card.refresh_from_db()
    return card


@transaction.atomic
def unblock_card(*, card_id: int, by: User, at: datetime) -> Card:
    """The card may be used again. Raises KkpdError."""
    card = _own(card_id, by)
    if not Card.objects.filter(pk=card_id, blocked_at__isnull=False).update(blocked_at=None, block_reason=""):
        raise KkpdError("Kartu ini tidak diblokir. Tidak ada yang berubah.")
    audit.record("kkpd_card.unblock", card, by=by, at=at, before={"reason": card.block_reason})
    card.refresh_from_db()
    return card


@transaction.atomic
def change_limit(*, card_id: int, limit: Decimal, decree_number: str, by: User, at: datetime) -> Card:
    """A new limit (rupiah, > 0) by decree; never below what is used. Raises KkpdError."""
    card = _own(card_id, by)
    wanted = rupiah(limit)
    if wanted <= 0 or not decree_number.strip():
        raise KkpdError("Limit harus lebih dari nol dan menyebut SK-nya. Limit tidak berubah.", "limit")
    rows = Card.objects.filter(pk=card_id, used__lte=wanted)
    if not rows.update(limit=wanted, decree_number=decree_number.strip()[:120]):
        raise KkpdError(
            f"Kartu ini sedang terpakai {format_rupiah(card.used)}, jadi limitnya tidak dapat turun di "
            "bawah itu. "
            "Limit tidak berubah.",
            "limit",
        )
    before = {"limit": f"{card.limit:.2f}", "decree": card.decree_number}
    card.refresh_from_db()
    audit.record("kkpd_card.limit", card, by=by, at=at, before=before, after={"limit": f"{wanted:.2f}"})
    return card


def take(card: Card, amount: Decimal) -> None:
    """Take ``amount`` of a card's limit, before the budget is locked. Raises KkpdError with what is left."""
    rows = Card.objects.filter(pk=card.pk, limit__gte=F("used") + amount)
    if not rows.update(used=F("used") + amount):
        card.refresh_from_db()
        raise KkpdError(
            f"Sisa limit kartu {card.masked} tinggal {format_rupiah(card.free)}; belanja ini "
            f"{format_rupiah(amount)}. Belanja belum dilaporkan dan tidak ada anggaran yang ditahan.",
            "amount",
        )


def give_back(card_id: int, amount: Decimal) -> None:
    """The issuer has its money, or the purchase is withdrawn: the limit is free again."""
    if not Card.objects.filter(pk=card_id, used__gte=amount).update(used=F("used") - amount):
        raise KkpdError("Limit kartu tidak cocok dengan baris yang terbuka. Tidak ada yang berubah.")


def _own(card_id: int, by: User) -> Card:
    card = Card.objects.filter(pk=card_id).first()
    if card is None:
        raise KkpdError("Kartu ini tidak ada.")
    access.require(by, "kkpd.cards", opd=card.opd_id)
    return card
