"""/tagihan/<kode>/: what is owed, how it is paid, and what became of money; in both languages, and light."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from retribusi.assessments import billpage
from retribusi.assessments.models import Debt, Skrd
from retribusi.assessments.services import deciding
from tests.assessments.cast import DECREE, Office, rp
from tests.retribusi.cast import AT, text
from tests.retribusi.test_weight import LIMIT, body, packed
from tests.retribusi.wire import linked, served, transferred

__all__ = ["packed"]
pytestmark = pytest.mark.django_db


def test_the_page_shows_amount_due_day_and_a_masked_name(client: Client, office: Office) -> None:
    row = office.issue(stalls=2)
    page = text(client.get(f"/tagihan/{row.token}/"))
    for words in (
        "Rp\u00a0300.000",
        "9 Desember 2026",
        "To•• Ma•• Ja••",
        "Bayar dengan QRIS",
        row.document.number_text,
    ):
        assert words in page, words
    assert "Toko Maju Jaya" not in page
    assert "Bunga" not in page
    with time_machine.travel(AT + timedelta(days=16), tick=False):
        late = text(client.get(f"/tagihan/{row.token}/"))
    assert "Rp\u00a0303.000" in late
    assert "Bunga sampai hari ini" in late
    assert "Lewat jatuh tempo" in late


def test_paid_by_qris_it_turns_to_lunas(client: Client, office: Office) -> None:
    row = office.issue()
    address = f"/tagihan/{row.token}/"
    assert client.post(f"{address}qris/").headers["Location"] == address
    page = text(client.get(address))
    assert 'data-keadaan="waiting"' in page
    assert "<svg" in page
    picture = client.get(f"{address}qris.png")
    assert picture.getvalue().startswith(b"\x89PNG")
    state = client.get(f"{address}keadaan")
    assert state.json()["keadaan"] == "waiting"
    same = {"if-none-match": state.headers["ETag"]}
    assert client.get(f"{address}keadaan", headers=same).status_code == 304
    assert "belum ada pembayaran" in text(client.post(f"{address}tanya/", follow=True))
    office.pay(row)
    assert client.get(f"{address}keadaan", headers=same).json()["keadaan"] == "paid"
    page = text(client.get(address))
    assert "Bukti pembayaran" in page
    assert "Seluruh SKRD ini sudah dibayar" in page
    assert client.get(f"{address}qris.png").status_code == 302
    assert client.post(f"{address}qris/").status_code == 302


def test_polling_asks_little_and_says_what_the_page_says(
    office: Office, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    parts = office.issue(stalls=6)
    deciding.grant_instalments(
        skrd_id=parts.pk, number=3, first_due=date(2026, 12, 1), grounds=DECREE, by=office.head, at=AT
    )
    office.pay(parts)
    waiting, void = (office.issue(wajib=office.register(f"Kedai {n}", f"177101010101000{n}")) for n in (2, 3))
    office.ask(waiting)
    office.void(void)
    for row, phase in ((parts, "unpaid"), (waiting, "waiting"), (void, "void")):
        skrd = Skrd.objects.select_related("document").get(pk=row.pk)
        page = billpage.page(skrd, at=AT)
        with django_assert_num_queries(1 if phase == "void" else 3):
            stands = billpage.standing(skrd, at=AT)
        assert (stands.phase, stands.tag) == (page.phase, page.tag)
        assert stands.phase == phase


def test_double_money_is_told_as_titipan(client: Client, office: Office) -> None:
    row = office.issue()
    first = office.pay(row)
    debt = Debt.objects.select_related("request").get(skrd=row)
    assert debt.request is not None
    from payments.incoming import services as incoming
    from payments.incoming.services import MoneySeen

    again = MoneySeen(
        source="notice", partner_id=first.partner_id, reference_no=first.reference_no,
        partner_reference_no=first.partner_reference_no, rrn="632800009999", amount=first.amount,
        paid_at=AT + timedelta(minutes=5),
    )  # fmt: skip
    incoming.record_money(again, by=None, at=AT + timedelta(minutes=5))
    page = text(client.get(f"/tagihan/{row.token}/"))
    assert "tercatat sebagai titipan Anda" in page
    assert "632800009999" in page


def test_a_void_skrd_says_not_to_pay(client: Client, office: Office) -> None:
    row = office.issue()
    office.void(row)
    address = f"/tagihan/{row.token}/"
    page = text(client.get(address))
    assert "Jangan membayarnya" in page
    assert "Bayar dengan QRIS" not in page
    assert client.post(f"{address}qris/").status_code == 302
    assert not Debt.objects.exclude(request=None).exists()


def test_instalments_are_paid_in_turn_on_one_page(client: Client, office: Office) -> None:
    row = office.issue(stalls=4)
    deciding.grant_instalments(
        skrd_id=row.pk, number=2, first_due=date(2026, 12, 1), grounds=DECREE, by=office.head, at=AT
    )
    assert "Angsuran ke-1 dari 2" in text(client.get(f"/tagihan/{row.token}/"))
    office.pay(row)
    page = text(client.get(f"/tagihan/{row.token}/"))
    assert "Angsuran ke-2 dari 2" in page
    assert "Angsuran ke-1" in page


def test_more_than_one_qris_may_hold_is_told(client: Client, office: Office) -> None:
    row = office.issue(stalls=200)
    assert row.principal == rp(30_000_000)
    page = text(client.get(f"/tagihan/{row.token}/"))
    assert "melebihi batas satu QRIS" in page
    assert "melebihi batas satu transaksi QRIS" in text(
        client.post(f"/tagihan/{row.token}/qris/", follow=True)
    )


def test_guessing_codes_is_slowed_and_a_right_code_is_not(client: Client, office: Office) -> None:
    row = office.issue()
    seen = [client.get(f"/tagihan/tebakan-{number}/").status_code for number in range(25)]
    assert (seen[0], seen[-1]) == (404, 429)
    assert client.get(f"/tagihan/{row.token}/").status_code == 200


def test_the_page_speaks_english(client: Client, office: Office) -> None:
    row = office.issue()
    client.get("/bahasa/en/")
    page = text(client.get(f"/tagihan/{row.token}/"))
    assert "Pay with QRIS" in page
    assert "Due date" in page


@pytest.mark.enable_socket
@pytest.mark.usefixtures("packed")
def test_the_first_load_stays_under_15_kb(office: Office, settings: Settings) -> None:
    row = office.issue(stalls=3, halls=2)
    office.ask(row)
    path = f"/tagihan/{row.token}/"
    with served() as place:
        answers = {path: transferred(place, path)}
        for asset in linked(body(answers[path])):
            answers[asset] = transferred(place, asset)
    sizes = {name: len(answer) for name, answer in answers.items()}
    assert sum(sizes.values()) < LIMIT, sizes
