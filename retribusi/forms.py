"""What people send to this room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from payments.qris import picture
from retribusi.catalogue import PointToday
from retribusi.models import CollectionPoint
from retribusi.services.ordering import MOST_OF_ONE

LARGEST_PICTURE = 5 * 1024 * 1024


def choose_point(field: Any, points: QuerySet[CollectionPoint]) -> None:
    """Offer an officer's places: a single one stands chosen, of several none is taken unseen."""
    field.queryset = points
    field.empty_label = "pilih titik" if points.count() > 1 else None


class PublicForm(forms.Form):
    """What anybody may send. ``kunci`` makes a second sending harmless; ``situs`` is hidden: a person leaves
    it empty, a machine fills it."""

    kunci = forms.CharField(max_length=64, widget=forms.HiddenInput)
    situs = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def clean_situs(self) -> str:
        if self.cleaned_data["situs"]:
            raise forms.ValidationError(
                _("Isian tersembunyi terisi, seperti oleh mesin. Belum ada yang terkirim; kirim sekali lagi.")
            )
        return ""


def code_in(upload: UploadedFile) -> str:
    """The text of the one QR code in a picture. Raises ValidationError for the reader's eyes."""
    if (upload.size or 0) > LARGEST_PICTURE:
        raise forms.ValidationError(_("Gambar lebih besar dari 5 MB."))
    try:
        texts = set(picture.read(upload.read()))
    except picture.PictureError as error:
        raise forms.ValidationError(_("Berkas ini bukan foto yang dapat dibaca.")) from error
    finally:
        upload.seek(0)
    if len(texts) == 1:
        return texts.pop()
    raise forms.ValidationError(
        _("Ada lebih dari satu kode pada foto ini; potong hingga tersisa satu.")
        if texts
        else _("Tidak ada kode yang terbaca pada foto ini. Foto lebih dekat dan terang.")
    )


class OrderForm(forms.Form):
    """One number for each tariff on sale, and the hidden key that makes a second sending harmless."""

    kunci = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, today: PointToday, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.offers = today.offers
        for offer in today.offers:
            self.fields[f"t{offer.tariff_id}"] = forms.IntegerField(
                min_value=0,
                max_value=MOST_OF_ONE,
                required=False,
                label=offer.name,
                error_messages={
                    "invalid": _("Isi dengan angka, misalnya 2."),
                    "min_value": _("Tidak boleh kurang dari nol."),
                    "max_value": _("Paling banyak %(most)d untuk tiap tarif.") % {"most": MOST_OF_ONE},
                },
            )

    def quantities(self) -> dict[int, int]:
        """Tariff id to number, of a valid form; nothing typed is zero."""
        return {offer.tariff_id: self.cleaned_data[f"t{offer.tariff_id}"] or 0 for offer in self.offers}
