"""An agency that spends: its people, a budget, purses, payees and the treasurer's account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from opd.models import Opd, Role, User
from opd.planning.models import BudgetLine
from payments.spending import services
from payments.spending.models import (
    Channel,
    Claim,
    ClaimKind,
    Payee,
    Source,
    Spend,
    TreasuryAccount,
    Way,
)
from payments.spending.rules import CHECKS
from payments.spending.services import PayeeDraft, SpendDraft, claims
from tests.opd.cast import person
from tests.planning import world as planning

AT = datetime(2026, 6, 10, 3, 0, tzinfo=UTC)
DAY = date(2026, 6, 10)
YEAR = 2026
ALL_TRUE = dict.fromkeys(CHECKS, True)
rp = planning.rp
_numbers = count(1)


@dataclass(frozen=True)
class Office:
    """One agency with everybody who takes part in a spend."""

    opd: Opd
    line: BudgetLine
    pptk: User
    pa: User
    kpa: User
    bp: User
    ppk: User
    bud: User
    payee: Payee
    account: TreasuryAccount


def office(
    *, pagu: int = 100_000_000, up: int = 50_000_000, opd: Opd | None = None, prefix: str = ""
) -> Office:
    """The agency with ``pagu`` on one line and a UP of ``up`` (60 % cash, 40 % card)."""
    agency = opd or planning.tourism()
    line = planning.line(pagu, opd=agency)
    planning.purses(agency, total=up)
    people = {
        name: person(f"{prefix}{name}", role, agency)
        for name, role in (
            ("pptk", Role.PPTK),
            ("pa", Role.PA),
            ("kpa", Role.KPA),
            ("bp", Role.BENDAHARA_PENGELUARAN),
            ("ppk", Role.PPK_OPD),
        )
    }
    bud = person(f"{prefix}bud", Role.KUASA_BUD)
    return Office(
        opd=agency, line=line, bud=bud, payee=payee(agency, people["bp"]), account=account(agency), **people
    )  # fmt: skip


def payee(opd: Opd, by: User, **fields: Any) -> Payee:
    number = next(_numbers)
    draft = PayeeDraft(
        name="CV Sumber Tulis (uji)", bank_code="999", bank_name="Bank Uji Coba",
        account_no=f"00103{number:08d}", account_name="CV SUMBER TULIS (UJI COBA)",
    )  # fmt: skip
    return services.add_payee(opd_id=opd.pk, draft=replace(draft, **fields), by=by, at=AT)


def account(opd: Opd) -> TreasuryAccount:
    return services.register_treasury_account(
        opd_id=opd.pk, kind="bp", bank_code="999", bank_name="Bank Uji Coba",
        account_no=f"00102{next(_numbers):08d}", account_name="BEND PENGELUARAN (UJI COBA)", partner_id=None,
        decree_number="SK Uji/1", decree_date=date(2026, 1, 2), valid_from=date(2026, 1, 2), by=None, at=AT,
    )  # fmt: skip


def draft(place: Office, **fields: Any) -> SpendDraft:
    """Office supplies of Rp 1.000.000 by CMS from UP, unless told otherwise."""
    plain = SpendDraft(
        opd_id=place.opd.pk, year=YEAR, line_id=place.line.pk, source=Source.UP, channel=Channel.CMS,
        payee_id=place.payee.pk, amount=rp(1_000_000), description="Alat tulis kantor", spend_date=DAY,
    )  # fmt: skip
    return replace(plain, **fields)


def raised(place: Office, **fields: Any) -> Spend:
    return services.raise_spend(draft=draft(place, **fields), by=place.pptk, at=AT)


def submitted(place: Office, **fields: Any) -> Spend:
    return services.submit(spend_id=raised(place, **fields).pk, by=place.pptk, at=AT)


def approved(place: Office, **fields: Any) -> Spend:
    return services.approve(spend_id=submitted(place, **fields).pk, by=place.pa, at=AT)


def tested(place: Office, **fields: Any) -> Spend:
    spend = approved(place, **fields)
    return services.test_spend(spend_id=spend.pk, checks=ALL_TRUE, note="Bukti menyusul", by=place.bp, at=AT)


WAYS = {
    Channel.CMS: Way.CMS_MANUAL,
    Channel.QRIS: Way.QRIS_APP,
    Channel.CASH: Way.CASH,
    Channel.EMONEY: Way.EMONEY,
}


def pay(place: Office, spend: Spend, *, paid_date: date = DAY, rrn: str = "") -> Spend:
    way = WAYS[Channel(spend.channel)]
    number = next(_numbers)
    return services.record_paid(
        spend_id=spend.pk, way=way, paid_date=paid_date, reference_no=f"REF{number}",
        rrn=rrn or (f"{number:012d}" if way == Way.QRIS_APP else ""),
        account_id=place.account.pk if way in (Way.CMS_MANUAL, Way.QRIS_APP) else None, by=place.bp, at=AT,
    )  # fmt: skip


def paid(place: Office, **fields: Any) -> Spend:
    return pay(place, tested(place, **fields))


def verified(place: Office, **fields: Any) -> Spend:
    return services.verify_spend(spend_id=paid(place, **fields).pk, by=place.ppk, at=AT)


def sp2d(place: Office, *spends: Spend, kind: ClaimKind = ClaimKind.GU) -> Claim:
    """A claim on these spends, taken from SPP to SP2D by its people."""
    claim = claims.raise_claim(
        kind=kind, opd_id=place.opd.pk, year=YEAR, purpose="Penggantian uang", by=place.bp, at=AT,
        spend_ids=[spend.pk for spend in spends],
    )  # fmt: skip
    claims.verify_claim(claim_id=claim.pk, by=place.ppk, at=AT)
    claims.order_claim(claim_id=claim.pk, by=place.pa, at=AT)
    return claims.pay_claim(
        claim_id=claim.pk, sp2d_number=f"SP2D/{next(_numbers)}", sp2d_date=DAY, by=place.bud, at=AT
    )


def hold_of(spend: Spend) -> Any:
    from opd.planning.models import Hold

    return Hold.objects.get(key=spend.hold_key)


ZERO = Decimal("0.00")
