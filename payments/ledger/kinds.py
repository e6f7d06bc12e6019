"""What a person reads for a journal's kind."""

LABELS: dict[str, str] = {
    "payment_received": "Pembayaran diterima",
    "payment_recognised": "Uang QRIS statis diklaim",
    "payment_compensated": "Titipan dikompensasi ke tagihan lain",
    "credited_to_rkud": "Masuk RKUD",
    "revenue_booked": "Pendapatan dibukukan",
    "reversal": "Pembalikan",
    "refund_by_bank": "Dikembalikan bank kepada pembayar",
    "refund_restitution": "Restitusi dari RKUD",
    "refund_prior_year": "Restitusi tahun lalu dari BTT",
    "fund_received": "Uang persediaan diterima",
    "fund_returned": "Sisa uang disetor kembali",
    "spending_paid": "Belanja dibayar",
    "spending_charged": "Belanja dengan kartu",
    "spending_passed": "Belanja disahkan",
    "spending_direct": "Belanja LS dibayar BUD",
    "spending_refunded": "Belanja dikembalikan penyedia",
    "tax_deposited": "Pajak disetor",
    "card_bill_paid": "Tagihan KKPD dibayar",
    "emoney_topped_up": "Uang elektronik diisi",
    "emoney_spent": "Belanja uang elektronik",
    "emoney_returned": "Sisa uang elektronik kembali",
    "cash_withdrawn": "Tunai diambil",
    "cash_deposited": "Tunai disetor ke rekening",
    "advance_given": "Panjar diberikan",
    "advance_settled": "Panjar dipertanggungjawabkan",
    "counter_cash": "Penerimaan tunai di loket",
    "counter_card": "Penerimaan EDC atau uang elektronik di loket",
    "counter_deposited": "Tunai disetor dengan STS",
    "counter_credited": "Setoran STS masuk RKUD",
    "counter_revenue": "Pendapatan tunai dibukukan",
}


def label(kind: str) -> str:
    return LABELS.get(kind, kind.replace("_", " ").capitalize())
