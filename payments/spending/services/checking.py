"""Whether a draft can be a spend: each refusal names the form's field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from opd.office import rules as dated
from opd.planning.models import BudgetLine
from payments.money import MoneyError, format_rupiah, rupiah
from payments.spending import rules
from payments.spending.drafts import SpendDraft, TaxDraft
from payments.spending.errors import BadDraft, Blocked
from payments.spending.models import Channel, Payee, Source, Spend, TaxKind

_KEPT = "Belanja belum disimpan."


def checked(draft: SpendDraft) -> SpendDraft:
    """The draft with exact amounts and tidy text. Raises BadDraft, Blocked."""
    tidy = replace(
        draft,
        amount=_amount(draft.amount, "amount"),
        surcharge=_amount(draft.surcharge, "surcharge", least=Decimal(0)),
        description=" ".join(draft.description.split()),
        merchant_name=" ".join(draft.merchant_name.split())[:120],
        taxes=tuple(replace(tax, amount=_amount(tax.amount, "taxes")) for tax in draft.taxes),
    )
    _check_text(tidy)
    _check_line(tidy)
    _check_source(tidy)
    _check_taxes(tidy)
    _check_surcharge(tidy)
    if tidy.channel == Channel.QRIS:
        check_qris_limit(net(tidy), tidy.spend_date)
    if tidy.payee_id is not None:
        check_payee(Payee.objects.filter(pk=tidy.payee_id, opd=tidy.opd_id).first())
    return tidy


def net(draft: SpendDraft) -> Decimal:
    return draft.amount - sum((tax.amount for tax in draft.taxes), Decimal(0))


def _amount(value: Decimal, field: str, *, least: Decimal = Decimal("0.01")) -> Decimal:
    try:
        amount = rupiah(value)
    except MoneyError as error:
        raise BadDraft(
            f"Jumlah tidak terbaca sebagai rupiah. {_KEPT} Tulis seperti 1.250.000 atau 1.250.000,50.", field
        ) from error
    if amount < least:
        raise BadDraft(f"Jumlah harus lebih dari nol. {_KEPT}", field)
    return amount


def _check_text(draft: SpendDraft) -> None:
    if not draft.description:
        raise BadDraft(f"Tulis uraian belanja: apa yang dibeli dan untuk apa. {_KEPT}", "description")
    if len(draft.description) > 1000:
        raise BadDraft(f"Uraian paling banyak 1.000 huruf. {_KEPT}", "description")
    if draft.spend_date.year != draft.year:
        raise BadDraft(
            f"Tanggal {draft.spend_date:%d/%m/%Y} di luar tahun anggaran {draft.year}. {_KEPT} "
            "Belanja hanya membebani anggaran tahunnya sendiri.",
            "spend_date",
        )


def _check_line(draft: SpendDraft) -> None:
    line = BudgetLine.objects.filter(pk=draft.line_id, opd=draft.opd_id).first()
    if line is None:
        raise BadDraft(f"Baris anggaran ini bukan milik OPD ini. {_KEPT} Pilih baris dari daftar.", "line")
    if line.year != draft.year:
        raise BadDraft(
            f"Baris {line.kode_rekening} adalah anggaran {line.year}, pengajuan ini untuk {draft.year}. "
            f"{_KEPT}",
            "line",
        )


def _check_source(draft: SpendDraft) -> None:
    if draft.channel not in rules.CHANNELS[draft.source]:
        raise BadDraft(
            f"Kanal {Channel(draft.channel).label} tidak dipakai dengan sumber "
            f"{Source(draft.source).label}. {_KEPT}",
            "channel",
        )
    if draft.channel == Channel.CMS and draft.payee_id is None:
        raise BadDraft(f"Pilih penerima: transfer memerlukan rekening tujuan. {_KEPT}", "payee")


def _check_taxes(draft: SpendDraft) -> None:
    kinds = [tax.kind for tax in draft.taxes]
    twice = next((kind for kind in kinds if kinds.count(kind) > 1), None)
    if twice:
        raise BadDraft(f"{TaxKind(twice).label} tertulis dua kali. {_KEPT} Gabungkan jumlahnya.", "taxes")
    for tax in draft.taxes:
        check_billing_code(tax)
    if draft.taxes and not rules.withholds(draft.source, draft.channel):
        raise BadDraft(
            f"Pembayaran dengan kartu atau uang elektronik keluar penuh, jadi pajaknya tidak dipungut "
            f"bendahara. {_KEPT} Hapus baris pajak.",
            "taxes",
        )
    if draft.taxes and net(draft) <= 0:
        total = draft.amount - net(draft)
        raise BadDraft(
            f"Pajak {format_rupiah(total)} tidak boleh mencapai jumlah belanja "
            f"{format_rupiah(draft.amount)}. {_KEPT}",
            "taxes",
        )


def check_billing_code(tax: TaxDraft) -> None:
    if tax.billing_code and not (tax.billing_code.isascii() and tax.billing_code.isdigit()):
        raise BadDraft(f"Kode billing hanya berisi angka. {_KEPT}", "taxes")
    if tax.billing_code and len(tax.billing_code) != 15:
        raise BadDraft(f"Kode billing terdiri dari 15 angka. {_KEPT}", "taxes")


def _check_surcharge(draft: SpendDraft) -> None:
    if draft.surcharge >= draft.amount:
        raise BadDraft(
            f"Biaya tambahan vendor {format_rupiah(draft.surcharge)} tidak masuk akal untuk belanja "
            f"{format_rupiah(draft.amount)}. {_KEPT} Biaya tambahan tidak dibebankan ke APBD, jadi jumlah "
            "belanja ditulis tanpa biaya itu.",
            "surcharge",
        )


def check_qris_limit(amount: Decimal, on: date) -> None:
    """Raises BadDraft above the limit of one QRIS transaction on a day (dated rule, Bank Indonesia)."""
    most = rupiah(dated.value("qris.max_amount", on))
    if amount > most:
        raise BadDraft(
            f"Satu transaksi QRIS paling banyak {format_rupiah(most)}; yang akan dibayar "
            f"{format_rupiah(amount)}. {_KEPT} Pakai transfer CMS.",
            "amount",
        )


def check_payee(payee: Payee | None) -> None:
    """Raises BadDraft for a payee of another agency, Blocked for a blocked one."""
    if payee is None:
        raise BadDraft(f"Penerima ini tidak ada di buku penerima OPD ini. {_KEPT}", "payee")
    if payee.blocked_at is not None:
        raise Blocked(
            f"Penerima {payee.name} diblokir: {payee.block_reason}. Tidak ada uang yang dibayarkan; "
            "pilih penerima lain atau minta bendahara membuka blokirnya."
        )


def twins(spend: Spend) -> list[Spend]:
    """Other spends of the agency that look the same: payee, amount and line, not closed. For a warning."""
    rows = Spend.objects.filter(
        opd=spend.opd_id, year=spend.year, line=spend.line_id, amount=spend.amount, payee=spend.payee_id
    )
    closed = [rules.State.REJECTED, rules.State.CANCELLED]
    return list(rows.exclude(pk=spend.pk).exclude(state__in=closed).order_by("-raised_at")[:5])
