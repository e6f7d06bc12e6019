"""The demo's plans: a chain down to the demo's DPA for three agencies, broken at a few places on purpose.

All figures are invented. What is broken: a sub kegiatan that the Renja forgot, a ceiling cut in KUA-PPAS, a
target that the Renstra changed, a sub kegiatan that only the RKA knows, a total in the Renja that does not
add up. A program that the RPJMD writes by its old code is no difference, since its change is recorded.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile

from opd import demo as people
from opd.demo import KOMINFO, PARIWISATA, PENDIDIKAN, PILOTS
from opd.models import Role
from opd.office.calendar import day_of
from opd.planning import codes
from opd.planning.imports.plan_codes import parent_of
from opd.planning.imports.plan_rows import columns
from opd.planning.models import OF_PERIOD, OF_PROVINCE, BudgetLine, DocumentKind, FileKind, PlanDocument
from opd.planning.services import import_plan
from tp2dd.consistency import services
from tp2dd.consistency.models import Finding

D = DocumentKind
ABOVE_KUA = (D.RPJMD, D.RENSTRA, D.RKPD, D.RENJA)
DECREED = {
    D.RPJMD: ("Perda Demo 5", -24), D.RENSTRA: ("Keputusan Demo 12", -22), D.RKPD: ("Pergub Demo 18", -6),
    D.RENJA: ("Keputusan Demo 40", -5), D.KUA_PPAS: ("Nota Kesepakatan Demo 3", -4),
    D.RKA: ("RKA Demo 1", -2), D.APBD: ("Pergub Penjabaran Demo 30", -1),
}  # fmt: skip
"""Number, and how many months before the year begins."""
NAMES = {
    "01": "Program Penunjang Urusan Pemerintahan Daerah",
    "01.1.06": "Administrasi Umum Perangkat Daerah",
    "01.1.08": "Penyediaan Jasa Penunjang Urusan Pemerintahan Daerah",
    "01.1.09": "Pemeliharaan Barang Milik Daerah",
    "02": "Program Pelayanan Utama",
    "02.1.01": "Penyelenggaraan Pelayanan Utama",
    "03": "Program Pemasaran Pariwisata",
    "03.1.01": "Pemasaran Pariwisata di Dalam dan Luar Negeri",
}
"""By what comes after the field's code; enough for the demo's DPA."""
VEHICLES, UTILITIES, OWN = "01.1.09.0002", "01.1.08.0002", "02.1.01.0014"
OLD_PROGRAM, NEW_PROGRAM = "1.01.22", "1.01.02"


@dataclass(frozen=True)
class Row:
    """A program, kegiatan or sub kegiatan of an agency; ``after`` is the code after the field's."""

    office: str
    code: str
    after: str
    name: str
    pagu: Decimal


def seed(*, at: datetime) -> str:
    """Documents by import, one run, and a few findings explained, assigned and accepted; once."""
    if PlanDocument.objects.exists():
        return "sudah ada"
    year = day_of(at).year
    planner = people.user(Role.PERENCANA)
    codes.record_changes(
        pairs=f"{OLD_PROGRAM};{NEW_PROGRAM}", from_year=year, by=planner, at=at,
        legal_basis="Keputusan Menteri Demo tentang pemutakhiran nomenklatur",
    )  # fmt: skip
    for kind in DECREED:
        for office in [None] if kind in OF_PROVINCE else PILOTS:
            _bring(kind, office, year, at)
    made = services.run(year=year, by=planner, at=at)
    _talk(at)
    return f"{PlanDocument.objects.count()} dokumen, {made.found} temuan"


def _bring(kind: DocumentKind, office: str | None, year: int, at: datetime) -> None:
    rows = list(_said(kind, [office] if office else PILOTS, year))
    number, months = DECREED[kind]
    first = date(year, 1, 28)
    decreed = (first + timedelta(days=30 * months)).replace(day=20)
    period = kind in OF_PERIOD
    import_plan(
        kind=FileKind(kind),
        opd=people.agency(office) if office else None,
        year=year - 2 if period else year,
        last_year=year + 2 if period else None,
        stage="murni",
        number=f"{number}/{decreed.year}",
        decree_date=decreed,
        control_total=sum((row.pagu for row in rows if row.code.count(".") == 2), Decimal(0)),
        content=_file(kind, rows, year),
        name=f"{kind}-{office or 'provinsi'}-{year}.csv",
        by=people.user(Role.PERENCANA),
        at=at,
    )


def _said(kind: DocumentKind, offices: Iterable[str], year: int) -> Iterator[Row]:
    """What a document says of its agencies, with what is wrong in it."""
    for office in offices:
        subs = _subs(office, year)
        if kind == D.RENJA and office == PARIWISATA:
            subs = [row for row in subs if row.after != VEHICLES]
        if kind in ABOVE_KUA and office == PENDIDIKAN:
            subs = [_dearer(row) if row.after == OWN else row for row in subs]
        if kind == D.RKA and office == KOMINFO:
            subs.append(
                Row(office, "2.16.02.1.01.0090", "02.1.01.0090", "Pengadaan Videotron", Decimal(75_000_000))
            )
        yield from (row for row in _branches(subs) if kind != D.RPJMD or row.code.count(".") == 2)


def _dearer(row: Row) -> Row:
    return Row(row.office, row.code, row.after, row.name, row.pagu * 5 / 4)


def _subs(office: str, year: int) -> list[Row]:
    """The sub kegiatan of the agency's DPA as it was first decreed."""
    lines = BudgetLine.objects.filter(opd=people.agency(office), year=year).order_by("kode_sub_kegiatan")
    sums: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        key = line.kode_sub_kegiatan, line.nama_sub_kegiatan
        sums[key] = sums.get(key, Decimal(0)) + line.pagu
    return [Row(office, code, code.split(".", 2)[2], name, pagu) for (code, name), pagu in sums.items()]


def _branches(subs: Sequence[Row]) -> Iterator[Row]:
    """Each program and kegiatan above what it holds."""
    heads = {parent_of(parent_of(row.code)) for row in subs} | {parent_of(row.code) for row in subs}
    above = [
        Row(
            subs[0].office, head, head.split(".", 2)[2], NAMES[head.split(".", 2)[2]],
            sum((row.pagu for row in subs if row.code.startswith(f"{head}.")), Decimal(0)),
        )
        for head in heads
    ]  # fmt: skip
    return iter(sorted([*above, *subs], key=lambda row: row.code))


def _file(kind: DocumentKind, rows: Sequence[Row], year: int) -> ContentFile[bytes]:
    header = columns(FileKind(kind))
    cells = [_cells(kind, row, year) for row in rows]
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([header, *([row[name] for name in header] for row in cells)])
    return ContentFile(text.getvalue().encode())


def _cells(kind: DocumentKind, row: Row, year: int) -> dict[str, object]:
    code, pagu = row.code, row.pagu
    if kind == D.RPJMD and code == NEW_PROGRAM:
        code = OLD_PROGRAM
    if kind == D.RENJA and row.office == KOMINFO and row.after == "01.1.08":
        pagu += 1_500_000
    indicator, target, unit = _indicator(kind, row)
    return {
        "kode_opd": row.office, "tahun": year, "kode": code, "uraian": row.name, "indikator": indicator,
        "target": target, "satuan": unit, "pagu": int(pagu),
    }  # fmt: skip


def _indicator(kind: DocumentKind, row: Row) -> tuple[str, str, str]:
    if kind in {D.RKA, D.APBD} or row.code.count(".") == 4:
        return "", "", ""
    if row.code.count(".") == 5:
        return "Jumlah laporan yang diselesaikan", "12", "laporan"
    changed = kind != D.RPJMD and row.office == KOMINFO and row.after == "02"
    return "Nilai kepuasan layanan", "82" if changed else "85", "indeks"


def _talk(at: datetime) -> None:
    """The agencies and the planner have begun to work on what was found."""
    planner = people.user(Role.PERENCANA)
    cut = Finding.objects.filter(check_kind="pagu", lower=D.KUA_PPAS).first()
    forgotten = Finding.objects.filter(check_kind="missing", lower=D.RENJA, upper=D.RKPD).first()
    target = Finding.objects.filter(check_kind="target").first()
    if cut:
        services.accept(
            finding_id=cut.pk, by=planner, at=at,
            reason="Plafon dikurangi menurut nota kesepakatan karena pendapatan lebih rendah (demo).",
        )  # fmt: skip
    if forgotten:
        services.assign(
            finding_id=forgotten.pk, owner=people.holder(Role.PPK_OPD, PARIWISATA),
            due_date=day_of(at) + timedelta(days=14), by=planner, at=at,
        )  # fmt: skip
    if target:
        services.explain(
            finding_id=target.pk, by=people.holder(Role.PA, KOMINFO), at=at,
            text="Target disesuaikan dengan hasil survei tahun lalu; RPJMD diubah pada perubahan (demo).",
        )  # fmt: skip
