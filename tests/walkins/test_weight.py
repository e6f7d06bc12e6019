"""First load over real HTTP, cold: the question and both answers stay under 15 kB."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.retribusi.cast import text
from tests.retribusi.test_weight import LIMIT, body, packed  # noqa: F401
from tests.retribusi.wire import linked, served, transferred
from tests.walkins.cast import Gate


@pytest.mark.enable_socket
@pytest.mark.usefixtures("packed")
def test_the_first_load_stays_under_15_kb(gate: Gate) -> None:
    with served() as place:
        answers = {"page": transferred(place, "/cek-qris/")}
        for asset in linked(body(answers["page"])):
            answers[asset] = transferred(place, asset)
    sizes = {part: len(answer) for part, answer in answers.items()}
    assert sum(sizes.values()) < LIMIT, sizes
    assert "<script" not in text(Client().get("/cek-qris/"))
