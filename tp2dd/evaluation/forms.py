"""Forms of the evaluation: what each deed asks for, one indicator at a time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from opd.forms import DayInput, Sentence
from opd.models import Opd
from tp2dd.evaluation import services
from tp2dd.evaluation.errors import EvaluationError
from tp2dd.evaluation.models import ROMAN, Campaign, Entry, RubricVersion
from tp2dd.evaluation.queries import ONLY
from tp2dd.evaluation.scoring import KINDS, Indicator, Rubric, told
from tp2dd.evaluation.services import Said


class CampaignSentence(Sentence):
    """Which subjects of a campaign are on screen."""

    cari = forms.CharField(label="Yang bernama", required=False, max_length=60)
    hanya = forms.ChoiceField(label="dengan", choices=list(ONLY.items()), required=False)


class OpenForm(forms.Form):
    """The period, its deadlines, and the agencies that are evaluated beside the team."""

    year = forms.IntegerField(label="Tahun", min_value=2021, max_value=2100)
    half = forms.TypedChoiceField(label="Semester", choices=list(ROMAN.items()), coerce=int)
    own_due = forms.DateField(label="Tenggat penilaian mandiri", widget=DayInput())
    review_due = forms.DateField(label="Tenggat peninjauan", widget=DayInput())
    final_due = forms.DateField(label="Tenggat penetapan", widget=DayInput())
    opds = forms.ModelMultipleChoiceField(
        Opd.objects.none(), label="OPD yang dinilai", widget=forms.CheckboxSelectMultiple, required=False,
        help_text="TP2DD sendiri selalu dinilai.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = self.fields["opds"]
        assert isinstance(offices, forms.ModelMultipleChoiceField)
        offices.queryset = Opd.objects.valid(on=timezone.localdate()).order_by("name")

    @classmethod
    def blank(cls) -> OpenForm:
        """For the half year of today, with the rule's deadlines, all agencies ticked."""
        today = timezone.localdate()
        year, half = (today.year, 1) if today.month <= 6 else (today.year, 2)
        dues = services.deadlines(Campaign(year=year, half=half).period.last)
        initial: dict[str, Any] = {
            "year": year, "half": half, "own_due": dues.own, "review_due": dues.review,
            "final_due": dues.final,
            "opds": Opd.objects.valid(on=today),
        }  # fmt: skip
        return cls(initial=initial)


class RerubricForm(forms.Form):
    rubric = forms.ModelChoiceField(RubricVersion.objects.order_by("-valid_from"), label="Rubrik")
    reason = forms.CharField(label="Alasan", max_length=300)


class SubmitForm(forms.Form):
    late_reason = forms.CharField(label="Alasan terlambat", max_length=300, required=False)


class ItemForm(forms.Form):
    """One side's value of one indicator. ``side`` other than the subject's own must give a reason."""

    value = forms.CharField(label="Nilai", max_length=20, required=False)
    not_applicable = forms.BooleanField(label="Tidak berlaku bagi subjek ini", required=False)
    note = forms.CharField(
        label="Keterangan", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(
        self, data: Any, indicator: Indicator, said: Entry | None, side: str = Entry.Side.OWN
    ) -> None:
        initial: dict[str, Any] = {"seen": said.serial if said else 0}
        if said:
            value = "" if said.value is None else told(said.value)
            initial |= {"value": value, "not_applicable": said.value is None, "note": said.note}
        super().__init__(data, initial=initial, auto_id=f"{side}-%s")
        self.indicator = indicator
        if indicator.is_yes_no:
            self.fields["value"].widget = forms.Select(
                choices=[("", "belum dinilai"), ("1", "Ya"), ("0", "Tidak")]
            )
        else:
            self.fields["value"].widget = forms.TextInput(
                attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 20}
            )
            self.fields["value"].label = f"Nilai ({indicator.unit})" if indicator.unit else "Nilai"
        self.fields["value"].required = data is None  # a value or "does not apply", which the service judges
        if side != Entry.Side.OWN:
            self.fields["note"].label, self.fields["note"].required = "Alasan", True

    @property
    def said(self) -> Said:
        data = self.cleaned_data
        return Said(
            self.indicator.code, data["value"], not data["not_applicable"], data["note"], data["seen"]
        )

    @property
    def typed(self) -> bool:
        """Whether there is anything to keep: evidence may come alone."""
        data = self.cleaned_data
        return bool(data["value"] or data["not_applicable"] or data["note"])


class VersionForm(forms.Form):
    """What every new version of a rubric has."""

    code = forms.SlugField(label="Kode", max_length=20)
    valid_from = forms.DateField(label="Berlaku sejak", widget=DayInput())
    legal_basis = forms.CharField(
        label="Dasar", max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Dari mana bobot ini, dan apa yang belum dipastikan.",
    )  # fmt: skip


class RubricForm(VersionForm):
    """The newest rubric with other weights."""

    def __init__(self, data: Any, rubric: Rubric) -> None:
        super().__init__(data)
        self.places: dict[str, tuple[str, str]] = {}
        for aspect in rubric.aspects:
            self._weight(
                f"bobot_{aspect.code}", (aspect.code, ""), f"Bobot aspek {aspect.label}", told(aspect.weight)
            )
        for one in rubric.indicators:
            for kind, weight in one.weights.items():
                label = f"Bobot {KINDS[kind]}: {one.code} {one.label}"
                self._weight(f"bobot_{one.code}_{kind}", (one.code, kind), label, told(weight))

    def _weight(self, name: str, place: tuple[str, str], label: str, initial: str) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        self.fields[name] = forms.CharField(label=label, max_length=8, initial=initial, widget=widget)
        self.places[name] = place

    @property
    def weights(self) -> dict[tuple[str, str], str]:
        return {place: self.cleaned_data[name].replace(",", ".") for name, place in self.places.items()}


class RubricFileForm(VersionForm):
    """A whole rubric as a table."""

    file = forms.FileField(
        label="Berkas rubrik (CSV atau XLSX)",
        help_text="Unduh rubrik terakhir sebagai CSV, ubah isinya, lalu unggah di sini.",
    )


def first_problem(form: forms.Form) -> EvaluationError:
    """What is wrong with a posted form, in the words of its first field."""
    name, problems = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else ""
    return EvaluationError(f"{label}: {problems[0]} Belum ada yang berubah.", name)
