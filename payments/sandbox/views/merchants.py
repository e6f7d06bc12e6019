"""Shops with a printed QRIS: their codes to copy or print, and paying one in the bank's own app."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods

from payments.qris import picture
from payments.sandbox import merchant_qr, transfers
from payments.sandbox.catalogue import MERCHANTS
from payments.sandbox.cms import PARTNER
from payments.sandbox.door import Refusal
from payments.sandbox.models import Transfer
from payments.sandbox.office_forms import ShopForm

_LIST = 30
_WHY = {
    (403, "14"): "Saldo rekening tidak cukup.",
    (403, "02"): "Jumlahnya melewati batas Rp10.000.000.",
    (403, "23"): "Limit kartu tidak cukup.",
    (403, "07"): "Kartu diblokir.",
    (403, "08"): "Masa berlaku kartu habis.",
    (404, "13"): "Jumlahnya tidak sama dengan jumlah pada QRIS.",
    (404, "14"): "QRIS ini sudah dibayar.",
}


@require_http_methods(["GET", "POST"])
def merchants(request: HttpRequest) -> HttpResponse:
    """The printed codes, and a form that pays any QRIS."""
    form = ShopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _pay(form)
            return redirect("sandbox:merchants")
        except Refusal as refusal:
            reason = _WHY.get((refusal.http, refusal.case), "Pembayaran ditolak bank.")
            form.add_error(None, f"{reason} Uang tidak berpindah.")
    shops = [(item, merchant_qr.printed(item)) for item in MERCHANTS]
    context = {
        "form": form,
        "shops": [(item, text, mark_safe(picture.svg(text))) for item, text in shops],  # noqa: S308
        "paid": Transfer.objects.filter(channel=Transfer.Channel.QRIS).select_related("source", "card")[
            :_LIST
        ],
    }
    return render(request, "merchants.html", context, status=422 if form.errors else 200)


def _pay(form: ShopForm) -> None:
    data = form.cleaned_data
    if Transfer.objects.filter(partner=PARTNER, partner_reference_no=data["key"].hex).exists():
        return
    merchant_qr.agrees(data["text"], "", data["amount"])
    order = merchant_qr.order_for(
        data["text"],
        data["amount"],
        partner=PARTNER,
        number=data["key"].hex,
        account=data["source"],
        card=data["card"],
    )
    transfers.place(order, at=timezone.now())


@require_GET
def picture_of(request: HttpRequest, key: str) -> HttpResponse:
    shop = next((item for item in MERCHANTS if item.key == key), None)
    if shop is None:
        raise Http404
    response = HttpResponse(picture.png(merchant_qr.printed(shop)), content_type="image/png")
    response["Content-Disposition"] = f'attachment; filename="qris-{key}.png"'
    return response
