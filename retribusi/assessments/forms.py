"""What people send to this room; the services decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from opd.access import Scope
from opd.forms import DayInput, OfficeSentence, RupiahField, Sentence
from opd.models import Opd
from opd.office.calendar import add_months
from opd.office.tabular import MOST_BYTES
from retribusi.assessments.models import State, WajibRetribusi
from retribusi.assessments.queries import SkrdFilter
from retribusi.assessments.rules import MOST_INSTALMENTS
from retribusi.assessments.services.deciding import Grounds
from retribusi.assessments.services.issuing import MOST_OF_ONE
from retribusi.models import CollectionPoint, TariffItem


class SkrdListFilter(OfficeSentence):
    """The list's filter sentence."""

    field_order = ["q", "keadaan", "opd", "tahun"]
    q = forms.CharField(label="Cari", required=False, max_length=60)
    keadaan = forms.ChoiceField(label="yang", required=False)
    tahun = forms.TypedChoiceField(label="tahun", required=False, coerce=int, empty_value=None)

    def __init__(self, data: Any, reach: Scope) -> None:
        super().__init__(data, reach)
        self.fields["q"].widget.attrs["placeholder"] = "nomor atau nama"
        states = [("overdue", "lewat jatuh tempo"), *((one.value, one.label.lower()) for one in State)]
        self.offer("keadaan", states, "apa pun keadaannya")
        this_year = timezone.localdate().year
        self.offer(
            "tahun", ((year, str(year)) for year in range(this_year, this_year - 6, -1)), "semua tahun"
        )

    def where(self) -> SkrdFilter:
        return SkrdFilter(
            text=self.word("q"), opd_id=self.opd_id, state=self.word("keadaan"), year=self.number("tahun")
        )


class WajibListFilter(OfficeSentence):
    field_order = ["q", "opd"]
    q = forms.CharField(label="Cari", required=False, max_length=60)

    def __init__(self, data: Any, reach: Scope) -> None:
        super().__init__(data, reach)
        self.fields["q"].widget.attrs["placeholder"] = "nama, alamat, atau 4 angka akhir"


class OfficeFilter(OfficeSentence):
    """One agency or all within reach."""


class LetterFilter(OfficeSentence):
    field_order = ["jenis", "opd"]
    jenis = forms.ChoiceField(label="Tampilkan", required=False)

    def __init__(self, data: Any, reach: Scope) -> None:
        super().__init__(data, reach)
        kinds = [("notice", "pemberitahuan"), ("teguran", "surat teguran"), ("strd", "STRD")]
        self.offer("jenis", kinds, "semua surat")


class WajibForm(forms.Form):
    """A new wajib retribusi; an officer of several agencies also says which."""

    opd = forms.ModelChoiceField(Opd.objects.none(), label="OPD", empty_label=None)
    name = forms.CharField(label="Nama orang atau badan", max_length=120)
    kind = forms.ChoiceField(label="Jenis nomor", choices=WajibRetribusi.IdentityKind)
    identity = forms.CharField(
        label="NIK atau NPWP", max_length=30, widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text="Disimpan terenkripsi; daftar hanya menampilkan empat angka terakhir.",
    )  # fmt: skip
    address = forms.CharField(label="Alamat", max_length=200)
    contact = forms.CharField(label="Telepon atau surel", max_length=120, required=False)

    def __init__(self, offices: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["opd"]
        field.queryset = offices


class AmendForm(forms.Form):
    name = forms.CharField(label="Nama orang atau badan", max_length=120)
    address = forms.CharField(label="Alamat", max_length=200)
    contact = forms.CharField(
        label="Telepon atau surel yang baru", max_length=120, required=False,
        help_text="Kosongkan bila tidak berubah.",
    )  # fmt: skip


class PeriodForm(forms.Form):
    """The levy's period: this month unless told."""

    period_from = forms.DateField(label="Masa sejak", widget=DayInput())
    period_to = forms.DateField(label="sampai", widget=DayInput())

    @staticmethod
    def this_month(today: date) -> dict[str, date]:
        first = today.replace(day=1)
        return {"period_from": first, "period_to": date.fromordinal(add_months(first, 1).toordinal() - 1)}

    @property
    def period(self) -> tuple[date, date]:
        return self.cleaned_data["period_from"], self.cleaned_data["period_to"]


class SkrdForm(PeriodForm):
    """How many of each tariff, for which period."""

    form_key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, tariffs: Sequence[TariffItem], *args: Any, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "form_key": f"skrd:{uuid4()}",
            **self.this_month(today),
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        self.tariffs = tariffs
        for item in tariffs:
            self.fields[f"t{item.pk}"] = forms.IntegerField(
                min_value=0, max_value=MOST_OF_ONE, required=False, label=item.name
            )

    def quantities(self) -> dict[int, int]:
        found = {item.pk: self.cleaned_data[f"t{item.pk}"] for item in self.tariffs}
        return {pk: number for pk, number in found.items() if number}


class FileForm(PeriodForm):
    """A file of SKRD for one point and period."""

    field_order = ["point", "period_from", "period_to", "file"]
    point = forms.ModelChoiceField(CollectionPoint.objects.none(), label="Titik", empty_label=None)
    file = forms.FileField(label="Berkas CSV atau XLSX", help_text="Paling besar 20 MB, 20.000 baris.")

    def __init__(self, points: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["point"]
        field.queryset = points

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("Berkas lebih besar dari 20 MB.")
        return file


class GroundsForm(forms.Form):
    """The decision that a deed stands on."""

    number = forms.CharField(label="Nomor keputusan", max_length=100)
    decided_on = forms.DateField(label="Tanggal keputusan", widget=DayInput())
    reason = forms.CharField(label="Alasan", max_length=300)

    @property
    def grounds(self) -> Grounds:
        data = self.cleaned_data
        return Grounds(data["number"], data["decided_on"], data["reason"])


class ReductionForm(GroundsForm):
    amount = RupiahField(label="Besarnya keringanan")
    field_order = ["amount", "number", "decided_on", "reason"]


class InstalmentsForm(GroundsForm):
    times = forms.IntegerField(label="Berapa kali", min_value=2, max_value=MOST_INSTALMENTS)
    first_due = forms.DateField(label="Angsuran pertama jatuh tempo", widget=DayInput())
    field_order = ["times", "first_due", "number", "decided_on", "reason"]


class PointChoice(Sentence):
    """Which point a new SKRD is for, in the address."""

    titik = forms.ModelChoiceField(CollectionPoint.objects.none(), label="Titik", required=False)

    def __init__(self, points: Any, data: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["titik"]
        field.queryset, field.empty_label = points, None
