"""What auditors and agencies write and choose."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone

from opd.access import PERMISSIONS, Scope
from opd.forms import DayInput, OfficeSentence, RupiahField
from opd.models import Opd, Role
from opd.office.ids import token
from payments.auditing import holders, words
from payments.auditing.lists import Period
from payments.auditing.models import VERDICTS, Method, Population, Sample, Severity, State
from payments.auditing.queries import Where
from payments.auditing.sampling import MOST, Wanted, new_seed
from payments.auditing.services import FindingDraft


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _offer_agencies(field: Any, reach: Scope, on: date) -> None:
    field.queryset = reach.filter(Opd.objects.valid(on=on), "pk").order_by("name")


class FindingForm(forms.Form):
    """A new finding, in the order in which auditors write one."""

    opd = forms.ModelChoiceField(Opd.objects.none(), label="OPD", empty_label="Pilih OPD")
    title = forms.CharField(label="Judul", max_length=200)
    severity = forms.ChoiceField(label="Tingkat", choices=Severity.choices)
    amount = RupiahField(label="Nilai", required=False, help_text="Rupiah; kosongkan bila tidak dinilai.")
    condition = forms.CharField(
        label="Kondisi",
        max_length=4000,
        widget=_area(4),
        help_text="Apa yang ditemukan, di mana, sejak kapan.",
    )
    criteria = forms.CharField(
        label="Kriteria", max_length=4000, widget=_area(3), help_text="Peraturan yang seharusnya diikuti."
    )
    cause = forms.CharField(label="Sebab", max_length=4000, widget=_area(3))
    effect = forms.CharField(label="Akibat", max_length=4000, widget=_area(3))
    recommendation = forms.CharField(label="Rekomendasi", max_length=4000, widget=_area(3))
    received_on = forms.DateField(label="Diterima OPD", widget=DayInput())
    about = forms.CharField(
        label="Rujukan", max_length=4000, required=False, widget=_area(3),
        help_text="Alamat halaman yang dimaksud, satu per baris: jurnal, pembayaran, belanja, SKRD, berkas.",
    )  # fmt: skip
    form_key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, reach: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        _offer_agencies(self.fields["opd"], reach, today)
        self.fields["received_on"].initial = today
        self.fields["form_key"].initial = token

    def draft(self) -> FindingDraft:
        """What a valid form says."""
        data = dict(self.cleaned_data)
        data.pop("form_key")
        data["severity"], data["about"] = Severity(data["severity"]), data["about"].splitlines()
        return FindingDraft(**data)


class AnswerForm(forms.Form):
    text = forms.CharField(
        label="Tindak lanjut", max_length=4000, widget=_area(4),
        help_text="Apa yang sudah dilakukan. Lampirkan buktinya di bawah.",
    )  # fmt: skip


class JudgeForm(forms.Form):
    verdict = forms.ChoiceField(
        label="Penilaian", choices=[(str(state), state.label) for state in VERDICTS], widget=forms.RadioSelect
    )
    text = forms.CharField(label="Alasan penilaian", max_length=4000, widget=_area(3))


class FindingFilter(OfficeSentence):
    """The register's filter sentence."""

    field_order = ("keadaan", "tingkat", "opd", "waktu", "sejak", "sampai", "q")
    STATES = [("", "apa pun keadaannya"), ("open", "belum selesai")]
    STATES += [(str(state), state.label.lower()) for state in State]
    TIMES = [("", "kapan pun"), ("late", "lewat tenggat"), ("answered", "menunggu penilaian")]

    keadaan = forms.ChoiceField(label="Temuan", choices=STATES, required=False)
    tingkat = forms.ChoiceField(
        label="bertingkat",
        choices=[("", "apa saja"), *((str(one), one.label.lower()) for one in Severity)],
        required=False,
    )
    waktu = forms.ChoiceField(label="dengan tenggat", choices=TIMES, required=False)
    sejak = forms.DateField(label="dicatat sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())
    q = forms.CharField(label="cari", required=False, max_length=60)

    def __init__(self, data: Any, reach: Scope) -> None:
        super().__init__(data, reach)
        self.fields["q"].widget.attrs["placeholder"] = "nomor atau kata"

    @property
    def where(self) -> Where:
        return Where(
            state=self.word("keadaan"), severity=self.word("tingkat"), opd_id=self.opd_id,
            timing=self.word("waktu"), first=self.day("sejak"), last=self.day("sampai"), text=self.word("q"),
        )  # fmt: skip


class AccessFilter(OfficeSentence):
    """The access matrix's filter sentence; without a day it is today."""

    field_order = ("pada", "opd", "peran", "izin", "q")

    pada = forms.DateField(label="Pada", required=False, widget=DayInput())
    peran = forms.ChoiceField(label="berperan", choices=[("", "apa saja"), *Role.choices], required=False)
    izin = forms.ChoiceField(label="dengan izin", required=False)
    q = forms.CharField(label="cari", required=False, max_length=60)

    def __init__(self, data: Any, reach: Scope, today: date) -> None:
        super().__init__(data, reach)
        self.today, self.reach = today, reach
        self.fields["pada"].initial = today
        self.offer(
            "izin", sorted(((code, words.spoken(code)) for code in PERMISSIONS), key=_label), "apa saja"
        )
        self.fields["q"].widget.attrs["placeholder"] = "nama atau nomor SK"

    @property
    def where(self) -> holders.Where:
        return holders.Where(
            on=self.day("pada") or self.today, opd_id=self.opd_id, role=self.word("peran"),
            permission=self.word("izin"), text=self.word("q"), reach=self.reach,
        )  # fmt: skip


def _label(choice: tuple[str, str]) -> str:
    return choice[1]


class PeriodFilter(OfficeSentence):
    """Days (WIB, inclusive) and an agency; without days it is this year so far."""

    field_order = ("sejak", "sampai", "opd")

    sejak = forms.DateField(label="Sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())

    def __init__(self, data: Any, reach: Scope, today: date) -> None:
        super().__init__(data, reach)
        self.today = today
        self.first_in_reach: int | None = None
        if reach.opd_ids is not None:
            offices: Any = self.fields["opd"]
            offices.empty_label = None
            first = offices.queryset.first()
            self.first_in_reach = first.pk if first else 0

    @property
    def period(self) -> Period:
        """Without a choice every agency, or the first of those in reach; of none at all, nothing."""
        last = self.day("sampai") or self.today
        chosen = self.opd_id or self.first_in_reach
        return Period(self.day("sejak") or date(last.year, 1, 1), last, chosen)


class SampleFilter(OfficeSentence):
    """The filter sentence of kept samples; days (WIB, inclusive) of drawing."""

    field_order = ("populasi", "cara", "opd", "sejak", "sampai", "q")

    populasi = forms.ChoiceField(
        label="Sampel", choices=[("", "populasi apa saja"), *Population.choices], required=False
    )
    cara = forms.ChoiceField(label="dengan cara", choices=[("", "apa saja"), *Method.choices], required=False)
    sejak = forms.DateField(label="diambil sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())
    q = forms.CharField(label="cari", required=False, max_length=64)

    def __init__(self, data: Any, reach: Scope) -> None:
        super().__init__(data, reach)
        self.fields["q"].widget.attrs["placeholder"] = "nomor atau benih"

    def narrow(self, rows: QuerySet[Sample]) -> QuerySet[Sample]:
        given = {
            "population": self.word("populasi"), "method": self.word("cara"), "opd": self.opd_id,
            "drawn_at__date__gte": self.day("sejak"), "drawn_at__date__lte": self.day("sampai"),
        }  # fmt: skip
        rows = rows.filter(**{name: value for name, value in given.items() if value})
        text = self.word("q")
        number = Q(pk=text) if text.isdecimal() and len(text) < 19 else Q()
        return rows.filter(number | Q(seed__icontains=text)) if text else rows


class SampleForm(forms.Form):
    """A new sample."""

    population = forms.ChoiceField(label="Populasi", choices=Population.choices)
    first = forms.DateField(label="Sejak", widget=DayInput())
    last = forms.DateField(label="Sampai", widget=DayInput())
    opd = forms.ModelChoiceField(Opd.objects.none(), label="OPD", required=False, empty_label="semua OPD")
    method = forms.ChoiceField(
        label="Cara", choices=Method.choices,
        help_text="Acak: setiap baris sama peluangnya. Satuan uang: setiap rupiah sama peluangnya.",
    )  # fmt: skip
    size = forms.IntegerField(label="Banyaknya", min_value=1, max_value=MOST, initial=25)
    seed = forms.CharField(
        label="Benih", max_length=64, help_text="Benih yang sama mengambil baris yang sama; boleh diganti."
    )
    form_key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, reach: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        _offer_agencies(self.fields["opd"], reach, today)
        if reach.opd_ids is not None:
            self.fields["opd"].required = True
        firsts = {"first": today.replace(month=1, day=1), "last": today, "seed": new_seed, "form_key": token}
        for name, value in firsts.items():
            self.fields[name].initial = value

    def clean_last(self) -> date:
        last: date = self.cleaned_data["last"]
        if "first" in self.cleaned_data and last < self.cleaned_data["first"]:
            raise ValidationError("Hari terakhir mendahului hari pertama.")
        return last

    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "form_key"}
        data["method"], data["population"] = Method(data["method"]), Population(data["population"])
        return Wanted(**data)
