"""What the books add up to, for a backup to tell and a restored database to prove."""

from opd.office.backup.figures import Figure

_LAST = """
    SELECT coalesce((SELECT id || ':' || encode(hash, 'hex') FROM {} ORDER BY id DESC LIMIT 1), '-')
"""

FIGURES = (
    Figure(
        "ledger.seal",
        "segel terakhir",
        _LAST.format("ledger_block"),
    ),
    Figure(
        "ledger.last_journal",
        "jurnal terakhir",
        _LAST.format("ledger_journal"),
    ),
    Figure(
        "ledger.debits",
        "jumlah debit tiap buku (rupiah)",
        "SELECT coalesce(string_agg(book || ' ' || debit, ', ' ORDER BY book), '-') FROM ("
        "SELECT book, sum(amount) AS debit FROM ledger_entry WHERE amount > 0 GROUP BY book) b",
    ),
)
