"""The small world of these tests: an agency with money, its people, payees, and spends ready to be paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from opd.models import Opd, Role, User
from opd.planning.models import BudgetLine
from payments.snap.models import Partner
from payments.spending import services
from payments.spending.models import Channel, Disbursement, Payee, Source, Spend, TaxKind, TreasuryAccount
from payments.spending.services import PayeeDraft, SpendDraft, TaxDraft, payees
from payments.spending.services.transfers import check_payee, pay_by_transfer
from tests.opd.cast import person
from tests.planning import world as planning
from tests.planning.world import AT, DAY, rp
from tests.spending.pay.bank import Bank

__all__ = ["AT", "DAY", "World", "build", "rp", "seconds"]
CHECKS = dict.fromkeys(("recipient", "evidence", "arithmetic", "budget", "cash", "tax"), True)
_numbers = count(1)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@dataclass
class World:
    opd: Opd
    line: BudgetLine
    partner: Partner
    account: TreasuryAccount
    pptk: User
    head: User
    treasurer: User
    second: User
    payee: Payee
    bank: Bank

    def spend(
        self,
        amount: int | str = 150_000,
        *,
        channel: Channel = Channel.CMS,
        payee: Payee | None = None,
        tax: int = 0,
        description: str = "",
        at: datetime = AT,
    ) -> Spend:
        """Raised, submitted, approved and tested: it waits to be paid."""
        draft = SpendDraft(
            opd_id=self.opd.pk,
            year=2026,
            line_id=self.line.pk,
            source=Source.UP,
            channel=channel,
            amount=rp(amount),
            description=description or f"Kertas dan tinta {next(_numbers)}",
            spend_date=DAY,
            payee_id=(payee or self.payee).pk,
            taxes=(TaxDraft(TaxKind.PPN, rp(tax)),) if tax else (),
        )
        raised = services.raise_spend(draft=draft, by=self.pptk, at=at)
        services.submit(spend_id=raised.pk, by=self.pptk, at=at)
        services.approve(spend_id=raised.pk, by=self.head, at=at)
        return services.test_spend(spend_id=raised.pk, checks=CHECKS, note="uji", by=self.treasurer, at=at)

    def pay(self, spend: Spend, *, at: datetime = AT, by: User | None = None) -> Disbursement:
        return pay_by_transfer(spend_id=spend.pk, account_id=self.account.pk, by=by or self.treasurer, at=at)

    def add_payee(self, name: str, account_no: str, *, bank_code: str = "999") -> Payee:
        draft = PayeeDraft(
            name=name, bank_code=bank_code, bank_name="Bank uji", account_no=account_no, account_name=name
        )
        return payees.add_payee(opd_id=self.opd.pk, draft=draft, by=self.treasurer, at=AT)

    def state(self, spend: Spend) -> str:
        return Spend.objects.get(pk=spend.pk).state


def build(
    bank: Bank, partner: Partner | None = None, *, check: bool = True, money: int = 50_000_000
) -> World:
    opd = planning.tourism()
    planning.purses(opd, total=2 * money)
    bank_partner = partner or Partner.objects.create(slug="bank-uji", name="Bank uji")
    account = services.register_treasury_account(
        opd_id=opd.pk,
        kind=TreasuryAccount.Kind.BP,
        bank_code="999",
        bank_name="Bank Uji Coba",
        account_no="0010200113001",
        account_name="BEND PENGELUARAN DISPAR",
        partner_id=bank_partner.pk,
        decree_number="SK 9/2026",
        decree_date=date(2026, 1, 2),
        valid_from=date(2026, 1, 2),
        by=None,
        at=AT,
    )
    treasurer = person("bendahara.pengeluaran", Role.BENDAHARA_PENGELUARAN, opd)
    made = World(
        opd=opd,
        line=planning.line(money, opd=opd),
        partner=bank_partner,
        account=account,
        pptk=person("pptk", Role.PPTK, opd),
        head=person("pa", Role.PA, opd),
        treasurer=treasurer,
        second=person("bpp", Role.BENDAHARA_PENGELUARAN_PEMBANTU, opd),
        payee=None,  # type: ignore[arg-type]
        bank=bank,
    )
    made.payee = made.add_payee("CV Sumber Tulis (Uji Coba)", "0010300000011")
    if check:
        assert check_payee(payee_id=made.payee.pk, by=treasurer, at=AT).matches
        made.payee.refresh_from_db()
    return made


def total(amounts: list[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
