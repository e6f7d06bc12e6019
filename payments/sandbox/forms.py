"""Forms of the bank's pages. Field names are stable: end-to-end tests fill them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from payments import qris
from payments.qris import picture
from payments.sandbox import behaviour, files, printed
from payments.sandbox.models import SERVICE_LABELS, Behaviour, Qr
from payments.sandbox.office_forms import RupiahField
from payments.sandbox.outcomes import WORDS, Outcome
from payments.sandbox.virtual import WORDS as WAYS
from payments.sandbox.virtual import Way
from payments.snap.codes import Service

_LARGEST_PICTURE = 5 * 1024 * 1024
_QRIS = "000201"
"""How each QRIS begins."""


class FindForm(forms.Form):
    """A QRIS as text or as a picture; ``cleaned_data["qr"]`` is the bank's own record of a dynamic one, None
    for a merchant's printed one, whose text is ``cleaned_data["content"]``."""

    text = forms.CharField(required=False, max_length=1000)
    picture = forms.FileField(required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        text, upload = data.get("text", ""), data.get("picture")
        if bool(text) == bool(upload):
            raise forms.ValidationError("Tempel teks QRIS atau unggah satu gambarnya.")
        payload = parsed(_read(upload) if upload else text)
        data["content"], data["qr"] = str(payload), _known(payload)
        return data


class PrintedForm(forms.Form):
    """How much is paid at a printed QRIS."""

    amount = RupiahField(error_messages={"required": "Isi jumlah yang dibayar."})


def _read(upload: UploadedFile) -> str:
    """The QRIS on a picture: a poster also bears the code of its page, which no wallet pays."""
    if (upload.size or 0) > _LARGEST_PICTURE:
        raise forms.ValidationError("Gambar lebih besar dari 5 MB.")
    try:
        found = picture.read(upload.read())
    except picture.PictureError as error:
        raise forms.ValidationError(str(error)) from error
    codes = {text for text in found if text.startswith(_QRIS)} or set(found)
    if len(codes) != 1:
        many = "lebih dari satu kode QR" if codes else "tidak ada kode QR"
        raise forms.ValidationError(f"Pada gambar itu {many}.")
    return codes.pop()


def parsed(text: str) -> qris.QrisPayload:
    """Raises ValidationError for what is no QRIS."""
    try:
        return qris.parse(text)
    except qris.QrisError as error:
        raise forms.ValidationError(f"Bukan QRIS yang sah: {error}") from error


def _known(payload: qris.QrisPayload) -> Qr | None:
    qr = Qr.objects.filter(qr_content=str(payload), printed=False).first()
    if qr is None and printed.merchant_of(payload) is None:
        raise forms.ValidationError(
            "QRIS ini sah, tetapi bukan terbitan bank uji coba; tidak dapat dibayar di sini."
        )
    return qr


class PressForm(forms.Form):
    tap = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.TypedChoiceField(coerce=Outcome, error_messages={"required": "Pilih apa yang terjadi."})
    delay_seconds = forms.IntegerField(min_value=1, max_value=600, initial=10, required=False)

    def __init__(self, *args: Any, offered: list[Outcome], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [(item.value, WORDS[item].label) for item in offered]  # type: ignore[attr-defined]

    def clean_delay_seconds(self) -> int:
        return self.cleaned_data["delay_seconds"] or 10


class BehaviourForm(forms.Form):
    service = forms.TypedChoiceField(
        coerce=Service.of,
        choices=[(service.code, SERVICE_LABELS[service.code]) for service in behaviour.SERVICES],
    )
    mode = forms.ChoiceField(choices=[("normal", "Seperti biasa"), *Behaviour.Mode.choices])
    case = forms.ChoiceField(
        choices=[(code, behaviour.refusal_label(code)) for code in behaviour.REFUSALS], required=False
    )
    times = forms.IntegerField(min_value=1, max_value=99, initial=1)
    seconds = forms.IntegerField(min_value=0, max_value=3600, initial=0, required=False)


class VaForm(forms.Form):
    number = forms.CharField(max_length=40, error_messages={"required": "Ketik nomor Virtual Account."})

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"].replace(" ", "")
        if not (number.isascii() and number.isdigit() and 8 <= len(number) <= 28):
            raise forms.ValidationError("Nomor Virtual Account terdiri dari 8 sampai 28 angka.")
        return number


class VaPayForm(forms.Form):
    way = forms.TypedChoiceField(
        coerce=Way,
        choices=[(way.value, words.label) for way, words in WAYS.items()],
        error_messages={"required": "Pilih apa yang terjadi."},
    )


class CloseForm(forms.Form):
    day = forms.DateField(input_formats=["%Y-%m-%d"], widget=forms.HiddenInput)
    troubles = forms.MultipleChoiceField(choices=list(files.TROUBLES.items()), required=False)


class RateForm(forms.Form):
    merchant_id = forms.CharField(max_length=64)
    percent = forms.DecimalField(min_value=Decimal(0), max_value=Decimal(10), max_digits=4, decimal_places=2)
