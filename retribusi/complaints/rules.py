"""States of a complaint, and what the law may change: categories, days to answer, days of a contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models

from opd.office import rules
from opd.office.models import DatedRule, Holiday
from payments.reconciliation.days import after_working_days
from retribusi.words import in_language

ANSWER_DAYS = "complaints.answer_days"
CATEGORIES = "complaints.categories"
CONTACT_DAYS = "complaints.contact_days"
_FURTHEST = timedelta(days=90)


class State(models.TextChoices):
    NEW = "new", "Baru"
    HANDLING = "handling", "Ditangani"
    ANSWERED = "answered", "Dijawab"
    CLOSED = "closed", "Selesai"


@dataclass(frozen=True)
class Category:
    code: str
    name: str
    name_en: str

    @property
    def shown_name(self) -> str:
        return in_language(self.name, self.name_en)


@dataclass(frozen=True)
class AnswerRule:
    """How many working days an agency has to answer, and by which law."""

    days: int
    legal_basis: str
    confirmed: bool


def categories(on: date) -> list[Category]:
    """What may be complained about on a day in WIB, in the order of the rule. Raises RuleMissing."""
    return [Category(*row) for row in rules.value(CATEGORIES, on)]


def category_names() -> dict[str, str]:
    """Indonesian names of every category that ever was, the newest rule's words first."""
    names: dict[str, str] = {}
    for rule in DatedRule.objects.filter(key=CATEGORIES).order_by("-valid_from"):
        for code, name, _english in rule.value:
            names.setdefault(code, name)
    return names


def answer_rule(on: date) -> AnswerRule:
    """The rule in force on a day in WIB. Raises RuleMissing."""
    rule = rules.in_force(ANSWER_DAYS, on)
    return AnswerRule(int(rule.value), rule.legal_basis, rule.confirmed)


def contact_days(on: date) -> int:
    """How many days after closing a contact is kept. Raises RuleMissing."""
    return int(rules.value(CONTACT_DAYS, on))


def due(day: date) -> date:
    """The last day (WIB) to answer what came on ``day``: working days, national holidays left out."""
    closed = Holiday.objects.filter(day__gt=day, day__lte=day + _FURTHEST).values_list("day", flat=True)
    return after_working_days(day, answer_rule(day).days, set(closed))
