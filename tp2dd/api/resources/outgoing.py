"""Settlement batches and spending: they grow at their end, by key."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers

from opd.access import Scope as Reach
from payments.reconciliation.models import SettlementBatch
from payments.spending.models import Channel, Source, Spend, SpendState, SpendType
from tp2dd.api import paging
from tp2dd.api.asked import Asked
from tp2dd.api.paging import Page
from tp2dd.api.resources.base import (
    FRESH,
    LIST,
    Consistency,
    Resource,
    Row,
    day,
    day_field,
    money_field,
    number_field,
    rupiah,
    text_field,
)
from tp2dd.api.scopes import Scope


class SettlementForm(serializers.Serializer[Any]):
    id = number_field("Nomor batch di sini, tetap", min_value=1)
    batch_no = text_field("Nomor batch bank", allow_blank=True)
    agency = text_field("Kode OPD; null bila merchant tidak terdaftar", allow_null=True)
    nmid = text_field("NMID")
    settlement_date = day_field("Hari settlement (WIB)")
    count = number_field("Banyaknya transaksi", min_value=0)
    gross = money_field("Bruto")
    mdr = money_field("MDR yang dipotong")
    expected_mdr = money_field("MDR menurut tarif yang berlaku")
    net = money_field("Neto")
    refunded = money_field("Dikembalikan bank sebelum dikreditkan")
    due_on = day_field("Batas masuk RKUD (WIB)")
    credited = money_field("Sudah masuk RKUD")
    credited_on = day_field("Hari masuk RKUD (WIB); null bila belum", allow_null=True)


def read_settlements(reach: Reach, asked: Asked) -> Page[Row]:
    rows = reach.filter(SettlementBatch.objects.select_related("opd"))
    rows = rows.filter(asked.days("settlement_date") & asked.of_agency())
    return paging.by_key("settlements", rows, asked, _batch)


def _batch(batch: SettlementBatch) -> Row:
    return {
        "id": batch.pk,
        "batch_no": batch.batch_no,
        "agency": batch.opd.code if batch.opd else None,
        "nmid": batch.nmid,
        "settlement_date": day(batch.settlement_date),
        "count": batch.count,
        **{
            name: rupiah(getattr(batch, name))
            for name in ("gross", "mdr", "expected_mdr", "net", "refunded", "credited")
        },
        "due_on": day(batch.due_on),
        "credited_on": day(batch.credited_on),
    }


SETTLEMENTS = Resource(
    "settlements",
    "settlements",
    Scope.SETTLEMENTS,
    "Batch settlement per merchant dan hari",
    SettlementForm,
    LIST,
    Consistency(
        "Berkas settlement bank yang sudah dicocokkan.",
        FRESH,
        "Menurut id, yang terdaftar lebih dulu di depan; pencocokan berjalan satu per satu.",
        "Angka batch bertambah bila berkas menyusul; credited terisi dari rekening koran RKUD.",
    ),
    read_settlements,
)


class SpendingForm(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Nomor belanja, tetap")
    agency = text_field("Kode OPD")
    year = number_field("Tahun anggaran", min_value=1)
    kode_rekening = text_field("Kode rekening baris anggaran")
    fund_source = serializers.ChoiceField(choices=Source.values, help_text="Sumber uang")
    channel = serializers.ChoiceField(choices=Channel.values, help_text="Kanal")
    type = serializers.ChoiceField(choices=SpendType.values, help_text="Jenis belanja")
    amount = money_field("Bruto")
    state = serializers.ChoiceField(choices=SpendState.values, help_text="Keadaan")
    day = day_field("Tanggal belanja (WIB)")
    paid_on = day_field("Tanggal bayar (WIB); null bila belum", allow_null=True)
    passed_on = day_field("Tanggal disahkan SP2D (WIB); null bila belum", allow_null=True)
    is_domestic = serializers.BooleanField(help_text="Produk dalam negeri")
    is_umkm = serializers.BooleanField(help_text="Usaha mikro, kecil, menengah")


def read_spending(reach: Reach, asked: Asked) -> Page[Row]:
    rows: QuerySet[Spend] = reach.filter(Spend.objects.exclude(state=SpendState.DRAFT))
    rows = rows.filter(asked.days("spend_date") & asked.of_agency()).select_related("opd", "line")
    return paging.by_key("spending", rows, asked, _spend, kind=UUID)


def _spend(spend: Spend) -> Row:
    return {
        "id": str(spend.pk),
        "agency": spend.opd.code,
        "year": spend.year,
        "kode_rekening": spend.line.kode_rekening,
        "fund_source": spend.source,
        "channel": spend.channel,
        "type": spend.type,
        "amount": rupiah(spend.amount),
        "state": spend.state,
        "day": day(spend.spend_date),
        "paid_on": day(spend.paid_date),
        "passed_on": day(spend.passed_date),
        "is_domestic": spend.is_domestic,
        "is_umkm": spend.is_umkm,
    }


SPENDING = Resource(
    "spending",
    "spending",
    Scope.SPENDING,
    "Belanja yang sudah diajukan, tanpa penerima dan uraian",
    SpendingForm,
    LIST,
    Consistency(
        "Belanja (NPD) semua sumber dan kanal.",
        FRESH,
        "Menurut id, yang dibuat lebih dulu di depan. Belanja yang baru saja dibuat, atau draf yang baru "
        "diajukan, dapat muncul di belakang kursor: telusuri lagi rentang hari itu dan gabungkan menurut id.",
        "Keadaan maju sampai disahkan atau ditutup; jumlah tetap sejak disetujui.",
    ),
    read_spending,
)
