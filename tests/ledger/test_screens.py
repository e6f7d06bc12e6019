"""The books on screen and as CSV: who sees them, what they say, what they cost."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from opd.models import Role
from payments.ledger.services import post_many, reverse
from tests.ledger.books import AT, DAY, book, credited, received, revenue, rp, tourism
from tests.opd.cast import agency, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_today")]
LIST, TRIAL = "/buku-besar/jurnal/", "/buku-besar/neraca-saldo/"


@pytest.fixture
def _today() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(person("auditor", Role.AUDITOR), backend="django.contrib.auth.backends.ModelBackend")
    return client


def sell(number: int, amount: int = 13_000, opd: int | None = None) -> list[int]:
    """A ticket sold, credited and booked; the three journals."""
    source = f"payment:{number}"
    drafts = {
        "received": received(amount, opd=opd, source=source),
        "credited": credited(amount, opd=opd, source=source),
        "revenue": revenue(amount, opd=opd, source=source),
    }
    return [book(draft, f"{source}:{name}").journal_id for name, draft in drafts.items()]


def rows_of(response: Any) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())).replace("\u00a0", " ")


@pytest.mark.parametrize("role", [None, Role.BENDAHARA_PENERIMAAN, Role.TP2DD_MEMBER, Role.ADMINISTRATOR])
def test_only_the_auditor_and_kuasa_bud_read_the_books(client: Client, role: Role | None) -> None:
    number = book(received(5_000)).journal_id
    user = person("orang", role, agency("1", "Satu") if role == Role.BENDAHARA_PENERIMAAN else None)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    for address in (LIST, f"{LIST}?unduh=csv", f"{LIST}{number}/", TRIAL, f"{TRIAL}?unduh=csv"):
        assert client.get(address).status_code == 403
    client.force_login(person("bud", Role.KUASA_BUD), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(LIST).status_code == 200


def test_strangers_are_sent_to_the_door(client: Client) -> None:
    for address in (LIST, f"{LIST}1/", TRIAL):
        assert client.get(address)["Location"].startswith("/masuk/")


@pytest.mark.parametrize("address", [LIST, f"{LIST}1/", TRIAL])
def test_nothing_can_be_sent_to_these_pages(auditor: Client, address: str) -> None:
    assert auditor.post(address).status_code == 405


def test_the_list_shows_a_payment_with_its_words_and_totals(auditor: Client) -> None:
    sell(1)
    words = text_of(auditor.get(LIST))
    assert "Pembayaran diterima" in words
    assert "24 Nov 2026" in words
    assert "Rp 13.000" in words
    assert "Seluruh saringan: 3 jurnal, 10 baris Debit Rp 65.000 Kredit Rp 65.000" in words


def test_an_empty_list_says_so(auditor: Client) -> None:
    assert "Tidak ada jurnal yang cocok" in text_of(auditor.get(LIST))
    assert "Belum ada jurnal" in text_of(auditor.get(TRIAL))


def test_the_list_goes_back_a_month_until_asked_for_more(auditor: Client) -> None:
    old = replace(received(5_000), effective_date=date(2026, 10, 1))
    number = book(old).journal_id
    link = f"{LIST}{number}/"
    assert link not in auditor.get(LIST).content.decode()
    assert link in auditor.get(f"{LIST}?sejak=2026-10-01&sampai=2026-10-01").content.decode()
    assert link in auditor.get(f"{LIST}?sejak=").content.decode()
    assert link not in auditor.get(f"{LIST}?sejak=2026-10-02").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("jenis=revenue_booked", 2),
        ("jenis=reversal", 0),
        ("akun=rkud", 2),
        ("akun=mdr-claim", 0),
        ("kata=payment:1", 3),
        ("kata=PENDAPATAN", 2),
        ("kata=payment:1&jenis=credited_to_rkud", 1),
        ("kata=%25", 0),
        ("opd={opd}", 3),
        ("opd={opd}&akun=rkud", 1),
        ("sampai=2026-11-23", 0),
    ],
)
def test_filters_narrow_list_totals_and_csv_alike(auditor: Client, query: str, found: int) -> None:
    opd = tourism()
    sell(1, opd=opd.pk)
    sell(2)
    address = f"{LIST}?{query.format(opd=opd.pk)}"
    page = auditor.get(address)
    assert page.content.decode().count('data-label="Nomor"') == found
    if found:
        assert ("akun=" in query or "opd=" in query) or f"{found} jurnal," in text_of(page)
        assert "Unduh CSV" in text_of(page)
    assert len({row["Nomor jurnal"] for row in rows_of(auditor.get(f"{address}&unduh=csv"))}) == found


@pytest.mark.parametrize(
    "query",
    ["sejak=kemarin", "sampai=2026-13-01", "jenis=lain", "akun=lain", "opd=0", "opd=x", "kata=" + "x" * 121],
)
def test_a_wrong_filter_says_so_and_lists_nothing(auditor: Client, query: str) -> None:
    sell(1)
    page = auditor.get(f"{LIST}?{query}")
    assert page.status_code == 400
    assert "errorlist" in page.content.decode()
    assert 'data-label="Nomor"' not in page.content.decode()
    assert auditor.get(f"{LIST}?{query}&unduh=csv").status_code == 400


def test_pages_walk_to_the_end_and_back_without_loss(auditor: Client) -> None:
    drafts = [
        (f"k{n}", replace(received(1_000), effective_date=date(2026, 11, 1 + n % 20))) for n in range(120)
    ]
    post_many(drafts, by=None, at=AT)

    def links(page: Any, rel: str) -> str:
        found = re.search(rf'rel="{rel}" href="([^"]+)"', page.content.decode())
        return found[1].replace("&amp;", "&") if found else ""

    def numbers(page: Any) -> list[int]:
        return [int(number) for number in re.findall(rf'href="{LIST}(\d+)/"', page.content.decode())]

    seen: list[list[int]] = []
    page = auditor.get(f"{LIST}?sejak=2026-11-01")
    while True:
        seen.append(numbers(page))
        assert "sejak=2026-11-01" in links(page, "next") or not links(page, "next")
        if not links(page, "next"):
            break
        page = auditor.get(LIST + links(page, "next"))
    assert [len(part) for part in seen] == [50, 50, 20]
    assert len({number for part in seen for number in part}) == 120
    back = auditor.get(LIST + links(page, "prev"))
    assert numbers(back) == seen[1]
    assert numbers(auditor.get(LIST + links(back, "prev"))) == seen[0]
    assert links(auditor.get(LIST + links(back, "prev")), "prev") == ""
    assert numbers(auditor.get(f"{LIST}?sejak=2026-11-01&sebelum=bukan-kursor")) == seen[0]


def test_a_sheet_shows_both_sides_book_by_book(auditor: Client) -> None:
    opd = tourism()
    number = sell(1, opd=opd.pk)[2]
    words = text_of(auditor.get(f"{LIST}{number}/"))
    for part in (
        "Buku Finansial OPD",
        "Buku Anggaran OPD",
        "4.1.02.02.17.0001",
        opd.name,
        "payment:1:revenue",
        "Jurnal lain dari sumber ini",
        "Berlaku",
        "Hash SHA-256",
    ):
        assert part in words
    assert "Buku BUD" not in words


def test_a_reversed_sheet_points_to_its_mirror_and_back(auditor: Client) -> None:
    wrong = book(received(5_000)).journal_id
    mirror = reverse(wrong, key="r", reason="Salah titik", by=None, at=AT).journal_id
    assert f"Dibalik oleh jurnal {mirror}" in text_of(auditor.get(f"{LIST}{wrong}/"))
    assert f"Pembalikan dari jurnal {wrong}" in text_of(auditor.get(f"{LIST}{mirror}/"))
    assert "dibalik" in text_of(auditor.get(LIST))


@pytest.mark.parametrize("number", [0, 999_999, 10**30])
def test_a_journal_that_is_not_there_is_not_found(auditor: Client, number: int) -> None:
    assert auditor.get(f"{LIST}{number}/").status_code == 404


def test_the_csv_holds_every_leg_and_its_sides_agree(auditor: Client) -> None:
    opd = tourism()
    sell(1, 13_000, opd=opd.pk)
    sell(2, 5_000)
    answer = auditor.get(f"{LIST}?unduh=csv")
    assert answer["Content-Disposition"] == 'attachment; filename="jurnal-2026-11-24.csv"'
    rows = rows_of(answer)
    assert len(rows) == 20
    assert sum(Decimal(row["Debit"]) for row in rows) == sum(Decimal(row["Kredit"]) for row in rows) == 90_000
    mine = [row for row in rows if row["Sumber"] == "payment:1"]
    assert sum(Decimal(row["Debit"]) for row in mine if row["Akun"] == "rkud") == rp(13_000)
    assert sum(Decimal(row["Kredit"]) for row in mine if row["Kode rekening"].startswith("4.1.02")) == rp(
        13_000
    )
    first = rows[0]
    assert first["Kunci"] == "payment:1:received"
    assert first["Kode OPD"] == opd.code
    assert first["Tanggal efektif"] == first["Tanggal valuta"] == DAY.isoformat()
    assert first["Dicatat (WIB)"] == "2026-11-24T10:00:00+07:00"
    assert (first["Debit"], first["Kredit"], first["Uraian"]) == (
        "13000.00",
        "0.00",
        "Pembayaran QRIS diterima",
    )


def test_the_trial_balance_shows_codes_sides_and_balance(auditor: Client) -> None:
    opd = tourism()
    sell(1, 13_000, opd=opd.pk)
    sell(2, 5_000)
    words = text_of(auditor.get(TRIAL))
    assert words.count("seimbang") >= 3
    assert "tidak seimbang" not in words
    assert "Kas di Kas Daerah" in words
    assert "4.1.02.02.17.0001 perlu konfirmasi" in words
    rows = {row["Akun"]: row for row in rows_of(auditor.get(f"{TRIAL}?opd={opd.pk}&unduh=csv"))}
    assert (rows["rkud"]["Saldo debit"], rows["rkud"]["Kode OPD"]) == ("13000.00", opd.code)
    assert rows["recreation-levy-lra"]["Saldo kredit"] == "13000.00"
    assert rows["acquirer-receivable"]["Saldo debit"] == "0.00"
    assert rows_of(auditor.get(f"{TRIAL}?pada=2026-11-23&unduh=csv")) == []


@pytest.mark.parametrize("query", ["pada=", "pada=2026-02-30", "opd=0"])
def test_a_wrong_day_or_agency_is_said_so(auditor: Client, query: str) -> None:
    assert auditor.get(f"{TRIAL}?{query}").status_code == 400


def test_pages_ask_a_fixed_number_of_times(
    auditor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    post_many([(f"k{n}", received(1_000, source=f"payment:{n}")) for n in range(60)], by=None, at=AT)
    number = sell(1)[0]
    for address, most in ((LIST, 8), (f"{LIST}{number}/", 8), (TRIAL, 6)):
        with django_assert_max_num_queries(most):
            auditor.get(address)
    with django_assert_max_num_queries(7):
        rows_of(auditor.get(f"{LIST}?unduh=csv"))
