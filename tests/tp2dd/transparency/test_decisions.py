"""Deciding what the public sees: who, from when, and which decision counts on a day."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from opd import audit, stepup
from opd.models import AuditEvent, Role, User
from tests.opd.cast import person
from tests.tp2dd.transparency.world import AT, TODAY, decided
from tp2dd.transparency import home
from tp2dd.transparency.models import Disclosure
from tp2dd.transparency.services import DisclosureError

DAY = timedelta(days=1)
BACKEND = "django.contrib.auth.backends.ModelBackend"
FORM = {
    "number": "100.3/9/2026", "decision_date": "2026-11-24", "valid_from": "2026-11-25", "lag_days": "2",
    "sections": ["revenue", "seal"], "note": "Uji", "sure": "on",
}  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_the_latest_start_counts_and_of_equal_starts_the_last_recorded(sekda: User, seed: int) -> None:
    chance = Random(seed)
    rows = [
        Disclosure(
            number=str(n), decision_date=TODAY, valid_from=TODAY + DAY * chance.randrange(6), lag_days=0,
            note="x", at=AT, by=sekda,
        )
        for n in range(chance.randrange(8))
    ]  # fmt: skip
    rows = Disclosure.objects.bulk_create(rows)
    for on in (TODAY + DAY * step for step in range(-1, 8)):
        begun = sorted((row.valid_from, row.pk) for row in rows if row.valid_from <= on)
        found = Disclosure.objects.in_force(on)
        assert (found.pk if found else None) == (begun[-1][1] if begun else None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"decision_date": TODAY + DAY, "valid_from": TODAY + DAY}, "decision_date"),
        ({"valid_from": TODAY - DAY, "decision_date": TODAY - DAY}, "valid_from"),
        ({"lag_days": -1}, "lag_days"),
        ({"lag_days": 367}, "lag_days"),
        ({"sections": ["names"]}, "sections"),
        ({"note": " "}, "note"),
        ({"number": " "}, "number"),
    ],
)
def test_what_cannot_be_decided_is_refused_beside_its_field(
    sekda: User, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(DisclosureError) as refused:
        decided(sekda, at=AT, **wrong)
    assert refused.value.field == field
    assert not Disclosure.objects.exists()


def test_a_number_is_recorded_once(sekda: User) -> None:
    row = decided(sekda)
    with pytest.raises(DisclosureError, match="sudah dicatat"):
        decided(sekda, number=f" {row.number} ")
    assert Disclosure.objects.count() == 1


def test_only_the_sekda_decides_and_it_is_recorded(sekda: User) -> None:
    with pytest.raises(PermissionDenied):
        decided(person("sekretaris", Role.SEKRETARIS_TP2DD))
    row = decided(sekda, sections=["seal", "revenue"])
    assert row.sections == ["revenue", "seal"]
    event = AuditEvent.objects.get(action="transparency.decide")
    assert event.after is not None
    assert (event.after["sections"], event.after["lag_days"]) == (["revenue", "seal"], 1)


def test_a_failed_record_decides_nothing(sekda: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(RuntimeError):
        decided(sekda)
    assert not Disclosure.objects.exists()


def test_a_decision_is_never_changed(sekda: User) -> None:
    rows = Disclosure.objects.filter(pk=decided(sekda).pk)
    for deed in (lambda: rows.update(lag_days=9), rows.delete):
        with pytest.raises(DatabaseError, match="tp2dd_disclosure"), transaction.atomic():
            deed()


def test_deciding_asks_for_a_second_factor(client: Client, sekda: User) -> None:
    client.force_login(sekda, backend=BACKEND)
    client.post(reverse("tp2dd:disclosure_decide"), FORM)
    assert not Disclosure.objects.exists()


def test_the_sekda_decides_on_the_page_and_refusals_keep_what_was_typed(
    client: Client, sekda: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stepup, "is_fresh", lambda request: True)
    client.force_login(sekda, backend=BACKEND)
    url = reverse("tp2dd:disclosure_decide")
    for wrong in ({"sure": ""}, {"valid_from": "2026-11-01"}):
        shown = client.post(url, FORM | wrong).content.decode()
        assert 'value="100.3/9/2026"' in shown
        assert "errorlist" in shown
    assert client.post(url, FORM).status_code == 302
    row = Disclosure.objects.get()
    assert (row.sections, row.lag_days, row.by) == (["revenue", "seal"], 2, sekda)
    shown = client.get(reverse("tp2dd:disclosure")).content.decode()
    assert "Belum berlaku" in shown
    assert "Belum ada keputusan yang berlaku" in shown


def test_others_read_the_decisions_without_the_form(client: Client, sekda: User) -> None:
    decided(sekda)
    client.force_login(person("auditor", Role.AUDITOR), backend=BACKEND)
    shown = client.get(reverse("tp2dd:disclosure")).content.decode()
    assert "100.3/1/2026" in shown
    assert "Tetapkan keputusan" not in shown
    assert client.post(reverse("tp2dd:disclosure_decide"), FORM).status_code == 403


def test_the_home_page_asks_the_sekda_until_the_first_decision(sekda: User, rf: Any) -> None:
    card = home.undecided(rf.get("/"))
    assert card is not None
    assert card.tone == "wait"
    decided(sekda, sections=[])
    assert home.undecided(rf.get("/")) is None
