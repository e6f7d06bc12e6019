"""Words on screen for the states and exceptions of incoming money (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from payments.incoming.rules import Kind, Method, State

STATE_LABELS: dict[State, str] = {
    State.REQUESTING: "Menyiapkan QR",
    State.OPEN: "Menunggu pembayaran",
    State.PAID: "Lunas",
    State.EXPIRED: "Kedaluwarsa",
    State.CANCELLED: "Dibatalkan",
    State.FAILED: "QR tidak terbit",
}

KIND_LABELS: dict[Kind, str] = {
    Kind.EXACT: "Sesuai",
    Kind.EXCESS: "Lebih bayar",
    Kind.SHORT: "Kurang bayar",
    Kind.LATE: "Terlambat",
    Kind.DOUBLE: "Bayar ganda",
    Kind.UNEXPECTED: "Di luar tagihan",
}


METHOD_LABELS: dict[Method, str] = {Method.QRIS: "QRIS", Method.VA: "Virtual Account"}


class Trouble(StrEnum):
    """Something about money that a person must look at."""

    AMOUNT_MISSING = "amount_missing"
    AMOUNT_DIFFERS = "amount_differs"
    UNKNOWN_REFERENCE = "unknown_reference"
    UNKNOWN_TERMINAL = "unknown_terminal"
    UNIDENTIFIED = "unidentified"
    NOT_CONFIRMED = "not_confirmed"
    REFUNDED_AT_BANK = "refunded_at_bank"
    REFUND_AFTER_CREDIT = "refund_after_credit"
    QR_MISMATCH = "qr_mismatch"
    SHORT = "short"
    LATE = "late"
    DOUBLE = "double"
    EXCESS = "excess"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True)
class TroubleText:
    """A title, what it means for the money, and what to do."""

    title: str
    meaning: str
    action: str


_LIABILITY = "Uangnya dibukukan sebagai kewajiban, bukan pendapatan, sampai ada keputusan."
_GIVE_BACK = "Periksa di berkas settlement, lalu proses pengembalian kepada pembayar."

TROUBLE_TEXTS: dict[Trouble, TroubleText] = {
    Trouble.AMOUNT_MISSING: TroubleText(
        "Jumlah tidak disebut bank",
        "Bank memberi tahu ada pembayaran tanpa jumlah yang sah. Uang belum dibukukan dari kabar itu.",
        "Tunggu jawaban bank atas pertanyaan kita; bila tidak ada, cocokkan dengan berkas settlement.",
    ),
    Trouble.AMOUNT_DIFFERS: TroubleText(
        "Jumlah berbeda antar kabar",
        "Dua kabar tentang pembayaran yang sama menyebut jumlah berbeda. Yang dibukukan adalah jawaban bank.",
        "Cocokkan dengan berkas settlement; bila berbeda, minta penjelasan tertulis dari bank.",
    ),
    Trouble.UNKNOWN_REFERENCE: TroubleText(
        "Nomor rujukan tidak dikenal",
        "Ada uang masuk ke rekening penerimaan yang terdaftar, tetapi bukan untuk tagihan kita. "
        + _LIABILITY,
        "Cari asal uang itu pada berkas settlement atau tanyakan kepada bank.",
    ),
    Trouble.UNKNOWN_TERMINAL: TroubleText(
        "NMID atau terminal tidak terdaftar",
        "Uang masuk lewat NMID atau terminal yang tidak ada di daftar rekening penerimaan. "
        "Penerimaan di luar daftar adalah temuan pemeriksa.",
        "Periksa apakah NMID itu milik OPD dan punya SK. Bila ya, daftarkan; bila tidak, lapor ke bank.",
    ),
    Trouble.UNIDENTIFIED: TroubleText(
        "Pembayaran tanpa tanda pengenal",
        "Kabar bank tidak memuat RRN maupun nomor rujukan, jadi belum dapat dibukukan tanpa risiko ganda.",
        "Tunggu berkas settlement hari itu, lalu cocokkan.",
    ),
    Trouble.NOT_CONFIRMED: TroubleText(
        "Belum dipastikan bank",
        "Bank memberi tahu ada pembayaran, tetapi tidak membenarkannya ketika ditanya. Uang belum dibukukan.",
        "Cocokkan dengan berkas settlement hari itu.",
    ),
    Trouble.REFUNDED_AT_BANK: TroubleText(
        "Dikembalikan oleh bank",
        "Bank menyatakan pembayaran ini sudah dikembalikan kepada pembayar.",
        "Minta bukti pengembalian dari bank. Bila pembayarannya sudah dibukukan, catat sebagai pengembalian.",
    ),
    Trouble.REFUND_AFTER_CREDIT: TroubleText(
        "Dikembalikan bank setelah masuk RKUD",
        "Bank mengembalikan uang kepada pembayar, padahal uang itu sudah disetor ke RKUD. Dibukukan sebagai"
        " utang kepada bank.",
        "Minta penjelasan bank: dari mana pengembalian itu akan dipotong.",
    ),
    Trouble.QR_MISMATCH: TroubleText(
        "QR dari bank tidak cocok",
        "QR yang dikirim bank menyebut jumlah, NMID atau nama yang berbeda. QR itu tidak ditampilkan.",
        "Cocokkan daftar rekening penerimaan dengan data merchant di bank.",
    ),
    Trouble.SHORT: TroubleText(
        "Kurang bayar",
        "Pembayar membayar kurang dari tagihan; tagihan belum lunas. " + _LIABILITY,
        _GIVE_BACK,
    ),
    Trouble.LATE: TroubleText(
        "Bayar setelah batas waktu",
        "Pembayaran terjadi setelah tagihan kedaluwarsa menurut waktu bank. " + _LIABILITY,
        _GIVE_BACK,
    ),
    Trouble.DOUBLE: TroubleText(
        "Bayar dua kali",
        "Tagihan sudah lunas, lalu dibayar lagi. " + _LIABILITY,
        _GIVE_BACK,
    ),
    Trouble.EXCESS: TroubleText(
        "Lebih bayar",
        "Tagihan lunas; kelebihannya dibukukan sebagai kewajiban, bukan pendapatan, sampai ada keputusan.",
        "Periksa di berkas settlement, lalu proses pengembalian kelebihannya kepada pembayar.",
    ),
    Trouble.UNEXPECTED: TroubleText(
        "Bayar atas tagihan yang sudah ditutup",
        "Uang masuk untuk tagihan yang sudah dibatalkan atau diganti. " + _LIABILITY,
        _GIVE_BACK,
    ),
}
