"""What waits for treasurer, PPK, PA and Kuasa BUD on the home page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.access import scope
from opd.navigation import TaskCard
from payments.spending import claim_queries as queries
from payments.spending.claim_rules import ORDER, PAY, VERIFY, Step


def to_claim(request: HttpRequest) -> TaskCard | None:
    """Verified spends that no SPP-GU has taken up."""
    reach = scope(request.user, "claim.raise")
    count = queries.unclaimed(reach, timezone.localdate().year).count()
    if not count:
        return None
    url = reverse("spending:claim_new", args=["gu"])
    text = f"{count} belanja sudah diverifikasi dan dapat masuk SPP-GU."
    return TaskCard("Belanja siap dimintakan gantinya", text, url, count, "wait")


def to_verify(request: HttpRequest) -> TaskCard | None:
    return _card(request, VERIFY, "SPP menunggu verifikasi", "SPP menunggu verifikasi Anda.")


def to_order(request: HttpRequest) -> TaskCard | None:
    return _card(request, ORDER, "SPP menunggu SPM", "SPP sudah diverifikasi dan menunggu SPM dari Anda.")


def to_pay(request: HttpRequest) -> TaskCard | None:
    return _card(request, PAY, "SPM menunggu SP2D", "SPM menunggu nomor dan tanggal SP2D.")


def _card(request: HttpRequest, step: Step, title: str, text: str) -> TaskCard | None:
    count = queries.waiting(scope(request.user, step.permission), step.before).count()
    if not count:
        return None
    url = f"{reverse('spending:claim_list')}?keadaan={step.before}"
    return TaskCard(title, f"{count} {text}", url, count, "wait")
