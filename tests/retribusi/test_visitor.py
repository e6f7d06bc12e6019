"""The visitor's way: choose, pay, tickets, receipt; every state the payment page can be in."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from opd import audit
from opd.models import AuditEvent
from payments.incoming.models import Payment, PaymentRequest
from payments.qris import picture
from payments.snap.codes import Service
from retribusi import throttle
from retribusi.models import CollectionPoint, Order, SpecialDay, TariffItem, Throttle, Ticket
from retribusi.services import fulfilment
from retribusi.services.keys import verifying_keys
from retribusi.tickets import verify
from tests.retribusi.cast import AT, Museum, form_key, text

TODAY = AT.date()


def choose(client: Client, museum: Museum, **numbers: object) -> dict[str, object]:
    fields = {"kunci": form_key(client), f"t{museum.adult.pk}": 2, f"t{museum.child.pk}": 1}
    return fields | numbers


def test_the_place_shows_hours_tariffs_and_one_button(client: Client, museum: Museum) -> None:
    page = text(client.get("/r/rumah-uji/"))
    for words in ("Rumah Uji", "sampai pukul 16.00 WIB", "Dewasa", "Rp\u00a05.000", "Anak", "Rp\u00a03.000"):
        assert words in page
    assert page.count("btn-primary") == 1
    assert "Bayar dengan QRIS" in page


def test_hours_are_written_in_one_way_for_each_language(client: Client, museum: Museum) -> None:
    for language, wanted, other in (("id", "16.00", "16:00"), ("en", "16:00", "16.00")):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page = text(client.get("/r/rumah-uji/"))
        assert wanted in page
        assert other not in page


def test_from_choice_to_qr(client: Client, museum: Museum) -> None:
    response = client.post("/r/rumah-uji/", choose(client, museum))
    order = Order.objects.get()
    assert response.status_code == 302
    assert response.headers["Location"] == f"/bayar/{order.token}/"
    page = text(client.get(f"/bayar/{order.token}/"))
    for words in (
        "Rp\u00a013.000",
        "Pastikan nama merchant",
        "UJI COBA RBK",
        "NMID ID20260000001",
        "<svg",
        "Simpan gambar QR",
        "Menunggu pembayaran",
        "sampai 10.15 WIB",
        "Sudah bayar, belum Lunas? Tanya bank sekarang",
        "<noscript>",
    ):
        assert words in page, words
    assert "http-equiv" not in page


def test_money_turns_the_page_to_lunas(client: Client, museum: Museum) -> None:
    order = museum.waiting()
    state = client.get(f"/bayar/{order.token}/keadaan")
    etag = state.headers["ETag"]
    assert state.json()["keadaan"] == "waiting"
    assert client.get(f"/bayar/{order.token}/keadaan", headers={"If-None-Match": etag}).status_code == 304
    museum.pay(order)
    after = client.get(f"/bayar/{order.token}/keadaan", headers={"If-None-Match": etag})
    assert after.status_code == 200
    assert after.json()["keadaan"] == "paid"
    page = text(client.get(f"/bayar/{order.token}/"))
    assert "Lunas" in page
    assert f"/tiket/{order.token}/" in page
    assert "Kode QRIS" not in page


def test_polling_costs_one_query(
    client: Client, museum: Museum, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    order = museum.waiting()
    with django_assert_num_queries(1):  # type: ignore[operator]
        client.get(f"/bayar/{order.token}/keadaan")


def test_tickets_are_signed_for_place_and_day(client: Client, museum: Museum) -> None:
    order = museum.paid()
    page = text(client.get(f"/tiket/{order.token}/"))
    tickets = list(Ticket.objects.filter(line__order=order))
    assert [ticket.line.tariff.name for ticket in tickets] == ["Dewasa", "Dewasa", "Anak"]
    assert len({ticket.code for ticket in tickets}) == 3
    for ticket in tickets:
        facts = verify(ticket.token, verifying_keys())
        assert (facts.point_id, facts.valid_date, facts.serial) == (museum.point.pk, TODAY, ticket.serial)
        assert facts.category == ticket.line.tariff.category
        assert ticket.spoken in page
    assert page.count('class="qr"') == 3
    assert "24 November 2026" in page


def test_the_receipt_says_amount_words_reference_and_time(client: Client, museum: Museum) -> None:
    order = museum.paid()
    page = text(client.get(f"/kuitansi/{order.token}/"))
    for words in ("Rp\u00a013.000", "Tiga belas ribu rupiah", "632811000001", "ID20260000001", "10.01 WIB"):
        assert words in page, words
    assert order.receipt_number
    assert order.receipt_number in page


def test_the_kept_link_leads_to_payment_then_to_tickets(client: Client, museum: Museum) -> None:
    order = museum.waiting()
    assert client.get(f"/pesanan/{order.token}/").headers["Location"] == f"/bayar/{order.token}/"
    for page in ("tiket", "kuitansi"):
        assert client.get(f"/{page}/{order.token}/").headers["Location"] == f"/bayar/{order.token}/"
    museum.pay(order)
    assert client.get(f"/pesanan/{order.token}/").headers["Location"] == f"/tiket/{order.token}/"


def test_unknown_links_are_not_found(client: Client, museum: Museum) -> None:
    for path in ("bayar/x", "tiket/x", "kuitansi/x", "pesanan/x", "r/tidak-ada"):
        assert client.get(f"/{path}/").status_code == 404
    assert client.get("/bayar/x/keadaan").status_code == 404


def test_the_saved_picture_is_read_by_a_decoder(client: Client, museum: Museum) -> None:
    order = museum.waiting()
    response = client.get(f"/bayar/{order.token}/qris.png")
    assert response.headers["Content-Type"] == "image/png"
    assert "attachment" in response.headers["Content-Disposition"]
    assert picture.read(response.content) == [museum.request(order).qr_content]


def test_each_ticket_and_the_receipt_are_kept_as_pictures_that_a_gate_reads(
    client: Client, museum: Museum
) -> None:
    order = museum.paid()
    tickets = list(Ticket.objects.filter(line__order=order))
    page = text(client.get(f"/tiket/{order.token}/"))
    for number, ticket in enumerate(tickets, start=1):
        path = f"/tiket/{order.token}/{number}.png"
        assert f'href="{path}" download' in page
        response = client.get(path)
        assert "attachment" in response.headers["Content-Disposition"]
        assert picture.read(response.content) == [ticket.token]
    path = f"/kuitansi/{order.token}/kuitansi.png"
    assert path in text(client.get(f"/kuitansi/{order.token}/"))
    (proof,) = picture.read(client.get(path).content)
    assert order.receipt_number in text(client.get(proof.removeprefix("http://testserver")))


def test_a_picture_that_would_let_nobody_in_leads_to_the_order(client: Client, museum: Museum) -> None:
    waiting, paid = museum.waiting(), museum.paid()
    Ticket.objects.filter(line__order=paid).update(state=Ticket.State.VOID)
    assert "Gambar tiket" not in text(client.get(f"/tiket/{paid.token}/"))
    for path in (
        *(f"/tiket/{waiting.token}/1.png", f"/kuitansi/{waiting.token}/kuitansi.png"),
        *(f"/tiket/{paid.token}/{number}.png" for number in (0, 1, 99)),
    ):
        assert client.get(path).status_code == 302, path


def test_after_paying_the_place_tells_of_itself_and_the_link_goes_by_whatsapp(
    client: Client, museum: Museum
) -> None:
    order = museum.paid()
    CollectionPoint.objects.filter(pk=museum.point.pk).update(
        story="Rumah ini berusia seratus tahun.", story_en="This house is a hundred years old."
    )
    assert "Rumah ini berusia seratus tahun." in text(client.get(f"/bayar/{order.token}/"))
    page = text(client.get(f"/tiket/{order.token}/"))
    assert "Rumah ini berusia seratus tahun." in page
    assert f"https://wa.me/?text=http%3A%2F%2Ftestserver%2Fpesanan%2F{order.token}%2F" in page
    client.get("/bahasa/en/?ke=/")
    assert "This house is a hundred years old." in text(client.get(f"/tiket/{order.token}/"))


def test_what_has_no_english_is_marked_as_indonesian_on_english_pages(client: Client, museum: Museum) -> None:
    TariffItem.objects.filter(pk=museum.child.pk).update(name_en="")
    SpecialDay.objects.create(
        point=museum.point, day=TODAY, kind="free", note="Hari Pahlawan", legal_basis="SK 1"
    )
    assert '<span lang="id">' not in text(client.get("/r/rumah-uji/"))
    client.get("/bahasa/en/?ke=/")
    page = text(client.get("/r/rumah-uji/"))
    for words in ("Anak", "Hari Pahlawan", museum.point.address):
        assert f'<span lang="id">{words}</span>' in page
    assert "<strong>Adult</strong>" in page


def test_an_english_receipt_counts_in_english(client: Client, museum: Museum) -> None:
    order = museum.paid()
    client.get("/bahasa/en/?ke=/")
    page = text(client.get(f"/kuitansi/{order.token}/"))
    assert "/ person" in page
    assert "/ orang" not in page


def test_no_picture_once_it_cannot_be_paid(
    client: Client, museum: Museum, now: time_machine.Traveller
) -> None:
    order = museum.waiting()
    now.shift(timedelta(minutes=16))
    assert client.get(f"/bayar/{order.token}/qris.png").status_code == 302


def test_double_submit_makes_one_order_and_one_qr(client: Client, museum: Museum) -> None:
    fields = choose(client, museum)
    first, second = (client.post("/r/rumah-uji/", fields) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Order.objects.count() == 1
    assert museum.bank.asked(Service.QR_GENERATE) == 1


def test_the_same_form_with_another_choice_is_another_order(client: Client, museum: Museum) -> None:
    fields = choose(client, museum)
    client.post("/r/rumah-uji/", fields)
    client.post("/r/rumah-uji/", fields | {f"t{museum.adult.pk}": 3})
    assert sorted(Order.objects.values_list("total", flat=True)) == [Decimal(13000), Decimal(18000)]


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"t{adult}": 0, "t{child}": 0}, "Pilih paling sedikit satu tiket"),
        ({"t{adult}": -1}, "Tidak boleh kurang dari nol"),
        ({"t{adult}": 51}, "Paling banyak 50"),
        ({"t{adult}": "dua"}, "Isi dengan angka"),
        ({"kunci": "pendek"}, "Formulir ini tidak lengkap"),
    ],
)
def test_a_bad_choice_is_said_in_words_and_makes_nothing(
    client: Client, museum: Museum, numbers: dict[str, object], message: str
) -> None:
    ids = {"adult": museum.adult.pk, "child": museum.child.pk}
    fields = {name.format(**ids): value for name, value in numbers.items()}
    response = client.post("/r/rumah-uji/", choose(client, museum, **fields))
    assert response.status_code == 400
    assert message in text(response)
    assert not Order.objects.exists()


def test_more_than_a_qris_may_carry_is_refused(client: Client, museum: Museum) -> None:
    museum.adult.amount = Decimal(300_000)
    museum.adult.save()
    response = client.post("/r/rumah-uji/", choose(client, museum, **{f"t{museum.adult.pk}": 50}))
    assert "Satu QRIS paling banyak" in text(response)


def test_planned_places_are_hidden_and_suspended_ones_say_so(client: Client, museum: Museum) -> None:
    CollectionPoint.objects.update(status="suspended", status_note="Sedang dipugar.")
    page = text(client.get("/r/rumah-uji/"))
    assert "Sedang dipugar." in page
    assert "<form" not in page
    CollectionPoint.objects.update(status="planned")
    assert client.get("/r/rumah-uji/").status_code == 404


def test_a_closed_day_says_when_it_opens_again(client: Client, museum: Museum) -> None:
    SpecialDay.objects.create(
        point=museum.point, day=TODAY, kind="closed", note="Upacara", legal_basis="SE 1"
    )
    page = text(client.get("/r/rumah-uji/"))
    assert "Hari ini tutup" in page
    assert "Upacara" in page
    assert "Buka lagi 25 November 2026 pukul 08.00 WIB" in page
    assert "<form" not in page


def test_before_opening_and_in_the_grace_after_closing_tickets_are_sold(
    client: Client, museum: Museum, now: time_machine.Traveller
) -> None:
    now.move_to(AT.replace(hour=6))
    assert "Belum buka" in text(client.get("/r/rumah-uji/"))
    now.move_to(AT.replace(hour=16, minute=30))
    assert "Sudah lewat jam tutup" in text(client.get("/r/rumah-uji/"))
    now.move_to(AT.replace(hour=17, minute=1))
    page = text(client.get("/r/rumah-uji/"))
    assert "Sudah tutup sejak pukul 16.00 WIB" in page
    assert "<form" not in page


def test_a_zero_tariff_day_gives_tickets_without_payment(client: Client, museum: Museum) -> None:
    SpecialDay.objects.create(
        point=museum.point, day=TODAY, kind="free", note="Hari Pahlawan", legal_basis="SK 1"
    )
    page = text(client.get("/r/rumah-uji/"))
    assert "bebas retribusi" in page
    assert "Ambil tiket" in page
    response = client.post("/r/rumah-uji/", choose(client, museum))
    order = Order.objects.get()
    assert response.headers["Location"] == f"/tiket/{order.token}/"
    assert (order.total, order.state, Ticket.objects.count()) == (Decimal(0), "paid", 3)
    assert not PaymentRequest.objects.exists()
    assert "Bebas retribusi" in text(client.get(f"/kuitansi/{order.token}/"))


def test_a_silent_bank_charges_nothing_and_can_be_tried_again(
    client: Client, museum: Museum, now: time_machine.Traveller
) -> None:
    museum.bank.mood = lambda *_: None
    client.post("/r/rumah-uji/", choose(client, museum))
    order = Order.objects.get()
    page = text(client.get(f"/bayar/{order.token}/"))
    assert "Anda belum dikenai biaya apa pun" in page
    assert "Coba lagi" in page
    museum.bank.mood = None
    now.shift(timedelta(seconds=5))
    client.post(f"/bayar/{order.token}/qr-baru/")
    assert "<svg" in text(client.get(f"/bayar/{order.token}/"))
    assert PaymentRequest.objects.count() == 1


def test_a_refusing_bank_charges_nothing_and_can_be_tried_again(client: Client, museum: Museum) -> None:
    refusal = (403, {"responseCode": "4034702", "responseMessage": "Exceeds Transaction Amount Limit"})
    museum.bank.mood = lambda *_: refusal
    client.post("/r/rumah-uji/", choose(client, museum))
    order = Order.objects.get()
    page = text(client.get(f"/bayar/{order.token}/"))
    assert "QR tidak terbit" in page
    assert "belum membayar apa pun" in page
    client.get("/bahasa/en/?ke=/")
    assert "The bank declined to issue a QR." in text(client.get(f"/bayar/{order.token}/"))
    museum.bank.mood = None
    client.post(f"/bayar/{order.token}/qr-baru/")
    assert "<svg" in text(client.get(f"/bayar/{order.token}/"))


def test_after_its_time_the_qr_is_hidden_and_a_new_one_can_be_asked_for(
    client: Client, museum: Museum, now: time_machine.Traveller
) -> None:
    order = museum.waiting()
    first = museum.request(order).qr_content
    now.shift(timedelta(minutes=15))
    page = text(client.get(f"/bayar/{order.token}/"))
    assert "Waktu habis" in page
    assert "Kode QRIS" not in page
    client.post(f"/bayar/{order.token}/qr-baru/")
    assert "<svg" in text(client.get(f"/bayar/{order.token}/"))
    assert museum.request(order).partner_reference_no
    assert museum.bank.asked(Service.QR_QUERY) >= 1, "the old QR is asked about first"
    assert first


def test_a_new_qr_is_not_made_where_the_old_one_was_paid(
    client: Client, museum: Museum, now: time_machine.Traveller
) -> None:
    order = museum.waiting()
    museum.bank.pay(museum.request(order).partner_reference_no, at=AT + timedelta(minutes=14))
    now.shift(timedelta(minutes=15))
    client.post(f"/bayar/{order.token}/qr-baru/")
    assert "Lunas" in text(client.get(f"/bayar/{order.token}/"))
    assert museum.bank.asked(Service.QR_GENERATE) == 1


def test_expired_says_that_nothing_was_charged(
    client: Client, museum: Museum, now: time_machine.Traveller
) -> None:
    order = museum.waiting()
    now.shift(timedelta(minutes=16))
    client.post(f"/bayar/{order.token}/tanya/")
    page = text(client.get(f"/bayar/{order.token}/"))
    assert "Bank memastikan QR ini tidak dibayar" in page
    assert "Minta QR baru" in page


def test_yesterdays_order_asks_for_a_new_one(
    client: Client, museum: Museum, now: time_machine.Traveller
) -> None:
    order = museum.waiting()
    now.shift(timedelta(days=1))
    page = text(client.get(f"/bayar/{order.token}/"))
    assert "Buat pesanan baru" in page
    response = client.post(f"/bayar/{order.token}/qr-baru/", follow=True)
    assert "Tanggal kunjungan pesanan ini sudah lewat" in text(response)


def test_cancelled_says_so_and_the_bank_knows(client: Client, museum: Museum) -> None:
    order = museum.waiting()
    client.post(f"/bayar/{order.token}/batal/")
    page = text(client.get(f"/bayar/{order.token}/"))
    assert "Dibatalkan" in page
    assert "Anda tidak dikenai biaya" in page
    assert museum.bank.asked(Service.QR_CANCEL) == 1


def test_cancelling_a_paid_one_gives_the_tickets_instead(client: Client, museum: Museum) -> None:
    order = museum.waiting()
    museum.bank.pay(museum.request(order).partner_reference_no, at=AT)
    client.post(f"/bayar/{order.token}/batal/")
    assert "Lunas" in text(client.get(f"/bayar/{order.token}/"))


@pytest.mark.parametrize(
    ("mood", "words"),
    [
        ("honest", "Jawaban bank: belum ada pembayaran"),
        ("silent", "Bank belum menjawab"),
    ],
)
def test_what_the_bank_answers_is_said_in_words(
    client: Client, museum: Museum, mood: str, words: str
) -> None:
    order = museum.waiting()
    museum.bank.mood = None if mood == "honest" else lambda *_: None
    assert words in text(client.post(f"/bayar/{order.token}/tanya/", follow=True))


def test_asking_the_bank_books_what_no_notice_told(client: Client, museum: Museum) -> None:
    order = museum.waiting()
    museum.bank.pay(museum.request(order).partner_reference_no, at=AT)
    assert "Tiket siap" in text(client.post(f"/bayar/{order.token}/tanya/", follow=True))
    assert Payment.objects.get().seen_by == "query"


def test_asking_twice_in_a_breath_asks_once(client: Client, museum: Museum) -> None:
    order = museum.waiting()
    client.post(f"/bayar/{order.token}/tanya/")
    page = text(client.post(f"/bayar/{order.token}/tanya/", follow=True))
    assert museum.bank.asked(Service.QR_QUERY) == 1
    assert "belum ada pembayaran" in page or "Bank baru saja ditanya" in page


@pytest.mark.parametrize(
    ("changes", "kind", "words", "paid"),
    [
        (
            {"paid_at": AT + timedelta(minutes=20)},
            "late",
            "Rp\u00a013.000 dibayar setelah waktu habis",
            False,
        ),
        ({"amount": Decimal(10_000)}, "short", "Kurang bayar: Rp\u00a010.000 dari Rp\u00a013.000", False),
        ({"amount": Decimal(15_000)}, "excess", "Lebih bayar Rp\u00a02.000", True),
    ],
)
def test_odd_money_is_told_with_its_place_and_what_to_do(
    client: Client, museum: Museum, changes: dict[str, Any], kind: str, words: str, paid: bool
) -> None:
    order = museum.waiting()
    tag = client.get(f"/bayar/{order.token}/keadaan").headers["ETag"]
    payment = museum.pay(order, **changes)
    assert (payment.kind, payment.fulfilment) == (kind, "done")
    assert client.get(f"/bayar/{order.token}/keadaan").headers["ETag"] != tag
    page = text(client.get(f"/bayar/{order.token}/"))
    for sentence in (words, "titipan Anda, bukan pendapatan daerah", "loket Rumah Uji", order.spoken):
        assert sentence in page, sentence
    assert museum.again(order).is_paid is paid
    assert Ticket.objects.exists() is paid


def test_paid_twice_keeps_the_tickets_and_tells_of_the_second(client: Client, museum: Museum) -> None:
    order = museum.paid()
    payment = museum.pay(order, rrn="632811000002", after=timedelta(minutes=2))
    assert payment.kind == "double"
    for path in ("bayar", "tiket", "kuitansi"):
        page = text(client.get(f"/{path}/{order.token}/"))
        assert "Rp\u00a013.000 dibayar dua kali" in page, path
    assert Ticket.objects.count() == 3


def test_tickets_are_issued_once_however_often_it_is_told(museum: Museum) -> None:
    order = museum.paid()
    number = order.receipt_number
    payment = Payment.objects.get()
    fulfilment.mark_paid(order, payment_id=payment.pk, at=AT)
    assert Ticket.objects.count() == 3
    assert museum.again(order).receipt_number == number


def test_a_failing_ticket_keeps_the_money_booked_and_is_tried_again(
    museum: Museum, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = museum.waiting()

    def broken(*_: object, **__: object) -> None:
        raise fulfilment.FulfilmentError("rusak")

    with monkeypatch.context() as patch:
        patch.setattr(fulfilment, "issue_tickets", broken)
        payment = museum.pay(order)
    assert (payment.fulfilment, museum.again(order).state) == ("pending", "open")
    from payments.incoming import booking

    booking.fulfil(Payment.objects.select_related("request").get(pk=payment.pk), at=AT)
    assert museum.again(order).is_paid
    assert Ticket.objects.count() == 3


def test_a_failed_audit_write_leaves_no_order(museum: Museum, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("audit")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError):
        museum.order()
    assert not Order.objects.exists()


def test_ordering_leaves_a_trace_without_personal_data(client: Client, museum: Museum) -> None:
    client.post("/r/rumah-uji/", choose(client, museum), REMOTE_ADDR="203.0.113.9")
    event = AuditEvent.objects.get(action="order.place")
    assert event.by is None
    assert "203.0.113.9" not in str(list(Throttle.objects.values()))


def test_too_many_orders_from_one_address_get_a_clear_page(
    client: Client, museum: Museum, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "ORDERS_OF_ADDRESS", throttle.Limit("orders-address", 2, 600))
    for _ in range(2):
        assert client.post("/r/rumah-uji/", choose(client, museum)).status_code == 302
    response = client.post("/r/rumah-uji/", choose(client, museum))
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) <= 600
    assert "tidak ada pesanan baru dan tidak ada uang yang berpindah" in text(response)
    assert Order.objects.count() == 2
    assert client.post("/r/rumah-uji/", choose(client, museum), REMOTE_ADDR="203.0.113.9").status_code == 302


def test_counts_are_forgotten_when_their_time_is_over(museum: Museum) -> None:
    throttle.take(throttle.ORDERS_OF_POINT, "x", at=AT)
    assert throttle.forget(at=AT) == 0
    assert throttle.forget(at=AT + timedelta(minutes=20)) == 1


WRITES = ("insert", "update", "delete", "truncate")


def test_looking_never_writes(
    client: Client, museum: Museum, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    waiting, paid = museum.waiting(), museum.paid()
    paths = [
        "/",
        "/r/rumah-uji/",
        "/tiket/kunci.json",
        *(f"/bayar/{order.token}/" for order in (waiting, paid)),
        *(f"/bayar/{order.token}/keadaan" for order in (waiting, paid)),
        f"/bayar/{waiting.token}/qris.png",
        *(f"/{page}/{paid.token}/" for page in ("tiket", "kuitansi", "pesanan")),
        *(f"/tiket/{paid.token}/1.png", f"/kuitansi/{paid.token}/kuitansi.png"),
    ]
    for path in paths:
        with django_assert_max_num_queries(6) as queries:  # type: ignore[operator]
            assert client.get(path).status_code in {200, 302}, path
        for query in queries.captured_queries:
            assert not query["sql"].lower().startswith(WRITES), (path, query["sql"])


def test_deeds_are_refused_to_get(client: Client, museum: Museum) -> None:
    order = museum.waiting()
    for deed in ("qr-baru", "tanya", "batal"):
        assert client.get(f"/bayar/{order.token}/{deed}/").status_code == 405


def test_deeds_need_the_forms_token(museum: Museum) -> None:
    strict = Client(enforce_csrf_checks=True)
    order = museum.waiting()
    assert strict.post(f"/bayar/{order.token}/batal/").status_code == 403
    assert strict.post("/r/rumah-uji/", {}).status_code == 403


def test_pages_with_secrets_are_kept_by_no_one(client: Client, museum: Museum) -> None:
    order = museum.paid()
    for path in ("bayar", "tiket", "kuitansi"):
        response = client.get(f"/{path}/{order.token}/")
        assert "no-store" in response.headers["Cache-Control"]
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert not response.cookies.get("sessionid")


def test_the_front_page_lists_live_places(client: Client, museum: Museum) -> None:
    page = text(client.get("/"))
    assert "Rumah Uji" in page
    assert "/r/rumah-uji/" in page
    CollectionPoint.objects.update(status="suspended")
    assert "Rumah Uji" not in text(client.get("/"))


def test_public_keys_check_a_ticket_without_us(client: Client, museum: Museum) -> None:
    museum.paid()
    (key,) = client.get("/tiket/kunci.json").json()["kunci"]
    from retribusi import tickets

    keys = tickets.public_keys([(key["kid"], bytes.fromhex(key["ed25519"]))])
    for ticket in Ticket.objects.all():
        assert verify(ticket.token, keys).serial == ticket.serial
