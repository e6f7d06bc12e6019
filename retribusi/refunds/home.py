"""What waits for whom on the home page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from opd.access import actor, scope
from opd.navigation import TaskCard
from payments.incoming.models import Compensation, Refund
from payments.incoming.refund_rules import BY_TREASURY
from retribusi.refunds.models import RefundRequest


def to_answer(request: HttpRequest) -> TaskCard:
    """Payers who ask for money back from one's own agency."""
    reach = scope(request.user, "refund.propose")
    waiting = reach.filter(RefundRequest.objects.filter(state=RefundRequest.State.NEW)).count()
    url, title = reverse("refunds:request_list"), "Permohonan uang kembali"
    if waiting:
        return TaskCard(title, "Periksa pembayarannya, lalu usulkan atau jawab.", url, waiting, "wait")
    return TaskCard(title, "Tidak ada permohonan yang menunggu.", url, 0, "ok")


def to_decide(request: HttpRequest) -> TaskCard | None:
    """Proposals of others."""
    rows = scope(request.user, "refund.approve").filter(Refund.objects.filter(state="requested"))
    waiting = rows.exclude(proposed_by=actor(request)).count()
    if not waiting:
        return None
    url = f"{reverse('refunds:refund_list')}?keadaan=requested"
    return TaskCard(
        "Usulan pengembalian", "Setujui atau tolak uang yang akan dikembalikan.", url, waiting, "wait"
    )


def to_compensate(request: HttpRequest) -> TaskCard | None:
    """Titipan that others propose to use for another SKRD."""
    rows = scope(request.user, "refund.approve").filter(Compensation.objects.filter(state="requested"))
    waiting = rows.exclude(proposed_by=actor(request)).count()
    if not waiting:
        return None
    url = f"{reverse('refunds:compensation_list')}?keadaan=requested"
    return TaskCard("Usulan kompensasi", "Setujui atau tolak titipan untuk SKRD lain.", url, waiting, "wait")


def to_pay(request: HttpRequest) -> TaskCard | None:
    """Restitutions whose SPM is written."""
    rows = Refund.objects.filter(state="approved", path__in=sorted(BY_TREASURY)).exclude(spm_number="")
    waiting = scope(request.user, "refund.pay").filter(rows).count()
    if not waiting:
        return None
    url = f"{reverse('refunds:refund_list')}?keadaan=approved"
    return TaskCard("Restitusi menunggu SP2D", "Catat SP2D setelah BUD membayarnya.", url, waiting, "wait")
