"""The open files: the page's own lines, and what each column means. RFC 4180, UTF-8 without BOM."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from opd.office import exports
from tp2dd.board.grains import CHANNELS
from tp2dd.board.models import Side
from tp2dd.rollout.share import CLASSES
from tp2dd.transparency.figures import Told

SIDES = {Side.REVENUE: "penerimaan", Side.SPENDING: "belanja"}
COLUMNS = ("bulan", "sisi", "kanal", "golongan", "jumlah_transaksi", "nilai")
WORDS = ("kolom", "tipe", "satuan", "arti", "sumber")


def figures(told: Told) -> str:
    """The lines of the sides that are open, by month, side and channel; their sums are the page's."""
    rows = sorted(
        (f"{line.month:%Y-%m}", SIDES[side], CHANNELS[side].get(line.channel, line.channel),
         CLASSES.get(line.kind, line.kind), line.count, line.value)
        for side, lines in told.sides.items()
        for line in lines
    )  # fmt: skip
    return _file(COLUMNS, rows)


def dictionary(told: Told) -> str:
    return _file(WORDS, _meanings(told))


def _meanings(told: Told) -> Iterator[Sequence[str]]:
    first, last = told.period.first, told.period.last
    sides = " atau ".join(SIDES[side] for side in told.sides)
    books = " dan ".join(_SOURCES[side] for side in told.sides)
    channels = dict.fromkeys(label for side in told.sides for label in CHANNELS[side].values())
    yield ("bulan", "teks", "bulan WIB (TTTT-BB)", f"Bulan pembayaran; hari {first} sampai {last}", books)
    yield ("sisi", "teks", "", f"Arah uang: {sides}", books)
    yield ("kanal", "teks", "", f"Cara membayar: {'; '.join(channels)}", books)
    kinds = "; ".join(CLASSES.values())
    yield ("golongan", "teks", "", f"Golongan kanal pada hari terakhir: {kinds}", _CLASSES_FROM)
    yield ("jumlah_transaksi", "bilangan bulat", "transaksi", "Banyaknya transaksi seprovinsi", books)
    value = "Jumlah uang seprovinsi; negatif bila koreksi melebihi pembayaran"
    yield ("nilai", "desimal, dua angka di belakang titik", "rupiah", value, books)


def _file(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    return "".join(exports.lines(header, rows)).removeprefix("\ufeff")


_SOURCES = {
    Side.REVENUE: "pembayaran retribusi bruto menurut hari bayar",
    Side.SPENDING: "belanja yang dibayar dikurangi pengembaliannya dan realisasi SIPD tanpa kanal",
}
_CLASSES_FROM = "Petunjuk Teknis Kuesioner IETPD 26-11-2021"
