"""What an archive is made of: columns, tables, and how a CSV is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

CellKind = Literal["text", "number", "decimal", "amount", "day", "instant", "hash"]


@dataclass(frozen=True)
class Dialect:
    """How a CSV is written. Amounts are rupiah with two places, instants UTC, days ISO in every dialect.

    ``workbook``: the same rows stand in an XLSX beside the CSV.
    """

    code: str
    label: str
    delimiter: str = ","
    decimal: str = "."
    bom: bytes = b""
    workbook: bool = False


PLAIN = Dialect("csv", "CSV: koma, titik desimal (RFC 4180)")
EXCEL = Dialect("excel", "CSV Excel Indonesia: titik koma, koma desimal", ";", ",", b"\xef\xbb\xbf")
XLSX = Dialect("xlsx", "Buku kerja Excel (XLSX) dengan rumus periksa, bersama CSV", workbook=True)
DIALECTS = {dialect.code: dialect for dialect in (PLAIN, EXCEL, XLSX)}


@dataclass(frozen=True)
class Column:
    """``expression`` is SQL of ours; ``meaning`` stands in the dictionary. Amounts are added up, decimals
    not."""

    name: str
    kind: CellKind
    meaning: str
    expression: str


DIGEST = Column("sidik", "hash", "SHA-256 nilai-nilai baris ini, sama dalam setiap bentuk berkas", "")


@dataclass(frozen=True)
class Table:
    """``source`` is what follows SELECT (FROM … WHERE …), with ``%(name)s`` for each of ``params``.

    ``steady``: rows that never change, chosen so that the same ``params`` give the same rows at any time; the
    others show how things stood when they were read. ``digested``: each row ends with the SHA-256 of its
    values, a JSON array of texts as PostgreSQL writes it, so that a touched row is named.
    """

    name: str
    columns: tuple[Column, ...]
    source: str
    order: str
    params: Mapping[str, Any] | None = None
    steady: bool = True
    digested: bool = False

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def told_columns(self) -> tuple[Column, ...]:
        """As they stand in the file."""
        return (*self.columns, DIGEST) if self.digested else self.columns


@dataclass(frozen=True)
class Text:
    """A file of another form; ``pieces`` gives it in parts."""

    file: str
    pieces: Callable[[], Iterable[bytes]]


@dataclass(frozen=True)
class Contents:
    """What an archive holds; ``facts`` go into its manifest (what was asked, the seal it is pinned to)."""

    title: str
    tables: Sequence[Table]
    texts: Sequence[Text] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
