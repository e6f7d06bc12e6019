"""The printed QRIS of a receiving account: taken in from the acquirer, replaced, withdrawn."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from opd import audit
from opd.models import User
from payments.incoming.models import ReceivingAccount
from retribusi import static_code
from retribusi.models import CollectionPoint, StaticQris
from retribusi.services.points import PointError


def standing(account: ReceivingAccount | None) -> StaticQris | None:
    """The account's printed QRIS that may be shown and paid now."""
    if account is None:
        return None
    return StaticQris.objects.filter(receiving_account=account, withdrawn_at=None).first()


@transaction.atomic
def register(*, point: CollectionPoint, content: str, by: User | None, at: datetime) -> StaticQris:
    """Take in the text of the static QRIS of the point's account; an earlier one is withdrawn.

    The same text again changes nothing. Raises PointError without an account, and ValidationError for
    ``content`` with every reason why it is not this account's static QRIS.
    """
    account = _account(point)
    text = content.strip()
    reasons = static_code.problems(text, account)
    if reasons:
        raise ValidationError({"content": reasons})
    before = standing(account)
    if before and before.content == text:
        return before
    if before:
        _end(before, at)
    row = StaticQris.objects.create(
        receiving_account=account, content=text, registered_at=at, registered_by=by
    )
    audit.record("static_qris.register", point, by=by, at=at, after={"nmid": account.nmid, "content": text})
    return row


@transaction.atomic
def withdraw(*, point: CollectionPoint, reason: str, by: User | None, at: datetime) -> None:
    """Print it no longer. Money that still arrives for it is booked as before. Raises PointError."""
    row = standing(_account(point))
    if row is None:
        raise PointError("Titik ini tidak punya QRIS statis.")
    _end(row, at)
    audit.record("static_qris.withdraw", point, by=by, at=at, before={"content": row.content}, reason=reason)


def _account(point: CollectionPoint) -> ReceivingAccount:
    """The point's account; both are kept still for this transaction."""
    row = CollectionPoint.objects.select_for_update(of=("self",)).get(pk=point.pk)
    if row.receiving_account is None:
        raise PointError("Daftarkan rekening penerimaan dahulu; QRIS statis milik rekening itu.")
    return row.receiving_account


def _end(row: StaticQris, at: datetime) -> None:
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
