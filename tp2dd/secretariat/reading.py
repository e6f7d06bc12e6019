"""Tables of monthly figures: tax by channel, and the LRA. Amounts in rupiah; no fault is guessed away."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO

from opd.office import tabular
from opd.office.tabular import Problems, TabularError
from payments.money import format_rupiah

TAX_COLUMNS = ("jenis pajak", "kanal", "rupiah", "transaksi")
LRA_COLUMNS = ("kode rekening", "uraian", "anggaran", "realisasi")
CODE = r"[4-6](\.\d{1,4}){0,5}"


@dataclass(frozen=True)
class Channel:
    """A channel as the rule ``secretariat.channels`` states it; ``etpd`` is the form's word, "" for none."""

    name: str
    kind: str
    etpd: str


@dataclass(frozen=True)
class Line:
    line_no: int
    name: str
    amount: Decimal
    code: str = ""
    channel: str = ""
    channel_class: str = ""
    count: int | None = None
    budget: Decimal | None = None


@dataclass
class Reading:
    """``total`` is what the control total must be: of an LRA the rows that have none below them."""

    rows: list[Line] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    total: Decimal = Decimal(0)

    def check(self, control: Decimal) -> None:
        if not self.problems and self.total != control:
            told = f"jumlahnya {format_rupiah(self.total)}, jumlah kontrol {format_rupiah(control)}."
            self.problems.add(TabularError(None, "", f"Tidak cocok: {told}"))
        if not self.problems and not self.rows:
            self.problems.add(TabularError(None, "", "Berkas ini tidak berisi baris."))


def read_tax(content: IO[bytes], *, name: str, channels: list[Channel]) -> Reading:
    """One row for each tax and channel. Raises TabularError where there is no such table."""
    table = tabular.read(content, name=name, columns=TAX_COLUMNS, amounts=("rupiah",), most_rows=5000)
    found, known = Reading(), {one.name.casefold(): one for one in channels}
    seen: set[tuple[str, str]] = set()
    for row in table.rows:
        with found.problems.watch():
            line = _tax(row, known)
            key = (line.name.casefold(), line.channel)
            if key in seen:
                raise row.fault("kanal", f"{line.name} lewat {line.channel} muncul dua kali.")
            seen.add(key)
            found.rows.append(line)
    found.total = sum((line.amount for line in found.rows), Decimal(0))
    return found


def _tax(row: tabular.Row, known: dict[str, Channel]) -> Line:
    told = tabular.text(row, "kanal", most=40)
    channel = known.get(told.casefold())
    if channel is None:
        names = ", ".join(one.name for one in known.values())
        raise row.fault("kanal", f"“{told}” tidak dikenal; pilihannya {names}.")
    amount, count = tabular.amount(row, "rupiah"), tabular.whole(row, "transaksi")
    if bool(amount) != bool(count):
        raise row.fault("transaksi", "rupiah dan jumlah transaksi harus sama-sama nol atau sama-sama terisi.")
    return Line(
        row.line_no, tabular.text(row, "jenis pajak", most=200), amount, channel=channel.name,
        channel_class=channel.kind, count=count,
    )  # fmt: skip


def read_lra(content: IO[bytes], *, name: str) -> Reading:
    """Rows of any depth; what stands above others must be their sum. Raises TabularError where there is no
    such table."""
    table = tabular.read(
        content, name=name, columns=LRA_COLUMNS, amounts=("anggaran", "realisasi"), most_rows=20_000
    )
    found, by_code = Reading(), {}
    for row in table.rows:
        with found.problems.watch():
            line = Line(
                row.line_no, tabular.text(row, "uraian", most=200),
                tabular.amount(row, "realisasi", negative=True, empty=Decimal(0)),
                code=tabular.code(row, "kode rekening", CODE),
                budget=tabular.amount(row, "anggaran", negative=True, empty=Decimal(0)),
            )  # fmt: skip
            if line.code in by_code:
                raise row.fault("kode rekening", f"{line.code} muncul dua kali.")
            by_code[line.code] = line
            found.rows.append(line)
    leaves = _leaves(by_code)
    _sums(found, by_code, leaves)
    found.total = sum((line.amount for line in leaves), Decimal(0))
    return found


def _leaves(by_code: dict[str, Line]) -> list[Line]:
    above = {parent for code in by_code for parent in _parents(code)}
    return [line for code, line in by_code.items() if code not in above]


def _parents(code: str) -> list[str]:
    parts = code.split(".")
    return [".".join(parts[:n]) for n in range(1, len(parts))]


def _sums(found: Reading, by_code: dict[str, Line], leaves: list[Line]) -> None:
    """A row above others states their sum, both of the budget and of what was realised."""
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for leaf in leaves:
        for parent in _parents(leaf.code):
            amount, budget = sums.get(parent, (Decimal(0), Decimal(0)))
            sums[parent] = amount + leaf.amount, budget + (leaf.budget or Decimal(0))
    for code, (amount, budget) in sums.items():
        line = by_code.get(code)
        for column, stated, summed in (
            (("realisasi", line.amount, amount), ("anggaran", line.budget, budget)) if line else ()
        ):
            if stated != summed:
                told = f"{code} bukan jumlah rinciannya ({format_rupiah(summed, zero='Rp 0')})."
                found.problems.add(TabularError(line.line_no if line else None, column, told))
