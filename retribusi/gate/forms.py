"""Forms of the gate's office pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from opd.forms import DayInput, Sentence
from retribusi.forms import choose_point
from retribusi.gate.models import Explanation
from retribusi.gate.rules import OUTCOMES
from retribusi.models import CollectionPoint


class EnrolForm(forms.Form):
    """``key_hash`` is filled in by the phone."""

    point = forms.ModelChoiceField(CollectionPoint.objects.none(), label="Titik", empty_label=None)
    name = forms.CharField(
        label="Nama perangkat", max_length=40, min_length=3, help_text="Misalnya Gerbang Utara."
    )
    key_hash = forms.RegexField(
        r"^[0-9a-f]{64}$",
        widget=forms.HiddenInput,
        error_messages={
            "required": "Ponsel ini belum membuat kuncinya. Muat ulang dengan JavaScript menyala.",
            "invalid": "Kunci ponsel ini tidak utuh. Muat ulang halaman, lalu daftarkan lagi.",
        },
    )

    def __init__(self, points: QuerySet[CollectionPoint], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["point"]
        choose_point(choices, points)


class RevokeForm(forms.Form):
    reason = forms.CharField(label="Alasan", max_length=200, help_text="Misalnya ponsel hilang.")


class ExplainForm(forms.Form):
    cause = forms.ChoiceField(label="Sebab", choices=Explanation.Cause.choices)
    note = forms.CharField(
        label="Apa yang terjadi dan apa yang dilakukan",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DaySentence(Sentence):
    """Which tickets, where and on which day."""

    hari = forms.DateField(label="Tiket di gerbang pada", required=False, widget=DayInput())
    titik = forms.ModelChoiceField(
        CollectionPoint.objects.none(), label="di", required=False, empty_label="semua titik"
    )
    jawaban = forms.ChoiceField(label="dengan jawaban", required=False)

    def __init__(self, data: Any, points: QuerySet[CollectionPoint]) -> None:
        super().__init__(data)
        choices: Any = self.fields["titik"]
        choices.queryset = points
        self.offer("jawaban", OUTCOMES, "apa pun")


class ConflictSentence(Sentence):
    """Which conflicts."""

    keadaan = forms.ChoiceField(label="Benturan yang", required=False)
    titik = forms.ModelChoiceField(
        CollectionPoint.objects.none(), label="di", required=False, empty_label="semua titik"
    )

    def __init__(self, data: Any, points: QuerySet[CollectionPoint]) -> None:
        super().__init__(data)
        choices: Any = self.fields["titik"]
        choices.queryset = points
        self.offer("keadaan", [("open", "belum dijelaskan"), ("told", "sudah dijelaskan")], "semua")
