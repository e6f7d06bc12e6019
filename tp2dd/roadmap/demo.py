"""The demo's roadmap and action plan, labelled as such: one action in each state, each kind of tie."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from opd import demo as people
from opd.demo import KOMINFO, PARIWISATA, PENDIDIKAN
from opd.models import Role, User
from opd.office.calendar import day_of
from tp2dd.consistency.models import Finding
from tp2dd.roadmap import services, ties
from tp2dd.roadmap.models import Action, Evaluation, Fact, Indicator, Roadmap
from tp2dd.secretariat.demo import MARK, sheet

INDICATORS = (
    ("Porsi transaksi pendapatan digital", "persen", 40, 15, Fact.REVENUE_SHARE),
    ("Jenis retribusi dengan kanal QRIS", "jenis", 2, 2, ""),
    ("Porsi belanja nontunai", "persen", 45, 10, Fact.SPENDING_SHARE),
)
"""Name, unit, baseline, the step of each year, and what the dashboard reads beside it."""


def seed(*, at: datetime) -> str:
    """Through the services, once. Says what it did."""
    if Roadmap.objects.exists():
        return "sudah ada"
    by = people.user(Role.SEKRETARIS_TP2DD)
    first, second, third = _roadmap(by, at)
    bridge, quick = _evaluations(by, at)
    _late(first, by, at)
    _running(f"evaluation:{bridge.pk}", by, at)
    _measured(f"evaluation:{quick.pk}", by, at)
    words = "QRIS statis terpasang dan dipakai sejak bulan lalu (peragaan)."
    services.close_evaluation(evaluation_id=quick.pk, closing=words, by=by, at=at)
    _others(second, third, by, at)
    return f"{Action.objects.count()} aksi, {Evaluation.objects.count()} temuan evaluasi"


def _roadmap(by: User, at: datetime) -> list[Indicator]:
    year = day_of(at).year
    row = services.record_roadmap(
        title=f"Peta Jalan ETPD Provinsi ({MARK})",
        goal="Semua pendapatan dan belanja bernilai kecil nontunai.",
        decree_number=f"Demo.PETA/{year - 1}", decree_date=day_of(at) - timedelta(days=300),
        first_year=year - 1, last_year=year + 1, by=by, at=at,
    )  # fmt: skip
    return [
        services.add_indicator(
            roadmap_id=row.pk, name=name, unit=unit, baseline=Decimal(base),
            targets={one: Decimal(base + step * n) for n, one in enumerate(row.years, 1)}, by=by, at=at,
            fact=str(fact),
        )
        for name, unit, base, step, fact in INDICATORS
    ]  # fmt: skip


def _evaluations(by: User, at: datetime) -> list[Evaluation]:
    told = (
        ("CMS belum terhubung dengan SIPD", "Hubungkan CMS bank RKUD dengan SIPD."),
        ("Museum belum menerima QRIS", "Pasang QRIS statis di loket museum."),
    )
    return [
        services.record_evaluation(
            year=day_of(at).year - 1, letter="LHE Demo 4", letter_date=day_of(at) - timedelta(days=120),
            finding=f"{finding} ({MARK}).", advice=advice, due_on=day_of(at) + timedelta(days=40), by=by,
            at=at,
        )
        for finding, advice in told
    ]  # fmt: skip


def _plan(title: str, office: str, tied: str, days: int, by: User, at: datetime) -> Action:
    """An action due so many days from now, planned two months ago."""
    return services.plan(
        year=day_of(at).year, title=f"{title} ({MARK})", output="Kanal terpasang dan dipakai",
        opd=people.agency(office), due_on=day_of(at) + timedelta(days=days), tied=tied, by=by,
        at=at - timedelta(days=60),
    )  # fmt: skip


def _late(indicator: Indicator, by: User, at: datetime) -> None:
    _plan("Mengajukan NMID untuk titik parkir", PARIWISATA, f"indicator:{indicator.pk}", -5, by, at)


def _running(tied: str, by: User, at: datetime) -> None:
    row = _plan("Menghubungkan CMS dengan SIPD", KOMINFO, tied, 30, by, at)
    services.report_progress(
        action_id=row.pk, percent=40, text="Uji coba sambungan selesai (peragaan).",
        file=sheet("UJI COBA CMS - PERAGAAN"), by=people.holder(Role.PA, KOMINFO), at=at - timedelta(days=9),
    )  # fmt: skip


def _measured(tied: str, by: User, at: datetime) -> None:
    row = _plan("Memasang QRIS statis di museum", PENDIDIKAN, tied, 3, by, at)
    services.report_done(
        action_id=row.pk, text="QRIS terpasang di dua loket (peragaan).",
        file=sheet("QRIS MUSEUM - PERAGAAN"),
        by=people.holder(Role.PA, PENDIDIKAN), at=at - timedelta(days=20),
    )  # fmt: skip
    services.measure(
        action_id=row.pk, value_before=Decimal(0), value_after=Decimal("31.5"), unit="persen tiket nontunai",
        source="Papan TP2DD, penerimaan menurut titik (peragaan)", by=by, at=at,
    )  # fmt: skip


def _others(second: Indicator, third: Indicator, by: User, at: datetime) -> None:
    """One waits to be measured, one was given up, two mend a consistency finding and an ETPD measure."""
    done = _plan("Melatih bendahara memakai KKPD", PENDIDIKAN, f"indicator:{third.pk}", 10, by, at)
    services.report_done(
        action_id=done.pk, text="Enam puluh bendahara dilatih (peragaan).",
        file=sheet("PELATIHAN - PERAGAAN"),
        by=people.holder(Role.PA, PENDIDIKAN), at=at - timedelta(days=1),
    )  # fmt: skip
    dropped = _plan("Menyewa videotron", KOMINFO, f"indicator:{second.pk}", 20, by, at)
    reason = "Anggarannya dialihkan (peragaan)."
    services.cancel(action_id=dropped.pk, reason=reason, by=by, at=at - timedelta(days=2))
    finding = Finding.objects.filter(opd=people.agency(PARIWISATA), state="open").first()
    if finding:
        _plan("Memperbaiki Renja Dinas Pariwisata", PARIWISATA, f"consistency:{finding.pk}", 25, by, at)
    measure = next(iter(ties.measures()))
    _plan("Menambah jenis retribusi dengan kanal digital", PARIWISATA, f"etpd:{measure}", 50, by, at)
