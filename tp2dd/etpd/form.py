"""An official form as data: its columns in the order of the national site, and what each may hold. Pure.

Values are text in one canonical spelling, the one the export writes: amounts whole rupiah without separators,
days ISO, several channels joined by the form's separator in the form's order. Source: Petunjuk Teknis
Pengisian Kuesioner Indeks ETPD, 26-11-2021; the columns stand in ``data/form_<code>.json``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from payments.money import MoneyError, parse

LONGEST = 500
MOST_RUPIAH = Decimal(10) ** 15
PROVINCE = "province"


class FormError(ValueError):
    """A form, read as data, is not whole; the message names the place."""


class ValueRefused(ValueError):
    """A value that a column can't hold; the message names the column and says what it may hold."""

    def __init__(self, column: Column, problem: str) -> None:
        super().__init__(f"Kolom {column.letter} ({column.label}): {problem}")
        self.column, self.problem = column, problem


@dataclass(frozen=True)
class Channel:
    """One tick of the channel questions; ``digital`` as the guide classes it."""

    value: str
    label: str
    digital: bool


@dataclass(frozen=True)
class Column:
    """One question. ``level`` "" asks everybody, "province" or "regency" one level of government alone."""

    letter: str
    number: int
    group: str
    field: str
    header: str
    label: str
    type: str
    choices: tuple[str, ...] = ()
    level: str = ""
    optional: bool = False

    @property
    def is_asked(self) -> bool:
        """Whether a province answers it."""
        return self.level in ("", PROVINCE)


@dataclass(frozen=True)
class Group:
    code: str
    label: str


@dataclass(frozen=True)
class Form:
    code: str
    title: str
    separator: str
    groups: tuple[Group, ...]
    channels: tuple[Channel, ...]
    columns: tuple[Column, ...]
    checks: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def by_field(self) -> dict[str, Column]:
        return {column.field: column for column in self.columns}

    @property
    def by_letter(self) -> dict[str, Column]:
        return {column.letter: column for column in self.columns}

    @property
    def asked(self) -> list[Column]:
        return [column for column in self.columns if column.is_asked]

    @property
    def digital(self) -> frozenset[str]:
        return frozenset(channel.value for channel in self.channels if channel.digital)

    @property
    def not_levied(self) -> str:
        """The tick that says a type is not collected at all: the last one, by the form."""
        return self.channels[-1].value

    def ticked(self, value: str) -> list[str]:
        """The channels of a canonical value, in the form's order."""
        held = set(value.split(self.separator)) if value else set()
        return [channel.value for channel in self.channels if channel.value in held]

    def joined(self, ticks: Iterable[str]) -> str:
        held = set(ticks)
        return self.separator.join(channel.value for channel in self.channels if channel.value in held)


def letter_of(number: int) -> str:
    """The spreadsheet letter of a column counted from one: 1 is A, 27 is AA."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def read(content: Mapping[str, Any]) -> Form:
    """The form of a data file. Raises FormError, naming the column, where it is not whole."""
    columns = tuple(_column(row, place) for place, row in enumerate(content["columns"], 1))
    fields = [column.field for column in columns]
    if twice := {name for name in fields if fields.count(name) > 1}:
        raise FormError(f"Formulir {content['code']}: isian {', '.join(sorted(twice))} tertulis dua kali.")
    return Form(
        code=content["code"], title=content["title"], separator=content["separator"], columns=columns,
        groups=tuple(Group(row["code"], row["label"]) for row in content["groups"]),
        channels=tuple(Channel(row["value"], row["label"], row["digital"]) for row in content["channels"]),
        checks=tuple(content["checks"]),
    )  # fmt: skip


def _column(row: Mapping[str, Any], place: int) -> Column:
    if row["number"] != place or row["column"] != letter_of(place):
        raise FormError(f"Kolom ke-{place} formulir tertulis sebagai {row['column']} nomor {row['number']}.")
    if row["type"] not in _READERS:
        raise FormError(f"Kolom {row['column']}: jenis isian {row['type']} tidak dikenal.")
    return Column(
        row["column"], place, row["group"], row["field"], row["header"], row["label"], row["type"],
        tuple(row.get("choices", ())), row.get("level", ""), row.get("optional", False),
    )  # fmt: skip


def clean(form: Form, column: Column, text: str) -> str:
    """The canonical value of what was entered; "" stays empty. Raises ValueRefused."""
    told = " ".join(text.split())
    if not told:
        return ""
    if not column.is_asked:
        raise ValueRefused(column, "hanya untuk kabupaten/kota; kosongkan untuk provinsi.")
    return _READERS[column.type](form, column, told)


def _text(form: Form, column: Column, told: str) -> str:
    if len(told) > LONGEST:
        raise ValueRefused(column, f"paling panjang {LONGEST} huruf.")
    return told


def _matching(pattern: str, problem: str) -> Callable[[Form, Column, str], str]:
    def reader(form: Form, column: Column, told: str) -> str:
        if not re.fullmatch(pattern, told):
            raise ValueRefused(column, problem)
        return told

    return reader


def _nip(form: Form, column: Column, told: str) -> str:
    digits = told.replace(" ", "")
    if not re.fullmatch(r"[0-9]{18}", digits):
        raise ValueRefused(column, "NIP terdiri dari 18 angka.")
    return digits


def _date(form: Form, column: Column, told: str) -> str:
    try:
        return date.fromisoformat(told).isoformat()
    except ValueError:
        raise ValueRefused(column, "tulis tanggal seperti 2026-07-03.") from None


def _rupiah(form: Form, column: Column, told: str) -> str:
    try:
        amount = parse(told)
    except MoneyError:
        raise ValueRefused(column, "tulis rupiah dengan angka, misalnya 1250000.") from None
    if amount < 0 or amount != amount.to_integral_value():
        raise ValueRefused(column, "tulis rupiah bulat, nol atau lebih, tanpa sen.")
    if amount >= MOST_RUPIAH:
        raise ValueRefused(column, "jumlah ini terlalu besar; periksa angkanya.")
    return f"{amount:.0f}"


def _percent(form: Form, column: Column, told: str) -> str:
    match = re.fullmatch(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))? ?%?", told)
    share = Decimal(f"{match[1]}.{match[2] or 0}") if match else None
    if share is None or share > 100:
        raise ValueRefused(column, "tulis persentase 0 sampai 100.")
    return f"{share.normalize():f}"


def _choice(form: Form, column: Column, told: str) -> str:
    known = {choice.casefold(): choice for choice in column.choices}
    if told.casefold() not in known:
        raise ValueRefused(column, f"“{told[:60]}” tidak ada dalam daftar. Pilih {_or(column.choices)}.")
    return known[told.casefold()]


def _channels(form: Form, column: Column, told: str) -> str:
    ticks = [part.strip() for part in told.split(form.separator) if part.strip()]
    known = [channel.value for channel in form.channels]
    for tick in ticks:
        if tick not in known:
            raise ValueRefused(column, f"“{tick[:60]}” tidak ada dalam daftar. Pilih {_or(known)}.")
    if form.not_levied in ticks and len(set(ticks)) > 1:
        raise ValueRefused(column, f"“{form.not_levied}” tidak dapat bersama kanal lain.")
    return form.joined(ticks)


def _or(choices: Iterable[str]) -> str:
    return " atau ".join(f"“{choice}”" for choice in choices)


_READERS: dict[str, Callable[[Form, Column, str], str]] = {
    "text": _text,
    "email": _matching(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}", "tulis alamat surel, misalnya tp2dd@contoh.go.id."),
    "phone": _matching(r"\+?[0-9][0-9 ()-]{6,18}", "tulis nomor telepon dengan angka."),
    "nip": _nip,
    "date": _date,
    "rupiah": _rupiah,
    "percent": _percent,
    "choice": _choice,
    "channels": _channels,
}
