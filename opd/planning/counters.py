"""The only place where counters of lines and purses change: locked rows, conditional UPDATEs.

Locks are taken in one order everywhere: the line, then the purse. Call inside a transaction.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, Sum

from opd.models import User
from opd.planning.errors import KeyReused, Missing, OverCashPlan, OverPagu, OverPurse, OverSpd, WrongYear
from opd.planning.models import BudgetLine, CashPlan, Hold, HoldState, Purse, PurseMovement
from payments.money import format_rupiah

ZERO = Decimal("0.00")
MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)


def lock_line(line_id: int) -> BudgetLine:
    """The line, locked until the transaction ends. Raises Missing."""
    line = BudgetLine.objects.select_for_update(no_key=True).filter(pk=line_id).first()
    if line is None:
        raise Missing("Baris anggaran ini tidak ada. Tidak ada yang ditahan; pilih baris dari daftar.")
    return line


def lock_purse(opd_id: int, year: int, kind: str) -> Purse | None:
    return Purse.objects.select_for_update(no_key=True).filter(opd_id=opd_id, year=year, kind=kind).first()


def planned_until(line: BudgetLine, month: int) -> Decimal | None:
    """The anggaran kas of January to ``month``; None where the line has no plan."""
    rows = CashPlan.objects.filter(line=line)
    if not rows.exists():
        return None
    total: Decimal | None = rows.filter(month__lte=month).aggregate(sum=Sum("amount"))["sum"]
    return total or ZERO


def check_room(line: BudgetLine, amount: Decimal, on: date, *, deed: str) -> None:
    """Raise what stops ``amount`` more on a locked line: year, pagu, SPD, then anggaran kas."""
    check_year(line, on, deed=deed)
    if amount > line.pagu - line.used:
        raise OverPagu(_too_much("Sisa pagu", line, line.pagu - line.used, amount, deed))
    if amount > line.released - line.used:
        raise OverSpd(_too_much("Sisa SPD", line, line.released - line.used, amount, deed))
    plan = planned_until(line, on.month)
    if plan is not None and amount > plan - line.used:
        name = f"Sisa anggaran kas sampai {MONTHS[on.month - 1]}"
        raise OverCashPlan(_too_much(name, line, max(plan - line.used, ZERO), amount, deed))


def check_year(line: BudgetLine, on: date, *, deed: str) -> None:
    if on.year != line.year:
        raise WrongYear(
            f"Tanggal {on:%d/%m/%Y} di luar tahun anggaran {line.year} baris {line.kode_rekening}. {deed}"
        )


def _too_much(what: str, line: BudgetLine, left: Decimal, amount: Decimal, deed: str) -> str:
    return (
        f"{what} baris {line.kode_rekening} tinggal {format_rupiah(left)}; "
        f"pengajuan ini {format_rupiah(amount)}. {deed}"
    )


def move_line(line: BudgetLine, *, held: Decimal = ZERO, realised: Decimal = ZERO) -> None:
    """Change the counters of a locked line by a conditional UPDATE. Raises OverPagu."""
    growth = held + realised
    changed = BudgetLine.objects.filter(
        pk=line.pk,
        held__gte=-held,
        realised__gte=-realised,
        pagu__gte=F("held") + F("realised") + growth,
        released__gte=F("held") + F("realised") + growth,
    ).update(held=F("held") + held, realised=F("realised") + realised)
    if not changed:
        raise OverPagu(
            f"Baris {line.kode_rekening} tidak dapat menampung perubahan {format_rupiah(growth)}. "
            "Tidak ada yang berubah; muat ulang halaman untuk melihat angkanya."
        )


def move_purse(purse: Purse, *, used: Decimal, key: str, reason: str, by: User | None, at: datetime) -> None:
    """Change what is used of a locked purse, with its movement. Raises OverPurse; nothing for zero."""
    if not used:
        return
    changed = Purse.objects.filter(
        pk=purse.pk, used__gte=-used, limit__gte=F("used") + used
    ).update(used=F("used") + used)  # fmt: skip
    if not changed:
        purse.refresh_from_db()
        raise OverPurse(_too_dear(purse, used) if used > 0 else _not_spent(purse, purse.used, -used))
    PurseMovement.objects.create(
        purse=purse, key=key, of=PurseMovement.Of.USED, amount=used, reason=reason[:300], at=at, by=by
    )


def check_spent(purse: Purse, back: Decimal) -> None:
    """Only what was spent comes back into a locked purse; what is promised by active holds is not spent.

    Otherwise a hold could no longer be released. Raises OverPurse.
    """
    active = Hold.objects.filter(purse=purse, state=HoldState.ACTIVE).aggregate(sum=Sum("amount"))["sum"]
    spent = purse.used - (active or ZERO)
    if back > spent:
        raise OverPurse(_not_spent(purse, spent, back))


def _too_dear(purse: Purse, amount: Decimal) -> str:
    return (
        f"Sisa {purse.get_kind_display()} tinggal {format_rupiah(purse.free)}; pengajuan ini "
        f"{format_rupiah(amount)}. Tidak ada yang ditahan; tunggu GU atau ajukan lewat LS."
    )


def _not_spent(purse: Purse, spent: Decimal, back: Decimal) -> str:
    return (
        f"{purse.get_kind_display()} yang sudah dibelanjakan hanya {format_rupiah(spent)}, jadi "
        f"{format_rupiah(back)} tidak dapat dikembalikan ke dalamnya. Tidak ada yang berubah; setor ke RKUD "
        "bila uangnya sudah diganti GU."
    )


def known_movement(purse: Purse, *, key: str, of: str, amount: Decimal) -> bool:
    """Whether this movement was made already. Raises KeyReused when the key moved something else."""
    known = PurseMovement.objects.filter(key=key).first()
    if known is None:
        return False
    if (known.purse_id, known.of, known.amount) != (purse.pk, of, amount):
        raise KeyReused(
            f"Kunci {key} sudah dipakai untuk {format_rupiah(known.amount)}. Tidak ada yang berubah."
        )
    return True
