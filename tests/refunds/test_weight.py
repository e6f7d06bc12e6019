"""First loads over real HTTP, cold: the payer's pages stay under 15 kB."""

from __future__ import annotations

import pytest

from tests.refunds.cast import Office
from tests.retribusi.test_weight import LIMIT, body, packed  # noqa: F401
from tests.retribusi.wire import linked, served, transferred


@pytest.mark.enable_socket
@pytest.mark.usefixtures("packed")
def test_the_first_load_stays_under_15_kb(office: Office) -> None:
    row = office.asks(text="Pintu sudah dikunci. " * 20, contact="0812 3456 789")
    office.given_back()
    receipt = f"/kuitansi/{office.paid.token}/"
    paths = ("/uang-kembali/", f"/uang-kembali/{row.token}/", receipt, f"/tiket/{office.paid.token}/")
    with served() as place:
        for path in paths:
            answers = {path: transferred(place, path)}
            for asset in linked(body(answers[path])):
                answers[asset] = transferred(place, asset)
            sizes = {part: len(answer) for part, answer in answers.items()}
            assert sum(sizes.values()) < LIMIT, sizes
