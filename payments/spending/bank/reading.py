"""What a merchant's QRIS says, and whether a spend may be paid with it. Pure.

What could cost money refuses; what a person should look at warns. Amounts are rupiah.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from payments import qris
from payments.money import format_rupiah
from payments.qris import QrisError, QrisPayload
from payments.spending.bank.bodies import plain

NNS_DIGITS = 8
_FORMS = frozenset({"cv", "pt", "ud", "uji", "coba"})


class QrisRefused(ValueError):
    """The QRIS is not paid; the message is Indonesian and for the screen."""


@dataclass(frozen=True)
class Limits:
    """What holds on the day: the most for one payment, and towns in which a warning is not needed."""

    most: Decimal
    home_cities: Collection[str] = ()


@dataclass(frozen=True)
class Wanted:
    """What the spend is: the amount that must leave, and who should get it."""

    net: Decimal
    payee_name: str = ""


@dataclass(frozen=True)
class Seen:
    """A QRIS as the treasurer sees it before she pays. ``amount`` is None where she must type it."""

    content: str
    merchant_name: str
    nmid: str
    city: str
    acquirer: str
    amount: Decimal | None
    is_dynamic: bool
    warnings: tuple[str, ...] = ()


def read(text: str) -> QrisPayload:
    """The payload of what a scanner or person gave. Raises QrisRefused."""
    content = text.strip()
    if content.casefold().startswith(("http://", "https://")):
        raise QrisRefused("Kode itu berisi alamat web, bukan QRIS. Minta QRIS merchant yang asli.")
    try:
        return qris.parse(content)
    except QrisError as error:
        raise QrisRefused(f"QRIS tidak dapat dipakai. {error} Belum ada yang dibayar.") from error


def examine(payload: QrisPayload, wanted: Wanted, limits: Limits, *, known: Collection[str]) -> Seen:
    """What the QRIS shows, with warnings. ``known``: NMID that this agency has paid before.

    Raises QrisRefused: above the limit, another amount than the spend's, a tip, a transfer or cash code.
    """
    _refuse(payload, wanted, limits)
    return Seen(
        content=str(payload),
        merchant_name=payload.merchant_name.strip(),
        nmid=payload.nmid or "",
        city=payload.city.strip(),
        acquirer=payload.merchants[0].pan[:NNS_DIGITS] if payload.merchants else "",
        amount=payload.amount,
        is_dynamic=payload.is_dynamic,
        warnings=tuple(_warnings(payload, wanted, limits, known)),
    )


def _refuse(payload: QrisPayload, wanted: Wanted, limits: Limits) -> None:
    if wanted.net > limits.most:
        raise QrisRefused(
            f"Belanja ini {format_rupiah(wanted.net)}; satu transaksi QRIS paling banyak "
            f"{format_rupiah(limits.most)}. Bayar lewat CMS."
        )
    if payload.amount is not None and payload.amount != wanted.net:
        raise QrisRefused(
            f"QRIS ini meminta {format_rupiah(payload.amount)}, sedangkan yang harus dibayar "
            f"{format_rupiah(wanted.net)}. Minta QRIS dengan jumlah yang benar; belum ada yang dibayar."
        )
    if payload.tip is not None and payload.tip.kind != "prompt":
        raise QrisRefused("QRIS ini menambah tip atau biaya. Tambahan tidak dibebankan ke APBD.")
    if payload.additional.purpose in {"CDPT", "CWDL", "DMCT", "XBCT"}:
        raise QrisRefused("QRIS ini untuk transfer atau tarik tunai, bukan untuk belanja.")


def _warnings(payload: QrisPayload, wanted: Wanted, limits: Limits, known: Collection[str]) -> list[str]:
    found = []
    if payload.amount is None:
        found.append("QRIS ini tidak memuat jumlah. Ketik jumlah yang harus dibayar.")
    if wanted.payee_name and not alike(wanted.payee_name, payload.merchant_name):
        found.append(
            f"Nama merchant lain dari penerima belanja ini, {wanted.payee_name}. Pastikan keduanya sama."
        )
    if limits.home_cities and payload.city.strip().upper() not in {c.upper() for c in limits.home_cities}:
        found.append(f"Merchant terdaftar di {payload.city.strip() or 'kota yang tidak disebut'}.")
    if not payload.nmid:
        found.append("QRIS ini tidak memuat NMID.")
    elif payload.nmid not in known:
        found.append("Merchant ini belum pernah dibayar OPD Anda. Cocokkan namanya dengan nota.")
    if payload.tip is not None:
        found.append("QRIS ini menawarkan tip. Bayar tepat sebesar belanja, tanpa tip.")
    return found


def alike(payee: str, merchant: str) -> bool:
    """Merchants' names are cut to 25 characters, so one may be the beginning of the other."""
    ours, theirs = _letters(payee), _letters(merchant)
    return bool(theirs) and (ours.startswith(theirs) or theirs.startswith(ours))


def _letters(name: str) -> str:
    words = re.sub(r"[^a-z0-9 ]+", " ", plain(name, 120).casefold()).split()
    return "".join(word for word in words if word not in _FORMS)
