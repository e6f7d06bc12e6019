"""Indonesian words for what happens to a spend."""

from __future__ import annotations

from payments.spending.rules import Deed, State

DEEDS: dict[Deed, str] = {
    Deed.SUBMIT: "diajukan",
    Deed.APPROVE: "disetujui",
    Deed.REJECT: "ditolak",
    Deed.CANCEL: "dibatalkan",
    Deed.TEST: "diuji",
    Deed.BEGIN: "dibayar",
    Deed.SETTLE: "dicatat terbayar",
    Deed.FAIL: "dikembalikan ke keadaan siap dibayar",
    Deed.CHARGE: "dibebankan ke kartu",
    Deed.VERIFY: "diverifikasi",
    Deed.RATIFY: "disahkan",
    Deed.RATIFY_DIRECT: "disahkan",
}

TONES: dict[State, str] = {
    State.DRAFT: "quiet",
    State.SUBMITTED: "wait",
    State.APPROVED: "wait",
    State.TESTED: "wait",
    State.PAYING: "wait",
    State.PAID: "ok",
    State.VERIFIED: "ok",
    State.PASSED: "ok",
    State.REJECTED: "bad",
    State.CANCELLED: "quiet",
}

NEXT: dict[State, str] = {
    State.DRAFT: "Draf ini belum menahan anggaran. Pengusul mengajukannya setelah lengkap.",
    State.SUBMITTED: "Menunggu persetujuan Pengguna Anggaran atau Kuasa Pengguna Anggaran.",
    State.APPROVED: "Menunggu bendahara pengeluaran menguji bukti dan perhitungannya.",
    State.TESTED: "Siap dibayar; menunggu bendahara pengeluaran membayar.",
    State.PAYING: "Pembayaran sedang berjalan; menunggu kabar bank.",
    State.PAID: "Sudah dibayar; menunggu PPK-OPD memverifikasi.",
    State.VERIFIED: "Sudah diverifikasi; menunggu bendahara memasukkannya ke SPP.",
    State.PASSED: "Selesai: SP2D sudah mengesahkan belanja ini.",
    State.REJECTED: "Ditolak; anggarannya sudah dilepas.",
    State.CANCELLED: "Dibatalkan oleh pengusul; anggarannya tidak ditahan.",
}

NEXT_CARD = "Disetujui; menunggu tagihan kartu diuji dan masuk Daftar Pembayaran Tagihan."
NEXT_LS = "Siap dibayar; menunggu SPP-LS, SPM, dan SP2D dari Kuasa BUD."
NEXT_CLAIMED = "Sudah diverifikasi dan masuk SPP; menunggu SP2D."


def next_step(state: State, source: str, *, claimed: bool) -> str:
    """What waits for whom, in a sentence."""
    if state is State.APPROVED and source == "kkpd":
        return NEXT_CARD
    if state is State.TESTED and source == "ls":
        return NEXT_LS
    if state is State.VERIFIED and claimed:
        return NEXT_CLAIMED
    return NEXT[state]
