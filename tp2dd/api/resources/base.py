"""What every resource is made of, and the forms of its values: rupiah as text, instants in UTC, WIB days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from opd.access import Scope as Reach
from tp2dd.api.asked import Asked
from tp2dd.api.paging import Page
from tp2dd.api.scopes import Scope

Row = dict[str, Any]


@dataclass(frozen=True)
class Consistency:
    """A line of the consistency table: where it comes from, how fresh, in which order, what may change."""

    source: str
    freshness: str
    order: str
    may_change: str

    def as_dict(self) -> dict[str, str]:
        return {
            "source": self.source,
            "freshness": self.freshness,
            "order": self.order,
            "may_change": self.may_change,
        }


@dataclass(frozen=True)
class Resource:
    """``read`` gives a page for lists, one row for single things; ``form`` describes a row."""

    name: str
    path: str
    scope: Scope
    summary: str
    form: type[serializers.Serializer[Any]]
    parameters: tuple[str, ...]
    consistency: Consistency
    read: Callable[[Reach, Asked], Page[Row] | Row]
    is_list: bool = True


LIST = ("since", "until", "agency", "cursor", "limit")
REGISTER = ("cursor", "limit")
FRESH = "Saat itu juga; paling lama 30 detik di belakang bila dibaca dari replika."


def rupiah(amount: Decimal) -> str:
    return f"{amount:.2f}"


def instant(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def day(found: date | None) -> str | None:
    return found.isoformat() if found else None


def money_field(help_text: str) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=20, decimal_places=2, help_text=help_text)


def day_field(help_text: str, **options: Any) -> serializers.DateField:
    return serializers.DateField(help_text=help_text, **options)


def instant_field(help_text: str, **options: Any) -> serializers.DateTimeField:
    return serializers.DateTimeField(help_text=help_text, **options)


def text_field(help_text: str, **options: Any) -> serializers.CharField:
    return serializers.CharField(help_text=help_text, **options)


def number_field(help_text: str, **options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(help_text=help_text, **options)
