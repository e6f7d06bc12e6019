"""Money onto a card and back: an advance out of UP, and its return."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from django.db import IntegrityError, transaction

from opd import audit
from opd.models import User
from opd.office.calendar import day_of
from opd.planning.services import BudgetError, PurseKind, restore_purse, take_purse
from payments.emoney import postings
from payments.emoney.balances import balance, most
from payments.emoney.errors import EmoneyError, NotEnough, OverLimit, Reused, Unusable
from payments.emoney.models import Card, Return, ReturnKind, TopUp
from payments.emoney.services.cards import locked, owned
from payments.emoney.services.matching import match_returns, match_top_ups
from payments.ledger.services import post
from payments.money import format_rupiah, rupiah
from payments.spending.models import TreasuryAccount
from payments.spending.services.closing import first_open_day

Row = TypeVar("Row", TopUp, Return)


def top_up(
    *,
    card_id: int,
    account_id: int,
    amount: Decimal,
    paid_date: date,
    reference_no: str,
    by: User,
    at: datetime,
) -> TopUp:
    """Record that a card was loaded from a treasurer's account: UP in cash falls, the advance rises (rupiah).

    Once per account and bank reference: the same again gives the first, another body raises Reused. Raises
    Unusable (blocked, ended), OverLimit (``emoney.max_balance``), EmoneyError where UP is not enough.
    Source: Permendagri 77/2020 (uang panjar dari UP); journal ``emoney_topped_up``.
    """
    card = owned(card_id, by)
    exact, reference = _positive(amount), reference_of(reference_no)
    account = account_of(card, account_id, paid_date, at)
    try:
        with transaction.atomic():
            card = locked(card_id)
            known = TopUp.objects.filter(account=account, reference_no=reference).first()
            if known:
                return _same(known, card, exact, paid_date)
            _check_usable(card, paid_date)
            _check_limit(card, exact, paid_date)
            made = TopUp(
                card=card, account=account, amount=exact, paid_date=paid_date, reference_no=reference,
                made_at=at, made_by=by,
            )  # fmt: skip
            made.save(force_insert=True)
            effective = first_open_day(card.opd_id, paid_date)
            take_purse(
                opd_id=card.opd_id, year=paid_date.year, kind=PurseKind.UP_CASH, amount=exact,
                key=f"{made.key}:take", reason=f"Isi ulang kartu {card.masked}", by=by, at=at,
            )  # fmt: skip
            draft = postings.topped_up(made, effective=effective)
            post(draft, key=made.key, by=by, at=at)
            audit.record("emoney.top_up", made, by=by, at=at, after=_facts(made))
            match_top_ups(card)
    except BudgetError as error:
        raise EmoneyError(f"{error} Isi ulang tidak dicatat.") from error
    except IntegrityError as error:
        raise Reused(_TAKEN) from error
    return made


def return_balance(
    *,
    card_id: int,
    account_id: int,
    amount: Decimal,
    paid_date: date,
    reference_no: str,
    by: User,
    at: datetime,
) -> Return:
    """Record that a card's balance came back to the treasurer: the advance falls, UP rises (rupiah).

    Once per account and bank reference. Raises NotEnough where the card should not hold that much. A blocked
    card may give its balance back.
    """
    card = owned(card_id, by)
    exact, reference = _positive(amount), reference_of(reference_no)
    account = account_of(card, account_id, paid_date, at)
    with transaction.atomic():
        card = locked(card_id)
        known = Return.objects.filter(account=account, reference_no=reference).first()
        if known:
            return _same(known, card, exact, paid_date)
        left = balance(card).expected
        if exact > left:
            raise NotEnough(
                f"Menurut catatan, pada kartu ini ada {format_rupiah(left)}, jadi {format_rupiah(exact)} "
                "tidak "
                "dapat kembali. Pengembalian tidak dicatat; periksa isi ulang dan riwayatnya."
            )
        made = give_back(card, ReturnKind.BALANCE, account, exact, paid_date, reference, by=by, at=at)
        match_returns(card)
    return made


def give_back(
    card: Card,
    kind: ReturnKind,
    account: TreasuryAccount,
    amount: Decimal,
    paid_date: date,
    reference: str,
    *,
    by: User,
    at: datetime,
) -> Return:
    """Write a return of a locked card, its purse and its journal. Raises Reused, EmoneyError."""
    made = Return(
        card=card, kind=kind, account=account, amount=amount, paid_date=paid_date, reference_no=reference,
        made_at=at, made_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            effective = first_open_day(card.opd_id, paid_date)
            restore_purse(
                opd_id=card.opd_id, year=paid_date.year, kind=PurseKind.UP_CASH, amount=amount,
                key=f"{made.key}:restore", reason=f"{kind.label} kartu {card.masked}", by=by, at=at,
            )  # fmt: skip
            draft = postings.returned(made, effective=effective)
            post(draft, key=made.key, by=by, at=at)
            audit.record("emoney.return", made, by=by, at=at, after=_facts(made))
    except BudgetError as error:
        raise EmoneyError(f"{error} Pengembalian tidak dicatat.") from error
    except IntegrityError as error:
        raise Reused(_TAKEN) from error
    return made


_TAKEN = "Rujukan bank ini sudah dipakai untuk transaksi lain. Tidak ada yang dicatat."


def _positive(amount: Decimal) -> Decimal:
    exact = rupiah(amount)
    if exact <= 0:
        raise EmoneyError("Jumlah harus lebih dari nol. Tidak ada yang dicatat.", "amount")
    return exact


def reference_of(text: str) -> str:
    reference = text.strip()
    if not 1 <= len(reference) <= 64:
        raise EmoneyError("Isi rujukan bank dari bukti transfer. Tidak ada yang dicatat.", "reference_no")
    return reference


def account_of(card: Card, account_id: int, day: date, at: datetime) -> TreasuryAccount:
    if day > day_of(at):
        raise EmoneyError("Tanggalnya di masa depan. Tidak ada yang dicatat.", "paid_date")
    account = TreasuryAccount.objects.valid(on=day).filter(pk=account_id, opd=card.opd_id).first()
    if account is None:
        raise EmoneyError(
            "Rekening ini bukan rekening bendahara OPD pemilik kartu pada tanggal itu. Tidak ada yang "
            "dicatat.",
            "account",
        )
    return account


def _check_usable(card: Card, day: date) -> None:
    said = {
        "blocked": f"diblokir ({card.block_reason})",
        "ended": "sudah berakhir masa berlakunya",
        "future": "belum mulai berlaku",
    }.get(card.state(day))
    if said:
        raise Unusable(f"Kartu {card.masked} {said}. Isi ulang tidak dicatat.")


def _check_limit(card: Card, amount: Decimal, day: date) -> None:
    limit, held = most(card, day), balance(card).expected
    if held + amount > limit:
        raise OverLimit(
            f"Kartu {card.masked} memuat {format_rupiah(held)} dan paling banyak {format_rupiah(limit)}; isi "
            f"ulang {format_rupiah(amount)} melebihinya. Isi ulang tidak dicatat.",
            "amount",
        )


def _same(known: Row, card: Card, amount: Decimal, day: date) -> Row:
    if (known.card_id, known.amount, known.paid_date) != (card.pk, amount, day):
        raise Reused(_TAKEN, "reference_no")
    return known


def _facts(row: TopUp | Return) -> dict[str, str]:
    return {
        "card": row.card.masked,
        "amount": f"{row.amount:.2f}",
        "date": row.paid_date.isoformat(),
        "reference": row.reference_no,
    }
