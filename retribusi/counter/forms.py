"""What people send to the counter; the services decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import F, Q, QuerySet

from opd.forms import DayInput, OfficeSentence, RupiahField, Sentence
from opd.office.calendar import bounds
from payments.money import format_rupiah
from retribusi.catalogue import PointToday
from retribusi.counter import choices
from retribusi.counter.models import Deposit, Shift
from retribusi.counter.services.selling import MOST_OF_ONE, Basket, Channel
from retribusi.forms import choose_point
from retribusi.models import CollectionPoint

OTHER = "lain"
"""The value of the button that takes a typed reason."""


class OpenForm(forms.Form):
    point = forms.ModelChoiceField(CollectionPoint.objects.none(), label="Titik", empty_label=None)
    change_amount = RupiahField(
        label="Uang kembalian awal", required=False, least=Decimal(0),
        help_text="Uang Anda untuk kembalian; tidak dihitung sebagai penjualan.",
    )  # fmt: skip

    def __init__(self, points: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["point"]
        choose_point(field, points)


class SaleForm(forms.Form):
    """The basket: numbers at full tariff (t…) and reduced (g…), and the words that some ways need."""

    kunci = forms.CharField(max_length=64, widget=forms.HiddenInput)
    dasar = forms.ChoiceField(label="Dasar", required=False)
    keterangan = forms.CharField(label="Keterangan", required=False, max_length=160)
    rujukan = forms.CharField(label="Nomor persetujuan atau RRN", required=False, max_length=32)
    alasan_tunai = forms.CharField(label="Alasan lain", required=False, max_length=160)
    alasan_jam = forms.CharField(label="Alasan di luar jam buka", required=False, max_length=160)

    def __init__(self, today: PointToday, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = today.offers
        self.grounds = choices.grounds(today.day)
        ground: Any = self.fields["dasar"]
        ground.choices = [("", "Pilih dasarnya"), *((one.code, one.label) for one in self.grounds)]
        for offer in today.offers:
            for letter in "tg":
                self.fields[f"{letter}{offer.tariff_id}"] = forms.IntegerField(
                    min_value=0, max_value=MOST_OF_ONE, required=False, label=offer.name
                )

    def basket(self, pressed: Mapping[str, Any]) -> Basket:
        """The basket of a valid form and the button that was pressed."""
        data = self.cleaned_data
        reason = str(pressed.get("tunai", ""))
        channel = Channel.CASH if reason else Channel(pressed.get("cara", Channel.QRIS))
        return Basket(
            form_key=data["kunci"], channel=channel, full=self._numbers("t"), reduced=self._numbers("g"),
            ground=data["dasar"], note=data["keterangan"], reference=data["rujukan"],
            cash_reason=data["alasan_tunai"] if reason == OTHER else reason, hours_reason=data["alasan_jam"],
        )  # fmt: skip

    def _numbers(self, letter: str) -> dict[int, int]:
        found = {one.tariff_id: self.cleaned_data[f"{letter}{one.tariff_id}"] for one in self.offers}
        return {tariff: number for tariff, number in found.items() if number}


class SearchForm(Sentence):
    """Amount, minute and code of today's order; what cannot be understood is as if it were not there."""

    jumlah = RupiahField(label="Jumlah", required=False)
    jam = forms.TimeField(
        label="sekitar pukul", required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    kode = forms.CharField(label="kode pesanan", required=False, max_length=12)

    @property
    def code(self) -> str:
        return self.word("kode").replace(" ", "").upper()


class DepositForm(forms.Form):
    """Which shifts' cash was handed to the bank, when, and under what number."""

    request_key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    shifts = forms.ModelMultipleChoiceField(
        Shift.objects.none(), label="Shift yang disetor", widget=forms.CheckboxSelectMultiple
    )
    deposited_at = forms.DateTimeField(
        label="Waktu setor",
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reference = forms.CharField(label="Nomor bukti setor dari bank", max_length=64)

    def __init__(self, rows: Iterable[Any], data: Any, *, now: Any) -> None:
        super().__init__(data, initial={"request_key": f"sts:{uuid4()}", "deposited_at": now})
        field: Any = self.fields["shifts"]
        field.queryset = Shift.objects.filter(pk__in=[row.shift.pk for row in rows])
        field.label_from_instance = label_of({row.shift.pk: row for row in rows})


def label_of(rows: Mapping[Any, Any]) -> Any:
    """The words beside a shift's box: officer, point, amount."""

    def words(shift: Shift) -> str:
        row = rows[shift.pk]
        return f"{row.shift.officer}, {row.shift.point}: {format_rupiah(row.amount)}"

    return words


class DepositFilter(OfficeSentence):
    """Which STS of the register; all where nothing is said."""

    field_order = ("keadaan", "opd", "sejak", "sampai")
    STATES = [
        ("", "apa pun keadaannya"), ("jalan", "belum masuk RKUD"), ("masuk", "sudah masuk RKUD"),
        ("terlambat", "terlambat disetor"),
    ]  # fmt: skip
    keadaan = forms.ChoiceField(label="STS yang", choices=STATES, required=False)
    sejak = forms.DateField(label="disetor sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())

    def narrow(self, rows: QuerySet[Deposit]) -> QuerySet[Deposit]:
        found = {
            "jalan": Q(credited_date=None), "masuk": Q(credited_date__isnull=False),
            "terlambat": Q(deposited_at__gt=F("due_at")),
        }.get(self.word("keadaan"), Q())  # fmt: skip
        if self.opd_id:
            found &= Q(opd=self.opd_id)
        first, last = self.day("sejak"), self.day("sampai")
        if first:
            found &= Q(deposited_at__gte=bounds(first)[0])
        if last:
            found &= Q(deposited_at__lt=bounds(last)[1])
        return rows.filter(found)


class CreditForm(forms.Form):
    credited_date = forms.DateField(label="Tanggal menurut rekening koran RKUD", widget=DayInput())
    reference = forms.CharField(label="Rujukan di rekening koran", min_length=3, max_length=64)
