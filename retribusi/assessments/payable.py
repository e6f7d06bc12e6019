"""Debts of SKRD as something to pay for: what incoming money asks of this room, and what it tells it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from opd import audit
from payments.incoming.models import Payment
from payments.incoming.registry import NotPayable, Quote, Share, Why
from retribusi.assessments import rules, terms
from retribusi.assessments.models import Debt, Letter, SkrdLine
from retribusi.assessments.rules import ZERO
from retribusi.assessments.terms import InterestTable
from retribusi.receipts import new_number
from retribusi.stbp import papers as stbp
from retribusi.things import Names

KIND = "retribusi.skrd"
"""The kind of payable under which debts stand in the registry of incoming money; the key is ``Debt.key``."""


class SkrdPayable:
    """Nothing here calls outside. A debt that was replaced or voided and is paid all the same is recorded
    as paid: the money is there, and the office returns it by its own path."""

    def quote(self, key: str) -> Quote:
        debt = _debt(key)
        day = timezone.localdate()
        _check(debt, day)
        owed = interest_on(debt, day, terms.interest_table())
        found = shares(debt.amount, debt.skrd.lines.all(), owed, on=day)
        number = debt.skrd.document.number_text
        return Quote(
            amount=debt.amount + owed,
            description=f"SKRD {number} {debt.skrd.wajib_retribusi.name}"[:200],
            opd_id=debt.skrd.opd_id,
            kode_lra=found[0].kode_lra,
            kode_lo=found[0].kode_lo,
            shares=found if len(found) > 1 else (),
        )

    def on_settled(self, key: str, payment_id: UUID, at: datetime) -> None:
        """Paid in full, with the interest of the day the amount was told; its TBP is issued."""
        debt = Debt.objects.select_for_update().get(key=key)
        if debt.is_paid:
            return
        paid = Payment.objects.get(pk=payment_id)
        debt.payment_id, debt.paid_at = payment_id, paid.paid_at
        debt.interest_paid = paid.revenue_amount - debt.amount
        debt.receipt_number = new_number()
        debt.version += 1
        debt.save(update_fields=["payment", "paid_at", "interest_paid", "receipt_number", "version"])
        after = {"amount": f"{debt.amount:.2f}", "interest": f"{debt.interest_paid:.2f}"}
        audit.record("skrd.paid", ("assessments.skrd", str(debt.skrd_id)), by=None, at=at, after=after)
        stbp.issue(debt, by=None, at=at)

    def on_exception(self, key: str, payment_id: UUID, kind: str, at: datetime) -> None:
        """Late, double, short or unexpected money: the debt stays as it is, its page tells where it is."""
        _touch(key)

    def on_refunded(self, key: str, payment_id: UUID, amount: Decimal, at: datetime) -> None:
        _touch(key)


def _debt(key: str) -> Debt:
    rows = Debt.objects.select_related("skrd__document", "skrd__wajib_retribusi")
    return rows.prefetch_related("skrd__lines").get(key=key)


def _check(debt: Debt, day: date) -> None:
    if debt.is_paid:
        raise NotPayable(_("Tagihan ini sudah lunas."), Why.PAID)
    if debt.skrd.document.voided_at is not None:
        raise NotPayable(_("SKRD ini dibatalkan. Jangan membayarnya."), Why.VOID)
    if debt.retired_at is not None:
        raise NotPayable(_("Tagihan ini diganti oleh keputusan. Buka lagi halaman SKRD."), Why.VOID)
    if day > lapse_of(debt):
        raise NotPayable(_("Hak tagih SKRD ini sudah kedaluwarsa. Hubungi dinas penerbitnya."), Why.EXPIRED)


def lapse_of(debt: Debt) -> date:
    """The last day on which it may be collected; each letter begins the term anew. Raises RuleMissing."""
    letters = Letter.objects.about(debt.skrd_id, debt.position, debt.due_on)
    last = letters.aggregate(last=Max("issued_on"))["last"]
    return terms.lapses_on(max(debt.due_on, last) if last else debt.due_on)


def interest_on(debt: Debt, day: date, table: InterestTable) -> Decimal:
    """The late interest of an open debt on a WIB day, by the rule of its due day; rupiah."""
    return debt.carried + rules.interest(debt.amount, debt.due_on, day, table.on(debt.due_on))


def shares(amount: Decimal, lines: Iterable[SkrdLine], interest: Decimal, *, on: date) -> tuple[Share, ...]:
    """``amount`` by the account codes of the lines, in their proportion, the largest first; then the interest
    by its own. Raises RuleMissing."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line.kode_lra, line.kode_lo] += line.amount
    parts = rules.divide(amount, list(sums.values()))
    found = [Share(*codes, part) for codes, part in zip(sums, parts, strict=True) if part]
    found.sort(key=lambda share: (-share.amount, share.kode_lra))
    if interest > ZERO:
        found.append(Share(*terms.interest_codes(on), interest))
    return tuple(found)


def _touch(key: str) -> None:
    Debt.objects.filter(key=key).update(version=F("version") + 1)


def _spoken(keys: Collection[str]) -> dict[str, str]:
    rows = Debt.objects.filter(key__in=keys).values_list("key", "skrd__document__number_text")
    return {key: f"SKRD {number}" for key, number in rows}


def _find(text: str) -> list[str]:
    """By the SKRD's number, or by the number of a receipt."""
    number = text.strip().upper().removeprefix("SKRD").strip()
    named = Q(skrd__document__number_text=number) | (Q(receipt_number=number) & ~Q(receipt_number=""))
    return list(Debt.objects.filter(named).values_list("key", flat=True))


NAMES = Names(spoken=_spoken, find=_find)
