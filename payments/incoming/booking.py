"""The one door for money: recognise it, judge it, book it once, in one transaction (house.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q

from opd import audit
from opd.models import User
from opd.office.calendar import day_of
from opd.office.ids import uuid7
from payments.incoming import accounts, registry, rules
from payments.incoming.models import Payment, PaymentAttempt, PaymentRequest, ReceivingAccount
from payments.incoming.rules import Kind, Method, State
from payments.incoming.texts import KIND_LABELS, METHOD_LABELS, Trouble
from payments.incoming.traces import MoneySeen, happened, odd
from payments.ledger.services import Draft, credit, debit, post

log = structlog.get_logger(__name__)
_SAME_RRN_WITHIN = timedelta(days=2)
_RACES = 3


@dataclass(frozen=True)
class _Place:
    """Where a sighting belongs: an account, and the request and reference it pays, if any."""

    account: ReceivingAccount
    scope: str
    known: list[Payment]
    request: PaymentRequest | None = None
    sibling: rules.Sibling = rules.Sibling.NONE


def record_money(seen: MoneySeen, *, by: User | None, at: datetime) -> Payment | None:
    """Book money once, however often and from wherever it is seen.

    Returns the payment: new, or the one this sighting already is. None where nothing can be booked (the NMID
    or terminal is not in the register, or the sighting names neither RRN nor reference): an exception row
    says so. One transaction: payment, journal, audit, event, request; fulfilment in a savepoint. Raises
    ValueError for an amount that is not positive, LedgerError where the books refuse.
    """
    if seen.amount <= 0:
        raise ValueError("uang yang terlihat harus lebih dari nol")
    for turn in range(_RACES):
        try:
            with transaction.atomic():
                return _record(seen, by, at)
        except IntegrityError:  # another worker booked at the same moment: look again
            if turn == _RACES - 1:
                raise
    raise AssertionError


def _record(seen: MoneySeen, by: User | None, at: datetime) -> Payment | None:
    place = _place(seen, at)
    if place is None:
        return None
    known = [rules.Known(payment.pk, payment.rrn) for payment in place.known]
    one_per_reference = place.account.partner.payment_identity == "reference"
    identity = rules.identify(known, rrn=seen.rrn, one_per_reference=one_per_reference)
    if identity.payment is None:
        return _book(place, seen, by, at)
    payment = next(payment for payment in place.known if payment.pk == identity.payment)
    return _seen_again(place, payment, seen, at, adopts_rrn=identity.adopts_rrn)


def _place(seen: MoneySeen, at: datetime) -> _Place | None:
    attempt = _attempt_of(seen)
    if attempt is not None:
        return _place_of_request(attempt, seen, at)
    account = accounts.account_of(seen.partner_id, seen.nmid, seen.terminal_id, on=day_of(seen.paid_at))
    if account is None:
        odd(Trouble.UNKNOWN_TERMINAL, _cause(seen), at=at, seen=seen)
        return None
    if not (seen.rrn or seen.reference_no or seen.partner_reference_no):
        odd(Trouble.UNIDENTIFIED, _cause(seen), at=at, seen=seen, opd_id=account.opd_id)
        return None
    return _place_without_request(account, seen)


def _attempt_of(seen: MoneySeen) -> PaymentAttempt | None:
    attempts = PaymentAttempt.objects.filter(partner_id=seen.partner_id).select_related("request")
    if seen.partner_reference_no:
        found = attempts.filter(partner_reference_no=seen.partner_reference_no).first()
        if found:
            return found
    return attempts.filter(reference_no=seen.reference_no).first() if seen.reference_no else None


def _place_of_request(attempt: PaymentAttempt, seen: MoneySeen, at: datetime) -> _Place:
    request, sibling = _lock(attempt.request)
    account = request.receiving_account
    if accounts.is_elsewhere(account, seen.nmid, seen.terminal_id):
        cause = f"{request.pk}:{seen.nmid}:{seen.terminal_id}"
        detail = f"Tagihan ini milik NMID {account.nmid} terminal {account.terminal_id}."
        odd(Trouble.UNKNOWN_TERMINAL, cause, at=at, seen=seen, request=request, detail=detail)
    known = Payment.objects.filter(request=request, partner_reference_no=attempt.partner_reference_no)
    return _Place(
        account=account,
        scope=f"{seen.partner_id}:{attempt.partner_reference_no}",
        known=list(known.order_by("recorded_at", "pk")),
        request=request,
        sibling=sibling,
    )


def _lock(own: PaymentRequest) -> tuple[PaymentRequest, rules.Sibling]:
    """The request, and how its siblings stand, with every request of the same thing locked in one order."""
    rows = list(
        PaymentRequest.objects.select_for_update(of=("self",))
        .select_related("receiving_account__partner")
        .filter(payable_kind=own.payable_kind, payable_key=own.payable_key)
        .order_by("pk")
    )
    states = {State(row.state) for row in rows if row.pk != own.pk}
    if State.PAID in states:
        sibling = rules.Sibling.PAID
    else:
        sibling = rules.Sibling.LIVE if states & rules.LIVE else rules.Sibling.NONE
    return next(row for row in rows if row.pk == own.pk), sibling


def _place_without_request(account: ReceivingAccount, seen: MoneySeen) -> _Place:
    _lock_account(account)
    same = Q()
    if seen.reference_no:
        same |= Q(reference_no=seen.reference_no)
    if seen.partner_reference_no:
        same |= Q(partner_reference_no=seen.partner_reference_no)
    if seen.rrn:
        near = Q(paid_at__range=(seen.paid_at - _SAME_RRN_WITHIN, seen.paid_at + _SAME_RRN_WITHIN))
        unnamed = Q(reference_no="", partner_reference_no="")
        named = seen.reference_no or seen.partner_reference_no
        same |= Q(rrn=seen.rrn) & near & (unnamed if named else Q())
    known = Payment.objects.filter(same, receiving_account=account).order_by("recorded_at", "pk")
    reference = seen.reference_no or seen.partner_reference_no or day_of(seen.paid_at).isoformat()
    return _Place(account, f"{seen.partner_id}:{account.pk}:{reference}", list(known))


def _lock_account(account: ReceivingAccount) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('incoming.static:' || %s, 0))", [str(account.pk)]
        )


def _seen_again(
    place: _Place, payment: Payment, seen: MoneySeen, at: datetime, *, adopts_rrn: bool
) -> Payment:
    if seen.amount != payment.amount:
        cause = f"{payment.pk}:{seen.source}:{seen.amount}"
        odd(
            Trouble.AMOUNT_DIFFERS,
            cause,
            at=at,
            seen=seen,
            request=place.request,
            payment=payment,
            expected_amount=payment.amount,
        )
    news = {
        name: getattr(seen, name)
        for name in ("reference_no", "issuer", "payer_mask")
        if getattr(seen, name) and not getattr(payment, name)
    }
    if adopts_rrn:
        news |= {"rrn": seen.rrn, "identity": f"{place.scope}:{seen.rrn}"}
    if news:
        Payment.objects.filter(pk=payment.pk).update(**news)
        payment.refresh_from_db(fields=list(news))
    if adopts_rrn:
        happened("payment.identified", at=at, request=place.request, payment=payment)
    return payment


def _book(place: _Place, seen: MoneySeen, by: User | None, at: datetime) -> Payment:
    verdict = rules.classify(_expected(place), amount=seen.amount, paid_at=seen.paid_at)
    payment = _payment(place, seen, verdict, at)
    payment.journal_id = post(
        _draft(payment, place), key=f"{payment.source}:received", by=by, at=at, moves=True
    ).journal_id
    payment.save(force_insert=True)
    after = {
        "kind": payment.kind,
        "amount": str(payment.amount),
        "rrn": payment.rrn,
        "seen_by": payment.seen_by,
        "inbox_id": seen.inbox_id,
    }
    audit.record("payment.record", payment, by=by, at=at, after=after)
    happened("payment.recorded", at=at, request=place.request, payment=payment)
    _raise_exception(place, payment, seen, at)
    if verdict.kind in rules.SETTLING and place.request is not None:
        _mark_paid(place.request, by, at)
    fulfil(payment, at=at)
    return payment


def _expected(place: _Place) -> rules.Expected | None:
    request = place.request
    if request is None:
        return None
    return rules.Expected(State(request.state), request.amount, request.expires_at, place.sibling)


def _payment(place: _Place, seen: MoneySeen, verdict: rules.Verdict, at: datetime) -> Payment:
    request = place.request
    return Payment(
        id=uuid7(),
        request=request,
        receiving_account=place.account,
        partner_id=seen.partner_id,
        opd_id=request.opd_id if request else place.account.opd_id,
        kode_lra=request.kode_lra if request else "",
        kode_lo=request.kode_lo if request else "",
        kind=str(verdict.kind),
        amount=seen.amount,
        revenue_amount=verdict.revenue,
        liability_amount=verdict.liability,
        identity=f"{place.scope}:{seen.rrn}",
        rrn=seen.rrn,
        reference_no=seen.reference_no,
        partner_reference_no=place.scope.partition(":")[2] if request else seen.partner_reference_no,
        issuer=seen.issuer,
        payer_mask=seen.payer_mask,
        paid_at=seen.paid_at,
        method=request.method if request else seen.method,
        seen_by=seen.source,
        recorded_at=at,
        fulfilment=Payment.Fulfilment.PENDING if request else Payment.Fulfilment.NONE,
        fulfil_next_at=at if request else None,
    )


def _draft(payment: Payment, place: _Place) -> Draft:
    """Paid: the acquirer owes us; against it undeposited receipts, or the liability (house.md, Decisions)."""
    legs = [debit("acquirer_receivable", payment.amount, opd=payment.opd_id)]
    if payment.revenue_amount:
        legs.append(credit("undeposited_receipts", payment.revenue_amount, opd=payment.opd_id))
    if payment.liability_amount:
        legs.append(credit("payment_liability", payment.liability_amount, opd=payment.opd_id))
    what = place.request.description if place.request else place.account.name
    label = KIND_LABELS[Kind(payment.kind)].lower()
    method = METHOD_LABELS[Method(payment.method)]
    day = day_of(payment.paid_at)
    return Draft(
        kind="payment_received",
        source=payment.source,
        effective_date=day,
        value_date=day,
        description=f"Penerimaan {method} ({label}): {what}"[:200],
        legs=tuple(legs),
    )


def _raise_exception(place: _Place, payment: Payment, seen: MoneySeen, at: datetime) -> None:
    if payment.kind == Kind.EXACT:
        return
    trouble = Trouble(payment.kind) if place.request else Trouble.UNKNOWN_REFERENCE
    expected = place.request.amount if place.request else None
    odd(
        trouble,
        str(payment.pk),
        at=at,
        seen=seen,
        request=place.request,
        payment=payment,
        expected_amount=expected,
    )


def _mark_paid(request: PaymentRequest, by: User | None, at: datetime) -> None:
    before = request.state
    payable = [str(state) for state, onward in rules.NEXT_STATES.items() if State.PAID in onward]
    PaymentRequest.objects.filter(pk=request.pk, state__in=payable).update(
        state=str(State.PAID), closed_at=at, next_ask_at=None, message=""
    )
    request.state = str(State.PAID)
    audit.record(
        "request.paid", request, by=by, at=at, before={"state": before}, after={"state": request.state}
    )
    happened("request.paid", at=at, request=request)


def fulfil(payment: Payment, *, at: datetime) -> None:
    """Tell the outer room, in a savepoint: if it fails, the money stays booked and is told again."""
    if payment.fulfilment != Payment.Fulfilment.PENDING or payment.request is None:
        return
    row = Payment.objects.filter(pk=payment.pk)
    try:
        with transaction.atomic():
            _tell(payment, payment.request, at)
    except Exception:  # whatever the outer room raises must never lose money
        log.exception("fulfilment_failed", payment=str(payment.pk))
        tries = payment.fulfil_tries + 1
        row.update(fulfil_tries=F("fulfil_tries") + 1, fulfil_next_at=at + rules.backoff(tries))
    else:
        row.update(fulfilment=Payment.Fulfilment.DONE, fulfil_next_at=None)
        payment.fulfilment = Payment.Fulfilment.DONE
        happened("payment.fulfilled", at=at, request=payment.request, payment=payment)


def _tell(payment: Payment, request: PaymentRequest, at: datetime) -> None:
    payable = registry.payable(request.payable_kind)
    if payment.kind in rules.SETTLING:
        payable.on_settled(request.payable_key, payment.pk, at)
    else:
        payable.on_exception(request.payable_key, payment.pk, payment.kind, at)


def _cause(seen: MoneySeen) -> str:
    """One alarm for one sighting of unbooked money, however often it is told."""
    named = seen.rrn or seen.reference_no or seen.partner_reference_no
    row = f"inbox{seen.inbox_id}" if seen.inbox_id else f"line{seen.line_id}"
    return f"{seen.partner_id}:{seen.nmid}:{seen.terminal_id}:{named or row}"
