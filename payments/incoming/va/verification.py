"""Laws of virtual accounts, proven by ``manage.py verify``."""

from __future__ import annotations

from opd.office.verification import Finding, Law, count_and_problems

_NOTICES = "SELECT count(*) FROM incoming_vanotice"


def _standing() -> Finding:
    """One number a thing; no two things under one number, however they were opened and closed."""
    return count_and_problems(
        "SELECT count(*) FROM incoming_virtualaccount",
        """
        SELECT format('tagihan %s %s punya %s nomor VA yang berlaku', payable_kind, payable_key, count(*))
          FROM incoming_virtualaccount WHERE closed_at IS NULL
         GROUP BY payable_kind, payable_key HAVING count(*) > 1
        UNION ALL
        SELECT format('nomor VA %s dipakai %s kali', number, count(*))
          FROM incoming_virtualaccount GROUP BY partner_id, number HAVING count(*) > 1
        UNION ALL
        SELECT format('nomor VA %s tidak memakai awalan %s', v.number, a.va_prefix)
          FROM incoming_virtualaccount v JOIN incoming_receivingaccount a ON a.id = v.receiving_account_id
         WHERE a.va_prefix = '' OR NOT starts_with(v.number, a.va_prefix) OR v.partner_id <> a.partner_id
        """,
    )


def _booked_once() -> Finding:
    """Each yes is one payment of that amount; money taken after a no is on the liability, all of it."""
    return count_and_problems(
        _NOTICES,
        """
        SELECT format('kabar VA %s dijawab %s, pembayarannya %s', n.payment_request_id, n.case,
                      coalesce(p.kind, 'tidak ada'))
          FROM incoming_vanotice n LEFT JOIN incoming_payment p ON p.id = n.payment_id
         WHERE (n.case = '00' AND (p.kind IN ('exact', 'excess')) IS NOT TRUE)
            OR (n.case <> '00' AND p.revenue_amount > 0)
            OR (p.id IS NOT NULL AND (p.amount <> n.amount OR p.method <> 'va'))
         ORDER BY n.id
        """,
    )


def _told() -> Finding:
    """A payment by virtual account that the bank told us of has the message that told it."""
    return count_and_problems(
        "SELECT count(*) FROM incoming_payment WHERE method = 'va'",
        """
        SELECT format('pembayaran VA %s tanpa kabar bank', p.id) FROM incoming_payment p
         WHERE p.method = 'va' AND p.seen_by = 'notice'
           AND NOT EXISTS (SELECT FROM incoming_vanotice n WHERE n.payment_id = p.id)
         ORDER BY p.recorded_at
        """,
    )


def _methods() -> Finding:
    """A payment is by the method of its request; a request by virtual account never waits for anything."""
    return count_and_problems(
        "SELECT count(*) FROM incoming_paymentrequest",
        """
        SELECT format('pembayaran %s lewat %s untuk permintaan lewat %s', p.id, p.method, r.method)
          FROM incoming_payment p JOIN incoming_paymentrequest r ON r.id = p.request_id
         WHERE p.method <> r.method
        UNION ALL
        SELECT format('permintaan VA %s masih berkeadaan %s', id, state) FROM incoming_paymentrequest
         WHERE method = 'va' AND (state IN ('requesting', 'open') OR next_ask_at IS NOT NULL)
        """,
    )


LAWS = (
    Law("incoming.va_standing", "setiap nomor VA milik satu tagihan, dan sebaliknya", _standing),
    Law("incoming.va_booked_once", "setiap pembayaran VA dibukukan sekali, sesuai jawabannya", _booked_once),
    Law("incoming.va_told", "setiap pembayaran VA punya kabar bank", _told),
    Law("incoming.va_methods", "cara bayar permintaan dan pembayarannya sama", _methods),
)
