"""The published head is signed by the key that anyone can fetch, and only what was sealed fits it."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from payments.ledger.sealing import statement
from retribusi.models import TicketKey
from retribusi.services.keys import rotate_key, verifying_keys
from tests.ledger.books import book, close_block, received

pytestmark = pytest.mark.django_db(transaction=True)


def test_without_a_key_the_head_stands_unsigned_and_none_is_made(client: Client) -> None:
    book(received(5_000))
    close_block()
    told = client.get(reverse("ledger:seal_json")).json()
    assert (told["kunci"], told["tanda_tangan"]) == (None, None)
    assert told["hash"]
    assert not TicketKey.objects.exists()


def test_the_head_is_verified_with_the_published_key(client: Client) -> None:
    rotate_key(by=None, at=timezone.now())
    rotate_key(by=None, at=timezone.now())
    book(received(5_000))
    close_block()
    told = client.get(reverse("ledger:seal_json")).json()
    key, signature = verifying_keys()[told["kunci"]], bytes.fromhex(told["tanda_tangan"])
    assert told["kunci"] == 2
    key.verify(signature, statement(told["blok"], told["hash"]))
    for other in (
        statement(told["blok"] + 1, told["hash"]),
        statement(told["blok"], "00" + told["hash"][2:]),
    ):
        with pytest.raises(InvalidSignature):
            key.verify(signature, other)
    page = client.get(reverse("ledger:seal")).content.decode()
    assert told["tanda_tangan"] in page
    assert "Tanda tangan" in page
