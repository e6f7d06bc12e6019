"""Laws of e-money, proven by ``manage.py verify``."""

from __future__ import annotations

from django.utils import timezone

from opd.office.verification import Finding, Law, count_and_problems, guards_standing
from payments.emoney.balances import balances, most
from payments.emoney.models import Card
from payments.money import format_rupiah
from payments.spending.rules import SPENT

_SPENT = ", ".join(f"'{state}'" for state in sorted(SPENT))
_PAID = f"SELECT count(*) FROM spending_spend WHERE channel = 'emoney' AND state IN ({_SPENT})"
_GUARDS = (
    ("emoney_topup", "emoney_topup_append_only"),
    ("emoney_return", "emoney_return_append_only"),
    ("emoney_movement", "emoney_movement_kept"),
    ("emoney_movement", "emoney_movement_guard"),
    ("emoney_card", "emoney_card_kept"),
    ("emoney_card", "emoney_card_guard"),
)


def _advance() -> Finding:
    """What our rows say lies on an agency's cards is what its ledger says."""
    return count_and_problems(
        "SELECT count(*) FROM emoney_card",
        f"""
        WITH booked AS (
            SELECT e.opd_id, sum(e.amount) AS amount FROM ledger_entry e
             WHERE e.account_id IN (SELECT account_id FROM ledger_postingrule WHERE role = 'emoney_advance')
             GROUP BY e.opd_id),
        moved AS (
            SELECT c.opd_id, t.amount FROM emoney_topup t JOIN emoney_card c ON c.id = t.card_id
            UNION ALL
            SELECT c.opd_id, -r.amount FROM emoney_return r JOIN emoney_card c ON c.id = r.card_id
            UNION ALL
            SELECT opd_id, -amount FROM spending_spend WHERE channel = 'emoney' AND state IN ({_SPENT})),
        ours AS (SELECT opd_id, sum(amount) AS amount FROM moved GROUP BY opd_id)
        SELECT format('OPD %s: uang muka kartu menurut catatan %s, menurut buku besar %s',
                      coalesce(o.opd_id, b.opd_id), coalesce(o.amount, 0), coalesce(b.amount, 0))
          FROM ours o FULL JOIN booked b ON b.opd_id = o.opd_id
         WHERE coalesce(o.amount, 0) <> coalesce(b.amount, 0)
        """,
    )


def _journals() -> Finding:
    """Each top-up and return has its journal with its amount, on its agency and real day."""
    return count_and_problems(
        "SELECT (SELECT count(*) FROM emoney_topup) + (SELECT count(*) FROM emoney_return)",
        """
        WITH moved AS (
            SELECT 'emoney_topup:' || t.id AS key, c.opd_id, t.amount, t.paid_date
              FROM emoney_topup t JOIN emoney_card c ON c.id = t.card_id
            UNION ALL
            SELECT 'emoney_return:' || r.id, c.opd_id, -r.amount, r.paid_date
              FROM emoney_return r JOIN emoney_card c ON c.id = r.card_id),
        booked AS (
            SELECT e.journal_id, e.opd_id, sum(e.amount) AS amount FROM ledger_entry e
             WHERE e.account_id IN (SELECT account_id FROM ledger_postingrule WHERE role = 'emoney_advance')
             GROUP BY e.journal_id, e.opd_id)
        SELECT format('%s: jurnalnya tidak memuat %s', m.key, m.amount)
          FROM moved m
          LEFT JOIN ledger_journal j ON j.key = m.key AND j.source = m.key AND j.value_date = m.paid_date
          LEFT JOIN booked b ON b.journal_id = j.id AND b.opd_id = m.opd_id
         WHERE b.amount IS DISTINCT FROM m.amount
        """,
    )


def _purse() -> Finding:
    """Each top-up took its amount out of UP, each return gave it back."""
    return count_and_problems(
        "SELECT (SELECT count(*) FROM emoney_topup) + (SELECT count(*) FROM emoney_return)",
        """
        WITH moved AS (
            SELECT 'emoney_topup:' || t.id || ':take' AS key, c.opd_id, t.amount
              FROM emoney_topup t JOIN emoney_card c ON c.id = t.card_id
            UNION ALL
            SELECT 'emoney_return:' || r.id || ':restore', c.opd_id, -r.amount
              FROM emoney_return r JOIN emoney_card c ON c.id = r.card_id)
        SELECT format('%s: UP bergerak %s, seharusnya %s', m.key, coalesce(p.amount, 0), m.amount)
          FROM moved m
          LEFT JOIN planning_pursemovement p ON p.key = m.key
          LEFT JOIN planning_purse u ON u.id = p.purse_id
         WHERE p.amount IS DISTINCT FROM m.amount OR u.opd_id <> m.opd_id OR u.kind <> 'up_cash'
        """,
    )


def _charged() -> Finding:
    """A spend paid by e-money is one purchase on a card of its agency, with its amount."""
    return count_and_problems(
        _PAID,
        f"""
        SELECT format('belanja %s: bukan satu transaksi kartu dengan jumlahnya', s.id)
          FROM spending_spend s
          LEFT JOIN emoney_movement m ON m.spend_id = s.id
          LEFT JOIN emoney_card c ON c.id = m.card_id
         WHERE s.channel = 'emoney' AND s.state IN ({_SPENT})
           AND (m.kind = 'buy' AND m.amount = s.amount AND c.opd_id = s.opd_id) IS NOT TRUE
         ORDER BY s.raised_at
        """,
    )


def _used_once() -> Finding:
    """A line of a history and what it was matched with are the same money on the same card."""
    return count_and_problems(
        "SELECT count(*) FROM emoney_movement WHERE num_nonnulls(top_up_id, given_back_id) > 0",
        """
        SELECT format('transaksi kartu %s: dipasangkan dengan uang yang lain', m.id)
          FROM emoney_movement m
          LEFT JOIN emoney_topup t ON t.id = m.top_up_id
          LEFT JOIN emoney_return r ON r.id = m.given_back_id
         WHERE (m.top_up_id IS NOT NULL AND (t.card_id, t.amount) <> (m.card_id, m.amount))
            OR (m.given_back_id IS NOT NULL AND (
                (r.card_id, r.amount) <> (m.card_id, m.amount)
                OR (r.kind = 'repayment') <> (m.kind = 'buy')))
        UNION ALL
        SELECT format('%s transaksi kartu memakai belanja %s', count(*), spend_id)
          FROM emoney_movement WHERE spend_id IS NOT NULL GROUP BY spend_id HAVING count(*) > 1
        """,
    )


def _chain() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM emoney_movement",
        """
        SELECT format('transaksi kartu %s: saldo %s tidak menyambung', id, balance)
          FROM (SELECT id, balance, CASE kind WHEN 'topup' THEN amount ELSE -amount END AS signed,
                       lag(balance) OVER (PARTITION BY card_id ORDER BY position) AS before
                  FROM emoney_movement) m
         WHERE before IS NOT NULL AND balance <> before + signed
        """,
    )


def _explained() -> Finding:
    """Books and issuer differ by what we can name, and no card holds more than it may by our top-ups."""
    today = timezone.localdate()
    cards = list(Card.objects.all())
    money = balances(card.pk for card in cards)
    problems = [
        f"kartu {card.pk}: selisih {format_rupiah(money[card.pk].unexplained)} tidak dapat dijelaskan"
        for card in cards
        if money[card.pk].unexplained
    ]
    problems += [
        f"kartu {card.pk}: {format_rupiah(money[card.pk].expected)} melebihi batas saldo"
        for card in cards
        if money[card.pk].expected > most(card, today)
    ]
    return Finding(len(cards), problems)


def _guards() -> Finding:
    return guards_standing(_GUARDS)


LAWS = (
    Law("emoney.advance", "uang muka kartu menurut catatan sama dengan buku besar", _advance),
    Law("emoney.journals", "setiap isi ulang dan pengembalian punya jurnalnya", _journals),
    Law("emoney.purse", "setiap isi ulang mengambil UP, setiap pengembalian memulihkannya", _purse),
    Law("emoney.charged", "setiap belanja uang elektronik adalah satu transaksi kartu", _charged),
    Law("emoney.used_once", "setiap baris riwayat kartu dipakai paling banyak sekali", _used_once),
    Law("emoney.chain", "saldo riwayat setiap kartu menyambung", _chain),
    Law("emoney.explained", "selisih buku dan penerbit terjelaskan, batas saldo terjaga", _explained),
    Law("emoney.guards", "penjaga uang elektronik terpasang di basis data", _guards),
)
