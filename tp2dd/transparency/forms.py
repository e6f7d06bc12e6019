"""The form in which the Sekda decides."""

from __future__ import annotations

from django import forms

from opd.forms import DayInput
from tp2dd.transparency.models import LONGEST_LAG, Section


class DecideForm(forms.Form):
    number = forms.CharField(label="Nomor keputusan", max_length=100)
    decision_date = forms.DateField(label="Tanggal keputusan", widget=DayInput())
    valid_from = forms.DateField(
        label="Berlaku sejak", widget=DayInput(), help_text="Paling awal hari ini, mulai pukul 00.00 WIB."
    )
    sections = forms.MultipleChoiceField(
        label="Yang dibuka untuk umum",
        choices=Section.choices,
        widget=forms.CheckboxSelectMultiple(),
        required=False,
        help_text="Tanpa centang satu pun, halaman umum ditutup.",
    )
    lag_days = forms.IntegerField(
        label="Jeda (hari)",
        min_value=0,
        max_value=LONGEST_LAG,
        help_text="Angka tampil sampai sekian hari sebelum hari ini; 0 berarti sampai hari ini.",
    )
    note = forms.CharField(
        label="Alasan", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Tampil di halaman umum bila halaman itu ditutup.",
    )  # fmt: skip
    sure = forms.BooleanField(label="Ya, ini keputusan saya; siapa pun akan dapat membacanya.")
