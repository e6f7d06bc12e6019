"""The form that says which column of an example is what; it begins as it was guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from django import forms


class Layout(Protocol):
    @property
    def columns(self) -> Mapping[Any, str]: ...
    @property
    def dates(self) -> str: ...
    @property
    def numbers(self) -> str: ...


class Guess(Protocol):
    """What a file of any kind seems to be."""

    @property
    def layout(self) -> Layout: ...
    @property
    def header(self) -> list[str]: ...
    @property
    def questions(self) -> frozenset[Any]: ...


_UNDECIDED = "Berkas ini tidak menentukan sendiri; pilih."


class LayoutForm(forms.Form):
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

    def __init__(self, data: Any, *, guess: Guess) -> None:
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
