"""Forms of the card's pages; the services decide."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from opd.access import Scope
from opd.forms import DayInput, OfficeSentence, RupiahField, Sentence
from opd.models import Opd, Role, RoleAssignment, User
from opd.office import pictures
from opd.planning.models import BudgetLine
from payments.kkpd import rules
from payments.kkpd.models import Card, CardKind, DprLine, Via
from payments.kkpd.queries import LineFilter
from payments.money import format_rupiah
from payments.spending.models import Method, TreasuryAccount


class LineSentence(OfficeSentence):
    """The list's filter."""

    keadaan = forms.ChoiceField(
        label="Belanja kartu yang",
        required=False,
        choices=[
            ("", "apa pun keadaannya"),
            ("belum", "belum masuk DPR"),
            ("pptk", "menunggu PPTK"),
            ("belum-ditagih", "belum ditagih"),
            ("ditagih", "ada di tagihan"),
            ("ditolak", "ditolak"),
        ],
    )
    sejak = forms.DateField(label="sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())

    field_order = ("keadaan", "opd")

    @property
    def where(self) -> LineFilter:
        return LineFilter(self.word("keadaan"), self.opd_id, self.day("sejak"), self.day("sampai"))


class ReportForm(forms.Form):
    """What a holder reports from the phone: few fields, in the order of the receipt."""

    card = forms.ModelChoiceField(Card.objects.none(), label="Kartu", empty_label=None)
    transaction_date = forms.DateField(label="Tanggal transaksi", widget=DayInput())
    merchant = forms.CharField(label="Nama toko atau merchant", max_length=120)
    amount = RupiahField(label="Jumlah (rupiah)", help_text="Tanpa biaya tambahan dari toko.")
    line = forms.ChoiceField(label="Baris anggaran")
    purpose = forms.CharField(label="Untuk keperluan", max_length=300, min_length=5)
    via = forms.ChoiceField(label="Dibayar melalui", choices=Via.choices)
    rrn = forms.RegexField(
        r"^\d{12}$",
        label="RRN",
        required=False,
        help_text="12 angka pada struk; wajib untuk QRIS.",
        error_messages={"invalid": "RRN terdiri dari 12 angka."},
    )
    method = forms.ChoiceField(label="Cara pengadaan", choices=Method.choices, initial=Method.OTHER)
    is_domestic = forms.BooleanField(label="Produk dalam negeri", required=False)
    is_umkm = forms.BooleanField(label="Usaha mikro, kecil, menengah", required=False)
    is_another = forms.BooleanField(label="Ini transaksi lain, bukan yang sudah dilaporkan", required=False)
    photo = forms.FileField(
        label="Foto struk",
        help_text="JPEG, PNG, atau PDF, paling besar 10 MB.",
        widget=forms.ClearableFileInput(
            attrs={"accept": "image/*,application/pdf", "capture": "environment"}
        ),
    )

    def __init__(self, *args: Any, holder: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cards: Any = self.fields["card"]
        cards.queryset = Card.objects.filter(holder=holder, valid_to__gte=timezone.localdate())
        cards.label_from_instance = lambda card: f"{card} · sisa {format_rupiah(card.free)}"
        lines: Any = self.fields["line"]
        lines.choices = list(_line_choices(cards.queryset, timezone.localdate().year))

    def clean_photo(self) -> Any:
        photo = self.cleaned_data["photo"]
        try:
            pictures.media_type(photo)
        except pictures.FileRefused as error:
            raise ValidationError(str(error)) from error
        return photo

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("via") == Via.QRIS and not data.get("rrn"):
            self.add_error("rrn", "Isi RRN dari struk QRIS, agar tagihan mengenalinya.")
        return data


def _line_choices(cards: Any, year: int) -> Any:
    """The lines that one of the cards may pay, grouped by sub kegiatan, each with what is free."""
    kinds = {card.kind for card in cards}
    rows = BudgetLine.objects.filter(opd__in={card.opd_id for card in cards}, year=year, pagu__gt=0)
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        if any(rules.fits(kind, row.kode_rekening) for kind in kinds):
            label = f"{row.kode_rekening} {row.nama_rekening} · sisa {format_rupiah(row.free)}"
            groups.setdefault(f"{row.kode_sub_kegiatan} {row.nama_sub_kegiatan}", []).append(
                (str(row.pk), label)
            )
    return groups.items()


class CardForm(forms.Form):
    opd = forms.ModelChoiceField(Opd.objects.none(), label="OPD", empty_label=None)
    holder = forms.ModelChoiceField(User.objects.none(), label="Pemegang")
    number = forms.CharField(
        label="Nomor kartu tersamar",
        max_length=30,
        help_text="Enam angka pertama dan empat terakhir, misalnya 526422******1234.",
    )
    kind = forms.ChoiceField(label="Jenis kartu", choices=CardKind.choices)
    bank_code = forms.RegexField(r"^\d{3,11}$", label="Kode bank penerbit")
    bank_name = forms.CharField(label="Bank penerbit", max_length=80)
    bill_account_no = forms.RegexField(r"^\d{5,34}$", label="Nomor rekening pembayaran tagihan")
    bill_account_name = forms.CharField(label="Nama rekening itu", max_length=120)
    limit = RupiahField(label="Limit (rupiah)")
    decree_number = forms.CharField(label="Nomor SK", max_length=120)
    decree_date = forms.DateField(label="Tanggal SK", widget=DayInput())
    valid_from = forms.DateField(label="Berlaku sejak", widget=DayInput())
    valid_to = forms.DateField(label="Berlaku sampai", widget=DayInput())

    def __init__(self, *args: Any, reach: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices: Any = self.fields["opd"]
        offices.queryset = reach.filter(Opd.objects.valid(on=timezone.localdate()), "pk")
        people: Any = self.fields["holder"]
        people.queryset = holders(reach, timezone.localdate())


def holders(reach: Scope, on: date) -> Any:
    """People who hold cards by decree within reach."""
    held = reach.filter(RoleAssignment.objects.valid(on=on).filter(role=Role.PEMEGANG_KKPD))
    return User.objects.filter(pk__in=held.values("user")).order_by("name")


class LimitForm(forms.Form):
    limit = RupiahField(label="Limit baru (rupiah)")
    decree_number = forms.CharField(label="Nomor SK", max_length=120)


class BillForm(forms.Form):
    opd = forms.ModelChoiceField(Opd.objects.none(), label="OPD", empty_label=None)
    file = forms.FileField(
        label="Daftar Tagihan Sementara",
        help_text="CSV atau XLSX dari bank penerbit, dalam susunan apa pun.",
    )

    def __init__(self, *args: Any, reach: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices: Any = self.fields["opd"]
        offices.queryset = reach.filter(Opd.objects.valid(on=timezone.localdate()), "pk")


class TestForm(forms.Form):
    """The tests of Pasal 5, and the reason where a line is rejected."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in rules.CHECKS.items():
            self.fields[name] = forms.BooleanField(label=label, required=False)
        self.fields["reason"] = forms.CharField(
            label="Alasan bila ditolak", max_length=300, required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        )  # fmt: skip

    @property
    def checks(self) -> dict[str, bool]:
        return {name: bool(self.cleaned_data.get(name)) for name in rules.CHECKS}


class MatchForm(forms.Form):
    report = forms.ModelChoiceField(DprLine.objects.none(), label="Laporan pemegang")

    def __init__(self, *args: Any, reports: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["report"]
        field.queryset = reports
        field.label_from_instance = lambda row: (
            f"{row.transaction_date:%d/%m/%Y} · {row.spend.merchant_name} · {format_rupiah(row.spend.amount)}"
        )


class SettleForm(forms.Form):
    account = forms.ModelChoiceField(TreasuryAccount.objects.none(), label="Dari rekening", empty_label=None)
    paid_date = forms.DateField(label="Tanggal bayar", widget=DayInput())
    reference_no = forms.CharField(
        label="Rujukan bank", max_length=64, help_text="Nomor referensi pada bukti transfer antarbank."
    )

    def __init__(self, *args: Any, opd_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["account"]
        field.queryset = TreasuryAccount.objects.valid(on=timezone.localdate()).filter(opd=opd_id)


class HolderPaidForm(forms.Form):
    paid_date = forms.DateField(label="Tanggal dibayar", widget=DayInput())
    reference = forms.CharField(label="Nomor bukti bayar", max_length=120)


class YearForm(Sentence):
    tahun = forms.TypedChoiceField(label="Tahun anggaran", coerce=int, required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        year = timezone.localdate().year
        field: Any = self.fields["tahun"]
        field.choices = [(one, str(one)) for one in range(year, year - 4, -1)]

    @property
    def year(self) -> int:
        return self.number("tahun") or timezone.localdate().year
