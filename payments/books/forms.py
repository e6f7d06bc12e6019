"""Forms of the books: filters that read as a sentence, and plain entries; the services decide."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from opd.forms import DayInput, RupiahField, Sentence
from opd.models import Opd, Role, RoleAssignment, User
from payments.books.models import CashKind
from payments.books.notes import FIELDS
from payments.books.queries.unfinished import Panjar
from payments.money import format_rupiah
from payments.spending.models import TreasuryAccount


class MonthInput(forms.TextInput):
    input_type = "month"


class MonthFilter(Sentence):
    """Which agency and which month; kept in the address."""

    opd = forms.ModelChoiceField(Opd.objects.none(), label="Buku", required=False, empty_label=None)
    bulan = forms.RegexField(r"^20\d\d-(0[1-9]|1[0-2])$", label="bulan", required=False, widget=MonthInput())

    def __init__(self, data: Any, offices: Iterable[Opd]) -> None:
        super().__init__(data)
        field: Any = self.fields["opd"]
        field.queryset = Opd.objects.filter(pk__in=[one.pk for one in offices]).order_by("name")
        if len(list(offices)) == 1:
            field.widget = forms.HiddenInput()


class TaxFilter(MonthFilter):
    keadaan = forms.ChoiceField(
        label="yang",
        required=False,
        choices=[("", "semua"), ("belum", "belum disetor"), ("terlambat", "terlambat disetor")],
    )


class CashForm(forms.Form):
    """One movement of cash; which fields show depends on its kind."""

    request_key = forms.CharField(max_length=80, widget=forms.HiddenInput())
    holder = forms.ModelChoiceField(
        User.objects.none(), label="PPTK yang menerima panjar", empty_label="Pilih PPTK"
    )
    advance = forms.ChoiceField(label="Panjar")
    amount = RupiahField(label="Jumlah")
    moved_date = forms.DateField(label="Tanggal", widget=DayInput())
    in_bank = forms.BooleanField(label="Melalui rekening bendahara", required=False)
    reference = forms.CharField(label="Nomor slip atau kuitansi", max_length=64)
    reason = forms.CharField(label="Keperluan", max_length=300, min_length=5)

    def __init__(self, data: Any, *, kind: CashKind, opd: Opd, today: Any, panjar: Iterable[Panjar]) -> None:
        super().__init__(data, initial={"request_key": f"form:{uuid4()}", "moved_date": today})
        fields: Any = self.fields
        if kind == CashKind.ADVANCE:
            held = RoleAssignment.objects.valid(on=today).filter(role=Role.PPTK, opd=opd).values("user")
            fields["holder"].queryset = User.objects.filter(pk__in=held).order_by("name")
        else:
            del fields["holder"]
        if kind in (CashKind.SPENT, CashKind.RETURNED):
            fields["advance"].choices = [
                (str(one.row.pk), f"{one.row.holder}, {one.row.reason} (sisa {format_rupiah(one.left)})")
                for one in panjar
            ]
        else:
            del fields["advance"]
        if kind not in (CashKind.ADVANCE, CashKind.RETURNED):
            del fields["in_bank"]


class CountForm(forms.Form):
    """Notes and coins, one field for each denomination, and a word on what differs."""

    explanation = forms.CharField(
        label="Penjelasan selisih",
        required=False,
        max_length=400,
        help_text="Wajib bila uang yang dihitung lain dari buku.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value, sort in FIELDS:
            label = f"{'Lembar' if sort == 'kertas' else 'Keping'} {format_rupiah(Decimal(value))}"
            self.fields[name] = forms.IntegerField(
                label=label, required=False, min_value=0, max_value=100_000
            )
        self.order_fields([*(name for name, _, _ in FIELDS), "explanation"])

    @property
    def counted(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name, _, _ in FIELDS if self.cleaned_data.get(name)}

    @property
    def pieces(self) -> list[forms.BoundField]:
        return [self[name] for name, _, _ in FIELDS]


class InspectionForm(CountForm):
    day = forms.DateField(label="Tanggal pemeriksaan", widget=DayInput())


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Alasan", min_length=5, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class StatementForm(forms.Form):
    account = forms.ModelChoiceField(TreasuryAccount.objects.none(), label="Rekening", empty_label=None)
    file = forms.FileField(
        label="Rekening koran",
        help_text="CSV atau XLSX asli dari bank, mulai hari sesudah rekening koran terakhir.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def __init__(self, *args: Any, opd: Opd, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["account"]
        field.queryset = TreasuryAccount.objects.filter(opd=opd).order_by("kind", "-valid_from")


class ExplainForm(forms.Form):
    where = forms.ChoiceField(
        choices=[("bank", ""), ("book", ""), ("opening", "")], widget=forms.HiddenInput()
    )
    item_id = forms.IntegerField(widget=forms.HiddenInput())
    reason = forms.CharField(label="Penjelasan", min_length=5, max_length=400)


class HandOverForm(forms.Form):
    day = forms.DateField(label="Tanggal serah terima", widget=DayInput())
    from_user = forms.ModelChoiceField(User.objects.none(), label="Yang menyerahkan")
    to_user = forms.ModelChoiceField(User.objects.none(), label="Yang menerima")
    decree_number = forms.CharField(label="Nomor SK", max_length=120)
    note = forms.CharField(
        label="Catatan", required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, opd: Opd, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = (Role.BENDAHARA_PENGELUARAN, Role.BENDAHARA_PENGELUARAN_PEMBANTU)
        held = RoleAssignment.objects.filter(role__in=roles, opd=opd).values("user")
        for name in ("from_user", "to_user"):
            field: Any = self.fields[name]
            field.queryset = User.objects.filter(pk__in=held).order_by("name")


class FundForm(forms.Form):
    request_key = forms.CharField(max_length=80, widget=forms.HiddenInput())
    purse = forms.ChoiceField(label="Uang", choices=[("up_cash", "UP"), ("tu", "TU")])
    amount = RupiahField(label="Jumlah yang disetor")
    moved_date = forms.DateField(label="Tanggal setor", widget=DayInput())
    reference = forms.CharField(label="Nomor bukti setor (STS)", max_length=64)
