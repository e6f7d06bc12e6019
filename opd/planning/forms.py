"""Forms of the budget pages: filters that read as a sentence, and plain entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from opd.forms import DayInput, RupiahField, Sentence
from opd.models import Opd
from opd.planning.counters import MONTHS
from opd.planning.models import OF_PERIOD, OF_PROVINCE, DocumentKind, FileKind, RowState, Stage
from opd.planning.queries import LineFilter

FIRST_YEAR, LAST_YEAR = 2020, 2099


class YearSentence(Sentence):
    """Year and agency, the agency only for people who see several."""

    tahun = forms.IntegerField(
        label="Anggaran tahun",
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    opd = forms.TypedChoiceField(label="milik", required=False, coerce=int, empty_value=None)

    def __init__(
        self, *args: Any, offices: Sequence[Opd] = (), everybody: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if len(offices) < 2:
            del self.fields["opd"]
            return
        choices: Any = self.fields["opd"]
        first = [("", "semua OPD")] if everybody else []
        choices.choices = [*first, *((office.pk, office.name) for office in offices)]


class LineSentence(YearSentence):
    ONLY = [("", "semua baris"), ("tersisa", "yang masih bersisa"), ("hampir", "yang hampir habis")]

    sub = forms.ChoiceField(label="sub kegiatan", required=False)
    tampil = forms.ChoiceField(label="tampilkan", choices=ONLY, required=False)
    cari = forms.CharField(label="dengan kata atau kode", required=False, max_length=60)

    def __init__(self, *args: Any, subs: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["sub"]
        choices.choices = [("", "apa saja"), *subs]

    def where(self, year: int) -> LineFilter:
        return LineFilter(
            year, self.number("opd"), self.word("sub"), self.word("cari").strip(), self.word("tampil")
        )


class MonthSentence(YearSentence):
    pass


class RowSentence(YearSentence):
    STATES = [*RowState.choices, ("semua", "apa pun keadaannya")]

    keadaan = forms.ChoiceField(label="baris yang", choices=STATES, required=False)

    @property
    def state(self) -> str:
        state = self.word("keadaan") or str(RowState.OPEN)
        return "" if state == "semua" else state


class _FileForm(forms.Form):
    """What every upload says. ``facts`` are kept with the file as text."""

    opd = forms.ModelChoiceField(Opd.objects.none(), label="OPD")
    year = forms.IntegerField(label="Tahun anggaran", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    control_total = RupiahField(
        label="Jumlah kontrol",
        required=False,
        least=None,
        help_text="Jumlah semua baris menurut dokumen aslinya. Kosongkan bila berkas punya baris jumlah.",
    )
    file = forms.FileField(label="Berkas CSV atau XLSX", help_text="Paling besar 20 MB.")

    columns = ""

    def __init__(self, *args: Any, offices: Any, whole_province: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["opd"]
        choices.queryset = offices
        if whole_province and self.takes_whole_province:
            choices.required = False
            choices.empty_label = "Seluruh provinsi"
        if offices.count() == 1:
            self.initial.setdefault("opd", offices.first())
        self.order_fields(["opd", "year", *self.own_fields, "control_total", "file"])

    takes_whole_province = False
    own_fields: tuple[str, ...] = ()

    @property
    def facts(self) -> dict[str, str]:
        total: Decimal | None = self.cleaned_data["control_total"]
        own = {name: self._text(self.cleaned_data[name]) for name in self.own_fields}
        return own | {"control_total": "" if total is None else f"{total:.2f}"}

    @staticmethod
    def _text(value: Any) -> str:
        return value.isoformat() if isinstance(value, date) else str(value)


class DpaForm(_FileForm):
    stage = forms.ChoiceField(label="Tahapan", choices=Stage)
    number = forms.CharField(label="Nomor DPA", max_length=120)
    date = forms.DateField(label="Tanggal DPA", widget=DayInput())

    own_fields = ("stage", "number", "date")
    columns = (
        "kode_sub_kegiatan, nama_sub_kegiatan, kode_rekening, nama_rekening, sumber_dana, pagu; boleh "
        "ditambah jan sampai des untuk anggaran kas"
    )


class SpdForm(_FileForm):
    number = forms.CharField(label="Nomor SPD", max_length=120)
    date = forms.DateField(label="Tanggal SPD", widget=DayInput())
    from_month = forms.TypedChoiceField(label="Sejak bulan", choices=list(enumerate(MONTHS, 1)), coerce=int)
    to_month = forms.TypedChoiceField(label="Sampai bulan", choices=list(enumerate(MONTHS, 1)), coerce=int)

    own_fields = ("number", "date", "from_month", "to_month")
    columns = "kode_sub_kegiatan, kode_rekening, nilai; boleh ditambah sumber_dana dan nomor_spd"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("from_month", 1) > data.get("to_month", 12):
            self.add_error("to_month", "Bulan akhir tidak boleh mendahului bulan awal.")
        return data


class CashPlanForm(_FileForm):
    columns = "kode_sub_kegiatan, kode_rekening, jan sampai des; boleh ditambah sumber_dana"


class SipdForm(_FileForm):
    takes_whole_province = True
    columns = "45 kolom “Laporan Realisasi Per Dokumen” persis seperti diunduh dari SIPD"


class PlanForm(_FileForm):
    """A plan document; a province's has no agency, one of several years has a last year."""

    STAGES = [(str(Stage.MURNI), "Murni"), (str(Stage.PERUBAHAN), "Perubahan")]

    stage = forms.ChoiceField(label="Versi", choices=STAGES)
    last_year = forms.IntegerField(label="Sampai tahun", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    number = forms.CharField(
        label="Nomor penetapan", max_length=120, help_text="Perda, Pergub, nota kesepakatan, atau keputusan."
    )
    date = forms.DateField(label="Tanggal penetapan", widget=DayInput())

    own_fields: tuple[str, ...] = ("last_year", "stage", "number", "date")

    def __init__(self, *args: Any, kind: FileKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        document = DocumentKind(kind)
        self.fields[
            "control_total"
        ].help_text = (
            "Jumlah baris teratas menurut dokumen aslinya. Kosongkan bila berkas punya baris jumlah."
        )
        if document in OF_PROVINCE:
            del self.fields["opd"]
        if document in OF_PERIOD:
            self.fields["year"].label = "Sejak tahun"
        else:
            del self.fields["last_year"]
            self.own_fields = ("stage", "number", "date")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("last_year") and data.get("year") and data["last_year"] < data["year"]:
            self.add_error("last_year", "Tahun akhir tidak boleh mendahului tahun awal.")
        return data


class CodeChangeForm(forms.Form):
    pairs = forms.CharField(
        label="Pasangan kode",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Satu baris satu pasangan: kode lama;kode baru. Program membawa serta isi di bawahnya.",
    )
    from_year = forms.IntegerField(label="Berlaku mulai tahun", min_value=2000, max_value=LAST_YEAR)
    legal_basis = forms.CharField(
        label="Dasar hukum", max_length=200, help_text="Misalnya nomor keputusan menteri."
    )


class PlanSentence(Sentence):
    """Which plan documents to list."""

    tahun = forms.IntegerField(
        label="Dokumen yang mencakup tahun", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR
    )
    jenis = forms.ChoiceField(label="jenis", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind, kind.label) for kind in DocumentKind if kind != DocumentKind.DPA]
        self.offer("jenis", kinds, "apa saja")


FORMS: dict[FileKind, type[_FileForm]] = {
    FileKind.DPA: DpaForm,
    FileKind.SPD: SpdForm,
    FileKind.CASH_PLAN: CashPlanForm,
    FileKind.SIPD: SipdForm,
}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Alasan", min_length=5, max_length=300, help_text="Pemeriksa membaca kalimat ini."
    )


class CountForm(ReasonForm):
    """Counting a row outside the application; the line only where SIPD leaves several possible."""

    line = forms.TypedChoiceField(label="Baris anggaran", coerce=int)

    def __init__(self, *args: Any, lines: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if lines:
            choices: Any = self.fields["line"]
            choices.choices = lines
        else:
            del self.fields["line"]


class MatchForm(forms.Form):
    hold = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Alasan", max_length=300, required=False)


class UpGrantForm(forms.Form):
    opd = forms.ModelChoiceField(Opd.objects.none(), label="OPD")
    total = RupiahField(label="Besaran UP")
    kkpd_percent = forms.IntegerField(label="Bagian KKPD (persen)", min_value=0, max_value=100)
    valid_from = forms.DateField(label="Berlaku sejak", widget=DayInput())
    decree_number = forms.CharField(label="Nomor SK", max_length=120)
    decree_date = forms.DateField(label="Tanggal SK", widget=DayInput())

    def __init__(self, *args: Any, offices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["opd"]
        choices.queryset = offices
        if offices.count() == 1:
            self.initial.setdefault("opd", offices.first())
