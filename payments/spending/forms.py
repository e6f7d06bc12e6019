"""Forms of the spending pages: plain, the services decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms

from opd.forms import DayInput, RupiahField, Sentence
from opd.models import Opd
from opd.planning.queries import LineChoice, line_choices
from payments.spending import queries
from payments.spending.drafts import SpendDraft, TaxDraft
from payments.spending.models import (
    Channel,
    Method,
    Source,
    Spend,
    SpendState,
    SpendType,
    TaxKind,
    TreasuryAccount,
)
from payments.spending.queries import SpendFilter, TaxFilter
from payments.spending.rules import CHECKS
from payments.spending.services.payees import PayeeDraft


class SpendSentence(Sentence):
    opd = forms.ChoiceField(label="Belanja", required=False)
    sumber = forms.ChoiceField(label="dari", choices=[("", "semua sumber"), *Source.choices], required=False)
    kanal = forms.ChoiceField(label="lewat", choices=[("", "semua kanal"), *Channel.choices], required=False)
    keadaan = forms.ChoiceField(
        label="yang", choices=[("", "apa pun keadaannya"), *SpendState.choices], required=False
    )
    jenis = forms.ChoiceField(
        label="berjenis", choices=[("", "apa saja"), *SpendType.choices], required=False
    )
    sejak = forms.DateField(label="sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())
    cari = forms.CharField(label="memuat", required=False, max_length=80)

    def __init__(self, *args: Any, offices: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("opd", offices, "semua OPD")

    @property
    def where(self) -> SpendFilter:
        return SpendFilter(
            opd_id=self.number("opd"), source=self.word("sumber"), channel=self.word("kanal"),
            state=self.word("keadaan"), type=self.word("jenis"), text=self.word("cari"),
            first=self.day("sejak"), last=self.day("sampai"),
        )  # fmt: skip


class PayeeSentence(Sentence):
    STATES = [("", "apa pun keadaannya"), ("aktif", "dapat dibayar"), ("blokir", "diblokir")]

    opd = forms.ChoiceField(label="Penerima", required=False)
    keadaan = forms.ChoiceField(label="yang", choices=STATES, required=False)
    cari = forms.CharField(label="memuat", required=False, max_length=80)

    def __init__(self, *args: Any, offices: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("opd", offices, "semua OPD")


class TaxSentence(Sentence):
    STATES = [("", "belum disetor"), ("disetor", "sudah disetor"), ("semua", "semua")]

    keadaan = forms.ChoiceField(label="Pajak yang", choices=STATES, required=False)
    jenis = forms.ChoiceField(label="jenis", choices=[("", "apa saja"), *TaxKind.choices], required=False)
    opd = forms.ChoiceField(label="dari", required=False)
    sejak = forms.DateField(label="dibayar sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())

    def __init__(self, *args: Any, offices: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("opd", offices, "semua OPD")

    @property
    def where(self) -> TaxFilter:
        return TaxFilter(
            opd_id=self.number("opd"), state=self.word("keadaan"), kind=self.word("jenis"),
            first=self.day("sejak"), last=self.day("sampai"),
        )  # fmt: skip


class PayeeForm(forms.Form):
    name = forms.CharField(label="Nama", max_length=120)
    npwp = forms.CharField(label="NPWP", max_length=24, required=False, help_text="15 atau 16 angka.")
    bank_name = forms.CharField(label="Nama bank", max_length=80, required=False)
    bank_code = forms.CharField(
        label="Kode bank", max_length=11, required=False, help_text="Kode transfer bank, misalnya 133."
    )
    account_no = forms.CharField(label="Nomor rekening", max_length=40, required=False)
    account_name = forms.CharField(
        label="Nama pemilik rekening", max_length=120, required=False, help_text="Seperti tertulis di bank."
    )
    is_umkm = forms.BooleanField(label="Usaha mikro, kecil, atau menengah", required=False)

    @property
    def draft(self) -> PayeeDraft:
        return PayeeDraft(**self.cleaned_data)


class InlinePayeeForm(PayeeForm):
    """A payee that is not in the book yet; empty where one is chosen."""

    name = forms.CharField(label="Nama", max_length=120, required=False)

    prefix = "baru"

    @property
    def is_given(self) -> bool:
        return bool(self.cleaned_data.get("name"))


class TaxForm(forms.Form):
    kind = forms.ChoiceField(label="Jenis pajak", choices=[("", "–"), *TaxKind.choices], required=False)
    amount = RupiahField(label="Jumlah", required=False)
    billing_code = forms.CharField(label="Kode billing", max_length=15, required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") and not data.get("amount") and "amount" not in self.errors:
            self.add_error("amount", "Isi jumlah pajaknya, atau kosongkan jenisnya.")
        if data.get("amount") and not data.get("kind"):
            self.add_error("kind", "Pilih jenis pajaknya.")
        return data


TaxFormSet = forms.formset_factory(TaxForm, extra=3, max_num=5)


class SpendForm(forms.Form):
    """What a PPTK raises; who paid by card or e-money reports it on pages of its own."""

    SOURCES = [(str(one.value), one.label) for one in (Source.UP, Source.GU, Source.TU, Source.LS)]
    CHANNELS = [(str(one.value), one.label) for one in (Channel.CMS, Channel.QRIS, Channel.CASH)]

    line = forms.ChoiceField(label="Baris anggaran")
    source = forms.ChoiceField(label="Sumber uang", choices=SOURCES)
    channel = forms.ChoiceField(
        label="Kanal", choices=CHANNELS,
        help_text="Belanja kartu (KKPD) dan uang elektronik dilaporkan pemegangnya pada menunya sendiri.",
    )  # fmt: skip
    amount = RupiahField(label="Jumlah", help_text="Termasuk pajak. Misalnya 1.250.000 atau 1.250.000,50.")
    payee = forms.ChoiceField(
        label="Penerima", required=False, help_text="Wajib untuk transfer. QRIS boleh menyusul saat membayar."
    )
    description = forms.CharField(
        label="Uraian", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Apa yang dibeli, untuk kegiatan apa.",
    )  # fmt: skip
    spend_date = forms.DateField(label="Tanggal", widget=DayInput())
    type = forms.ChoiceField(label="Jenis belanja", choices=SpendType.choices)
    method = forms.ChoiceField(label="Cara pengadaan", choices=Method.choices, initial=Method.OTHER)
    is_domestic = forms.BooleanField(label="Produk dalam negeri", required=False)
    is_umkm = forms.BooleanField(label="Dari usaha mikro, kecil, atau menengah", required=False)
    surcharge = RupiahField(
        label="Biaya tambahan dari vendor", required=False,
        help_text="Biaya karena kartu atau QRIS. Dicatat saja; tidak dibebankan ke APBD.",
    )  # fmt: skip

    def __init__(self, *args: Any, opd: Opd, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opd, self.year = opd, year
        fields: Any = self.fields
        fields["line"].choices = [("", "Pilih baris"), *_grouped(line_choices(opd.pk, year))]
        people = queries.payable_payees(opd.pk)
        fields["payee"].choices = [("", "Belum dipilih"), *((str(one.pk), _payee(one)) for one in people)]

    def draft(self, taxes: Iterable[dict[str, Any]]) -> SpendDraft:
        """What was typed, as a draft of this agency and year."""
        data = self.cleaned_data
        return SpendDraft(
            opd_id=self.opd.pk, year=self.year, line_id=int(data["line"]), source=Source(data["source"]),
            channel=Channel(data["channel"]), payee_id=int(data["payee"]) if data["payee"] else None,
            amount=data["amount"], surcharge=data["surcharge"] or Decimal(0),
            description=data["description"], spend_date=data["spend_date"], type=SpendType(data["type"]),
            method=Method(data["method"]), is_domestic=data["is_domestic"], is_umkm=data["is_umkm"],
            taxes=tuple(_tax(row) for row in taxes if row.get("kind") and row.get("amount")),
        )  # fmt: skip


def _tax(row: dict[str, Any]) -> TaxDraft:
    return TaxDraft(TaxKind(row["kind"]), row["amount"], row.get("billing_code") or "")


def _grouped(choices: Iterable[LineChoice]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The lines under their sub kegiatan, for the optgroups of a select."""
    return [
        (group, [(str(choice.id), choice.label) for choice in rows])
        for group, rows in groupby(choices, key=lambda choice: choice.group)
    ]


def _payee(payee: Any) -> str:
    from payments.spending.masking import masked

    account = f"{payee.bank_name} · {masked(payee.account_no)}" if payee.account_no else "tanpa rekening"
    return f"{payee.name} · {account}"


def initial_of(draft: SpendDraft) -> dict[str, Any]:
    """What the form shows of a draft."""
    same = ("source", "channel", "description", "spend_date", "type", "method", "is_domestic", "is_umkm")
    values = {name: getattr(draft, name) for name in same}
    return values | {
        "line": str(draft.line_id), "payee": str(draft.payee_id or ""), "amount": draft.amount,
        "surcharge": draft.surcharge or None,
    }  # fmt: skip


def tax_initial(taxes: Iterable[TaxDraft]) -> list[dict[str, Any]]:
    return [{"kind": str(tax.kind), "amount": tax.amount, "billing_code": tax.billing_code} for tax in taxes]


class TestForm(forms.Form):
    """What the treasurer ticks before she pays."""

    note = forms.CharField(
        label="Catatan", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Wajib bila ada yang tidak dicentang atau bukti yang belum lengkap.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ticks = {name: forms.BooleanField(label=label, required=False) for name, label in CHECKS.items()}
        self.fields = {**ticks, **self.fields}

    @property
    def checks(self) -> dict[str, bool]:
        return {name: bool(self.cleaned_data[name]) for name in CHECKS}


class RefundForm(forms.Form):
    amount = RupiahField(label="Jumlah yang kembali")
    paid_date = forms.DateField(label="Tanggal kembali", widget=DayInput())
    reference_no = forms.CharField(
        label="Rujukan", max_length=64, help_text="Nomor bukti setor atau rujukan transfer."
    )
    reason = forms.CharField(label="Alasan", max_length=300)


class BillingForm(forms.Form):
    billing_code = forms.CharField(label="Kode billing", max_length=15, help_text="15 angka, dari DJP.")


class DepositForm(forms.Form):
    ntpn = forms.CharField(label="NTPN", max_length=16, help_text="16 huruf besar atau angka.")
    deposited_date = forms.DateField(label="Tanggal setor", widget=DayInput())


class AccountForm(forms.Form):
    opd = forms.ModelChoiceField(Opd.objects.none(), label="OPD")
    kind = forms.ChoiceField(label="Pemegang", choices=TreasuryAccount.Kind.choices)
    bank_name = forms.CharField(label="Nama bank", max_length=80)
    bank_code = forms.CharField(label="Kode bank", max_length=11)
    account_no = forms.CharField(label="Nomor rekening", max_length=40)
    account_name = forms.CharField(label="Nama rekening", max_length=120)
    partner: Any = forms.ModelChoiceField(
        None, label="Mitra bank (SNAP)", required=False, empty_label="Tanpa sambungan",
        help_text="Bank yang dapat diperintah dari sini; kosong bila hanya lewat CMS.",
    )  # fmt: skip
    decree_number = forms.CharField(label="Nomor SK", max_length=120)
    decree_date = forms.DateField(label="Tanggal SK", widget=DayInput())
    valid_from = forms.DateField(label="Berlaku sejak", widget=DayInput())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        from payments.snap.models import Partner

        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["opd"].queryset = Opd.objects.valid(on=today).order_by("name")
        fields["partner"].queryset = Partner.objects.order_by("pk")


class EndAccountForm(forms.Form):
    valid_to = forms.DateField(label="Hari terakhir", widget=DayInput())


class PasteForm(forms.Form):
    table = forms.CharField(
        label="Isi lembar kerja", max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "wrap": "off"}),
        help_text="Salin dari lembar kerja bersama baris judul, lalu tempel di sini.",
    )  # fmt: skip


def copied(id: str) -> UUID | None:
    """The spend to copy, as the address names it."""
    try:
        return UUID(id)
    except ValueError:
        return None


def spend_of(rows: Any, id: str) -> Spend | None:
    key = copied(id)
    found: Spend | None = rows.filter(pk=key).first() if key else None
    return found
