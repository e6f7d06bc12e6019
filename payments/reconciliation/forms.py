"""Forms of the reconciliation pages: filters that read as a sentence, and plain entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms

from opd.forms import DayInput, Sentence
from payments.reconciliation.models import ExceptionState
from payments.reconciliation.parsers.example import LABELS, Column, Guess, Layout, Question
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


class FeedForm(forms.Form):
    """Which account to fetch, and from which day on."""

    rekening = forms.ChoiceField(label="Rekening")
    sejak = forms.DateField(label="Sejak", widget=DayInput())

    def __init__(self, data: Any = None, *, accounts: Sequence[tuple[str, str]], today: date) -> None:
        super().__init__(data, initial={"sejak": today})
        self.fields["rekening"] = forms.ChoiceField(label="Rekening", choices=accounts)
        self.order_fields(["rekening", "sejak"])


class LayoutForm(forms.Form):
    """Which column of an example is what; begins as it was guessed."""

    nama = forms.CharField(
        label="Nama bentuk",
        max_length=60,
        help_text="Misalnya “Bank Bengkulu, Excel”. Nama yang sama menjadi versi baru.",
    )
    tanggal = forms.ChoiceField(
        label="Tanggal seperti 03/04/2026", required=False,
        choices=[("", "menurut isi berkas"), ("dmy", "hari/bulan/tahun"), ("mdy", "bulan/hari/tahun")],
    )  # fmt: skip
    angka = forms.ChoiceField(
        label="Jumlah seperti 1.234", required=False,
        choices=[("", "menurut isi berkas"), ("indonesian", "1.234.567,89"), ("english", "1,234,567.89")],
    )  # fmt: skip

    def __init__(self, data: Any, *, guess: Guess) -> None:
        chosen: dict[str, str] = {str(column): name for column, name in guess.layout.columns.items()}
        initial = {**chosen, "tanggal": guess.layout.dates, "angka": guess.layout.numbers}
        super().__init__(data, initial=initial)
        self.guess = guess
        names = [("", "tidak ada"), *((name, name) for name in guess.header if name)]
        for column, label in LABELS.items():
            self.fields[str(column)] = forms.ChoiceField(
                label=label, required=column is Column.POST_DATE, choices=names
            )
        for name, question in (("tanggal", Question.DATES), ("angka", Question.NUMBERS)):
            if question in guess.questions:
                self.fields[name].help_text = "Berkas ini tidak menentukan sendiri; pilih."
        self.order_fields([*LABELS, "tanggal", "angka", "nama"])

    def layout(self) -> Layout | None:
        """What was chosen; None where a field is wrong. A name is needed to keep it, not to try it."""
        if not self.is_valid() and set(self.errors) - {"nama"}:
            return None
        asked = self.cleaned_data
        columns = {column: asked[str(column)] for column in LABELS if asked.get(str(column))}
        chosen = replace(self.guess.layout, columns=columns, dates=asked["tanggal"], numbers=asked["angka"])
        if not self.data.get("simpan"):
            self.errors.pop("nama", None)
        return chosen
