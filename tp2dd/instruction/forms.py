"""Filter sentences of the list and the one page, and what people write about an instruction."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from opd.forms import DayInput, Sentence
from opd.models import Opd
from tp2dd.instruction.board import SORTS, VIEWS
from tp2dd.instruction.compliance import Claim
from tp2dd.instruction.models import Instruction, Measure, State
from tp2dd.instruction.services.drafting import Written
from tp2dd.rollout.models import Channel

HEAD = ("number", "day", "subject", "content", "legal_basis", "deadline")


class ListSentence(Sentence):
    keadaan = forms.ChoiceField(
        label="Instruksi yang", required=False,
        choices=[("", "apa pun keadaannya"), *((str(one), one.label.lower()) for one in State)],
    )  # fmt: skip
    cari = forms.CharField(label="bernomor atau perihal", required=False, max_length=80)


class BoardSentence(Sentence):
    keadaan = forms.ChoiceField(label="OPD yang", choices=list(VIEWS.items()), required=False)
    cari = forms.CharField(label="bernama", required=False, max_length=80)
    urut = forms.ChoiceField(label="urut menurut", choices=list(SORTS.items()), required=False)


class DraftForm(forms.Form):
    number = forms.CharField(label="Nomor surat", max_length=100)
    day = forms.DateField(label="Tanggal surat", widget=DayInput())
    subject = forms.CharField(label="Perihal", max_length=200)
    legal_basis = forms.CharField(label="Dasar", max_length=400, help_text="Peraturan yang mendasarinya.")
    content = forms.CharField(
        label="Pokok instruksi", max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Butir beserta batas waktu dan ukurannya ditulis sesudah konsep disimpan.",
    )  # fmt: skip
    deadline = forms.DateField(label="Batas waktu seluruhnya", widget=DayInput())
    replaces = forms.ModelChoiceField(
        Instruction.objects.none(), label="Menggantikan", required=False, empty_label="tidak menggantikan",
        help_text="Instruksi lama berakhir saat yang ini diterbitkan.",
    )  # fmt: skip
    opds = forms.ModelMultipleChoiceField(
        Opd.objects.none(), label="OPD yang dituju", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices: Any = self.fields["opds"]
        offices.queryset = Opd.objects.valid(on=timezone.localdate()).order_by("name")
        older: Any = self.fields["replaces"]
        older.queryset = Instruction.objects.filter(state=State.ISSUED)

    @classmethod
    def of(cls, row: Instruction) -> DraftForm:
        values: dict[str, Any] = {name: getattr(row, name) for name in HEAD}
        opds = list(row.addressees.values_list("opd", flat=True))
        return cls(initial={**values, "replaces": row.replaces_id, "opds": opds})

    @property
    def asked(self) -> dict[str, Any]:
        """What the services take."""
        data = self.cleaned_data
        replaces: Instruction | None = data["replaces"]
        return {
            "written": Written(**{name: data[name] for name in HEAD}),
            "opd_ids": [opd.pk for opd in data["opds"]],
            "replaces_id": replaces.pk if replaces else None,
        }


class PointForm(forms.Form):
    text = forms.CharField(
        label="Apa yang dilaksanakan", max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    deadline = forms.DateField(label="Batas waktu", widget=DayInput())
    measure = forms.ChoiceField(
        label="Diukur dari", choices=[("", "Pilih cara mengukurnya"), *Measure.choices]
    )
    channel = forms.ChoiceField(
        label="Kanal", choices=[("", "tidak memakai kanal"), *Channel.choices], required=False,
        help_text="Hanya untuk “Kanal sudah diuji coba atau wajib”.",
    )  # fmt: skip
    target = forms.IntegerField(
        label="Paling sedikit (persen)", min_value=1, max_value=100, required=False,
        help_text="Hanya untuk “Porsi belanja nontunai”.",
    )  # fmt: skip


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Alasan", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class ClosingForm(forms.Form):
    note = forms.CharField(label="Catatan penutup", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class NoteForm(forms.Form):
    note = forms.CharField(
        label="Catatan", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReportForm(forms.Form):
    claim = forms.ChoiceField(label="Keadaannya", widget=forms.RadioSelect)
    text = forms.CharField(
        label="Keterangan", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Apa yang sudah dilaksanakan dan sejak kapan, atau mengapa tidak berlaku.",
    )  # fmt: skip

    def __init__(self, *args: Any, measure: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        claims = list(Claim) if measure == Measure.REPORT else [Claim.EXEMPT]
        field: Any = self.fields["claim"]
        field.choices = [(str(one), one.label) for one in claims]
        if len(claims) == 1:
            field.initial = str(claims[0])


class LetterForm(forms.Form):
    text = forms.CharField(
        label="Isi surat", max_length=2000, widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Daftar butir yang masih ditunggu tercetak di bawahnya.",
    )  # fmt: skip
