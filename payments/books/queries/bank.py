"""The bank account in the books beside the bank's own statement, as of a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Min, Q, QuerySet

from opd.office.models import Document
from payments.books.days import day_before, words
from payments.books.matching import Item, Line
from payments.books.models import (
    AccountLine,
    AccountStatement,
    CashMovement,
    Explanation,
    LineMatch,
)
from payments.books.queries import ledger
from payments.books.shelf import BANK
from payments.ledger.models import Journal
from payments.spending.models import Disbursement, DisbursementState, TaxLine, TreasuryAccount

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class OpenItem:
    """What stands on one side alone. ``where`` is bank, book or opening; ``why`` empty: unexplained."""

    where: str
    id: int
    day: date
    text: str
    amount: Decimal
    why: str

    @property
    def label(self) -> str:
        return {"bank": "Hanya di bank", "book": "Hanya di buku", "opening": "Saldo awal"}[self.where]


@dataclass(frozen=True)
class Position:
    """Book and bank on a day (rupiah). ``rest`` is what no item accounts for: zero, or a fault of ours."""

    on: date
    book: Decimal
    bank: Decimal
    covered_until: date | None
    items: list[OpenItem]

    @property
    def difference(self) -> Decimal:
        return self.bank - self.book

    @property
    def itemised(self) -> Decimal:
        return sum((-one.amount if one.where == "book" else one.amount for one in self.items), ZERO)

    @property
    def rest(self) -> Decimal:
        return self.difference - self.itemised

    @property
    def unexplained(self) -> list[OpenItem]:
        return [one for one in self.items if not one.why]

    @property
    def is_covered(self) -> bool:
        return self.covered_until is not None and self.covered_until >= self.on

    @property
    def is_clear(self) -> bool:
        return self.is_covered and not self.unexplained and not self.rest


def statements(opd_id: int) -> QuerySet[AccountStatement]:
    return AccountStatement.objects.standing().filter(opd=opd_id).select_related("account")


def start(opd_id: int) -> date | None:
    """The first day that a statement covers: older entries stand in the opening balance."""
    day: date | None = statements(opd_id).aggregate(first=Min("first_day"))["first"]
    return day


def position(opd_id: int, on: date) -> Position:
    """How book and bank stand on a day, and all that explains the difference; a handful of queries."""
    book = ledger.balances(opd_id, on)[BANK]
    known = list(statements(opd_id).filter(first_day__lte=on).order_by("account", "first_day"))
    if not known:
        return Position(on, book, ZERO, None, [])
    since = min(one.first_day for one in known)
    newest: dict[int, AccountStatement] = {one.account_id: one for one in known}
    bank = sum((_balance(one, on) for one in newest.values()), ZERO)
    items = [*_opening(opd_id, known, since), *_bank_alone(opd_id, on), *_book_alone(opd_id, since, on)]
    return Position(on, book, bank, min(one.last_day for one in newest.values()), items)


def _balance(one: AccountStatement, on: date) -> Decimal:
    if on >= one.last_day:
        return one.closing
    line = one.rows.filter(post_date__lte=on).order_by("-line_no").first()
    return line.balance if line else one.opening


def _opening(opd_id: int, known: Iterable[AccountStatement], since: date) -> list[OpenItem]:
    """Where the first statement and the books began apart."""
    first: dict[int, AccountStatement] = {}
    for one in known:
        first.setdefault(one.account_id, one)
    bank = sum((one.opening for one in first.values()), ZERO)
    amount = bank - ledger.balances(opd_id, day_before(since))[BANK]
    if not amount:
        return []
    account = min(first)
    told = Explanation.objects.filter(account=account).first()
    why = told.reason if told and told.amount == amount else ""
    return [OpenItem("opening", account, since, "Saldo awal bank lain dari saldo buku", amount, why)]


def _bank_alone(opd_id: int, on: date) -> list[OpenItem]:
    rows = AccountLine.objects.filter(
        Q(match=None) | Q(match__day__gt=on),
        statement__opd=opd_id, statement__withdrawn_at=None, post_date__lte=on,
    ).select_related("match", "explanation")  # fmt: skip
    return [
        OpenItem("bank", row.pk, row.post_date, _line_text(row), row.credit - row.debit, _line_why(row))
        for row in rows.order_by("post_date", "pk")
    ]


def _line_text(row: AccountLine) -> str:
    return f"{row.description} {row.reference_no}".strip()


def _line_why(row: AccountLine) -> str:
    match, told = getattr(row, "match", None), getattr(row, "explanation", None)
    if match:
        return f"Dibukukan {words(match.day)}."
    return told.reason if told else ""


def _book_alone(opd_id: int, since: date, on: date) -> list[OpenItem]:
    found = moves(opd_id, since, on, by_value=False)
    matched = dict(
        LineMatch.objects.filter(journal__in=[one.journal for one in found])
        .exclude(line__post_date__gt=on).values_list("journal", "pk")
    )  # fmt: skip
    alone = [one for one in found if one.journal not in matched]
    later = dict(
        LineMatch.objects.filter(journal__in=[one.journal for one in alone])
        .values_list("journal", "line__post_date")
    )  # fmt: skip
    told = dict(
        Explanation.objects.filter(journal__in=[one.journal for one in alone]).values_list(
            "journal", "reason"
        )
    )
    return [
        OpenItem("book", one.journal, one.effective, one.text, one.amount,
                 f"Tercatat di bank {words(later[one.journal])}." if one.journal in later
                 else told.get(one.journal, ""))
        for one in alone
    ]  # fmt: skip


@dataclass(frozen=True)
class Move:
    """What a journal does to the bank account (rupiah; positive where money comes in)."""

    journal: int
    effective: date
    value_date: date
    key: str
    text: str
    amount: Decimal

    @property
    def stem(self) -> str:
        """What the journal's key begins with: "spend:<id>", "tax:<id>" …"""
        return ":".join(self.key.split(":")[:2])


def moves(opd_id: int, first: date, last: date, *, by_value: bool) -> list[Move]:
    """Journals that change the bank account, by book day or by the real day."""
    column = "value_date" if by_value else "effective_date"
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVES.format(column=column), {"opd": opd_id, "first": first, "last": last, "role": BANK}
        )
        return [Move(*row) for row in cursor.fetchall()]


def open_lines(account: TreasuryAccount) -> list[Line]:
    rows = AccountLine.objects.filter(statement__account=account, statement__withdrawn_at=None, match=None)
    return [
        Line(row.pk, row.post_date, row.credit - row.debit, row.reference_no, row.description)
        for row in rows.order_by("post_date", "pk")
    ]


def open_items(account: TreasuryAccount, lines: Iterable[Line], *, days: int) -> list[Item]:
    """Journals that no line proves yet and that may stand among ``lines``, with their references."""
    span = [line.day for line in lines]
    since = start(account.opd_id)
    if not span or since is None:
        return []
    reach = timedelta(days=max(days, 45))  # a reference may prove a payment that the bank shows late
    found = [
        one for one in moves(account.opd_id, min(span) - reach, max(span) + reach, by_value=True)
        if one.effective >= since
    ]  # fmt: skip
    proven = set(
        LineMatch.objects.filter(journal__in=[one.journal for one in found]).values_list("journal", flat=True)
    )
    foreign, keys = _references(account, found)
    return [
        Item(one.journal, one.value_date, one.amount, frozenset(keys[one.stem] | _told(one.text)))
        for one in found
        if one.journal not in proven and one.key not in foreign
    ]


def _told(text: str) -> set[str]:
    """References that a journal's own words carry: long, with digits."""
    return {word for word in text.replace(",", " ").split() if len(word) >= 8 and any(map(str.isdigit, word))}


def _references(account: TreasuryAccount, found: list[Move]) -> tuple[set[str], dict[str, set[str]]]:
    """Journals paid from another account, and the references by which a bank may name each stem."""
    keys: dict[str, set[str]] = defaultdict(set)
    foreign: set[str] = set()
    for row in Disbursement.objects.filter(spend__in=_ids(found, "spend"), state=DisbursementState.SUCCEEDED):
        stem = f"spend:{row.spend_id}"
        keys[stem] |= {row.partner_reference_no, row.reference_no, row.rrn} - {""}
        if row.account_id not in (None, account.pk):
            foreign.add(f"{stem}:paid")
    for tax in TaxLine.objects.filter(pk__in=_ids(found, "tax")):
        keys[f"tax:{tax.pk}"] |= {tax.ntpn, tax.billing_code} - {""}
    claims = Document.objects.filter(subject_type="spending.claim", subject_id__in=_ids(found, "claim"))
    for claim_id, number in claims.filter(voided_at=None).values_list("subject_id", "official_number"):
        keys[f"claim:{claim_id}"] |= {number} - {""}
    for cash in CashMovement.objects.filter(pk__in=_ids(found, "cash")):
        keys[f"cash:{cash.pk}"].add(cash.reference)
    return foreign, keys


def _ids(found: list[Move], stem: str) -> list[str]:
    return [one.key.split(":")[1] for one in found if one.key.startswith(f"{stem}:")]


def candidates(line: AccountLine) -> list[Move]:
    """Journals of the line's amount that no line proves yet, nearest day first."""
    opd_id, amount = line.statement.opd_id, line.credit - line.debit
    since = start(opd_id)
    if since is None:
        return []
    near = timedelta(days=62)
    found = [
        one for one in moves(opd_id, max(since, line.post_date - near), line.post_date + near, by_value=False)
        if one.amount == amount
    ]  # fmt: skip
    taken = set(
        LineMatch.objects.filter(journal__in=[one.journal for one in found]).values_list("journal", flat=True)
    )
    free = [one for one in found if one.journal not in taken]
    return sorted(free, key=lambda one: abs(one.value_date - line.post_date))[:20]


def disbursement_of(journal: int) -> Disbursement | None:
    """The payment behind a journal, where it is that of a paid spend."""
    key = Journal.objects.filter(pk=journal).values_list("key", flat=True).first() or ""
    stem, _, deed = key.rpartition(":")
    if deed != "paid" or not stem.startswith("spend:"):
        return None
    paid = Disbursement.objects.filter(state=DisbursementState.SUCCEEDED)
    return paid.filter(spend=UUID(stem.removeprefix("spend:"))).first()


_MOVES = """
    SELECT j.id, j.effective_date, j.value_date, j.key, j.description, sum(e.amount)
      FROM ledger_entry e
      JOIN ledger_journal j ON j.id = e.journal_id
     WHERE e.opd_id = %(opd)s
       AND e.account_id IN (SELECT account_id FROM ledger_postingrule WHERE role = %(role)s)
       AND j.{column} BETWEEN %(first)s AND %(last)s
     GROUP BY j.id HAVING sum(e.amount) <> 0
     ORDER BY j.{column}, j.id
"""
