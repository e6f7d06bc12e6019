"""Laws of requests for money back and of what a refund does to tickets, proven by ``manage.py verify``."""

from __future__ import annotations

from opd.office.verification import Finding, Law, count_and_problems, guards_standing
from retribusi.contacts import mask_of
from retribusi.refunds.models import RefundRequest

_REQUESTS = "SELECT count(*) FROM refunds_refundrequest"


def _own_payment() -> Finding:
    return count_and_problems(
        _REQUESTS,
        """
        SELECT format('permohonan %s dijawab dengan pengembalian pembayaran lain', r.id)
          FROM refunds_refundrequest r
          JOIN incoming_refund f ON f.id = r.refund_id
          JOIN incoming_payment p ON p.id = f.payment_id
          LEFT JOIN retribusi_order o ON o.id = r.order_id
          LEFT JOIN incoming_paymentrequest q ON q.id = p.request_id
         WHERE q.payable_key IS DISTINCT FROM o.key
           AND NOT EXISTS (SELECT FROM assessments_debt d
                            WHERE d.skrd_id = r.skrd_id AND d.key = q.payable_key)
        """,
    )


def _tickets() -> Finding:
    """No ticket stays valid once all that paid for it went back and its room was told."""
    return count_and_problems(
        "SELECT count(*) FROM incoming_refund WHERE state = 'done'",
        """
        SELECT format('pesanan %s: uangnya kembali semua, tetapi %s tiketnya masih berlaku', o.code, count(*))
          FROM retribusi_order o
          JOIN incoming_payment p ON p.id = o.payment_id
          JOIN retribusi_orderline l ON l.order_id = o.id
          JOIN retribusi_ticket t ON t.line_id = l.id AND t.state = 'valid'
         WHERE p.revenue_amount = (SELECT sum(f.revenue_amount) FROM incoming_refund f
                                    WHERE f.payment_id = p.id AND f.state = 'done')
           AND NOT EXISTS (SELECT FROM incoming_refund f WHERE f.payment_id = p.id AND f.told = 'pending')
         GROUP BY o.code
        """,
    )


def _contacts() -> Finding:
    rows, problems = 0, []
    for row in RefundRequest.objects.exclude(contact=None):
        rows += 1
        if row.contact_mask != mask_of(row.contact):
            problems.append(f"permohonan {row.pk}: kontak tidak terbuka atau samarannya lain")
    return Finding(rows, problems[:50])


def _trail() -> Finding:
    return count_and_problems(
        _REQUESTS,
        "SELECT format('permohonan %s (%s) tanpa jejak audit', r.id, r.state) FROM refunds_refundrequest r"
        " WHERE NOT EXISTS (SELECT FROM opd_auditevent a WHERE a.subject_type = 'refunds.refundrequest'"
        " AND a.subject_id = r.id::text AND a.action = 'refund_request.' ||"
        " CASE r.state WHEN 'new' THEN 'filed' ELSE r.state END)",
    )


def _guards() -> Finding:
    table = "refunds_refundrequest"
    return guards_standing(((table, "refunds_request_guard"), (table, "refunds_request_kept")))


LAWS = (
    Law("refunds.own_payment", "permohonan dijawab dengan pengembalian pembayarannya sendiri", _own_payment),
    Law("refunds.tickets", "tiket yang uangnya kembali semua tidak berlaku lagi", _tickets),
    Law("refunds.contacts", "kontak pemohon terenkripsi dan tersamar", _contacts),
    Law("refunds.trail", "setiap permohonan ada di jejak audit", _trail),
    Law("refunds.guards", "basis data menjaga isi permohonan dari perubahan", _guards),
)
