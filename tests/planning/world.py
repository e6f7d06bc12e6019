"""A small budget to work on: one agency, lines with pagu, SPD and anggaran kas, and purses."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from opd.models import Opd
from opd.office.models import Evidence
from opd.planning import services
from opd.planning.models import (
    BudgetLine,
    CashPlan,
    Dpa,
    FileKind,
    FileState,
    LineVersion,
    PlanFile,
    PurseKind,
    Spd,
    SpdLine,
)
from tests.opd.cast import agency

AT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
DAY = date(2026, 6, 1)
YEAR = 2026
ATK = "5.1.02.01.01.0024"
MEETING = "5.1.02.01.01.0052"
SUB = "3.26.02.1.01.0001"

_numbers = count(1)


def rp(amount: int | str) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"))


def tourism() -> Opd:
    return agency("113", "Dinas Pariwisata")


def saved_file(opd: Opd, kind: FileKind) -> PlanFile:
    """A saved upload, for rows that must name one."""
    name = f"{kind}-{next(_numbers)}.csv"
    evidence = Evidence.objects.create(
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        name=name,
        media_type="text/csv",
        size=1,
        stored_at=AT,
    )
    return PlanFile.objects.create(
        kind=kind,
        opd=opd,
        year=YEAR,
        evidence=evidence,
        name=name,
        state=FileState.SAVED,
        at=AT,
        closed_at=AT,
    )


def line(
    pagu: int = 1_000_000,
    *,
    released: int | None = None,
    months: dict[int, int] | None = None,
    rekening: str = ATK,
    sub: str = SUB,
    opd: Opd | None = None,
    sumber_dana: str = "PAD",
) -> BudgetLine:
    """A line with its version, SPD and, where ``months`` are given, its anggaran kas."""
    office = opd or tourism()
    made = BudgetLine.objects.create(
        opd=office,
        year=YEAR,
        kode_sub_kegiatan=sub,
        nama_sub_kegiatan="Promosi pariwisata",
        kode_rekening=rekening,
        nama_rekening="Belanja Alat Tulis Kantor",
        sumber_dana=sumber_dana,
        pagu=rp(pagu),
        released=rp(pagu if released is None else released),
    )
    LineVersion.objects.create(dpa=_dpa(office), line=made, pagu=made.pagu)
    SpdLine.objects.create(spd=_spd(office), line=made, amount=made.released)
    for month, amount in (months or {}).items():
        CashPlan.objects.create(line=made, month=month, amount=rp(amount))
    return made


def _dpa(opd: Opd) -> Dpa:
    known = Dpa.objects.filter(opd=opd, year=YEAR, stage_no=0).first()
    return known or Dpa.objects.create(
        opd=opd,
        year=YEAR,
        stage="murni",
        stage_no=0,
        number="DPA Uji/1",
        dpa_date=date(2026, 1, 2),
        at=AT,
        file=saved_file(opd, FileKind.DPA),
    )


def _spd(opd: Opd) -> Spd:
    known = Spd.objects.filter(opd=opd, year=YEAR, number="SPD Uji/1").first()
    return known or Spd.objects.create(
        opd=opd,
        year=YEAR,
        number="SPD Uji/1",
        spd_date=date(2026, 1, 5),
        period_from_month=1,
        period_to_month=12,
        at=AT,
        file=saved_file(opd, FileKind.SPD),
    )


def purses(opd: Opd | None = None, *, total: int = 1_000_000) -> None:
    """A UP by decree, split 60/40, both shares received."""
    office = opd or tourism()
    grant = services.set_up_grant(
        opd_id=office.pk,
        year=YEAR,
        total=rp(total),
        valid_from=date(2026, 1, 2),
        decree_number="SK UP 1/2026",
        decree_date=date(2026, 1, 2),
        by=None,
        at=AT,
    )
    for kind, amount in ((PurseKind.UP_CASH, grant.cash), (PurseKind.UP_KKPD, grant.kkpd)):
        services.grow_purse(
            opd_id=office.pk,
            year=YEAR,
            kind=kind,
            amount=amount,
            key=f"up:{office.pk}:{kind}",
            reason="SP2D-UP",
            by=None,
            at=AT,
        )
