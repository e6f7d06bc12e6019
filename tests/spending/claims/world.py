"""An agency with its officers, a budget, a bank account, and spends brought to any state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

from opd.models import Opd, Role, User
from opd.planning.models import BudgetLine, PurseKind
from opd.planning.services import grow_purse, set_up_grant
from payments.spending import services
from payments.spending.drafts import SpendDraft, TaxDraft
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
from payments.spending.services import claims
from tests.opd.cast import agency, person
from tests.planning.world import line, rp

AT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
DAY = date(2026, 6, 1)
YEAR = 2026
_numbers = count(1)


@dataclass
class Office:
    """An agency's officers; ``bud`` is the province's."""

    opd: Opd
    pptk: User
    pa: User
    kpa: User
    bp: User
    ppk: User
    bud: User
    line: BudgetLine
    account: TreasuryAccount
    payee: Payee


def office(code: str = "113", *, pagu: int = 100_000_000, bud: User | None = None) -> Office:
    """An agency with officers, one budget line, a UP decree of 100 million and nothing received yet."""
    opd = agency(code, f"Dinas {code}")
    people = {
        name: person(f"{name}.{code}", role, opd)
        for name, role in (
            ("pptk", Role.PPTK), ("pa", Role.PA), ("kpa", Role.KPA),
            ("bp", Role.BENDAHARA_PENGELUARAN), ("ppk", Role.PPK_OPD),
        )
    }  # fmt: skip
    set_up_grant(
        opd_id=opd.pk, year=YEAR, total=rp(100_000_000), valid_from=date(2026, 1, 2),
        decree_number="SK UP 1/2026", decree_date=date(2026, 1, 2), by=None, at=AT,
    )  # fmt: skip
    return Office(
        opd=opd, bud=bud or person("kuasa.bud", Role.KUASA_BUD), line=line(pagu, opd=opd),
        account=_account(opd), payee=_payee(opd), **people,
    )  # fmt: skip


def _account(opd: Opd) -> TreasuryAccount:
    return TreasuryAccount.objects.create(
        opd=opd, bank_code="999", bank_name="Bank Uji", account_no=f"0010200{opd.code}001",
        account_name="BEND PENGELUARAN", decree_number="SK 1", decree_date=date(2026, 1, 2),
        valid_from=date(2026, 1, 2),
    )  # fmt: skip


def _payee(opd: Opd) -> Payee:
    return Payee.objects.create(
        opd=opd, name="CV Sumber Tulis (uji)", bank_code="999", bank_name="Bank Uji",
        account_no=f"001030{opd.code}", account_name="CV SUMBER TULIS", created_at=AT,
    )  # fmt: skip


def draft(
    place: Office,
    amount: int = 1_000_000,
    *,
    source: Source = Source.UP,
    channel: Channel = Channel.CMS,
    taxes: tuple[TaxDraft, ...] = (),
) -> SpendDraft:
    return SpendDraft(
        opd_id=place.opd.pk, year=YEAR, line_id=place.line.pk, source=source, channel=channel,
        amount=rp(amount), description=f"Belanja uji {next(_numbers)}", spend_date=DAY,
        payee_id=place.payee.pk, taxes=taxes,
    )  # fmt: skip


def ready_to_pay(place: Office, amount: int = 1_000_000, **words: object) -> Spend:
    """A spend that the treasurer has tested."""
    made = services.raise_spend(draft=draft(place, amount, **words), by=place.pptk, at=AT)  # type: ignore[arg-type]
    services.submit(spend_id=made.pk, by=place.pptk, at=AT)
    services.approve(spend_id=made.pk, by=place.kpa, at=AT)
    return services.test_spend(
        spend_id=made.pk, checks=dict.fromkeys(CHECKS, True), note="bukti menyusul (uji)", by=place.bp, at=AT
    )


def verified(place: Office, amount: int = 1_000_000, **words: object) -> Spend:
    """A spend that is paid by CMS and verified by PPK."""
    spend = ready_to_pay(place, amount, **words)
    services.record_paid(
        spend_id=spend.pk, way=Way.CMS_MANUAL, paid_date=DAY, reference_no=f"REF{next(_numbers)}", rrn="",
        account_id=place.account.pk, by=place.bp, at=AT,
    )  # fmt: skip
    return services.verify_spend(spend_id=spend.pk, by=place.ppk, at=AT)


def raised(place: Office, kind: ClaimKind, amount: int | None = None, *spends: Spend) -> Claim:
    return claims.raise_claim(
        kind=kind, opd_id=place.opd.pk, year=YEAR, purpose="Keperluan uji", by=place.bp, at=AT,
        amount=None if amount is None else rp(amount), spend_ids=[spend.pk for spend in spends],
    )  # fmt: skip


def ordered(place: Office, kind: ClaimKind, amount: int | None = None, *spends: Spend) -> Claim:
    claim = raised(place, kind, amount, *spends)
    claims.verify_claim(claim_id=claim.pk, by=place.ppk, at=AT)
    return claims.order_claim(claim_id=claim.pk, by=place.pa, at=AT)


def paid(place: Office, kind: ClaimKind, amount: int | None = None, *spends: Spend) -> Claim:
    claim = ordered(place, kind, amount, *spends)
    return pay(place, claim)


def pay(place: Office, claim: Claim, *, number: str = "", on: date = DAY) -> Claim:
    return claims.pay_claim(
        claim_id=claim.pk, sp2d_number=number or f"SP2D/{claim.kind}/{claim.pk}", sp2d_date=on,
        by=place.bud, at=AT + timedelta(hours=1),
    )  # fmt: skip


def with_up(place: Office, amount: int = 60_000_000) -> Office:
    """The agency after its SP2D-UP."""
    paid(place, ClaimKind.UP, amount)
    return place


def with_card_limit(place: Office, amount: Decimal = Decimal(40_000_000)) -> Office:
    grow_purse(
        opd_id=place.opd.pk, year=YEAR, kind=PurseKind.UP_KKPD, amount=amount, key=f"kkpd:{place.opd.pk}",
        reason="Limit KKPD", by=None, at=AT,
    )  # fmt: skip
    return place
