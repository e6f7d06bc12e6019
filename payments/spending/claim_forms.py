"""Forms of the claims' pages; the services decide."""

from __future__ import annotations

from django import forms

from opd.forms import DayInput, OfficeSentence, RupiahField
from payments.spending.claim_queries import ClaimFilter
from payments.spending.models import ClaimKind, ClaimState


class ClaimSentence(OfficeSentence):
    """The list's filter."""

    jenis = forms.ChoiceField(label="SPP", choices=[("", "semua jenis"), *ClaimKind.choices], required=False)
    keadaan = forms.ChoiceField(
        label="yang", choices=[("", "apa pun keadaannya"), *ClaimState.choices], required=False
    )
    sejak = forms.DateField(label="diajukan sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())

    field_order = ("jenis", "keadaan", "opd")

    @property
    def where(self) -> ClaimFilter:
        return ClaimFilter(
            kind=self.word("jenis"), state=self.word("keadaan"), opd_id=self.opd_id,
            first=self.day("sejak"), last=self.day("sampai"),
        )  # fmt: skip


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
