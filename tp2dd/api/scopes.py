"""What a token may read, and which events a subscription is told: pure words."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    PAYMENTS = "payments.read"
    SETTLEMENTS = "settlements.read"
    SPENDING = "spending.read"
    LEVIES = "levies.read"
    ROLLUPS = "rollups.read"
    REGISTERS = "registers.read"
    SCORES = "scores.read"


SCOPE_LABELS = {
    Scope.PAYMENTS: "Pembayaran",
    Scope.SETTLEMENTS: "Settlement bank",
    Scope.SPENDING: "Belanja",
    Scope.LEVIES: "Retribusi",
    Scope.ROLLUPS: "Rekap, neraca saldo, segel",
    Scope.REGISTERS: "Daftar OPD dan titik",
    Scope.SCORES: "Nilai penilaian",
}


class EventKind(StrEnum):
    PAID = "payment.paid"
    SETTLED = "payment.settled"
    CREDITED = "payment.credited"
    REFUNDED = "payment.refunded"


EVENT_LABELS = {
    EventKind.PAID: "Dibayar",
    EventKind.SETTLED: "Disetor bank (settlement)",
    EventKind.CREDITED: "Masuk RKUD",
    EventKind.REFUNDED: "Dikembalikan kepada pembayar",
}
