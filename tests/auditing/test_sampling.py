"""Samples against a plain computation of the same, and that they can be drawn again."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import accumulate
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from opd.office import archiving, attachments
from payments.auditing import sampling
from payments.auditing.models import Method, Population, Sample
from payments.auditing.sampling import SampleError, Wanted, start_of
from payments.ledger.models import Journal
from payments.spending.models import Spend
from tests.auditing.cast import AT, Desk
from tests.books import world
from tests.office.test_attachments import picture

AMOUNTS = (1_000_000, 2_500_000, 300_000, 7_200_000, 450_000, 1_999_999)


def wanted(population: Population, method: Method, *, size: int = 3, seed: str = "benih") -> Wanted:
    return Wanted(population, method, date(2026, 6, 1), date(2026, 6, 30), None, size, seed)


def spends(place: Desk) -> dict[str, Decimal]:
    made = [world.spent(place.office, amount, day=day) for day, amount in enumerate(AMOUNTS, 2)]
    return {str(row.pk): row.amount for row in made}


def keys(row: Sample) -> list[str]:
    return list(row.rows.values_list("key", flat=True))


def draw(place: Desk, method: Method, population: Population = Population.SPENDS, **more: object) -> Sample:
    asked = wanted(population, method, **more)  # type: ignore[arg-type]
    return sampling.draw(wanted=asked, form_key=f"{method}{population}{more}", by=place.auditor, at=AT)


def test_random_follows_the_hash_of_seed_and_key(place: Desk) -> None:
    all_keys = list(spends(place))
    row = draw(place, Method.RANDOM)
    assert keys(row) == sorted(all_keys, key=lambda key: sha256(f"benih{key}".encode()).digest())[:3]
    assert (row.population_count, row.population_sum) == (len(AMOUNTS), Decimal(sum(AMOUNTS)))
    assert draw(place, Method.RANDOM) == row
    other = draw(place, Method.RANDOM, seed="benih lain", size=6)
    assert keys(other) == sorted(all_keys, key=lambda key: sha256(f"benih lain{key}".encode()).digest())


def test_the_largest_come_first(place: Desk) -> None:
    spends(place)
    amounts = draw(place, Method.TOP).rows.values_list("amount", flat=True)
    assert list(amounts) == sorted(AMOUNTS, reverse=True)[:3]


@pytest.mark.parametrize(("size", "seed"), [(1, "a"), (3, "b"), (7, "c"), (40, "d")])
def test_monetary_units_fall_where_counting_every_point_says(place: Desk, size: int, seed: str) -> None:
    amounts = dict(sorted(spends(place).items()))
    row = draw(place, Method.MONETARY, size=size, seed=seed)
    interval = int(sum(amounts.values()) * 100) // size
    points = [start_of(seed, interval) + step * interval for step in range(size)]
    ends = dict(zip(amounts, accumulate(int(amount * 100) for amount in amounts.values()), strict=True))
    expected = {
        key: sum(end - int(amounts[key] * 100) < point <= end for point in points)
        for key, end in ends.items()
    }
    assert dict(row.rows.values_list("key", "hits")) == {key: hits for key, hits in expected.items() if hits}
    assert sum(row.rows.values_list("hits", flat=True)) == size
    assert (row.interval, row.start) == (interval, start_of(seed, interval))


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("population", [Population.SPENDS, Population.JOURNALS])
def test_every_sample_is_drawn_again_the_same(place: Desk, method: Method, population: Population) -> None:
    spends(place)
    row = draw(place, method, population)
    assert sampling.differences(row) == []
    world.spent(place.office, 123_000, day=20, at=world.noon(3, month=7))
    assert sampling.differences(row) == []
    world.spent(place.office, 125_000, day=21)
    assert sampling.differences(row)


def test_what_cannot_be_drawn_says_why(place: Desk) -> None:
    with pytest.raises(SampleError, match="Tidak ada baris"):
        draw(place, Method.RANDOM, Population.PAYMENTS)
    assert not Sample.objects.exists()


@pytest.mark.parametrize("table", ["sample", "samplerow"])
def test_a_sample_is_kept_as_it_was(place: Desk, table: str) -> None:
    spends(place)
    draw(place, Method.RANDOM)
    cursor = connection.cursor()
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in (
        f"UPDATE auditing_{table} SET id = id",
        f"DELETE FROM auditing_{table}",
        f"TRUNCATE auditing_{table} CASCADE",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(statement)


def test_its_evidence_comes_as_one_file(place: Desk, client: Client) -> None:
    spends(place)
    row = draw(place, Method.TOP, size=1)
    spend = Spend.objects.get(pk=keys(row)[0])
    content = ContentFile(picture(), name="kuitansi ../satu.jpg")
    kept = attachments.attach(
        subject=spend, kind="receipt", upload=content, by=place.office.pptk, at=AT
    ).evidence
    client.force_login(place.auditor, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("auditing:sample_zip", args=[row.pk]))
    archive = ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    (name,) = [one for one in archive.namelist() if one.startswith("001/")]
    assert ".." not in name.split("/")
    assert sha256(archive.read(name)).hexdigest() == kept.sha256
    assert kept.sha256 in archive.read("indeks.csv").decode()
    assert "benih" in archive.read("sampel.json").decode()
    assert archiving.run(at=AT + timedelta(days=1000))["evidence"] == 1
    answer = client.get(reverse("auditing:sample_zip", args=[row.pk]))
    again = ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert again.read(name) == archive.read(name)
    journals = draw(place, Method.RANDOM, Population.JOURNALS, size=1)
    answer = client.get(reverse("auditing:sample_zip", args=[journals.pk]))
    archive = ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert "001/jurnal.csv" in archive.namelist()
    assert Journal.objects.filter(pk=keys(journals)[0]).exists()


def test_an_auditor_draws_on_the_screen(place: Desk, client: Client) -> None:
    spends(place)
    client.force_login(place.auditor, backend="django.contrib.auth.backends.ModelBackend")
    form = client.get(reverse("auditing:sample_new")).context["form"]
    sent = {
        "population": "spends", "method": "monetary", "first": "2026-06-01", "last": "2026-06-30",
        "size": "4", "seed": "dicoba", "form_key": form["form_key"].value(),
    }  # fmt: skip
    for _ in range(2):
        client.post(reverse("auditing:sample_new"), sent)
    row = Sample.objects.get()
    page = client.get(reverse("auditing:sample_detail", args=[row.pk]), {"ulang": "1"})
    assert "Diambil ulang: baris, banyaknya, dan jumlah populasinya sama" in page.text
    refused = client.post(reverse("auditing:sample_new"), {**sent, "last": "2026-05-01", "form_key": "lain"})
    assert "Hari terakhir mendahului" in refused.text
    empty = client.post(
        reverse("auditing:sample_new"),
        {**sent, "first": "2020-01-01", "last": "2020-01-02", "form_key": "lain"},
    )
    assert "Tidak ada baris" in empty.text
    assert Sample.objects.count() == 1


def test_kept_samples_are_found_again(place: Desk, client: Client) -> None:
    spends(place)
    row = draw(place, Method.TOP, seed="pertama")
    other = draw(place, Method.RANDOM, seed="kedua")
    client.force_login(place.auditor, backend="django.contrib.auth.backends.ModelBackend")

    def found(**query: str) -> list[Sample]:
        return list(client.get(reverse("auditing:sample_list"), query).context["page"])

    assert found() == [other, row]
    assert found(cara="top") == found(q="PERTAMA") == found(q=str(row.pk)) == [row]
    assert found(sejak="2026-07-02", sampai="2026-07-02") == [other, row]
    assert found(sampai="2026-07-01") == found(populasi="payments") == []
    assert "Tidak ada sampel yang cocok" in client.get(reverse("auditing:sample_list"), {"q": "tiada"}).text
