"""Filters of the books' pages: what stands in the address, read strictly."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django import forms

from opd.access import Scope
from opd.models import Opd
from payments.ledger import kinds
from payments.ledger.journals import JournalFilter
from payments.ledger.models import Account, Block

DAYS_SHOWN = 31
"""How far back the list goes until somebody asks for more."""


def day_field(label: str, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d"], **options)


def opd_field(scope: Scope) -> forms.ModelChoiceField[Opd]:
    agencies = scope.filter(Opd.objects.order_by("short_name"), "pk")
    return forms.ModelChoiceField(agencies, label="OPD", required=False, empty_label="semua OPD")


def block_field() -> forms.ModelChoiceField[Block]:
    """The sealed block whose knowledge is asked for, by its number."""
    return forms.ModelChoiceField(
        Block.objects.order_by("-id"), label="menurut segel", required=False, empty_label="buku hari ini",
        error_messages={"invalid_choice": "Blok segel ini tidak ada."}, widget=forms.NumberInput(
            attrs={"placeholder": "nomor blok", "inputmode": "numeric", "min": 1}),
    )  # fmt: skip


def reach(scope: Scope, opd: Opd | None) -> Collection[int] | None:
    """The agencies to show: the chosen one, else all that the person reaches (None: every one)."""
    return [opd.pk] if opd else scope.opd_ids


class JournalFilterForm(forms.Form):
    sejak = day_field("Jurnal sejak", required=False)
    sampai = day_field("sampai", required=False)
    jenis = forms.ChoiceField(
        label="jenis", required=False, choices=[("", "semua jenis"), *sorted(kinds.LABELS.items())]
    )
    akun = forms.ModelChoiceField(
        Account.objects.order_by("book", "name"), label="akun", required=False, to_field_name="slug",
        empty_label="semua akun",
    )  # fmt: skip
    kata = forms.CharField(label="memuat", required=False, max_length=120)

    def __init__(self, data: Any, *, scope: Scope, today: date) -> None:
        asked = data.copy()
        if not any(name in asked for name in ("sejak", "sampai")):
            asked["sejak"] = (today - timedelta(days=DAYS_SHOWN)).isoformat()
        super().__init__(asked)
        self.scope = scope
        self.fields["opd"] = opd_field(scope)
        self.order_fields(["sejak", "sampai", "jenis", "opd", "akun", "kata"])

    def where(self) -> JournalFilter | None:
        """The conditions, or None where a field is wrong (the form then says which)."""
        if not self.is_valid():
            return None
        asked = self.cleaned_data
        return JournalFilter(
            first=asked["sejak"],
            last=asked["sampai"],
            kind=asked["jenis"],
            opds=reach(self.scope, asked["opd"]),
            account=asked["akun"].slug if asked["akun"] else "",
            text=asked["kata"],
        )


class TrialBalanceForm(forms.Form):
    pada = day_field("Neraca saldo pada")
    blok = block_field()

    def __init__(self, data: Any, *, scope: Scope, today: date) -> None:
        asked = data.copy()
        asked.setdefault("pada", today.isoformat())
        super().__init__(asked)
        self.fields["opd"] = opd_field(scope)
