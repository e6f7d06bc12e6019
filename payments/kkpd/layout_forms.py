"""The form that says which column of a bank's bill is what, and what the table does not say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms

from opd.forms import DayInput, RupiahField
from opd.office.layout_forms import LayoutForm
from payments.kkpd import example, rules
from payments.kkpd.example import Column

_UNSAID = "Hanya bila tidak ada kolomnya."


class BillLayoutForm(LayoutForm):
    labels = example.LABELS
    needed = frozenset(map(str, (Column.TRANSACTION_DATE, Column.MERCHANT, Column.AMOUNT)))

    lewat = forms.ChoiceField(
        label="Jenis, bila tidak ada kolomnya",
        required=False,
        choices=[("", "ada kolomnya"), *example.WAYS.items()],
    )
    tagihan_no = forms.CharField(label="Nomor tagihan ini", required=False, max_length=30, help_text=_UNSAID)
    tempo = forms.DateField(
        label="Jatuh tempo tagihan ini", required=False, widget=DayInput(), help_text=_UNSAID
    )
    kartu = forms.CharField(
        label="Nomor kartu untuk semua baris",
        required=False,
        max_length=25,
        help_text=f"{_UNSAID} Tersamar, misalnya 526422******1234.",
    )
    jumlah = RupiahField(
        label="Jumlah tagihan menurut surat bank (rupiah)",
        required=False,
        help_text="Wajib bila berkas tidak memuat baris total di akhir.",
    )

    def __init__(self, data: Any, *, guess: example.Guess, name: str = "") -> None:
        self.name = name
        super().__init__(data, guess=guess)
        self.guess = guess

    def begin(self, guess: example.Guess) -> dict[str, Any]:
        told = guess.told
        return {
            "lewat": guess.layout.via,
            "nama": self.name,
            "tagihan_no": told.get("number", ""),
            "tempo": told.get("due_date", ""),
            "kartu": told.get("card", ""),
        }

    def clean_kartu(self) -> str:
        text = str(self.cleaned_data["kartu"]).strip()
        if text and rules.card_digits(text) is None:
            raise forms.ValidationError("Nomor kartu harus tersamar, misalnya 526422******1234.")
        return text

    def layout(self) -> example.Layout | None:
        """What was chosen; None where a field is wrong."""
        if not self.is_usable():
            return None
        asked = self.cleaned_data
        return replace(
            self.guess.layout,
            columns=self.chosen(),
            dates=asked["tanggal"],
            numbers=asked["angka"],
            via=asked["lewat"],
        )

    def given(self) -> dict[str, str]:
        """The answers for this file, as they are kept; after ``layout``."""
        asked = self.cleaned_data
        told = {
            "number": asked["tagihan_no"].strip(),
            "due_date": asked["tempo"].isoformat() if asked["tempo"] else "",
            "card": asked["kartu"],
            "total": str(asked["jumlah"]) if asked["jumlah"] is not None else "",
        }
        return {name: text for name, text in told.items() if text}
