"""What the bank would have seen of an agency's spending before it first ran; parts of the seed file.

Amounts are rupiah as text, times SNAP timestamps, dates ISO, cards masked. Parts, each optional, all in the
order in which they happened; what is there already (by its own number) stays as it is:

- ``openings``: ``account`` and ``balance``, for accounts that have not moved yet
- ``top_ups``: ``account``, ``amount``, ``at``, ``key`` (a UUID)
- ``transfers``: ``channel`` (17, 18 or cms), ``partner_reference_no``, ``reference_no``, ``source``,
  ``target``, ``bank_code``, ``amount``, ``at``; perhaps ``customer_reference``, ``remark``
- ``qris_payments``: ``partner_reference_no``, ``reference_no``, ``rrn``, ``qr_content``, ``amount``, ``at``,
  and one of ``source`` (account) and ``card``
- ``card_transactions``: ``card``, ``rrn``, ``amount``, ``merchant``, ``mcc``, ``way`` (EDC or QRIS),
  ``date``, ``at``; perhaps ``note``
- ``card_bills``: ``number``, ``owner``, ``due_date``, ``until`` (last purchase day), ``at``; a bill is paid
  by one of ``bill_payments``, which read like ``transfers``
- ``emoney``: ``card``, ``kind``, ``amount``, ``at``, ``reference_no``; perhaps ``merchant``, ``terminal``,
  ``account``
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from payments import qris
from payments.money import rupiah
from payments.sandbox import accounts, cards, emoney, merchant_qr, transfers
from payments.sandbox.catalogue import OUR_BANK, card_digits
from payments.sandbox.door import Refusal
from payments.sandbox.models import (
    Account,
    Card,
    CardBill,
    CardTransaction,
    EmoneyCard,
    EmoneyEntry,
    Partner,
    Transfer,
)
from payments.snap.clock import parse_timestamp

Item = Mapping[str, Any]


def seed(data: Mapping[str, Any]) -> int:
    """How many rows were added. Raises Refusal, CardError, EmoneyError, KeyError and ValueError."""
    parts: tuple[tuple[str, Callable[[Item], int]], ...] = (
        ("openings", _opening),
        ("top_ups", _top_up),
        ("transfers", _transfer),
        ("qris_payments", _qris_payment),
        ("card_transactions", _card_transaction),
        ("card_bills", _card_bill),
        ("bill_payments", _transfer),
        ("emoney", _emoney),
    )
    return sum(add(item) for name, add in parts for item in data.get(name, []))


def _opening(item: Item) -> int:
    balance = rupiah(item["balance"])
    rows = Account.objects.filter(number=item["account"], movements=None).exclude(balance=balance)
    return rows.update(opening_balance=balance, balance=balance)


def _top_up(item: Item) -> int:
    account, key = Account.objects.get(number=item["account"]), UUID(item["key"])
    before = account.movements.count()
    accounts.top_up(account=account, amount=rupiah(item["amount"]), key=key, at=parse_timestamp(item["at"]))
    return account.movements.count() - before


def _transfer(item: Item) -> int:
    partner = "cms" if item["channel"] == "cms" else str(Partner.OURS)
    if _known(partner, item):
        return 0
    bank_code = item.get("bank_code", OUR_BANK)
    order = transfers.Order(
        partner=partner,
        number=item["partner_reference_no"],
        channel=Transfer.Channel(item["channel"]),
        amount=rupiah(item["amount"]),
        source=transfers.source_of(Partner.OURS, item["source"]),
        target=accounts.find(item["target"], bank_code=bank_code),
        customer_reference=item.get("customer_reference", ""),
        remark=item.get("remark", ""),
        reference_no=item["reference_no"],
    )
    transfers.place(order, at=parse_timestamp(item["at"]))
    return 1


def _qris_payment(item: Item) -> int:
    if _known(Partner.OURS, item):
        return 0
    order = merchant_qr.order_for(
        qris.parse(item["qr_content"]),
        rupiah(item["amount"]),
        partner=Partner.OURS,
        number=item["partner_reference_no"],
        account=transfers.source_of(Partner.OURS, item["source"]) if "source" in item else None,
        card=_card(item["card"]) if "card" in item else None,
        reference_no=item["reference_no"],
        rrn=item["rrn"],
    )
    transfers.place(order, at=parse_timestamp(item["at"]))
    return 1


def _card_transaction(item: Item) -> int:
    if CardTransaction.objects.filter(rrn=item["rrn"]).exists():
        return 0
    cards.spend(
        card=_card(item["card"]),
        amount=rupiah(item["amount"]),
        merchant=item["merchant"],
        mcc=item["mcc"],
        day=date.fromisoformat(item["date"]),
        way=CardTransaction.Way(item["way"]),
        note=item.get("note", ""),
        rrn=item["rrn"],
        at=parse_timestamp(item["at"]),
    )
    return 1


def _card_bill(item: Item) -> int:
    if CardBill.objects.filter(number=item["number"]).exists():
        return 0
    cards.issue_bill(
        owner=item["owner"],
        due_date=date.fromisoformat(item["due_date"]),
        until=date.fromisoformat(item["until"]),
        number=item["number"],
        at=parse_timestamp(item["at"]),
    )
    return 1


def _emoney(item: Item) -> int:
    if EmoneyEntry.objects.filter(reference_no=item["reference_no"]).exists():
        return 0
    digits = card_digits(item["card"]) or ("", "")
    card = EmoneyCard.objects.filter(first6=digits[0], last4=digits[1]).first()
    if card is None:
        raise Refusal(404, "11", item["card"])
    account = item.get("account")
    emoney.use(
        card=card,
        kind=EmoneyEntry.Kind(item["kind"]),
        amount=rupiah(item["amount"]),
        reference_no=item["reference_no"],
        at=parse_timestamp(item["at"]),
        merchant=item.get("merchant", ""),
        terminal=item.get("terminal", ""),
        account=transfers.source_of(Partner.OURS, account) if account else None,
    )
    return 1


def _known(partner: str, item: Item) -> bool:
    found = Transfer.objects.filter(partner=partner, partner_reference_no=item["partner_reference_no"])
    return found.exists()


def _card(masked: str) -> Card:
    card = cards.find(masked)
    if card is None:
        raise Refusal(404, "11", masked)
    return card
