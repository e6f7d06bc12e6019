"""Forms about payments that the bank did not make certain; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms

from opd.forms import DayInput
from payments.spending.models import Verdict, Way
from payments.spending.pay_forms import PROOFS


class RulingForm(forms.Form):
    """What the bank's letter or statement says of a payment."""

    verdict = forms.ChoiceField(label="Hasil menurut bank", choices=[("", "pilih"), *Verdict.choices])
    reference_no = forms.CharField(
        label="Rujukan bank atau nomor surat",
        max_length=64,
        help_text="Bila berhasil: rujukan pada rekening koran. Bila gagal: nomor surat bank.",
    )
    rrn = forms.RegexField(
        r"^\s*\d{12}\s*$",
        label="RRN",
        required=False,
        help_text="12 angka, bila bank menyebutnya.",
        error_messages={"invalid": "RRN terdiri dari 12 angka."},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    day = forms.DateField(label="Tanggal bayar atau tanggal surat", widget=DayInput())
    proof = forms.FileField(
        label="Surat bank atau halaman rekening koran",
        widget=forms.ClearableFileInput(attrs={"accept": PROOFS}),
        help_text="Foto atau PDF, paling besar 10 MB.",
    )

    def __init__(self, *args: Any, way: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if way != Way.QRIS_SNAP:
            del self.fields["rrn"]
