"""What each card holds: by our books, by its history, and what explains the difference. One query for all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from opd.office import rules
from payments.emoney.models import Card
from payments.spending.models import SPENT

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Balance:
    """A card in rupiah. ``advance`` is what stands in the books as advance on this card.

    ``open`` are purchases not yet accounted for: neither charged to a budget line nor repaid.
    ``foreign`` were loaded, ``taken`` withdrawn, ``opening`` lay on it without us.
    """

    card_id: int
    topped_up: Decimal = ZERO
    pending_top_ups: Decimal = ZERO
    returned: Decimal = ZERO
    pending_returns: Decimal = ZERO
    charged: Decimal = ZERO
    open: Decimal = ZERO
    open_count: int = 0
    oldest_open: datetime | None = None
    foreign: Decimal = ZERO
    taken: Decimal = ZERO
    opening: Decimal = ZERO
    on_history: Decimal | None = None
    history_at: datetime | None = None

    @property
    def advance(self) -> Decimal:
        return self.topped_up - self.returned - self.charged

    @property
    def expected(self) -> Decimal:
        """What should lie on the card now, as far as we know of purchases."""
        return self.advance - self.open

    @property
    def difference(self) -> Decimal:
        """Books less history."""
        return self.advance - (self.on_history or ZERO)

    @property
    def reasons(self) -> list[tuple[str, Decimal]]:
        """What explains the difference, in words; parts that are zero are left out."""
        parts = [
            ("Transaksi yang belum beres", self.open),
            ("Isi ulang yang belum tampak di riwayat penerbit", self.pending_top_ups),
            ("Pengembalian yang belum tampak di riwayat penerbit", -self.pending_returns),
            ("Isi ulang di riwayat yang bukan dari bendahara", -self.foreign),
            ("Penarikan di riwayat yang belum diterima bendahara", self.taken),
            ("Saldo yang sudah ada sebelum riwayat pertama", -self.opening),
        ]
        return [(label, amount) for label, amount in parts if amount]

    @property
    def unexplained(self) -> Decimal:
        return self.difference - sum((amount for _, amount in self.reasons), ZERO)


def balance(card: Card) -> Balance:
    return balances([card.pk])[card.pk]


def balances(card_ids: Iterable[int]) -> dict[int, Balance]:
    """The balance of each card, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {"cards": list(card_ids), "spent": [str(state) for state in SPENT]})
        found = [Balance(*row) for row in cursor.fetchall()]
    return {row.card_id: row for row in found}


def most(card: Card, on: date) -> Decimal:
    """What a card may hold at most on a day (dated rule ``emoney.max_balance``, rupiah)."""
    limits = rules.value("emoney.max_balance", on)
    return Decimal(limits["registered" if card.is_registered else "unregistered"])


_BALANCES = """
    SELECT c.id,
           coalesce(t.total, 0), coalesce(t.pending, 0), coalesce(r.total, 0), coalesce(r.pending, 0),
           coalesce(m.charged, 0), coalesce(m.open, 0), coalesce(m.open_count, 0), m.oldest_open,
           coalesce(m.foreign_money, 0), coalesce(m.taken, 0), coalesce(first.before, 0),
           last.balance, last.at
      FROM emoney_card c
      LEFT JOIN LATERAL (
            SELECT sum(u.amount) AS total, sum(u.amount) FILTER (WHERE x.id IS NULL) AS pending
              FROM emoney_topup u LEFT JOIN emoney_movement x ON x.top_up_id = u.id
             WHERE u.card_id = c.id) t ON true
      LEFT JOIN LATERAL (
            SELECT sum(u.amount) AS total, sum(u.amount) FILTER (WHERE x.id IS NULL) AS pending
              FROM emoney_return u LEFT JOIN emoney_movement x ON x.given_back_id = u.id
             WHERE u.card_id = c.id) r ON true
      LEFT JOIN LATERAL (
            SELECT sum(s.amount) FILTER (WHERE s.state = ANY(%(spent)s)) AS charged,
                   sum(v.amount) FILTER (WHERE v.is_open) AS open,
                   count(*) FILTER (WHERE v.is_open) AS open_count,
                   min(v.at) FILTER (WHERE v.is_open) AS oldest_open,
                   sum(v.amount) FILTER (WHERE v.kind = 'topup' AND v.top_up_id IS NULL) AS foreign_money,
                   sum(v.amount) FILTER (WHERE v.kind = 'withdraw' AND v.given_back_id IS NULL) AS taken
              FROM (SELECT y.*, y.kind = 'buy' AND y.given_back_id IS NULL
                                AND coalesce(z.state, '') <> ALL(%(spent)s) AS is_open
                      FROM emoney_movement y LEFT JOIN spending_spend z ON z.id = y.spend_id
                     WHERE y.card_id = c.id) v
              LEFT JOIN spending_spend s ON s.id = v.spend_id) m ON true
      LEFT JOIN LATERAL (
            SELECT y.balance - CASE y.kind WHEN 'topup' THEN y.amount ELSE -y.amount END AS before
              FROM emoney_movement y WHERE y.card_id = c.id ORDER BY y.position LIMIT 1) first ON true
      LEFT JOIN LATERAL (
            SELECT y.balance, y.at
              FROM emoney_movement y WHERE y.card_id = c.id ORDER BY y.position DESC LIMIT 1) last ON true
     WHERE c.id = ANY(%(cards)s)
"""
