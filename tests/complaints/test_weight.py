"""First loads over real HTTP, cold: the form, its answer page, the receipt and its check stay under 15 kB."""

from __future__ import annotations

import pytest
from django.test import Client

from retribusi.complaints.services import filing
from retribusi.complaints.services.filing import Report
from tests.complaints.cast import AT, WORDS
from tests.retribusi.cast import Museum
from tests.retribusi.conftest import museum, now  # noqa: F401
from tests.retribusi.test_weight import LIMIT, body, packed  # noqa: F401
from tests.retribusi.wire import linked, served, transferred


@pytest.mark.enable_socket
@pytest.mark.usefixtures("packed")
@pytest.mark.parametrize("name", ["form", "follow", "receipt", "check", "keys"])
def test_the_first_load_stays_under_15_kb(museum: Museum, name: str) -> None:  # noqa: F811
    order = museum.paid(adults=20, children=15)
    report = Report(category="payment", happened_on=AT.date(), text=WORDS * 20, point=museum.point)
    row = filing.file_complaint(report=report, evidence=None, form_key="kunci-formulir-satu", at=AT)
    proof = str(Client().get(f"/kuitansi/{order.token}/").context["proof"]).removeprefix("http://testserver")
    path = {
        "form": "/pengaduan/",
        "follow": f"/pengaduan/{row.token}/",
        "receipt": f"/kuitansi/{order.token}/",
        "check": proof,
        "keys": "/periksa/kunci/",
    }[name]
    with served() as place:
        answers = {path: transferred(place, path)}
        for asset in linked(body(answers[path])):
            answers[asset] = transferred(place, asset)
    sizes = {part: len(answer) for part, answer in answers.items()}
    assert sum(sizes.values()) < LIMIT, sizes
