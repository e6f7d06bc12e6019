"""Cash on its way to RKUD: the treasurer deposits whole shifts with one STS, Kuasa BUD finds it in RKUD."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from opd import access, audit
from opd.models import Opd, User
from opd.office.calendar import day_of
from payments.ledger.services import post, post_many
from payments.money import format_rupiah
from retribusi.counter import choices, papers, postings, queries
from retribusi.counter.errors import CounterError
from retribusi.counter.models import Deposit, Shift

NOTHING = "Belum ada setoran yang dicatat."


def deposit(
    *, request_key: str, opd: Opd, shift_ids: Iterable[UUID], deposited_at: datetime, reference: str,
    by: User, at: datetime,
) -> Deposit:  # fmt: skip
    """Record that the cash of whole, closed shifts was handed to the bank, and issue its STS.

    Always the full cash sales: what an officer lacks is made good before. Once per ``request_key``. Raises
    CounterError; PermissionDenied without ``counter.deposit``.
    """
    access.require(by, "counter.deposit", opd=opd)
    wanted = sorted(set(shift_ids))
    with transaction.atomic():
        shifts = list(Shift.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
                      .select_related("point", "officer"))  # fmt: skip
        known = Deposit.objects.filter(request_key=request_key).first()
        if known:
            return _same(known, wanted)
        _check(opd, wanted, shifts, deposited_at, reference, at)
        return _record(request_key, opd, shifts, deposited_at, reference.strip(), by=by, at=at)


def _same(known: Deposit, wanted: Sequence[UUID]) -> Deposit:
    if sorted(known.shifts.values_list("pk", flat=True)) != list(wanted):
        raise CounterError(f"Formulir ini sudah dipakai untuk setoran lain. Buka formulir baru. {NOTHING}")
    return known


def _check(
    opd: Opd, wanted: Sequence[UUID], shifts: Sequence[Shift], deposited_at: datetime, reference: str,
    at: datetime,
) -> None:  # fmt: skip
    if not wanted or len(shifts) != len(wanted) or any(one.point.opd_id != opd.pk for one in shifts):
        raise CounterError(f"Pilih shift milik OPD ini yang tunainya disetor. {NOTHING}")
    if any(one.closed_at is None or not one.cash_total for one in shifts):
        raise CounterError(f"Shift yang disetor harus sudah ditutup dan berisi tunai. {NOTHING}")
    taken = next((one for one in shifts if one.deposit_id), None)
    if taken:
        raise CounterError(f"Tunai shift {taken.officer} sudah disetor sebelumnya. {NOTHING}")
    if deposited_at > at or deposited_at < max(_minute(one.closed_at or at) for one in shifts):
        raise CounterError(f"Waktu setor harus sesudah shift ditutup dan tidak di masa depan. {NOTHING}")
    if not 4 <= len(reference.strip()) <= 64:
        raise CounterError(f"Isi nomor bukti setor dari bank. {NOTHING}")


def _minute(instant: datetime) -> datetime:
    """The minute that a person types."""
    return instant.replace(second=0, microsecond=0)


def _record(
    key: str, opd: Opd, shifts: Sequence[Shift], deposited_at: datetime, reference: str,
    *, by: User, at: datetime,
) -> Deposit:  # fmt: skip
    amount = sum((one.cash_total or Decimal(0) for one in shifts), Decimal("0.00"))
    day = day_of(deposited_at)
    first = queries.oldest_cash([one.pk for one in shifts])
    row = Deposit(
        request_key=key, opd=opd, amount=amount, deposited_at=deposited_at, reference=reference, made_at=at,
        made_by=by, due_at=choices.due_at(first, day_of(first)),
    )  # fmt: skip
    draft = postings.deposited(
        source=f"sts:{row.pk}", amount=amount, opd=opd.pk, day=day, reference=reference
    )
    row.journal = post(draft, key=f"sts:{row.pk}:deposited", by=by, at=at, moves=True).journal_id
    row.save(force_insert=True)
    Shift.objects.filter(pk__in=[one.pk for one in shifts]).update(deposit=row)
    after = {"amount": f"{amount:.2f}", "shifts": len(shifts), "reference": reference, "late": row.is_late}
    audit.record("counter.deposit", row, by=by, at=at, after=after)
    papers.issue_sts(row, shifts, by=by, at=at)
    return row


@transaction.atomic
def credit_deposit(
    *, deposit_id: UUID, credited_date: date, reference: str, by: User, at: datetime
) -> Deposit:
    """Book a deposit that stands in RKUD's statement: RKUD, RK and gross revenue by kode rekening.

    Pressed again with the same day it changes nothing. Raises CounterError; PermissionDenied without
    ``counter.confirm``.
    """
    access.require(by, "counter.confirm")
    row = Deposit.objects.select_for_update(of=("self",)).select_related("opd").get(pk=deposit_id)
    if row.credited_date is not None:
        if row.credited_date != credited_date:
            raise CounterError("Setoran ini sudah dicatat masuk RKUD pada tanggal lain.")
        return row
    if not day_of(row.deposited_at) <= credited_date <= day_of(at) or len(reference.strip()) < 3:
        raise CounterError(
            "Isi tanggal menurut rekening koran (sejak tanggal setor sampai hari ini) dan rujukannya. "
            "Belum ada yang dibukukan."
        )
    amounts = queries.cash_by_code(row.shifts.values_list("pk", flat=True))
    if sum(amounts.values()) != row.amount:
        raise CounterError(
            f"Rincian setoran tidak berjumlah {format_rupiah(row.amount)}; hubungi administrator."
        )
    reference = reference.strip()[:64]
    source = f"sts:{row.pk}"
    moved = postings.credited(
        source=source, amount=row.amount, opd=row.opd_id, day=credited_date, reference=reference
    )
    earned = postings.revenue(source=source, amounts=amounts, opd=row.opd_id, day=credited_date)
    drafts = [(f"{source}:credited", moved), (f"{source}:revenue", earned)]
    posted = post_many(drafts, by=by, at=at, moves=True)
    row.credited_date, row.credited_reference, row.credited_at, row.credited_by = (
        credited_date, reference, at, by,
    )  # fmt: skip
    row.credited_journal, row.revenue_journal = (one.journal_id for one in posted)
    row.save(
        update_fields=[
            "credited_date", "credited_reference", "credited_at", "credited_by", "credited_journal",
            "revenue_journal",
        ]
    )  # fmt: skip
    after = {"day": str(credited_date), "reference": reference}
    audit.record("counter.credit", row, by=by, at=at, after=after)
    return row
