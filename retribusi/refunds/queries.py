"""What the office and the payer read about money back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from opd import audit
from opd.access import Scope
from opd.models import AuditEvent
from opd.office import rules
from opd.office.calendar import add_months, bounds, day_of
from opd.office.story import Told
from payments.incoming import refunds, whereabouts
from payments.incoming.models import Compensation, MoneyException, Payment, Recognition, Refund
from payments.incoming.refund_rules import BY_TREASURY, Choice, Parts, Path, Whereabouts
from payments.incoming.refund_texts import WHY_TEXTS
from payments.money import MoneyError, parse
from retribusi import things
from retribusi.models import Order, Ticket
from retribusi.refunds.models import RefundRequest
from retribusi.services.fulfilment import used_tickets

ZERO = Decimal(0)


@dataclass(frozen=True)
class Where:
    """The list's filter; days in WIB of the proposal, inclusive; "" and None choose nothing."""

    state: str = ""
    path: str = ""
    opd_id: int | None = None
    first: date | None = None
    last: date | None = None
    text: str = ""


def refund_rows(reach: Scope, where: Where) -> QuerySet[Refund]:
    """Refunds in reach that fit, newest first."""
    rows = reach.filter(Refund.objects.all()).select_related(
        "opd", "payment__receiving_account", "proposed_by", "decided_by"
    )
    found = Q()
    if where.state == "open":
        found &= Q(closed_at=None)
    elif where.state:
        found &= Q(state=where.state)
    if where.path:
        found &= Q(path=where.path)
    if where.opd_id:
        found &= Q(opd=where.opd_id)
    if where.first:
        found &= Q(proposed_at__gte=bounds(where.first)[0])
    if where.last:
        found &= Q(proposed_at__lt=bounds(where.last)[1])
    if where.text:
        found &= _named(where.text, "payment__") | Q(partner_refund_no=where.text) | Q(sp2d_number=where.text)
    return rows.filter(found).order_by("-proposed_at", "-pk")


def _named(text: str, prefix: str) -> Q:
    """A payment by RRN, reference, amount, or the name of what was paid for."""
    found = (
        Q(**{f"{prefix}rrn": text})
        | Q(**{f"{prefix}partner_reference_no": text})
        | Q(**{f"{prefix}reference_no": text})
        | Q(**{f"{prefix}request__payable_key__in": things.find(text)})
    )
    try:
        return found | Q(**{f"{prefix}amount": parse(text)})
    except MoneyError:
        return found


def _sum(rows: QuerySet[Any], field: str) -> Coalesce:
    """Of the rows of one payment."""
    own = rows.filter(payment=OuterRef("pk")).order_by().values("payment")
    return Coalesce(Subquery(own.annotate(sum=Sum(field)).values("sum")), ZERO, output_field=DecimalField())


@dataclass(frozen=True)
class Kept:
    """A payment of which some is kept as titipan; ``left`` has no refund yet, ``days`` is its age."""

    payment: Payment
    left: Decimal
    days: int
    trouble: MoneyException | None


def kept_rows(reach: Scope, *, kind: str = "", older: int = 0, text: str = "", on: date) -> QuerySet[Payment]:
    """Payments with titipan that nobody has given back, used, proposed to, or claimed; oldest first
    (``left``)."""
    going = Refund.objects.exclude(state="refused")
    left = F("liability_amount") - _sum(going, "liability_amount")
    left -= _sum(Compensation.objects.holding(), "amount")
    rows = reach.filter(Payment.objects.filter(liability_amount__gt=0)).annotate(left=left)
    claimed = Recognition.objects.standing().filter(payment=OuterRef("pk"))
    rows = rows.filter(~Exists(claimed), left__gt=0)
    if kind:
        rows = rows.filter(kind=kind)
    if older:
        rows = rows.filter(paid_at__lt=bounds(on - timedelta(days=older))[0])
    if text:
        rows = rows.filter(_named(text, ""))
    return rows.select_related("receiving_account", "request", "opd").order_by("paid_at", "pk")


def kept(payments: list[Payment], *, on: date) -> list[Kept]:
    """The rows with their open exception, in one more query."""
    troubles = {
        row.payment_id: row
        for row in MoneyException.objects.filter(payment__in=payments, state=MoneyException.Standing.OPEN)
    }
    return [
        Kept(row, row.left, (on - day_of(row.paid_at)).days, troubles.get(row.pk))  # type: ignore[attr-defined]
        for row in payments
    ]


@dataclass(frozen=True)
class Stage:
    """One place on the money's way: ``state`` is past, here or ahead."""

    name: str
    state: str
    at: datetime | date | None
    path: str


@dataclass(frozen=True)
class MoneyPath:
    """How much was paid, where it is, and what is lawful now."""

    payment: Payment
    order: Order | None
    where: Whereabouts
    choice: Choice
    left: Parts
    stages: list[Stage]
    refunds: list[Refund]
    used: int
    tickets: int

    @property
    def why(self) -> str:
        return WHY_TEXTS[self.choice.why]

    @property
    def returned(self) -> Decimal:
        return sum((row.amount for row in self.refunds if row.state == "done"), ZERO)

    @property
    def path_label(self) -> str:
        return Refund(path=str(self.choice.path)).get_path_display() if self.choice.path else ""


def money_path(payment: Payment, *, on: date) -> MoneyPath:
    order = Order.objects.filter(payment=payment).first()
    where = whereabouts.of_one(payment.pk)
    return MoneyPath(
        payment=payment,
        order=order,
        where=where,
        choice=refunds.choice(payment, on=on),
        left=refunds.left(payment),
        stages=stages(where, paid_at=payment.paid_at, today=on),
        refunds=list(payment.refunds.select_related("proposed_by", "decided_by").order_by("proposed_at")),
        used=used_tickets(order) if order else 0,
        tickets=Ticket.objects.filter(line__order=order).count() if order else 0,
    )


def stages(where: Whereabouts, *, paid_at: datetime, today: date) -> list[Stage]:
    """The four places in order, and which one the money has reached. Pure."""
    last_year = where.credited_on is not None and where.credited_on.year < today.year
    reached = 3 if last_year else 2 if where.credited_on else 1 if where.settled_on else 0
    places = (
        ("Di bank penerima, belum disetor", paid_at, "dibatalkan di bank, seluruhnya"),
        ("Dihitung bank dalam settlement", where.settled_on, "dikembalikan bank, semua atau sebagian"),
        ("Di RKUD tahun ini", where.credited_on, "permohonan, SKRDLB, SPM, SP2D dari BUD"),
        ("Masuk RKUD tahun lalu", where.credited_on if last_year else None, "SP2D dari BTT"),
    )
    states = ["past" if n < reached else "here" if n == reached else "ahead" for n in range(len(places))]
    return [
        Stage(name, state, day if state != "ahead" else None, path)
        for (name, day, path), state in zip(places, states, strict=True)
    ]


def story(refund: Refund) -> list[Told]:
    """What happened to a refund, oldest first, from its trail."""
    rows = AuditEvent.objects.filter(subject_type="incoming.refund", subject_id=str(refund.pk))
    return [
        Told(row.at, audit.describe(row.action), row.by.name if row.by else "sistem", row.reason)
        for row in rows.select_related("by").order_by("at", "pk")
    ]


@dataclass(frozen=True)
class Limits:
    """The last days for deciding and paying a restitution, with their law."""

    decide_by: date
    pay_by: date | None
    legal_basis: str
    confirmed: bool


def limits(refund: Refund) -> Limits | None:
    """None for what the bank does at once."""
    if refund.way not in BY_TREASURY:
        return None
    asked = RefundRequest.objects.filter(refund=refund).values_list("filed_at", flat=True).first()
    day = day_of(asked or refund.proposed_at)
    decide, pay = rules.in_force("refund.decide_months", day), rules.in_force("refund.pay_months", day)
    paid_by = add_months(refund.skrdlb_date, int(pay.value)) if refund.skrdlb_date else None
    return Limits(add_months(day, int(decide.value)), paid_by, decide.legal_basis, decide.confirmed)


def of_token(token: str) -> RefundRequest | None:
    """The request behind a payer's link."""
    rows = RefundRequest.objects.select_related("order__point", "skrd__point", "skrd__document", "refund")
    return rows.filter(token=token).first()


def told_to_payer(row: RefundRequest) -> tuple[str, str, str]:
    """Tone, state and sentence of a request in the payer's language; officers are not named."""
    refund = row.refund
    if row.state == RefundRequest.State.DECLINED:
        return "bad", _("Tidak dikabulkan"), row.answer
    if refund is None:
        return "wait", _("Diterima"), _("Permohonan Anda diperiksa bendahara.")
    if refund.state == "done":
        text = _(
            "Uang sudah dikembalikan. Bila belum terlihat, tanyakan kepada penerbit dompet atau bank Anda."
        )
        return "ok", _("Dikembalikan"), text
    if refund.state == "refused":
        return (
            "bad",
            _("Tidak jadi"),
            _("Pengembalian ini tidak dapat dilanjutkan. Anda boleh mengajukan lagi."),
        )
    if refund.way in {Path.RESTITUTION, Path.PRIOR_YEAR}:
        return (
            "wait",
            _("Diproses"),
            _("Uangnya sudah di kas daerah, jadi dikembalikan dengan surat perintah bayar."),
        )
    return "wait", _("Diproses"), _("Sedang diproses dengan bank.")
