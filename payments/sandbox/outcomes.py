"""What can happen when somebody presses "Bayar": the choices on the phone page, in words for its reader."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from payments.sandbox.models import Partner, QrState

DAILY, NOTICE, CONTENT = "Pembayaran", "Berita dari bank", "Isi berita"


class Outcome(StrEnum):
    PAYS = "pays"
    TWICE = "twice"
    AGAIN = "again"
    LATE = "late"
    LOST = "lost"
    DELAYED = "delayed"
    REPEATED_SAME = "repeated_same"
    REPEATED_NEW = "repeated_new"
    FORGED = "forged"
    FORGED_ONLY = "forged_only"
    WRONG_AMOUNT = "wrong_amount"
    NO_AMOUNT = "no_amount"
    NO_RRN = "no_rrn"
    SHORT = "short"
    EXCESS = "excess"


@dataclass(frozen=True)
class Words:
    """``label`` and ``help`` before the press; ``done`` and ``expect`` on the page after it."""

    group: str
    label: str
    help: str
    done: str
    expect: str


WORDS: dict[Outcome, Words] = {
    Outcome.PAYS: Words(
        DAILY,
        "Bayar",
        "Uang pindah, bank memberi tahu aplikasi.",
        "Bank mencatat satu pembayaran dan mengirim satu berita bertanda tangan.",
        "Halaman pengunjung menjadi Lunas dalam sekitar satu detik, tiket dan kuitansinya terbit.",
    ),
    Outcome.LATE: Words(
        DAILY,
        "Bayar setelah kedaluwarsa",
        "Bila QRIS masih berlaku, ponsel menunggu sampai waktunya lewat.",
        "Bank mencatat pembayaran sesudah QRIS kedaluwarsa, lalu mengirim berita.",
        "Uang dibukukan sebagai kewajiban (terlambat), bukan pendapatan; tiket tidak terbit dan "
        "halaman pengunjung menjelaskan ke mana uangnya.",
    ),
    Outcome.TWICE: Words(
        DAILY,
        "Bayar dua kali",
        "Dua pembayaran dengan dua RRN untuk satu QRIS.",
        "Bank mencatat dua pembayaran dengan RRN berbeda dan mengirim dua berita.",
        "Pembayaran pertama melunasi. Yang kedua dibukukan sebagai kewajiban (ganda); tiketnya tetap satu.",
    ),
    Outcome.AGAIN: Words(
        DAILY,
        "Bayar sekali lagi",
        "QRIS ini sudah dibayar; ini menjadi pembayaran kedua.",
        "Bank mencatat satu pembayaran lagi dengan RRN baru dan mengirim beritanya.",
        "Uang tambahan dibukukan sebagai kewajiban (ganda); keadaan yang sudah Lunas tidak berubah.",
    ),
    Outcome.SHORT: Words(
        DAILY,
        "Bank membukukan kurang",
        "Bank mencatat Rp1.000 lebih kecil daripada tagihan.",
        "Bank mencatat pembayaran yang kurang dari jumlah QRIS dan mengirim berita dengan jumlah itu.",
        "Seluruh uang menjadi kewajiban (kurang bayar); pesanan tetap belum lunas.",
    ),
    Outcome.EXCESS: Words(
        DAILY,
        "Bank membukukan lebih",
        "Bank mencatat Rp1.000 lebih besar daripada tagihan.",
        "Bank mencatat pembayaran yang melebihi jumlah QRIS dan mengirim berita dengan jumlah itu.",
        "Pesanan Lunas; kelebihannya dibukukan sebagai kewajiban.",
    ),
    Outcome.LOST: Words(
        NOTICE,
        "Berita hilang",
        "Uang pindah, tetapi bank tidak memberi tahu.",
        "Bank mencatat pembayaran dan sengaja tidak mengirim berita.",
        "Aplikasi menemukannya sendiri dengan bertanya ke bank di sekitar waktu kedaluwarsa, atau segera "
        "bila pengunjung menekan “Tanya bank sekarang”.",
    ),
    Outcome.DELAYED: Words(
        NOTICE,
        "Berita terlambat",
        "Uang pindah sekarang, beritanya menyusul.",
        "Bank mencatat pembayaran; beritanya menunggu selama yang Anda pilih.",
        "Halaman pengunjung tetap menunggu sampai berita datang atau bank ditanya, lalu Lunas.",
    ),
    Outcome.REPEATED_SAME: Words(
        NOTICE,
        "Berita diulang, X-EXTERNAL-ID sama",
        "Berita yang sama persis datang dua kali.",
        "Bank mencatat satu pembayaran dan mengirim dua berita dengan X-EXTERNAL-ID yang sama.",
        "Berita pertama dijawab 2005200, yang kedua 4095200; uang dibukukan sekali.",
    ),
    Outcome.REPEATED_NEW: Words(
        NOTICE,
        "Berita diulang, X-EXTERNAL-ID baru",
        "Isi sama, nomor berita baru.",
        "Bank mencatat satu pembayaran dan mengirim dua berita dengan X-EXTERNAL-ID berbeda.",
        "Kedua berita dijawab 2005200; uang dibukukan sekali.",
    ),
    Outcome.FORGED: Words(
        NOTICE,
        "Berita palsu mendahului yang asli",
        "Tanda tangan salah, X-EXTERNAL-ID berita asli.",
        "Lebih dulu dikirim berita dengan tanda tangan palsu dan X-EXTERNAL-ID berita asli, "
        "dua detik kemudian berita asli.",
        "Berita palsu dijawab 4015200 dan tidak mengubah apa pun; berita asli tetap dijawab 2005200 "
        "dan melunasi.",
    ),
    Outcome.FORGED_ONLY: Words(
        NOTICE,
        "Hanya berita palsu",
        "Tidak ada uang; seseorang mengaku bank.",
        "Tidak ada pembayaran. Hanya dikirim berita dengan tanda tangan palsu.",
        "Berita dijawab 4015200 dan disimpan untuk diperiksa; pesanan tetap belum lunas.",
    ),
    Outcome.WRONG_AMOUNT: Words(
        CONTENT,
        "Jumlah dalam berita salah",
        "Berita menyebut Rp1.000 lebih besar.",
        "Bank mencatat pembayaran dengan jumlah yang benar, tetapi beritanya menyebut jumlah lain.",
        "Aplikasi menjawab 2005200, bertanya ke bank, membukukan jumlah dari bank dan mencatat pengecualian.",
    ),
    Outcome.NO_AMOUNT: Words(
        CONTENT,
        "Berita tanpa amount",
        "Anggota amount tidak ada.",
        "Bank mencatat pembayaran; beritanya tidak memuat amount.",
        "Aplikasi menjawab 2005200, bertanya ke bank, dan membukukan jumlah dari bank.",
    ),
    Outcome.NO_RRN: Words(
        CONTENT,
        "Berita tanpa RRN",
        "Anggota additionalInfo.rrn tidak ada.",
        "Bank mencatat pembayaran; beritanya tidak memuat RRN.",
        "Pembayaran dibukukan dengan nomor referensi; RRN menyusul dari berkas penyelesaian.",
    ),
}

_CHOICES: dict[QrState, list[Outcome]] = {
    QrState.OPEN: [outcome for outcome in WORDS if outcome is not Outcome.AGAIN],
    QrState.EXPIRED: [Outcome.LATE],
    QrState.PAID: [Outcome.AGAIN],
    QrState.CANCELLED: [],
}

_CLAIM = "Uang menjadi titipan di “Uang QRIS statis”, menunggu petugas mengklaimnya sebagai tiket."
_PRINTED: dict[Outcome, str] = {
    Outcome.PAYS: _CLAIM,
    Outcome.LOST: "Aplikasi baru tahu dari berkas penyelesaian: bendahara mencatatnya di “Uang QRIS statis”, "
    "lalu petugas mengklaimnya sebagai tiket.",
    Outcome.DELAYED: f"Belum ada yang terlihat sampai berita datang. {_CLAIM}",
    Outcome.REPEATED_SAME: f"Berita pertama dijawab 2005200, yang kedua 4095200. {_CLAIM} Hanya sekali.",
    Outcome.REPEATED_NEW: f"Kedua berita dijawab 2005200. {_CLAIM} Hanya sekali.",
    Outcome.FORGED_ONLY: "Berita dijawab 4015200 dan disimpan untuk diperiksa; tidak ada uang yang muncul.",
}
"""What can happen to money of a printed QRIS, and what the app should do then."""


def words(outcome: Outcome, *, printed: bool = False) -> Words:
    """In words for the reader; money of a printed QRIS is expected elsewhere than an order's."""
    found = WORDS[outcome]
    return replace(found, expect=_PRINTED[outcome]) if printed else found


def choices(state: QrState, partner: str, *, printed: bool = False) -> list[Outcome]:
    """What the phone offers for a QRIS in this state, the usual one first.

    A guest has no address for notices, so only what money does is offered for its codes. What was typed at a
    printed one is paid once: the next payment is another.
    """
    if printed:
        return list(_PRINTED) if state is QrState.OPEN else []
    offered = _CHOICES[state]
    if partner == Partner.GUEST:
        return [outcome for outcome in offered if WORDS[outcome].group == DAILY]
    return list(offered)
