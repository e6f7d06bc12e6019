"""What must hold between the columns of a form; the rules stand in the form's data. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from payments.money import format_rupiah
from tp2dd.etpd.form import Column, Form

YES, NO = "Ya", "Tidak"


@dataclass(frozen=True)
class Problem:
    """What is wrong and in which columns. ``blocks``: the form can't be sent with it."""

    columns: tuple[Column, ...]
    text: str
    blocks: bool = True

    @property
    def letters(self) -> str:
        return ", ".join(column.letter for column in self.columns)


def missing(form: Form, answers: Mapping[str, str]) -> list[Column]:
    """Questions that a province must answer and that have no answer."""
    return [column for column in form.asked if not column.optional and not answers.get(column.field)]


def problems(form: Form, answers: Mapping[str, str]) -> list[Problem]:
    """Every rule between columns that does not hold; a column without an answer breaks none."""
    return [found for rule in form.checks for found in _RULES[rule["kind"]](form, answers, rule)]


def _amounts(answers: Mapping[str, str], fields: Iterable[str]) -> list[Decimal]:
    return [Decimal(answers[name]) for name in fields if answers.get(name)]


def _columns(form: Form, names: Iterable[str]) -> tuple[Column, ...]:
    return tuple(form.by_field[name] for name in names)


def _at_least(form: Form, answers: Mapping[str, str], rule: Mapping[str, Any]) -> Iterator[Problem]:
    """The whole is no less than the sum of its parts."""
    if not answers.get(rule["whole"]):
        return
    whole, parts = Decimal(answers[rule["whole"]]), sum(_amounts(answers, rule["parts"]), Decimal(0))
    if parts > whole:
        columns = _columns(form, [rule["whole"], *(name for name in rule["parts"] if answers.get(name))])
        names = columns[1].letter if len(columns) == 2 else f"{columns[1].letter}–{columns[-1].letter}"
        yield Problem(
            columns,
            f"{columns[0].label} (kolom {columns[0].letter}) {format_rupiah(whole)} lebih kecil dari kolom"
            f" {names} yang berjumlah {format_rupiah(parts)}.",
        )


def _sum(form: Form, answers: Mapping[str, str], rule: Mapping[str, Any]) -> Iterator[Problem]:
    """The whole is the sum of its parts, once all are known. A difference is told, not refused."""
    names = [rule["whole"], *rule["parts"]]
    if not all(answers.get(name) for name in names):
        return
    whole, parts = Decimal(answers[rule["whole"]]), sum(_amounts(answers, rule["parts"]), Decimal(0))
    if whole != parts:
        columns = _columns(form, names)
        letters = ", ".join(column.letter for column in columns[1:])
        yield Problem(
            columns,
            f"{columns[0].label} (kolom {columns[0].letter}) berbeda {format_rupiah(abs(whole - parts))} dari"
            f" jumlah kolom {letters}.",
            blocks=False,
        )


def _detail(form: Form, answers: Mapping[str, str], rule: Mapping[str, Any]) -> Iterator[Problem]:
    """ "Jika Ya, sebutkan": the detail is told where the answer is yes."""
    if answers.get(rule["if"]) == YES and not answers.get(rule["then"]):
        asked, detail = _columns(form, [rule["if"], rule["then"]])
        yield Problem(
            (detail, asked), f"Kolom {asked.letter} dijawab Ya; isi {detail.label} (kolom {detail.letter})."
        )


def _available(form: Form, answers: Mapping[str, str], rule: Mapping[str, Any]) -> Iterator[Problem]:
    """Money came through a channel: then the channel is available."""
    used = [name for name in rule["amounts"] if any(_amounts(answers, [name]))]
    if used and answers.get(rule["channel"]) == NO:
        channel, *amounts = _columns(form, [rule["channel"], *used])
        letters = ", ".join(column.letter for column in amounts)
        yield Problem(
            (channel, *amounts),
            f"Kanal {channel.label} (kolom {channel.letter}) dijawab Tidak, padahal kolom {letters} berisi"
            " uang.",
        )


_RULES: dict[str, Callable[[Form, Mapping[str, str], Mapping[str, Any]], Iterator[Problem]]] = {
    "at_least": _at_least,
    "sum": _sum,
    "detail": _detail,
    "available": _available,
}
