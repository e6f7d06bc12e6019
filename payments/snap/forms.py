"""Forms of the bank partner pages (Pengaturan → Mitra bank)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from payments.snap.models import Partner
from payments.snap.partners import Profile

if TYPE_CHECKING:
    _PartnerForm = forms.ModelForm[Partner]
else:
    _PartnerForm = forms.ModelForm

_OURS = ("name", "base_url", "path_prefix", "client_id", "partner_id", "channel_id")
_OURS_SIGNING = ("signature_mode", "signature_encoding")
_THEIRS = ("inbound_client_id", "inbound_mode", "signed_path", "signed_prefix", "clock_skew_seconds")
_HABITS = ("payment_identity", "query_back", "query_back_above")


class AddressList(forms.CharField):
    """IP addresses and networks, one a line or separated by commas."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        return tuple(word for word in text.replace(",", " ").split() if word)


class ProfileForm(_PartnerForm):
    """Everything about a partner that is no secret; the service saves it."""

    allowed_addresses = AddressList(
        label="Alamat IP yang boleh mengirim kabar",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="IP atau jaringan, satu per baris; kosong berarti semua.",
    )

    class Meta:
        model = Partner
        fields = [*_OURS, *_OURS_SIGNING, *_THEIRS, *_HABITS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["allowed_addresses"] = "\n".join(self.instance.allowed_addresses or [])
        self.order_fields([*_OURS, *_OURS_SIGNING, *_THEIRS, "allowed_addresses", *_HABITS])

    def profile(self) -> Profile:
        return Profile(**{name: self.cleaned_data[name] for name in self.fields if name != "slug"})

    def _post_clean(self) -> None:
        """The service validates the whole partner; here only the fields."""


class NewPartnerForm(ProfileForm):
    slug = forms.SlugField(
        label="Kode", max_length=40, help_text="Huruf kecil dan tanda hubung, misalnya bank-bengkulu."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["slug", *self.fields])


class SecretForm(forms.Form):
    secret = forms.CharField(
        label="Client secret dari bank",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Disimpan terenkripsi dan tidak pernah ditampilkan lagi. Atau tulis env:SNAP_… untuk"
        " membacanya dari lingkungan server.",
    )


class OwnKeyForm(forms.Form):
    private_key = forms.CharField(
        label="Kunci privat RSA (PEM)",
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text="Paling sedikit 2048 bit. Lebih aman: siapkan kunci di sini.",
    )


class BankKeyForm(forms.Form):
    label = forms.CharField(label="Nama kunci", max_length=80, help_text="Misalnya: kunci bank 2026.")
    public_key = forms.CharField(
        label="Kunci publik bank (PEM)", widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"})
    )


class TrialForm(forms.Form):
    merchant_id = forms.CharField(
        label="ID merchant", required=False, max_length=64, help_text="Bila bank memintanya pada pertanyaan."
    )
    upcoming_key = forms.BooleanField(label="Pakai kunci cadangan", required=False)
