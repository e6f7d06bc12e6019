"""The dashboard's filter sentence, and the form for how it was before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from opd.forms import DayInput, NumberField, Sentence
from opd.models import Opd
from tp2dd.board.grains import CHANNELS
from tp2dd.board.models import Baseline, Side
from tp2dd.periods import Period


class BoardSentence(Sentence):
    opd = forms.ChoiceField(label="Nontunai", required=False)
    sejak = forms.DateField(label="sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())

    def __init__(self, *args: Any, offices: Sequence[Opd] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("opd", ((one.pk, one.name) for one in offices), "semua OPD")

    def show(self, period: Period) -> None:
        """Fill in the days that are shown, where the address names none."""
        days = {"sejak": period.first.isoformat(), "sampai": period.last.isoformat()}
        self.data = {**self.data, **days}


class DetailSentence(BoardSentence):
    kanal = forms.ChoiceField(label="lewat", required=False)
    jenis = forms.ChoiceField(label="untuk", required=False)
    field_order = ("opd", "kanal", "jenis", "sejak", "sampai")

    def __init__(self, *args: Any, side: Side, types: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("kanal", CHANNELS[side].items(), "semua kanal")
        self.offer("jenis", types, "semua jenis")


class BaselineForm(forms.ModelForm):  # type: ignore[type-arg]
    value = NumberField(label="Nilai", min_value=0, max_digits=10, decimal_places=2)

    class Meta:
        model = Baseline
        fields = ("measure", "value", "period", "source")
        help_texts = {
            "period": "Misalnya: Januari sampai Maret 2025.",
            "source": "Misalnya: pengamatan 50 penjualan di loket, notulen 3 April 2025.",
        }
