"""The files of a closed business day, as text. Pure: no Django, no clock, no chance.

Layouts: ``qris_settlement_v1`` (comma, control totals in TRAILER) and ``rkud_statement_bpd_v1`` (semicolon,
the columns of a regional development bank). In the sandbox a batch is credited to RKUD on the day it is
settled (T+0), or with the next close where "late_credit" is chosen, as some real acquirers do.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

ACQUIRER = "93600999"
"""An invented acquirer number: not in the national list we know, so no real wallet should pay its codes."""
ACCOUNT = "0010100000017"
ACCOUNT_NAME = "RKUD PROV BENGKULU"
SETTLEMENT_HEADER = (
    *("trx_time", "settlement_date", "batch_no", "nmid", "merchant_pan", "terminal_id", "rrn", "bill_no"),
    *("reference_no", "partner_reference_no", "issuer_code", "amount_gross", "mdr", "amount_net", "status"),
)
STATEMENT_HEADER = (
    *("Post Date", "Effective Date", "Account", "Name", "Description"),
    *("Currency", "Debit", "Credit", "Balance", "Reference No"),
)
TROUBLES = {
    "drop_row": "Satu baris hilang (menyusul di berkas hari berikutnya)",
    "unknown_row": "Satu baris yang tidak dikenal aplikasi",
    "wrong_amount": "Jumlah satu baris lebih besar Rp1.000",
    "fee_deducted": "MDR 0,70 % dipotong dari semua baris",
    "late_credit": "Dana baru masuk RKUD saat hari berikutnya ditutup",
}
_SURPLUS = Decimal(1000)
_UNEXPECTED_RATE = Decimal("0.70")


@dataclass(frozen=True)
class Row:
    """One line of the settlement file; the amounts in rupiah with two places, net = gross - mdr."""

    trx_time: str
    settlement_date: date
    batch_no: str
    nmid: str
    merchant_pan: str
    terminal_id: str
    rrn: str
    bill_no: str
    reference_no: str
    partner_reference_no: str
    issuer_code: str
    gross: Decimal
    mdr: Decimal

    @property
    def net(self) -> Decimal:
        return self.gross - self.mdr


def batch_no(day: date, nmid: str) -> str:
    return f"B{day:%Y%m%d}-{nmid}"


def fee(gross: Decimal, percent: Decimal) -> Decimal:
    """The merchant discount in rupiah, rounded half up to a sen."""
    return (gross * percent / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def disturb(rows: Sequence[Row], troubles: Sequence[str]) -> list[Row]:
    """The rows with the chosen faults, each on a row of its own where there are enough."""
    changed = list(rows)
    if "fee_deducted" in troubles:
        changed = [replace(row, mdr=fee(row.gross, _UNEXPECTED_RATE)) for row in changed]
    if "wrong_amount" in troubles and changed:
        changed[0] = replace(changed[0], gross=changed[0].gross + _SURPLUS)
    unknown = [_stranger(changed[0])] if "unknown_row" in troubles and changed else []
    if "drop_row" in troubles:
        changed = changed[:-1]
    return changed + unknown


def _stranger(like: Row) -> Row:
    """A payment the app never heard of, at the same merchant on the same day."""
    number = _number(f"unknown {like.settlement_date} {like.rrn}")
    return replace(
        like,
        rrn=f"{number % 10**12:012}",
        bill_no=f"TIDAKDIKENAL{number % 10**6:06}",
        reference_no=f"{like.settlement_date:%Y%m%d}{number % 10**12:012}",
        partner_reference_no=f"TIDAKDIKENAL{number % 10**6:06}",
        gross=Decimal("7000.00"),
        mdr=Decimal("0.00"),
    )


def settlement_name(day: date) -> str:
    return f"QRIS_SETTLEMENT_{ACQUIRER}_{day:%Y%m%d}.csv"


def settlement(rows: Sequence[Row]) -> str:
    """The settlement file: header, a line for each row, TRAILER with count, gross, mdr and net."""
    gross, mdr = _total(row.gross for row in rows), _total(row.mdr for row in rows)
    lines: list[Sequence[object]] = [SETTLEMENT_HEADER, *(_settlement_line(row) for row in rows)]
    lines.append(("TRAILER", len(rows), f"{gross:.2f}", f"{mdr:.2f}", f"{gross - mdr:.2f}"))
    return text(lines, ",")


def _settlement_line(row: Row) -> list[object]:
    names = [getattr(row, field.name) for field in fields(row)][:-2]
    return [*names, f"{row.gross:.2f}", f"{row.mdr:.2f}", f"{row.net:.2f}", "SUCCESS"]


@dataclass(frozen=True)
class Movement:
    """One line of the statement; exactly one side above zero (rupiah)."""

    description: str
    reference_no: str
    debit: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)


def statement_name(day: date) -> str:
    return f"RKUD_{ACCOUNT}_{day:%Y%m%d}.csv"


def statement(
    day: date, opening: Decimal, rows: Sequence[Row], more: Sequence[Movement] = ()
) -> tuple[Decimal, str]:
    """The closing balance, and RKUD's statement: a credit for each batch among the day's other movements.

    ``more``: credits of batches that were settled on an earlier day, and payments by virtual account, each
    credited to RKUD by itself.
    """
    before, after = _other_movements(day)
    movements = [*before, *credits_of(day, rows), *more, *after]
    lines: list[Sequence[object]] = [STATEMENT_HEADER, _statement_line(day, "SALDO AWAL", balance=opening)]
    balance = opening
    for item in movements:
        balance += item.credit - item.debit
        lines.append(_statement_line(day, item.description, item=item, balance=balance))
    lines.append(_statement_line(day, "SALDO AKHIR", balance=balance))
    return balance, text(lines, ";")


def account_statement(
    whose: tuple[str, str],
    since: date,
    until: date,
    opening: Decimal,
    movements: Sequence[tuple[date, Movement]],
) -> str:
    """The statement of any account (number, name) over some days, in the same layout as RKUD's."""
    balance = opening
    lines: list[Sequence[object]] = [STATEMENT_HEADER]
    lines.append(_statement_line(since, "SALDO AWAL", balance=opening, whose=whose))
    for day, item in movements:
        balance += item.credit - item.debit
        lines.append(_statement_line(day, item.description, item=item, balance=balance, whose=whose))
    lines.append(_statement_line(until, "SALDO AKHIR", balance=balance, whose=whose))
    return text(lines, ";")


def credits_of(day: date, rows: Sequence[Row]) -> Iterator[Movement]:
    """What the bank credits to RKUD: the net of each batch."""
    for (nmid, batch), net in sorted(nets_of(rows).items()):
        yield batch_credit(day, nmid, batch, net)


def nets_of(rows: Sequence[Row]) -> dict[tuple[str, str], Decimal]:
    """The net of each batch by NMID and batch number."""
    nets: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        key = (row.nmid, row.batch_no)
        nets[key] = nets.get(key, Decimal(0)) + row.net
    return nets


def batch_credit(settled_on: date, nmid: str, batch: str, net: Decimal) -> Movement:
    return Movement(f"QRIS SETTLEMENT {settled_on:%Y%m%d} {nmid}", batch, credit=net)


def _other_movements(day: date) -> tuple[list[Movement], list[Movement]]:
    """What else passes through RKUD that day: the same every time the same day is closed."""
    tax, spending, deposit = (_amount(day, name) for name in ("pkb", "sp2d", "setoran"))
    before = [Movement("SETORAN PAJAK KENDARAAN BERMOTOR SAMSAT", f"PKB{day:%y%m%d}01", credit=tax)]
    after = [
        Movement("PENCAIRAN SP2D LS BARANG DAN JASA", f"SP2D{day:%y%m%d}07", debit=spending),
        Movement("SETORAN TUNAI RETRIBUSI BENDAHARA PENERIMAAN", f"STS{day:%y%m%d}03", credit=deposit),
    ]
    return before, after


def _amount(day: date, name: str) -> Decimal:
    """A plausible amount, in whole thousands of rupiah, up to about 90 million."""
    return Decimal(_number(f"{name} {day}") % 90_000 + 150) * 1000


def _number(seed: str) -> int:
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")


def _statement_line(
    day: date,
    description: str,
    *,
    balance: Decimal,
    item: Movement | None = None,
    whose: tuple[str, str] = (ACCOUNT, ACCOUNT_NAME),
) -> list[object]:
    date_text = f"{day:%d/%m/%Y}"
    debit, credit, reference = ("", "", "")
    if item:
        debit, credit, reference = indonesian(item.debit), indonesian(item.credit), item.reference_no
    return [date_text, date_text, *whose, description, "IDR", debit, credit, indonesian(balance), reference]


def indonesian(amount: Decimal) -> str:
    """1.234.567,89, as the bank's columns have it."""
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def text(lines: Iterable[Sequence[object]], delimiter: str) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(lines)
    return buffer.getvalue()
