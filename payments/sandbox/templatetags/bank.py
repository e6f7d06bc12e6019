"""How values look on the bank's pages."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone

from payments.money import format_rupiah

register = template.Library()
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


@register.filter
def rupiah(amount: Decimal) -> str:
    return format_rupiah(amount)


@register.filter
def plain(amount: Decimal) -> str:
    """1250000.00, for a reader that is no person."""
    return f"{amount:.2f}"


@register.filter
def tanggal(day: date) -> str:
    """24 Nov 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


@register.filter
def pukul(at: datetime) -> str:
    """14.05, with the day where that is not today."""
    local = timezone.localtime(at)
    clock = f"{local:%H.%M}"
    return clock if local.date() == timezone.localdate() else f"{tanggal(local.date())} {clock}"


@register.filter
def jam(at: datetime) -> str:
    """14.05.09 WIB, with the day before it where that is not today."""
    local = timezone.localtime(at)
    clock = f"{local:%H.%M.%S} WIB"
    return clock if local.date() == timezone.localdate() else f"{tanggal(local.date())} {clock}"
