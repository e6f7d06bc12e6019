"""The verify command over the books: clean, counted, and loud when something is wrong."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from opd.office.management.commands import verify
from payments.ledger.services import reverse
from payments.ledger.verification import LAWS
from tests.ledger.books import AT, book, close_block, credited, received, revenue, tourism

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _laws_of_the_ledger_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other rooms would miss the rows that these journals come from."""
    monkeypatch.setattr(verify, "laws", lambda: LAWS)


def fill() -> None:
    opd = tourism().pk
    book(received(13_000, opd=opd), "p1:received")
    book(credited(13_000, mdr=100, opd=opd), "p1:credited")
    book(revenue(13_000, opd=opd), "p1:revenue")
    wrong = book(received(1_000), "p2:received")
    reverse(wrong.journal_id, key="p2:reversal", reason="Salah", by=None, at=AT)
    close_block()


def test_clean_books_pass_and_every_law_covers_rows() -> None:
    fill()
    out = StringIO()
    call_command("verify", stdout=out)
    rows = {name: int(count) for count, name in re.findall(r"(\d+) baris  ledger\.(\w+)", out.getvalue())}
    assert rows.pop("sources") >= 0
    assert all(rows.values())
    assert (rows["hash"], rows["balance"], rows["blocks"]) == (5, 15, 1)


def test_verify_exits_1_and_names_the_row_and_the_law() -> None:
    fill()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_journal DISABLE TRIGGER ledger_append_only")
        cursor.execute("UPDATE ledger_journal SET description = 'Lain' WHERE key = 'p1:credited'")
        cursor.execute("ALTER TABLE ledger_journal ENABLE ALWAYS TRIGGER ledger_append_only")
    out = StringIO()
    with pytest.raises(CommandError, match="1 hukum dilanggar"):
        call_command("verify", stdout=out)
    assert re.search(r"SALAH +5 baris  ledger\.hash", out.getvalue())
    assert "(p1:credited): isinya tidak lagi sesuai" in out.getvalue()
