"""Whatever is balanced posts and verifies; whatever is not is refused and leaves nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payments.ledger import errors, queries
from payments.ledger.models import Entry, Journal
from payments.ledger.services import Draft, Leg, post_many, reverse
from payments.ledger.verification import LAWS
from tests.ledger.books import AT, DAY, book, draft

pytestmark = pytest.mark.django_db
ROLES = {
    "opd_financial": [
        "acquirer_receivable",
        "undeposited_receipts",
        "payment_liability",
        "mdr_claim",
        "rk_ppkd",
    ],
    "opd_budgetary": ["sal_change", "revenue_lra"],
    "bud": ["rkud", "rk_skpd"],
}
LIMIT = 10**15 - 1  # sen: below Rp 10 trillion
quick = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
numbers = count()
sen = st.one_of(st.integers(1, 100), st.integers(1, 10**9), st.integers(1, LIMIT // 10)).flatmap(
    lambda amount: st.sampled_from([amount, -amount])
)
words = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=40)


def amount(value: int) -> Decimal:
    return Decimal(value).scaleb(-2)


@st.composite
def book_of_legs(draw: st.DrawFn, name: str) -> list[Leg]:
    """Legs of one book; the last one takes what is left, unless nothing is."""
    parts = draw(st.lists(sen, min_size=1, max_size=5))
    rest = -sum(parts)
    roles = st.sampled_from(ROLES[name])
    return [Leg(draw(roles), amount(part), None, "", draw(words)) for part in [*parts, rest] if part]


@st.composite
def balanced(draw: st.DrawFn) -> Draft:
    chosen = draw(st.sets(st.sampled_from(sorted(ROLES)), min_size=1))
    legs = [leg for name in sorted(chosen) for leg in draw(book_of_legs(name))]
    shuffled = draw(st.permutations(legs))
    text = draw(words.filter(lambda word: bool(word.strip(" \t\n\r\f\v"))))
    return draft(*shuffled, text="Uji " + text)


@quick
@given(balanced())
def test_any_balanced_draft_posts_and_the_books_stay_lawful(entry: Draft) -> None:
    if len(entry.legs) < 2:
        return
    before = {row.account: row.balance for row in queries.trial_balance(on=DAY)}
    posted = book(entry, f"k{next(numbers)}")
    stored = Entry.objects.filter(journal=posted.journal_id).order_by("line_no")
    assert [leg.amount for leg in stored] == [leg.amount for leg in entry.legs]
    assert [leg.memo for leg in stored] == [leg.memo for leg in entry.legs]
    assert not [law.name for law in LAWS if law.check().problems]
    reverse(posted.journal_id, key=f"r{next(numbers)}", reason="Uji", by=None, at=AT)
    after = {row.account: row.balance for row in queries.trial_balance(on=DAY)}
    assert {slug: left for slug, left in after.items() if left} == {
        s: left for s, left in before.items() if left
    }


@quick
@given(balanced(), st.integers(0, 20), sen)
def test_any_unbalanced_draft_is_refused_and_leaves_nothing(entry: Draft, which: int, error: int) -> None:
    place = which % len(entry.legs)
    legs = list(entry.legs)
    legs[place] = replace(legs[place], amount=legs[place].amount + amount(error))
    before = Journal.objects.count()
    refusals = (errors.Unbalanced, errors.BadAmount, errors.TooFewLegs)
    with pytest.raises(refusals), transaction.atomic():
        book(replace(entry, legs=tuple(legs)), f"k{next(numbers)}")
    assert Journal.objects.count() == before


@quick
@given(balanced(), balanced())
def test_a_key_means_one_body(first: Draft, second: Draft) -> None:
    key = f"k{next(numbers)}"
    if min(len(first.legs), len(second.legs)) < 2:
        return
    posted = book(first, key)
    if second == first:
        assert book(second, key).journal_id == posted.journal_id
    else:
        with pytest.raises(errors.KeyReused), transaction.atomic():
            book(second, key)
    assert book(first, key).journal_id == posted.journal_id


@quick
@given(st.lists(balanced().filter(lambda entry: len(entry.legs) > 1), min_size=1, max_size=6))
def test_a_set_writes_what_its_journals_write_one_by_one(entries: list[Draft]) -> None:
    alone = [book(entry, f"k{next(numbers)}").journal_id for entry in entries]
    keyed = [(f"k{next(numbers)}", entry) for entry in entries]
    together = [posted.journal_id for posted in post_many([*keyed, *keyed], by=None, at=AT)]
    assert together == sorted(set(together)) * 2
    assert [_written(one) for one in alone] == [_written(one) for one in sorted(set(together))]
    assert not [law.name for law in LAWS if law.check().problems]


def _written(journal: int) -> list[object]:
    header = Journal.objects.filter(pk=journal).values_list(
        "kind", "source", "effective_date", "value_date", "recorded_at", "description", "currency", "legs"
    )
    legs = (
        Entry.objects.filter(journal=journal)
        .order_by("line_no")
        .values_list("line_no", "book", "account", "amount", "currency", "opd", "kode_rekening", "memo")
    )
    return [*header, *legs]
