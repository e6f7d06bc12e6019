"""What waits for holders, PPTK, administrator, PA/KPA and treasurer on the home page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.access import actor, scope
from opd.navigation import TaskCard
from payments.kkpd import lateness, queries
from payments.kkpd.models import BillLine, Dpr, DprLine, LineState
from payments.spending.models import ClaimState, SpendState


def to_report(request: HttpRequest) -> TaskCard | None:
    """A holder: report, and lines of his cards on a bill without a report."""
    rows = BillLine.objects.filter(card__holder=actor(request), report=None, state=LineState.OPEN)
    count, url = rows.count(), reverse("kkpd:report_new")
    if count:
        text = f"{count} transaksi kartu Anda sudah ditagih bank tetapi belum dilaporkan."
        return TaskCard("Laporkan belanja kartu", text, url, count, "bad")
    text = "Baru membayar dengan kartu? Laporkan dengan foto struknya."
    return TaskCard("Laporkan belanja kartu", text, url)


def to_gather(request: HttpRequest) -> TaskCard | None:
    rows = DprLine.objects.filter(card__holder=actor(request), dpr=None, withdrawn_at=None)
    count = rows.exclude(spend__state__in=[SpendState.REJECTED, SpendState.CANCELLED]).count()
    text = f"{count} belanja kartu belum masuk DPR."
    return TaskCard("Susun DPR", text, reverse("kkpd:dpr_list"), count, "wait") if count else None


def to_sign(request: HttpRequest) -> TaskCard | None:
    reach = scope(request.user, "kkpd.sign")
    count = reach.filter(Dpr.objects.filter(signed_at=None, voided_at=None)).count()
    text = f"{count} DPR menunggu tanda tangan Anda."
    return TaskCard("DPR menunggu PPTK", text, reverse("kkpd:dpr_list"), count, "wait") if count else None


def to_test(request: HttpRequest) -> TaskCard | None:
    reach = scope(request.user, "kkpd.test")
    count = reach.filter(BillLine.objects.filter(state=LineState.OPEN), "bill__opd").count()
    text = f"{count} baris tagihan KKPD menunggu diuji."
    return TaskCard("Uji tagihan KKPD", text, reverse("kkpd:bill_list"), count, "wait") if count else None


def to_settle(request: HttpRequest) -> TaskCard | None:
    reach = scope(request.user, "kkpd.settle")
    rows = queries.bills(actor(request)).filter(claim__state=ClaimState.PAID, settled_at=None)
    count = reach.filter(rows).count()
    text = f"{count} tagihan sudah ber-SP2D dan menunggu dilunasi ke bank penerbit."
    return TaskCard("Lunasi tagihan KKPD", text, reverse("kkpd:bill_list"), count, "bad") if count else None


def late(request: HttpRequest) -> TaskCard | None:
    count = len(lateness.late(actor(request), timezone.localdate()))
    text = f"{count} hal pada siklus KKPD melewati tenggatnya."
    return TaskCard("KKPD terlambat", text, reverse("kkpd:late_list"), count, "bad") if count else None
