"""Where each kabupaten and kota stands: typed, or from a table, always with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO

from django.core.files.base import File
from django.db import transaction
from django.db.models import Max

from opd import access, audit
from opd.models import User
from opd.office import evidence, tabular
from opd.office.calendar import day_of
from tp2dd.secretariat.errors import DeskError
from tp2dd.secretariat.models import Region, RegionScore
from tp2dd.secretariat.services.team import MANAGE
from tp2dd.secretariat.wording import said

COLUMNS = ("kode", "tahun", "semester", "tahap", "indeks")
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Told:
    region: Region
    year: int
    half: int
    stage: str
    index: Decimal | None


@transaction.atomic
def record_score(
    *, region_id: int, year: int, half: int, stage: str, index: Decimal | None, source: str,
    source_date: date, by: User, at: datetime,
) -> RegionScore:  # fmt: skip
    """One region's stage and index of a semester; what stood before stays as history. Raises DeskError."""
    access.require(by, MANAGE)
    region = Region.objects.select_for_update(no_key=True).get(pk=region_id)
    words = _sourced(source, source_date, at)
    if stage not in RegionScore.Stage.values or half not in (1, 2):
        raise DeskError("Pilih tahap dan semesternya.", "stage")
    made = _add(Told(region, year, half, stage, index), words, source_date, by, at)
    after = {"region": region.code, "half": f"{year}/{half}", "stage": stage, "index": str(index)}
    audit.record("secretariat.score", made, by=by, at=at, after=after)
    return made


@transaction.atomic
def import_scores(
    *, file: File[bytes], source: str, source_date: date, by: User, at: datetime
) -> tuple[int, int]:
    """Every row of a table, or nothing. Returns how many were new and how many stood already. Raises
    DeskError with the first faults."""
    access.require(by, MANAGE)
    words = _sourced(source, source_date, at)
    regions = {one.code: one for one in Region.objects.select_for_update(no_key=True).order_by("pk")}
    assert file.file is not None
    rows = read_scores(file.file, name=file.name or "", regions=regions)
    media = "text/csv" if (file.name or "").endswith("csv") else "application/octet-stream"
    kept, _ = evidence.store(file, name=file.name or "indeks", media_type=media, by=by, at=at)
    standing = {(one.region_id, one.year, one.half): one for one in current_scores()}
    fresh = [one for one in rows if not _same(standing.get((one.region.pk, one.year, one.half)), one)]
    for one in fresh:
        _add(one, words, source_date, by, at)
    after = {"new": len(fresh), "source": words, "sha256": kept.sha256}
    audit.record("secretariat.scores", ("secretariat.region", "semua"), by=by, at=at, after=after)
    return len(fresh), len(rows) - len(fresh)


def read_scores(content: IO[bytes], *, name: str, regions: dict[str, Region]) -> list[Told]:
    """The rows of a table of scores. Raises DeskError naming every fault (up to twenty)."""
    problems, rows, seen = tabular.Problems(), [], set()
    try:
        table = tabular.read(content, name=name, columns=COLUMNS, amounts=("indeks",), most_rows=2000)
    except tabular.TabularError as error:
        raise DeskError(f"{error} Belum ada yang disimpan.", "file") from error
    for row in table.rows:
        with problems.watch():
            one = _row(row, regions)
            key = (one.region.pk, one.year, one.half)
            if key in seen:
                raise row.fault("kode", "kabupaten/kota ini muncul dua kali untuk semester yang sama.")
            seen.add(key)
            rows.append(one)
    if problems:
        raise DeskError(" ".join(problems.sentences()) + " Belum ada yang disimpan.", "file")
    return rows


def _row(row: tabular.Row, regions: dict[str, Region]) -> Told:
    code = tabular.code(row, "kode", r"17\.\d\d")
    if code not in regions:
        raise row.fault("kode", f"“{code}” bukan kabupaten/kota di Bengkulu.")
    stage = tabular.text(row, "tahap", most=20).casefold()
    if stage not in RegionScore.Stage.values:
        raise row.fault("tahap", "tulis Inisiasi, Berkembang, Maju, atau Digital.")
    year = tabular.whole(row, "tahun", least=2021, most=2100)
    half = tabular.whole(row, "semester", least=1, most=2)
    index = None if row.cell("indeks") == "" else tabular.amount(row, "indeks")
    if index is not None and index > HUNDRED:
        raise row.fault("indeks", "paling besar 100.")
    return Told(regions[code], year, half, stage, index)


def current_scores() -> list[RegionScore]:
    """The standing score of each region and semester."""
    rows = RegionScore.objects.select_related("region").order_by("region_id", "year", "half", "-serial")
    return list(rows.distinct("region_id", "year", "half"))


def _same(standing: RegionScore | None, told: Told) -> bool:
    return standing is not None and (standing.stage, standing.index) == (told.stage, told.index)


def _sourced(source: str, source_date: date, at: datetime) -> str:
    if source_date > day_of(at):
        raise DeskError("Tanggal sumber belum tiba.", "source_date")
    return said(source, "Tulis sumbernya.", "source", most=200)


def _add(told: Told, source: str, source_date: date, by: User, at: datetime) -> RegionScore:
    """In the caller's transaction, the region's row locked."""
    mine = RegionScore.objects.filter(region=told.region, year=told.year, half=told.half)
    last = mine.aggregate(last=Max("serial"))["last"] or 0
    return RegionScore.objects.create(
        region=told.region, year=told.year, half=told.half, serial=last + 1, stage=told.stage,
        index=told.index, source=source, source_date=source_date, at=at, by=by,
    )  # fmt: skip
