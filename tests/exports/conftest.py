"""Books with awkward words, and evidence of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from payments.ledger import services
from payments.ledger.services import credit, debit
from tests.ledger.books import AT, book, close_block, draft, received, revenue, rp, tourism

QUOTED = '\'awal "kutip"'


@pytest.fixture(autouse=True)
def _own_evidence(tmp_path: Path) -> Iterator[None]:
    backend = "django.core.files.storage.FileSystemStorage"
    own = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "evidence")}}
    with override_settings(STORAGES={**settings.STORAGES, "default": own}):
        yield


def some_books() -> int:
    """Journals with awkward words, among them a reversal; the block that seals them."""
    opd = tourism().pk
    first = book(received(5_000, opd=opd), "k1")
    book(revenue(5_000, opd=opd), "k2")
    awkward = (
        debit("rkud", rp(7_000), opd=opd, memo="=1+1"),
        credit("rk_skpd", rp(7_000), opd=opd, memo=QUOTED),
    )
    book(draft(*awkward, text="-SUM(A1); baris\nkedua\tç 漢 | akhir"), "k3")
    services.reverse(first.journal_id, key="k4", reason="@batal", by=None, at=AT)
    return close_block()
