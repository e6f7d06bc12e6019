"""Cash and panjar: what leaves must be there, and each movement has one journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from opd.planning.queries import purses
from payments.books import services
from payments.books.models import CashKind, CashMovement
from payments.books.notes import FIELDS, rows, total_of
from payments.books.queries import ledger, unfinished
from payments.books.services import BookError, CashDraft, TooLittle
from payments.books.services.cash import warning
from payments.books.shelf import BANK, CASH
from tests.books import world
from tests.books.world import june
from tests.planning.world import rp
from tests.spending.claims.world import Office


@pytest.fixture
def place(db: None) -> Office:
    return world.office()


def draft(place: Office, **fields: object) -> CashDraft:
    plain = CashDraft(
        request_key="kunci", opd_id=place.opd.pk, kind=CashKind.WITHDRAWN, amount=rp(1_000_000),
        moved_date=june(2), reference="CEK000001", reason="Kas kecil",
    )  # fmt: skip
    return replace(plain, **fields)  # type: ignore[arg-type]


def moved(place: Office, **fields: object) -> CashMovement:
    return services.move_cash(draft=draft(place, **fields), by=place.bp, at=world.noon(20))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"amount": rp(0)}, "lebih dari nol"),
        ({"moved_date": date(2026, 6, 21)}, "belum tiba"),
        ({"reference": " "}, "Isi rujukan"),
        ({"reason": "kas"}, "Isi rujukan"),
        ({"amount": rp(60_000_001)}, "tinggal Rp\xa060.000.000"),
        ({"kind": CashKind.DEPOSITED}, "Tunai menurut buku tinggal Rp\xa00"),
        ({"kind": CashKind.ADVANCE, "in_bank": True}, "hanya diberikan kepada PPTK"),
        ({"kind": CashKind.SPENT}, "tidak ada di OPD ini"),
    ],
)
def test_a_movement_that_can_not_be_is_refused_in_words(
    place: Office, fields: dict[str, object], says: str
) -> None:
    with pytest.raises(BookError, match=says):
        moved(place, **fields)
    assert not CashMovement.objects.exists()


def test_the_same_form_again_is_the_same_movement_another_body_is_refused(place: Office) -> None:
    first = moved(place)
    assert moved(place) == first
    with pytest.raises(BookError, match="Formulir ini sudah dipakai"):
        moved(place, amount=rp(2))
    assert ledger.balances(place.opd.pk, june(30))[CASH] == rp(1_000_000)


def test_money_that_came_later_does_not_leave_earlier(place: Office) -> None:
    moved(place, moved_date=june(10))
    with pytest.raises(TooLittle):
        moved(place, request_key="lain", kind=CashKind.DEPOSITED, moved_date=june(5))


def test_a_panjar_is_settled_no_further_than_it_was_given(place: Office) -> None:
    moved(place)
    panjar = moved(place, request_key="p", kind=CashKind.ADVANCE, amount=rp(600_000), holder_id=place.pptk.pk)
    settle = {"kind": CashKind.SPENT, "advance_id": panjar.pk}
    moved(place, request_key="s1", amount=rp(400_000), **settle)
    with pytest.raises(TooLittle, match=r"200\.000"):
        moved(place, request_key="s2", amount=rp(200_001), **settle)
    moved(
        place,
        request_key="s3",
        kind=CashKind.RETURNED,
        amount=rp(200_000),
        advance_id=panjar.pk,
        in_bank=True,
    )
    assert not unfinished.advances(place.opd.pk, june(30))
    held = ledger.balances(place.opd.pk, june(30))
    assert (held[CASH], held[BANK], held["work_advance"]) == (rp(800_000), rp(59_200_000), rp(0))


def test_a_settlement_does_not_precede_its_panjar(place: Office) -> None:
    moved(place)
    panjar = moved(
        place,
        request_key="p",
        kind=CashKind.ADVANCE,
        amount=rp(1),
        holder_id=place.pptk.pk,
        moved_date=june(9),
    )
    with pytest.raises(BookError, match="mendahului"):
        moved(
            place,
            request_key="s",
            kind=CashKind.SPENT,
            amount=rp(1),
            advance_id=panjar.pk,
            moved_date=june(8),
        )


def test_too_much_in_the_safe_is_warned_about(place: Office) -> None:
    assert not warning(place.opd.pk, june(30))
    moved(place, amount=rp(10_000_001))
    assert "Setor Rp\xa01 " in warning(place.opd.pk, june(30))


def test_the_rest_of_up_goes_back_and_shrinks_the_purse(place: Office) -> None:
    services.return_fund(
        opd_id=place.opd.pk, purse="up_cash", amount=rp(60_000_000), moved_date=june(20),
        reference="STS00001", request_key="sts", by=place.bp, at=world.noon(20),
    )  # fmt: skip
    assert ledger.balances(place.opd.pk, june(30))[BANK] == 0
    (up, *_) = purses(place.opd.pk, 2026)
    assert (up.limit, up.free) == (rp(0), rp(0))


def test_what_was_spent_from_up_can_not_go_back(place: Office) -> None:
    world.spent(place, 1_000_000, day=5)
    with pytest.raises(TooLittle):
        services.return_fund(
            opd_id=place.opd.pk, purse="up_cash", amount=rp(59_000_001), moved_date=june(20),
            reference="STS00001", request_key="sts", by=place.bp, at=world.noon(20),
        )  # fmt: skip


def test_others_move_no_cash(place: Office) -> None:
    for outsider in (place.pptk, place.ppk, place.pa, place.bud):
        with pytest.raises(PermissionDenied):
            services.move_cash(draft=draft(place), by=outsider, at=world.noon(20))


@pytest.mark.parametrize(
    "fields",
    [{"amount": 0}, {"kind": "spent"}, {"kind": "advance"}, {"kind": "fund_back"}, {"purse": "tu"}],
)
def test_the_table_refuses_what_makes_no_sense(place: Office, fields: dict[str, object]) -> None:
    row = moved(place)
    with pytest.raises(IntegrityError), transaction.atomic():
        CashMovement.objects.filter(pk=row.pk).update(**fields)


@given(st.dictionaries(st.sampled_from([name for name, _, _ in FIELDS]), st.integers(0, 500)))
def test_counted_pieces_add_up(counted: dict[str, int]) -> None:
    assert total_of(counted) == sum((worth for _, _, worth in rows(counted)), rp(0))


def test_pieces_that_do_not_exist_are_refused() -> None:
    for wrong in ({"k3000": 1}, {"k1000": -1}):
        with pytest.raises(ValueError, match="pecahan"):
            total_of(wrong)
