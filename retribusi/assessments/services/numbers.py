"""Virtual account numbers of debts: one for each, where the point's account has a prefix."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from opd.models import User
from opd.office.calendar import bounds, day_of
from payments.incoming import queries as incoming
from payments.incoming import services
from payments.incoming.models import ReceivingAccount
from payments.incoming.services import VaWanted
from retribusi.assessments import terms
from retribusi.assessments.models import Debt, Skrd
from retribusi.assessments.payable import KIND


def open_for(debts: Sequence[Debt], rows: Collection[Skrd], *, by: User | None, at: datetime) -> None:
    """Open a number for each debt of ``rows``, until its claim lapses; few statements however many.

    A point whose account has no prefix, or is not in force, has none: QRIS remains. In the caller's
    transaction. Raises RequestError where the prefix can't be used.
    """
    able = ReceivingAccount.objects.valid(on=day_of(at)).exclude(va_prefix="")
    accounts = {
        account.pk: account
        for account in able.filter(pk__in={row.point.receiving_account_id for row in rows})
    }
    if not accounts:
        return
    until = {day: bounds(terms.lapses_on(day))[1] for day in {debt.due_on for debt in debts}}
    of = {row.pk: row for row in rows}
    wanted = []
    for debt in debts:
        row = of[debt.skrd_id]
        account = accounts.get(row.point.receiving_account_id or 0)
        if account is not None:
            wanted.append(
                VaWanted(
                    kind=KIND, key=str(debt.pk), receiving_account=account, name=row.wajib_retribusi.name,
                    expires_at=until[debt.due_on],
                )
            )  # fmt: skip
    if wanted:
        services.open_vas(wanted, by=by, at=at)


def close_for(debts: Sequence[Debt], *, reason: str, by: User | None, at: datetime) -> None:
    """Nobody can pay these any more."""
    for debt in debts:
        services.close_va(KIND, str(debt.pk), reason=reason, by=by, at=at)


def of_debt(debt: Debt) -> incoming.VaView | None:
    """The standing number of a debt; None where it has none, or it is closed."""
    found = incoming.va_of(KIND, debt.key)
    return found if found and found.closed_at is None else None


def next_of(debts: Iterable[Debt]) -> incoming.VaView | None:
    """The number of the debt that is paid next."""
    following = next((debt for debt in debts if not debt.is_paid), None)
    return of_debt(following) if following else None
