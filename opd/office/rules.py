"""Values the law may change: looked up by key and day, never written as constants in code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from opd.office.models import DatedRule


class RuleMissing(LookupError):
    """No value is in force on that day."""

    def __init__(self, key: str, on: date) -> None:
        super().__init__(f"Aturan “{key}” belum ditetapkan untuk tanggal {on:%d/%m/%Y}.")


def in_force(key: str, on: date) -> DatedRule:
    """The rule of ``key`` on a day in WIB, with its basis: the latest start wins. Raises RuleMissing."""
    return _of_day(DatedRule.objects.valid(on=on).filter(key=key).order_by("-valid_from")[:1], key, on)


def value(key: str, on: date) -> Any:
    """The JSON value of ``key`` in force on a day in WIB. Raises RuleMissing."""
    return in_force(key, on).value


def values(key: str, days: Sequence[date]) -> list[Any]:
    """The JSON value of ``key`` in force on each of some days in WIB, by one query. Raises RuleMissing."""
    newest_first = list(DatedRule.objects.filter(key=key).order_by("-valid_from"))
    return [_of_day(newest_first, key, day).value for day in days]


def _of_day(newest_first: Iterable[DatedRule], key: str, on: date) -> DatedRule:
    for rule in newest_first:
        if rule.valid_from <= on and (rule.valid_to is None or on <= rule.valid_to):
            return rule
    raise RuleMissing(key, on)


def define(
    apps: Any, *, key: str, value: Any, valid_from: date, legal_basis: str, confirmed: bool = False
) -> None:
    """For a room's reference migration: the rule as shipped, unless the installation already has one."""
    apps.get_model("office", "DatedRule").objects.get_or_create(
        key=key,
        valid_from=valid_from,
        defaults={"value": value, "legal_basis": legal_basis, "confirmed": confirmed},
    )
