"""What a person reads for a journal's kind."""

LABELS: dict[str, str] = {
    "payment_received": "Pembayaran diterima",
    "credited_to_rkud": "Masuk RKUD",
    "revenue_booked": "Pendapatan dibukukan",
    "reversal": "Pembalikan",
}


def label(kind: str) -> str:
    return LABELS.get(kind, kind.replace("_", " ").capitalize())
