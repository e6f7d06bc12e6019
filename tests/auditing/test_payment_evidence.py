"""The evidence of a sampled payment: its journal and the bank's notice, with people masked."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from opd.models import Role, User
from opd.office import archiving
from payments.auditing import sampling
from payments.auditing.models import Method, Population
from payments.auditing.sampling import Wanted
from payments.incoming.models import Payment
from tests.incoming.conftest import things, world
from tests.incoming.test_notices import arrives, notice_of, paid, work
from tests.incoming.world import AT, OTHER_RRN, RRN, SOON, World, seconds
from tests.opd.cast import person

__all__ = ["things", "world"]
PAYER = "BUDI SANTOSO"
PHONE = "081234567890"


@pytest.fixture
def auditor(world: World) -> User:
    return person("auditor", Role.AUDITOR)


def evidence(client: Client, by: User, population: Population) -> Iterator[tuple[str, bytes]]:
    """Names and contents of a sample's ZIP that holds the whole population of the day."""
    later: datetime = SOON + seconds(600)
    wanted = Wanted(population, Method.TOP, AT.date(), AT.date(), None, 9, "benih")
    row = sampling.draw(wanted=wanted, form_key=population, by=by, at=later)
    client.force_login(by, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("auditing:sample_zip", args=[row.pk]))
    archive = ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    return iter([(name, archive.read(name)) for name in archive.namelist()])


def told(world: World, rrn: str, **more: Any) -> Payment:
    """A payment that a notice tells of; the notice names the payer."""
    request = world.request()
    paid(world, request, rrn=rrn)
    body = notice_of(world, request)
    body["additionalInfo"] = {**body.get("additionalInfo", {}), "customerName": PAYER, "phoneNo": PHONE}
    work(arrives(world, body, **more))
    return Payment.objects.get(rrn=rrn)


@pytest.mark.parametrize("population", [Population.PAYMENTS, Population.JOURNALS])
def test_each_payment_comes_with_its_own_notice_and_journal(
    world: World, auditor: User, client: Client, population: Population
) -> None:
    one, other = told(world, RRN), told(world, OTHER_RRN)
    files = dict(evidence(client, auditor, population))
    notices = {name: json.loads(body) for name, body in files.items() if "kabar-" in name}
    assert len(notices) == 2
    index = list(csv.DictReader(io.StringIO(files["indeks.csv"].decode("utf-8-sig"))))
    keys = {row["berkas"]: row["kunci"] for row in index}
    payments = {
        str(one.pk): one,
        str(other.pk): other,
        str(one.journal_id): one,
        str(other.journal_id): other,
    }
    for name, body in notices.items():
        assert payments[keys[name]].partner_reference_no in json.dumps(body)
        assert f"{name.split('/')[0]}/jurnal.csv" in files
    whole = b"".join(files.values())
    assert PAYER.encode() not in whole
    assert PHONE.encode() not in whole


def test_a_payment_no_notice_told_of_comes_with_its_journal_alone(
    world: World, auditor: User, client: Client
) -> None:
    world.book(world.request(), source="settlement")
    names = [name for name, _ in evidence(client, auditor, Population.PAYMENTS)]
    assert sorted(names) == ["001/jurnal.csv", "indeks.csv", "sampel.json"]


def test_the_evidence_is_the_same_when_the_notices_lie_in_the_archive(
    world: World, auditor: User, client: Client, settings: Settings, tmp_path: Path
) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    own = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "arsip")}}
    settings.STORAGES = {**settings.STORAGES, "archive": own}
    told(world, RRN)
    before = dict(evidence(client, auditor, Population.PAYMENTS))
    assert archiving.run(at=AT + timedelta(days=1000))["snap.inbox"] >= 1
    after = dict(evidence(client, auditor, Population.JOURNALS))
    notices = {name: body for name, body in before.items() if "kabar-" in name}
    assert notices
    assert notices.items() <= after.items()
