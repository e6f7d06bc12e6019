"""Forms of paying; the services decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from opd.access import Scope
from opd.forms import DayInput, OfficeSentence, RupiahField
from payments.spending.models import Channel, Way
from payments.spending.pay_queries import PayFilter

PICTURES = "image/png,image/jpeg,image/webp"
PROOFS = "image/jpeg,image/png,image/webp,application/pdf"
_CHANNELS = [
    ("", "semua kanal"),
    *[(c.value, c.label) for c in (Channel.CMS, Channel.QRIS, Channel.CASH)],
]
Accounts = Sequence[tuple[int, str]]


class PaySentence(OfficeSentence):
    """The list's filter; people of one agency are not asked which."""

    kanal = forms.ChoiceField(label="Belanja lewat", choices=_CHANNELS, required=False)
    cari = forms.CharField(label="yang memuat", required=False, max_length=80)

    field_order = ("kanal", "opd")

    def __init__(self, data: Any, reach: Scope) -> None:
        super().__init__(data, reach)
        if reach.opd_ids is not None and len(reach.opd_ids) == 1:
            del self.fields["opd"]

    @property
    def where(self) -> PayFilter:
        return PayFilter(channel=self.word("kanal"), words=self.word("cari"), opd_id=self.opd_id)


class AccountForm(forms.Form):
    """From which account."""

    account = forms.TypedChoiceField(label="Rekening sumber", coerce=int)

    def __init__(self, *args: Any, accounts: Accounts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["account"]
        field.choices = accounts


class TransferForm(AccountForm):
    """``differs`` is the bank's name of the payee's account where it is another than ours."""

    def __init__(self, *args: Any, differs: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if differs:
            self.fields["name_accepted"] = forms.BooleanField(
                label=f"Saya sudah memastikan bahwa rekening atas nama {differs} memang milik penerima.",
                required=False,
            )


class QrisForm(AccountForm):
    """A merchant's QRIS, as a picture or as text."""

    picture = forms.FileField(
        label="Foto atau tangkapan layar QRIS",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": PICTURES}),
        help_text="PNG, JPEG, atau WEBP. Di ponsel, kamera dapat langsung dipakai.",
    )
    content = forms.CharField(
        label="atau teks QRIS",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text="Hasil pemindai, diawali 000201.",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("picture") and not given.get("content"):
            self.add_error("picture", "Pilih gambar QRIS atau tempel teksnya.")
        return given


class QrisPayForm(AccountForm):
    """The second step: what was read is carried on and read again."""

    content = forms.CharField(widget=forms.HiddenInput, max_length=600)
    decoded = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    amount = RupiahField(label="Jumlah yang dibayar (rupiah)")

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].widget = forms.HiddenInput()
        if fixed:
            del self.fields["amount"]


class ElsewhereForm(forms.Form):
    """What was paid outside: the fields that ``way`` needs."""

    paid_date = forms.DateField(label="Tanggal bayar", widget=DayInput())
    account = forms.TypedChoiceField(label="Rekening sumber", coerce=int)
    reference_no = forms.CharField(
        label="Nomor rujukan CMS", max_length=64, help_text="Tercetak pada bukti transfer."
    )
    rrn = forms.RegexField(
        r"^\s*\d{12}\s*$",
        label="RRN",
        help_text="12 angka pada bukti bayar QRIS.",
        error_messages={"invalid": "RRN terdiri dari 12 angka."},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    reason = forms.CharField(label="Alasan dibayar tunai", max_length=200)
    proof = forms.FileField(
        label="Bukti bayar",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": PROOFS}),
        help_text="Foto atau PDF; boleh kosong bila bukti bayar sudah dilampirkan pada belanja ini.",
    )

    _USES = {
        Way.CMS_MANUAL: {"paid_date", "account", "reference_no", "proof"},
        Way.QRIS_APP: {"paid_date", "account", "rrn", "proof"},
        Way.CASH: {"paid_date", "reason", "proof"},
    }

    def __init__(
        self, data: Any = None, files: Any = None, *, way: Way, accounts: Accounts, initial: Any = None
    ) -> None:
        super().__init__(data, files, prefix=str(way), initial=initial)
        for name in set(self.fields) - self._USES[way]:
            del self.fields[name]
        if "account" in self.fields:
            field: Any = self.fields["account"]
            field.choices = accounts


class ResultForm(forms.Form):
    result = forms.FileField(
        label="Berkas hasil dari CMS",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
        help_text="HASIL_… .csv yang diunduh dari CMS; jangan dibuka dan disimpan lagi dengan Excel.",
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(label="Alasan", max_length=300)
    not_uploaded = forms.BooleanField(
        label="Saya menyatakan berkas ini belum diunggah ke CMS bank.", required=False
    )


def chosen(values: Iterable[str]) -> list[Any]:
    """The ids of ticked rows that look like ids; anything else is as if it were not ticked."""
    field, found = forms.UUIDField(), []
    for value in values:
        try:
            found.append(field.clean(value))
        except forms.ValidationError:
            continue
    return found
