"""What the gate's screen says, for the server and, sent along with the list, for a phone without network."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Tone = Literal["ok", "wait", "bad"]


@dataclass(frozen=True)
class Words:
    """``title`` is read from an arm's length; ``text`` says what to do, with {words} to be filled in."""

    tone: Tone
    icon: str
    title: str
    text: str


ANSWERS: dict[str, Words] = {
    "accepted": Words("ok", "masuk", "Boleh masuk", "{tarif}"),
    "already_used": Words(
        "bad",
        "dipakai",
        "Sudah dipakai",
        "Tiket ini sudah masuk {pada} di {perangkat}. Jangan izinkan masuk; minta tiket lain.",
    ),
    "other_day": Words(
        "bad", "hari", "Hari lain", "Tiket ini berlaku {tanggal}, bukan hari ini. Arahkan ke loket."
    ),
    "other_point": Words(
        "bad", "tempat", "Tempat lain", "Tiket ini untuk {titik}, bukan untuk tempat ini. Arahkan ke loket."
    ),
    "refunded": Words(
        "bad",
        "kembali",
        "Sudah dikembalikan",
        "Uang tiket ini dikembalikan, jadi tiketnya tidak berlaku lagi.",
    ),
    "forged": Words(
        "bad",
        "palsu",
        "Tiket palsu",
        "Tanda tangannya bukan tanda tangan kami: isinya diubah atau dibuat orang lain. Panggil atasan Anda.",
    ),
    "unknown": Words(
        "bad",
        "asing",
        "Tidak dikenal",
        "Tidak ada tiket seperti ini. Pastikan kodenya benar, atau pindai QR tiketnya.",
    ),
    "unlisted": Words(
        "wait",
        "asing",
        "Belum dapat diperiksa",
        "Tidak ada di daftar pukul {daftar}; mungkin baru dibeli. Pindai QR tiketnya.",
    ),
    "unverifiable": Words(
        "wait",
        "asing",
        "Belum dapat diperiksa",
        "Tidak ada di daftar pukul {daftar}, dan peramban ini tidak dapat memeriksa tanda tangannya.",
    ),
    "damaged": Words(
        "wait",
        "asing",
        "QR tidak utuh",
        "QR tiket tidak terbaca utuh. Pindai ulang, atau ketik kode lisannya.",
    ),
    "version": Words(
        "wait",
        "asing",
        "Versi baru",
        "Tiket ini lebih baru daripada halaman ini. Muat ulang saat ada jaringan.",
    ),
    "mixed_up": Words(
        "wait",
        "asing",
        "Tidak dapat dicatat",
        "Catatan ini bukan milik titik Anda. Muat ulang, lalu pindai lagi.",
    ),
    "not_a_ticket": Words(
        "wait", "asing", "Bukan tiket", "Ini bukan QR tiket dan bukan kode enam karakter. Coba lagi."
    ),
}


def filled(code: str, **facts: str) -> dict[str, str]:
    """The words of one answer with its facts in place, as the phone shows them."""
    words = ANSWERS[code]
    return asdict(words) | {"text": words.text.format_map(facts)}


def for_phone() -> dict[str, dict[str, str]]:
    return {code: asdict(words) for code, words in ANSWERS.items()}
