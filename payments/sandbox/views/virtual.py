"""The m-banking of the demo customer: a virtual account is asked about, then paid."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from payments.sandbox import virtual
from payments.sandbox.forms import VaForm, VaPayForm
from payments.sandbox.models import VaOrder

_LIST = 10


@require_http_methods(["GET", "POST"])
def va(request: HttpRequest) -> HttpResponse:
    """Type a number; the app is asked what is to be paid."""
    form = VaForm(request.POST or None, initial={"number": request.GET.get("nomor", "")})
    if request.method == "POST" and form.is_valid():
        order = virtual.inquire(form.cleaned_data["number"], at=timezone.now())
        return redirect("sandbox:va_order", order.pk)
    context = {"form": form, "orders": VaOrder.objects.all()[:_LIST]}
    return render(request, "va.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def va_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Whose bill, for what, how much; pay; and what the app answered."""
    order = get_object_or_404(VaOrder, pk=order_id)
    form = VaPayForm(request.POST or None, initial={"way": virtual.Way.PAYS})
    if request.method == "POST" and form.is_valid():
        try:
            virtual.pay(order.pk, form.cleaned_data["way"], at=timezone.now())
            return redirect("sandbox:va_order", order.pk)
        except virtual.VaError as error:
            form.add_error(None, str(error))
    context = {"order": order, "form": form, "ways": virtual.WORDS.items(), "messages": order.messages.all()}
    return render(request, "va_order.html", context, status=422 if request.method == "POST" else 200)
