"""Forms that say which column of an example is what; each begins as it was guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms

from opd.forms import DayInput
from payments.reconciliation.parsers import acquirer, example
from payments.reconciliation.parsers.acquirer import ABOVE, ASK, DAYS_AFTER

_UNDECIDED = "Berkas ini tidak menentukan sendiri; pilih."
FIXED = "fixed"


class _LayoutForm(forms.Form):
    """A choice for each column that is known, and what one file may leave undecided."""

    labels: Mapping[Any, str]
    needed: frozenset[str]

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

    def __init__(self, data: Any, *, guess: example.Guess | acquirer.Guess) -> None:
        chosen: dict[str, Any] = {str(column): name for column, name in guess.layout.columns.items()}
        chosen |= {"tanggal": guess.layout.dates, "angka": guess.layout.numbers}
        super().__init__(data, initial={**chosen, **self.begin(guess)})
        names = [("", "tidak ada"), *((name, name) for name in guess.header if name)]
        for column, label in self.labels.items():
            required = str(column) in self.needed
            self.fields[str(column)] = forms.ChoiceField(label=label, required=required, choices=names)
        for name, question in (("tanggal", "dates"), ("angka", "numbers")):
            if question in guess.questions:
                self.fields[name].help_text = _UNDECIDED
        last = ["tanggal", "angka", "nama"]
        self.order_fields(
            [*map(str, self.labels), *(name for name in self.fields if name not in last), *last]
        )

    def begin(self, guess: Any) -> dict[str, Any]:
        """More that was guessed."""
        return {}

    def is_usable(self) -> bool:
        """Whether all is chosen that a trial needs. A name is needed to keep a layout, not to try it."""
        usable = self.is_valid() or not set(self.errors) - {"nama"}
        if not self.data.get("simpan"):
            self.errors.pop("nama", None)
        return usable

    def chosen(self) -> dict[Any, str]:
        asked = self.cleaned_data
        return {column: asked[str(column)] for column in self.labels if asked.get(str(column))}


class StatementLayoutForm(_LayoutForm):
    labels = example.LABELS
    needed = frozenset({str(example.Column.POST_DATE)})

    def __init__(self, data: Any, *, guess: example.Guess) -> None:
        super().__init__(data, guess=guess)
        self.guess = guess

    def layout(self) -> example.Layout | None:
        """What was chosen; None where a field is wrong."""
        if not self.is_usable():
            return None
        asked = self.cleaned_data
        return replace(
            self.guess.layout, columns=self.chosen(), dates=asked["tanggal"], numbers=asked["angka"]
        )

    def given(self) -> dict[str, str]:
        """A statement asks for nothing besides."""
        return {}


class SettlementLayoutForm(_LayoutForm):
    labels = acquirer.LABELS
    needed = frozenset({str(acquirer.Column.TRX_TIME), str(acquirer.Column.RRN)})

    settled = forms.ChoiceField(
        label="Tanggal settlement, bila tidak ada kolomnya",
        required=False,
        choices=[
            *(("", "ada kolomnya"), (ABOVE, "tertulis di atas tabel")),
            *DAYS_AFTER.items(),
            (ASK, "saya isi untuk setiap berkas"),
        ],
    )
    settlement_day = forms.DateField(
        label="Tanggal settlement berkas ini",
        required=False,
        widget=DayInput(),
        help_text="Hanya bila diisi untuk setiap berkas.",
    )
    merchant = forms.ChoiceField(
        label="NMID, bila tidak ada kolomnya",
        required=False,
        choices=[
            *(("", "ada kolomnya"), (ABOVE, "tertulis di atas tabel")),
            *((FIXED, "selalu NMID di bawah ini"), (ASK, "saya isi untuk setiap berkas")),
        ],
    )
    merchant_nmid = forms.CharField(label="NMID", required=False, max_length=15)

    def __init__(self, data: Any, *, guess: acquirer.Guess) -> None:
        super().__init__(data, guess=guess)
        self.guess = guess

    def begin(self, guess: acquirer.Guess) -> dict[str, Any]:
        return {"settled": guess.layout.settled, "merchant": guess.layout.merchant}

    def layout(self) -> acquirer.Layout | None:
        """What was chosen; None where a field is wrong."""
        if not self.is_usable():
            return None
        asked = self.cleaned_data
        named = asked["merchant_nmid"].strip().upper()
        return replace(
            self.guess.layout,
            columns=self.chosen(),
            dates=asked["tanggal"],
            numbers=asked["angka"],
            settled=asked["settled"],
            merchant=named if asked["merchant"] == FIXED else asked["merchant"],
        )

    def given(self) -> dict[str, str]:
        """The answers for this file, as they are kept; after ``layout``."""
        layout = self.layout()
        day, nmid = self.cleaned_data["settlement_day"], self.cleaned_data["merchant_nmid"].strip().upper()
        told = {"settlement_date": day.isoformat() if day else "", "nmid": nmid}
        return {name: told[name] for name in (layout.asks if layout else [])}
