"""What posting promises and what it refuses, with the sentence a person reads."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from opd import audit
from opd.models import AuditEvent
from payments.ledger import errors
from payments.ledger.models import Account, Entry, Journal, PostingRule
from payments.ledger.services import Draft, Leg, credit, debit, post, post_many, reverse
from payments.money import MoneyError
from tests.ledger.books import AT, DAY, book, draft, received, rp, tourism

pytestmark = pytest.mark.django_db


def test_posting_is_one_round_trip(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        book(received(5_000))


def test_a_set_is_one_round_trip_and_keeps_its_order(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    drafts = [(f"k{number}", received(1_000 + number)) for number in range(50)]
    with django_assert_num_queries(1):
        posted = post_many(drafts, by=None, at=AT)
    keys = dict(Journal.objects.values_list("id", "key"))
    assert [keys[answer.journal_id] for answer in posted] == [key for key, _ in drafts]
    assert all(answer.created for answer in posted)


def test_nothing_to_post_is_nothing_posted() -> None:
    assert post_many([], by=None, at=AT) == []


def test_same_key_and_body_gives_the_first_journal_back() -> None:
    first, again = book(received(5_000)), book(received(5_000))
    assert (first.created, again.created) == (True, False)
    assert first.journal_id == again.journal_id
    assert Journal.objects.count() == 1


def test_the_moment_and_the_person_are_not_part_of_the_body() -> None:
    first = book(received(5_000))
    again = post(received(5_000), key="k1", by=None, at=AT + timedelta(days=3))
    assert again.journal_id == first.journal_id


def test_a_key_twice_in_one_set_posts_once() -> None:
    first, twin, other = post_many(
        [("a", received(1)), ("a", received(1)), ("b", received(1))], by=None, at=AT
    )
    assert first.journal_id == twin.journal_id != other.journal_id
    assert [first.created, twin.created, other.created] == [True, False, True]


@pytest.mark.parametrize(
    "other",
    [
        received(5_001),
        received(5_000, to="payment_liability"),
        dataclasses.replace(received(5_000), description="lain"),
        dataclasses.replace(received(5_000), value_date=date(2026, 11, 25)),
        dataclasses.replace(received(5_000), legs=received(5_000).legs[::-1]),
    ],
)
def test_same_key_with_another_body_is_an_error(other: Draft) -> None:
    book(received(5_000))
    with pytest.raises(errors.KeyReused, match="Kunci k1 sudah dipakai"):
        book(other)


def test_a_replay_survives_a_rule_that_ended_since() -> None:
    first = book(received(5_000))
    PostingRule.objects.filter(role="acquirer_receivable").update(valid_to=date(2026, 1, 1))
    assert book(received(5_000)).journal_id == first.journal_id


LEG = debit("acquirer_receivable", Decimal(5_000), opd=None)


def beside(other: Leg) -> dict[str, Any]:
    return {"legs": (LEG, other)}


UNDEPOSITED = "undeposited_receipts"


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"description": " "}, errors.BadHeader, "Uraian"),
        ({"description": "a\0b"}, errors.BadHeader, "karakter"),
        ({"description": "x" * 301}, errors.BadHeader, "terlalu panjang"),
        ({"kind": "Bukan Jenis"}, errors.BadHeader, "jenis"),
        ({"source": ""}, errors.BadHeader, "sumber"),
        ({"currency": "rupiah"}, errors.BadHeader, "terlalu panjang"),
        ({"currency": "idr"}, errors.BadHeader, "huruf besar"),
        ({"effective_date": date(2020, 12, 31)}, errors.UnknownRole, "acquirer_receivable pada 2020-12-31"),
        ({"legs": ()}, errors.TooFewLegs, "dua baris"),
        ({"legs": (LEG,)}, errors.TooFewLegs, "dua baris"),
        (beside(credit(UNDEPOSITED, Decimal(4_999), opd=None)), errors.Unbalanced, "bersisa"),
        (beside(credit("rkud", Decimal(5_000), opd=None)), errors.Unbalanced, "buku"),
        (beside(credit("tidak_ada", Decimal(5_000), opd=None)), errors.UnknownRole, "tidak_ada"),
        (beside(Leg(UNDEPOSITED, Decimal(0), None)), errors.BadAmount, "nol"),
        (beside(Leg(UNDEPOSITED, Decimal(10**13), None)), errors.BadAmount, "10 triliun"),
        (beside(credit(UNDEPOSITED, Decimal(5_000), opd=10**9)), errors.UnknownOpd, "OPD"),
        (beside(credit("rkud", Decimal(5_000), opd=None, memo="x" * 201)), errors.BadHeader, "panjang"),
    ],
)  # fmt: skip
def test_posting_refuses_in_words(
    changes: dict[str, Any], error: type[errors.LedgerError], words: str
) -> None:
    with pytest.raises(error, match=words), transaction.atomic():
        book(dataclasses.replace(received(5_000), **changes))
    assert not Journal.objects.exists()


@pytest.mark.parametrize("key", ["", "dua kata"])
def test_a_key_is_one_word(key: str) -> None:
    with pytest.raises(errors.BadHeader, match="Kunci"):
        book(received(5_000), key)


def test_of_a_set_the_first_wrong_leg_is_told_and_nothing_is_written() -> None:
    unknown = draft(Leg("tidak_ada", rp(1), None), Leg("rkud", rp(-1), None))
    zero = draft(Leg("rkud", rp(0), None), Leg("rk_skpd", rp(0), None))
    for first, second, refusal in [
        (unknown, zero, errors.UnknownRole),
        (zero, unknown, errors.BadAmount),
    ]:
        drafts = [("a", received(5_000)), ("b", first), ("c", second)]
        with pytest.raises(refusal), transaction.atomic():
            post_many(drafts, by=None, at=AT)
    assert not Journal.objects.exists()


def test_a_journal_without_legs_is_refused_by_its_key() -> None:
    with pytest.raises(errors.TooFewLegs, match="Jurnal b "), transaction.atomic():
        post_many([("a", received(5_000)), ("b", draft())], by=None, at=AT)
    assert not Journal.objects.exists()


def test_an_account_closed_on_that_day_is_refused() -> None:
    Account.objects.filter(slug="acquirer-receivable").update(valid_to=date(2026, 11, 23))
    with pytest.raises(errors.AccountNotValid, match="Piutang kepada Acquirer QRIS tidak berlaku"):
        book(received(5_000))


def test_amounts_are_exact_or_refused() -> None:
    with pytest.raises(MoneyError):
        debit("rkud", 0.1, opd=None)  # type: ignore[arg-type]
    with pytest.raises(MoneyError):
        book(draft(Leg("rkud", Decimal("0.001"), None), Leg("rk_skpd", Decimal("-0.001"), None)))


@pytest.mark.parametrize("amount", ["0.001", "1e3", "NaN", "Infinity", "", None, "1.", "10000000000000"])
def test_raw_callers_get_no_rounding_either(amount: str | None) -> None:
    body = _raw(received(5_000))
    body["journals"][0]["legs"][0]["amount"] = amount
    with connection.cursor() as cursor, pytest.raises(Exception, match="ditolak"):
        cursor.execute("SELECT * FROM ledger_post(%s::jsonb)", [json.dumps(body)])


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(errors.LedgerError, match="zona waktu"):
        post(received(5_000), key="k1", by=None, at=datetime(2026, 11, 24))  # noqa: DTZ001


def test_the_later_rule_wins_from_its_first_day() -> None:
    other = Account.objects.get(slug="mdr-claim")
    PostingRule.objects.create(role="acquirer_receivable", account=other, valid_from=DAY, legal_basis="uji")
    before = dataclasses.replace(received(5_000), effective_date=DAY - timedelta(days=1))
    ids = [posted.journal_id for posted in post_many([("a", before), ("b", received(5_000))], by=None, at=AT)]
    accounts = [Entry.objects.get(journal_id=number, line_no=1).account.slug for number in ids]
    assert accounts == ["acquirer-receivable", "mdr-claim"]


def test_the_hash_can_be_recomputed_without_our_database() -> None:
    opd = tourism()
    key = 'kunci"\\é'
    legs = (
        debit("acquirer_receivable", Decimal("5000.5"), opd=opd.pk, memo='kutip " dan garis \\ baris\nbaru'),
        credit("undeposited_receipts", Decimal("5000.5"), opd=None),
    )
    posted = book(draft(*legs, text="Uraian — é \u2028 akhir"), key)
    journal = Journal.objects.get(pk=posted.journal_id)
    header = [
        journal.pk, journal.key, bytes(journal.request_hash).hex(), journal.kind, journal.source,
        journal.effective_date.isoformat(), journal.value_date.isoformat(),
        journal.recorded_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        journal.description, journal.currency, journal.by_id, journal.reverses_id,
    ]  # fmt: skip
    lines = [
        [entry.line_no, entry.book, entry.account.slug, f"{entry.amount:.2f}", entry.currency, entry.opd_id,
         entry.kode_rekening, entry.memo]
        for entry in Entry.objects.filter(journal=journal).order_by("line_no")
    ]  # fmt: skip
    text = "\n".join(json.dumps(part, ensure_ascii=False) for part in [header, *lines])
    assert bytes(journal.hash) == hashlib.sha256(text.encode()).digest()


def test_a_reversal_happens_once() -> None:
    wrong = book(received(5_000))
    first = reverse(wrong.journal_id, key="r", reason="Salah", by=None, at=AT)
    again = reverse(wrong.journal_id, key="r", reason="Salah", by=None, at=AT + timedelta(days=2))
    assert (first.created, again.created, again.journal_id) == (True, False, first.journal_id)
    assert AuditEvent.objects.filter(action="journal.reverse").count() == 1
    with pytest.raises(errors.BadReversal, match="sudah dibalik"):
        reverse(wrong.journal_id, key="r2", reason="Salah lagi", by=None, at=AT)


def test_a_reversal_names_an_existing_journal_and_a_reason() -> None:
    with pytest.raises(errors.BadReversal, match="tidak ada"), transaction.atomic():
        reverse(10**9, key="r", reason="Salah", by=None, at=AT)
    wrong = book(received(5_000))
    with pytest.raises(errors.BadHeader, match="Uraian"):
        reverse(wrong.journal_id, key="r", reason="", by=None, at=AT)


def test_a_reversal_takes_effect_on_its_own_day_in_wib() -> None:
    wrong = book(received(5_000))
    late = datetime(2026, 11, 30, 17, 30, tzinfo=UTC)  # 1 December 00.30 WIB
    posted = reverse(wrong.journal_id, key="r", reason="Salah", by=None, at=late)
    assert Journal.objects.get(pk=posted.journal_id).effective_date == date(2026, 12, 1)


def test_a_reversal_without_its_audit_row_does_not_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = book(received(5_000))

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(RuntimeError):
        reverse(wrong.journal_id, key="r", reason="Salah", by=None, at=AT)
    assert Journal.objects.count() == 1


@pytest.mark.parametrize(
    "deed",
    [
        "DELETE FROM ledger_account WHERE slug = 'mdr-claim'",
        "TRUNCATE ledger_account CASCADE",
        "UPDATE ledger_account SET slug = 'lain' WHERE slug = 'mdr-claim'",
        "UPDATE ledger_account SET book = 'bud' WHERE slug = 'mdr-claim'",
    ],
)
def test_an_account_stays_what_it_is(deed: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_account SET name = 'Nama baru', valid_to = now() WHERE slug = 'mdr-claim'"
        )
        with pytest.raises(Exception, match=r"Akun tidak dapat dihapus|hanya dapat ditambah"):
            cursor.execute(deed)


def test_leg_amounts_keep_their_signs() -> None:
    assert debit("rkud", Decimal(5), opd=None).amount == rp(5)
    assert credit("rkud", Decimal(5), opd=None).amount == rp(-5)


def _raw(entry: Draft) -> dict[str, Any]:
    legs = [{"role": leg.role, "amount": str(leg.amount), "opd": leg.opd_id} for leg in entry.legs]
    journal = {
        "key": "raw", "kind": entry.kind, "source": entry.source, "description": entry.description,
        "effective_date": str(entry.effective_date), "value_date": str(entry.value_date), "currency": "IDR",
        "legs": legs,
    }  # fmt: skip
    return {"by": None, "at": AT.isoformat(), "journals": [journal]}
