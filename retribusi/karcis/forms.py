"""What people tell of printed tickets; the services decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from opd.access import Scope
from opd.forms import DayInput, OfficeSentence
from retribusi.counter import choices
from retribusi.karcis.queries import Stock
from retribusi.karcis.services import Torn
from retribusi.models import TariffItem
from retribusi.services import ordering

LARGEST_NUMBER = 999_999_999


class NumberField(forms.IntegerField):
    """A ticket's number, as printed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_NUMBER, **options)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}


class StockSentence(OfficeSentence):
    q = forms.CharField(label="cari", required=False, max_length=40)

    def __init__(self, data: Any, reach: Scope) -> None:
        super().__init__(data, reach)
        self.fields["q"].widget.attrs["placeholder"] = "seri, titik, atau berita acara"


class ReceiveForm(forms.Form):
    tariff = forms.ModelChoiceField(
        TariffItem.objects.none(), label="Tarif", empty_label="pilih tarif",
        help_text="Harga yang tercetak di karcis adalah harga tarif ini.",
    )  # fmt: skip
    series = forms.CharField(label="Seri", max_length=12, help_text="Seperti tercetak, misalnya A/2026.")
    first = NumberField(label="Nomor pertama")
    last = NumberField(label="Nomor terakhir")
    received_on = forms.DateField(label="Tanggal diterima", widget=DayInput())
    document = forms.CharField(label="Nomor berita acara penerimaan", max_length=100)

    def __init__(self, reach: Scope, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tariffs = TariffItem.objects.filter(status=TariffItem.Status.ACTIVE, amount__gt=0)
        field: Any = self.fields["tariff"]
        field.queryset = (
            reach.filter(tariffs, "point__opd").select_related("point").order_by("point__name", "position")
        )
        field.label_from_instance = lambda tariff: f"{tariff.point.name}: {tariff.name}"


class SpoilForm(forms.Form):
    first = NumberField(label="Nomor pertama")
    last = NumberField(label="Nomor terakhir")
    reason = forms.CharField(
        label="Mengapa", max_length=200, help_text="Misalnya robek atau hilang, dengan nomor berita acaranya."
    )


class LateSaleForm(forms.Form):
    """Sheets torn off while there was no network: when, why, and the numbers of each batch (a…, z…)."""

    kunci = forms.CharField(max_length=64, widget=forms.HiddenInput)
    happened_at = forms.DateTimeField(
        label="Terjual pada", input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    reason = forms.ChoiceField(label="Alasan tunai")
    hours_reason = forms.CharField(label="Alasan bila di luar jam buka", required=False, max_length=160)

    def __init__(self, stocks: Sequence[Stock], data: Any = None, *, now: datetime) -> None:
        initial = {"kunci": ordering.new_form_key(), "happened_at": now}
        super().__init__(data, initial=initial)
        self.stocks = stocks
        reasons = choices.cash_reasons(now.date())
        field: Any = self.fields["reason"]
        field.choices = [(reason, reason) for reason in sorted(reasons, key=lambda one: "padam" not in one)]
        for stock in stocks:
            for letter in "az":
                self.fields[f"{letter}{stock.batch.pk}"] = NumberField(required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for stock in self.stocks:
            first, last = (data.get(f"{letter}{stock.batch.pk}") for letter in "az")
            if bool(first) != bool(last):
                self.add_error(None, f"Karcis {stock.batch.series}: isi nomor pertama dan terakhir.")
        return data

    @property
    def torn(self) -> list[Torn]:
        """The runs that were filled in."""
        found = []
        for stock in self.stocks:
            first, last = (self.cleaned_data.get(f"{letter}{stock.batch.pk}") for letter in "az")
            if first and last:
                found.append(Torn(stock.batch.pk, first, last))
        return found

    def rows(self) -> list[tuple[Stock, forms.BoundField, forms.BoundField]]:
        return [(one, self[f"a{one.batch.pk}"], self[f"z{one.batch.pk}"]) for one in self.stocks]
