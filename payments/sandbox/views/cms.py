"""The CMS: bulk files in, results out, and a transfer by hand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from payments.sandbox import cms
from payments.sandbox.models import CmsFile, Transfer
from payments.sandbox.office_forms import BulkForm, ByHandForm
from payments.sandbox.views.accounts import csv_file

_LIST = 20


@require_http_methods(["GET", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """Upload a bulk file; its result is offered at once."""
    form = BulkForm(request.POST, request.FILES) if request.method == "POST" else BulkForm()
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            cms.execute(
                name=upload.name,
                content=upload.read(),
                failing=form.cleaned_data["failing"],
                at=timezone.now(),
            )
            return redirect("sandbox:cms")
        except cms.CmsError as error:
            form.add_error(None, str(error))
    return _page(request, form, ByHandForm())


@require_http_methods(["POST"])
def by_hand(request: HttpRequest) -> HttpResponse:
    """A transfer typed in; the reference number stands on the page that follows."""
    form = ByHandForm(request.POST)
    if form.is_valid():
        try:
            cms.by_hand(**form.cleaned_data, at=timezone.now())
            return redirect("sandbox:cms")
        except cms.CmsError as error:
            form.add_error(None, str(error))
    return _page(request, BulkForm(), form)


def _page(request: HttpRequest, form: BulkForm, hand: ByHandForm) -> HttpResponse:
    by_cms = Transfer.objects.filter(channel=Transfer.Channel.CMS).select_related("source", "target")
    context = {
        "form": form,
        "hand": hand,
        "files": CmsFile.objects.all()[:_LIST],
        "orders": by_cms[:_LIST],
    }
    return render(request, "cms.html", context, status=422 if form.errors or hand.errors else 200)


@require_GET
def result(request: HttpRequest, name: str) -> HttpResponse:
    found = get_object_or_404(CmsFile, name=name.removeprefix("HASIL_"))
    return csv_file(cms.result_name(found), found.result)
