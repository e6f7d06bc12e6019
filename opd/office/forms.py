"""Forms of the office's own pages: plain, the services decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone

from opd.access import Scope
from opd.forms import DayInput, Sentence
from opd.models import Opd
from opd.office import documents
from opd.office.exports.kinds import Choice, Kind
from opd.office.exports.shapes import DIALECTS

TAKEN = "image/jpeg,image/png,application/pdf"


class DocumentFilter(Sentence):
    """The register's filter sentence."""

    kind = forms.ChoiceField(label="Tampilkan", required=False)
    opd = forms.ModelChoiceField(Opd.objects.none(), label="dari", required=False, empty_label="semua OPD")
    year = forms.TypedChoiceField(label="tahun", required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(
        label="yang",
        required=False,
        choices=[
            ("", "berlaku dan batal"),
            ("valid", "berlaku"),
            ("draft", "konsep"),
            ("voided", "dibatalkan"),
        ],
    )

    def __init__(self, data: Any, reach: Scope) -> None:
        super().__init__(data)
        this_year = timezone.localdate().year
        choices: Any = self.fields
        choices["kind"].choices = [("", "semua dokumen")] + [
            (one.code, one.label) for one in documents.kinds()
        ]
        choices["opd"].queryset = reach.filter(Opd.objects.all(), "pk")
        choices["year"].choices = [("", "semua")] + [(year, str(year)) for year in range(this_year, 2019, -1)]

    def value(self, name: str) -> Any:
        return self.given(name) or None


class UploadForm(forms.Form):
    """Evidence from a PC or a phone: its kind and the file."""

    kind = forms.ChoiceField(label="Jenis bukti")
    note = forms.CharField(label="Catatan", required=False, max_length=300)

    def __init__(self, kinds: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["kind"]
        choices.choices = list(kinds.items())
        choices.error_messages["required"] = "Pilih jenis bukti."


class ExportForm(forms.Form):
    """What to take home, of which days and agency, in which form. An address may fill it beforehand."""

    jenis = forms.ChoiceField(label="Isi", error_messages={"required": "Pilih isi arsipnya."})
    sejak = forms.DateField(label="Sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="Sampai", required=False, widget=DayInput())
    opd = forms.ModelChoiceField(Opd.objects.none(), label="OPD", required=False, empty_label="semua OPD")
    bentuk = forms.ChoiceField(
        label="Bentuk",
        choices=[(dialect.code, dialect.label) for dialect in DIALECTS.values()],
        error_messages={"invalid_choice": "Pilih bentuk berkas yang ada dalam daftar."},
    )

    def __init__(self, data: Any, *, offered: Sequence[Kind], reach: Scope, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        choices: Any = self.fields
        choices["jenis"].choices = [(kind.code, kind.label) for kind in offered]
        choices["opd"].queryset = reach.filter(Opd.objects.all(), "pk")
        if choices["opd"].queryset.count() < 2:
            del choices["opd"]

    @property
    def choice(self) -> Choice:
        asked = self.cleaned_data
        opd = asked.get("opd")
        return Choice(first=asked["sejak"], last=asked["sampai"], opd=opd.pk if opd else None)
