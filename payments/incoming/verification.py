"""Laws of incoming money, proven by ``manage.py verify``."""

from __future__ import annotations

from opd.office.verification import Finding, Law, count_and_problems, guards_standing
from payments.incoming import compensation_laws, refund_laws
from payments.incoming.va import verification as va
from payments.ledger.periods import MOVED

_PAYMENTS = "SELECT count(*) FROM incoming_payment"
_GUARDS = (
    ("incoming_payment", "incoming_payment_guard"),
    ("incoming_payment", "incoming_payment_kept"),
    ("incoming_paymentrequest", "incoming_paymentrequest_guard"),
    ("incoming_paymentrequest", "incoming_paymentrequest_kept"),
    ("incoming_paymentattempt", "incoming_paymentattempt_guard"),
    ("incoming_paymentattempt", "incoming_paymentattempt_kept"),
    ("incoming_paymentevent", "incoming_paymentevent_append_only"),
    ("incoming_paymentevent", "incoming_paymentevent_stamp"),
    ("incoming_moneyexception", "incoming_moneyexception_guard"),
    ("incoming_moneyexception", "incoming_moneyexception_kept"),
    ("incoming_noticework", "incoming_noticework_kept"),
    ("incoming_recognition", "incoming_recognition_guard"),
    ("incoming_recognition", "incoming_recognition_kept"),
    ("incoming_receivingaccount", "incoming_receivingaccount_guard"),
    ("incoming_receivingaccount", "incoming_receivingaccount_kept"),
    ("incoming_vainquiry", "incoming_vainquiry_append_only"),
    ("incoming_vanotice", "incoming_vanotice_guard"),
    ("incoming_vanotice", "incoming_vanotice_kept"),
    ("incoming_virtualaccount", "incoming_virtualaccount_guard"),
    ("incoming_virtualaccount", "incoming_virtualaccount_kept"),
    ("incoming_refund", "incoming_refund_guard"),
    ("incoming_refund", "incoming_refund_kept"),
    ("incoming_compensation", "incoming_compensation_guard"),
    ("incoming_compensation", "incoming_compensation_kept"),
)


def _shares() -> Finding:
    """Where a request is divided over account codes, its parts are all of it."""
    return count_and_problems(
        "SELECT count(*) FROM incoming_paymentrequest",
        """
        SELECT format('permintaan %s: bagiannya berjumlah %s, tagihannya %s', r.id, s.sum, r.amount)
          FROM incoming_paymentrequest r
          JOIN LATERAL (SELECT sum((share ->> 'amount')::numeric) AS sum
                          FROM jsonb_array_elements(r.shares) AS share) s ON true
         WHERE r.shares <> '[]' AND s.sum IS DISTINCT FROM r.amount
        """,
    )


def _journals() -> Finding:
    """The journal of a payment holds exactly its amount and split, on its agency and day."""
    return count_and_problems(
        _PAYMENTS,
        """
        WITH legs AS (
            SELECT e.journal_id, r.role, sum(e.amount) AS amount, bool_and(e.opd_id IS NOT NULL) AS placed,
                   min(e.opd_id) AS low, max(e.opd_id) AS high
              FROM ledger_entry e
              JOIN ledger_journal j ON j.id = e.journal_id AND j.kind = 'payment_received'
              JOIN LATERAL (
                    SELECT role FROM ledger_postingrule
                     WHERE account_id = e.account_id
                       AND role IN ('acquirer_receivable', 'undeposited_receipts', 'payment_liability')
                       AND j.effective_date BETWEEN valid_from AND coalesce(valid_to, 'infinity')
                     LIMIT 1) r ON true
             GROUP BY e.journal_id, r.role)
        SELECT format('pembayaran %s: jurnal %s tidak memuat jumlahnya', p.id, p.journal_id)
          FROM incoming_payment p
          LEFT JOIN ledger_journal j ON j.id = p.journal_id AND j.kind = 'payment_received'
               AND j.source = 'payment:' || p.id
               AND (j.effective_date = (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date
                    OR """
        + MOVED.format(day="(p.paid_at AT TIME ZONE 'Asia/Jakarta')::date", counted="j.effective_date")
        + """)
          LEFT JOIN legs a ON a.journal_id = j.id AND a.role = 'acquirer_receivable'
          LEFT JOIN legs u ON u.journal_id = j.id AND u.role = 'undeposited_receipts'
          LEFT JOIN legs l ON l.journal_id = j.id AND l.role = 'payment_liability'
         WHERE j.id IS NULL
            OR coalesce(a.amount, 0) <> p.amount
            OR coalesce(u.amount, 0) <> -p.revenue_amount
            OR coalesce(l.amount, 0) <> -p.liability_amount
            OR (a.placed AND a.low = p.opd_id AND a.high = p.opd_id) IS NOT TRUE
         ORDER BY p.recorded_at
        """,
    )


def _recognitions() -> Finding:
    """What was recognised as levy left the liability, to the rupiah, and came back where it was undone."""
    return count_and_problems(
        "SELECT count(*) FROM incoming_recognition",
        """
        SELECT format('klaim %s (%s): jurnalnya tidak memuat jumlahnya', r.id, r.amount)
          FROM incoming_recognition r JOIN incoming_payment p ON p.id = r.payment_id
          LEFT JOIN LATERAL (
                SELECT sum(e.amount) FILTER (WHERE e.amount > 0) AS moved, min(e.opd_id) AS opd
                  FROM ledger_journal j JOIN ledger_entry e ON e.journal_id = j.id
                 WHERE j.id = r.journal_id AND j.kind = 'payment_recognised'
                   AND j.source = 'payment:' || r.payment_id) j ON true
          LEFT JOIN ledger_journal u ON u.id = r.undo_journal_id AND u.reverses_id = r.journal_id
         WHERE j.moved IS DISTINCT FROM r.amount OR j.opd <> p.opd_id OR r.amount <> p.liability_amount
            OR (r.undone_at IS NOT NULL AND u.id IS NULL)
            OR (r.shares <> '[]' AND r.amount IS DISTINCT FROM (
                SELECT sum((share ->> 'amount')::numeric) FROM jsonb_array_elements(r.shares) AS share))
        """,
    )


def _no_journal_without_payment() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM ledger_journal WHERE kind = 'payment_received' AND reverses_id IS NULL",
        """
        SELECT format('jurnal %s (%s) tidak punya pembayaran', j.id, j.source)
          FROM ledger_journal j
         WHERE j.kind = 'payment_received' AND j.reverses_id IS NULL
           AND NOT EXISTS (SELECT FROM incoming_payment p WHERE p.journal_id = j.id)
         ORDER BY j.id
        """,
    )


def _receivable() -> Finding:
    """The acquirer owes us a payment's amount until it is credited; never less than nothing, never more."""
    return count_and_problems(
        _PAYMENTS,
        """
        WITH owed AS (
            SELECT j.source, sum(e.amount) AS amount
              FROM ledger_entry e JOIN ledger_journal j ON j.id = e.journal_id
             WHERE j.source LIKE 'payment:%' AND e.account_id IN (
                   SELECT account_id FROM ledger_postingrule WHERE role = 'acquirer_receivable')
             GROUP BY j.source)
        SELECT format('pembayaran %s: piutang pada bank %s, seharusnya 0 sampai %s', p.id, o.amount, p.amount)
          FROM incoming_payment p LEFT JOIN owed o ON o.source = 'payment:' || p.id
         WHERE o.amount IS NULL OR o.amount NOT BETWEEN 0 AND p.amount
         ORDER BY p.recorded_at
        """,
    )


def _paid_by_money() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM incoming_paymentrequest",
        """
        SELECT format('permintaan %s berkeadaan %s, pembayaran pelunas %s', r.id, r.state, coalesce(s.n, 0))
          FROM incoming_paymentrequest r
          LEFT JOIN LATERAL (
                SELECT count(*) AS n, min(p.revenue_amount) AS revenue FROM incoming_payment p
                 WHERE p.request_id = r.id AND p.kind IN ('exact', 'excess')) s ON true
         WHERE (r.state = 'paid' AND (s.n <> 1 OR s.revenue <> r.amount))
            OR (r.state <> 'paid' AND s.n > 0)
         ORDER BY r.created_at
        """,
    )


def _identities() -> Finding:
    """No two payments are the same money: by identity, and by RRN within one reference."""
    return count_and_problems(
        _PAYMENTS,
        """
        SELECT format('%s pembayaran dengan tanda pengenal yang sama: %s', count(*), identity)
          FROM incoming_payment GROUP BY identity HAVING count(*) > 1
        UNION ALL
        SELECT format('%s pembayaran dengan rujukan %s dan RRN %s', count(*), partner_reference_no, rrn)
          FROM incoming_payment WHERE request_id IS NOT NULL
         GROUP BY partner_id, partner_reference_no, rrn HAVING count(*) > 1
        """,
    )


def _one_per_thing() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM incoming_paymentrequest",
        """
        SELECT format('tagihan %s %s lunas %s kali', payable_kind, payable_key, count(*))
          FROM incoming_paymentrequest WHERE state = 'paid'
         GROUP BY payable_kind, payable_key HAVING count(*) > 1
        """,
    )


def _followed_up() -> Finding:
    """Whatever does not settle stands in the list of exceptions."""
    return count_and_problems(
        "SELECT count(*) FROM incoming_payment WHERE kind <> 'exact'",
        """
        SELECT format('pembayaran %s (%s) tanpa catatan kejanggalan', p.id, p.kind)
          FROM incoming_payment p
         WHERE p.kind <> 'exact'
           AND NOT EXISTS (SELECT FROM incoming_moneyexception e WHERE e.payment_id = p.id)
        """,
    )


def _audited() -> Finding:
    return count_and_problems(
        _PAYMENTS,
        """
        SELECT format('pembayaran %s tanpa jejak audit', p.id) FROM incoming_payment p
         WHERE NOT EXISTS (SELECT FROM opd_auditevent a WHERE a.subject_type = 'incoming.payment'
                              AND a.subject_id = p.id::text AND a.action = 'payment.record')
        """,
    )


def _guards() -> Finding:
    return guards_standing(_GUARDS)


LAWS = (
    Law(
        "incoming.journals", "setiap pembayaran punya jurnal dengan jumlah dan pembagian yang sama", _journals
    ),
    Law(
        "incoming.no_orphan_journal", "setiap jurnal penerimaan punya pembayaran", _no_journal_without_payment
    ),
    Law("incoming.receivable", "piutang pada bank tidak pernah melebihi pembayarannya", _receivable),
    Law("incoming.paid_by_money", "setiap permintaan lunas punya tepat satu pelunas", _paid_by_money),
    Law("incoming.shares", "bagian per kode rekening menghabiskan tagihannya", _shares),
    Law("incoming.recognitions", "setiap klaim memindahkan tepat uangnya dari titipan", _recognitions),
    Law("incoming.identities", "tidak ada uang yang dibukukan dua kali", _identities),
    Law("incoming.one_per_thing", "setiap tagihan lunas paling banyak sekali", _one_per_thing),
    Law(
        "incoming.followed_up",
        "setiap pembayaran yang tidak biasa tercatat sebagai kejanggalan",
        _followed_up,
    ),
    Law("incoming.audited", "setiap pembayaran ada di jejak audit", _audited),
    *va.LAWS,
    *refund_laws.LAWS,
    *compensation_laws.LAWS,
    Law("incoming.guards", "penjaga fakta uang terpasang di basis data", _guards),
)
