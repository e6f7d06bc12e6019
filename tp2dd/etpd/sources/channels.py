"""How levies were paid in a semester: channels by type, what is on offer, and rupiah booked by channel."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.urls import reverse

from opd.office import rules
from payments.incoming.models import ReceivingAccount
from payments.reconciliation.queries.standing import PAYMENTS
from tp2dd.etpd.facts import Asked, Fact, Source
from tp2dd.etpd.sources.budget import whole

MAP = "etpd.levy_map"
QRIS, DIGITAL, CASH = (
    "QRIS",
    "ATM, EDC, Internet/Mobile/SMS Banking, Agen Bank, UE Reader, E-Commerce",
    "Tunai",
)
TICKS = {"qris": QRIS, "va": DIGITAL, "edc": DIGITAL, "emoney": DIGITAL, "cash": CASH}
"""Our ways of paying as the form's ticks. A virtual account is paid in mobile and internet banking."""
WORDS = {"qris": "QRIS", "va": "virtual account", "edc": "EDC", "emoney": "uang elektronik", "cash": "tunai"}
LEVIES = (
    "pelayanan_kesehatan", "pelayanan_kebersihan", "parkir_jalan_umum", "pelayanan_pasar",
    "pengendalian_lalu_lintas", "pemakaian_kekayaan_daerah", "pasar_grosir", "tempat_pelelangan",
    "tempat_khusus_parkir", "tempat_penginapan", "rumah_potong_hewan", "pelayanan_pelabuhan",
    "tempat_rekreasi", "penyebrangan_diair", "penjualan_produksi_usaha", "izin_persetujuan_bangunan",
    "perpanjangan_imta",
)  # fmt: skip
"""The form's types that UU 1/2022 still knows."""


def _levies(asked: Asked) -> dict[str, Fact]:
    """The channels that a type was really paid through; nothing where none was seen here."""
    places = [(prefix, row["field"]) for row in rules.value(MAP, asked.semester.last)
              for prefix in row["prefixes"] if row["field"]]  # fmt: skip
    counted: dict[str, dict[str, int]] = {}
    for code, method, count in _paid(asked):
        name = _longest(code, places)
        if name:
            ways = counted.setdefault(name, {})
            ways[method] = ways.get(method, 0) + count
    url = reverse("tp2dd:dashboard")
    return {
        name: Fact(asked.form.joined(TICKS[method] for method in ways), _told(ways), url)
        for name, ways in counted.items()
    }


def _longest(code: str, places: list[tuple[str, str]]) -> str:
    found = [pair for pair in places if code == pair[0] or code.startswith(f"{pair[0]}.")]
    return max(found, key=lambda pair: len(pair[0]))[1] if found else ""


def _told(ways: dict[str, int]) -> str:
    return "Pembayaran semester ini: " + ", ".join(f"{WORDS[way]} {count}" for way, count in ways.items())


def _paid(asked: Asked) -> list[tuple[str, str, int]]:
    """Account code, way of paying and number of payments, once for each code a payment is shared over."""
    params = {"first": asked.semester.first, "last": asked.semester.last}
    with connection.cursor() as cursor:
        cursor.execute(_PAID, params)
        return list(cursor.fetchall())


def _offered(asked: Asked) -> dict[str, Fact]:
    """Channels that stood open on the last day, or were used in the semester. Absence proves nothing."""
    seen: dict[str, int] = {}
    for _, method, count in _paid(asked):
        seen[method] = seen.get(method, 0) + count
    accounts = list(ReceivingAccount.objects.valid(on=asked.semester.last).values_list("nmid", "va_prefix"))
    registered = {"qris": sum(bool(nmid) for nmid, _ in accounts), "va": sum(bool(va) for _, va in accounts)}
    url = reverse("tp2dd:dashboard")
    found: dict[str, Fact] = {}
    for name, way in (
        ("qris", "qris"),
        ("internet_mobile_sms_banking", "va"),
        ("edc", "edc"),
        ("uereader", "emoney"),
    ):
        if registered.get(way) or seen.get(way):
            words = f"{registered.get(way, 0)} rekening penerimaan terdaftar, " if way in registered else ""
            found[name] = Fact("Ya", f"{words}{seen.get(way, 0)} pembayaran {WORDS[way]}", url)
    return found


def _bank(asked: Asked) -> dict[str, Fact]:
    """The bank behind the RKUD accounts, where it is one."""
    rows = ReceivingAccount.objects.valid(on=asked.semester.last).filter(kind="rkud")
    names = list(rows.order_by("partner__name").values_list("partner__name", flat=True).distinct())
    if len(names) != 1:
        return {}
    return {"nama_bank_rkud": Fact(names[0], f"{rows.count()} rekening penerimaan RKUD pada mitra ini")}


def _amounts(asked: Asked) -> dict[str, Fact]:
    """Levies that came to RKUD and are booked as revenue, by the way they were paid; less what went back to
    payers before."""
    params: dict[str, Any] = {"first": asked.semester.first, "last": asked.semester.last}
    with connection.cursor() as cursor:
        cursor.execute(_BOOKED, params)
        rows = {method: (count, amount) for method, count, amount in cursor.fetchall()}
    url = f"{reverse('tp2dd:dashboard')}?sejak={params['first']}&sampai={params['last']}"
    fields = {"qris": "total_retribusi_daerah_dari_qris", "va": "total_retribusi_daerah_dari_internet"}
    return {
        fields[way]: Fact(whole(amount), f"{count} pembayaran {WORDS[way]} yang sudah dibukukan di RKUD", url)
        for way, (count, amount) in rows.items()
        if way in fields and amount >= 0
    }


def _revenue(asked: Asked) -> dict[str, Fact]:
    """Revenue-LRA of levies from 1 January: what this product booked, nothing else."""
    with connection.cursor() as cursor:
        cursor.execute(_REVENUE, {"first": asked.year_to_date.first, "last": asked.year_to_date.last})
        entries, agencies, amount = cursor.fetchone()
    if not entries or amount < 0:
        return {}
    words = (
        f"{entries} baris pendapatan-LRA retribusi dari {agencies} OPD yang dibukukan di sini sejak 1 Januari"
    )
    return {"total_realisasi_retribusi_daerah": Fact(whole(amount), words, reverse("tp2dd:dashboard"))}


_PAID = """
    WITH paid AS (
        SELECT p.id, p.method, coalesce(nullif(p.kode_lra, ''), g.kode_lra) AS code,
               CASE WHEN jsonb_array_length(coalesce(r.shares, '[]')) > 0 THEN r.shares
                    ELSE coalesce(g.shares, '[]') END AS shares
          FROM incoming_payment p
          LEFT JOIN incoming_paymentrequest r ON r.id = p.request_id
          LEFT JOIN incoming_recognition g ON g.payment_id = p.id AND g.undone_at IS NULL
         WHERE (p.revenue_amount > 0 OR g.id IS NOT NULL)
           AND (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date BETWEEN %(first)s AND %(last)s)
    SELECT c.code, paid.method, count(DISTINCT paid.id)::int
      FROM paid
     CROSS JOIN LATERAL (
            SELECT s ->> 'kode_lra' AS code FROM jsonb_array_elements(paid.shares) AS s
             UNION SELECT paid.code WHERE paid.shares = '[]') AS c
     WHERE c.code <> '' GROUP BY 1, 2
    UNION ALL
    SELECT t.kode_lra, o.channel, count(DISTINCT o.id)::int
      FROM retribusi_order o
      JOIN retribusi_orderline l ON l.order_id = o.id
      JOIN retribusi_tariffitem t ON t.id = l.tariff_id
     WHERE o.state = 'paid' AND o.channel <> 'qris' AND o.total > 0
       AND (o.paid_at AT TIME ZONE 'Asia/Jakarta')::date BETWEEN %(first)s AND %(last)s
     GROUP BY 1, 2
     ORDER BY 1, 2
"""
_BOOKED = f"""
    SELECT p.method, count(*)::int, sum(p.revenue_amount + coalesce(g.amount, 0) - coalesce(f.revenue, 0))
      FROM {PAYMENTS}
      JOIN ledger_journal AS j ON j.id = coalesce(m.revenue_journal, d.revenue_journal)
     WHERE j.effective_date BETWEEN %(first)s AND %(last)s
     GROUP BY 1
"""  # noqa: S608 constants alone
_REVENUE = """
    SELECT count(*)::int, count(DISTINCT e.opd_id)::int, coalesce(-sum(e.amount), 0)
      FROM ledger_entry e JOIN ledger_journal j ON j.id = e.journal_id
     WHERE j.effective_date BETWEEN %(first)s AND %(last)s AND e.kode_rekening LIKE '4.1.02%%'
       AND e.account_id IN (SELECT account_id FROM ledger_postingrule WHERE role = 'revenue_lra')
"""

SOURCES = (
    Source("incoming.levies", "Kanal pembayaran retribusi", LEVIES, _levies),
    Source(
        "incoming.channels", "Kanal yang tersedia",
        ("qris", "internet_mobile_sms_banking", "edc", "uereader"), _offered,
    ),
    Source("incoming.bank", "Rekening penerimaan RKUD", ("nama_bank_rkud",), _bank),
    Source(
        "reconciliation.booked", "Retribusi dibukukan menurut kanal",
        ("total_retribusi_daerah_dari_qris", "total_retribusi_daerah_dari_internet"), _amounts,
    ),
    Source(
        "ledger.revenue", "Pendapatan retribusi di buku besar", ("total_realisasi_retribusi_daerah",),
        _revenue,
    ),
)  # fmt: skip
