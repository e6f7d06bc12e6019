"""Laws of paying for ``manage.py verify``; the room's ``verification`` lists them with its own."""

from opd.office.verification import Law, count_and_problems

_ORDERS = "SELECT count(*) FROM snap_outgoingcall WHERE service IN ('17', '18', '50')"
_ORDERED = """
    SELECT format('rujukan %s: %s perintah bayar dikirim ke bank', reference, count(*))
    FROM snap_outgoingcall
    WHERE service IN ('17', '18', '50') AND retry_of_id IS NULL
    GROUP BY reference HAVING count(*) > 1
    UNION ALL
    SELECT format('panggilan %s: perintah bayar diulang padahal yang pertama tidak ditolak', again.id)
    FROM snap_outgoingcall AS again JOIN snap_outgoingcall AS first ON first.id = again.retry_of_id
    WHERE again.service IN ('17', '18', '50')
      AND NOT (first.state = 'refused' AND first.response_code ~ '^401..0[13]$')
"""
_PAYMENTS = "SELECT count(*) FROM spending_disbursement"
_RULED = """
    SELECT format('pembayaran %s (%s): usulan hasil %s masih menunggu', d.id, d.state, r.id)
    FROM spending_ruling AS r JOIN spending_disbursement AS d ON d.id = r.disbursement_id
    WHERE r.state = 'proposed' AND d.state NOT IN ('intended', 'pending')
    UNION ALL
    SELECT format('pembayaran %s (%s): dipastikan %s', d.id, d.state, r.verdict)
    FROM spending_ruling AS r JOIN spending_disbursement AS d ON d.id = r.disbursement_id
    WHERE r.state = 'confirmed'
      AND d.state <> CASE r.verdict WHEN 'paid' THEN 'succeeded' ELSE 'failed' END
    UNION ALL
    SELECT format('pembayaran %s: hasilnya dipastikan oleh yang membayar atau mengusulkan', d.id)
    FROM spending_ruling AS r JOIN spending_disbursement AS d ON d.id = r.disbursement_id
    WHERE r.state = 'confirmed' AND r.decided_by_id IN (r.proposed_by_id, d.made_by_id)
"""
_CONTRADICTED = """
    SELECT format('pembayaran %s (%s): kabar bank %s tidak berlawanan dengannya', d.id, d.state, c.told)
    FROM spending_contradiction AS c JOIN spending_disbursement AS d ON d.id = c.disbursement_id
    WHERE d.state <> CASE c.told WHEN 'paid' THEN 'failed' ELSE 'succeeded' END
"""

LAWS = [
    Law(
        "spending.ordered_once",
        "setiap rujukan bayar diperintahkan ke bank paling banyak sekali",
        lambda: count_and_problems(_ORDERS, _ORDERED),
    ),
    Law(
        "spending.rulings",
        "setiap pembayaran yang hasilnya dipastikan orang berakhir demikian, oleh dua orang",
        lambda: count_and_problems(_PAYMENTS, _RULED),
    ),
    Law(
        "spending.contradictions",
        "setiap kabar bank yang berlawanan memang berlawanan dengan akhir pembayarannya",
        lambda: count_and_problems(_PAYMENTS, _CONTRADICTED),
    ),
]
