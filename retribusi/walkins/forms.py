"""What people send to this room; the services decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from opd.access import Scope
from opd.forms import DayInput, OfficeSentence, Sentence
from retribusi.catalogue import Offer
from retribusi.models import CollectionPoint
from retribusi.services.ordering import new_form_key
from retribusi.walkins.fitting import MOST_OF_ONE
from retribusi.walkins.gaps import SPAN
from retribusi.walkins.services.heads import MOST

LONGEST = timedelta(days=91)


class CreditFilter(Sentence):
    """Which money of printed QRIS; today's unclaimed where nothing is said."""

    keadaan = forms.ChoiceField(
        label="Uang yang", choices=[("", "belum diklaim"), ("diklaim", "sudah diklaim")], required=False
    )
    titik = forms.TypedChoiceField(label="di", coerce=int, empty_value=None, required=False)
    sejak = forms.DateField(label="masuk sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())

    def __init__(self, data: Any, places: Iterable[tuple[int, str]]) -> None:
        super().__init__(data)
        self.offer("titik", places, "semua titik")

    @property
    def claimed(self) -> bool:
        return self.word("keadaan") == "diklaim"

    def span(self, today: date) -> tuple[date, date]:
        first = self.day("sejak") or min(today, self.day("sampai") or today)
        return first, max(first, self.day("sampai") or today)


class ClaimForm(forms.Form):
    """How many of each tariff (t…); a suggestion sends the same fields."""

    kunci = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, offers: Sequence[Offer], data: Any = None) -> None:
        super().__init__(data, initial={"kunci": new_form_key()})
        self.offers = offers
        for offer in offers:
            self.fields[f"t{offer.tariff_id}"] = forms.IntegerField(
                label=offer.name, min_value=0, max_value=MOST_OF_ONE, required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )  # fmt: skip

    def quantities(self) -> Mapping[int, int]:
        return {
            offer.tariff_id: self.cleaned_data[f"t{offer.tariff_id}"]
            for offer in self.offers
            if self.cleaned_data[f"t{offer.tariff_id}"]
        }


class CountForm(forms.Form):
    """How many people, where and when; the whole day where no hour is chosen."""

    point = forms.ModelChoiceField(CollectionPoint.objects.none(), label="Titik", empty_label=None)
    day = forms.DateField(label="Tanggal", widget=DayInput())
    hour = forms.TypedChoiceField(
        label="Jam", coerce=int, empty_value=None, required=False,
        choices=[("", "sepanjang hari"), *((hour, f"{hour:02}.00–{hour + 1:02}.00") for hour in range(24))],
    )  # fmt: skip
    heads = forms.IntegerField(
        label="Jumlah kepala", min_value=0, max_value=MOST, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )
    note = forms.CharField(
        label="Alasan koreksi", required=False, max_length=160, help_text="Hanya bila angka tadi keliru."
    )

    def __init__(self, places: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["point"]
        field.queryset = places


class GapFilter(OfficeSentence):
    """Which places and days stand side by side; the last thirty days where nothing is said."""

    field_order = ("titik", "opd", "sejak", "sampai")
    titik = forms.TypedChoiceField(label="Selisih di", coerce=int, empty_value=None, required=False)
    sejak = forms.DateField(label="sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())

    def __init__(self, data: Any, reach: Scope, places: Iterable[tuple[int, str]]) -> None:
        super().__init__(data, reach)
        self.offer("titik", places, "semua titik")

    def reach(self, whole: Scope) -> Scope:
        """The whole reach, or the one agency that was chosen."""
        return Scope(frozenset({self.opd_id})) if self.opd_id else whole

    def span(self, today: date) -> tuple[date, date]:
        """At most a quarter, so that one page stays one query."""
        last = self.day("sampai") or today
        first = min(self.day("sejak") or last - SPAN, last)
        return max(first, last - LONGEST), last
