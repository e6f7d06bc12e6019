"""What is looked for in the register of TBP."""

from __future__ import annotations

from typing import Any

from django import forms

from opd.access import Scope
from opd.forms import DayInput, OfficeSentence
from retribusi.models import CollectionPoint
from retribusi.stbp import sources
from retribusi.stbp.queries import Where


class RegisterFilter(OfficeSentence):
    field_order = ("keadaan", "sumber", "opd", "titik", "sejak", "sampai", "q")
    STATES = [("", "apa pun keadaannya"), ("valid", "berlaku"), ("voided", "dibatalkan")]
    keadaan = forms.ChoiceField(label="TBP yang", choices=STATES, required=False)
    sumber = forms.ChoiceField(label="untuk", required=False)
    titik = forms.TypedChoiceField(label="di", coerce=int, empty_value=None, required=False)
    sejak = forms.DateField(label="sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())
    q = forms.CharField(label="cari", required=False, max_length=64)

    def __init__(self, data: Any, reach: Scope) -> None:
        super().__init__(data, reach)
        self.offer("sumber", ((kind, one.label.lower()) for kind, one in sources.every().items()), "semua")
        points = reach.filter(CollectionPoint.objects.order_by("name")).values_list("pk", "name")
        self.offer("titik", points, "semua titik")
        self.fields["q"].widget.attrs["placeholder"] = "nomor, penyetor, atau jumlah"

    @property
    def where(self) -> Where:
        return Where(
            state=self.word("keadaan"), source=self.word("sumber"), opd_id=self.opd_id,
            point=self.number("titik"), first=self.day("sejak"), last=self.day("sampai"),
            text=self.word("q").strip(),
        )  # fmt: skip
