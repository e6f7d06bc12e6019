"""Purses: the decree splits them, SP2D fill them, and nothing comes back that was not spent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from opd.models import Role
from opd.planning import services
from opd.planning.models import Purse, PurseKind, PurseMovement, UpGrant
from tests.opd.cast import agency, person
from tests.planning.world import AT, DAY, YEAR, line, purses, rp, tourism

pytestmark = pytest.mark.django_db


def grant(total: int = 1_000_000, **how: Any) -> UpGrant:
    facts = {"valid_from": date(2026, 1, 2), "decree_date": date(2026, 1, 2), "by": None, **how}
    return services.set_up_grant(
        opd_id=tourism().pk, year=YEAR, total=rp(total), decree_number="SK UP 1/2026", at=AT, **facts
    )


def move(deed: Callable[..., Purse], amount: int, key: str, kind: PurseKind = PurseKind.UP_CASH) -> Purse:
    return deed(
        opd_id=tourism().pk, year=YEAR, kind=kind, amount=rp(amount), key=key, reason="Uji", by=None, at=AT
    )


@pytest.mark.parametrize(
    ("total", "cash", "card"), [(1_000_000, "600000", "400000"), (3, "1.80", "1.20"), (1, "0.60", "0.40")]
)
def test_the_split_follows_the_rule_and_sums_to_the_total(total: int, cash: str, card: str) -> None:
    made = grant(total)
    assert (made.cash, made.kkpd) == (Decimal(cash), Decimal(card))
    assert made.cash + made.kkpd == made.total


def test_a_decree_may_split_otherwise_and_a_later_one_counts() -> None:
    grant(1_000_000, kkpd_percent=100)
    with pytest.raises(services.OverGrant, match="melebihinya"):
        move(services.grow_purse, 1, "up")
    grant(2_000_000, valid_from=date(2026, 7, 1), kkpd_percent=50)
    assert move(services.grow_purse, 1_000_000, "up").limit == rp(1_000_000)


@pytest.mark.parametrize("how", [{"kkpd_percent": 101}, {"valid_from": date(2025, 12, 31)}, {"total": 0}])
def test_a_senseless_decree_is_refused(how: dict[str, Any]) -> None:
    with pytest.raises(services.BudgetError, match="tidak disimpan"):
        grant(**how)


def test_a_decree_needs_the_right() -> None:
    foreign = person("bp.lain", Role.BENDAHARA_PENGELUARAN, agency("120", "Dinas Pendidikan"))
    with pytest.raises(PermissionDenied):
        grant(by=foreign)
    grant(by=person("bp", Role.BENDAHARA_PENGELUARAN, tourism()))
    with pytest.raises(services.BudgetError, match="sudah ada"):
        grant()


def test_a_purse_grows_once_and_never_past_the_decree() -> None:
    with pytest.raises(services.Missing, match="Belum ada SK"):
        move(services.grow_purse, 1, "up:1")
    grant()
    assert move(services.grow_purse, 600_000, "up:1").limit == rp(600_000)
    assert move(services.grow_purse, 600_000, "up:1").limit == rp(600_000)
    with pytest.raises(services.KeyReused):
        move(services.grow_purse, 5, "up:1")
    with pytest.raises(services.OverGrant):
        move(services.grow_purse, 1, "up:2")
    assert move(services.grow_purse, 9_000_000, "tu:1", PurseKind.TU).limit == rp(9_000_000)


def test_a_purse_shrinks_only_by_what_is_free() -> None:
    purses()
    at_line = line()
    services.hold(
        key="k", line_id=at_line.pk, amount=rp(200_000), on=DAY, purse=PurseKind.UP_CASH, by=None, at=AT
    )
    with pytest.raises(services.OverPurse, match="tidak dapat turun"):
        move(services.shrink_purse, 400_001, "setor:1")
    assert move(services.shrink_purse, 400_000, "setor:1").free == 0
    assert move(services.shrink_purse, 400_000, "setor:1").free == 0


def test_gu_restores_what_was_spent_once_and_not_what_is_promised() -> None:
    purses()
    at_line = line()
    for key in ("spent", "promised"):
        services.hold(
            key=key, line_id=at_line.pk, amount=rp(200_000), on=DAY, purse=PurseKind.UP_CASH, by=None, at=AT
        )
    services.realise(key="spent", amount=rp(200_000), on=DAY, by=None, at=AT)
    with pytest.raises(services.OverPurse, match=r"hanya Rp.200\.000"):
        move(services.restore_purse, 200_001, "gu:1")
    assert move(services.restore_purse, 200_000, "gu:1").used == rp(200_000)
    assert move(services.restore_purse, 200_000, "gu:1").used == rp(200_000)
    services.release(key="promised", reason="Batal", by=None, at=AT)
    assert Purse.objects.get(kind=PurseKind.UP_CASH).used == 0


def test_an_advance_is_taken_once() -> None:
    purses()
    assert move(services.take_purse, 100_000, "panjar:1").used == rp(100_000)
    assert move(services.take_purse, 100_000, "panjar:1").used == rp(100_000)
    with pytest.raises(services.OverPurse, match="Sisa UP tunai"):
        move(services.take_purse, 500_001, "panjar:2")
    assert PurseMovement.objects.filter(of="used").count() == 1
