"""Lists as archives: a room says which tables, this says of which days and agencies, and how steady they are.

A table's ``source`` may ask for %(first)s and %(last)s (WIB days), %(start)s and %(end)s (the same span as
instants, the end exclusive), %(opds)s (ids, NULL for every agency), and for the marks of its listing. A "%"
of SQL itself is doubled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from opd.models import Opd
from opd.office.calendar import bounds
from opd.office.exports.kinds import Asked, Group, Kind
from opd.office.exports.shapes import Contents, Table

NOW = "Baris menunjukkan keadaan saat dibaca (read_at), bukan keadaan pada tanggal lain."
MIXED = "Berkas dengan steady=false menunjukkan keadaan saat dibaca (read_at); yang lain tidak akan berubah."
STEADY = "Baris tidak akan berubah: permintaan yang sama menghasilkan isi yang sama."


def _nothing() -> dict[str, Any]:
    return {}


def _no_facts(asked: Asked) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Listing:
    """``marks`` pin steady rows (the last sealed block, the last line stored); ``facts`` tell of them in the
    manifest. ``days`` says what a span of days selects."""

    code: str
    label: str
    about: str
    group: Group
    permission: str
    tables: Sequence[Table]
    days: str = ""
    whole: bool = False
    marks: Callable[[], Asked] = _nothing
    facts: Callable[[Asked], Mapping[str, Any]] = _no_facts

    def kind(self) -> Kind:
        return Kind(
            code=self.code, label=self.label, about=self.about, permission=self.permission, group=self.group,
            pin=self.marks, contents=self.contents, whole=self.whole, days=self.days,
        )  # fmt: skip

    def contents(self, asked: Asked) -> Contents:
        params = {**asked, **_span(asked), "opds": asked.get("opds")}
        tables = [replace(table, params=params, digested=True) for table in self.tables]
        return Contents(
            title=f"{self.label}{_of(asked)}",
            tables=tables,
            facts={"kind": self.code, "filters": _filters(asked), **self.facts(asked), "note": _note(tables)},
        )


def _span(asked: Asked) -> dict[str, Any]:
    """The bounds as SQL takes them; without one it is open to that side."""
    first, last = (_day(asked, name) for name in ("first", "last"))
    return {
        "first": first or "-infinity", "start": bounds(first)[0] if first else "-infinity",
        "last": last or "infinity", "end": bounds(last)[1] if last else "infinity",
    }  # fmt: skip


def _day(asked: Asked, name: str) -> date | None:
    return date.fromisoformat(asked[name]) if name in asked else None


def _of(asked: Asked) -> str:
    """ ", 1–31/01/2026, Dinas Pariwisata", for the title."""
    first, last = (_day(asked, name) for name in ("first", "last"))
    words = [f"sejak {first:%d/%m/%Y}"] if first else []
    words += [f"sampai {last:%d/%m/%Y}"] if last else []
    opds = asked.get("opds")
    if opds is not None:
        names = Opd.objects.filter(pk__in=opds).order_by("code").values_list("short_name", flat=True)
        words.append(f"OPD {', '.join(names)}")
    return f" {' '.join(words)}" if words else ""


def _filters(asked: Asked) -> dict[str, Any]:
    return {name: asked.get(name) for name in ("first", "last", "opds")}


def _note(tables: Iterable[Table]) -> str:
    steady = {table.steady for table in tables}
    return MIXED if len(steady) == 2 else STEADY if steady == {True} else NOW


def days(expression: str) -> str:
    """The condition that a day lies in the span asked for."""
    return f"{expression} BETWEEN %(first)s::date AND %(last)s::date"


def instants(expression: str) -> str:
    return f"{expression} >= %(start)s::timestamptz AND {expression} < %(end)s::timestamptz"


def agencies(expression: str) -> str:
    """The condition that a row is of an agency asked for; a row of none only where all are."""
    return f"(%(opds)s::bigint[] IS NULL OR {expression} = ANY(%(opds)s::bigint[]))"


def one_of(choices: Iterable[tuple[str, Any]]) -> str:
    """The codes of a column with their labels, for the dictionary: "qris QRIS, va Virtual Account"."""
    return ", ".join(f"{code} = {label}" for code, label in choices)


def last_id(table: str) -> str:
    """For tables that grow under one lock: what stands up to this id is all that ever will."""
    return f"SELECT coalesce(max(id), 0) FROM {table}"  # noqa: S608 names of ours


def yes(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 'ya' ELSE 'tidak' END"
