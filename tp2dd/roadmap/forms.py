"""Forms of the roadmap and the action plan: plain, the services decide."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from opd.access import Scope
from opd.forms import DayInput, OfficeSentence
from opd.models import Opd
from tp2dd.roadmap import ties
from tp2dd.roadmap.models import Action, Evaluation, Fact, Roadmap
from tp2dd.secretariat.forms import offices

PROOF = {"accept": "image/jpeg,image/png,application/pdf"}


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _value(label: str, **options: Any) -> forms.DecimalField:
    """A figure as people write it here: a comma before its decimals."""
    return forms.DecimalField(
        label=label, max_digits=18, decimal_places=2, localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **options,
    )  # fmt: skip


class RoadmapForm(forms.Form):
    title = forms.CharField(label="Judul", max_length=200)
    goal = forms.CharField(label="Tujuan", max_length=2000, widget=_area())
    decree_number = forms.CharField(label="Nomor Keputusan Gubernur", max_length=100)
    decree_date = forms.DateField(label="Tanggal keputusan", widget=DayInput())
    first_year = forms.IntegerField(label="Tahun pertama", min_value=2021, max_value=2100)
    last_year = forms.IntegerField(label="Tahun terakhir", min_value=2021, max_value=2100)


class IndicatorForm(forms.Form):
    """An indicator with one field for each year of its roadmap."""

    name = forms.CharField(label="Indikator", max_length=200)
    unit = forms.CharField(label="Satuan", max_length=40)
    baseline = _value("Nilai awal", required=False)
    fact = forms.ChoiceField(
        label="Dibaca dari papan", required=False, choices=[("", "tidak, diukur lewat aksi"), *Fact.choices],
        help_text="Bila dipilih, papan TP2DD menaruh angkanya di samping target.",
    )  # fmt: skip

    def __init__(self, data: Any, roadmap: Roadmap) -> None:
        super().__init__(data)
        self.years = {f"target_{year}": year for year in roadmap.years}
        for name, year in self.years.items():
            self.fields[name] = _value(f"Target {year}", required=False)

    def clean(self) -> dict[str, Any]:
        """The years' fields as one map."""
        data: dict[str, Any] = super().clean() or {}
        targets: dict[int, Decimal] = {}
        for name, year in self.years.items():
            value = data.pop(name, None)
            if value is not None:
                targets[year] = value
        return {**data, "targets": targets}


class EvaluationSentence(OfficeSentence):
    keadaan = forms.ChoiceField(
        label="Temuan yang", required=False, choices=[("", "semua keadaan"), *Evaluation.State.choices]
    )
    cari = forms.CharField(label="berisi kata", required=False, max_length=80)

    def __init__(self, data: Any, reach: Scope) -> None:
        super().__init__(data, reach)
        del self.fields["opd"]


class EvaluationForm(forms.Form):
    year = forms.IntegerField(label="Tahun yang dievaluasi", min_value=2021, max_value=2100)
    letter = forms.CharField(label="Nomor surat atau laporan hasil evaluasi", max_length=120)
    letter_date = forms.DateField(label="Tanggal surat", widget=DayInput())
    finding = forms.CharField(label="Temuan", max_length=1000, widget=_area())
    advice = forms.CharField(label="Rekomendasi", max_length=1000, widget=_area())
    due_on = forms.DateField(label="Tenggat tindak lanjut", widget=DayInput())


class ClosingForm(forms.Form):
    closing = forms.CharField(label="Hasil tindak lanjut", max_length=1000, widget=_area())


class ActionSentence(OfficeSentence):
    tahun = forms.ChoiceField(label="Aksi tahun", required=False)
    keadaan = forms.ChoiceField(
        label="yang", required=False,
        choices=[
            ("", "apa pun keadaannya"), ("belum", "belum selesai"), ("terlambat", "terlambat"),
            *((one, one.label.lower()) for one in Action.State),
        ],
    )  # fmt: skip
    dasar = forms.ChoiceField(
        label="menurut", required=False, choices=[("", "dasar mana pun"), *Action.Tie.choices]
    )
    cari = forms.CharField(label="berisi kata", required=False, max_length=80)

    field_order = ("tahun", "opd", "keadaan", "dasar", "cari")

    def __init__(self, data: Any, reach: Scope, years: list[int]) -> None:
        super().__init__(data, reach)
        self.offer("tahun", ((year, str(year)) for year in years), "semua")


class ActionForm(forms.Form):
    year = forms.IntegerField(label="Tahun rencana aksi", min_value=2021, max_value=2100)
    title = forms.CharField(label="Aksi", max_length=200)
    output = forms.CharField(label="Keluaran yang diharapkan", max_length=500, widget=_area(2))
    opd = forms.ModelChoiceField(Opd.objects.none(), label="OPD penanggung jawab")
    due_on = forms.DateField(label="Tenggat", widget=DayInput())
    tied = forms.ChoiceField(label="Dasar aksi", help_text="Apa yang diperbaiki oleh aksi ini.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("year", timezone.localdate().year)
        super().__init__(*args, **kwargs)
        choices: Any = self.fields
        choices["opd"].queryset = offices()
        choices["tied"].choices = [("", "pilih"), *ties.choices()]


class ProgressForm(forms.Form):
    percent = forms.IntegerField(label="Kemajuan (%)", min_value=1, max_value=99)
    text = forms.CharField(label="Yang sudah dikerjakan", max_length=1000, widget=_area())
    file = forms.FileField(
        label="Bukti", required=False, widget=forms.ClearableFileInput(attrs=PROOF),
        help_text="Foto (JPEG, PNG) atau PDF, paling besar 10 MB.",
    )  # fmt: skip


class DoneForm(forms.Form):
    text = forms.CharField(label="Hasil", max_length=1000, widget=_area())
    file = forms.FileField(
        label="Bukti selesai", widget=forms.ClearableFileInput(attrs=PROOF),
        help_text="Foto (JPEG, PNG) atau PDF, paling besar 10 MB.",
    )  # fmt: skip


class ReopenForm(forms.Form):
    percent = forms.IntegerField(label="Kemajuan sebenarnya (%)", min_value=1, max_value=99)
    reason = forms.CharField(label="Yang kurang", max_length=300)


class MeasureForm(forms.Form):
    value_before = _value("Nilai sebelum")
    value_after = _value("Nilai sesudah")
    unit = forms.CharField(label="Satuan", max_length=40)
    source = forms.CharField(
        label="Sumber", max_length=300, widget=_area(2),
        help_text="Kueri, laporan, atau halaman tempat kedua nilai dibaca.",
    )  # fmt: skip
