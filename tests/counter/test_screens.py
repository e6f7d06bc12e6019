"""The counter's pages: three taps, the bank's answer, search, closing, STS, and who may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from opd import stepup
from opd.models import Role, User
from payments.incoming.models import PaymentRequest
from retribusi.counter.models import Deposit, Sale, Shift
from retribusi.counter.services.selling import Channel
from retribusi.models import Order
from tests.counter.cast import NO_APP, Desk, pieces
from tests.opd.cast import agency, person
from tests.retribusi.cast import AT, text


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second factor has tests of its own; here it was just given."""
    monkeypatch.setattr(stepup, "is_fresh", lambda request: True)


def enter(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def key_of(page: str) -> str:
    return page.split('name="kunci" value="')[1].split('"')[0]


def fields(client: Client, desk: Desk, **more: object) -> dict[str, object]:
    return {"kunci": key_of(text(client.get("/loket/"))), f"t{desk.museum.adult.pk}": 2, **more}


def test_without_a_shift_the_officer_opens_one(client: Client, desk: Desk) -> None:
    enter(client, desk.officer)
    assert client.get("/loket/").headers["Location"] == "/loket/buka/"
    answer = client.post("/loket/buka/", {"point": desk.museum.point.pk, "change_amount": "100.000"})
    assert answer.headers["Location"] == "/loket/"
    assert Shift.objects.get().change_amount == 100_000
    page = text(client.get("/loket/"))
    for words in ("Rumah Uji", "Dewasa", "Rp\u00a05.000", "QRIS", "Tunai", NO_APP, "Tutup shift"):
        assert words in page, words


def test_qris_shows_the_code_and_turns_to_lunas_with_the_amount_in_words(client: Client, desk: Desk) -> None:
    desk.open()
    enter(client, desk.officer)
    answer = client.post("/loket/", fields(client, desk, cara="qris"))
    order = Order.objects.get()
    assert answer.headers["Location"] == f"/loket/pesanan/{order.pk}/"
    page = text(client.get(answer.headers["Location"]))
    for words in ("Rp\u00a010.000", "UJI COBA RBK", "Kode QRIS", "Tanya bank sekarang", "Batalkan pesanan"):
        assert words in page, words
    desk.museum.pay(order)
    page = text(client.get(answer.headers["Location"]))
    for words in ("Lunas", 'data-ucap="Lunas, sepuluh ribu rupiah"', "Penjualan berikutnya", "2 tiket"):
        assert words in page, words


def test_a_cash_reason_is_the_third_tap_and_a_second_press_sells_once(client: Client, desk: Desk) -> None:
    desk.open()
    enter(client, desk.officer)
    body = fields(client, desk, tunai=NO_APP)
    first, second = client.post("/loket/", body), client.post("/loket/", body)
    assert first.headers["Location"] == second.headers["Location"]
    sale = Sale.objects.get()
    assert (sale.cash_reason, sale.order.channel) == (NO_APP, "cash")
    assert "kembali <strong>Rp\u00a010.000</strong>" in text(client.get(first.headers["Location"]))
    page = text(client.get("/loket/"))
    assert f"?ulang={sale.order_id}" in page
    again = text(client.get(f"/loket/?ulang={sale.order_id}"))
    assert f'name="t{desk.museum.adult.pk}" id="id_t{desk.museum.adult.pk}" value="2"' in again


def test_other_reasons_and_references_are_typed_and_refusals_keep_the_basket(
    client: Client, desk: Desk
) -> None:
    desk.open()
    enter(client, desk.officer)
    answer = client.post("/loket/", fields(client, desk, tunai="lain", alasan_tunai=""))
    assert answer.status_code == 400
    assert "Tunai perlu alasan" in text(answer)
    assert 'value="2"' in text(answer)
    client.post("/loket/", fields(client, desk, tunai="lain", alasan_tunai="HP pengunjung mati"))
    client.post("/loket/", fields(client, desk, cara="edc", rujukan="998877"))
    assert set(Sale.objects.values_list("cash_reason", "reference")) == {
        ("HP pengunjung mati", ""),
        ("", "998877"),
    }
    assert client.post("/loket/", fields(client, desk, cara="cek")).status_code == 404
    wrong = client.post("/loket/", fields(client, desk, cara="edc") | {f"t{desk.museum.adult.pk}": "dua"})
    assert wrong.status_code == 400


def test_the_bank_is_asked_a_new_qr_made_and_an_order_given_up(client: Client, desk: Desk) -> None:
    desk.open()
    enter(client, desk.officer)
    client.post("/loket/", fields(client, desk, cara="qris"))
    order = Order.objects.get()
    here = f"/loket/pesanan/{order.pk}/"
    with time_machine.travel(AT + timedelta(minutes=1), tick=False):
        answer = client.post(f"{here}tanya/", follow=True)
    assert "belum ada pembayaran" in text(answer)
    with time_machine.travel(AT + timedelta(minutes=2), tick=False):
        client.post(f"{here}batal/")
        assert PaymentRequest.objects.get().state == "cancelled"
        assert "Pesanan dibatalkan" in text(client.get(here))
    assert client.post(f"{here}hapus/").status_code == 404


def test_an_order_is_found_by_amount_minute_and_code(client: Client, desk: Desk) -> None:
    desk.open()
    sale = desk.sell()
    visitor = desk.museum.waiting()
    enter(client, desk.officer)
    found = text(client.get("/loket/cari/?jumlah=10.000&jam=10:03"))
    assert str(sale.order_id) in found
    assert str(visitor.pk) not in found
    assert "Tidak ada pesanan" in text(client.get("/loket/cari/?jumlah=10.000&jam=14:00"))
    assert str(visitor.pk) in text(client.get(f"/loket/cari/?kode={visitor.spoken}"))
    assert client.get(f"/loket/pesanan/{visitor.pk}/").status_code == 200


def test_closing_needs_the_count_and_then_shows_the_shift(client: Client, desk: Desk) -> None:
    shift = desk.open()
    desk.sell()
    enter(client, desk.officer)
    answer = client.post("/loket/tutup/", {"shift": shift.pk})
    assert "Jelaskan selisih" in text(answer)
    body = {"shift": shift.pk, **pieces(10_000)}
    first, second = client.post("/loket/tutup/", body), client.post("/loket/tutup/", body)
    assert first.headers["Location"] == second.headers["Location"] == f"/loket/shift/{shift.pk}/"
    page = text(client.get(f"/loket/shift/{shift.pk}/"))
    assert "belum disetor" in page
    assert client.post("/loket/", {"cara": "qris"}).headers["Location"] == "/loket/buka/"


def test_the_treasurer_deposits_and_kuasa_bud_books_it(client: Client, desk: Desk) -> None:
    shift = desk.close(_sold(desk), 10_000)
    enter(client, desk.treasurer)
    with time_machine.travel(AT + timedelta(hours=2), tick=False):
        page = text(client.get("/loket/setoran/"))
        assert "Setor tunai" in page
        form = f"/loket/setoran/{desk.museum.opd.pk}/baru/"
        body = {"request_key": "form:1234", "shifts": [str(shift.pk)], "reference": "SETOR 1"}
        answer = client.post(form, body | {"deposited_at": "2026-11-24T11:30"})
        row = Deposit.objects.get()
        assert answer.headers["Location"] == f"/loket/setoran/{row.pk}/"
        again = client.post(form, body | {"deposited_at": "2026-11-24T11:30"})
        assert again.headers["Location"] == answer.headers["Location"]
        page = text(client.get(f"/loket/setoran/{row.pk}/"))
        assert "Cetak STS" in page
        assert "Bukukan masuk RKUD" not in page
        assert client.post(f"/loket/setoran/{row.pk}/sahkan/").status_code == 403
    with time_machine.travel(AT + timedelta(days=1), tick=False):
        enter(client, desk.bud)
        client.post(
            f"/loket/setoran/{row.pk}/sahkan/", {"credited_date": "2026-11-25", "reference": "KORAN 1"}
        )
        assert Deposit.objects.get().credited_date is not None
        assert "Masuk RKUD" in text(client.get("/loket/setoran/"))


def _sold(desk: Desk) -> Shift:
    shift = desk.open()
    desk.sell()
    return shift


def test_others_agencies_and_officers_see_nothing(client: Client, desk: Desk) -> None:
    shift = _sold(desk)
    order = Order.objects.get()
    stranger = person("petugas.lain", Role.PETUGAS_LOKET, agency("99", "Dinas Lain"))
    colleague = person("petugas.kedua", Role.PETUGAS_LOKET, desk.museum.opd)
    enter(client, stranger)
    assert client.get(f"/loket/pesanan/{order.pk}/").status_code == 404
    assert client.get(f"/loket/shift/{shift.pk}/").status_code == 404
    enter(client, colleague)
    assert client.get(f"/loket/shift/{shift.pk}/").status_code == 404
    assert client.get(f"/loket/pesanan/{order.pk}/").status_code == 200
    row = desk.deposit(desk.close(shift, 10_000))
    assert client.get(f"/loket/setoran/{row.pk}/").status_code == 403
    enter(client, desk.treasurer)
    assert client.get("/loket/").status_code == 403


def test_the_receipt_says_how_it_was_paid(client: Client, desk: Desk) -> None:
    desk.open()
    cash, card = desk.sell(), desk.sell(Channel.EDC)
    assert "Tunai di loket" in text(client.get(f"/kuitansi/{cash.order.token}/"))
    assert "EDC di loket" in text(client.get(f"/kuitansi/{card.order.token}/"))
    assert client.get(f"/tiket/{cash.order.token}/").status_code == 200


def test_the_home_page_says_what_waits(client: Client, desk: Desk) -> None:
    enter(client, desk.officer)
    assert "Buka shift untuk mulai menjual" in text(client.get(reverse("opd:home")))
    desk.close(_sold(desk), 10_000)
    enter(client, desk.treasurer)
    assert "Tunai loket belum disetor" in text(client.get(reverse("opd:home")))


SALES = "/loket/penjualan/"


def sold_in_every_way(desk: Desk) -> None:
    desk.open()
    desk.sell(Channel.CASH)
    desk.sell(Channel.EDC, adults=3)
    desk.sell(Channel.EMONEY, adults=1, reference="EM777")


def test_the_register_of_sales_shows_each_with_its_channel_and_reason(client: Client, desk: Desk) -> None:
    sold_in_every_way(desk)
    enter(client, desk.treasurer)
    page = text(client.get(SALES))
    for words in ("Tunai", NO_APP, "EDC", "Rujukan RRN123456", "2 Dewasa", "Rp\u00a015.000", "1 penjualan"):
        assert words in page, words
    only = text(client.get(f"{SALES}?cara=cash"))
    assert NO_APP in only
    assert "RRN123456" not in only


@pytest.mark.parametrize("wanted", ["15.000", "em777", "code"])
def test_a_sale_is_found_by_amount_reference_or_code(client: Client, desk: Desk, wanted: str) -> None:
    sold_in_every_way(desk)
    enter(client, desk.treasurer)
    amount = {"15.000": 15_000, "em777": 5_000, "code": 10_000}[wanted]
    sale = Sale.objects.get(order__total=amount)
    page = text(client.get(SALES, {"q": sale.order.spoken if wanted == "code" else wanted}))
    assert page.count('data-label="Isi"') == 1
    assert "Tidak ada penjualan yang cocok" in text(client.get(SALES, {"q": "15.001"}))


def test_the_register_goes_home_as_csv_and_asks_few_questions(
    client: Client, desk: Desk, django_assert_max_num_queries: object
) -> None:
    sold_in_every_way(desk)
    enter(client, desk.treasurer)
    lines = client.get(f"{SALES}?unduh=csv").getvalue().decode().splitlines()
    assert len(lines) == 4
    assert "15000.00" in lines[2]
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        client.get(SALES)


def test_an_officer_sees_their_own_sales_and_another_agency_none(client: Client, desk: Desk) -> None:
    sold_in_every_way(desk)
    assert 'data-label="Isi"' in text(enter(client, desk.officer).get(SALES))
    others = person("petugas.lain", Role.PETUGAS_LOKET, desk.museum.opd)
    assert "Belum ada penjualan hari ini" in text(enter(client, others).get(SALES))
    far = person("bendahara.jauh", Role.BENDAHARA_PENERIMAAN, agency("99", "Dinas Lain"))
    assert "Belum ada penjualan hari ini" in text(enter(client, far).get(SALES))


def test_takings_show_the_counters_money_beside_qris(client: Client, desk: Desk) -> None:
    sold_in_every_way(desk)
    enter(client, desk.treasurer)
    page = text(client.get("/retribusi/penerimaan/"))
    for words in ("Di loket, di luar QRIS", "Rp\u00a010.000", "Rp\u00a015.000", "Lihat penjualan loket"):
        assert words in page, words
    assert "Di loket, di luar QRIS" not in text(client.get("/retribusi/penerimaan/?q=10.000"))
