"""The demo's budget: a plausible DPA of three pilot agencies, its SPD and UP, and files to try.

Codes and names follow Permendagri 90/2019 as far as we know them; all amounts are invented.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile

from opd.demo import KOMINFO, PARIWISATA, PENDIDIKAN, agency, holder, year_start
from opd.models import Opd, Role
from opd.office.calendar import day_of
from opd.planning import services
from opd.planning.counters import MONTHS as MONTH_NAMES
from opd.planning.imports.reading import MONTH_COLUMNS
from opd.planning.imports.sipd_columns import COLUMNS, SHEET
from opd.planning.models import BudgetLine, Dpa, Hold, HoldState, PurseKind, RowState, SipdRow

_SHARES = (7, 2, 2, *(1 for _ in range(9)))
"""January has most of the anggaran kas: offices stock up and sign their contracts."""
_THOUSAND = 1000


@dataclass(frozen=True)
class Item:
    """One line; ``sub`` comes after the code of the field (bidang urusan), ``pagu`` in thousands."""

    sub: str
    sub_name: str
    account: str
    name: str
    pagu: int


_GOODS = ("01.1.06.0002", "Penyediaan Peralatan dan Perlengkapan Kantor")
_MEETINGS = ("01.1.06.0009", "Penyelenggaraan Rapat Koordinasi dan Konsultasi")
_UTILITIES = ("01.1.08.0002", "Penyediaan Jasa Komunikasi, Sumber Daya Air dan Listrik")
_VEHICLES = ("01.1.09.0002", "Penyediaan Jasa Pemeliharaan dan Pajak Kendaraan Dinas")
ITEMS = (
    Item(*_GOODS, "5.1.02.01.01.0024", "Belanja Alat Tulis Kantor", 48_000),
    Item(*_GOODS, "5.1.02.01.01.0025", "Belanja Kertas dan Cover", 24_000),
    Item(*_GOODS, "5.1.02.01.01.0026", "Belanja Bahan Cetak", 18_000),
    Item(*_GOODS, "5.2.02.05.02.0001", "Belanja Modal Mebel", 30_000),
    Item(*_GOODS, "5.2.02.10.01.0002", "Belanja Modal Personal Computer", 60_000),
    Item(*_MEETINGS, "5.1.02.01.01.0052", "Belanja Makanan dan Minuman Rapat", 36_000),
    Item(*_MEETINGS, "5.1.02.04.01.0001", "Belanja Perjalanan Dinas Biasa", 120_000),
    Item(*_MEETINGS, "5.1.02.04.01.0003", "Belanja Perjalanan Dinas Dalam Kota", 24_000),
    Item(*_UTILITIES, "5.1.02.02.01.0061", "Belanja Tagihan Listrik", 54_000),
    Item(*_UTILITIES, "5.1.02.02.01.0063", "Belanja Internet dan TV Berlangganan", 30_000),
    Item(*_VEHICLES, "5.1.02.01.01.0004", "Belanja Bahan Bakar dan Pelumas", 72_000),
    Item(*_VEHICLES, "5.1.02.03.02.0035", "Belanja Pemeliharaan Kendaraan Dinas", 36_000),
)


@dataclass(frozen=True)
class Office:
    """A pilot agency: its field's code, what it does besides running an office, its size, and its UP."""

    code: str
    field: str
    own: Item
    times: int
    up: int


OFFICES = (
    Office(PARIWISATA, "3.26",
           Item("03.1.01.0003", "Fasilitasi Kegiatan Pemasaran Pariwisata", "5.1.02.02.05.0009",
                "Belanja Sewa Gedung Tempat Pertemuan", 45_000), 1, 150_000_000),
    Office(PENDIDIKAN, "1.01",
           Item("02.1.01.0014", "Pembinaan Minat, Bakat dan Kreativitas Siswa", "5.1.02.02.05.0009",
                "Belanja Sewa Gedung Tempat Pertemuan", 80_000), 2, 200_000_000),
    Office(KOMINFO, "2.16",
           Item("02.1.01.0006", "Pelayanan Informasi Publik", "5.1.02.02.05.0009",
                "Belanja Sewa Gedung Tempat Pertemuan", 30_000), 1, 100_000_000),
)  # fmt: skip


def seed(*, at: datetime) -> str:
    """DPA with anggaran kas, two SPD for the whole year, and UP received in full; once. Says what it did."""
    year = day_of(at).year
    if Dpa.objects.filter(year=year).exists():
        return "sudah ada"
    for office in OFFICES:
        _budget(office, year, at)
    return f"{len(OFFICES)} DPA, {BudgetLine.objects.filter(year=year).count()} baris"


def _items(office: Office) -> list[tuple[str, Item, int]]:
    """Code of the sub kegiatan, the item, and its pagu in rupiah."""
    return [
        (
            f"{office.field}.{item.sub}",
            item,
            item.pagu * _THOUSAND * (1 if item is office.own else office.times),
        )
        for item in (*ITEMS, office.own)
    ]


def months(pagu: int) -> list[int]:
    """Twelve amounts in whole thousands that sum to ``pagu``; December takes the rest."""
    share = pagu // sum(_SHARES) // _THOUSAND * _THOUSAND
    amounts = [share * part for part in _SHARES]
    amounts[-1] += pagu - sum(amounts)
    return amounts


def _budget(office: Office, year: int, at: datetime) -> None:
    opd, by = agency(office.code), holder(Role.BENDAHARA_PENGELUARAN, office.code)
    total = Decimal(sum(pagu for _, _, pagu in _items(office)))
    services.import_dpa(
        opd=opd,
        year=year,
        stage="murni",
        number=f"DPA Demo/{office.field}/{year}",
        dpa_date=year_start(day_of(at)),
        control_total=total,
        content=_dpa(office),
        name=f"dpa-{office.code}-{year}.csv",
        by=by,
        at=at,
    )
    for number, (first, last) in enumerate(((1, 6), (7, 12)), 1):
        content, amount = _spd(office, first, last)
        services.import_spd(
            opd=opd,
            year=year,
            number=f"SPD Demo/{office.field}/{number}/{year}",
            spd_date=min(date(year, first, 5), day_of(at)),
            period_from_month=first,
            period_to_month=last,
            control_total=amount,
            content=content,
            name=f"spd-{office.code}-{number}-{year}.csv",
            by=by,
            at=at,
        )
    _up(opd, office, year, at)


def _up(opd: Opd, office: Office, year: int, at: datetime) -> None:
    by = holder(Role.BENDAHARA_PENGELUARAN, office.code)
    grant = services.set_up_grant(
        opd_id=opd.pk,
        year=year,
        total=Decimal(office.up),
        valid_from=year_start(day_of(at)),
        decree_number=f"SK Gubernur Demo/UP/{year}",
        decree_date=year_start(day_of(at)),
        by=by,
        at=at,
    )
    for kind, amount in ((PurseKind.UP_CASH, grant.cash), (PurseKind.UP_KKPD, grant.kkpd)):
        services.grow_purse(
            opd_id=opd.pk,
            year=year,
            kind=kind,
            amount=amount,
            key=f"demo:up:{opd.pk}:{year}:{kind}",
            reason=f"Penerimaan awal {kind.label} (demo)",
            by=by,
            at=at,
        )


def _dpa(office: Office) -> ContentFile[bytes]:
    header = (
        *("kode_sub_kegiatan", "nama_sub_kegiatan", "kode_rekening", "nama_rekening", "sumber_dana", "pagu"),
        *MONTH_COLUMNS,
    )
    rows = [
        (sub, item.sub_name, item.account, item.name, "PAD", pagu, *months(pagu))
        for sub, item, pagu in _items(office)
    ]
    return _csv(header, rows)


def _spd(office: Office, first: int, last: int) -> tuple[ContentFile[bytes], Decimal]:
    rows = [
        (sub, item.account, "PAD", sum(months(pagu)[first - 1 : last])) for sub, item, pagu in _items(office)
    ]
    header = ("kode_sub_kegiatan", "kode_rekening", "sumber_dana", "nilai")
    return _csv(header, rows), Decimal(sum(row[3] for row in rows))


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> ContentFile[bytes]:
    return ContentFile(_bytes(header, rows))


def _bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([header, *rows])
    return text.getvalue().encode()


def report(*, at: datetime) -> str:
    """Import what SIPD reports of Diskominfo's spends so far, once: ours are recognised, two rows wait."""
    opd, today = agency(KOMINFO), day_of(at)
    if SipdRow.objects.filter(opd=opd).exists():
        return "sudah ada"
    lines = list(BudgetLine.objects.filter(opd=opd, year=today.year))
    services.import_sipd_realisation(
        opd=opd,
        year=today.year,
        control_total=None,
        content=ContentFile(_example_report(opd, lines, today)),
        name=f"realisasi-sipd-{KOMINFO}-{today.year}.xlsx",
        by=holder(Role.BENDAHARA_PENGELUARAN, KOMINFO),
        at=at,
    )
    matched = SipdRow.objects.filter(opd=opd, state=RowState.MATCHED).count()
    return f"{matched} baris SIPD dikenali"


def write_examples(folder: Path, *, at: datetime) -> list[Path]:
    """Files to import by hand, for Dinas Pariwisata and the budget as it stands: DPA, SPD, SIPD report."""
    folder.mkdir(parents=True, exist_ok=True)
    opd, today = agency(PARIWISATA), day_of(at)
    lines = list(BudgetLine.objects.filter(opd=opd, year=today.year))
    dpa, spd, sipd = (
        folder / f"{name}-pariwisata-{today.year}.{kind}"
        for name, kind in (("dpa-pergeseran", "csv"), ("spd-tambahan", "csv"), ("realisasi-sipd", "xlsx"))
    )
    dpa.write_bytes(_example_dpa(lines))
    spd.write_bytes(_example_spd(lines))
    sipd.write_bytes(_example_report(opd, lines, today))
    return [dpa, spd, sipd]


MOVED = 6_000_000
"""What the example DPA moves from one line to another, in rupiah."""


def _moved(lines: list[BudgetLine]) -> tuple[BudgetLine, BudgetLine]:
    """The line with the most left gives; the first of the others takes."""
    giver = max(lines, key=lambda line: line.pagu - line.used)
    return giver, next(line for line in lines if line != giver)


def _example_dpa(lines: list[BudgetLine]) -> bytes:
    giver, taker = _moved(lines)
    change = {giver.pk: -MOVED, taker.pk: MOVED}
    rows: list[tuple[object, ...]] = [
        (*_codes(line, names=True), int(line.pagu) + change.get(line.pk, 0)) for line in lines
    ]
    rows.append(("Jumlah", "", "", "", "", sum(int(line.pagu) for line in lines)))
    header = (
        *("kode_sub_kegiatan", "nama_sub_kegiatan", "kode_rekening", "nama_rekening", "sumber_dana", "pagu"),
    )
    return _bytes(header, rows)


def _example_spd(lines: list[BudgetLine]) -> bytes:
    """Releases what the example DPA moved, so it is imported after it."""
    _, taker = _moved(lines)
    header = ("kode_sub_kegiatan", "kode_rekening", "sumber_dana", "nilai")
    return _bytes(header, [(*_codes(taker), MOVED), ("Jumlah", "", "", MOVED)])


def _codes(line: BudgetLine, *, names: bool = False) -> tuple[str, ...]:
    if names:
        return (
            *(line.kode_sub_kegiatan, line.nama_sub_kegiatan),
            *(line.kode_rekening, line.nama_rekening, line.sumber_dana),
        )
    return line.kode_sub_kegiatan, line.kode_rekening, line.sumber_dana


def _example_report(opd: Opd, lines: list[BudgetLine], today: date) -> bytes:
    """Up to four of our own spends, one spend from outside, and one that was given back."""
    ours = (
        Hold.objects.filter(line__opd=opd, line__year=today.year, state=HoldState.REALISED, sipd_row=None)
        .exclude(realised_amount=0)
        .select_related("line")[:4]
    )
    rows = [
        _reported(opd, held.line, held.document_number or f"TBP Demo/{place}/{today.year}",
                  held.realised_date or today, held.realised_amount or Decimal(0))
        for place, held in enumerate(ours, 1)
    ]  # fmt: skip
    outside = f"TBP Demo/luar/{today.year}"
    rows.append(_reported(opd, lines[0], outside, today, Decimal(275_000)))
    rows.append(_reported(opd, lines[0], f"{outside}/kembali", today, Decimal(-25_000)))
    total = {"Kode SKPD": "Jumlah", "Nilai Realisasi": sum(row["Nilai Realisasi"] for row in rows)}
    from openpyxl import Workbook

    book: Any = Workbook()
    page = book.active
    page.title = SHEET
    page.append(COLUMNS)
    for row in (*rows, total):
        page.append([row.get(name) for name in COLUMNS])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _reported(opd: Opd, line: BudgetLine, number: str, day: date, amount: Decimal) -> dict[str, Any]:
    return {
        "Kode SKPD": opd.code,
        "Nama SKPD": opd.name.upper(),
        "Kode Sub Kegiatan": line.kode_sub_kegiatan,
        "Nama Sub Kegiatan": line.nama_sub_kegiatan,
        "Kode Rekening": line.kode_rekening,
        "Nama Rekening": line.nama_rekening,
        "Nomor Dokumen": number,
        "Jenis Dokumen": "TBP",
        "Jenis Transaksi": "UP",
        "Tanggal Dokumen": f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}",
        "Keterangan Dokumen": f"{line.nama_rekening} (demo)",
        "Nilai Realisasi": amount,
        "Nomor SPD": f"SPD Demo/{line.year}",
    }
