"""Money that only the settlement file told us of: the notice was lost, or the payer paid twice.

It goes through the one door for money (``incoming.record_money``), so that it is judged and booked as always.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from payments.incoming.models import Payment
from payments.incoming.services import MoneySeen, record_money
from payments.reconciliation.models import Match, SettlementLine
from payments.reconciliation.services.lock import take_turn
from payments.reconciliation.services.unrecognised import unrecognised
from payments.reconciliation.texts import Kind, Rule

_UNSEEN = f"""
    WITH line AS MATERIALIZED (
        SELECT l.id, l.trx_time, l.rrn, l.partner_reference_no, l.reference_no, l.bill_no, r.partner_id
        FROM ({unrecognised(Kind.MISSING_OURS)}) AS l
        JOIN (SELECT DISTINCT nmid, partner_id FROM incoming_receivingaccount) AS r USING (nmid)
    ), named AS (
        SELECT l.*, a.partner_reference_no AS ours, 1 AS way
        FROM line AS l JOIN incoming_paymentattempt AS a USING (partner_id, partner_reference_no)
        WHERE l.partner_reference_no <> ''
        UNION ALL
        SELECT l.*, a.partner_reference_no, 2
        FROM line AS l JOIN incoming_paymentattempt AS a USING (partner_id, reference_no)
        WHERE a.reference_no <> ''
        UNION ALL
        SELECT l.*, a.partner_reference_no, 3
        FROM line AS l JOIN incoming_paymentattempt AS a
          ON a.partner_id = l.partner_id AND a.partner_reference_no = l.bill_no
        WHERE l.bill_no <> ''
    )
    SELECT DISTINCT ON (n.trx_time, n.id) n.id, n.partner_id, n.ours
    FROM named AS n
    WHERE NOT EXISTS (
        SELECT FROM incoming_payment AS p
        JOIN reconciliation_match AS m ON m.payment_id = p.id AND m.undone_at IS NULL
        WHERE p.partner_id = n.partner_id AND p.partner_reference_no = n.ours AND p.rrn = n.rrn
    ) AND NOT EXISTS (
        SELECT FROM reconciliation_keptapart AS k JOIN incoming_payment AS p ON p.id = k.payment_id
        WHERE k.settlement_line_id = n.id AND k.lifted_at IS NULL
          AND p.partner_id = n.partner_id AND p.partner_reference_no = n.ours
    )
    ORDER BY n.trx_time, n.id, n.way
"""  # noqa: S608 constants alone
"""Each name is a join of its own: an OR of them would compare every line with every reference of the bank."""


def record_unseen(*, file_id: int | None, at: datetime) -> int:
    """Book settled transactions for a reference of ours that no payment has yet; how many lines matched.

    One transaction a line, oldest first, so that the first of two is the payment and the second the double.
    A payment we knew without RRN adopts the line's. Lines with an unknown reference are not touched.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNSEEN, {"file": file_id})
        lines: list[tuple[int, int, str]] = cursor.fetchall()
    return sum(_record(line_id, partner_id, reference, at) for line_id, partner_id, reference in lines)


def _record(line_id: int, partner_id: int, reference: str, at: datetime) -> bool:
    with transaction.atomic():
        take_turn()
        line = SettlementLine.objects.get(pk=line_id)
        if line.same_as_id or Match.objects.standing().filter(line=line).exists():
            return False
        payment = record_money(sighting(line, partner_id, reference), by=None, at=at)
        if payment is None or Match.objects.standing().filter(payment_id=payment.pk).exists():
            return False
        keep(payment, line, Rule.RECORDED if payment.seen_by == "settlement" else Rule.REFERENCE, at)
    return True


def keep(payment: Payment, line: SettlementLine, rule: Rule, at: datetime) -> None:
    """Note that the two are the same money."""
    Match.objects.create(
        payment=payment, line=line, rule=str(rule), agrees=payment.amount == line.gross, matched_at=at
    )


def sighting(line: SettlementLine, partner_id: int, partner_reference_no: str = "") -> MoneySeen:
    """What a settlement line says about money, for the one door."""
    return MoneySeen(
        source="settlement",
        partner_id=partner_id,
        reference_no=line.reference_no,
        partner_reference_no=partner_reference_no or line.partner_reference_no,
        rrn=line.rrn,
        amount=line.gross,
        paid_at=line.trx_time,
        nmid=line.nmid,
        terminal_id=line.terminal_id,
        issuer=line.issuer_code,
        line_id=line.pk,
    )
