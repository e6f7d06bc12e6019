"""Where a file fits into the history that we have: what comes before it and what after. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opd.office.calendar import WIB
from opd.office.tabular import TabularError
from payments.emoney.reading import Line
from payments.money import format_rupiah


def align(ours: Sequence[Line], theirs: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines of ``theirs`` that are new: (to put before ours, to put after ours).

    Both are chains of balances, oldest first. The largest overlap wins, so that a line met again in an
    overlapping file counts once and twins inside one file count twice. Without an overlap the balances must
    continue and the times be apart: two parts of one minute could stand in either order, and balances alone
    would hide what lies between. Raises TabularError with row and column where the file doesn't fit.
    """
    if not ours:
        return [], list(theirs)
    shift = max(_shifts(ours, theirs), key=lambda one: _overlap(ours, theirs, one), default=None)
    if shift is not None:
        return list(theirs[: max(0, -shift)]), list(theirs[max(0, len(ours) - shift) :])
    if theirs[0].before == ours[-1].balance and theirs[0].at > ours[-1].at:
        return [], list(theirs)
    if theirs[-1].balance == ours[0].before and theirs[-1].at < ours[0].at:
        return list(theirs), []
    raise _misfit(ours, theirs)


def _shifts(ours: Sequence[Line], theirs: Sequence[Line]) -> Iterator[int]:
    """Each ``shift`` under which ``theirs[n]`` is ``ours[n + shift]`` wherever both exist."""
    mine, file = [line.key for line in ours], [line.key for line in theirs]
    starts = [place for place, key in enumerate(mine) if key == file[0]]
    starts += [-place for place, key in enumerate(file) if place and key == mine[0]]
    for shift in starts:
        first, last = max(0, shift), min(len(mine), len(file) + shift)
        if mine[first:last] == file[first - shift : last - shift]:
            yield shift


def _overlap(ours: Sequence[Line], theirs: Sequence[Line], shift: int) -> int:
    return min(len(ours), len(theirs) + shift) - max(0, shift)


def _misfit(ours: Sequence[Line], theirs: Sequence[Line]) -> TabularError:
    if _touch_unproven(ours, theirs):
        return TabularError(
            theirs[0].line_no,
            "waktu",
            "berkas ini bersambung dengan riwayat tersimpan pada menit yang sama tanpa satu baris pun yang "
            "sama, jadi urutannya tidak dapat dipastikan. Minta riwayat yang memuat juga "
            f"transaksi {_day(ours[-1])} yang sudah tersimpan.",
        )
    known = {line.key for line in ours}
    within = [line for line in theirs if ours[0].at <= line.at <= ours[-1].at and line.key not in known]
    if within:
        return TabularError(
            within[0].line_no,
            "waktu",
            "baris ini tidak ada dalam riwayat yang sudah tersimpan untuk masa yang sama. Tidak ada yang "
            "disimpan; minta berkas yang sama sekali baru dari penerbit.",
        )
    if theirs[0].at >= ours[0].at:
        return TabularError(
            theirs[0].line_no,
            "saldo",
            f"saldo sebelum baris ini {format_rupiah(theirs[0].before)}, sedangkan riwayat tersimpan "
            f"berakhir {format_rupiah(ours[-1].balance)} pada {_day(ours[-1])}: ada transaksi di antaranya. "
            "Minta riwayat sejak hari itu dari penerbit.",
        )
    return TabularError(
        theirs[-1].line_no,
        "saldo",
        f"berkas berakhir dengan saldo {format_rupiah(theirs[-1].balance)}, sedangkan riwayat tersimpan "
        f"mulai dari {format_rupiah(ours[0].before)} pada {_day(ours[0])}: ada transaksi di antaranya. "
        "Minta riwayat sampai hari itu dari penerbit.",
    )


def _touch_unproven(ours: Sequence[Line], theirs: Sequence[Line]) -> bool:
    """Whether the balances continue, but within one minute."""
    after = theirs[0].before == ours[-1].balance and theirs[0].at == ours[-1].at
    return after or (theirs[-1].balance == ours[0].before and theirs[-1].at == ours[0].at)


def _day(line: Line) -> str:
    return f"{line.at.astimezone(WIB):%d/%m/%Y}"
