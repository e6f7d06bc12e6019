"""Forms of the room: filters that read as a sentence, and plain entries; the services decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from opd.access import Scope
from opd.forms import DayInput, RupiahField, Sentence
from opd.models import Opd, Role, RoleAssignment, User
from opd.planning.queries import LineChoice
from payments.emoney.queries import CardFilter
from payments.spending.models import TreasuryAccount
from payments.spending.rules import CHECKS


class CardSentence(Sentence):
    STATES = [("", "semua"), ("active", "aktif"), ("blocked", "diblokir"), ("ended", "berakhir")]

    keadaan = forms.ChoiceField(label="Kartu yang", choices=STATES, required=False)
    opd = forms.ChoiceField(label="di", required=False)
    cari = forms.CharField(label="atas nama", required=False, max_length=60)

    def __init__(self, *args: Any, offices: Sequence[Opd] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("opd", ((one.pk, one.name) for one in offices), "semua OPD")

    @property
    def where(self) -> CardFilter:
        return CardFilter(self.number("opd"), self.word("keadaan"), self.word("cari"))


class TapSentence(Sentence):
    STEPS = [
        ("", "belum beres"),
        ("unreported", "belum dilaporkan"),
        ("waiting", "menunggu persetujuan"),
        ("ready", "siap dibebankan"),
        ("returned", "dikembalikan"),
    ]
    tahap = forms.ChoiceField(label="Transaksi yang", choices=STEPS, required=False)
    opd = forms.ChoiceField(label="di", required=False)

    def __init__(self, *args: Any, offices: Sequence[Opd] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("opd", ((one.pk, one.name) for one in offices), "semua OPD")


class CardForm(forms.Form):
    opd = forms.ModelChoiceField(Opd.objects.none(), label="OPD", empty_label=None)
    holder = forms.ModelChoiceField(
        User.objects.none(), label="Pemegang", help_text="Pegawai yang sudah ditetapkan sebagai pemegang."
    )
    issuer = forms.CharField(label="Penerbit", max_length=80, help_text="Bank atau penyelenggara kartunya.")
    number = forms.CharField(
        label="Nomor kartu",
        max_length=30,
        help_text="Cukup enam angka awal dan empat akhir: 6032 98** **** 0001. Yang tengah tidak disimpan.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_registered = forms.BooleanField(
        label="Terdaftar atas nama (batas saldonya lebih tinggi)", required=False
    )
    decree_number = forms.CharField(label="Nomor SK", max_length=120)
    decree_date = forms.DateField(label="Tanggal SK", widget=DayInput())
    valid_from = forms.DateField(label="Berlaku sejak", widget=DayInput())
    valid_to = forms.DateField(label="Berlaku sampai", widget=DayInput(), required=False)

    def __init__(self, *args: Any, reach: Scope, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places: Any = self.fields["opd"]
        offices = Opd.objects.valid(on=on)
        places.queryset = offices if reach.opd_ids is None else offices.filter(pk__in=reach.opd_ids)
        held = reach.filter(RoleAssignment.objects.valid(on=on).filter(role=Role.PEGAWAI))
        people: Any = self.fields["holder"]
        people.queryset = User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name")


class _AccountForm(forms.Form):
    """What every movement at the bank says."""

    account = forms.ModelChoiceField(TreasuryAccount.objects.none(), label="Rekening", empty_label=None)
    paid_date = forms.DateField(label="Tanggal", widget=DayInput())
    reference_no = forms.CharField(
        label="Rujukan bank", max_length=64, help_text="Nomor rujukan pada bukti transfer."
    )

    def __init__(self, *args: Any, opd_id: int, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts: Any = self.fields["account"]
        accounts.queryset = TreasuryAccount.objects.valid(on=on).filter(opd=opd_id)


class TopUpForm(_AccountForm):
    amount = RupiahField(label="Jumlah isi ulang")
    field_order = ("amount", "account", "paid_date", "reference_no")


class ReturnForm(_AccountForm):
    amount = RupiahField(label="Jumlah yang kembali")
    field_order = ("amount", "account", "paid_date", "reference_no")


class RepayForm(_AccountForm):
    pass


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Alasan", max_length=300, min_length=5)


class EndForm(forms.Form):
    valid_to = forms.DateField(label="Hari terakhir", widget=DayInput())


class HistoryForm(forms.Form):
    file = forms.FileField(
        label="Riwayat kartu",
        help_text="CSV atau XLSX asli dari penerbit, satu kartu satu berkas. Anda melihat isinya dahulu.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One to five files."""

    widget = _Files(attrs={"accept": "image/jpeg,image/png,application/pdf"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        one = super().clean
        files = (
            [one(item, initial) for item in data] if isinstance(data, list | tuple) else [one(data, initial)]
        )
        files = [file for file in files if file]
        if len(files) > 5:
            raise ValidationError("Paling banyak lima berkas sekaligus.")
        return files


class ReportForm(forms.Form):
    receipts = FilesField(
        label="Foto struk",
        help_text="Foto (JPEG, PNG) atau PDF, paling besar 10 MB.",
        error_messages={"required": "Lampirkan foto struk."},
    )
    purpose = forms.CharField(
        label="Untuk keperluan",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Misalnya: parkir saat rapat di DPRD, 12 November.",
    )
    line = forms.ChoiceField(label="Dibebankan ke")

    def __init__(self, *args: Any, lines: Sequence[LineChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in lines:
            groups.setdefault(one.group, []).append((str(one.id), one.label))
        choice: Any = self.fields["line"]
        choice.choices = [("", "Pilih baris anggaran"), *groups.items()]


class ChargeForm(forms.Form):
    """The treasurer's tests; one that fails needs a reason."""

    checks = forms.MultipleChoiceField(
        label="Hasil uji",
        choices=list(CHECKS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label="Catatan", max_length=300, required=False, help_text="Wajib bila ada yang tidak dicentang."
    )

    @property
    def results(self) -> dict[str, bool]:
        ticked = set(self.cleaned_data["checks"])
        return {name: name in ticked for name in CHECKS}
