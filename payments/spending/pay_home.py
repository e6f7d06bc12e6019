"""What paying leaves on a treasurer's home page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from opd.access import scope
from opd.navigation import TaskCard
from payments.money import format_rupiah
from payments.spending import pay_queries as queries
from payments.spending.models import BulkState


def ready_to_pay(request: HttpRequest) -> TaskCard:
    found = queries.waiting(scope(request.user, "spend.pay"), queries.PayFilter())
    count, url = found.count(), reverse("spending:pay_list")
    if not count:
        return TaskCard("Bayar belanja", "Tidak ada belanja yang menunggu dibayar.", url, 0, "ok")
    text = f"{count} belanja sudah diuji dan menunggu Anda bayar, {format_rupiah(queries.total(found))}."
    return TaskCard("Siap dibayar", text, url, count, "wait")


def without_answer(request: HttpRequest) -> TaskCard | None:
    count = queries.unanswered(scope(request.user, "spend.pay")).count()
    if not count:
        return None
    text = f"{count} pembayaran belum dijawab bank. Jangan bayar lagi; bank ditanya terus."
    return TaskCard("Menunggu kabar bank", text, reverse("spending:pay_list"), count, "wait")


def bulk_waiting(request: HttpRequest) -> TaskCard | None:
    files = queries.bulk_files(scope(request.user, "spend.pay")).filter(state=BulkState.MADE)
    count = files.count()
    if not count:
        return None
    text = f"{count} berkas CMS menunggu hasil dari bank. Unggah berkas hasilnya."
    return TaskCard("Berkas CMS", text, reverse("spending:bulk_list"), count, "wait")
