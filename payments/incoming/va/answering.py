"""What we answer a bank about virtual accounts: what is to be paid (SNAP 24), and whether it is (25).

The amount is the payable's quote at the moment of the message: a bill with interest grows, and a payment of
yesterday's amount is refused with 4042513, after which the payer's bank asks anew.

When is money taken? A payment message asks us to confirm: the bank takes the payer's money where we say yes
and gives it back where we say no (SNAP 25, paymentFlagStatus 00 and 01). Two messages tell of money that is
taken whatever we answer: an advice (``flagAdvise`` Y: the bank had no answer of ours and says again what it
did), and one that we find inconsistent, which counts as success at the bank (SNAP, response code 404xx18).
Such money is never lost: the code still says what is wrong, and the money is booked on the liability as
late, double, short or unexpected, with its exception. An advice that fits is a payment like any other. Money
that shows in a settlement file without any message goes through ``record_money`` as all money does.

The same paymentRequestId again is the same payment: it has the same answer, and is booked once. So is the
bank's reference of a booked payment, for the same number and amount, told under another id. With another
amount or number after a yes it is inconsistent, and leaves an exception; after a no nothing had come of it,
so it is judged afresh.
"""

from __future__ import annotations

from datetime import datetime

from opd.office.calendar import day_of
from payments.incoming import registry
from payments.incoming.models import PaymentRequest, ReceivingAccount, VaInquiry, VaNotice, VirtualAccount
from payments.incoming.registry import NotPayable, Quote, Why
from payments.incoming.rules import State
from payments.incoming.texts import Trouble
from payments.incoming.traces import odd
from payments.incoming.va import booking, wire
from payments.incoming.va.wire import No, Told
from payments.snap.registry import Notice, Reply

_WHY = {Why.PAID: No.PAID, Why.EXPIRED: No.OVER, Why.VOID: No.OVER, Why.CLOSED: No.BLOCKED}
_NO_OF_CASE = {no.case: no for no in No if no is not No.BLOCKED}


def answer_inquiry(notice: Notice) -> Reply:
    """Service 24: the name, the bill and its amount now, or why there is nothing to pay."""
    try:
        asked = wire.read_inquiry(notice.body)
    except wire.WireError as error:
        return Reply(400, error.case, error.field)
    va = _find(notice.partner_id, asked.number)
    found = _judge(va, notice.received_at) if va else No.UNKNOWN
    name = va.name if va else ""
    if isinstance(found, Quote) and va and not _remember(notice, asked, va, found):
        found = No.INCONSISTENT
    if isinstance(found, No):
        return _refusal(found, wire.inquiry_answer(notice.body, name=name, no=found))
    members = wire.inquiry_answer(
        notice.body, name=name, bill=found.description, amount=found.amount, no=None
    )
    return Reply(200, members=members)


def answer_payment(notice: Notice) -> Reply:
    """Service 25: yes and booked, or no with its code; see the head of this module for money taken anyway."""
    try:
        told = wire.read_payment(notice.body, received_at=notice.received_at)
    except wire.WireError as error:
        if wire.says_taken(notice.body):
            _unreadable(notice, error)
        return Reply(400, error.case, error.field)
    va = _find(notice.partner_id, told.number)
    if va is not None:
        booking.lock_thing(va.payable_kind, va.payable_key)
        va.refresh_from_db(fields=["expires_at", "closed_at", "closed_reason"])
    earlier = VaNotice.objects.filter(
        partner_id=notice.partner_id, payment_request_id=told.request_id
    ).first()
    if earlier:
        no = _again(earlier, va, told, notice)
    elif twin := _under_another_id(told, notice):
        no = None if twin.case == wire.OK else _NO_OF_CASE[twin.case]
    else:
        no = _first(None, va, told, notice)
    members = wire.payment_answer(notice.body, name=va.name if va else "", no=no)
    return _refusal(no, members) if no else Reply(200, members=members)


def _refusal(no: No, members: dict[str, object]) -> Reply:
    return Reply(404, no.case, no.reason["english"] if no.case == "12" else "", members)


def _find(partner_id: int, number: str) -> VirtualAccount | None:
    rows = VirtualAccount.objects.select_related("receiving_account")
    return rows.filter(partner_id=partner_id, number=number).first()


def _judge(va: VirtualAccount, at: datetime) -> Quote | No:
    """What is to be paid under a number, for a payment made at ``at``. Paid comes before everything else."""
    paid = PaymentRequest.objects.filter(
        payable_kind=va.payable_kind, payable_key=va.payable_key, state=str(State.PAID)
    )
    if paid.exists():
        return No.PAID
    try:
        quote = registry.payable(va.payable_kind).quote(va.payable_key)
    except NotPayable as error:
        return _WHY[error.why]
    if va.is_over(at):
        return No.OVER
    account = ReceivingAccount.objects.valid(on=day_of(at)).filter(pk=va.receiving_account_id)
    return quote if quote.amount > 0 and account.exists() else No.BLOCKED


def _remember(notice: Notice, asked: wire.Asked, va: VirtualAccount, quote: Quote) -> bool:
    """Keep the inquiry; False where its id was another number's."""
    row, _ = VaInquiry.objects.get_or_create(
        partner_id=notice.partner_id,
        inquiry_request_id=asked.request_id,
        defaults={"virtual_account": va, "amount": quote.amount, "at": notice.received_at},
    )
    return row.virtual_account_id == va.pk


def _again(earlier: VaNotice, va: VirtualAccount | None, told: Told, notice: Notice) -> No | None:
    """The answer to a paymentRequestId that was told before."""
    if (earlier.number, earlier.amount) != (told.number, told.amount):
        if earlier.payment_id is None:
            return _first(earlier, va, told, notice)
        _contradicts(earlier, told, notice)
        return No.INCONSISTENT
    if earlier.case == wire.OK:
        return None
    no = _NO_OF_CASE[earlier.case]
    if told.advised and earlier.payment_id is None:
        found = _judge(va, told.paid_at) if va else None
        _keep(earlier, va, no, found if isinstance(found, Quote) else None, told, notice)
    return no


def _under_another_id(told: Told, notice: Notice) -> VaNotice | None:
    """The booked payment that this message tells again: the bank's reference names one transaction."""
    rows = VaNotice.objects.filter(
        partner_id=notice.partner_id,
        reference_no=told.reference_no,
        number=told.number,
        amount=told.amount,
        payment__isnull=False,
    )
    return rows.order_by("pk").first() if told.reference_no else None


def _first(earlier: VaNotice | None, va: VirtualAccount | None, told: Told, notice: Notice) -> No | None:
    """Judge a payment, and book it where it fits or was taken all the same."""
    found = _verdict(va, told, notice)
    row = earlier or VaNotice(partner_id=notice.partner_id, payment_request_id=told.request_id)
    if va is not None and isinstance(found, Quote) and found.amount == told.amount:
        payment = booking.settle(va, found, told, notice)
        no = None if booking.settles(payment) else No.PAID
        _write(row, va, no, told, notice, payment_id=payment.pk, taken=True)
        return no
    no = found if isinstance(found, No) else No.AMOUNT
    _write(row, va, no, told, notice)
    if told.advised or no is No.INCONSISTENT:
        _keep(row, va, no, found if isinstance(found, Quote) else None, told, notice)
    return no


def _verdict(va: VirtualAccount | None, told: Told, notice: Notice) -> Quote | No:
    if va is None:
        return No.UNKNOWN
    asked = VaInquiry.objects.filter(partner_id=notice.partner_id, inquiry_request_id=told.request_id)
    if not told.joins or asked.exclude(virtual_account=va).exists():
        return No.INCONSISTENT
    return _judge(va, told.paid_at) if told.whole else No.AMOUNT


def _keep(
    row: VaNotice, va: VirtualAccount | None, no: No, quote: Quote | None, told: Told, notice: Notice
) -> None:
    payment = booking.keep(va, no, quote, told, notice) if va else booking.keep_unknown(told, notice)
    if payment and VaNotice.objects.filter(payment=payment).exists():
        payment = None  # the same reference of the bank, told under another paymentRequestId
    VaNotice.objects.filter(pk=row.pk).update(payment=payment, taken=True)


def _write(
    row: VaNotice, va: VirtualAccount | None, no: No | None, told: Told, notice: Notice, **booked: object
) -> None:
    row.number, row.amount, row.virtual_account = told.number, told.amount, va
    row.paid_at, row.reference_no = told.paid_at, told.reference_no
    row.case = no.case if no else wire.OK
    row.inbox_id, row.at = notice.inbox_id, notice.received_at
    for name, value in booked.items():
        setattr(row, name, value)
    row.save()


def _contradicts(earlier: VaNotice, told: Told, notice: Notice) -> None:
    payment = earlier.payment
    odd(
        Trouble.AMOUNT_DIFFERS,
        f"va:{earlier.pk}:{told.number}:{told.amount}",
        at=notice.received_at,
        request=payment.request if payment else None,
        payment=payment,
        source="notice",
        partner_id=notice.partner_id,
        inbox_id=notice.inbox_id,
        amount=told.amount,
        expected_amount=earlier.amount,
        reference_no=told.reference_no,
        detail=f"Bank mengulang satu pembayaran untuk nomor VA {told.number} dengan isi lain.",
    )


def _unreadable(notice: Notice, error: wire.WireError) -> None:
    odd(
        Trouble.AMOUNT_MISSING,
        f"inbox{notice.inbox_id}",
        at=notice.received_at,
        source="notice",
        partner_id=notice.partner_id,
        inbox_id=notice.inbox_id,
        detail=f"Bank sudah mengambil uang lewat Virtual Account, tetapi {error.field} tidak terbaca.",
    )
