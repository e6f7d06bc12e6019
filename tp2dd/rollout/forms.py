"""Forms of the roll-out: filter sentences in the address, and what TP2DD enters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from opd.forms import DayInput, Sentence
from opd.models import Opd
from tp2dd.rollout.models import Channel, Outcome, Stage
from tp2dd.rollout.queries import MatrixFilter
from tp2dd.rollout.share import CHANNELS, TYPES


class MatrixSentence(Sentence):
    STAGES = [("", "apa pun"), *((str(stage), stage.label.lower()) for stage in Stage)]

    tahap = forms.ChoiceField(label="OPD yang tahapnya", choices=STAGES, required=False)
    kanal = forms.ChoiceField(
        label="pada", choices=[("", "kanal mana pun"), *Channel.choices], required=False
    )
    cari = forms.CharField(label="bernama", required=False, max_length=80)

    @property
    def where(self) -> MatrixFilter:
        return MatrixFilter(self.word("tahap"), self.word("kanal"), self.word("cari"))


class ShareSentence(Sentence):
    opd = forms.ChoiceField(label="Belanja", required=False)
    kanal = forms.ChoiceField(label="lewat", choices=[("", "semua kanal"), *CHANNELS.items()], required=False)
    jenis = forms.ChoiceField(label="untuk", choices=[("", "semua jenis"), *TYPES.items()], required=False)
    sejak = forms.DateField(label="sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())

    def __init__(self, *args: Any, offices: Sequence[Opd] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("opd", ((one.pk, one.name) for one in offices), "semua OPD")


class TickForm(forms.Form):
    note = forms.CharField(
        label="Bukti", max_length=300, help_text="Misalnya nomor surat atau tanggal pelatihan."
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Alasan", max_length=300)


class PilotForm(forms.Form):
    since = forms.DateField(label="Uji coba sejak", widget=DayInput())
    basis = forms.CharField(label="Nomor surat", max_length=160)
    exception_reason = forms.CharField(
        label="Alasan mulai sebelum lengkap", max_length=300, required=False,
        help_text="Hanya bila syaratnya belum lengkap.",
    )  # fmt: skip


class MandatoryForm(forms.Form):
    since = forms.DateField(label="Wajib sejak", widget=DayInput())
    basis = forms.CharField(label="Nomor surat", max_length=160)


class VerdictForm(forms.Form):
    outcome = forms.ChoiceField(
        label="Putusan uji coba", choices=[("", "Pilih putusannya"), *Outcome.choices]
    )
    verdict = forms.CharField(
        label="Alasan",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Apa yang berjalan, apa yang tidak, dan apa saran TP2DD.",
    )
