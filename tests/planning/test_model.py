"""Any order of deeds: the budget does what a model on paper does, refusal for refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from opd.planning import services
from opd.planning.models import BudgetLine, Purse, PurseKind
from opd.planning.verification import LAWS
from tests.planning.world import AT as NOW
from tests.planning.world import ATK, MEETING, YEAR, line, purses, rp, tourism

pytestmark = pytest.mark.django_db

LIMITS = ((1000, 900), (600, 600))
"""Pagu and SPD of the two lines."""
PLAN = {1: 300, 6: 400, 12: 300}
"""The months of the first line; the second has no anggaran kas."""
CASH = 600
"""UP in cash."""


@dataclass
class Held:
    body: tuple[int, int, int, bool]
    state: str = "active"
    spent: int = 0
    day: int = 0
    back: int = 0
    corrections: dict[str, int] = field(default_factory=dict)


@dataclass
class Paper:
    """The budget on paper: what a treasurer with a pencil would keep."""

    held: list[int] = field(default_factory=lambda: [0, 0])
    realised: list[int] = field(default_factory=lambda: [0, 0])
    used: int = 0
    holds: dict[str, Held] = field(default_factory=dict)
    restored: dict[str, int] = field(default_factory=dict)

    def hold(self, key: str, at: int, amount: int, month: int, cash: bool) -> str:
        body = (at, amount, month, cash)
        if key in self.holds:
            return "" if self.holds[key].body == body else "KeyReused"
        taken = self.held[at] + self.realised[at] + amount
        pagu, released = LIMITS[at]
        if taken > pagu:
            return "OverPagu"
        if taken > released:
            return "OverSpd"
        if at == 0 and taken > sum(planned for when, planned in PLAN.items() if when <= month):
            return "OverCashPlan"
        if cash and self.used + amount > CASH:
            return "OverPurse"
        self.held[at] += amount
        self.used += amount if cash else 0
        self.holds[key] = Held(body)
        return ""

    def release(self, key: str) -> str:
        held = self.holds.get(key)
        if held is None:
            return "Missing"
        at, amount, _, cash = held.body
        if held.state == "realised":
            return "NotHeld"
        if held.state == "active":
            held.state = "released"
            self.held[at] -= amount
            self.used -= amount if cash else 0
        return ""

    def realise(self, key: str, spent: int, month: int) -> str:
        held = self.holds.get(key)
        if held is None:
            return "Missing"
        at, amount, _, cash = held.body
        if held.state == "realised":
            return "" if (held.spent, held.day) == (spent, month) else "KeyReused"
        if held.state == "released":
            return "NotHeld"
        if spent > amount:
            return "BudgetError"
        held.state, held.spent, held.day = "realised", spent, month
        self.held[at] -= amount
        self.realised[at] += spent
        self.used -= amount - spent if cash else 0
        return ""

    def correct(self, key: str, again: str, back: int, to_purse: bool) -> str:
        held = self.holds.get(key)
        if held is None:
            return "Missing"
        if again in held.corrections:
            return "" if held.corrections[again] == back else "KeyReused"
        at, _, _, cash = held.body
        if held.state != "realised":
            return "NotHeld"
        if back > held.spent - held.back:
            return "BudgetError"
        if cash and to_purse and back > self.used - self.promised():
            return "OverPurse"
        held.back += back
        held.corrections[again] = back
        self.realised[at] -= back
        self.used -= back if cash and to_purse else 0
        return ""

    def promised(self) -> int:
        """What active holds have taken from the purse and not spent."""
        return sum(held.body[1] for held in self.holds.values() if held.state == "active" and held.body[3])

    def restore(self, key: str, amount: int) -> str:
        if key in self.restored:
            return "" if self.restored[key] == amount else "KeyReused"
        if amount > self.used - self.promised():
            return "OverPurse"
        self.restored[key] = amount
        self.used -= amount
        return ""


KEYS = st.sampled_from("abcd")
AMOUNTS = st.sampled_from([1, 100, 250, 300, 400, 601])
MONTHS = st.sampled_from([1, 6, 12])
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("hold"), KEYS, st.integers(0, 1), AMOUNTS, MONTHS, st.booleans()),
        st.tuples(st.just("hold"), KEYS, st.integers(0, 1), AMOUNTS, MONTHS, st.booleans()),
        st.tuples(st.just("release"), KEYS),
        st.tuples(st.just("realise"), KEYS, AMOUNTS, MONTHS),
        st.tuples(st.just("correct"), KEYS, st.sampled_from("xy"), AMOUNTS, st.booleans()),
        st.tuples(st.just("restore"), st.sampled_from("gh"), AMOUNTS),
    ),
    max_size=14,
)


class Budget:
    """The same deeds on the product."""

    def __init__(self) -> None:
        purses(total=CASH * 10 // 6)
        self.lines = [
            line(LIMITS[0][0], released=LIMITS[0][1], months=PLAN, rekening=ATK),
            line(LIMITS[1][0], released=LIMITS[1][1], rekening=MEETING),
        ]

    def hold(self, key: str, at: int, amount: int, month: int, cash: bool) -> None:
        services.hold(
            key=key, line_id=self.lines[at].pk, amount=rp(amount), on=date(YEAR, month, 1), by=None, at=NOW,
            purse=PurseKind.UP_CASH if cash else None,
        )  # fmt: skip

    def release(self, key: str) -> None:
        services.release(key=key, reason="Batal", by=None, at=NOW)

    def realise(self, key: str, spent: int, month: int) -> None:
        services.realise(key=key, amount=rp(spent), on=date(YEAR, month, 1), by=None, at=NOW)

    def correct(self, key: str, again: str, back: int, to_purse: bool) -> None:
        services.correct_realisation(
            key=key, correction_key=f"{key}{again}", amount=rp(back), reason="Kembali", by=None, at=NOW,
            to_purse=to_purse,
        )  # fmt: skip

    def restore(self, key: str, amount: int) -> None:
        services.restore_purse(
            opd_id=tourism().pk, year=YEAR, kind=PurseKind.UP_CASH, amount=rp(amount), key=key, reason="GU",
            by=None, at=NOW,
        )  # fmt: skip

    def answer(self, deed: Callable[..., None], *words: object) -> str:
        try:
            deed(*words)
        except services.BudgetError as error:
            return type(error).__name__
        return ""

    def figures(self) -> tuple[list[Decimal], list[Decimal], Decimal]:
        rows = {row.pk: row for row in BudgetLine.objects.all()}
        ours = [rows[one.pk] for one in self.lines]
        used = Purse.objects.get(kind=PurseKind.UP_CASH).used
        return [row.held for row in ours], [row.realised for row in ours], used


@given(deeds=DEEDS)
def test_the_budget_does_what_the_paper_does(deeds: list[tuple[object, ...]]) -> None:
    with transaction.atomic():
        paper, budget = Paper(), Budget()
        for name, *words in deeds:
            expected = getattr(paper, str(name))(*words)
            assert budget.answer(getattr(budget, str(name)), *words) == expected, (name, words)
            figures = [rp(n) for n in paper.held], [rp(n) for n in paper.realised], rp(paper.used)
            assert budget.figures() == figures, (name, words)
        broken = {law.name: problems for law in LAWS if (problems := law.check().problems)}
        assert set(broken) <= {"planning.cash_plan"}, broken
        transaction.set_rollback(True)
