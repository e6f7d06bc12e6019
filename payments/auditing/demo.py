"""The demo's findings, each marked as a demonstration in its words, and a sample of journals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.urls import reverse

from opd import demo as people
from opd.demo import KOMINFO, PARIWISATA, PENDIDIKAN
from opd.models import Role, User
from opd.office.calendar import at as moment
from opd.office.calendar import day_of
from payments.auditing import sampling, services
from payments.auditing.models import Finding, Method, Population, Severity, State
from payments.auditing.sampling import Wanted
from payments.auditing.services import FindingDraft
from payments.ledger.models import Journal
from payments.spending.models import SPENT, Spend


@dataclass(frozen=True)
class Scene:
    """One finding: its agency, how many days before the seeding, what it says, and what became of it."""

    code: str
    back: int
    severity: Severity
    amount: int | None
    title: str
    condition: str
    criteria: str
    cause: str
    effect: str
    recommendation: str
    then: Callable[[Finding, datetime], None]
    about: Callable[[str], list[str]]


def seed(*, at: datetime) -> str:
    """Findings and a sample through the services, once. Says what it did."""
    if Finding.objects.exists():
        return "sudah ada"
    for number, scene in enumerate(sorted(_scenes(), key=lambda one: -one.back)):
        day = day_of(at) - timedelta(days=scene.back)
        when = min(moment(day, 10), at)
        draft = FindingDraft(
            opd=people.agency(scene.code), title=f"(Peragaan) {scene.title}", severity=scene.severity,
            amount=None if scene.amount is None else Decimal(scene.amount), condition=scene.condition,
            criteria=scene.criteria, cause=scene.cause, effect=scene.effect,
            recommendation=scene.recommendation, received_on=day, about=scene.about(scene.code),
        )  # fmt: skip
        row = services.record(draft=draft, form_key=f"temuan-peragaan-{number}", by=_auditor(), at=when)
        scene.then(row, when)
    _sample(at)
    return f"{Finding.objects.count()} temuan, 1 sampel"


def _scenes() -> tuple[Scene, ...]:
    return (
        Scene(
            PARIWISATA, 75, Severity.MODERATE, 1_250_000, "Penerimaan tunai disetor lebih dari satu hari",
            "Tunai loket tiga hari disetor sekaligus pada hari keempat.",
            "Permendagri 77/2020: penerimaan tunai disetor ke RKUD paling lambat satu hari.",
            "Bendahara menunggu jumlahnya genap.", "Uang daerah berada di luar RKUD selama tiga hari.",
            "Setor setiap hari kerja dan periksa Jam setor setiap pagi.", _left, _journal,
        ),
        Scene(
            PENDIDIKAN, 40, Severity.MINOR, None, "Bukti belanja tanpa stempel penyedia",
            "Dua kuitansi belanja alat tulis belum berstempel.",
            "Permendagri 77/2020: bukti belanja lengkap dan sah.", "Pengujian hanya melihat jumlahnya.",
            "Keabsahan belanja sulit dibuktikan.", "Lengkapi buktinya dan uji kelengkapan sebelum membayar.",
            _answered, _spend,
        ),
        Scene(
            KOMINFO, 55, Severity.MAJOR, 9_800_000, "Belanja mendekati batas kuitansi kepada satu penyedia",
            "Satu penyedia dibayar beberapa kali dengan jumlah sedikit di bawah batas.",
            "Perpres 16/2018 Pasal 20 ayat (2) huruf d: larangan memecah pengadaan.",
            "Kebutuhan tidak digabung dalam RUP.", "Harga tidak dibandingkan.",
            "Gabungkan kebutuhan sejenis dan perbarui RUP.", _partial, _spend,
        ),
        Scene(
            PARIWISATA, 90, Severity.MINOR, None, "Papan tarif belum menyebut dasar hukum",
            "Papan tarif di pintu tidak memuat nomor Perda.", "Perda 7/2023 tentang pajak dan retribusi.",
            "Papan lama belum diganti.", "Pengunjung tidak dapat memeriksa tarif.",
            "Pasang papan tarif dari halaman poster.", _done, lambda code: [],
        ),
    )  # fmt: skip


def _sample(at: datetime) -> None:
    today = day_of(at)
    wanted = Wanted(
        Population.JOURNALS, Method.MONETARY, today - timedelta(days=90), today, None, 10, "peragaan"
    )
    sampling.draw(wanted=wanted, form_key="sampel-peragaan", by=_auditor(), at=at)


def _auditor() -> User:
    return people.user(Role.AUDITOR)


def _spend(code: str) -> list[str]:
    rows = Spend.objects.filter(opd=people.agency(code), state__in=SPENT).order_by("pk")
    return [reverse("spending:spend_detail", args=[row.pk]) for row in rows[:1]]


def _journal(code: str) -> list[str]:
    rows = Journal.objects.filter(entries__opd=people.agency(code)).order_by("pk")
    return [reverse("ledger:journal_detail", args=[row.pk]) for row in rows[:1]]


def _left(row: Finding, recorded: datetime) -> None:
    """Nobody has done anything yet."""


def _answered(row: Finding, recorded: datetime) -> None:
    services.answer(
        finding_id=row.pk, text="Kedua kuitansi sudah distempel penyedia; pindaiannya menyusul di sini.",
        by=people.holder(Role.BENDAHARA_PENGELUARAN, PENDIDIKAN), at=recorded + timedelta(days=12),
    )  # fmt: skip


def _partial(row: Finding, recorded: datetime) -> None:
    services.answer(
        finding_id=row.pk, text="Kebutuhan triwulan ini sudah digabung; RUP diperbarui bulan depan.",
        by=people.holder(Role.PA, KOMINFO), at=recorded + timedelta(days=20),
    )  # fmt: skip
    _judge(row, State.PARTIAL, "RUP yang diperbarui belum dilampirkan.", recorded + timedelta(days=23))


def _done(row: Finding, recorded: datetime) -> None:
    services.answer(
        finding_id=row.pk, text="Papan baru dengan nomor Perda sudah dipasang di kedua pintu.",
        by=people.holder(Role.PA, PARIWISATA), at=recorded + timedelta(days=9),
    )  # fmt: skip
    _judge(row, State.DONE, "Papan baru dilihat di tempat.", recorded + timedelta(days=14))


def _judge(row: Finding, verdict: State, text: str, at: datetime) -> None:
    services.judge(finding_id=row.pk, verdict=verdict, text=text, by=_auditor(), at=at)
