"""What the payments add up to, for a backup to tell and a restored database to prove."""

from opd.office.backup.figures import Figure

FIGURES = (
    Figure(
        "incoming.payments",
        "jumlah pembayaran yang diterima (rupiah)",
        "SELECT coalesce(sum(amount), 0)::text FROM incoming_payment",
    ),
)
