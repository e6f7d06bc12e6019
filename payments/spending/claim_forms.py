"""Forms of the claims' pages; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from opd.access import Scope
from opd.forms import DayInput, RupiahField
from opd.models import Opd
from payments.spending.claim_queries import ClaimFilter
from payments.spending.models import ClaimKind, ClaimState


class ClaimSentence(forms.Form):
    """The list's filter; what cannot be understood is as if it were not there."""

    jenis = forms.ChoiceField(label="SPP", choices=[("", "semua jenis"), *ClaimKind.choices], required=False)
    keadaan = forms.ChoiceField(
        label="yang", choices=[("", "apa pun keadaannya"), *ClaimState.choices], required=False
    )
    opd = forms.ModelChoiceField(Opd.objects.none(), label="dari", required=False, empty_label="semua OPD")
    sejak = forms.DateField(label="diajukan sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())

    def __init__(self, data: Any, reach: Scope) -> None:
        super().__init__(data)
        offices: Any = self.fields["opd"]
        offices.queryset = reach.filter(Opd.objects.valid(on=timezone.localdate()), "pk")
        self.is_valid()

    @property
    def where(self) -> ClaimFilter:
        given = self.cleaned_data
        office = given.get("opd")
        return ClaimFilter(
            kind=given.get("jenis") or "",
            state=given.get("keadaan") or "",
            opd_id=office.pk if office else None,
            first=given.get("sejak"),
            last=given.get("sampai"),
        )


class AdvanceForm(forms.Form):
    """UP and TU: how much, and for what."""

    amount = RupiahField(label="Jumlah (rupiah)", help_text="Misalnya 60.000.000.")
    purpose = forms.CharField(label="Untuk keperluan", max_length=300, min_length=5)


class PurposeForm(forms.Form):
    purpose = forms.CharField(label="Untuk keperluan", max_length=300, min_length=5)


class Sp2dForm(forms.Form):
    sp2d_number = forms.CharField(label="Nomor SP2D", max_length=120, help_text="Seperti tertulis di SIPD.")
    sp2d_date = forms.DateField(label="Tanggal SP2D", widget=DayInput())


class NumberForm(forms.Form):
    """The official number from SIPD, with the signed file where there is one."""

    number = forms.CharField(label="Nomor resmi", max_length=120, help_text="Seperti tertulis di SIPD.")
    day = forms.DateField(label="Tanggal", widget=DayInput())
    file = forms.FileField(
        label="Berkas bertanda tangan",
        required=False,
        help_text="PDF atau foto, paling besar 10 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )
