"""Forms of the administrator's pages: plain, the services decide."""

from __future__ import annotations

from ipaddress import ip_network

from django import forms

from opd.forms import DayInput
from opd.models import Opd
from tp2dd.api.models import DeliveryState
from tp2dd.api.scopes import EVENT_LABELS, SCOPE_LABELS
from tp2dd.api.services import ConsumerDraft

_SCOPES = [(str(scope), text) for scope, text in SCOPE_LABELS.items()]
_EVENTS = [(str(kind), text) for kind, text in EVENT_LABELS.items()]


class NetworksField(forms.CharField):
    """Networks in CIDR notation or single addresses, divided by commas or blanks; empty: any."""

    def __init__(self, **options: str) -> None:
        super().__init__(max_length=400, required=False, **options)  # type: ignore[arg-type]

    def clean(self, value: object) -> list[str]:
        words = super().clean(value).replace(",", " ").split()
        try:
            return [str(ip_network(word)) for word in words]
        except ValueError as error:
            raise forms.ValidationError(
                "Tulis alamat IP atau jaringan, misalnya 203.0.113.7 atau 203.0.113.0/24."
            ) from error


class ConsumerForm(forms.Form):
    name = forms.CharField(label="Nama sistem", max_length=120)
    owner = forms.CharField(label="Instansi pemilik", max_length=160)
    purpose = forms.CharField(label="Kegunaan", max_length=300)
    contact = forms.CharField(
        label="Narahubung", max_length=160, help_text="Nama jabatan dan telepon atau surel dinas."
    )
    letter_number = forms.CharField(label="Nomor surat dasar", max_length=120)
    letter_date = forms.DateField(label="Tanggal surat", widget=DayInput())
    opd = forms.ModelChoiceField(
        Opd.objects.none(), label="Data OPD", required=False, empty_label="Semua OPD"
    )
    valid_from = forms.DateField(label="Berlaku sejak", widget=DayInput())
    valid_to = forms.DateField(label="Berlaku sampai", widget=DayInput())
    addresses = NetworksField(
        label="Alamat IP pemanggil", help_text="Kosongkan bila boleh dari mana saja. Pisahkan dengan koma."
    )
    per_minute = forms.IntegerField(label="Panggilan per menit", min_value=1, max_value=6000, initial=120)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["opd"].queryset = Opd.objects.order_by("name", "pk")  # type: ignore[attr-defined]

    def draft(self) -> ConsumerDraft:
        return ConsumerDraft(**self.cleaned_data)


class TokenForm(forms.Form):
    label = forms.CharField(label="Nama token", max_length=80, help_text="Misalnya: server produksi.")
    scopes = forms.MultipleChoiceField(
        label="Yang boleh dibaca", choices=_SCOPES, widget=forms.CheckboxSelectMultiple
    )
    until = forms.DateField(label="Berlaku sampai", widget=DayInput())


class SubscriptionForm(forms.Form):
    url = forms.CharField(label="Alamat tujuan", max_length=300, help_text="https:// milik sistem itu.")
    events = forms.MultipleChoiceField(
        label="Kejadian yang dikabarkan", choices=_EVENTS, widget=forms.CheckboxSelectMultiple
    )
    networks = NetworksField(
        label="Jaringan IP tujuan",
        help_text="Bila diisi, kabar hanya dikirim selama nama tujuan mengarah ke jaringan ini.",
    )


class DeliveryFilter(forms.Form):
    keadaan = forms.ChoiceField(
        label="Pengiriman yang", choices=[("", "apa saja"), *DeliveryState.choices], required=False
    )
    kejadian = forms.ChoiceField(label="tentang", choices=[("", "semua kejadian"), *_EVENTS], required=False)

    def word(self, name: str) -> str:
        """A valid choice or ""."""
        return str(self.cleaned_data.get(name, "")) if self.is_valid() or not self.errors.get(name) else ""
