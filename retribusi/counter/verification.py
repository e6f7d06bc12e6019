"""Laws of the counter: what was taken stands in the books, and cash is where the papers say it is."""

from __future__ import annotations

from opd.office.verification import Finding, Law, count_and_problems, guards_standing
from retribusi.counter.models import Shift
from retribusi.counter.queries import totals_of

_GUARDS = frozenset({
    *(("counter_shift", f"counter_shift_{word}") for word in ("kept", "guard")),
    *(("counter_sale", f"counter_sale_{word}") for word in ("kept", "guard")),
    *(("counter_deposit", f"counter_deposit_{word}") for word in ("kept", "guard")),
    ("counter_reduction", "counter_reduction_append_only"),
})  # fmt: skip
_CASH_SALES = "FROM counter_sale s JOIN retribusi_order o ON o.id = s.order_id AND o.channel = 'cash'"
_OF_ROLE = "e.account_id IN (SELECT account_id FROM ledger_postingrule WHERE role = '{role}')"


def _booked() -> Finding:
    """Money taken has one journal of its kind and amount; a journal of the counter has its sale."""
    return count_and_problems(
        "SELECT count(*) FROM counter_sale WHERE journal IS NOT NULL",
        """
        SELECT format('penjualan %s (%s) tidak cocok dengan jurnalnya', o.code, o.channel)
          FROM retribusi_order o LEFT JOIN counter_sale s ON s.order_id = o.id
          LEFT JOIN ledger_journal j ON j.id = s.journal AND j.source = 'sale:' || o.id
               AND j.kind = CASE o.channel WHEN 'cash' THEN 'counter_cash' ELSE 'counter_card' END
          LEFT JOIN LATERAL (SELECT sum(e.amount) AS debit FROM ledger_entry e
               WHERE e.journal_id = j.id AND e.amount > 0) d ON true
         WHERE o.channel <> 'qris' AND (o.state <> 'paid' OR d.debit IS DISTINCT FROM o.total)
        UNION ALL
        SELECT format('penjualan QRIS atau gratis %s membawa jurnal tunai', o.code)
          FROM counter_sale s JOIN retribusi_order o ON o.id = s.order_id AND o.channel = 'qris'
         WHERE s.journal IS NOT NULL
        UNION ALL
        SELECT format('jurnal %s tanpa penjualan di loket', j.id) FROM ledger_journal j
         WHERE j.kind IN ('counter_cash', 'counter_card') AND j.reverses_id IS NULL
           AND NOT EXISTS (SELECT FROM counter_sale s WHERE s.journal = j.id)
        """,
    )


def _held() -> Finding:
    """By agency: the ledger's cash of the receiving treasurer is the cash that no STS has taken."""
    return count_and_problems(
        f"SELECT count(*) {_CASH_SALES}",
        f"""
        SELECT format('OPD %s: kas menurut buku %s, menurut penjualan %s', opd, coalesce(b.sum, 0),
                      coalesce(s.sum, 0))
          FROM (SELECT p.opd_id AS opd, sum(o.total) AS sum {_CASH_SALES}
                  JOIN counter_shift h ON h.id = s.shift_id AND h.deposit_id IS NULL
                  JOIN retribusi_collectionpoint p ON p.id = h.point_id GROUP BY 1) s
          FULL JOIN (SELECT e.opd_id AS opd, sum(e.amount) AS sum FROM ledger_entry e
                      WHERE {_OF_ROLE.format(role="br_cash")} GROUP BY 1) b USING (opd)
         WHERE coalesce(b.sum, 0) <> coalesce(s.sum, 0)
        """,
    )


def _closed_totals() -> Finding:
    """A closed shift's frozen totals are those of its sales; no cash or card sale is left out of them."""
    rows, problems = 0, []
    for shift in Shift.objects.filter(closed_at__isnull=False).iterator(chunk_size=500):
        rows += 1
        now = totals_of(shift)
        if now != shift.totals or f"{shift.cash_total:.2f}" != now["cash"]["amount"]:
            problems.append(f"shift {shift.pk}: jumlah yang dibekukan bukan jumlah penjualannya")
        if shift.sales.filter(in_totals=False, journal__isnull=False).exists():
            problems.append(f"shift {shift.pk}: penjualan tunai atau kartu tidak ikut dihitung")
    return Finding(rows, problems[:50])


def _deposits() -> Finding:
    """An STS is the cash of its shifts, to the rupiah, with its journal and its numbered paper."""
    return count_and_problems(
        "SELECT count(*) FROM counter_deposit",
        f"""
        SELECT format('setoran %s berjumlah %s, tunai shiftnya %s', d.id, d.amount, coalesce(c.sum, 0))
          FROM counter_deposit d
          LEFT JOIN (SELECT h.deposit_id, sum(o.total) AS sum {_CASH_SALES}
                       JOIN counter_shift h ON h.id = s.shift_id GROUP BY 1) c ON c.deposit_id = d.id
          LEFT JOIN LATERAL (SELECT sum(e.amount) AS debit FROM ledger_entry e JOIN ledger_journal j
               ON j.id = e.journal_id AND j.kind = 'counter_deposited' AND j.source = 'sts:' || d.id
               WHERE e.journal_id = d.journal AND e.amount > 0) b ON true
         WHERE d.amount IS DISTINCT FROM c.sum OR b.debit IS DISTINCT FROM d.amount
            OR NOT EXISTS (SELECT FROM office_document p WHERE p.kind = 'sts' AND p.voided_at IS NULL
                           AND p.subject_type = 'counter.deposit' AND p.subject_id = d.id::text
                           AND p.amount = d.amount)
        """,
    )


def _in_transit() -> Finding:
    """What is under way to RKUD by the ledger is what STS deposited and nobody found in RKUD yet."""
    return count_and_problems(
        "SELECT count(*) FROM counter_deposit",
        f"""
        SELECT format('OPD %s: dalam perjalanan menurut buku %s, menurut STS %s', opd, coalesce(b.sum, 0),
                      coalesce(d.sum, 0))
          FROM (SELECT opd_id AS opd, sum(amount) AS sum FROM counter_deposit
                 WHERE credited_date IS NULL GROUP BY 1) d
          FULL JOIN (SELECT e.opd_id AS opd, sum(e.amount) AS sum FROM ledger_entry e
                      WHERE {_OF_ROLE.format(role="deposit_in_transit")} GROUP BY 1) b USING (opd)
         WHERE coalesce(b.sum, 0) <> coalesce(d.sum, 0)
        """,
    )


def _reductions() -> Finding:
    """Who paid less than the tariff has a ground, and pays no more than the tariff."""
    return count_and_problems(
        "SELECT count(*) FROM counter_reduction",
        "SELECT format('keringanan %s tidak di bawah tarifnya', r.id) FROM counter_reduction r"
        " JOIN retribusi_orderline l ON l.id = r.line_id WHERE l.unit_amount > r.usual_amount",
    )


def _guards() -> Finding:
    return guards_standing(sorted(_GUARDS))


LAWS = (
    Law("counter.booked", "setiap tunai dan kartu di loket punya jurnalnya", _booked),
    Law("counter.cash_held", "kas bendahara penerimaan sama dengan tunai yang belum disetor", _held),
    Law("counter.closed_totals", "jumlah shift yang ditutup sama dengan penjualannya", _closed_totals),
    Law("counter.deposits", "setiap STS sama dengan tunai yang disetornya", _deposits),
    Law("counter.in_transit", "setoran dalam perjalanan sama dengan STS yang belum masuk RKUD", _in_transit),
    Law("counter.reductions", "setiap keringanan berdasar dan tidak melebihi tarif", _reductions),
    Law("counter.guards", "penjaga loket terpasang di basis data", _guards),
)
