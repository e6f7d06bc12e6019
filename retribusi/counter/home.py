"""Cards of the counter on the back office's first page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.access import actor, scope
from opd.navigation import TaskCard
from payments.money import format_rupiah
from retribusi.counter import queries
from retribusi.counter.models import Deposit
from retribusi.counter.services import shifts


def my_shift(request: HttpRequest) -> TaskCard:
    shift = shifts.open_of(actor(request))
    text = f"Shift Anda di {shift.point.name} terbuka." if shift else "Buka shift untuk mulai menjual."
    return TaskCard("Loket", text, reverse("counter:desk"), None, "ok" if shift else "wait")


def cash_to_deposit(request: HttpRequest) -> TaskCard | None:
    rows = queries.held(scope(request.user, "counter.deposit"), at=timezone.now())
    if not rows:
        return None
    late = sum(row.is_late for row in rows)
    amount = sum((row.amount for row in rows), queries.ZERO)
    text = f"{format_rupiah(amount)} belum di bank." + (f" {late} lewat batas setor." if late else "")
    url = reverse("counter:deposit_list")
    return TaskCard("Tunai loket belum disetor", text, url, len(rows), "bad" if late else "wait")


def deposits_to_find(request: HttpRequest) -> TaskCard | None:
    waiting = Deposit.objects.filter(credited_date=None).count()
    if not waiting:
        return None
    text = "Cocokkan dengan rekening koran RKUD, lalu catat."
    return TaskCard(
        "Setoran STS belum ditemukan di RKUD", text, reverse("counter:deposit_list"), waiting, "wait"
    )
