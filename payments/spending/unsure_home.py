"""What payments without certainty leave on the home pages."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.access import scope
from opd.navigation import TaskCard
from payments.spending import unsure


def to_propose(request: HttpRequest) -> TaskCard | None:
    found = unsure.counts(scope(request.user, "spend.pay"), at=timezone.now())
    if not found.stuck:
        return None
    text = f"{found.stuck} pembayaran terlalu lama tanpa kepastian. Minta surat bank, lalu usulkan hasilnya."
    return TaskCard("Bank belum memastikan", text, reverse("spending:unsure_list"), found.stuck, "wait")


def to_confirm(request: HttpRequest) -> TaskCard | None:
    count = unsure.proposals(scope(request.user, "spend.verify")).count()
    if not count:
        return None
    text = f"{count} usulan hasil pembayaran menunggu Anda pastikan dengan surat bank."
    return TaskCard("Pastikan hasil pembayaran", text, reverse("spending:unsure_list"), count, "wait")


def contradicted(request: HttpRequest) -> TaskCard | None:
    count = unsure.contradictions(scope(request.user, "spend.view")).count()
    if not count:
        return None
    text = f"{count} kabar bank berlawanan dengan yang tercatat. Tidak ada yang dibukukan; periksa dahulu."
    return TaskCard("Kabar bank berlawanan", text, reverse("spending:unsure_list"), count, "bad")
