"""What the bank's refusals mean, in words for a treasurer. Pure and total."""

from __future__ import annotations

_REFUSALS = {
    "40302": "Jumlahnya melewati batas satu transaksi di bank.",
    "40303": "Bank menduga transaksi ini tidak wajar dan menolaknya.",
    "40304": "Batas banyaknya transaksi hari ini sudah tercapai.",
    "40305": "Bank menolak transaksi ini.",
    "40306": "Bank sedang tidak melayani transaksi ini.",
    "40307": "Kartu diblokir oleh bank penerbit.",
    "40308": "Kartu sudah habis masa berlakunya.",
    "40309": "Rekening tidak aktif (dormant).",
    "40314": "Saldo rekening sumber tidak cukup.",
    "40315": "Bank tidak mengizinkan transaksi ini.",
    "40318": "Rekening sudah ditutup atau tidak aktif.",
    "40319": "Merchant ini diblokir bank.",
    "40320": "Merchant ini sudah mencapai batas penerimaannya.",
    "40323": "Batas rekening atau kartu terlampaui.",
    "40402": "Bank tujuan bukan tujuan yang sah untuk cara bayar ini.",
    "40403": "Bank tujuan tidak dilayani.",
    "40408": "Merchant tidak dikenal bank.",
    "40411": "Rekening tidak dikenal bank.",
    "40413": "Jumlahnya tidak sama dengan yang ditetapkan QRIS.",
}
_EARLIER = {
    "40901": "Bank sudah mengenal rujukan ini; keadaannya ditanyakan, tidak dibayar lagi.",
    "40418": "Bank mengenal rujukan ini dengan isi lain; keadaannya ditanyakan, tidak dibayar lagi.",
}
_STATUS = {
    "01": "Bank baru menerima perintah ini.",
    "02": "Bank sedang mengerjakan pembayaran ini.",
    "03": "Bank masih memproses pembayaran ini.",
    "04": "Bank menyatakan uangnya dikembalikan. Cocokkan dengan rekening koran, lalu hubungi bank.",
    "05": "Bank membatalkan pembayaran ini.",
    "06": "Bank menyatakan pembayaran ini gagal.",
    "07": "Bank tidak mengenal transaksi ini.",
}


def reason_of(code: str) -> str:
    """Why an order was refused, by its seven-digit responseCode; with the code, for the bank's desk."""
    short = code[:3] + code[5:]
    known = _REFUSALS.get(short) or _EARLIER.get(short)
    if known is None and short[:3] in {"400", "401"}:
        known = "Bank tidak menerima permintaan kita; minta administrator memeriksa sambungan bank."
    if known is None and short[:3] == "429":
        known = "Bank sedang terlalu sibuk."
    return f"{known or 'Bank menolak transaksi ini.'} (kode {code})"


def status_reason(status: object) -> str:
    """What a latestTransactionStatus other than success says."""
    known = _STATUS.get(status) if isinstance(status, str) else None
    return known or "Jawaban bank belum jelas."
