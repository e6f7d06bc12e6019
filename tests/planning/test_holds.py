"""What a hold promises, and every limit that stops it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from opd.models import AuditEvent
from opd.planning import services
from opd.planning.models import BudgetLine, Hold, HoldState, Purse, PurseKind, PurseMovement
from tests.planning.world import AT, ATK, DAY, line, purses, rp

pytestmark = pytest.mark.django_db


def held(
    at_line: BudgetLine, amount: int, key: str = "spend:1", *, on: date = DAY, purse: PurseKind | None = None
) -> Hold:
    return services.hold(key=key, line_id=at_line.pk, amount=rp(amount), on=on, purse=purse, by=None, at=AT)


def realised(key: str, amount: int, on: date = DAY) -> Hold:
    return services.realise(key=key, amount=rp(amount), on=on, by=None, at=AT)


def released(key: str) -> Hold:
    return services.release(key=key, reason="Ditolak PA", by=None, at=AT)


def counters(at_line: BudgetLine) -> tuple[Decimal, Decimal, Decimal]:
    at_line.refresh_from_db()
    return at_line.held, at_line.realised, at_line.free


def used(kind: PurseKind = PurseKind.UP_CASH) -> Decimal:
    return Purse.objects.get(kind=kind).used


def test_a_hold_takes_from_what_is_free_and_is_audited() -> None:
    at_line = line(1_000_000)
    made = held(at_line, 400_000)
    assert counters(at_line) == (rp(400_000), rp(0), rp(600_000))
    event = AuditEvent.objects.get(action="budget.hold")
    assert event.subject_id == str(made.pk)


def test_over_the_pagu_is_refused_with_the_numbers() -> None:
    at_line = line(1_200_000)
    with pytest.raises(services.OverPagu) as caught:
        held(at_line, 2_000_000)
    said = str(caught.value).replace("\u00a0", " ")
    assert said == (
        f"Sisa pagu baris {ATK} tinggal Rp 1.200.000; pengajuan ini Rp 2.000.000. Tidak ada yang ditahan."
    )
    assert counters(at_line)[0] == 0
    assert not Hold.objects.exists()


def test_over_the_spd_is_refused() -> None:
    at_line = line(1_000_000, released=500_000)
    held(at_line, 500_000)
    with pytest.raises(services.OverSpd, match="Sisa SPD"):
        held(at_line, 1, "spend:2")


def test_the_cash_plan_limits_by_month_cumulatively() -> None:
    at_line = line(1_000_000, months={5: 100_000, 6: 200_000, 7: 700_000})
    held(at_line, 300_000)
    with pytest.raises(services.OverCashPlan, match="sampai Juni"):
        held(at_line, 1, "spend:2")
    held(at_line, 700_000, "spend:3", on=date(2026, 7, 1))


def test_a_line_without_a_cash_plan_is_limited_by_pagu_and_spd_alone() -> None:
    assert held(line(1_000_000), 1_000_000).state == HoldState.ACTIVE


def test_over_the_purse_is_refused_and_nothing_is_held() -> None:
    at_line = line(5_000_000)
    purses(total=1_000_000)
    held(at_line, 600_000, purse=PurseKind.UP_CASH)
    with pytest.raises(services.OverPurse, match="Sisa UP tunai"):
        held(at_line, 1, "spend:2", purse=PurseKind.UP_CASH)
    assert counters(at_line)[0] == rp(600_000)
    held(at_line, 400_000, "spend:3", purse=PurseKind.UP_KKPD)


def test_a_purse_that_is_not_there_refuses() -> None:
    with pytest.raises(services.OverPurse, match="belum ada"):
        held(line(), 1, purse=PurseKind.TU)


def test_another_year_is_refused() -> None:
    with pytest.raises(services.WrongYear, match="di luar tahun anggaran 2026"):
        held(line(), 1, on=date(2027, 1, 1))


def test_an_unknown_line_is_refused() -> None:
    with pytest.raises(services.Missing, match="Baris anggaran ini tidak ada"):
        services.hold(key="k", line_id=0, amount=rp(1), on=DAY, purse=None, by=None, at=AT)


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_and_less_is_refused(amount: int) -> None:
    with pytest.raises(services.BudgetError, match="lebih dari nol"):
        held(line(), amount)


def test_the_same_key_holds_once() -> None:
    at_line = line()
    assert held(at_line, 400_000) == held(at_line, 400_000)
    assert counters(at_line)[0] == rp(400_000)


def test_the_same_key_with_other_contents_is_refused() -> None:
    at_line, other = line(), line(rekening="5.1.02.01.01.0052")
    held(at_line, 400_000)
    for wrong_line, amount in ((at_line, 1), (other, 400_000)):
        with pytest.raises(services.KeyReused, match="dengan isi lain"):
            held(wrong_line, amount)
    assert counters(at_line)[0] == rp(400_000)
    assert counters(other)[0] == 0


def test_release_gives_everything_back_and_may_be_said_twice() -> None:
    at_line = line()
    purses()
    held(at_line, 400_000, purse=PurseKind.UP_CASH)
    assert released("spend:1").state == HoldState.RELEASED
    assert released("spend:1").state == HoldState.RELEASED
    assert counters(at_line) == (rp(0), rp(0), rp(1_000_000))
    assert used() == 0
    assert PurseMovement.objects.filter(of="used").count() == 2


def test_realise_keeps_what_was_spent_and_releases_the_rest() -> None:
    at_line = line()
    purses()
    held(at_line, 400_000, purse=PurseKind.UP_CASH)
    assert realised("spend:1", 350_000) == realised("spend:1", 350_000)
    assert counters(at_line) == (rp(0), rp(350_000), rp(650_000))
    assert used() == rp(350_000)
    with pytest.raises(services.KeyReused):
        realised("spend:1", 340_000)


def test_more_than_was_held_is_not_realised() -> None:
    at_line = line()
    held(at_line, 100)
    with pytest.raises(services.BudgetError, match="melebihi"):
        realised("spend:1", 101)
    assert counters(at_line)[:2] == (rp(100), rp(0))


def test_paid_never_becomes_unpaid_and_released_never_paid() -> None:
    at_line = line()
    held(at_line, 100)
    realised("spend:1", 100)
    with pytest.raises(services.NotHeld, match="sudah terealisasi"):
        released("spend:1")
    held(at_line, 100, "spend:2")
    released("spend:2")
    with pytest.raises(services.NotHeld, match="sudah dilepas"):
        realised("spend:2", 100)
    assert counters(at_line)[:2] == (rp(0), rp(100))


def corrected(key: str, amount: int, *, to_purse: bool = True) -> None:
    services.correct_realisation(
        key="spend:1",
        correction_key=key,
        amount=rp(amount),
        reason="Toko mengembalikan",
        by=None,
        at=AT,
        to_purse=to_purse,
    )


def test_money_that_comes_back_lowers_the_realisation_once() -> None:
    at_line = line()
    purses()
    held(at_line, 400_000, purse=PurseKind.UP_CASH)
    realised("spend:1", 400_000)
    corrected("kembali:1", 150_000)
    corrected("kembali:1", 150_000)
    assert counters(at_line) == (rp(0), rp(250_000), rp(750_000))
    assert used() == rp(250_000)
    with pytest.raises(services.KeyReused):
        corrected("kembali:1", 1)
    with pytest.raises(services.BudgetError, match="melebihi realisasi"):
        corrected("kembali:2", 250_001)
    assert realised("spend:1", 400_000).realised_amount == rp(250_000), "said again, still the same deed"


def test_money_that_comes_back_after_gu_goes_to_rkud() -> None:
    at_line = line()
    purses()
    held(at_line, 400_000, purse=PurseKind.UP_CASH)
    realised("spend:1", 400_000)
    services.restore_purse(
        opd_id=at_line.opd_id,
        year=2026,
        kind=PurseKind.UP_CASH,
        amount=rp(400_000),
        key="gu:1",
        reason="SP2D-GU",
        by=None,
        at=AT,
    )
    with pytest.raises(services.OverPurse, match="setor ke RKUD"):
        corrected("kembali:1", 100)
    assert counters(at_line)[1] == rp(400_000)
    corrected("kembali:1", 100, to_purse=False)
    assert counters(at_line)[1] == rp(399_900)
    assert used() == 0


def test_only_a_realised_hold_is_corrected() -> None:
    held(line(), 100)
    with pytest.raises(services.NotHeld, match="belum terealisasi"):
        corrected("kembali:1", 1)


def test_an_unknown_key_is_said_so() -> None:
    with pytest.raises(services.Missing, match="tidak menahan anggaran"):
        released("nowhere")


def test_a_failed_audit_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    at_line = line()

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("audit")

    monkeypatch.setattr("opd.planning.holding.audit.record", broken)
    with pytest.raises(RuntimeError):
        held(at_line, 100)
    assert counters(at_line)[0] == 0
    assert not Hold.objects.exists()
