"""Read models of the room's pages: who sees which cards, what waits, what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from opd import audit
from opd.access import Scope, scope
from opd.models import AuditEvent, Opd, User
from opd.office import rules
from opd.office.calendar import day_of
from payments.emoney.balances import Balance, balances, most
from payments.emoney.models import Card, HistoryFile, Movement, MovementKind, Return, TopUp
from payments.emoney.services.taps import CLOSED
from payments.spending.models import SPENT, SpendState

ZERO = Decimal("0.00")
STATES = {"active": "Aktif", "blocked": "Diblokir", "ended": "Berakhir", "future": "Belum berlaku"}
TONES = {"active": "ok", "blocked": "bad", "ended": "quiet", "future": "wait"}


@dataclass(frozen=True)
class CardFilter:
    """``state``: "" all, a state of the card, or "bersaldo" with something left in the books."""

    opd_id: int | None = None
    state: str = ""
    text: str = ""


@dataclass(frozen=True)
class CardRow:
    """A card in a list with its money (rupiah)."""

    card: Card
    balance: Balance
    state: str
    late: bool

    @property
    def state_label(self) -> str:
        return STATES[self.state]

    @property
    def tone(self) -> str:
        return TONES[self.state]


@dataclass(frozen=True)
class Totals:
    advance: Decimal
    open: Decimal
    on_history: Decimal


@dataclass(frozen=True)
class Step:
    """Where a tap stands: ``code`` unreported, returned, waiting, ready, charged, repaid."""

    code: str
    label: str
    tone: str
    waits: str


STEPS = {
    "unreported": Step("unreported", "Belum dilaporkan", "wait", "pemegang menyerahkan struk"),
    "returned": Step("returned", "Dikembalikan", "bad", "pemegang melapor ulang"),
    "waiting": Step("waiting", "Menunggu PA/KPA", "wait", "PA atau KPA menyetujui"),
    "ready": Step("ready", "Siap dibebankan", "wait", "bendahara menguji dan membebankan"),
    "charged": Step("charged", "Sudah dibebankan", "ok", ""),
    "repaid": Step("repaid", "Sudah diganti pemegang", "ok", ""),
}


def visible(user: User) -> QuerySet[Card]:
    """Cards a person may see: those of the agencies he works for, else his own alone."""
    rows = Card.objects.select_related("opd", "holder")
    reach = scope(user, "emoney.view")
    wide = scope(user, "spend.view")
    if wide.opd_ids is None:
        return rows
    own = Q(holder=user, opd__in=reach.opd_ids or ())
    return rows.filter(Q(opd__in=wide.opd_ids) | own)


def found(user: User, where: CardFilter, *, on: date) -> QuerySet[Card]:
    rows = visible(user)
    if where.opd_id:
        rows = rows.filter(opd=where.opd_id)
    if where.text:
        rows = rows.filter(
            Q(holder__name__icontains=where.text) | Q(last4=where.text) | Q(issuer__icontains=where.text)
        )
    ended = Q(valid_to__lt=on)
    if where.state == "active":
        rows = rows.filter(~ended | Q(valid_to=None), blocked_at=None, valid_from__lte=on)
    elif where.state == "blocked":
        rows = rows.filter(~ended | Q(valid_to=None), blocked_at__isnull=False)
    elif where.state == "ended":
        rows = rows.filter(ended)
    return rows.order_by("opd__name", "first6", "last4")


def rows_of(cards: Iterable[Card], *, on: date) -> list[CardRow]:
    """The cards with their balances, in two queries whatever their number."""
    listed = list(cards)
    money = balances(card.pk for card in listed)
    days = int(rules.value("emoney.report_days", on))
    return [CardRow(card, money[card.pk], card.state(on), _late(money[card.pk], on, days)) for card in listed]


def _late(balance: Balance, on: date, days: int) -> bool:
    oldest = balance.oldest_open
    return oldest is not None and day_of(oldest) + timedelta(days=days) < on


def totals(rows: Iterable[CardRow]) -> Totals:
    listed = list(rows)
    return Totals(
        sum((row.balance.advance for row in listed), ZERO),
        sum((row.balance.open for row in listed), ZERO),
        sum((row.balance.on_history or ZERO for row in listed), ZERO),
    )


def with_balance(rows: Iterable[CardRow]) -> list[CardRow]:
    """Cards that must still come to zero: the books, the issuer or open taps say something is on them."""
    return [row for row in rows if row.balance.advance or row.balance.on_history or row.balance.open_count]


def offices(user: User) -> list[Opd]:
    """Agencies that have cards the person sees."""
    return list(Opd.objects.filter(pk__in=visible(user).values("opd")).order_by("name"))


def step_of(tap: Movement) -> Step:
    """Where a purchase stands. ``spend`` is selected with it."""
    if tap.given_back_id:
        return STEPS["repaid"]
    if tap.spend is None:
        return STEPS["unreported"]
    if tap.spend.state in SPENT:
        return STEPS["charged"]
    if tap.spend.state in CLOSED:
        return STEPS["returned"]
    ready = tap.spend.state in {SpendState.APPROVED, SpendState.TESTED}
    return STEPS["ready" if ready else "waiting"]


def open_taps(cards: QuerySet[Card]) -> QuerySet[Movement]:
    """Purchases that are neither charged to a budget line nor repaid, oldest first."""
    rows = Movement.objects.filter(card__in=cards, kind=MovementKind.BUY, given_back=None)
    rows = rows.exclude(spend__state__in=SPENT)
    return rows.select_related("card__holder", "card__opd", "spend").order_by("at", "pk")


def narrowed(rows: QuerySet[Movement], step: str) -> QuerySet[Movement]:
    """Open purchases that stand at one step; all for "" or an unknown word."""
    match step:
        case "unreported":
            return rows.filter(spend=None)
        case "returned":
            return rows.filter(spend__state__in=CLOSED)
        case "ready":
            return rows.filter(spend__state__in=[SpendState.APPROVED, SpendState.TESTED])
        case "waiting":
            return rows.filter(spend__state__in=[SpendState.DRAFT, SpendState.SUBMITTED])
    return rows


def to_report(rows: QuerySet[Movement]) -> QuerySet[Movement]:
    """Open purchases whose holder still has to hand something in."""
    return rows.filter(Q(spend=None) | Q(spend__state__in=CLOSED))


def sums(rows: QuerySet[Movement]) -> tuple[int, Decimal]:
    found = rows.order_by().aggregate(n=Count("pk"), amount=Sum("amount"))
    return found["n"], found["amount"] or ZERO


def deadline(tap: Movement, *, days: int) -> date:
    return tap.day + timedelta(days=days)


def movements(card: Card) -> QuerySet[Movement]:
    """The history of a card, newest first."""
    rows = Movement.objects.filter(card=card).select_related("card", "spend", "top_up", "given_back")
    return rows.order_by("-position")


def top_ups(card: Card) -> QuerySet[TopUp]:
    return (
        TopUp.objects.filter(card=card)
        .select_related("made_by", "movement")
        .order_by("-paid_date", "-made_at")
    )


def returns(card: Card) -> QuerySet[Return]:
    return Return.objects.filter(card=card).select_related("made_by", "movement").order_by("-paid_date")


def files(reach: Scope) -> QuerySet[HistoryFile]:
    rows = HistoryFile.objects.select_related("card__holder", "opd", "uploaded_by")
    return reach.filter(rows)


def limit(card: Card, on: date) -> Decimal:
    return most(card, on)


def timeline(card: Card) -> list[dict[str, object]]:
    """What happened to a card and its money, oldest first."""
    ids = [str(pk) for pk in TopUp.objects.filter(card=card).values_list("pk", flat=True)]
    backs = [str(pk) for pk in Return.objects.filter(card=card).values_list("pk", flat=True)]
    files = [str(pk) for pk in HistoryFile.objects.filter(card=card).values_list("pk", flat=True)]
    rows = AuditEvent.objects.filter(
        Q(subject_type="emoney.card", subject_id=str(card.pk))
        | Q(subject_type="emoney.topup", subject_id__in=ids)
        | Q(subject_type="emoney.return", subject_id__in=backs)
        | Q(subject_type="emoney.historyfile", subject_id__in=files)
    )
    return told(rows.select_related("by").order_by("at", "pk"))


def timeline_of(tap: Movement) -> list[dict[str, object]]:
    """What happened to a line of a history and to its spend, oldest first."""
    mine = Q(subject_type="emoney.movement", subject_id=str(tap.pk))
    if tap.spend_id:
        mine |= Q(subject_type="spending.spend", subject_id=str(tap.spend_id))
    return told(AuditEvent.objects.filter(mine).select_related("by").order_by("at", "pk"))


def told(rows: Iterable[AuditEvent]) -> list[dict[str, object]]:
    return [
        {"at": row.at, "text": audit.describe(row.action), "by": row.by or "sistem", "detail": row.reason}
        for row in rows
    ]
