"""Forms of the reconciliation pages: filters that read as a sentence, and plain entries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from opd.forms import DayInput, Sentence
from payments.reconciliation.models import ExceptionState
from payments.reconciliation.queries.differences import DifferenceFilter
from payments.reconciliation.texts import TEXTS


class PeriodFilter(Sentence):
    sejak = forms.DateField(label="Pembayaran sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())


class CutOffFilter(Sentence):
    pada = forms.DateField(label="Dalam perjalanan pada", required=False, widget=DayInput())


class FileFilter(Sentence):
    KINDS = [("", "semua berkas"), ("settlement", "settlement QRIS"), ("statement", "rekening koran RKUD")]
    STATES = [("", "apa saja"), ("done", "selesai"), ("refused", "ditolak"), ("superseded", "sudah diganti")]

    jenis = forms.ChoiceField(label="Tampilkan", choices=KINDS, required=False)
    keadaan = forms.ChoiceField(label="yang keadaannya", choices=STATES, required=False)


class LineFilter(Sentence):
    CHOICES = [("", "semua baris"), ("cocok", "baris yang cocok"), ("belum", "baris yang belum dikenali")]

    baris = forms.ChoiceField(label="Tampilkan", choices=CHOICES, required=False)


class DifferenceSentence(Sentence):
    STATES = [
        (str(ExceptionState.OPEN), "perlu penjelasan"),
        (str(ExceptionState.EXPLAINED), "sudah dijelaskan"),
        (str(ExceptionState.RESOLVED), "selesai sendiri"),
        ("semua", "apa pun keadaannya"),
    ]

    keadaan = forms.ChoiceField(label="Selisih yang", choices=STATES, required=False)
    jenis = forms.ChoiceField(label="berjenis", required=False)
    titik = forms.ChoiceField(label="di", required=False)
    sejak = forms.DateField(label="sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())

    def __init__(self, *args: Any, points: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("jenis", ((kind, text.label) for kind, text in TEXTS.items()), "apa saja")
        self.offer("titik", ((name, name) for name in points), "semua titik")

    @property
    def where(self) -> DifferenceFilter:
        state = self.word("keadaan") or str(ExceptionState.OPEN)
        return DifferenceFilter(
            state="" if state == "semua" else state,
            kind=self.word("jenis"),
            point=self.word("titik"),
            first=self.day("sejak"),
            last=self.day("sampai"),
        )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Penjelasan",
        max_length=400,
        min_length=5,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Sebut bukti dan nomor suratnya; pemeriksa membaca kalimat ini.",
    )
