"""What a person decides about a SIPD row that matched nothing: match, count, dismiss, or take back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from opd import access, audit
from opd.models import User
from opd.planning import sipd_links
from opd.planning.counters import lock_line, move_line
from opd.planning.errors import BudgetError, Missing, OverPagu, OverSpd
from opd.planning.models import BudgetLine, Hold, HoldState, RowState, SipdRow
from payments.money import format_rupiah

ZERO = Decimal("0.00")
SHORTEST_REASON = 5


class RowDecided(BudgetError):
    """Somebody decided about the row before."""


class WrongHold(BudgetError):
    """The hold cannot be what the row reports."""


def match_row(*, row_id: int, hold_id: str, reason: str, by: User | None, at: datetime) -> SipdRow:
    """Say which hold an open row reports; it is then not counted again.

    Where the amounts differ the reason must say why. Raises RowDecided, WrongHold, Missing; PermissionDenied.
    """
    with transaction.atomic():
        held = Hold.objects.select_related("line").filter(pk=hold_id).first()
        if held is None:
            raise Missing("Pengajuan ini tidak ada. Baris tetap menunggu.")
        lock_line(held.line_id)
        row = _open(row_id, by)
        held.refresh_from_db()
        _check_hold(row, held, reason)
        sipd_links.link(row, held.pk, reason=reason or "Dicocokkan oleh orang", by=by, at=at)
        row.refresh_from_db()
    return row


def _check_hold(row: SipdRow, held: Hold, reason: str) -> None:
    if held.line.opd_id != row.opd_id or (row.line_id and row.line_id != held.line_id):
        raise WrongHold("Pengajuan itu memakai baris anggaran lain. Baris tetap menunggu; pilih yang lain.")
    if held.state == HoldState.RELEASED or SipdRow.objects.filter(hold=held).exists():
        raise WrongHold(
            "Pengajuan itu sudah dilepas atau sudah cocok dengan baris lain. Baris tetap menunggu."
        )
    returned = held.corrections.aggregate(sum=Sum("amount"))["sum"] or ZERO
    ours = sipd_links.gross(held, returned)
    if ours != row.amount and len(reason.strip()) < SHORTEST_REASON:
        raise WrongHold(
            f"Nilai SIPD {format_rupiah(row.amount)}, pengajuan {format_rupiah(ours)}. Tulis alasan "
            "perbedaannya; baris tetap menunggu."
        )


def count_row(
    *, row_id: int, reason: str, by: User | None, at: datetime, line_id: int | None = None
) -> SipdRow:
    """Count an open row as a spend outside the application: the realisation of its line rises by its amount.

    ``line_id`` chooses the line where the report leaves several possible. A negative row takes back only what
    was counted. Raises OverPagu, OverSpd, RowDecided, Missing; PermissionDenied.
    """
    with transaction.atomic():
        line = lock_line(_line_of(row_id, line_id))
        row = _open(row_id, by)
        _check_line(row, line)
        _check_count(line, row.amount)
        move_line(line, realised=row.amount)
        _decide(row, RowState.COUNTED, reason, by=by, at=at, line=line)
        after = {"amount": f"{row.amount:.2f}", "line": str(line.pk)}
        audit.record("sipd_row.count", row, by=by, at=at, after=after, reason=reason[:300])
    return row


def _line_of(row_id: int, line_id: int | None) -> int:
    known = SipdRow.objects.filter(pk=row_id).values_list("line_id", flat=True).first()
    chosen = known or line_id
    if chosen is None:
        raise Missing("Pilih dahulu baris anggarannya. Baris SIPD tetap menunggu.")
    return chosen


def _check_line(row: SipdRow, line: BudgetLine) -> None:
    codes = (row.raw.get("Kode Sub Kegiatan", ""), row.raw.get("Kode Rekening", ""))
    if line.opd_id != row.opd_id or (line.kode_sub_kegiatan, line.kode_rekening) != codes:
        raise BudgetError("Baris anggaran itu bukan yang disebut SIPD. Baris SIPD tetap menunggu.")


def _check_count(line: BudgetLine, amount: Decimal) -> None:
    if amount > line.pagu - line.used:
        raise OverPagu(_no_room("Sisa pagu", line, line.pagu - line.used, amount))
    if amount > line.released - line.used:
        raise OverSpd(_no_room("Sisa SPD", line, line.released - line.used, amount))
    if amount < 0 and counted(line) + amount < 0:
        raise BudgetError(
            f"Baris {line.kode_rekening} baru dihitung {format_rupiah(counted(line))} dari SIPD, jadi "
            f"{format_rupiah(-amount)} tidak dapat dikurangkan. Bila pengembaliannya sudah dicatat di "
            "aplikasi, abaikan baris ini."
        )


def _no_room(what: str, line: BudgetLine, left: Decimal, amount: Decimal) -> str:
    return (
        f"{what} baris {line.kode_rekening} tinggal {format_rupiah(left)}, sedangkan baris SIPD "
        f"{format_rupiah(amount)}. Tidak dihitung; periksa pengajuan yang masih ditahan, DPA, dan SPD."
    )


def counted(line: BudgetLine) -> Decimal:
    """What SIPD rows add to a line's realisation."""
    rows = SipdRow.objects.filter(line=line, state=RowState.COUNTED)
    total: Decimal | None = rows.aggregate(sum=Sum("amount"))["sum"]
    return total or ZERO


def dismiss_row(*, row_id: int, reason: str, by: User | None, at: datetime) -> SipdRow:
    """Leave an open row out for good reason. Raises RowDecided, BudgetError; PermissionDenied."""
    _need(reason)
    with transaction.atomic():
        row = _open(row_id, by)
        _decide(row, RowState.DISMISSED, reason, by=by, at=at)
        audit.record("sipd_row.dismiss", row, by=by, at=at, reason=reason[:300])
    return row


def reopen_row(*, row_id: int, reason: str, by: User | None, at: datetime) -> SipdRow:
    """Take a decision back; a counted row leaves the realisation. Raises BudgetError; PermissionDenied."""
    _need(reason)
    with transaction.atomic():
        line_id = SipdRow.objects.filter(pk=row_id).values_list("line_id", flat=True).first()
        line = lock_line(line_id) if line_id else None
        row = _locked(row_id, by)
        if row.state == RowState.OPEN:
            return row
        before = {"state": row.state, "hold": str(row.hold_id or "")}
        if row.state == RowState.COUNTED:
            assert line is not None  # a counted row has its line
            _take_back(line, row.amount)
        row.state, row.hold, row.reason, row.decided_at, row.decided_by = RowState.OPEN, None, "", None, None
        row.save(update_fields=["state", "hold", "reason", "decided_at", "decided_by"])
        audit.record("sipd_row.reopen", row, by=by, at=at, before=before, reason=reason[:300])
    return row


def _take_back(line: BudgetLine, amount: Decimal) -> None:
    if counted(line) - amount < 0:
        raise BudgetError(
            "Ada baris pengembalian yang mengurangi baris ini. Batalkan dahulu baris negatifnya; tidak ada "
            "yang berubah."
        )
    if amount < 0:
        _check_count(line, -amount)
    move_line(line, realised=-amount)


def match_again(*, opd_id: int, year: int, by: User | None, at: datetime) -> int:
    """Look once more for sure matches among the open rows of an agency; how many were found."""
    if by is not None:
        access.require(by, "planning.import", opd=opd_id)
    with transaction.atomic():
        lines = BudgetLine.objects.filter(opd=opd_id, year=year).order_by("pk")
        list(lines.select_for_update(no_key=True).values_list("pk"))
        return sipd_links.match_open(opd_ids=[opd_id], year=year, by=by, at=at)


def _decide(
    row: SipdRow,
    state: RowState,
    reason: str,
    *,
    by: User | None,
    at: datetime,
    line: BudgetLine | None = None,
) -> None:
    row.state, row.reason, row.decided_at, row.decided_by = state, reason[:300], at, by
    row.line = line or row.line
    row.save(update_fields=["state", "reason", "decided_at", "decided_by", "line"])


def _open(row_id: int, by: User | None) -> SipdRow:
    row = _locked(row_id, by)
    if row.state != RowState.OPEN:
        raise RowDecided(
            f"Baris ini sudah diputuskan: {row.get_state_display().lower()}. Tidak ada yang berubah."
        )
    return row


def _locked(row_id: int, by: User | None) -> SipdRow:
    row = SipdRow.objects.select_for_update(of=("self",)).filter(pk=row_id).first()
    if row is None:
        raise Missing("Baris SIPD ini tidak ada.")
    if by is not None:
        access.require(by, "planning.import", opd=row.opd_id)
    return row


def _need(reason: str) -> None:
    if len(reason.strip()) < SHORTEST_REASON:
        raise BudgetError("Tulis alasannya, paling sedikit lima huruf. Tidak ada yang berubah.")
