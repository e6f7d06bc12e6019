"""A decision of the Sekda, money by channel, and a proof: as much as a test of the public page needs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from opd.models import Opd, User
from opd.office import jobs
from opd.office.models import ProofRun
from tp2dd.board.grains import CHANNELS
from tp2dd.board.models import ChannelDay, Side
from tp2dd.transparency import services
from tp2dd.transparency.models import Disclosure, Section

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
TYPES = {Side.REVENUE: "4.1.02.02.17.0001", Side.SPENDING: "goods"}


def decided(by: User, **more: Any) -> Disclosure:
    """Everything open from a day on, a day behind; recorded on that day."""
    begins: date = more.setdefault("valid_from", TODAY)
    asked: dict[str, Any] = {
        "number": f"100.3/{Disclosure.objects.count() + 1}/2026", "decision_date": min(begins, TODAY),
        "sections": list(Section.values), "lag_days": 1, "note": "Sedang dirapikan.", "by": by,
        "at": AT if begins >= TODAY else datetime(begins.year, begins.month, begins.day, 3, tzinfo=UTC),
    }  # fmt: skip
    return services.decide(**asked | more)


def money(opd: Opd, day: date, value: int, *, side: Side = Side.REVENUE, channel: str = "qris") -> ChannelDay:
    return ChannelDay.objects.create(
        day=day, opd=opd, side=side, channel=channel, type=TYPES[side], count=1, value=Decimal(value)
    )


def month_money(opd: Opd, until: date) -> None:
    """Something on every channel of both sides in every month of the year, large enough to need room."""
    for month in range(1, until.month + 1):
        for side, channels in CHANNELS.items():
            for place, channel in enumerate(channels, 1):
                day = date(until.year, month, 1)
                money(opd, day, month * place * 123_456_789, side=side, channel=channel)


def proved(at: datetime, **more: Any) -> ProofRun:
    job = jobs.create("office.prove", subject="laws", by=None, at=at)
    told: dict[str, Any] = {"asked_at": at, "finished_at": at - timedelta(hours=7), "laws": 120}
    return ProofRun.objects.create(job=job, **told | more)
