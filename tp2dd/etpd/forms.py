"""Forms of the ETPD: the workbench's columns, and what each deed asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from opd import access
from opd.forms import DayInput, Sentence
from opd.models import Opd, RoleAssignment, User
from tp2dd.etpd.form import Column, Form, ValueRefused, clean
from tp2dd.etpd.index import Rubric
from tp2dd.etpd.models import Request
from tp2dd.etpd.queries import ONLY, Bench, Row
from tp2dd.etpd.services import Change

EVERY_GROUP = "semua"


class BenchSentence(Sentence):
    """Which columns of the workbench are on screen."""

    kelompok = forms.ChoiceField(label="Kolom", required=False)
    hanya = forms.ChoiceField(label="yang", choices=list(ONLY.items()), required=False)
    cari = forms.CharField(label="bernama", required=False, max_length=60)

    def __init__(self, data: Any, bench: Bench) -> None:
        super().__init__(data)
        groups = [(code, label) for code, label, _, _ in bench.groups()]
        field: Any = self.fields["kelompok"]
        field.choices = [*groups, (EVERY_GROUP, "semua kelompok")]
        self.first = groups[0][0]

    @property
    def group(self) -> str:
        return self.word("kelompok") or self.first

    def chosen(self, bench: Bench) -> list[Row]:
        return bench.chosen(self.group, self.word("hanya"), self.word("cari"))


class Ticks(forms.Field):
    """Several channels of one question, joined as the official form joins them."""

    def __init__(self, form: Form, **options: Any) -> None:
        choices = [(channel.value, channel.label) for channel in form.channels]
        super().__init__(widget=forms.CheckboxSelectMultiple(choices=choices), required=False, **options)
        self.form = form

    def to_python(self, value: Any) -> str:
        return self.form.separator.join(value or [])

    def prepare_value(self, value: Any) -> Any:
        return self.form.ticked(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Line:
    """A row with its bound fields; ``reason`` stands only where a fact may be overridden."""

    row: Row
    value: Any = None
    reason: Any = None


class BenchForm(forms.Form):
    """The columns on screen. Every refusal stands beside its column; one refusal, and nothing is saved."""

    def __init__(self, data: Any, form: Form, rows: Sequence[Row]) -> None:
        super().__init__(data)
        self.official, self.rows = form, [row for row in rows if row.column.is_asked]
        for row in self.rows:
            letter = row.column.letter
            self.fields[f"k_{letter}"] = control(form, row.column, row.value)
            self.fields[f"s_{letter}"] = forms.IntegerField(
                initial=row.seen, min_value=0, widget=forms.HiddenInput, required=False
            )
            if row.reading:
                initial = row.answer.reason if row.answer and row.departs else ""
                self.fields[f"r_{letter}"] = forms.CharField(
                    label=f"Alasan kolom {letter} berbeda dari fakta", max_length=300, required=False,
                    initial=initial,
                )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for row in self.rows:
            name = f"k_{row.column.letter}"
            if name in data:
                try:
                    clean(self.official, row.column, data[name])
                except ValueRefused as error:
                    self.add_error(name, str(error))
        return data

    @property
    def changes(self) -> list[Change]:
        return [
            Change(
                row.column.letter,
                self.cleaned_data[f"k_{row.column.letter}"],
                self.cleaned_data[f"s_{row.column.letter}"] or 0,
                self.cleaned_data.get(f"r_{row.column.letter}", ""),
            )
            for row in self.rows
        ]

    def lines(self, rows: Iterable[Row]) -> Iterator[Line]:
        for row in rows:
            letter = row.column.letter
            if f"k_{letter}" in self.fields:
                reason = self[f"r_{letter}"] if f"r_{letter}" in self.fields else None
                yield Line(row, self[f"k_{letter}"], reason)
            else:
                yield Line(row)

    def seen(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("s_")]


def control(form: Form, column: Column, value: str = "") -> forms.Field:
    """The field that a person answers a column with. What it may hold is told by ``form.clean`` alone."""
    label = f"{column.letter} {column.label}"
    match column.type:
        case "channels":
            return Ticks(form, label=label, initial=value)
        case "choice":
            choices = [("", "belum dijawab"), *((one, one) for one in column.choices)]
            return forms.CharField(
                label=label, required=False, initial=value, widget=forms.Select(choices=choices)
            )
        case "date":
            return forms.CharField(label=label, required=False, initial=value, widget=DayInput())
        case "rupiah":
            shown = f"{Decimal(value):,.0f}".replace(",", ".") if value else ""
            return _text(label, shown, inputmode="numeric")
        case "nip" | "percent":
            return _text(label, value.replace(".", ","), inputmode="decimal")
    return _text(label, value)


def _text(label: str, value: str, **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(label=label, required=False, max_length=500, initial=value, widget=widget)


class OpenForm(forms.Form):
    year = forms.IntegerField(label="Tahun", min_value=2021, max_value=2100)
    half = forms.TypedChoiceField(label="Semester", choices=[(1, "I"), (2, "II")], coerce=int)


class AskForm(forms.Form):
    """Whom to ask for one column, until when, with which evidence."""

    opd = forms.ModelChoiceField(Opd.objects.none(), label="OPD", required=False, empty_label="tidak ada")
    person = forms.ModelChoiceField(
        User.objects.none(), label="atau satu orang", required=False, empty_label="tidak ada"
    )
    note = forms.CharField(
        label="Pesan", max_length=300, required=False, help_text="Apa yang dicari dan di mana biasanya ada."
    )
    evidence_kind = forms.ChoiceField(label="Bukti yang diminta", choices=Request.Kind.choices)
    due_on = forms.DateField(label="Tenggat", widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices, people = self.fields["opd"], self.fields["person"]
        assert isinstance(offices, forms.ModelChoiceField)
        assert isinstance(people, forms.ModelChoiceField)
        today = timezone.localdate()
        offices.queryset = Opd.objects.valid(on=today).order_by("name")
        people.queryset = _answering()


def _answering() -> Any:
    """People with a role that answers requests today."""
    roles = [str(role) for role in access.PERMISSIONS["etpd.answer"]]
    held = RoleAssignment.objects.valid(on=timezone.localdate()).filter(role__in=roles)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("name")


class ReplyForm(forms.Form):
    """The answer to one request, with the control of its column."""

    def __init__(self, data: Any, form: Form, column: Column) -> None:
        super().__init__(data, auto_id="jawab-%s")
        self.fields["value"] = control(form, column)
        self.fields["value"].label = "Jawaban"


class RemarkForm(forms.Form):
    text = forms.CharField(label="Catatan", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class FreezeForm(forms.Form):
    stale_reason = forms.CharField(
        label="Alasan membekukan jawaban yang sudah diperiksa", max_length=300, required=False,
        help_text="Hanya bila fakta berubah sejak diperiksa.",
    )  # fmt: skip


class FilingForm(forms.Form):
    filed_on = forms.DateField(label="Disampaikan pada", widget=DayInput())
    number = forms.CharField(label="Nomor tanda terima", max_length=120)
    proof = forms.FileField(
        label="Bukti penyampaian",
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
        help_text="Foto layar (JPEG, PNG) atau PDF, paling besar 10 MB.",
    )


class RubricForm(forms.Form):
    """The newest rubric with other weights and bounds."""

    code = forms.SlugField(label="Kode", max_length=20)
    valid_from = forms.DateField(label="Berlaku sejak", widget=DayInput())
    legal_basis = forms.CharField(
        label="Dasar", max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Dari mana bobot ini, dan apa yang belum dipastikan.",
    )  # fmt: skip

    def __init__(self, data: Any, rubric: Rubric) -> None:
        super().__init__(data)
        self.measures = {f"bobot_{one.code}": one.code for one in rubric.measures}
        self.stages = {f"tahap_{place}": one.name for place, one in enumerate(rubric.stages) if place}
        for one in rubric.measures:
            label = f"Bobot: {one.aspect}, {one.label.lower()}"
            self.fields[f"bobot_{one.code}"] = _number(label, f"{one.weight.normalize():f}")
        for place, stage in enumerate(rubric.stages):
            if place:
                bound = f"{stage.above.normalize():f}"
                self.fields[f"tahap_{place}"] = _number(f"Tahap {stage.name} di atas", bound)

    def told(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "code": data["code"], "valid_from": data["valid_from"], "legal_basis": data["legal_basis"],
            "weights": {code: data[name].replace(",", ".") for name, code in self.measures.items()},
            "bounds": {stage: data[name].replace(",", ".") for name, stage in self.stages.items()},
        }  # fmt: skip


def _number(label: str, initial: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=8, initial=initial, widget=widget)
