"""Agencies and collection points, for whoever has to give our codes names."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from opd.access import Scope as Reach
from opd.models import Opd
from retribusi.models import CollectionPoint
from tp2dd.api import paging
from tp2dd.api.asked import Asked
from tp2dd.api.paging import Page
from tp2dd.api.resources.base import (
    FRESH,
    REGISTER,
    Consistency,
    Resource,
    Row,
    day,
    day_field,
    number_field,
    text_field,
)
from tp2dd.api.scopes import Scope


class AgencyForm(serializers.Serializer[Any]):
    id = number_field("Nomor di sini, tetap", min_value=1)
    code = text_field("Kode OPD")
    name = text_field("Nama")
    short_name = text_field("Singkatan")
    valid_from = day_field("Berlaku sejak (WIB)")
    valid_to = day_field("Berlaku sampai (WIB); null bila masih", allow_null=True)


def read_agencies(reach: Reach, asked: Asked) -> Page[Row]:
    return paging.by_key("agencies", reach.filter(Opd.objects.all(), "pk"), asked, _agency)


def _agency(opd: Opd) -> Row:
    return {
        "id": opd.pk,
        "code": opd.code,
        "name": opd.name,
        "short_name": opd.short_name,
        "valid_from": day(opd.valid_from),
        "valid_to": day(opd.valid_to),
    }


class PointForm(serializers.Serializer[Any]):
    id = number_field("Nomor di sini, tetap", min_value=1)
    slug = text_field("Alamat pendek")
    name = text_field("Nama")
    agency = text_field("Kode OPD")
    kind = serializers.ChoiceField(choices=CollectionPoint.Kind.values, help_text="Jenis titik")
    status = serializers.ChoiceField(choices=CollectionPoint.Status.values, help_text="Keadaan")
    nmid = text_field("NMID rekening penerimaan; null bila belum ada", allow_null=True)
    legal_basis = text_field("Dasar hukum", allow_blank=True)


def read_points(reach: Reach, asked: Asked) -> Page[Row]:
    rows = reach.filter(CollectionPoint.objects.select_related("opd", "receiving_account"))
    return paging.by_key("points", rows, asked, _point)


def _point(point: CollectionPoint) -> Row:
    return {
        "id": point.pk,
        "slug": point.slug,
        "name": point.name,
        "agency": point.opd.code,
        "kind": point.kind,
        "status": point.status,
        "nmid": point.receiving_account.nmid if point.receiving_account else None,
        "legal_basis": point.legal_basis,
    }


_AGENCIES = Consistency(
    "Daftar OPD, bertanggal.", FRESH, "Menurut id.", "Nama dan tanggal akhir; baris tidak pernah hilang."
)
_POINTS = Consistency("Daftar titik pemungutan.", FRESH, "Menurut id.", "Keadaan, nama, dan rekening.")
AGENCIES = Resource(
    "agencies", "agencies", Scope.REGISTERS, "Daftar OPD", AgencyForm, REGISTER, _AGENCIES, read_agencies
)
POINTS = Resource(
    "points", "points", Scope.REGISTERS, "Daftar titik pemungutan", PointForm, REGISTER, _POINTS, read_points
)
