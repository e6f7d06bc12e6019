"""Hold, release, realise, correct: a promise of budget from submission to payment."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from opd import audit
from opd.models import User
from opd.office.calendar import day_of
from opd.planning import sipd_links
from opd.planning.counters import (
    check_room,
    check_spent,
    check_year,
    lock_line,
    lock_purse,
    move_line,
    move_purse,
)
from opd.planning.errors import BudgetError, KeyReused, Missing, NotHeld, OverPurse
from opd.planning.models import BudgetLine, Correction, Hold, HoldState, Purse, PurseKind
from payments.money import format_rupiah, rupiah

_NOTHING_HELD = "Tidak ada yang ditahan."


def hold(
    *,
    key: str,
    line_id: int,
    amount: Decimal,
    on: date,
    purse: PurseKind | None,
    by: User | None,
    at: datetime,
) -> Hold:
    """Promise ``amount`` (rupiah, > 0) of a line on a day (WIB), out of a purse where one pays.

    The caller's room has checked the person's right. The same ``key`` with the same contents gives back the
    same hold; with others it raises KeyReused. Raises OverPagu, OverSpd, OverCashPlan, OverPurse, WrongYear
    or Missing (all BudgetError), and then holds nothing.
    Source: Permendagri 77/2020 (pengeluaran tidak melampaui pagu, SPD dan anggaran kas).
    """
    wanted = _positive(amount)
    try:
        with transaction.atomic():
            line = lock_line(line_id)
            known = Hold.objects.select_related("purse").filter(key=key).first()
            if known is not None:
                return _same(known, line_id, wanted, on, purse)
            return _make(key, line, wanted, on, purse, by=by, at=at)
    except IntegrityError:  # the same key on another line at the same moment
        known = Hold.objects.select_related("purse").filter(key=key).first()
        if known is None:
            raise
        return _same(known, line_id, wanted, on, purse)


def _make(
    key: str,
    line: BudgetLine,
    amount: Decimal,
    on: date,
    purse: PurseKind | None,
    *,
    by: User | None,
    at: datetime,
) -> Hold:
    check_room(line, amount, on, deed=_NOTHING_HELD)
    move_line(line, held=amount)
    source = _purse(line, purse) if purse else None
    made = Hold(key=key, line=line, purse=source, amount=amount, on_date=on, made_at=at, made_by=by)
    made.save(force_insert=True)
    if source:
        move_purse(source, used=amount, key=f"hold:{made.pk}", reason="Pengajuan ditahan", by=by, at=at)
    audit.record("budget.hold", made, by=by, at=at, after=_facts(made))
    return made


def _purse(line: BudgetLine, kind: PurseKind) -> Purse:
    found = lock_purse(line.opd_id, line.year, kind)
    if found is None:
        raise OverPurse(
            f"{PurseKind(kind).label} tahun {line.year} belum ada untuk OPD ini. {_NOTHING_HELD} "
            "Catat penetapan dan penerimaannya dahulu."
        )
    return found


def _same(known: Hold, line_id: int, amount: Decimal, on: date, purse: PurseKind | None) -> Hold:
    kind = known.purse.kind if known.purse else None
    if (known.line_id, known.amount, known.on_date, kind) != (line_id, amount, on, purse):
        raise KeyReused(
            f"Pengajuan {known.key} sudah menahan {format_rupiah(known.amount)} dengan isi lain. "
            "Penahanan lama tidak berubah; lepaskan dahulu bila isinya memang diganti."
        )
    return known


def release(*, key: str, reason: str, by: User | None, at: datetime) -> Hold:
    """Give an active hold back to its line and purse. A second call returns it. Raises NotHeld, Missing."""
    with transaction.atomic():
        held, line = _locked(key)
        if held.state == HoldState.RELEASED:
            return held
        _close(held, HoldState.RELEASED, reason=reason, by=by, at=at)
        move_line(line, held=-held.amount)
        _give_back(held, line, held.amount, f"release:{held.pk}", "Pengajuan dilepas", by=by, at=at)
        sipd_links.unlink(held)
        audit.record("budget.release", held, by=by, at=at, before={"state": "active"}, reason=reason[:300])
    return held


def realise(*, key: str, amount: Decimal, on: date, by: User | None, at: datetime) -> Hold:
    """Turn an active hold into a realisation of ``amount`` (rupiah, 0 < amount <= hold) on a day in WIB.

    The rest goes back to line and purse; the purse keeps ``amount`` as used. The same call again returns the
    hold; another amount or day raises KeyReused. Raises NotHeld when it was released, BudgetError when the
    amount is more than was held.
    """
    spent = _positive(amount)
    with transaction.atomic():
        held, line = _locked(key)
        if held.state == HoldState.REALISED:
            return _same_realisation(held, spent, on)
        _check_realisation(held, line, spent, on)
        held.realised_amount, held.realised_date = spent, on
        _close(held, HoldState.REALISED, reason="", by=by, at=at)
        move_line(line, held=-held.amount, realised=spent)
        rest = held.amount - spent
        _give_back(held, line, rest, f"realise:{held.pk}", "Sisa pengajuan dilepas", by=by, at=at)
        audit.record("budget.realise", held, by=by, at=at, before={"state": "active"}, after=_facts(held))
    return held


def _check_realisation(held: Hold, line: BudgetLine, spent: Decimal, on: date) -> None:
    check_year(line, on, deed="Realisasi tidak dicatat.")
    if held.state != HoldState.ACTIVE:
        raise NotHeld(
            f"Pengajuan {held.key} sudah dilepas, jadi tidak dapat direalisasikan. "
            "Ajukan lagi agar pagunya ditahan."
        )
    if spent > held.amount:
        raise BudgetError(
            f"Realisasi {format_rupiah(spent)} melebihi {format_rupiah(held.amount)} yang ditahan. "
            "Realisasi tidak dicatat; ajukan kekurangannya sebagai pengajuan baru."
        )


def _same_realisation(held: Hold, spent: Decimal, on: date) -> Hold:
    returned = sum((row.amount for row in held.corrections.all()), Decimal(0))
    if ((held.realised_amount or 0) + returned, held.realised_date) != (spent, on):
        raise KeyReused(
            f"Pengajuan {held.key} sudah direalisasikan {format_rupiah(held.realised_amount or 0)}. "
            "Realisasi lama tidak berubah."
        )
    return held


def correct_realisation(
    *,
    key: str,
    correction_key: str,
    amount: Decimal,
    reason: str,
    by: User | None,
    at: datetime,
    to_purse: bool = True,
) -> Correction:
    """Money that the payee gave back: the realisation of ``key`` falls by ``amount`` (rupiah, > 0).

    ``to_purse`` also makes room in the purse; False where the money went to RKUD (the purse was already
    restored by a GU). Idempotent by ``correction_key``. Raises NotHeld, OverPurse, BudgetError, KeyReused.
    """
    back = _positive(amount)
    with transaction.atomic():
        held, line = _locked(key)
        known = Correction.objects.filter(key=correction_key).first()
        if known:
            return _same_correction(known, held, back)
        _check_correction(held, back)
        Hold.objects.filter(pk=held.pk).update(realised_amount=(held.realised_amount or 0) - back)
        move_line(line, realised=-back)
        if to_purse and held.purse:
            check_spent(_purse(line, PurseKind(held.purse.kind)), back)
            _give_back(held, line, back, f"correct:{correction_key}", reason, by=by, at=at)
        made = Correction.objects.create(
            hold=held, key=correction_key, amount=back, to_purse=to_purse and held.purse_id is not None,
            correction_date=day_of(at), reason=reason[:300], at=at, by=by,
        )  # fmt: skip
        after = {"amount": f"{back:.2f}", "hold": str(held.pk)}
        audit.record("budget.correct", made, by=by, at=at, after=after, reason=reason[:300])
    return made


def _same_correction(known: Correction, held: Hold, amount: Decimal) -> Correction:
    if (known.hold_id, known.amount) != (held.pk, amount):
        raise KeyReused(
            f"Koreksi {known.key} sudah dicatat {format_rupiah(known.amount)}. Koreksi lama tidak berubah."
        )
    return known


def _check_correction(held: Hold, amount: Decimal) -> None:
    if held.state != HoldState.REALISED:
        raise NotHeld(f"Pengajuan {held.key} belum terealisasi, jadi tidak ada yang dikoreksi.")
    left = held.realised_amount or Decimal(0)
    if amount > left:
        raise BudgetError(
            f"Pengembalian {format_rupiah(amount)} melebihi realisasi {format_rupiah(left)}. "
            "Koreksi tidak dicatat."
        )


def name_document(*, key: str, document_number: str, by: User | None, at: datetime) -> Hold:
    """Keep the number under which SIPD's realisation report shows this hold (TBP, or SP2D of an LS).

    An open SIPD row with that number, line and amount is matched at once. Raises Missing.
    """
    with transaction.atomic():
        held, _ = _locked(key)
        number = document_number.strip()[:120]
        if held.document_number != number:
            before = {"document_number": held.document_number}
            held.document_number = number
            held.save(update_fields=["document_number"])
            audit.record(
                "budget.name_document", held, by=by, at=at, before=before, after={"document_number": number}
            )
        sipd_links.match_hold(held, by=by, at=at)
    return held


def _locked(key: str) -> tuple[Hold, BudgetLine]:
    """The hold and its line; the line's lock makes changes of the hold wait for one another."""
    line_id = Hold.objects.filter(key=key).values_list("line_id", flat=True).first()
    if line_id is None:
        raise Missing(f"Pengajuan {key} tidak menahan anggaran. Tidak ada yang berubah.")
    line = lock_line(line_id)
    return Hold.objects.select_related("purse").get(key=key), line


def _close(held: Hold, state: HoldState, *, reason: str, by: User | None, at: datetime) -> None:
    """Move an active hold on, by conditional UPDATE. Raises NotHeld."""
    values = {"state": state, "closed_at": at, "closed_by": by, "reason": reason[:300]}
    values |= {"realised_amount": held.realised_amount, "realised_date": held.realised_date}
    if state == HoldState.RELEASED:
        values |= {"realised_amount": None, "realised_date": None}
    if not Hold.objects.filter(pk=held.pk, state=HoldState.ACTIVE).update(**values):
        raise NotHeld(
            f"Pengajuan {held.key} sudah terealisasi, jadi tidak dapat dilepas. Uangnya sudah dibayarkan; "
            "catat pengembaliannya bila uang kembali."
        )
    held.refresh_from_db()


def _give_back(
    held: Hold, line: BudgetLine, amount: Decimal, key: str, reason: str, *, by: User | None, at: datetime
) -> None:
    if held.purse is None or not amount:
        return
    purse = lock_purse(line.opd_id, line.year, held.purse.kind)
    assert purse is not None  # purses are never deleted
    move_purse(purse, used=-amount, key=key, reason=reason, by=by, at=at)


def _positive(amount: Decimal) -> Decimal:
    exact = rupiah(amount)
    if exact <= 0:
        raise BudgetError("Jumlah harus lebih dari nol. Tidak ada yang berubah.")
    return exact


def _facts(held: Hold) -> dict[str, str]:
    facts = {"line": str(held.line_id), "amount": f"{held.amount:.2f}", "state": str(held.state)}
    if held.realised_amount is not None:
        facts["realised"] = f"{held.realised_amount:.2f}"
    return facts
