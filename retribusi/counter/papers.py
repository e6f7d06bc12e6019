"""The Surat Tanda Setoran: what it states, frozen when it is issued."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from opd.models import Role, User
from opd.office import documents
from opd.office.calendar import WIB, day_of
from opd.office.documents import Kind
from opd.office.models import Document
from opd.office.signers import signer
from payments.money import format_rupiah, terbilang
from retribusi.counter import queries
from retribusi.counter.models import Deposit, Shift

STS = Kind("sts", "Surat Tanda Setoran", "{n}/STS/{opd}/{year}", template="retribusi/counter/cetak_sts.html")


def issue_sts(deposit: Deposit, shifts: Sequence[Shift], *, by: User, at: datetime) -> Document:
    """Issue the STS of a deposit, last in its transaction."""
    day = day_of(deposit.deposited_at)
    codes = queries.cash_by_code([one.pk for one in shifts])
    facts: dict[str, Any] = {
        "amount_text": format_rupiah(deposit.amount),
        "terbilang": terbilang(deposit.amount),
        "reference": deposit.reference,
        "deposited": f"{deposit.deposited_at.astimezone(WIB):%d-%m-%Y %H.%M} WIB",
        "due": f"{deposit.due_at.astimezone(WIB):%d-%m-%Y %H.%M} WIB",
        "late": deposit.is_late,
        "codes": [[lra, format_rupiah(amount)] for (lra, _), amount in sorted(codes.items())],
        "shifts": [
            [one.point.name, one.officer.name, f"{one.opened_at.astimezone(WIB):%d-%m-%Y %H.%M}",
             format_rupiah(one.cash_total or 0)]
            for one in shifts
        ],
        "signers": [signer(Role.BENDAHARA_PENERIMAAN, deposit.opd, day)],
    }  # fmt: skip
    return documents.issue(
        kind=STS.code, opd=deposit.opd, day=day, title=f"Setoran tunai {format_rupiah(deposit.amount)}",
        subject=deposit, amount=deposit.amount, facts=facts, by=by, at=at,
    )  # fmt: skip
