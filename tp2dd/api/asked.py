"""What a call asks for: its query parameters, read strictly. A parameter nobody knows is an error."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import QueryDict

from tp2dd.api.problems import bad_parameter

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 500
BIGGEST = 2**63 - 1
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"\d{1,19}", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """Days are WIB and inclusive; ``agency`` is an OPD code; "" and None mean any."""

    since: date | None = None
    until: date | None = None
    on: date | None = None
    known_on: int | None = None
    agency: str = ""
    cursor: str = ""
    limit: int = DEFAULT_LIMIT

    def days(self, field: str) -> Q:
        """The rows whose day is in the asked span."""
        bounds = {f"{field}__gte": self.since, f"{field}__lte": self.until}
        return Q(**{name: day for name, day in bounds.items() if day})

    def of_agency(self, field: str = "opd") -> Q:
        return Q(**{f"{field}__code": self.agency}) if self.agency else Q()


def read(query: QueryDict, allowed: Collection[str]) -> Asked:
    """Raises Problem, naming the parameter that is unknown, given twice, or malformed."""
    found: dict[str, Any] = {}
    for name in query:
        values = query.getlist(name)
        if name not in allowed:
            known = ", ".join(sorted(allowed)) or "tidak ada"
            raise bad_parameter(name[:60], f"tidak dikenal di sini; yang ada: {known}.")
        if len(values) != 1 or not values[0]:
            raise bad_parameter(name, "beri tepat satu nilai.")
        found[name] = _READERS[name](name, values[0])
    asked = Asked(**found)
    if asked.since and asked.until and asked.until < asked.since:
        raise bad_parameter("until", "tidak boleh mendahului since.")
    return asked


def _day(name: str, text: str) -> date:
    try:
        found = date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError as error:
        raise bad_parameter(name, "tulis hari sebagai TTTT-BB-HH, misalnya 2026-11-24.") from error
    if not date(1900, 1, 1) <= found <= date(2999, 12, 31):
        raise bad_parameter(name, "hari harus antara 1900 dan 2999.")
    return found


def _number(name: str, text: str) -> int:
    if not _NUMBER.fullmatch(text) or int(text) > BIGGEST:
        raise bad_parameter(name, "tulis bilangan bulat.")
    return int(text)


def _limit(name: str, text: str) -> int:
    found = _number(name, text)
    if not 1 <= found <= LARGEST_LIMIT:
        raise bad_parameter(name, f"tulis bilangan dari 1 sampai {LARGEST_LIMIT}.")
    return found


def _word(name: str, text: str) -> str:
    if len(text) > 400 or "\x00" in text:
        raise bad_parameter(name, "terlalu panjang atau berisi huruf yang tidak sah.")
    return text


_READERS: dict[str, Any] = {
    "since": _day, "until": _day, "on": _day, "known_on": _number, "agency": _word, "cursor": _word,
    "limit": _limit,
}  # fmt: skip
