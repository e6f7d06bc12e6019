"""What the bank answered, in a sentence for the visitor."""

from __future__ import annotations

from django.contrib import messages
from django.utils.translation import gettext_lazy as _

from retribusi.services.paying import Outcome

SENTENCES = {
    Outcome.UNPAID: (
        messages.INFO,
        _(
            "Jawaban bank: belum ada pembayaran untuk QR ini. Bila saldo Anda sudah berkurang, "
            "jangan bayar lagi; tunggu satu menit, lalu tanya lagi."
        ),
    ),
    Outcome.SILENT: (
        messages.WARNING,
        _(
            "Bank belum menjawab. Kami terus bertanya sendiri; "
            "pembayaran yang sudah terjadi tidak akan hilang."
        ),
    ),
    Outcome.PENDING: (
        messages.WARNING,
        _(
            "Bank belum memastikan QR ini tidak dibayar, jadi pesanan belum dibatalkan. "
            "Coba lagi sebentar lagi."
        ),
    ),
    Outcome.JUST_ASKED: (
        messages.INFO,
        _("Bank baru saja ditanya. Tunggu beberapa detik sebelum bertanya lagi."),
    ),
}
"""Paid, ready, refused and cancelled speak for themselves on the page."""
