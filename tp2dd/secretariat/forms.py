"""Forms of the desk: plain, the services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from opd.forms import DayInput, RupiahField, Sentence
from opd.models import Opd
from opd.office.calendar import WIB
from tp2dd.secretariat.figure_queries import MONTHS
from tp2dd.secretariat.models import (
    Agreement,
    Attendance,
    DataRequest,
    FigureFile,
    Meeting,
    Position,
    Region,
    RegionScore,
    Task,
)

ANYTHING = ("", "apa saja")


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def offices() -> Any:
    return Opd.objects.valid(on=timezone.localdate()).order_by("name")


class DecreeForm(forms.Form):
    number = forms.CharField(label="Nomor keputusan", max_length=100)
    decree_date = forms.DateField(label="Tanggal keputusan", widget=DayInput())
    about = forms.CharField(label="Tentang", max_length=300)
    valid_from = forms.DateField(label="Berlaku sejak", widget=DayInput())


class SeatForm(forms.Form):
    position = forms.ChoiceField(label="Kedudukan", choices=Position.choices)
    office = forms.CharField(
        label="Jabatan", max_length=200, help_text="Misalnya Kepala Dinas Perhubungan atau Direktur bank."
    )


class AppointForm(forms.Form):
    name = forms.CharField(label="Nama dan gelar", max_length=120)
    nip = forms.RegexField(
        r"^\d{18}$", label="NIP", required=False, error_messages={"invalid": "NIP terdiri dari 18 angka."}
    )
    valid_from = forms.DateField(label="Sejak", widget=DayInput())


class ActivitySentence(Sentence):
    tugas = forms.ChoiceField(label="Kegiatan untuk tugas", choices=[ANYTHING, *Task.choices], required=False)
    opd = forms.ModelChoiceField(
        Opd.objects.none(), label="dengan", required=False, empty_label="OPD mana pun"
    )
    sejak = forms.DateField(label="sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())
    cari = forms.CharField(label="berisi kata", required=False, max_length=80)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        choices: Any = self.fields["opd"]
        choices.queryset = offices()

    @property
    def opd_id(self) -> int | None:
        office: Opd | None = self.given("opd")
        return office.pk if office else None


class ActivityForm(forms.Form):
    task = forms.ChoiceField(
        label="Tugas", choices=[(code, f"{code}. {label}") for code, label in Task.choices],
        help_text="Huruf tugas menurut Pasal 5 Permendagri 56/2021.",
    )  # fmt: skip
    title = forms.CharField(label="Kegiatan", max_length=200)
    first_day = forms.DateField(label="Tanggal", widget=DayInput())
    last_day = forms.DateField(
        label="Sampai", widget=DayInput(), required=False, help_text="Kosong bila hanya sehari."
    )
    place = forms.CharField(label="Tempat", max_length=200)
    participants = forms.IntegerField(label="Jumlah peserta", min_value=0, max_value=1_000_000)
    summary = forms.CharField(label="Ringkasan hasil", max_length=2000, widget=_area(4))
    opds = forms.ModelMultipleChoiceField(
        Opd.objects.none(), label="OPD terkait", required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["opds"]
        choices.queryset = offices()


class MeetingSentence(Sentence):
    keadaan = forms.ChoiceField(
        label="Rapat yang", choices=[("", "semua keadaan"), *Meeting.State.choices], required=False
    )
    cari = forms.CharField(label="berisi kata", required=False, max_length=80)


class MeetingForm(forms.Form):
    title = forms.CharField(label="Nama rapat", max_length=200)
    agenda = forms.CharField(
        label="Agenda", max_length=2000, widget=_area(4), help_text="Satu pokok bahasan setiap baris."
    )
    starts_at = forms.DateTimeField(
        label="Waktu (WIB)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )  # fmt: skip
    place = forms.CharField(label="Tempat", max_length=200)
    chair = forms.CharField(
        label="Pemimpin rapat", max_length=120, required=False,
        help_text="Kosong: Ketua pelaksana harian TP2DD.",
    )  # fmt: skip

    def clean_starts_at(self) -> Any:
        return self.cleaned_data["starts_at"].replace(tzinfo=WIB)


class HoldForm(forms.Form):
    """Who came, who came besides, and what was said and decided."""

    present = forms.MultipleChoiceField(label="Hadir", required=False, widget=forms.CheckboxSelectMultiple)
    others = forms.CharField(
        label="Hadir di luar undangan", required=False, max_length=8000, widget=_area(3),
        help_text="Satu orang setiap baris: nama; jabatan.",
    )  # fmt: skip
    discussion = forms.CharField(label="Pembahasan", max_length=6000, widget=_area(6))
    decisions = forms.CharField(
        label="Keputusan", max_length=3000, required=False, widget=_area(4),
        help_text="Satu keputusan setiap baris.",
    )  # fmt: skip

    def __init__(self, *args: Any, asked: list[Attendance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["present"]
        choices.choices = [(str(one.pk), f"{one.name}, {one.office}") for one in asked]

    def clean_others(self) -> list[tuple[str, str]]:
        found = []
        for number, line in enumerate(self.cleaned_data["others"].splitlines(), 1):
            name, _, office = (part.strip() for part in line.partition(";"))
            if not line.strip():
                continue
            if not name or not office:
                raise forms.ValidationError(f"Baris {number}: tulis nama; jabatan.")
            found.append((name, office))
        return found


class AgreementSentence(Sentence):
    pihak = forms.ChoiceField(
        label="Perjanjian dengan", choices=[("", "siapa saja"), *Agreement.Party.choices], required=False
    )
    cari = forms.CharField(label="bernomor atau bernama", required=False, max_length=80)


class AgreementForm(forms.Form):
    number = forms.CharField(label="Nomor", max_length=120)
    party_kind = forms.ChoiceField(label="Jenis pihak", choices=Agreement.Party.choices)
    party = forms.CharField(label="Pihak", max_length=200)
    title = forms.CharField(label="Tentang", max_length=300)
    signed_on = forms.DateField(label="Ditandatangani", widget=DayInput())
    valid_from = forms.DateField(label="Berlaku sejak", widget=DayInput())
    valid_to = forms.DateField(label="Berakhir", widget=DayInput())


class EndForm(forms.Form):
    ended_on = forms.DateField(label="Diakhiri pada", widget=DayInput())
    reason = forms.CharField(label="Alasan", max_length=300)


class RequestSentence(Sentence):
    keadaan = forms.ChoiceField(
        label="Permintaan yang", required=False,
        choices=[("belum", "belum selesai"), ("", "semua keadaan"), *DataRequest.State.choices],
    )  # fmt: skip
    cari = forms.CharField(label="berisi kata", required=False, max_length=80)


class RequestForm(forms.Form):
    opd = forms.ModelChoiceField(Opd.objects.none(), label="OPD", required=False, empty_label="bukan OPD")
    body = forms.CharField(
        label="atau lembaga luar", max_length=160, required=False,
        help_text="Misalnya Samsat, KPw Bank Indonesia Bengkulu, Bank RKUD.",
    )  # fmt: skip
    subject = forms.CharField(label="Data yang diminta", max_length=200)
    period = forms.CharField(label="Masa data", max_length=80, help_text="Misalnya Semester I 2026.")
    note = forms.CharField(label="Keterangan", max_length=1000, required=False, widget=_area())
    due_on = forms.DateField(label="Tenggat", widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["opd"]
        choices.queryset = offices()


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="Jawaban", max_length=2000, widget=_area(4),
        help_text="Angka atau keterangannya; berkasnya dilampirkan sebagai bukti di atas.",
    )  # fmt: skip


class SendBackForm(forms.Form):
    reason = forms.CharField(label="Yang kurang", max_length=300)
    due_on = forms.DateField(label="Tenggat baru", widget=DayInput(), required=False)


class ScoreForm(forms.Form):
    region_id = forms.TypedChoiceField(label="Kabupaten/kota", coerce=int)
    year = forms.IntegerField(label="Tahun", min_value=2021, max_value=2100)
    half = forms.TypedChoiceField(label="Semester", coerce=int, choices=[(1, "I"), (2, "II")])
    stage = forms.ChoiceField(label="Tahap", choices=RegionScore.Stage.choices)
    index = forms.DecimalField(
        label="Indeks (%)", min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False,
        localize=True, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    source = forms.CharField(label="Sumber", max_length=200)
    source_date = forms.DateField(label="Tanggal sumber", widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["region_id"]
        choices.choices = [(one.pk, one.name) for one in Region.objects.all()]


class ScoreFileForm(forms.Form):
    file = forms.FileField(label="Berkas CSV atau XLSX")
    source = forms.CharField(label="Sumber", max_length=200)
    source_date = forms.DateField(label="Tanggal sumber", widget=DayInput())


class FigureForm(forms.Form):
    year = forms.IntegerField(label="Tahun", min_value=2020, max_value=2100)
    month = forms.TypedChoiceField(label="Bulan", coerce=int, choices=list(enumerate(MONTHS, 1)))
    source = forms.CharField(
        label="Sumber", max_length=200, help_text="Siapa yang mengirim, dengan surat apa."
    )
    control_total = RupiahField(label="Jumlah kontrol", least=None)
    file = forms.FileField(label="Berkas CSV atau XLSX", help_text="Paling besar 20 MB.")


class FigureSentence(Sentence):
    tahun = forms.ChoiceField(label="Angka bulanan tahun", required=False)

    def __init__(self, data: Any, years: list[int]) -> None:
        super().__init__(data)
        self.offer("tahun", ((year, str(year)) for year in years), "terbaru")


FIGURE_WORDS = {"pajak": FigureFile.Kind.TAX, "lra": FigureFile.Kind.LRA}
"""How the kinds stand in the address."""
