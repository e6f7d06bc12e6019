"""What payers and the office send."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from opd.access import Scope
from opd.forms import DayInput, OfficeSentence, RupiahField
from opd.office.forms import TAKEN
from payments.incoming.refund_rules import Path, Standing
from payments.incoming.refund_texts import PATH_LABELS, STANDING_LABELS
from payments.incoming.rules import Kind
from payments.incoming.texts import KIND_LABELS
from payments.money import format_rupiah
from retribusi.forms import PublicForm
from retribusi.refunds.queries import MoneyPath, Where
from retribusi.refunds.services import Proposal, Wish


class WishForm(PublicForm):
    """The payer's form."""

    receipt = forms.CharField(max_length=30)
    reason = forms.ChoiceField()
    text = forms.CharField(max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    contact = forms.CharField(max_length=80, required=False)

    def __init__(self, *args: Any, days: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["reason"].choices = [
            ("", _("Pilih")), ("closed", _("Tempat tutup atau kunjungan tidak jadi")),
            ("double", _("Terbayar dua kali")), ("wrong", _("Salah jumlah, tanggal, atau tempat")),
            ("late", _("Dibayar setelah waktu habis")), ("other", _("Lainnya")),
        ]  # fmt: skip
        for name, label, help_text in (
            (
                "receipt",
                _("Nomor kuitansi atau kode tagihan"),
                _("Berawalan KW-, ada di kuitansi Anda. Kode tagihan SKRD terisi dari halaman bayarnya."),
            ),
            ("reason", _("Alasan"), ""),
            ("text", _("Penjelasan"), ""),
            (
                "contact",
                _("Telepon atau surel Anda"),
                _(
                    "Hanya untuk bertanya tentang pengembalian ini: disimpan terenkripsi dan dihapus %(days)d"
                    " hari setelah dijawab. Tanpa kontak pun Anda dapat mengikutinya lewat tautan."
                )
                % {"days": days},
            ),
        ):
            fields[name].label, fields[name].help_text = label, help_text
        fields["receipt"].error_messages["required"] = _("Isi nomor kuitansi.")
        fields["reason"].error_messages["required"] = _("Pilih alasannya.")

    def wish(self) -> Wish:
        """What a valid form says."""
        return Wish(**{name: self.cleaned_data[name] for name in ("receipt", "reason", "text", "contact")})


class RefundFilter(OfficeSentence):
    """The queue's filter sentence."""

    field_order = ("keadaan", "jalan", "opd", "sejak", "sampai", "q")

    keadaan = forms.ChoiceField(label="Pengembalian yang", required=False)
    jalan = forms.ChoiceField(label="lewat", required=False)
    sejak = forms.DateField(label="diusulkan sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())
    q = forms.CharField(label="cari", required=False, max_length=60)

    def __init__(self, data: Any, reach: Scope) -> None:
        super().__init__(data, reach)
        states = [(state, STANDING_LABELS[state].lower()) for state in Standing]
        self.offer("keadaan", [("open", "belum selesai"), *states], "apa pun keadaannya")
        self.offer("jalan", [(path, PATH_LABELS[path]) for path in Path], "jalan apa saja")
        self.fields["q"].widget.attrs["placeholder"] = "RRN, kuitansi, atau jumlah"

    @property
    def where(self) -> Where:
        return Where(
            state=self.word("keadaan"), path=self.word("jalan"), opd_id=self.opd_id, first=self.day("sejak"),
            last=self.day("sampai"), text=self.word("q"),
        )  # fmt: skip


class DeskFilter(OfficeSentence):
    """The desk's filter sentence."""

    field_order = ("sifat", "umur", "opd", "q")
    AGES = [(7, "lebih dari 7 hari"), (30, "lebih dari 30 hari"), (90, "lebih dari 90 hari")]

    sifat = forms.ChoiceField(label="Titipan yang", required=False)
    umur = forms.ChoiceField(label="berumur", required=False)
    q = forms.CharField(label="cari", required=False, max_length=60)

    def __init__(self, data: Any, reach: Scope) -> None:
        super().__init__(data, reach)
        kinds = [(kind, KIND_LABELS[kind].lower()) for kind in Kind if kind is not Kind.EXACT]
        self.offer("sifat", kinds, "apa pun sifatnya")
        self.offer("umur", self.AGES, "berapa pun")
        self.fields["q"].widget.attrs["placeholder"] = "RRN, kuitansi, atau jumlah"


class ProposeForm(forms.Form):
    """``seen`` is what was left when the page was drawn: an older page proposes nothing."""

    seen = forms.DecimalField(max_digits=18, decimal_places=2, widget=forms.HiddenInput)
    permohonan = forms.UUIDField(required=False, widget=forms.HiddenInput)
    amount = RupiahField(label="Jumlah yang dikembalikan")
    reason = forms.CharField(label="Alasan", max_length=250)
    evidence = forms.FileField(
        label="Permohonan atau bukti pembayar",
        required=False,
        help_text="Foto atau PDF, paling besar 10 MB. Wajib bila yang dikembalikan retribusi dan pembayar"
        " tidak mengajukan permohonan di sini.",
        widget=forms.FileInput(attrs={"accept": TAKEN}),
    )
    despite = forms.BooleanField(label="Tiketnya sudah dipakai, tetap dikembalikan", required=False)

    def __init__(self, *args: Any, path: MoneyPath, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not path.used:
            del self.fields["despite"]
        if path.choice.whole:
            self.fields["amount"].help_text = f"Harus seluruhnya: {format_rupiah(path.payment.amount)}."
        else:
            self.fields["amount"].help_text = f"Paling banyak {format_rupiah(path.left.amount)}."

    def proposal(self) -> Proposal:
        """What a valid form says."""
        data = self.cleaned_data
        seen: Decimal = data["seen"]
        return Proposal(
            amount=data["amount"], seen=seen, reason=data["reason"], evidence=data["evidence"],
            despite_use=bool(data.get("despite")), request_id=data["permohonan"],
        )  # fmt: skip


class PaperForm(forms.Form):
    number = forms.CharField(label="Nomor", max_length=100)
    day = forms.DateField(label="Tanggal", widget=DayInput())


class RuleForm(forms.Form):
    done = forms.ChoiceField(
        label="Menurut surat bank, pengembalian ini",
        choices=[("", "Pilih"), ("yes", "sudah terjadi"), ("no", "tidak pernah terjadi")],
    )
    reason = forms.CharField(label="Surat atau bukti bank", max_length=250)


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="Alasan untuk pemohon", max_length=300, help_text="Dibaca pemohon di halamannya."
    )
