"""Every way to break the books, tried in raw SQL by the owner of the tables.

Each probe runs twice: with its guard, which must refuse; and in a scratch database with that guard taken
away, where ``verify`` must see the harm. What the application's login can't even try: ``test_roles.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import Error, connection, transaction

from payments.ledger.services import post_many
from payments.ledger.verification import LAWS
from tests.ledger.books import AT, close_block, received

HEADER = """
    INSERT INTO ledger_journal (id, key, request_hash, kind, source, effective_date, value_date, recorded_at,
                                description, currency, legs, xid, hash)
    VALUES (999, {key}, '', 'uji', 'uji', '2026-11-24', '2026-11-24', now(), 'Uji', 'IDR', {legs},
            pg_current_xact_id()::text::bigint, '')
    RETURNING id
"""
LEGS = """
    INSERT INTO ledger_entry (journal_id, line_no, book, account_id, amount, currency, kode_rekening, memo)
    SELECT {journal}, v.line_no, a.book, a.id, v.amount, v.currency, '', ''
      FROM (VALUES {legs}) AS v (line_no, account, amount, currency)
      JOIN ledger_account a ON a.slug = v.account
"""
OWED, UNDEPOSITED = "'acquirer-receivable'", "'undeposited-receipts'"


def journal(*legs: tuple[int, str, int, str], count: int | None = None, key: str = "'uji'") -> str:
    """A journal and its legs in one statement, as ``ledger_post`` writes them."""
    header = HEADER.format(key=key, legs=len(legs) if count is None else count)
    return f"WITH j AS ({header}) {entries('(SELECT id FROM j)', *legs)}"


def entries(to: str, *legs: tuple[int, str, int, str]) -> str:
    values = ", ".join(
        f"({line}, {account}, {amount}, '{currency}')" for line, account, amount, currency in legs
    )
    return LEGS.format(journal=to, legs=values)


FIRST = "(SELECT min(id) FROM ledger_journal)"
LAST = "(SELECT max(id) FROM ledger_journal)"
OTHER_ACCOUNT = "(SELECT id FROM ledger_account WHERE slug = 'mdr-claim')"
WHOLE = "DROP TRIGGER ledger_entries_fit ON ledger_entry"
FROZEN_LEGS = "DROP TRIGGER ledger_append_only ON ledger_entry"
FROZEN_HEADS = "DROP TRIGGER ledger_append_only ON ledger_journal"
FROZEN_BLOCKS = "DROP TRIGGER ledger_append_only ON ledger_block"
FROZEN_ROLL_UPS = "DROP TRIGGER ledger_append_only ON ledger_rollup"
UNIQUE_KEY = "ALTER TABLE ledger_journal DROP CONSTRAINT journal_key_once"


@dataclass(frozen=True)
class Probe:
    """``refused_by`` is the SQLSTATE with every guard up; ``laws`` see the harm once ``guards`` are gone."""

    name: str
    deed: str
    refused_by: str
    guards: tuple[str, ...]
    laws: frozenset[str]


def probe(name: str, deed: str, refused_by: str, guards: tuple[str, ...], *laws: str) -> Probe:
    return Probe(name, deed, refused_by, guards, frozenset(f"ledger.{law}" for law in laws))


PROBES = [
    probe("one leg", journal((1, OWED, 5, "IDR")), "LD003", (WHOLE,), "legs", "balance"),
    probe(
        "no legs",
        HEADER.format(key="'uji'", legs=2),
        "LD010",
        ("DROP TRIGGER ledger_journals_fit ON ledger_journal",),
        "legs",
    ),
    probe(
        "fewer legs than the header says",
        journal((1, OWED, 5, "IDR"), (2, UNDEPOSITED, -5, "IDR"), count=3),
        "LD010",
        (WHOLE,),
        "legs",
    ),
    probe(
        "gap in the lines",
        journal((1, OWED, 5, "IDR"), (3, UNDEPOSITED, -5, "IDR")),
        "LD010",
        (WHOLE,),
        "lines",
    ),
    probe(
        "unbalanced", journal((1, OWED, 5, "IDR"), (2, UNDEPOSITED, -4, "IDR")), "LD002", (WHOLE,), "balance"
    ),
    probe(
        "balanced over two books only",
        journal((1, OWED, 5, "IDR"), (2, "'rkud'", -5, "IDR")),
        "LD002",
        (WHOLE,),
        "balance",
    ),
    probe(
        "mixed currency",
        journal((1, OWED, 5, "IDR"), (2, UNDEPOSITED, -5, "USD")),
        "LD010",
        (WHOLE,),
        "currency",
    ),
    probe(
        "zero amount",
        journal((1, OWED, 0, "IDR"), (2, UNDEPOSITED, 0, "IDR")),
        "LD006",
        (WHOLE,),
        "amounts",
    ),
    probe(
        "account of another book",
        journal((1, OWED, 5, "IDR"), (2, UNDEPOSITED, -5, "IDR")).replace("a.book", "'bud'"),
        "LD005",
        (WHOLE,),
        "owners",
    ),
    probe(
        "header without words",
        journal((1, OWED, 5, "IDR"), (2, UNDEPOSITED, -5, "IDR")).replace("'Uji'", "' '"),
        "LD007",
        ("DROP TRIGGER ledger_journals_fit ON ledger_journal",),
        "headers",
    ),
    probe(
        "account renamed",
        "UPDATE ledger_account SET slug = 'lain' WHERE slug = 'acquirer-receivable'",
        "LD011",
        ("DROP TRIGGER ledger_account_stays ON ledger_account",),
        "hash",
    ),
    probe(
        "legs of no journal",
        entries("998", (1, OWED, 5, "IDR"), (2, UNDEPOSITED, -5, "IDR")),
        "LD010",
        (WHOLE,),
        "owners",
    ),
    probe(
        "legs added later",
        entries(FIRST, (3, OWED, 5, "IDR"), (4, UNDEPOSITED, -5, "IDR")),
        "LD010",
        (WHOLE,),
        "legs",
        "hash",
        "roll_ups",
    ),
    probe(
        "legs repeated later",
        entries(FIRST, (1, OWED, 5, "IDR"), (2, UNDEPOSITED, -5, "IDR")),
        "23505",
        ("ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_pkey",),
        "legs",
        "lines",
        "hash",
        "roll_ups",
    ),
    probe(
        "leg of another book",
        "UPDATE ledger_entry SET book = 'bud'",
        "LD011",
        (FROZEN_LEGS,),
        "owners",
        "hash",
    ),
    probe(
        "moved leg",
        f"UPDATE ledger_entry SET journal_id = {FIRST}, line_no = 3"
        f" WHERE journal_id = {LAST} AND line_no = 2",
        "LD011",
        (FROZEN_LEGS,),
        "legs",
        "balance",
    ),
    probe(
        "account changed",
        f"UPDATE ledger_entry SET account_id = {OTHER_ACCOUNT} WHERE journal_id = {FIRST} AND line_no = 1",
        "LD011",
        (FROZEN_LEGS,),
        "hash",
        "roll_ups",
    ),
    probe(
        "one amount changed",
        f"UPDATE ledger_entry SET amount = 1 WHERE journal_id = {FIRST} AND line_no = 1",
        "LD011",
        (FROZEN_LEGS,),
        "balance",
        "hash",
        "roll_ups",
    ),
    probe(
        "both amounts changed",
        f"UPDATE ledger_entry SET amount = 2 * amount WHERE journal_id = {FIRST}",
        "LD011",
        (FROZEN_LEGS,),
        "hash",
        "roll_ups",
    ),
    probe(
        "memo changed",
        f"UPDATE ledger_entry SET memo = 'lain' WHERE journal_id = {FIRST}",
        "LD011",
        (FROZEN_LEGS,),
        "hash",
    ),
    probe(
        "leg deleted",
        f"DELETE FROM ledger_entry WHERE journal_id = {FIRST} AND line_no = 2",
        "LD011",
        (FROZEN_LEGS,),
        "legs",
        "balance",
        "hash",
        "blocks",
        "roll_ups",
    ),
    probe(
        "date changed",
        f"UPDATE ledger_journal SET effective_date = '2026-01-01' WHERE id = {FIRST}",
        "LD011",
        (FROZEN_HEADS,),
        "hash",
        "roll_ups",
    ),
    probe(
        "value date changed",
        f"UPDATE ledger_journal SET value_date = '2026-01-01' WHERE id = {FIRST}",
        "LD011",
        (FROZEN_HEADS,),
        "hash",
    ),
    probe(
        "text changed",
        f"UPDATE ledger_journal SET description = 'Lain' WHERE id = {FIRST}",
        "LD011",
        (FROZEN_HEADS,),
        "hash",
    ),
    probe(
        "text and hash changed",
        f"UPDATE ledger_journal SET description = 'Lain', hash = sha256('x') WHERE id = {FIRST}",
        "LD011",
        (FROZEN_HEADS,),
        "hash",
        "blocks",
    ),
    probe(
        "journal deleted",
        f"WITH e AS (DELETE FROM ledger_entry WHERE journal_id = {FIRST}) "
        f"DELETE FROM ledger_journal WHERE id = {FIRST}",
        "LD011",
        (FROZEN_LEGS, FROZEN_HEADS),
        "blocks",
        "roll_ups",
    ),
    probe(
        "everything emptied",
        "TRUNCATE ledger_journal, ledger_entry",
        "LD011",
        (FROZEN_LEGS, FROZEN_HEADS),
        "blocks",
        "roll_ups",
    ),
    probe(
        "roll-up changed",
        "UPDATE ledger_rollup SET debit = debit + 1",
        "LD011",
        (FROZEN_ROLL_UPS,),
        "roll_ups",
        "period_totals",
    ),
    probe(
        "roll-up deleted",
        "DELETE FROM ledger_rollup WHERE debit > 0",
        "LD011",
        (FROZEN_ROLL_UPS,),
        "roll_ups",
    ),
    probe(
        "block changed",
        "UPDATE ledger_block SET journals = journals - 1",
        "LD011",
        (FROZEN_BLOCKS,),
        "blocks",
    ),
    probe(
        "key taken twice",
        journal((1, OWED, 5, "IDR"), (2, UNDEPOSITED, -5, "IDR"), key="'k1'"),
        "23505",
        (UNIQUE_KEY,),
        "keys",
    ),
]


@pytest.fixture
def books() -> None:
    """Three journals; where the test commits, the first two are in a block."""
    post_many([("k1", received(5_000)), ("k2", received(7_000))], by=None, at=AT)
    if not connection.in_atomic_block:
        close_block()
    post_many([("k3", received(9_000))], by=None, at=AT)


def broken() -> set[str]:
    return {law.name for law in LAWS if law.check().problems}


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def sqlstate_of(deed: Callable[[], None]) -> str:
    with pytest.raises(Error) as caught, transaction.atomic():
        deed()
    return str(getattr(caught.value.__cause__, "sqlstate", ""))


@pytest.mark.django_db
@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("tried", PROBES, ids=lambda tried: tried.name)
def test_the_database_refuses(tried: Probe) -> None:
    assert sqlstate_of(lambda: run(tried.deed)) == tried.refused_by
    assert broken() == set()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("tried", PROBES, ids=lambda tried: tried.name)
def test_without_its_guard_verify_sees_the_harm(tried: Probe) -> None:
    assert broken() == set()
    for guard in tried.guards:
        run(guard)
    guards_down = broken()
    run(tried.deed)
    assert guards_down <= {"ledger.guards"}
    assert tried.laws <= broken()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("books")
def test_a_journal_deleted_before_any_block_is_found_through_its_source_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from payments.ledger import sources

    monkeypatch.setattr(sources, "_sources", {})
    sources.must_have_journal("uji", "SELECT key FROM (VALUES ('k1'), ('k2'), ('k3')) AS s (key)")
    law = next(law for law in LAWS if law.name == "ledger.sources")
    assert (law.check().rows, law.check().problems) == (3, [])
    run(FROZEN_LEGS)
    run(FROZEN_HEADS)
    run(f"DELETE FROM ledger_entry WHERE journal_id = {LAST}")
    run(f"DELETE FROM ledger_journal WHERE id = {LAST}")
    assert law.check().problems == ["uji: jurnal k3 tidak ada."]


@pytest.mark.django_db(transaction=True)
def test_a_guard_that_sleeps_is_a_broken_law() -> None:
    for state in ("DISABLE", "ENABLE"):  # plain ENABLE stays silent in replication mode
        run(f"ALTER TABLE ledger_entry {state} TRIGGER ledger_entries_fit")
        assert broken() == {"ledger.guards"}
    run("ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entries_fit")
    assert broken() == set()
