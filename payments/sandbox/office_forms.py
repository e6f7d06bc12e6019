"""Forms of the counters for accounts, CMS, cards and e-money. Field names are stable: tests fill them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from payments import money, qris
from payments.sandbox.catalogue import card_digits
from payments.sandbox.cms import LONGEST_FILE
from payments.sandbox.models import Account, Card, CardTransaction, EmoneyCard, EmoneyEntry

_DAYS = ["%Y-%m-%d", "%d/%m/%Y"]


class RupiahField(forms.CharField):
    """An amount above zero as a person types it."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = money.parse(text)
        except money.MoneyError as error:
            raise forms.ValidationError("Tulis jumlahnya dengan angka, misalnya 1.250.000.") from error
        if amount <= 0 or amount >= Decimal(10) ** 13:
            raise forms.ValidationError("Jumlahnya harus di atas nol dan di bawah sepuluh triliun.")
        return amount


class KeyForm(forms.Form):
    """The key is made with the form, so that a second press of the button does nothing."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


def _treasurers() -> Any:
    return Account.objects.filter(kind=Account.Kind.TREASURER)


class TopUpForm(KeyForm):
    amount = RupiahField(error_messages={"required": "Isi jumlahnya."})


class PeriodForm(forms.Form):
    """The days of a statement, both included."""

    sejak = forms.DateField(input_formats=_DAYS)
    sampai = forms.DateField(input_formats=_DAYS)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and data["sampai"] < data["sejak"]:
            raise forms.ValidationError("Tanggal akhir mendahului tanggal awal.")
        return data


def _is_one(value: str) -> bool:
    return value == "1"


class EndForm(forms.Form):
    succeeds = forms.TypedChoiceField(choices=[("1", "ya"), ("0", "tidak")], coerce=_is_one)


class ShopForm(KeyForm):
    """Pay a merchant's QRIS in the bank's own app, from an account or with a card."""

    text = forms.CharField(max_length=512, error_messages={"required": "Tempel teks QRIS merchant."})
    amount = RupiahField(error_messages={"required": "Isi jumlahnya."})
    source = forms.ModelChoiceField(queryset=Account.objects.none(), required=False, to_field_name="number")
    card = forms.ModelChoiceField(queryset=Card.objects.all(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = _treasurers()  # type: ignore[attr-defined]

    def clean_text(self) -> qris.QrisPayload:
        try:
            return qris.parse(self.cleaned_data["text"])
        except qris.QrisError as error:
            raise forms.ValidationError(f"Bukan QRIS yang sah: {error}") from error

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and bool(data["source"]) == bool(data["card"]):
            raise forms.ValidationError("Pilih satu sumber dana: rekening atau kartu.")
        return data


class BulkForm(forms.Form):
    file = forms.FileField(max_length=100, error_messages={"required": "Pilih berkas OB_… atau SKN_…."})
    failing = forms.CharField(required=False, max_length=200)

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > LONGEST_FILE:
            raise forms.ValidationError("Berkas lebih besar dari 200 kB. Berkas tidak dijalankan.")
        return upload

    def clean_failing(self) -> frozenset[int]:
        words = self.cleaned_data["failing"].replace(",", " ").split()
        if not all(word.isascii() and word.isdecimal() for word in words):
            raise forms.ValidationError("Tulis nomor baris yang gagal, misalnya 2, 5.")
        return frozenset(int(word) for word in words)


class ByHandForm(KeyForm):
    source = forms.ModelChoiceField(queryset=Account.objects.none(), to_field_name="number")
    target = forms.ModelChoiceField(queryset=Account.objects.all(), to_field_name="number")
    amount = RupiahField(error_messages={"required": "Isi jumlahnya."})
    note = forms.CharField(required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = _treasurers()  # type: ignore[attr-defined]


class SpendForm(KeyForm):
    card = forms.ModelChoiceField(queryset=Card.objects.all(), error_messages={"required": "Pilih kartunya."})
    merchant = forms.CharField(max_length=60, error_messages={"required": "Isi nama merchant."})
    mcc = forms.RegexField(
        r"^[0-9]{4}$", initial="5943", error_messages={"invalid": "MCC terdiri atas empat angka."}
    )
    amount = RupiahField(error_messages={"required": "Isi jumlahnya."})
    day = forms.DateField(input_formats=_DAYS, error_messages={"required": "Isi tanggal belanja."})
    way = forms.ChoiceField(choices=CardTransaction.Way.choices)
    note = forms.CharField(required=False, max_length=100)


def _digits(text: str) -> tuple[str, str]:
    digits = card_digits(text)
    if digits is None:
        example = "misalnya 526422******1234"
        raise forms.ValidationError(f"Tulis enam angka pertama dan empat angka terakhir, {example}.")
    return digits


class CardForm(forms.Form):
    """A new card; of its number only the first six and the last four digits are kept."""

    number = forms.CharField(max_length=40, error_messages={"required": "Isi nomor kartu tersamar."})
    holder = forms.CharField(max_length=60, error_messages={"required": "Isi nama pemegang."})
    owner = forms.CharField(max_length=40, error_messages={"required": "Isi OPD pemilik kartu."})
    limit = RupiahField(error_messages={"required": "Isi limitnya."})

    def clean_number(self) -> tuple[str, str]:
        digits = _digits(self.cleaned_data["number"])
        if Card.objects.filter(first6=digits[0], last4=digits[1]).exists():
            raise forms.ValidationError("Kartu itu sudah ada.")
        return digits


class StatusForm(forms.Form):
    card = forms.ModelChoiceField(queryset=Card.objects.all())
    status = forms.ChoiceField(choices=Card.Status.choices)


class BillForm(forms.Form):
    owner = forms.CharField(max_length=40, error_messages={"required": "Pilih OPD pemilik kartu."})
    due_date = forms.DateField(input_formats=_DAYS, required=False)


class EmoneyForm(KeyForm):
    kind = forms.ChoiceField(choices=EmoneyEntry.Kind.choices)
    amount = RupiahField(error_messages={"required": "Isi jumlahnya."})
    merchant = forms.CharField(required=False, max_length=60)
    terminal = forms.CharField(required=False, max_length=16)
    account = forms.ModelChoiceField(queryset=Account.objects.none(), required=False, to_field_name="number")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = _treasurers()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        buys = data.get("kind") == EmoneyEntry.Kind.BUY
        if buys and not data.get("merchant"):
            raise forms.ValidationError("Isi nama merchant tempat berbelanja.")
        return data


class EmoneyCardForm(forms.Form):
    number = forms.CharField(max_length=40, error_messages={"required": "Isi nomor kartu tersamar."})
    holder = forms.CharField(max_length=60, error_messages={"required": "Isi nama pemegang."})

    def clean_number(self) -> tuple[str, str]:
        digits = _digits(self.cleaned_data["number"])
        if EmoneyCard.objects.filter(first6=digits[0], last4=digits[1]).exists():
            raise forms.ValidationError("Kartu itu sudah ada.")
        return digits
