"""Forms that say which column of an example is what; each begins as it was guessed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms

from opd.forms import DayInput
from opd.office.layout_forms import LayoutForm
from payments.reconciliation.parsers import acquirer, example
from payments.reconciliation.parsers.acquirer import ABOVE, ASK, DAYS_AFTER

FIXED = "fixed"


class StatementLayoutForm(LayoutForm):
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


class SettlementLayoutForm(LayoutForm):
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
