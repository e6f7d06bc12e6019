"""Journals as lists, pages and single sheets, for screens and exports."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from payments.ledger import kinds
from payments.ledger.models import Block, Book, Entry, Journal

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class EntryRow:
    """A leg of a journal as it is read; ``amount`` above zero is a debit."""

    line_no: int
    book: str
    account: str
    account_name: str
    opd_id: int | None
    opd_code: str
    opd_name: str
    kode_rekening: str
    memo: str
    amount: Decimal

    @property
    def book_label(self) -> str:
        return str(Book(self.book).label)

    @property
    def debit(self) -> Decimal:
        return max(self.amount, ZERO)

    @property
    def credit(self) -> Decimal:
        return max(-self.amount, ZERO)


@dataclass(frozen=True)
class JournalRow:
    """A journal in a list; ``amount`` is what it debits in the book where it debits most; ``hash`` is hex."""

    id: int
    key: str
    kind: str
    source: str
    effective_date: date
    value_date: date
    recorded_at: datetime
    description: str
    by_name: str
    reverses_id: int | None
    reversed_by_id: int | None
    amount: Decimal
    hash: str

    @property
    def kind_label(self) -> str:
        return kinds.label(self.kind)


@dataclass(frozen=True)
class JournalDetail:
    journal: JournalRow
    entries: list[EntryRow]


@dataclass(frozen=True)
class JournalFilter:
    """All given conditions hold; ``opds`` None means every agency. Days are ``effective_date``, inclusive.

    An account or agency chooses legs: the list shows journals with such a leg, totals and export those legs.
    ``known_on`` is a sealed block: only what it and those before hold.
    """

    first: date | None = None
    last: date | None = None
    kind: str = ""
    opds: Collection[int] | None = None
    account: str = ""
    text: str = ""
    known_on: Block | None = None


@dataclass(frozen=True)
class JournalPage:
    """Newest effective day first; ``older`` and ``newer`` are cursors, empty where there is no such page."""

    rows: list[JournalRow]
    older: str = ""
    newer: str = ""


@dataclass(frozen=True)
class Totals:
    """Of a filter's legs; ``journals`` is None where only legs were counted."""

    journals: int | None
    legs: int
    debit: Decimal
    credit: Decimal


def journals(where: JournalFilter, *, before: str = "", after: str = "", size: int = 50) -> JournalPage:
    """A page of journals, found by index whatever its depth.

    ``before`` and ``after`` are cursors of another page; a malformed one counts as none.
    """
    edge, back = _edge(after or before), bool(after)
    found = _matching(where)
    if edge:
        found = found.filter(_beyond(edge, newer=back))
    signs = ("effective_date", "id") if back else ("-effective_date", "-id")
    rows = [_row(journal) for journal in _listed(found.order_by(*signs))[: size + 1]]
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    older, newer = (bool(edge), more) if back else (more, bool(edge))
    return JournalPage(
        rows,
        older=_cursor(rows[-1]) if rows and older else "",
        newer=_cursor(rows[0]) if rows and newer else "",
    )


def totals(where: JournalFilter) -> Totals:
    """What the chosen legs add up to, read from the sums per day where no other condition is asked for."""
    if where.kind or where.text or where.known_on:
        return _counted(where)
    values = {
        "first": where.first or date.min,
        "last": where.last or date.max,
        "opds": None if where.opds is None else sorted(where.opds),
        "account": where.account,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, values)
        legs, debit, credit = cursor.fetchone()
    whole = not where.account and where.opds is None
    return Totals(_matching(where).count() if whole else None, int(legs), debit, credit)


_SUMS = """
    WITH account AS (SELECT id FROM ledger_account WHERE %(account)s IN ('', slug)),
    part AS (
        SELECT legs, debit, credit FROM ledger_periodtotal
         WHERE account_id IN (SELECT id FROM account) AND period = 'd'
           AND start BETWEEN %(first)s AND %(last)s
           AND (%(opds)s::bigint[] IS NULL OR opd_id = ANY (%(opds)s))
         UNION ALL
        SELECT 1, greatest(e.amount, 0), greatest(-e.amount, 0)
          FROM (SELECT id, effective_date FROM ledger_journal
                 WHERE xid >= coalesce((SELECT max(upto_xid) FROM ledger_block), 0) OFFSET 0) AS j
         CROSS JOIN LATERAL (SELECT * FROM ledger_entry WHERE journal_id = j.id OFFSET 0) AS e
         WHERE j.effective_date BETWEEN %(first)s AND %(last)s
           AND e.account_id IN (SELECT id FROM account)
           AND (%(opds)s::bigint[] IS NULL OR e.opd_id = ANY (%(opds)s)))
    SELECT coalesce(sum(legs), 0), coalesce(sum(debit), 0.00), coalesce(sum(credit), 0.00) FROM part
"""
"""The days that the roll-up holds, and the journals since its last block, by index as in ``ledger_sums``."""


def _counted(where: JournalFilter) -> Totals:
    debit, credit = Sum("amount", filter=Q(amount__gt=0)), Sum("amount", filter=Q(amount__lt=0))
    sums = _legs(where).aggregate(
        journals=Count("journal_id", distinct=True), legs=Count("line_no"), debit=debit, credit=credit
    )
    return Totals(sums["journals"], sums["legs"], sums["debit"] or ZERO, -(sums["credit"] or ZERO))


def legs(where: JournalFilter) -> Iterator[tuple[object, ...]]:
    """The chosen legs, oldest first, streamed; columns as in LEG_COLUMNS."""
    fields = [
        "journal_id", "journal__key", "journal__kind", "journal__source", "journal__effective_date",
        "journal__value_date", "journal__recorded_at", "line_no", "opd__code", "opd__name", "book",
        "account__slug", "account__name", "kode_rekening", "debit", "credit", "currency",
        "journal__description", "memo", "journal__reverses_id",
    ]  # fmt: skip
    sides = {
        "debit": Case(When(amount__gt=0, then=F("amount")), default=Value(ZERO)),
        "credit": Case(When(amount__lt=0, then=-F("amount")), default=Value(ZERO)),
    }
    rows = _legs(where).annotate(**sides).order_by("journal__effective_date", "journal_id", "line_no")
    return iter(rows.values_list(*fields).iterator(chunk_size=2000))


LEG_COLUMNS = (
    "Nomor jurnal", "Kunci", "Jenis", "Sumber", "Tanggal efektif", "Tanggal valuta", "Dicatat (WIB)", "Baris",
    "Kode OPD", "OPD", "Buku", "Akun", "Nama akun", "Kode rekening", "Debit", "Kredit", "Mata uang", "Uraian",
    "Catatan", "Membalik jurnal",
)  # fmt: skip


def journal(journal_id: int) -> JournalDetail | None:
    """One journal with its legs in order, or None."""
    return next(iter(_details(Journal.objects.filter(pk=journal_id))), None)


def journal_of(source: str) -> list[JournalDetail]:
    """The journals of a source key such as ``payment:<uuid>``, oldest first, with their legs."""
    return _details(Journal.objects.filter(source=source).order_by("id"))


def _details(found: QuerySet[Journal]) -> list[JournalDetail]:
    rows = [_row(journal) for journal in _listed(found)]
    by_journal: dict[int, list[EntryRow]] = {row.id: [] for row in rows}
    for entry in Entry.objects.filter(journal__in=by_journal).select_related("account", "opd").order_by("pk"):
        by_journal[entry.journal_id].append(_entry(entry))
    return [JournalDetail(row, by_journal[row.id]) for row in rows]


def _header(where: JournalFilter, prefix: str = "") -> Q:
    wanted = Q()
    if where.first:
        wanted &= Q(**{f"{prefix}effective_date__gte": where.first})
    if where.last:
        wanted &= Q(**{f"{prefix}effective_date__lte": where.last})
    if where.kind:
        wanted &= Q(**{f"{prefix}kind": where.kind})
    if where.known_on:
        wanted &= Q(**{f"{prefix}xid__lt": where.known_on.upto_xid})
    if where.text:
        words = Q()
        for column in ("description", "key", "source"):
            words |= Q(**{f"{prefix}{column}__icontains": where.text})
        wanted &= words
    return wanted


def _leg(where: JournalFilter) -> Q:
    wanted = Q()
    if where.opds is not None:
        wanted &= Q(opd__in=where.opds)
    if where.account:
        wanted &= Q(account__slug=where.account)
    return wanted


def _matching(where: JournalFilter) -> QuerySet[Journal]:
    found = Journal.objects.filter(_header(where))
    if leg := _leg(where):
        found = found.filter(Exists(Entry.objects.filter(leg, journal=OuterRef("pk"))))
    return found


def _legs(where: JournalFilter) -> QuerySet[Entry]:
    return Entry.objects.filter(_header(where, "journal__"), _leg(where))


def _listed(found: QuerySet[Journal]) -> QuerySet[Journal]:
    debits = Entry.objects.filter(journal=OuterRef("pk"), amount__gt=0).values("book")
    largest = debits.annotate(sum=Sum("amount")).order_by("-sum").values("sum")[:1]
    return found.select_related("by").annotate(
        total=Coalesce(Subquery(largest), ZERO),
        reversed_by_journal=F("reversed_by__id"),
    )


def _row(journal: Journal) -> JournalRow:
    return JournalRow(
        id=journal.pk,
        key=journal.key,
        kind=journal.kind,
        source=journal.source,
        effective_date=journal.effective_date,
        value_date=journal.value_date,
        recorded_at=journal.recorded_at,
        description=journal.description,
        by_name=journal.by.name if journal.by else "",
        reverses_id=journal.reverses_id,
        reversed_by_id=journal.reversed_by_journal,  # type: ignore[attr-defined]
        amount=journal.total,  # type: ignore[attr-defined]
        hash=bytes(journal.hash).hex(),
    )


def _entry(entry: Entry) -> EntryRow:
    return EntryRow(
        line_no=entry.line_no,
        book=entry.book,
        account=entry.account.slug,
        account_name=entry.account.name,
        opd_id=entry.opd_id,
        opd_code=entry.opd.code if entry.opd else "",
        opd_name=entry.opd.name if entry.opd else "",
        kode_rekening=entry.kode_rekening,
        memo=entry.memo,
        amount=entry.amount,
    )


def _cursor(row: JournalRow) -> str:
    return f"{row.effective_date.isoformat()}.{row.id}"


def _edge(cursor: str) -> tuple[date, int] | None:
    day, _, number = cursor.partition(".")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None


def _beyond(edge: tuple[date, int], *, newer: bool) -> Q:
    day, number = edge
    if newer:
        return Q(effective_date__gte=day) & (Q(effective_date__gt=day) | Q(id__gt=number))
    return Q(effective_date__lte=day) & (Q(effective_date__lt=day) | Q(id__lt=number))
