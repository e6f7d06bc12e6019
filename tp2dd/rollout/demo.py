"""The demo's roll-out: three pilot agencies at different stages, the others not yet begun."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from opd import demo as people
from opd.demo import KOMINFO, PARIWISATA, PENDIDIKAN
from opd.models import Role
from opd.office.calendar import day_of
from tp2dd.rollout import checklist, services
from tp2dd.rollout.models import OpdChannel, Outcome

PLAN: dict[str, dict[str, str]] = {
    PARIWISATA: {"cms": "mandatory", "qris": "judged", "kkpd": "pilot", "emoney": "pilot"},
    PENDIDIKAN: {"cms": "judged", "qris": "pilot", "kkpd": "ready", "emoney": "exception"},
    KOMINFO: {"cms": "pilot", "qris": "ready", "kkpd": "exception", "emoney": "begun"},
}
"""How far each channel of each pilot agency has come."""
VERDICTS = {
    "cms": (Outcome.PASSED, "Berjalan baik: pembayaran selesai pada hari yang sama dan bukti bank lengkap."),
    "qris": (
        Outcome.NOT_YET,
        "Penyedia di sekitar kantor siap; satu pedagang masih meminta tunai. Lanjutkan.",
    ),
}


def seed(*, at: datetime) -> str:
    """Checklists, pilots and verdicts through the services, once. Says what it did."""
    if OpdChannel.objects.exists():
        return "sudah ada"
    for code, channels in PLAN.items():
        for channel, stage in channels.items():
            _bring(people.agency(code).pk, channel, stage, at)
    return f"{OpdChannel.objects.count()} kanal"


def _bring(opd_id: int, channel: str, stage: str, at: datetime) -> None:
    by = people.user(Role.TP2DD_MEMBER)
    items = checklist.items(channel, day_of(at))
    for item in items[:2] if stage in {"exception", "begun"} else items:
        services.tick(
            opd_id=opd_id, channel=channel, item=item.code, note="Surat Demo 3/2026", by=by,
            at=at - timedelta(days=60),
        )  # fmt: skip
    if stage in {"ready", "begun"}:
        return
    reason = "Diminta ikut angkatan pertama; pelatihan menyusul bulan ini" if stage == "exception" else ""
    services.start_pilot(
        opd_id=opd_id, channel=channel, since=_day(at, 45), basis="Surat Sekda Demo 12/2026",
        exception_reason=reason, by=by, at=at - timedelta(days=45),
    )  # fmt: skip
    if stage in {"judged", "mandatory"}:
        outcome, verdict = VERDICTS[channel]
        services.judge(
            opd_id=opd_id, channel=channel, outcome=outcome, verdict=verdict, by=by,
            at=at - timedelta(days=10),
        )  # fmt: skip
    if stage == "mandatory":
        services.make_mandatory(
            opd_id=opd_id, channel=channel, since=_day(at, 7), basis="Instruksi Sekda Demo 21/2026", by=by,
            at=at - timedelta(days=8),
        )  # fmt: skip


def _day(at: datetime, back: int) -> date:
    return day_of(at) - timedelta(days=back)
