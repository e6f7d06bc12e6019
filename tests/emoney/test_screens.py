"""The pages of the room: each by its role, wrong agencies 404, deeds behind a second factor."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from opd.models import Role, User
from payments.emoney import services, subjects
from payments.emoney.models import Card, HistoryFile, Movement, TopUp
from tests.emoney.world import AT, Tap, World, bought, card, history, picture
from tests.office.factor import give_factor, register
from tests.opd.cast import agency, person

BACKEND = "django.contrib.auth.backends.ModelBackend"
pytestmark = pytest.mark.django_db


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend=BACKEND)
    return client


def text(client: Client, name: str, *args: Any, query: str = "") -> str:
    return str(client.get(reverse(f"emoney:{name}", args=args) + query).content.decode())


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("struk.jpg", picture().read(), content_type="image/jpeg")


def top_up_form(world: World, amount: str = "250.000") -> dict[str, Any]:
    return {
        "amount": amount, "account": world.account.pk, "paid_date": "2026-06-15", "reference_no": "TRF-77"
    }  # fmt: skip


def test_the_register_shows_masked_cards_with_their_money(world: World, client: Client) -> None:
    bought(world)
    page = text(signed_in(client, world.treasurer), "card_list")
    assert "6032 98•• •••• 0001" in page
    assert "Rp\u00a0500.000" in page
    assert "Daftarkan kartu" in page
    body = client.get(reverse("emoney:card_list") + "?unduh=csv").getvalue().decode("utf-8-sig")
    assert "500000.00,485000.00" in body


def test_a_treasurer_registers_loads_and_returns_from_the_screen(world: World, client: Client) -> None:
    give_factor(client, world.treasurer)
    made = client.post(reverse("emoney:card_new"), {
        "opd": world.opd.pk, "holder": world.holder.pk, "issuer": "Bank", "number": "603298******0009",
        "decree_number": "SK 8", "decree_date": "2026-01-05", "valid_from": "2026-01-05",
    })  # fmt: skip
    new = Card.objects.get(last4="0009")
    assert made["Location"] == reverse("emoney:card_detail", args=[new.pk])
    done = client.post(reverse("emoney:top_up", args=[new.pk]), top_up_form(world), follow=True)
    assert "Isi ulang Rp\u00a0250.000 dicatat" in done.content.decode()
    back = top_up_form(world, "50.000") | {"reference_no": "KMB-1"}
    done = client.post(reverse("emoney:return_balance", args=[new.pk]), back, follow=True)
    assert "UP tersedia lagi" in done.content.decode()
    assert "Rp\u00a0200.000" in done.content.decode()


def test_a_top_up_waits_for_the_second_factor(world: World, client: Client) -> None:
    register(world.treasurer)
    signed_in(client, world.treasurer)
    asked = client.post(reverse("emoney:top_up", args=[world.card.pk]), top_up_form(world))
    assert "mengisi ulang kartu uang elektronik" in asked.content.decode()
    assert not TopUp.objects.exists()


def test_a_refusal_stands_beside_its_field(world: World, client: Client) -> None:
    give_factor(client, world.treasurer)
    address = reverse("emoney:top_up", args=[world.card.pk])
    page = client.post(address, top_up_form(world, "2.500.000")).content.decode()
    assert "paling banyak Rp\u00a02.000.000" in page
    page = client.post(address, top_up_form(world, "seribu")).content.decode()
    assert "Tulis jumlah rupiah dengan angka" in page
    assert not TopUp.objects.exists()


def test_a_file_is_looked_at_and_then_saved(world: World, client: Client) -> None:
    signed_in(client, world.treasurer)
    upload = SimpleUploadedFile("r.csv", history([Tap("TOPUP", 70_000, 0), Tap("BELI", 9_000, 3)]).encode())
    seen = client.post(reverse("emoney:history_list"), {"file": upload}, follow=True).content.decode()
    assert "Belum tersimpan" in seen
    assert "2 transaksi baru" in seen
    file = HistoryFile.objects.get()
    done = client.post(reverse("emoney:history_save", args=[file.pk]), follow=True).content.decode()
    assert "Riwayat tersimpan: 2 transaksi baru" in done
    assert "Bukan dari catatan kita" in done
    original = client.get(reverse("emoney:history_original", args=[file.pk]))
    assert b"TOPUP" in original.getvalue()
    original.close()


def test_a_broken_file_is_refused_with_row_and_column(world: World, client: Client) -> None:
    signed_in(client, world.treasurer)
    broken = SimpleUploadedFile(
        "r.csv", history([Tap("TOPUP", 70_000, 0)]).replace("70000.00;", "x;").encode()
    )
    page = client.post(reverse("emoney:history_list"), {"file": broken}).content.decode()
    assert "Berkas ditolak seluruhnya" in page
    assert "Baris 2, kolom “nilai”" in page
    assert not HistoryFile.objects.exists()


def test_a_holder_hands_in_a_receipt_and_the_treasurer_charges_it(world: World, client: Client) -> None:
    tap = bought(world)
    signed_in(client, world.holder)
    assert "1 transaksi" in text(client, "my_taps")
    form = {"receipts": [photo(), photo()], "purpose": "Parkir saat rapat", "line": world.line.pk}
    sent = client.post(reverse("emoney:my_tap", args=[tap.pk]), form, follow=True).content.decode()
    assert "Terkirim" in sent
    tap.refresh_from_db()
    assert tap.spend is not None
    world.approve(tap.spend)
    give_factor(client, world.treasurer)
    page = text(client, "movement_detail", tap.pk)
    assert "Uji, lalu bebankan" in page
    checks = ["recipient", "evidence", "arithmetic", "budget", "cash", "tax"]
    done = client.post(reverse("emoney:movement_charge", args=[tap.pk]), {"checks": checks}, follow=True)
    assert "Sudah dibebankan" in done.content.decode()


def test_a_holder_takes_a_report_back_on_the_phone(world: World, client: Client) -> None:
    tap = bought(world)
    world.report(tap)
    signed_in(client, world.holder)
    address = reverse("emoney:my_tap_withdraw", args=[tap.pk])
    assert "Laporan tidak ditarik" in client.post(address, {}, follow=True).content.decode()
    done = client.post(address, {"reason": "Salah baris anggaran"}, follow=True).content.decode()
    assert "melapor ulang" in done


def test_a_report_without_a_photo_says_so(world: World, client: Client) -> None:
    tap = bought(world)
    signed_in(client, world.holder)
    page = client.post(reverse("emoney:my_tap", args=[tap.pk]), {"purpose": "x", "line": world.line.pk})
    assert "Lampirkan foto struk." in page.content.decode()


def test_other_agencies_and_other_employees_find_nothing(world: World, client: Client) -> None:
    tap = bought(world)
    stranger = person("pegawai.lain", Role.PEGAWAI, world.opd)
    signed_in(client, stranger)
    for name, pk in (("card_detail", world.card.pk), ("movement_detail", tap.pk), ("my_tap", tap.pk)):
        assert client.get(reverse(f"emoney:{name}", args=[pk])).status_code == 404
    other = person("bendahara.lain", Role.BENDAHARA_PENGELUARAN, agency("120", "Dinas Pendidikan"))
    give_factor(client, other)
    file = HistoryFile.objects.get()
    for name, pk in (
        *(("card_detail", world.card.pk), ("top_up", world.card.pk), ("return_balance", world.card.pk)),
        *(("movement_detail", tap.pk), ("repay", tap.pk), ("history_detail", file.pk)),
    ):
        assert client.get(reverse(f"emoney:{name}", args=[pk])).status_code == 404, name
    for name, pk in (
        *(("card_block", world.card.pk), ("card_end", world.card.pk), ("card_unblock", world.card.pk)),
        *(("movement_charge", tap.pk), ("movement_explain", tap.pk), ("history_save", file.pk)),
    ):
        assert client.post(reverse(f"emoney:{name}", args=[pk])).status_code == 404, name


def test_a_card_is_blocked_opened_and_ended_from_its_page(world: World, client: Client) -> None:
    give_factor(client, world.treasurer)

    def post(name: str, **data: str) -> str:
        answer = client.post(reverse(f"emoney:{name}", args=[world.card.pk]), data, follow=True)
        return str(answer.content.decode())

    assert "Tulis alasan" in post("card_block")
    assert "Kartu diblokir" in post("card_block", reason="Hilang di jalan")
    assert "Blokir dibuka" in post("card_unblock")
    assert "Isi hari terakhirnya" in post("card_end")
    assert "Kartu diakhiri" in post("card_end", valid_to="2026-06-15")


def test_open_purchases_are_listed_with_what_they_wait_for(world: World, client: Client) -> None:
    bought(world)
    signed_in(client, world.head)
    page = text(client, "tap_list")
    assert "pemegang menyerahkan struk" in page
    assert "terlambat" in page
    assert "Tidak ada transaksi yang cocok" in text(client, "tap_list", query="?tahap=ready")
    body = client.get(reverse("emoney:tap_list") + "?unduh=csv").getvalue().decode("utf-8-sig")
    assert "15000.00,EM1,Belum dilaporkan" in body


def test_the_year_end_lists_what_must_come_to_zero(world: World, client: Client) -> None:
    bought(world)
    page = text(signed_in(client, world.treasurer), "year_end")
    assert "6032 98•• •••• 0001" in page
    assert client.get(reverse("emoney:year_end") + "?unduh=csv").status_code == 200


def test_a_repaid_purchase_is_entered_on_its_page(world: World, client: Client) -> None:
    tap = bought(world)
    give_factor(client, world.treasurer)
    form = {"account": world.account.pk, "paid_date": "2026-06-16", "reference_no": "GANTI-1"}
    done = client.post(reverse("emoney:repay", args=[tap.pk]), form, follow=True)
    assert "Sudah diganti pemegang" in done.content.decode()


def test_home_cards_say_what_waits(world: World, client: Client) -> None:
    tap = bought(world)
    signed_in(client, world.holder)
    assert "menunggu struk dari Anda" in client.get("/kantor/").content.decode()
    world.approve(world.report(tap))
    signed_in(client, world.treasurer)
    assert "siap Anda uji dan bebankan" in client.get("/kantor/").content.decode()


def test_lists_need_a_bounded_number_of_queries(
    world: World, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    bought(world)
    for number in range(8):
        card(world.opd, world.holder, number=f"603298******2{number:03d}")
    signed_in(client, world.treasurer)
    for name in ("card_list", "tap_list", "year_end", "history_list"):
        with django_assert_max_num_queries(16):
            client.get(reverse(f"emoney:{name}"))
    assert Movement.objects.exists()


def test_a_holder_comes_back_from_the_evidence_to_a_page_of_his(world: World, client: Client) -> None:
    tap = bought(world)
    spend = world.report(tap)
    signed_in(client, world.holder)
    upload = reverse("office:attachment_upload", args=["spending.spend", spend.pk])
    seen = client.post(upload, follow=True)
    assert (seen.status_code, seen.redirect_chain[-1][0]) == (200, reverse("emoney:my_tap", args=[tap.pk]))
    services.withdraw_report(movement_id=tap.pk, reason="Salah struk", by=world.holder, at=AT)
    world.report(tap)
    assert subjects.page_of(world.holder, spend) == reverse("emoney:my_taps")
    assert subjects.page_of(world.treasurer, spend) is None
