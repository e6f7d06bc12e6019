"""Filter sentences of the matrix and the findings, and what people say about a finding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from opd.forms import DayInput, Sentence
from opd.models import Opd, User
from opd.planning.models import Level
from tp2dd.consistency.models import Check, State
from tp2dd.consistency.queries import Column, FindingFilter


class YearSentence(Sentence):
    tahun = forms.ChoiceField(label="Rantai tahun", required=False)

    def __init__(self, data: Any, *, years: Sequence[int]) -> None:
        super().__init__(data)
        field: Any = self.fields["tahun"]
        field.choices = [(str(year), str(year)) for year in years]


class MatrixSentence(YearSentence):
    cari = forms.CharField(label="OPD bernama", required=False, max_length=80)


class FindingSentence(YearSentence):
    opd = forms.ChoiceField(label="milik", required=False)
    pasangan = forms.ChoiceField(label="antara", required=False)
    jenis = forms.ChoiceField(
        label="yang", choices=[("", "apa saja"), *((one, one.label.lower()) for one in Check)], required=False
    )
    tingkat = forms.ChoiceField(
        label="pada", choices=[("", "semua tingkat"), *((str(int(one)), one.label) for one in Level)],
        required=False,
    )  # fmt: skip
    keadaan = forms.ChoiceField(
        label="dan",
        choices=[
            ("belum", "belum selesai"), ("", "apa pun keadaannya"),
            *((one, one.label.lower()) for one in State),
        ],
        required=False,
    )  # fmt: skip
    cari = forms.CharField(label="kode atau uraian", required=False, max_length=80)

    def __init__(
        self, data: Any, *, years: Sequence[int], offices: Sequence[Opd], columns: Sequence[Column]
    ) -> None:
        super().__init__(data, years=years)
        self.offer("opd", ((one.pk, one.name) for one in offices), "semua OPD")
        self.offer("pasangan", ((one.word, one.label) for one in columns), "dokumen mana pun")

    def where(self, year: int) -> FindingFilter:
        return FindingFilter(
            year, self.number("opd"), self.word("pasangan"), self.word("jenis"), self.word("keadaan"),
            self.number("tingkat"), self.word("cari").strip(),
        )  # fmt: skip


class ExplainForm(forms.Form):
    text = forms.CharField(
        label="Penjelasan", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Mengapa berbeda, dan apakah dokumennya akan diperbaiki.",
    )  # fmt: skip


class DecisionForm(forms.Form):
    reason = forms.CharField(label="Alasan", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class AssignForm(forms.Form):
    owner = forms.ModelChoiceField(User.objects.none(), label="Penanggung jawab")
    due_date = forms.DateField(label="Paling lambat", widget=DayInput())

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["owner"]
        choices.queryset = User.objects.filter(pk__in=[person.pk for person in people]).order_by("name")
