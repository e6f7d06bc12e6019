"""Books what a bank took under a virtual account, through the one door for money (``record_money``).

Each payment has a request of its own, made in the same transaction: for a settling one with the amount and
the account codes that the payable quotes at this moment. A live QRIS of the same thing is not touched; it is
put in front of the sweep, which cancels it. Whichever of the two is booked second is the double.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Q

from opd import audit
from opd.office.calendar import day_of
from payments.incoming import intents, rules
from payments.incoming.booking import record_money
from payments.incoming.models import (
    Payment,
    PaymentAttempt,
    PaymentRequest,
    ReceivingAccount,
    VirtualAccount,
)
from payments.incoming.registry import Quote
from payments.incoming.rules import LIVE, Method, State
from payments.incoming.traces import MoneySeen, happened
from payments.incoming.va.wire import No, Told
from payments.snap.registry import Notice


def lock_thing(kind: str, key: str) -> None:
    """One payment of a thing at a time, QRIS included: by the thing, then its requests in their order.

    The row of the virtual account is not locked, so that an outer room may close it while it holds its own.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('incoming.va:' || %s || ':' || %s, 0))",
            [kind, key],
        )
    rows = PaymentRequest.objects.filter(payable_kind=kind, payable_key=key)
    list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def settle(va: VirtualAccount, quote: Quote, told: Told, notice: Notice) -> Payment:
    """The payment that pays the thing in full."""
    at = notice.received_at
    request = _request(va, told, quote, quote.amount, at)
    payment = _record(_seen(request, told, notice), at)
    _close_unpaid(request, State.CANCELLED, at)
    hurry = PaymentRequest.objects.filter(payable_kind=va.payable_kind, payable_key=va.payable_key)
    hurry.filter(state__in=[str(state) for state in LIVE]).update(next_ask_at=at)
    return payment


def keep(va: VirtualAccount, no: No, quote: Quote | None, told: Told, notice: Notice) -> Payment:
    """Money that the bank took though we said no: all of it on the liability, with an exception.

    Double where the thing is paid, late after the number's time, short below the amount that is quoted, else
    unexpected. It never pays the thing: the bank heard no, and may give it back.
    """
    at = notice.received_at
    short = no is No.AMOUNT and quote is not None and told.amount < quote.amount
    asked = quote.amount if quote is not None and short else told.amount
    request = _request(va, told, quote, asked, at)
    if no is No.OVER and told.paid_at > va.expires_at:
        _close_unpaid(request, State.EXPIRED, at)
    elif not short:
        _close_unpaid(request, State.CANCELLED, at)
    payment = _record(_seen(request, told, notice), at)
    _close_unpaid(request, State.CANCELLED, at)
    return payment


def keep_unknown(told: Told, notice: Notice) -> Payment | None:
    """Money for a number that nobody was given: on the account with its prefix; None where there is none.

    Then ``record_money`` leaves an exception about money outside the register.
    """
    account = _account_of(told.number, notice)
    seen = MoneySeen(
        source="notice",
        method=str(Method.VA),
        partner_id=notice.partner_id,
        reference_no=told.reference_no or told.request_id[:64],
        partner_reference_no="",
        rrn="",
        amount=told.amount,
        paid_at=told.paid_at,
        nmid=account.nmid if account else "",
        terminal_id=account.terminal_id if account else "",
        issuer=told.issuer,
        inbox_id=notice.inbox_id,
    )
    return record_money(seen, by=None, at=notice.received_at)


def _account_of(number: str, notice: Notice) -> ReceivingAccount | None:
    rows = ReceivingAccount.objects.valid(on=day_of(notice.received_at))
    having = rows.filter(partner_id=notice.partner_id).exclude(va_prefix="").order_by("pk")
    fits = [row for row in having if number.startswith(row.va_prefix)]
    return max(fits, key=lambda row: len(row.va_prefix), default=None)


def _record(seen: MoneySeen, at: datetime) -> Payment:
    payment = record_money(seen, by=None, at=at)
    assert payment is not None  # it names a request of ours
    return payment


def _request(
    va: VirtualAccount, told: Told, quote: Quote | None, amount: Decimal, at: datetime
) -> PaymentRequest:
    """Without a quote the money is the account's agency's, and no code's."""
    account = va.receiving_account
    request = PaymentRequest.objects.create(
        payable_kind=va.payable_kind,
        payable_key=va.payable_key,
        receiving_account=account,
        opd_id=quote.opd_id if quote else account.opd_id,
        kode_lra=quote.kode_lra if quote else "",
        kode_lo=quote.kode_lo if quote else "",
        amount=amount,
        shares=intents.shares_of(quote) if quote and amount == quote.amount else [],
        description=(quote.description if quote else f"Virtual Account {va.number}")[:200],
        method=str(Method.VA),
        partner_reference_no=intents.new_reference(at),
        expires_at=va.expires_at,
        created_at=at,
    )
    PaymentAttempt.objects.create(
        request=request,
        partner_id=va.partner_id,
        partner_reference_no=request.partner_reference_no,
        reference_no=_free_reference(va.partner_id, told.reference_no),
        expires_at=va.expires_at,
        created_at=at,
    )
    after = {"amount": str(amount), "kind": va.payable_kind, "method": str(Method.VA)}
    audit.record("request.create", request, by=None, at=at, after=after)
    happened("request.created", at=at, request=request)
    return request


def _free_reference(partner_id: int, reference_no: str) -> str:
    """The bank's reference, by which a settlement may name this payment; empty where another has it."""
    taken = PaymentAttempt.objects.filter(Q(reference_no=reference_no) & ~Q(reference_no=""))
    return "" if taken.filter(partner_id=partner_id).exists() else reference_no


def _close_unpaid(request: PaymentRequest, state: State, at: datetime) -> None:
    """A request by virtual account is not live beyond its payment."""
    rows = PaymentRequest.objects.filter(pk=request.pk, state=str(State.REQUESTING))
    if rows.update(state=str(state), closed_at=at):
        before, after = {"state": str(State.REQUESTING)}, {"state": str(state)}
        audit.record(f"request.{state}", request, by=None, at=at, before=before, after=after)
        happened(f"request.{state}", at=at, request=request)


def _seen(request: PaymentRequest, told: Told, notice: Notice) -> MoneySeen:
    return MoneySeen(
        source="notice",
        method=str(Method.VA),
        partner_id=notice.partner_id,
        reference_no=told.reference_no,
        partner_reference_no=request.partner_reference_no,
        rrn="",
        amount=told.amount,
        paid_at=told.paid_at,
        issuer=told.issuer,
        inbox_id=notice.inbox_id,
    )


def settles(payment: Payment) -> bool:
    return payment.kind in rules.SETTLING
