"""Spending an accountant can check line by line. Debit positive, credit negative, by book."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.ledger import queries
from payments.ledger.services import Draft
from payments.spending import postings, services
from payments.spending.models import Channel, Claim, ClaimLine, Source, Spend, TaxKind
from payments.spending.postings import Facts, Tax
from payments.spending.services import TaxDraft, closing
from tests.spending import world
from tests.spending.world import AT, DAY, YEAR, Office, rp

COMPUTER = "5.2.02.10.01.0002"
BOOKS = {
    **dict.fromkeys(("rkud", "rk_skpd"), "bud"),
    **dict.fromkeys(("spending_lra", "sal_change"), "budgetary"),
}


def facts(gross: int = 1_000_000, code: str = "5.1.02.01.01.0024", taxes: tuple[Tax, ...] = ()) -> Facts:
    return Facts("spend:1", 7, code, rp(gross), "Kertas", DAY, DAY, taxes)


def legs(draft: Draft) -> list[tuple[str, Decimal]]:
    return [(leg.role, leg.amount) for leg in draft.legs]


def test_paid_by_cms_with_taxes_withheld() -> None:
    """Rp 1.000.000, PPN Rp 99.099 and PPh 22 Rp 13.514: the vendor gets Rp 887.387."""
    draft = postings.paid(
        facts(taxes=(Tax("PPN", rp(99_099)), Tax("PPh Pasal 22", rp(13_514)))), role="bp_bank"
    )
    assert legs(draft) == [
        ("spending_expense", rp(1_000_000)),
        ("bp_bank", rp(-887_387)),
        ("tax_payable", rp(-99_099)),
        ("tax_payable", rp(-13_514)),
    ]
    assert {leg.kode_rekening for leg in draft.legs} == {"5.1.02.01.01.0024"}


@pytest.mark.parametrize(
    ("source", "channel", "role"),
    [
        ("up", "cms", "bp_bank"), ("gu", "qris", "bp_bank"), ("up", "cash", "bp_cash"),
        ("up", "emoney", "emoney_advance"), ("kkpd", "card", "kkpd_payable"),
        ("kkpd", "qris", "kkpd_payable"),
    ],
)  # fmt: skip
def test_each_channel_leaves_from_its_account(source: str, channel: str, role: str) -> None:
    draft = postings.paid(facts(), role=postings.cash_role(source, channel))
    assert legs(draft) == [("spending_expense", rp(1_000_000)), (role, rp(-1_000_000))]
    assert draft.kind == ("spending_charged" if source == "kkpd" else "spending_paid")


def test_capital_spending_becomes_an_asset() -> None:
    assert legs(postings.paid(facts(code=COMPUTER), role="bp_bank"))[0][0] == "capital_asset"
    assert legs(postings.refunded(facts(code=COMPUTER), role="bp_bank"))[1][0] == "capital_asset"


def test_ls_is_paid_gross_from_rkud_and_is_belanja_at_once() -> None:
    draft = postings.paid_direct(facts(taxes=(Tax("PPh Pasal 22", rp(15_000)),)))
    assert legs(draft) == [
        ("spending_expense", rp(1_000_000)),
        ("rk_ppkd", rp(-985_000)),
        ("rk_ppkd", rp(-15_000)),
        ("rk_skpd", rp(1_000_000)),
        ("rkud", rp(-1_000_000)),
        ("spending_lra", rp(1_000_000)),
        ("sal_change", rp(-1_000_000)),
    ]


def test_funds_come_and_go_through_the_rk_pair() -> None:
    common = {"source": "claim:1", "opd": 7, "amount": rp(60_000_000), "description": "UP"}
    came = postings.fund_received(**common, effective=DAY, value=DAY)  # type: ignore[arg-type]
    went = postings.fund_returned(**common, effective=DAY, value=DAY)  # type: ignore[arg-type]
    assert legs(came) == [
        ("bp_bank", rp(60_000_000)),
        ("rk_ppkd", rp(-60_000_000)),
        ("rk_skpd", rp(60_000_000)),
        ("rkud", rp(-60_000_000)),
    ]
    assert sorted(legs(went)) == sorted((role, -amount) for role, amount in legs(came))


@given(
    st.decimals("1.00", "99999999", places=2),
    st.lists(st.decimals("0.01", "0.20", places=2), max_size=3),
    st.sampled_from(["5.1.02.01.01.0024", COMPUTER]),
)
def test_every_journal_balances_in_each_book(gross: Decimal, parts: list[Decimal], code: str) -> None:
    taxes = tuple(Tax(f"pajak {n}", part) for n, part in enumerate(parts))
    one = Facts("spend:1", 7, code, gross, "x", DAY, DAY, taxes)
    drafts = (
        postings.paid(one, role="bp_bank"), postings.paid_direct(one), postings.passed(one),
        postings.refunded(one, role="bp_bank"), postings.refunded_to_rkud(one),
    )  # fmt: skip
    for draft in drafts:
        sums: dict[str, Decimal] = {}
        for leg in draft.legs:
            book = BOOKS.get(leg.role, "financial")
            sums[book] = sums.get(book, Decimal(0)) + leg.amount
        assert set(sums.values()) == {Decimal(0)}, draft


def balances(place: Office) -> dict[str, Decimal]:
    return {row.account: row.balance for row in queries.trial_balance(on=DAY) if row.balance}


@pytest.mark.django_db
def test_a_month_of_up_from_receipt_to_sp2d_gu() -> None:
    """UP Rp 30 juta; CMS Rp 1 juta with PPN Rp 99.000, QRIS Rp 250.000; tax deposited; GU Rp 1.250.000."""
    place = world.office()
    fund(place, 30_000_000, "claim:up")
    taxes = (TaxDraft(TaxKind.PPN, rp(99_000)),)
    first = world.verified(place, taxes=taxes)
    second = world.verified(place, channel=Channel.QRIS, payee_id=None, amount=rp(250_000))
    assert balances(place) == {
        "bp-bank": rp(30_000_000 - 901_000 - 250_000),
        "tax-payable": rp(-99_000),
        "spending-expense": rp(1_250_000),
        "rk-ppkd": rp(-30_000_000),
        "rk-skpd": rp(30_000_000),
        "rkud": rp(-30_000_000),
    }
    services.deposit_tax(
        tax_id=first.taxes.get().pk, ntpn="A1B2C3D4E5F60001", deposited_date=DAY, by=place.bp, at=AT
    )
    pass_by_gu(place, first, second)
    fund(place, 1_250_000, "claim:gu")
    assert balances(place) == {
        "bp-bank": rp(30_000_000),
        "spending-expense": rp(1_250_000),
        "spending-lra": rp(1_250_000),
        "sal-change": rp(-1_250_000),
        "rk-ppkd": rp(-31_250_000),
        "rk-skpd": rp(31_250_000),
        "rkud": rp(-31_250_000),
    }


def fund(place: Office, amount: int, key: str) -> None:
    from payments.ledger.services import post

    draft = postings.fund_received(
        source=key, opd=place.opd.pk, amount=rp(amount), description="SP2D", effective=DAY, value=DAY
    )
    post(draft, key=f"{key}:received", by=None, at=AT)


def pass_by_gu(place: Office, *spends: Spend) -> None:
    claim = Claim.objects.create(
        kind="gu", opd=place.opd, year=YEAR, amount=sum(s.amount for s in spends), purpose="GU",
        raised_by=place.bp, raised_at=AT,
    )  # fmt: skip
    for spend in spends:
        ClaimLine.objects.create(claim=claim, spend=spend, amount=spend.amount)
    services.pass_spends(spend_ids=[s.pk for s in spends], claim=claim, on=DAY, by=place.bud, at=AT)


@pytest.mark.django_db
def test_a_card_spend_is_a_debt_until_the_bill_is_paid() -> None:
    place = world.office()
    spend = world.approved(place, source=Source.KKPD, channel=Channel.CARD, payee_id=None)
    services.charge_card(spend_id=spend.pk, paid_date=DAY, rrn="", by=place.pa, at=AT)
    assert balances(place) == {"spending-expense": rp(1_000_000), "kkpd-payable": rp(-1_000_000)}


@pytest.mark.django_db
def test_a_payment_of_a_closed_month_counts_on_the_first_open_day(monkeypatch: pytest.MonkeyPatch) -> None:
    place = world.office()
    monkeypatch.setattr(closing, "_asked", [lambda opd_id, day: max(day, DAY.replace(day=11))])
    spend = world.paid(place)
    (detail,) = queries.journal_of(spend.hold_key)
    assert (detail.journal.effective_date, detail.journal.value_date) == (DAY.replace(day=11), DAY)
