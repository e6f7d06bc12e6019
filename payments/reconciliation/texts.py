"""What each difference is called, what it means for the money, and what to do about it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    MISSING_OURS = "missing_ours"
    MISSING_BANK = "missing_bank"
    AMOUNT_DIFFERS = "amount_differs"
    FEE_DIFFERS = "fee_differs"
    SECOND_PAYMENT = "second_payment"
    REPEATED_LINE = "repeated_line"
    BATCH_NOT_CREDITED = "batch_not_credited"
    CREDIT_DIFFERS = "credit_differs"
    CREDIT_UNEXPLAINED = "credit_unexplained"


@dataclass(frozen=True)
class KindText:
    """``label`` names it in a list; ``meaning`` speaks of the money; ``action`` of the next step."""

    label: str
    meaning: str
    action: str


TEXTS: dict[Kind, KindText] = {
    Kind.MISSING_OURS: KindText(
        "Ada di bank, tidak ada pada kita",
        "Bank menyelesaikan transaksi yang tidak kita kenal. Uangnya masuk, tetapi belum dibukukan.",
        "Cari pesanannya dengan RRN. Bila memang penerimaan kita, catat sebagai titipan; bila bukan, "
        "kirim pertanyaan tertulis ke bank.",
    ),
    Kind.MISSING_BANK: KindText(
        "Ada pada kita, tidak ada di settlement",
        "Pembayaran sudah dinyatakan lunas, tetapi tidak ada dalam settlement hari itu. Uangnya belum tentu "
        "masuk RKUD.",
        "Periksa apakah semua berkas settlement hari itu sudah diunggah. Bila sudah, tanyakan ke bank.",
    ),
    Kind.AMOUNT_DIFFERS: KindText(
        "Jumlah berbeda",
        "Jumlah menurut bank lain dari jumlah yang kita catat. Pembayaran ini belum dibukukan ke pendapatan.",
        "Minta bukti transaksi ke bank, lalu jelaskan mana yang benar.",
    ),
    Kind.FEE_DIFFERS: KindText(
        "Potongan (MDR) berbeda",
        "Bank memotong biaya yang tidak sesuai ketentuan. Pendapatan tetap bruto; potongannya menjadi "
        "tagihan kepada bank.",
        "Tagih pengembalian potongan ke bank dan catat nomor suratnya.",
    ),
    Kind.SECOND_PAYMENT: KindText(
        "Pembayaran kedua",
        "Satu tagihan dibayar dua kali. Uang yang kedua tercatat sebagai titipan, bukan pendapatan.",
        "Hubungi pembayar bila ia melapor, dan proses pengembaliannya. Jelaskan di sini bila sudah.",
    ),
    Kind.REPEATED_LINE: KindText(
        "Baris ganda untuk satu pembayaran",
        "Bank menyebut pembayaran yang sama pada dua baris berbeda. Hanya satu yang dihitung.",
        "Tanyakan ke bank baris mana yang berlaku; jangan unggah ulang berkas lama.",
    ),
    Kind.BATCH_NOT_CREDITED: KindText(
        "Belum masuk RKUD",
        "Rekening koran untuk hari jatuh temponya sudah ada, tetapi dana settlement ini belum masuk RKUD.",
        "Tanyakan ke bank kapan batch ini dikreditkan. Selisih hilang sendiri bila dananya masuk.",
    ),
    Kind.CREDIT_DIFFERS: KindText(
        "Dana masuk berbeda dari settlement",
        "Jumlah yang masuk RKUD lain dari jumlah settlement. Batch ini belum dibukukan ke pendapatan.",
        "Minta rincian ke bank. Bila bank menambah atau mengoreksi, unggah berkas barunya.",
    ),
    Kind.CREDIT_UNEXPLAINED: KindText(
        "Dana masuk belum dikenali",
        "RKUD menerima dana settlement yang batch-nya belum kita punya. Uangnya ada, rinciannya belum.",
        "Unggah berkas settlement untuk batch itu. Selisih hilang sendiri sesudahnya.",
    ),
}
"""AMOUNT_DIFFERS is about one payment, CREDIT_DIFFERS about one batch."""


class Rule(StrEnum):
    """How a payment and a settlement line were recognised as the same; in the order they are tried."""

    REFERENCE = "reference"
    RRN = "rrn"
    BILL = "bill"
    RECORDED = "recorded"
    WINDOW = "window"


RULES: dict[Rule, str] = {
    Rule.REFERENCE: "Nomor rujukan dan RRN sama",
    Rule.RRN: "RRN, NMID, dan jumlah sama",
    Rule.BILL: "RRN sama, dan nomor tagihan dalam QR bagian dari rujukan kita",
    Rule.RECORDED: "Baru diketahui dari berkas ini; kabar bank tidak pernah sampai",
    Rule.WINDOW: "PAN merchant, jumlah, dan waktu cocok, ditegaskan petugas",
}


class Matched(StrEnum):
    """What was recognised as the same money."""

    PAYMENT = "payment"
    CREDIT = "credit"
    DIRECT = "direct"


MATCHED: dict[Matched, str] = {
    Matched.PAYMENT: "pembayaran dengan baris settlement",
    Matched.CREDIT: "dana masuk dengan batch",
    Matched.DIRECT: "dana masuk dengan pembayaran Virtual Account",
}
CREDIT_RULES = {
    "exact": "Satu dana masuk menyebut batch ini dan sama jumlahnya",
    "confirmed": "Jumlah sama dan waktunya dekat, ditegaskan petugas",
    "tolerance": "Selisih dalam toleransi, ditegaskan petugas; sisanya tetap selisih",
    "group": "Gabungan berjumlah sama, ditegaskan petugas",
    "sum": "Beberapa dana masuk menyebut batch ini dan bersama-sama sama jumlahnya",
}
DIRECT_RULE = "Nomor rujukan dan jumlah sama"


class Offered(StrEnum):
    """What a suggestion brings together."""

    PAYMENT = "payment"
    CREDIT = "credit"
    GROUP = "group"


OFFERED: dict[Offered, str] = {
    Offered.PAYMENT: "pembayaran dengan baris settlement",
    Offered.CREDIT: "satu dana masuk dengan satu batch",
    Offered.GROUP: "gabungan dana masuk dan batch",
}
