"""What people send to this room; the services decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from opd.access import Scope
from opd.forms import DayInput, OfficeSentence, Sentence
from opd.models import Opd
from retribusi.catalogue import Offer
from retribusi.forms import PublicForm, choose_point, code_in
from retribusi.models import CollectionPoint
from retribusi.services.ordering import new_form_key
from retribusi.walkins.fitting import MOST_OF_ONE
from retribusi.walkins.gaps import SPAN
from retribusi.walkins.models import PhantomCase
from retribusi.walkins.services.heads import MOST

LONGEST = timedelta(days=91)


class CreditFilter(Sentence):
    """Which money of printed QRIS; the last thirty days' unclaimed where nothing is said."""

    keadaan = forms.ChoiceField(
        label="Uang yang", choices=[("", "belum diklaim"), ("diklaim", "sudah diklaim")], required=False
    )
    titik = forms.TypedChoiceField(label="di", coerce=int, empty_value=None, required=False)
    sejak = forms.DateField(label="masuk sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())

    def __init__(self, data: Any, places: Iterable[tuple[int, str]]) -> None:
        super().__init__(data)
        self.offer("titik", places, "semua titik")

    @property
    def claimed(self) -> bool:
        return self.word("keadaan") == "diklaim"

    def span(self, today: date) -> tuple[date, date]:
        last = self.day("sampai") or today
        return min(self.day("sejak") or last - SPAN, last), last


class ClaimForm(forms.Form):
    """How many of each tariff (t…); a suggestion sends the same fields."""

    kunci = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, offers: Sequence[Offer], data: Any = None) -> None:
        super().__init__(data, initial={"kunci": new_form_key()})
        self.offers = offers
        for offer in offers:
            self.fields[f"t{offer.tariff_id}"] = forms.IntegerField(
                label=offer.name, min_value=0, max_value=MOST_OF_ONE, required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )  # fmt: skip

    def quantities(self) -> Mapping[int, int]:
        return {
            offer.tariff_id: self.cleaned_data[f"t{offer.tariff_id}"]
            for offer in self.offers
            if self.cleaned_data[f"t{offer.tariff_id}"]
        }


class CountForm(forms.Form):
    """How many people, where and when; the whole day where no hour is chosen."""

    point = forms.ModelChoiceField(CollectionPoint.objects.none(), label="Titik", empty_label=None)
    day = forms.DateField(label="Tanggal", widget=DayInput())
    hour = forms.TypedChoiceField(
        label="Jam", coerce=int, empty_value=None, required=False,
        choices=[("", "sepanjang hari"), *((hour, f"{hour:02}.00–{hour + 1:02}.00") for hour in range(24))],
    )  # fmt: skip
    heads = forms.IntegerField(
        label="Jumlah kepala",
        min_value=0,
        max_value=MOST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    note = forms.CharField(
        label="Alasan koreksi", required=False, max_length=160, help_text="Hanya bila angka tadi keliru."
    )

    def __init__(self, places: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["point"]
        choose_point(field, places)


class ClockFilter(OfficeSentence):
    """Which agency and days; the last thirty days where nothing is said."""

    field_order: Sequence[str] = ("opd", "sejak", "sampai")
    sejak = forms.DateField(label="sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())

    def reach(self, whole: Scope) -> Scope:
        """The whole reach, or the one agency that was chosen."""
        return Scope(frozenset({self.opd_id})) if self.opd_id else whole

    def span(self, today: date) -> tuple[date, date]:
        """At most a quarter, so that one page stays one query."""
        last = self.day("sampai") or today
        first = min(self.day("sejak") or last - SPAN, last)
        return max(first, last - LONGEST), last


class GapFilter(ClockFilter):
    """Which places and days stand side by side; the last thirty days where nothing is said."""

    field_order = ("titik", "opd", "sejak", "sampai")
    titik = forms.TypedChoiceField(label="Selisih di", coerce=int, empty_value=None, required=False)

    def __init__(self, data: Any, reach: Scope, places: Iterable[tuple[int, str]]) -> None:
        super().__init__(data, reach)
        self.offer("titik", places, "semua titik")


class CheckForm(PublicForm):
    """The public question."""

    kunci = forms.CharField(min_length=16, max_length=64, widget=forms.HiddenInput)
    picture = forms.FileField(
        required=False, widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"})
    )
    content = forms.CharField(
        required=False, max_length=512,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    point = forms.ModelChoiceField(CollectionPoint.objects.none(), required=False)
    note = forms.CharField(required=False, max_length=300, widget=forms.TextInput())

    def __init__(self, data: Any = None, sent: Any = None) -> None:
        super().__init__(data, sent, initial={"kunci": new_form_key()})
        fields: Any = self.fields
        fields["point"].queryset = CollectionPoint.objects.shown()
        fields["point"].label_from_instance = lambda point: point.shown_name
        fields["point"].empty_label = _("tidak di salah satu tempat ini")
        for name, label, help_text in (
            ("picture", _("Foto QRIS"), _("Foto atau tangkapan layar (JPEG, PNG), paling besar 5 MB.")),
            ("content", _("Atau isi QRIS"), _("Teks dari aplikasi pemindai; diawali 000201.")),
            ("point", _("Di mana Anda melihatnya"), ""),
            ("note", _("Keterangan"), _("Misalnya: ditempel di atas poster di loket.")),
        ):
            fields[name].label, fields[name].help_text = label, help_text

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        typed, upload = data.get("content", "").strip(), data.get("picture")
        if self.errors:
            return data
        if not typed and not upload:
            raise forms.ValidationError(_("Pilih foto QRIS atau tempel isinya."))
        if upload and not typed:
            try:
                data["content"] = code_in(upload)
            except forms.ValidationError as error:
                self.add_error("picture", error)
        return data


class CaseFilter(OfficeSentence):
    """Which cases; the newest of all where nothing is said."""

    field_order = ("keadaan", "opd", "q")
    keadaan = forms.ChoiceField(
        label="Kasus yang", choices=[("", "apa pun keadaannya"), *PhantomCase.State.choices], required=False
    )
    q = forms.CharField(label="cari", required=False, max_length=40)

    def __init__(self, data: Any, reach: Scope) -> None:
        super().__init__(data, reach)
        self.fields["q"].widget.attrs["placeholder"] = "nomor, NMID, PAN, atau nama"


class AssignForm(forms.Form):
    opd = forms.ModelChoiceField(Opd.objects.none(), label="OPD yang memeriksa")

    def __init__(self, offices: QuerySet[Opd], data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["opd"]
        field.queryset = offices


class InvestigateForm(forms.Form):
    text = forms.CharField(
        label="Apa yang ditemukan", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class CloseForm(forms.Form):
    finding = forms.ChoiceField(label="Kesimpulan", choices=PhantomCase.Finding.choices)
    text = forms.CharField(
        label="Penjelasan dan tindakan", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
