"""What Bank Indonesia's reviewer decides."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from opd.access import needs
from opd.forms import carry_out
from tp2dd.etpd import services
from tp2dd.etpd.forms import RemarkForm
from tp2dd.etpd.services import EtpdError


@needs("etpd.review")
@require_POST
def remark(request: HttpRequest, pk: int, letter: str) -> HttpResponse:
    carry_out(
        request, RemarkForm(request.POST), services.remark, f"Catatan kolom {letter} disimpan.",
        refused=EtpdError, semester_id=pk, letter=letter,
    )  # fmt: skip
    return redirect("etpd:question", pk=pk, letter=letter)


@needs("etpd.review")
@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    done = "Dikembalikan; sekretaris melihat catatan Anda."
    carry_out(request, RemarkForm(request.POST), services.send_back, done, refused=EtpdError, semester_id=pk)
    return redirect("etpd:semester", pk=pk)


@needs("etpd.review")
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    done = "Disetujui; sekretaris dapat membekukannya."
    carry_out(request, forms.Form(request.POST), services.accept, done, refused=EtpdError, semester_id=pk)
    return redirect("etpd:semester", pk=pk)
