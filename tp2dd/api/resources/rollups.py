"""Sums: levies by day and point, takings by day and account, the trial balance as known on a sealed block."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from rest_framework import serializers

from opd.access import Scope as Reach
from payments.ledger import sealing
from payments.ledger.models import Block, Book, Side
from payments.ledger.queries import TrialRow, trial_balance
from tp2dd.api import paging
from tp2dd.api.asked import Asked
from tp2dd.api.paging import Page
from tp2dd.api.problems import bad_parameter
from tp2dd.api.resources.base import (
    FRESH,
    LIST,
    Consistency,
    Resource,
    Row,
    day,
    day_field,
    instant,
    instant_field,
    money_field,
    number_field,
    rupiah,
    text_field,
)
from tp2dd.api.scopes import Scope
from tp2dd.models import TakingsDay


class LevyForm(serializers.Serializer[Any]):
    day = day_field("Hari kunjungan, atau hari SKRD terbit (WIB)")
    agency = text_field("Kode OPD")
    point = text_field("Alamat pendek titik pemungutan")
    orders = number_field("Banyaknya pesanan tiket yang lunas", min_value=0)
    orders_amount = money_field("Jumlahnya")
    assessments = number_field("Banyaknya SKRD yang terbit dan tidak batal", min_value=0)
    assessed_amount = money_field("Ketetapannya")
    assessed_paid = money_field("Yang sudah dibayar darinya, tanpa bunga")


_FIRST, _LAST = date(1900, 1, 1), date(2999, 12, 31)
_DAY_AND_KEY = (date, int)
_LEVIES = """
    WITH found AS (
        SELECT o.visit_date AS day, o.point_id, count(*) AS orders, sum(o.total) AS orders_amount,
               0 AS assessments, 0::numeric AS assessed, 0::numeric AS assessed_paid
        FROM retribusi_order AS o
        WHERE o.state = 'paid' AND o.visit_date BETWEEN %(since)s AND %(until)s AND o.visit_date >= %(day)s
        GROUP BY 1, 2
        UNION ALL
        SELECT s.issued_on, s.point_id, 0, 0, count(*), sum(s.principal), coalesce(sum(p.amount), 0)
        FROM assessments_skrd AS s
        JOIN office_document AS d ON d.id = s.document_id AND d.voided_at IS NULL
        LEFT JOIN LATERAL (
            SELECT sum(amount) AS amount FROM assessments_debt
            WHERE skrd_id = s.id AND retired_at IS NULL AND paid_at IS NOT NULL
        ) AS p ON true
        WHERE s.issued_on BETWEEN %(since)s AND %(until)s AND s.issued_on >= %(day)s
        GROUP BY 1, 2
    )
    SELECT f.day, o.code, c.slug, sum(f.orders), sum(f.orders_amount), sum(f.assessments), sum(f.assessed),
           sum(f.assessed_paid), c.id
    FROM found AS f
    JOIN retribusi_collectionpoint AS c ON c.id = f.point_id
    JOIN opd_opd AS o ON o.id = c.opd_id
    WHERE (f.day, c.id) > (%(day)s, %(point)s)
      AND (%(opds)s::bigint[] IS NULL OR c.opd_id = ANY(%(opds)s))
      AND (%(agency)s = '' OR o.code = %(agency)s)
    GROUP BY f.day, o.code, c.slug, c.id ORDER BY f.day, c.id LIMIT %(most)s
"""


def read_levies(reach: Reach, asked: Asked) -> Page[Row]:
    place = paging.decode("levies", asked.cursor, *_DAY_AND_KEY) or [_FIRST, 0]
    values = {
        "since": asked.since or _FIRST,
        "until": asked.until or _LAST,
        "day": place[0],
        "point": place[1],
        "opds": None if reach.opd_ids is None else sorted(reach.opd_ids),
        "agency": asked.agency,
        "most": asked.limit + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LEVIES, values)
        page = paging.page_of("levies", cursor.fetchall(), asked, lambda row: (row[0], row[-1]))
    return page.shown(lambda row: _levy(*row[:-1]))


def _levy(on: Any, agency: str, point: str, *sums: Any) -> Row:
    orders, orders_amount, assessments, assessed, paid = sums
    return {
        "day": day(on),
        "agency": agency,
        "point": point,
        "orders": int(orders),
        "orders_amount": rupiah(orders_amount),
        "assessments": int(assessments),
        "assessed_amount": rupiah(assessed),
        "assessed_paid": rupiah(paid),
    }


class TakingsForm(serializers.Serializer[Any]):
    day = day_field("Hari bayar (WIB)")
    agency = text_field("Kode OPD")
    account = text_field("Rekening penerimaan")
    nmid = text_field("NMID")
    payments = number_field("Banyaknya pembayaran", min_value=0)
    paid = money_field("Dibayar")
    settled = money_field("Disetor bank")
    credited = money_field("Masuk RKUD")
    booked = money_field("Dibukukan sebagai pendapatan")
    refreshed_at = instant_field("Saat dihitung (UTC)")


def read_takings(reach: Reach, asked: Asked) -> Page[Row]:
    rows = reach.filter(TakingsDay.objects.select_related("opd", "receiving_account"))
    rows = rows.filter(asked.days("day") & asked.of_agency())
    if place := paging.decode("takings", asked.cursor, *_DAY_AND_KEY):
        rows = rows.filter(Q(day__gt=place[0]) | Q(day=place[0], receiving_account__gt=place[1]))
    found = list(rows.order_by("day", "receiving_account_id")[: asked.limit + 1])
    page = paging.page_of("takings", found, asked, lambda row: (row.day, row.receiving_account_id))
    return page.shown(_taking)


def _taking(row: TakingsDay) -> Row:
    return {
        "day": day(row.day),
        "agency": row.opd.code,
        "account": row.receiving_account.name,
        "nmid": row.receiving_account.nmid,
        "payments": row.payments,
        **{name: rupiah(getattr(row, name)) for name in ("paid", "settled", "credited", "booked")},
        "refreshed_at": instant(row.refreshed_at),
    }


class TrialRowForm(serializers.Serializer[Any]):
    account = text_field("Kode tetap akun")
    name = text_field("Nama akun")
    book = serializers.ChoiceField(choices=Book.values, help_text="Buku")
    normal_side = serializers.ChoiceField(choices=Side.values, help_text="Saldo normal")
    kode_rekening = text_field("Kode rekening; kosong bila belum pasti", allow_blank=True)
    debit = money_field("Debit sampai hari itu")
    credit = money_field("Kredit sampai hari itu")
    balance = money_field("Debit dikurangi kredit")


class TrialBalanceForm(serializers.Serializer[Any]):
    on = day_field("Sampai hari ini (WIB)")
    known_on = number_field("Blok tersegel yang menjadi batas; null sebelum ada blok", allow_null=True)
    rows = TrialRowForm(many=True)


def read_trial_balance(reach: Reach, asked: Asked) -> Row:
    on, known = asked.on or timezone.localdate(), _block(asked.known_on)
    rows = trial_balance(on=on, known_on=known or 0, opd=reach.opd_ids)
    return {"on": day(on), "known_on": known, "rows": [_trial(row) for row in rows]}


def _block(wanted: int | None) -> int | None:
    if wanted is None:
        return Block.objects.order_by("-pk").values_list("pk", flat=True).first()
    if not Block.objects.filter(pk=wanted).exists():
        raise bad_parameter("known_on", "blok itu belum ada; lihat seal.")
    return wanted


def _trial(row: TrialRow) -> Row:
    names = ("account", "name", "book", "normal_side", "kode_rekening")
    return {name: getattr(row, name) for name in names} | {
        "debit": rupiah(row.debit),
        "credit": rupiah(row.credit),
        "balance": rupiah(row.balance),
    }


class SealForm(serializers.Serializer[Any]):
    block = number_field("Nomor blok terakhir; 0 sebelum ada", min_value=0)
    hash = text_field("Hash rantai (hex); null sebelum ada", allow_null=True)
    made_at = instant_field("Disegel (UTC)", allow_null=True)
    key_id = number_field("Nomor kunci", allow_null=True)
    signature = text_field("Tanda tangan Ed25519 (hex) atas nontunai-segel:1:<blok>:<hash>", allow_null=True)


def read_seal(reach: Reach, asked: Asked) -> Row:
    head = sealing.head()
    if head is None:
        return {"block": 0, "hash": None, "made_at": None, "key_id": None, "signature": None}
    return {
        "block": head.block.pk,
        "hash": head.block.fingerprint,
        "made_at": instant(head.block.made_at),
        "key_id": head.key_id,
        "signature": head.signature,
    }


LEVIES = Resource(
    "levies",
    "levies",
    Scope.LEVIES,
    "Retribusi per hari dan titik: tiket dan SKRD, tanpa data pribadi",
    LevyForm,
    LIST,
    Consistency(
        "Pesanan tiket dan SKRD, dijumlahkan saat diminta.",
        FRESH,
        "Menurut hari, lalu titik.",
        "Hari lama bertambah bila SKRD dibayar, dan berkurang bila SKRD dibatalkan atau klaim ditarik.",
    ),
    read_levies,
)
TAKINGS = Resource(
    "takings",
    "takings",
    Scope.ROLLUPS,
    "Rekap penerimaan per hari dan rekening penerimaan",
    TakingsForm,
    LIST,
    Consistency(
        "Rekap yang dibaca papan TP2DD.",
        "Dihitung tiap menit untuk 45 hari terakhir, tiap malam untuk semuanya; lihat refreshed_at.",
        "Menurut hari, lalu rekening.",
        "Semua angka bergerak sampai uang hari itu selesai.",
    ),
    read_takings,
)
TRIAL_BALANCE = Resource(
    "trial-balance",
    "trial-balance",
    Scope.ROLLUPS,
    "Neraca saldo sampai satu hari, sebagaimana diketahui pada satu blok",
    TrialBalanceForm,
    ("on", "known_on"),
    Consistency(
        "Jurnal dalam blok tersegel.",
        "Blok dibuat tiap beberapa menit; jurnal di luar blok belum dihitung.",
        "Menurut buku, jenis akun, lalu akun.",
        "Dengan known_on yang sama angkanya tidak pernah berubah; nama dan kode akun dapat berubah.",
    ),
    read_trial_balance,
    is_list=False,
)
SEAL = Resource(
    "seal",
    "seal",
    Scope.ROLLUPS,
    "Kepala segel buku besar",
    SealForm,
    (),
    Consistency(
        "Rantai blok buku besar.",
        FRESH,
        "Satu baris.",
        "Blok baru menyambung yang lama; blok lama tidak berubah.",
    ),
    read_seal,
    is_list=False,
)
