"""The pages of paying: what waits, how it is paid, and nothing without a second factor."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from opd.models import Role
from payments.qris import picture
from payments.spending.models import BulkFile, Channel, Disbursement, Verdict
from payments.spending.services import cms, contradictions, payees, safe
from payments.spending.services.transfers import check_payee
from tests.office.factor import give_factor
from tests.opd.cast import agency, person
from tests.spending.pay.bank import ORDERS
from tests.spending.pay.test_cms import answer
from tests.spending.pay.test_qris import code, spend_of
from tests.spending.pay.test_recorded import receipt
from tests.spending.pay.world import World


@pytest.fixture
def treasurer(world: World, client: Client) -> Client:
    check_payee(payee_id=world.payee.pk, by=world.treasurer, at=timezone.now())
    give_factor(client, world.treasurer)
    return client


def url(name: str, *args: object) -> str:
    return reverse(f"spending:{name}", args=args)


def said(client: Client, address: str) -> str:
    return client.get(address, follow=True).content.decode().replace("\xa0", " ")


def downloaded(client: Client, address: str) -> bytes:
    """The test client closes a streamed answer once it is read."""
    return b"".join(client.get(address).streaming_content)  # type: ignore[attr-defined]


def test_the_list_shows_what_waits_with_its_total(world: World, treasurer: Client) -> None:
    spends = [world.spend(150_000), world.spend(222_000, tax=22_000)]
    page = said(treasurer, url("pay_list"))
    assert all(spend.description in page for spend in spends)
    assert "Rp 350.000" in page
    assert "Rp 222.000" in page  # what it is before tax


def test_the_list_is_narrowed_by_its_sentence(world: World, treasurer: Client) -> None:
    world.spend(description="Kertas"), spend_of(world, description="Kopi rapat")
    assert "Kertas" not in said(treasurer, url("pay_list") + "?kanal=qris")
    assert "Kopi rapat" not in said(treasurer, url("pay_list") + "?cari=kertas")
    assert "Tidak ada belanja yang cocok" in said(treasurer, url("pay_list") + "?cari=tidakada")


def test_the_list_asks_the_database_the_same_however_long_it_is(
    world: World, treasurer: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(6):
        world.spend(1000)
    with django_assert_max_num_queries(21):
        treasurer.get(url("pay_list"))


def test_a_spend_of_another_agency_is_not_there(world: World, client: Client) -> None:
    spend = world.spend()
    other = person("bendahara.lain", Role.BENDAHARA_PENGELUARAN, agency("120", "Dikbud"))
    give_factor(client, other)
    assert client.get(url("pay_page", spend.pk)).status_code == 404
    for name in ("pay_check", "pay_transfer", "pay_qris_read", "pay_qris"):
        assert client.post(url(name, spend.pk)).status_code == 404
    assert client.post(url("pay_elsewhere", spend.pk, "cms")).status_code == 404


def test_a_transfer_from_page_to_paid(world: World, treasurer: Client) -> None:
    spend = world.spend()
    page = said(treasurer, url("pay_page", spend.pk))
    assert "Nama cocok" in page
    answered = treasurer.post(url("pay_transfer", spend.pk), {"account": world.account.pk}, follow=True)
    assert "Sudah dibayar" in answered.content.decode()
    assert world.state(spend) == "paid"
    again = treasurer.post(url("pay_transfer", spend.pk), {"account": world.account.pk}, follow=True)
    assert again.status_code == 200
    assert world.bank.asked(*ORDERS) == 1


def test_nothing_moves_without_a_second_factor(world: World, client: Client) -> None:
    spend = world.spend()
    client.force_login(world.treasurer, backend="django.contrib.auth.backends.ModelBackend")
    for address in (
        url("pay_transfer", spend.pk),
        url("pay_qris", spend.pk),
        url("pay_elsewhere", spend.pk, "cms"),
        url("bulk_make"),
        url("bulk_result", 1),
        url("bulk_withdraw", 1),
    ):
        client.post(address, {"account": world.account.pk})
    assert not Disbursement.objects.exists()
    assert world.bank.asked(*ORDERS) == 0


def test_an_unchecked_payee_is_checked_from_the_page(world: World, treasurer: Client) -> None:
    payee = world.add_payee("Toko Lain", "0010300000012")
    spend = world.spend(payee=payee)
    assert "Periksa nama ke bank" in said(treasurer, url("pay_page", spend.pk))
    treasurer.post(url("pay_check", spend.pk))
    page = said(treasurer, url("pay_page", spend.pk))
    assert "RM RAFFLESIA" in page
    refused = treasurer.post(url("pay_transfer", spend.pk), {"account": world.account.pk}, follow=True)
    assert "Centang pernyataan" in refused.content.decode()
    treasurer.post(url("pay_transfer", spend.pk), {"account": world.account.pk, "name_accepted": "on"})
    assert world.state(spend) == "paid"


def test_a_pending_payment_has_a_page_that_asks(world: World, treasurer: Client) -> None:
    world.bank.mood = lambda service, body, honest: None if service in ORDERS else honest()
    spend = world.spend()
    answered = treasurer.post(url("pay_transfer", spend.pk), {"account": world.account.pk}, follow=True)
    assert "Jangan bayar lagi" in answered.content.decode()
    row = Disbursement.objects.get()
    assert treasurer.get(url("pay_page", spend.pk)).url == url("pay_wait", row.pk)  # type: ignore[attr-defined]
    fragment = treasurer.get(url("pay_state", row.pk))
    assert 'hx-trigger="every 3s"' in fragment.content.decode()
    assert "HX-Refresh" not in fragment.headers
    asked = treasurer.post(url("pay_ask", row.pk), follow=True)
    assert "Bank belum menjawab" in asked.content.decode()
    assert "1 pembayaran belum dijawab" in said(treasurer, reverse("opd:home"))


def test_a_finished_payment_refreshes_the_waiting_page(world: World, treasurer: Client) -> None:
    paid = world.pay(world.spend())
    assert treasurer.get(url("pay_state", paid.pk)).headers["HX-Refresh"] == "true"


def test_a_qris_picture_is_shown_and_then_paid(world: World, treasurer: Client) -> None:
    spend = spend_of(world)
    upload = SimpleUploadedFile("qr.png", picture.png(code()), content_type="image/png")
    shown = treasurer.post(url("pay_qris_read", spend.pk), {"account": world.account.pk, "picture": upload})
    text = shown.content.decode()
    assert all(word in text for word in ("UJI COBA TOKO ATK", "ID20260000102", "BENGKULU", "93600999"))
    assert world.bank.asked(*ORDERS) == 0
    form = shown.context["form"]
    given = {**form.initial, "amount": "75.000"}
    treasurer.post(url("pay_qris", spend.pk), given)
    assert world.state(spend) == "paid"


def test_a_bad_qris_is_refused_with_words(world: World, treasurer: Client) -> None:
    spend = spend_of(world)
    given = {"account": world.account.pk, "content": code()[:-1] + "x"}
    page = treasurer.post(url("pay_qris_read", spend.pk), given, follow=True).content.decode()
    assert "QRIS tidak dapat dipakai" in page
    nothing = treasurer.post(url("pay_qris_read", spend.pk), {"account": world.account.pk}, follow=True)
    assert "gambar QRIS atau teksnya" in nothing.content.decode()


def test_a_payment_in_cms_is_recorded_with_its_receipt(world: World, treasurer: Client) -> None:
    now = timezone.now()
    spend = world.spend(at=now)
    address = url("pay_elsewhere", spend.pk, "cms")
    given = {
        "cms_manual-paid_date": timezone.localdate().isoformat(),
        "cms_manual-account": world.account.pk,
        "cms_manual-reference_no": "CMS-77",
    }
    missing = treasurer.post(address, given)
    assert (missing.status_code, "Lampirkan bukti bayar" in missing.content.decode()) == (422, True)
    upload = SimpleUploadedFile("bukti.jpg", receipt().read(), content_type="image/jpeg")
    treasurer.post(address, {**given, "cms_manual-proof": upload})
    assert world.state(spend) == "paid"


def test_an_unknown_way_is_not_there(world: World, treasurer: Client) -> None:
    assert treasurer.post(url("pay_elsewhere", world.spend().pk, "barter")).status_code == 404


def test_a_cms_file_from_ticks_to_result(world: World, treasurer: Client) -> None:
    first, second = world.spend(1000), world.spend(2000)
    given = {"account": world.account.pk, "pilih": [str(first.pk), str(second.pk), "bukan-id"]}
    page = treasurer.post(url("bulk_make"), given, follow=True).content.decode()
    bulk = BulkFile.objects.get()
    assert bulk.name in page
    assert "Menunggu hasil" in page
    assert downloaded(treasurer, url("bulk_download", bulk.pk)).count(b"\r\n") == 2
    assert treasurer.get(url("pay_page", first.pk)).url == url("bulk_detail", bulk.pk)  # type: ignore[attr-defined]
    bad = SimpleUploadedFile("x.csv", b"bukan")
    refused = treasurer.post(url("bulk_result", bulk.pk), {"result": bad})
    assert (refused.status_code, "bukan berkas hasil CMS" in refused.content.decode()) == (422, True)
    when = timezone.now().isoformat(timespec="seconds")
    good = SimpleUploadedFile(f"HASIL_{bulk.name}", answer(bulk, failing=(2,), when=when))
    done = treasurer.post(url("bulk_result", bulk.pk), {"result": good}, follow=True).content.decode()
    assert "1 dibayar, 1 gagal" in done
    assert b"BERHASIL" in downloaded(treasurer, url("bulk_result_download", bulk.pk))
    assert bulk.name in said(treasurer, url("bulk_list"))


def test_a_withdrawal_needs_the_statement(world: World, treasurer: Client) -> None:
    spend = world.spend()
    treasurer.post(url("bulk_make"), {"account": world.account.pk, "pilih": [str(spend.pk)]})
    bulk = BulkFile.objects.get()
    address = url("bulk_withdraw", bulk.pk)
    assert treasurer.post(address, {"reason": "keliru"}).status_code == 422
    treasurer.post(address, {"reason": "keliru", "not_uploaded": "on"})
    assert world.state(spend) == "tested"


def test_the_home_page_says_what_waits(world: World, treasurer: Client) -> None:
    world.spend(150_000)
    assert "1 belanja sudah diuji dan menunggu Anda bayar, Rp 150.000" in said(treasurer, reverse("opd:home"))


def test_a_blocked_payee_is_said_on_the_page(world: World, treasurer: Client) -> None:
    spend = world.spend()
    payees.block_payee(payee_id=world.payee.pk, reason="Sengketa", by=world.treasurer, at=timezone.now())
    page = treasurer.post(url("pay_transfer", spend.pk), {"account": world.account.pk}, follow=True)
    assert "Sengketa" in page.content.decode()
    assert world.state(spend) == "tested"


def test_cash_has_one_form(world: World, treasurer: Client) -> None:
    page = said(treasurer, url("pay_page", world.spend(channel=Channel.CASH).pk))
    assert page.count("btn-primary") == 1
    assert "Alasan dibayar tunai" in page


def test_a_stuck_payment_is_made_certain_by_two_people(world: World, treasurer: Client) -> None:
    world.bank.mood = lambda service, body, honest: None
    row = world.pay(world.spend(), at=timezone.now() - timedelta(hours=25))
    world.bank.mood = None
    assert "Lihat yang belum pasti" in said(treasurer, url("pay_list"))
    assert "Pastikan dengan surat bank" in said(treasurer, url("pay_wait", row.pk))
    assert row.spend.description in said(treasurer, url("unsure_list"))
    assert "1 pembayaran terlalu lama" in said(treasurer, reverse("opd:home"))
    given = {"verdict": "paid", "reference_no": "BR-77", "day": f"{timezone.localdate():%Y-%m-%d}"}
    faulty = treasurer.post(url("ruling_propose", row.pk), given)
    assert faulty.status_code == 422
    proof = SimpleUploadedFile("surat.jpg", receipt().read(), "image/jpeg")
    done = treasurer.post(url("ruling_propose", row.pk), given | {"proof": proof}, follow=True)
    assert "menunggu PPK-OPD" in done.content.decode()
    ruling = row.rulings.get()
    assert treasurer.post(url("ruling_confirm", ruling.pk)).status_code == 403
    assert downloaded(treasurer, url("ruling_evidence", ruling.pk)) == receipt().read()
    world.bank.mood = lambda service, body, honest: None
    ppk = person("ppk", Role.PPK_OPD, world.opd)
    other = Client()
    other.force_login(ppk, backend="django.contrib.auth.backends.ModelBackend")
    other.post(url("ruling_confirm", ruling.pk))
    assert world.state(row.spend) == "paying", "no money without a second factor"
    give_factor(other, ppk)
    assert "1 usulan hasil" in said(other, reverse("opd:home"))
    assert "Pastikan" in said(other, url("unsure_detail", row.pk))
    done = other.post(url("ruling_confirm", ruling.pk), follow=True)
    assert "dipastikan berhasil" in done.content.decode()
    assert world.state(row.spend) == "paid"


def test_a_word_against_the_record_is_seen_and_closed(world: World, treasurer: Client) -> None:
    row = world.pay(world.spend())
    contradictions.keep(
        disbursement_id=row.pk, word=contradictions.Word(Verdict.FAILED, message="Gagal"), at=timezone.now()
    )
    assert "Kabar berlawanan" in said(treasurer, url("pay_list"))
    assert "Kabar bank berlawanan" in said(treasurer, url("pay_wait", row.pk))
    assert "Kabar bank berlawanan" in said(treasurer, reverse("opd:home"))
    found = row.contradictions.get()
    assert treasurer.post(url("contradiction_close", found.pk), {"reason": "x"}).status_code == 403
    other = Client()
    give_factor(other, person("ppk", Role.PPK_OPD, world.opd))
    assert "Tandai selesai" in said(other, url("unsure_detail", row.pk))
    done = other.post(url("contradiction_close", found.pk), {"reason": "Salah kirim bank"}, follow=True)
    assert "Salah kirim bank" in done.content.decode()
    assert not row.contradictions.open().exists()


def test_a_payment_beyond_what_the_books_have_is_warned_of(
    world: World, treasurer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safe, "_banks", [lambda opd_id, day: Decimal(400_000)])
    spend, small = world.spend(300_000), world.spend(100_000)
    words = "Menurut buku, saldo rekening bendahara Rp 400.000"
    assert words not in said(treasurer, url("pay_page", spend.pk))
    bulk = cms.make_bulk(
        account_id=world.account.pk, spend_ids=[small.pk], by=world.treasurer, at=timezone.now()
    )
    assert words not in said(treasurer, url("bulk_detail", bulk.pk)), "its own lines count once"
    assert words not in said(treasurer, url("pay_page", spend.pk)), "exactly enough is enough"
    more = world.spend(300_001)
    page = said(treasurer, url("pay_page", more.pk))
    assert words in page
    assert "Rp 100.000 sedang menunggu bank" in page
    assert "\u2212Rp 1" in page or "-Rp 1" in page
    second = cms.make_bulk(
        account_id=world.account.pk, spend_ids=[more.pk], by=world.treasurer, at=timezone.now()
    )
    assert words in said(treasurer, url("bulk_detail", second.pk))
    monkeypatch.setattr(safe, "_banks", [])
    assert words not in said(treasurer, url("bulk_detail", second.pk)), "nobody keeps the books"
