"""Forms of the settings pages: plain, the services decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from opd.access import Scope, actor
from opd.models import OPD_ROLES, Capacity, Opd, Role
from payments.money import MoneyError, format_rupiah, parse

ONE_SEN = Decimal("0.01")


def carry_out(
    request: HttpRequest,
    form: forms.Form,
    deed: Callable[..., object],
    done: str,
    *,
    refused: type[Exception],
    **given: object,
) -> None:
    """Do what a posted form asks, its fields given to ``deed``, and say how it went as a message.

    The first field that is wrong, or the ``refused`` of the service, is said instead; then nothing changed.
    """
    if not form.is_valid():
        name, problems = next(iter(form.errors.items()))
        messages.error(request, f"{form.fields[name].label}: {problems[0]} Belum ada yang berubah.")
        return
    try:
        deed(by=actor(request), at=timezone.now(), **given, **form.cleaned_data)
    except refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)


def show_refusal(form: forms.BaseForm, error: Exception) -> None:
    """A service's refusal, beside the field it is about where it has one, else above the form.

    An error of ours names its field in ``field``.
    """
    if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
        for name, problems in error.error_dict.items():
            form.add_error(name if name in form.fields else None, problems)
    else:
        name = getattr(error, "field", "")
        told = error if isinstance(error, ValidationError) else str(error)
        form.add_error(name if name in form.fields else None, told)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class NumberField(forms.DecimalField):
    """A number as people write it: a comma or a point before its decimals, no grouping."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs.setdefault("inputmode", "decimal")

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.strip().replace(",", ".") if isinstance(value, str) else value)


class RupiahField(forms.Field):
    """An amount as people write it: "1.250.000", "1250000", "Rp 1.250.000,50"; shown grouped by thousands.

    ``least`` is the smallest that it takes: above zero unless told, 0 for a tariff, None for any sign.
    """

    default_error_messages = {"invalid": "Tulis jumlah rupiah dengan angka, misalnya 1.250.000."}

    def __init__(self, *, least: Decimal | None = ONE_SEN, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 30})
        super().__init__(widget=widget, **options)
        self.least = least

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            amount = parse(text)
        except MoneyError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if self.least is not None and amount < self.least:
            bound = "harus lebih dari nol" if self.least else "tidak boleh kurang dari nol"
            raise ValidationError(f"Jumlah {bound}.")
        return amount

    def prepare_value(self, value: Any) -> Any:
        return format_rupiah(value, zero="0").replace("Rp\u00a0", "") if isinstance(value, Decimal) else value


class Sentence(forms.Form):
    """A filter in the address: what cannot be understood is as if it were not there."""

    def given(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name)

    def word(self, name: str) -> str:
        return str(self.given(name) or "")

    def number(self, name: str) -> int | None:
        value = self.given(name)
        return int(value) if value else None

    def day(self, name: str) -> date | None:
        value: date | None = self.given(name)
        return value

    def offer(self, name: str, choices: Iterable[tuple[Any, str]], every: str) -> None:
        """What a choice field chooses from; ``every`` is the word for no choice."""
        field: Any = self.fields[name]
        field.choices = [("", every), *((str(value), label) for value, label in choices)]


class OfficeSentence(Sentence):
    """A filter that may name one of today's agencies within reach."""

    opd = forms.ModelChoiceField(Opd.objects.none(), label="dari", required=False, empty_label="semua OPD")

    def __init__(self, data: Any, reach: Scope) -> None:
        super().__init__(data)
        offices: Any = self.fields["opd"]
        offices.queryset = reach.filter(Opd.objects.valid(on=timezone.localdate()), "pk")

    @property
    def opd_id(self) -> int | None:
        office: Opd | None = self.given("opd")
        return office.pk if office else None


class UserForm(forms.Form):
    username = forms.CharField(
        label="Nama pengguna", max_length=60, help_text="Huruf kecil, angka, titik; tanpa spasi."
    )
    name = forms.CharField(label="Nama lengkap", max_length=120)
    nip = forms.RegexField(
        r"^\d{18}$",
        label="NIP",
        required=False,
        help_text="18 angka; kosongkan bila bukan ASN.",
        error_messages={"invalid": "NIP terdiri dari 18 angka."},
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="Peran", choices=Role.choices)
    capacity = forms.ChoiceField(
        label="Kedudukan",
        choices=Capacity.choices,
        required=False,
        help_text="Plt. atau Plh. tercetak di dokumen.",
    )
    opd = forms.ModelChoiceField(
        Opd.objects.none(),
        label="OPD",
        required=False,
        empty_label="Seluruh provinsi",
        help_text="Wajib untuk peran di OPD; kosong untuk peran tingkat provinsi.",
    )
    agencies = forms.ModelMultipleChoiceField(
        Opd.objects.none(),
        label="OPD dalam surat tugas",
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text="Hanya untuk auditor: yang diperiksa. Tanpa pilihan, surat tugasnya mencakup provinsi.",
    )
    decree_number = forms.CharField(
        label="Nomor SK", max_length=100, help_text="Untuk auditor: nomor surat tugas."
    )
    decree_date = forms.DateField(label="Tanggal SK", widget=DayInput())
    valid_from = forms.DateField(label="Berlaku sejak", widget=DayInput())
    valid_to = forms.DateField(
        label="Berlaku sampai",
        widget=DayInput(),
        required=False,
        help_text="Kosong: sampai dicabut. Wajib untuk auditor.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("opd", "agencies"):
            choices: Any = self.fields[name]
            choices.queryset = Opd.objects.valid(on=timezone.localdate())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["capacity"] = Capacity(data.get("capacity") or Capacity.DEFINITIVE)
        needs_opd = data.get("role") in OPD_ROLES
        if needs_opd and not data.get("opd"):
            self.add_error("opd", "Peran ini menyebut OPD-nya.")
        if not needs_opd and data.get("opd"):
            self.add_error("opd", "Peran ini berlaku untuk seluruh provinsi; kosongkan OPD.")
        data["agencies"] = list(data.get("agencies") or [])
        if data["agencies"] and data.get("role") != Role.AUDITOR:
            self.add_error("agencies", "Hanya surat tugas auditor yang menyebut beberapa OPD.")
        return data


class EndRoleForm(forms.Form):
    valid_to = forms.DateField(label="Hari terakhir", widget=DayInput())
    reason = forms.CharField(label="Alasan", max_length=300)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Alasan", max_length=300)


class AgencyFileForm(forms.Form):
    file = forms.FileField(label="Berkas CSV OPD", help_text="UTF-8, paling besar 1 MB.")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > 1_000_000:
            raise forms.ValidationError("Berkas lebih besar dari 1 MB.")
        return file


class TrailFilter(Sentence):
    """The audit trail's filter sentence."""

    q = forms.CharField(label="Objek atau tindakan", required=False, max_length=80)
    since = forms.DateField(label="Sejak", required=False, widget=DayInput())
    until = forms.DateField(label="Sampai", required=False, widget=DayInput())
