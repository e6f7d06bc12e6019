"""The pages of spending: each step by its own person, refusals in words, lists bounded in queries."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from opd.models import Role, User
from payments.spending import services
from payments.spending.models import Channel, Payee, Source, Spend, SpendState, TaxKind, TreasuryAccount
from payments.spending.services import TaxDraft
from tests.office.factor import give_factor
from tests.opd.cast import agency, person
from tests.spending import world
from tests.spending.laws import broken
from tests.spending.world import Office, rp

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 10)


@pytest.fixture
def place() -> Office:
    return world.office()


@pytest.fixture(autouse=True)
def _june(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' today is the world's day: a budget year ends."""
    from django.utils import timezone

    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)
    monkeypatch.setattr(timezone, "now", lambda: world.AT)


def as_(user: User) -> Client:
    client = Client()
    give_factor(client, user)
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode()).replace("\u00a0", " ")


def filled(place: Office, **changes: Any) -> dict[str, Any]:
    data = {
        "opd": place.opd.pk, "line": place.line.pk, "source": "up", "channel": "cms", "amount": "1.250.000",
        "payee": place.payee.pk, "description": "Kertas HVS", "spend_date": "2026-06-10", "type": "goods",
        "method": "other", "pajak-TOTAL_FORMS": "3", "pajak-INITIAL_FORMS": "0",
    }  # fmt: skip
    return data | changes


def test_a_spend_goes_through_the_pages_by_the_right_people(place: Office) -> None:
    pptk = as_(place.pptk)
    answer = pptk.post(
        reverse("spending:spend_new"),
        filled(place, **{"pajak-0-kind": "ppn", "pajak-0-amount": "125.000", "aksi": "simpan"}),
    )
    spend = Spend.objects.get()
    assert answer["Location"] == reverse("spending:spend_detail", args=[spend.pk])
    assert (spend.state, spend.amount, spend.taxes.get().amount) == ("draft", rp(1_250_000), rp(125_000))
    shown = text_of(pptk.get(answer["Location"]))
    assert "Satu juta dua ratus lima puluh ribu rupiah" in shown
    assert "Kuitansi atau nota" in shown
    assert shown.count("btn-primary") == 1
    for user, url, state in (
        (place.pptk, "spend_submit", SpendState.SUBMITTED),
        (place.pa, "spend_approve", SpendState.APPROVED),
    ):
        as_(user).post(reverse(f"spending:{url}", args=[spend.pk]))
        spend.refresh_from_db()
        assert spend.state == state
    bp = as_(place.bp)
    test_page = reverse("spending:spend_test", args=[spend.pk])
    ticks = dict.fromkeys(world.ALL_TRUE, "on")
    assert "tulis alasannya" in text_of(bp.post(test_page, ticks))
    bp.post(test_page, {**ticks, "note": "Nota menyusul besok"})
    spend.refresh_from_db()
    assert spend.state == SpendState.TESTED
    world.pay(place, spend)
    as_(place.ppk).post(reverse("spending:spend_verify", args=[spend.pk]))
    spend.refresh_from_db()
    assert spend.state == SpendState.VERIFIED
    assert broken() == []


def test_over_budget_is_said_on_the_form_and_nothing_is_kept(place: Office) -> None:
    answer = as_(place.pptk).post(
        reverse("spending:spend_new"), filled(place, amount="30.000.001", aksi="ajukan")
    )
    assert "Sisa UP tunai tinggal Rp 30.000.000" in text_of(answer)
    assert "Melebihi UP tunai yang bebas" in text_of(answer)
    assert not Spend.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": "sejuta"}, "Tulis jumlah rupiah dengan angka"),
        ({"payee": ""}, "Pilih penerima"),
        ({"channel": "qris", "amount": "10.000.001"}, "paling banyak Rp 10.000.000"),
        ({"spend_date": "2025-12-31"}, "di luar tahun anggaran 2026"),
        ({"surcharge": "2.000.000"}, "tidak dibebankan ke APBD"),
        ({"pajak-0-kind": "ppn"}, "Isi jumlah pajaknya"),
        ({"pajak-0-amount": "5.000"}, "Pilih jenis pajaknya"),
        ({"pajak-0-kind": "ppn", "pajak-0-amount": "1.250.000"}, "tidak boleh mencapai"),
    ],
)
def test_the_form_says_what_is_wrong(place: Office, changes: dict[str, str], words: str) -> None:
    answer = as_(place.pptk).post(reverse("spending:spend_new"), filled(place, **changes))
    assert words in text_of(answer)
    assert not Spend.objects.exists()


def test_a_new_payee_comes_with_the_spend_or_not_at_all(place: Office) -> None:
    new = {
        "baru-name": "Toko Baru (uji)", "baru-bank_code": "998", "baru-bank_name": "Bank Lain",
        "baru-account_no": "888 001-1223", "baru-account_name": "TOKO BARU", "payee": "",
    }  # fmt: skip
    as_(place.pptk).post(
        reverse("spending:spend_new"), filled(place, **new, amount="99.000.000", aksi="ajukan")
    )
    assert not Payee.objects.filter(name="Toko Baru (uji)").exists()
    as_(place.pptk).post(reverse("spending:spend_new"), filled(place, **new))
    assert Spend.objects.get().payee == Payee.objects.get(account_no="8880011223")


def test_figures_beside_the_form(place: Office) -> None:
    url = reverse("spending:spend_figures", args=[place.opd.pk])
    given = {"amount": "1.250.000", "line": str(place.line.pk), "source": "up", "channel": "cms"}
    shown = text_of(as_(place.pptk).get(url, given))
    assert "Satu juta dua ratus lima puluh ribu rupiah" in shown
    assert "Rp 98.750.000" in shown
    assert "Sisa UP tunai sesudah ini Rp 28.750.000" in shown
    other = agency("120", "Dinas Pendidikan")
    assert as_(place.pptk).get(reverse("spending:spend_figures", args=[other.pk])).status_code == 404


def test_amending_a_draft_that_changed_elsewhere_is_refused(place: Office) -> None:
    spend = world.raised(place)
    url = reverse("spending:spend_amend", args=[spend.pk])
    client = as_(place.pptk)
    assert 'name="version" value="1"' in text_of(client.get(url))
    client.post(url, filled(place, version="1", amount="2.000.000"))
    answer = client.post(url, filled(place, version="1", amount="3.000.000"))
    assert "jendela lain" in text_of(answer)
    spend.refresh_from_db()
    assert spend.amount == rp(2_000_000)


def test_copying_keeps_all_but_day_and_billing_codes(place: Office) -> None:
    taxes = (TaxDraft(TaxKind.PPN, rp(99_000), "123456789012345"),)
    spend = world.submitted(place, taxes=taxes, spend_date=date(2026, 6, 1))
    shown = text_of(as_(place.pptk).get(reverse("spending:spend_new"), {"salin": str(spend.pk)}))
    assert 'value="1.000.000"' in shown
    assert 'value="2026-06-10"' in shown
    assert 'value="99.000"' in shown
    assert "123456789012345" not in shown
    stranger = person("pptk.lain", Role.PPTK, agency("120", "Dinas Pendidikan"))
    assert as_(stranger).get(reverse("spending:spend_new"), {"salin": str(spend.pk)}).status_code == 404


HEAD = "Kode sub kegiatan\tKode rekening\tSumber\tKanal\tPenerima\tJumlah\tUraian\tTanggal"


def pasted(place: Office, *rows: str) -> str:
    start = f"{place.line.kode_sub_kegiatan}\t{place.line.kode_rekening}"
    return "\n".join([HEAD, *(f"{start}\t{row}" for row in rows)])


def test_a_pasted_table_is_looked_at_and_then_kept_whole(place: Office) -> None:
    table = pasted(
        place,
        f"UP\tCMS\t{place.payee.name}\t1.250.000,50\tKertas\t10/06/2026",
        "up\tQRIS\t\t75.000,00\tKonsumsi rapat\t9 Juni 2026",
    )
    client, url = as_(place.pptk), reverse("spending:spend_paste")
    shown = text_of(client.post(url, {"table": table}))
    assert "Rp 1.325.000,50" in shown
    assert not Spend.objects.exists()
    client.post(url, {"table": table, "simpan": "1"})
    assert Spend.objects.filter(state="draft").count() == 2


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("UP\tCMS\tTak Dikenal\t1000\tKertas\t10/06/2026", "kolom “Penerima”: “Tak Dikenal” tidak ada"),
        ("UP\tCMS\t\t1000\tKertas\t10/06/2026", "Pilih penerima"),
        ("XX\tCMS\t\t1000\tKertas\t10/06/2026", "kolom “Sumber”: “xx” tidak dikenal"),
        ("UP\tQRIS\t\tseribu\tKertas\t10/06/2026", "kolom “Jumlah”"),
        ("UP\tQRIS\t\t1000\t\t10/06/2026", "kolom “Uraian”"),
        ("UP\tQRIS\t\t1000\tKertas\t10/06/2025", "di luar tahun anggaran 2026"),
    ],
)
def test_a_pasted_fault_names_row_and_column_and_keeps_nothing(place: Office, row: str, words: str) -> None:
    table = pasted(place, "UP\tQRIS\t\t5000\tBaik\t10/06/2026", row)
    shown = text_of(as_(place.pptk).post(reverse("spending:spend_paste"), {"table": table, "simpan": "1"}))
    assert "Baris 3" in shown
    assert words in shown
    assert not Spend.objects.exists()


def test_another_agencys_spend_is_not_there(place: Office) -> None:
    spend = world.raised(place)
    stranger = as_(person("pa.lain", Role.PA, agency("120", "Dinas Pendidikan")))
    assert stranger.get(reverse("spending:spend_detail", args=[spend.pk])).status_code == 404
    assert stranger.post(reverse("spending:spend_approve", args=[spend.pk])).status_code == 404
    assert "Alat tulis kantor" not in text_of(stranger.get(reverse("spending:spend_list")))


def test_lists_are_bounded_in_queries_and_filter_by_sentence(
    place: Office, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        world.raised(place, description=f"Kertas {number}")
    world.submitted(place, description="Tinta", channel=Channel.QRIS, payee_id=None)
    client = as_(place.pptk)
    url = reverse("spending:spend_list")
    client.get(url)
    with django_assert_max_num_queries(12):
        shown = text_of(client.get(url))
    assert "Rp 7.000.000" in shown
    only = text_of(client.get(url, {"keadaan": "submitted", "kanal": "qris", "cari": "tin"}))
    assert "Tinta" in only
    assert "Kertas 1" not in only
    answer: Any = client.get(url, {"unduh": "csv"})
    csv = b"".join(answer.streaming_content).decode()
    assert csv.count("\n") == 8
    assert place.payee.account_no not in csv


def test_the_payee_book_masks_accounts_and_blocks_with_a_reason(place: Office) -> None:
    client = as_(place.bp)
    shown = text_of(client.get(reverse("spending:payee_list")))
    assert place.payee.account_no not in shown
    assert place.payee.account_no[-4:] in shown
    url = reverse("spending:payee_block", args=[place.payee.pk])
    client.post(url, {"reason": ""})
    place.payee.refresh_from_db()
    assert place.payee.blocked_at is None
    client.post(url, {"reason": "Nomor palsu"})
    place.payee.refresh_from_db()
    assert place.payee.block_reason == "Nomor palsu"
    client.post(reverse("spending:payee_unblock", args=[place.payee.pk]))
    place.payee.refresh_from_db()
    assert place.payee.blocked_at is None


def test_a_payees_account_does_not_change_under_an_approved_spend(place: Office) -> None:
    world.approved(place)
    data = {"name": place.payee.name, "bank_code": "999", "account_no": "5551234567", "account_name": "LAIN"}
    answer = as_(place.bp).post(reverse("spending:payee_detail", args=[place.payee.pk]), data)
    assert "menunggu dibayar ke rekening ini" in text_of(answer)
    place.payee.refresh_from_db()
    assert place.payee.account_no != "5551234567"


def test_a_payee_is_added_once(place: Office) -> None:
    url = reverse("spending:payee_new")
    data = {"opd": place.opd.pk, "name": "Warung (uji)", "npwp": "12.345.678.9-012.345", "bank_code": "999",
            "account_no": "1234567890", "account_name": "WARUNG"}  # fmt: skip
    client = as_(place.pptk)
    assert client.post(url, data).status_code == 302
    assert Payee.objects.get(account_no="1234567890").npwp == "123456789012345"
    assert "sudah ada di buku penerima" in text_of(client.post(url, data))
    assert "15 atau 16 angka" in text_of(client.post(url, {**data, "npwp": "1", "account_no": "99999"}))


def test_taxes_are_listed_and_deposited_by_page(place: Office) -> None:
    spend = world.paid(place, taxes=(TaxDraft(TaxKind.PPN, rp(99_000)),))
    tax = spend.taxes.get()
    client = as_(place.bp)
    assert "Rp 99.000" in text_of(client.get(reverse("spending:tax_list")))
    billing = reverse("spending:tax_billing", args=[tax.pk])
    assert "15 angka" in text_of(client.post(billing, {"billing_code": "12"}))
    client.post(billing, {"billing_code": "123456789012345"})
    deposit = reverse("spending:tax_deposit", args=[tax.pk])
    answer = client.post(deposit, {"ntpn": "a1b2c3d4e5f60001", "deposited_date": "2026-06-09"})
    assert "Tanggal setor antara" in text_of(answer)
    client.post(deposit, {"ntpn": "a1b2c3d4e5f60001", "deposited_date": "2026-06-10"})
    tax.refresh_from_db()
    assert (tax.billing_code, tax.ntpn) == ("123456789012345", "A1B2C3D4E5F60001")
    assert "Rp 99.000" not in text_of(client.get(reverse("spending:tax_list")))
    assert broken() == []


def test_accounts_are_registered_by_the_treasury_alone(place: Office) -> None:
    data = {"opd": place.opd.pk, "kind": "bpp", "bank_code": "999", "bank_name": "Bank Uji Coba",
            "account_no": "0010200113002", "account_name": "BPP DISPAR", "decree_number": "SK 2",
            "decree_date": "2026-01-02", "valid_from": "2026-01-02"}  # fmt: skip
    url = reverse("spending:account_new")
    assert as_(place.bp).post(url, data).status_code == 403
    client = as_(place.bud)
    client.post(url, data)
    account = TreasuryAccount.objects.get(account_no="0010200113002")
    assert "masih terdaftar" in text_of(client.post(url, {**data, "valid_from": "2026-05-01"}))
    end = reverse("spending:account_end", args=[account.pk])
    assert "mendahului" in text_of(client.post(end, {"valid_to": "2026-01-01"}))
    client.post(end, {"valid_to": "2026-06-30"})
    account.refresh_from_db()
    assert account.valid_to == date(2026, 6, 30)


def test_money_is_not_approved_without_a_second_factor(place: Office) -> None:
    spend = world.submitted(place)
    client = Client()
    client.force_login(place.pa, backend="django.contrib.auth.backends.ModelBackend")
    client.post(reverse("spending:spend_approve", args=[spend.pk]))
    spend.refresh_from_db()
    assert spend.state == SpendState.SUBMITTED


def test_rejecting_and_cancelling_ask_for_a_reason(place: Office) -> None:
    spend = world.submitted(place)
    url = reverse("spending:spend_reject", args=[spend.pk])
    as_(place.pa).post(url, {"reason": ""})
    spend.refresh_from_db()
    assert spend.state == SpendState.SUBMITTED
    as_(place.pa).post(url, {"reason": "Tidak ada dalam rencana"})
    shown = text_of(as_(place.pptk).get(reverse("spending:spend_detail", args=[spend.pk])))
    assert "Tidak ada dalam rencana" in shown
    assert "Dibatalkan" not in shown
    other = world.tested(place)
    as_(place.pptk).post(reverse("spending:spend_cancel", args=[other.pk]), {"reason": "Salah"})
    other.refresh_from_db()
    assert other.state == SpendState.CANCELLED


def test_a_refund_is_recorded_by_page(place: Office) -> None:
    spend = world.paid(place)
    url = reverse("spending:spend_refund", args=[spend.pk])
    data = {"amount": "100.000", "paid_date": "2026-06-10", "reference_no": "STS1", "reason": "Kurang kirim"}
    client = as_(place.bp)
    assert "paling banyak" in text_of(client.post(url, {**data, "amount": "5.000.000"}))
    client.post(url, data)
    assert services.spends.refunded(spend) == rp(100_000)
    assert "Kurang kirim" in text_of(client.get(reverse("spending:spend_detail", args=[spend.pk])))


def test_the_npd_is_printed_as_konsep_and_takes_sipds_number(place: Office) -> None:
    from opd.office import documents

    spend = world.submitted(place, taxes=(TaxDraft(TaxKind.PPN, rp(99_000)),))
    npd = documents.current("npd", spend)
    assert npd is not None
    printed = text_of(as_(place.pptk).get(reverse("office:document_print", args=[npd.token])))
    assert "KONSEP" in printed
    assert "Rp 901.000" in printed
    url = reverse("spending:npd_number", args=[spend.pk])
    as_(place.pptk).post(url, {"number": "17.00/03.0/000001/NPD/2026", "day": "2026-06-10"})
    npd.refresh_from_db()
    assert npd.official_number == "17.00/03.0/000001/NPD/2026"
    services.reject(spend_id=spend.pk, reason="Keliru", by=place.pa, at=world.AT)
    assert documents.current("npd", spend) is None


def test_home_says_what_waits_for_whom(place: Office) -> None:
    world.raised(place)
    world.submitted(place)
    world.approved(place)
    world.paid(place, taxes=(TaxDraft(TaxKind.PPN, rp(99_000)),))
    home = reverse("opd:home")
    assert "Draf belanja Anda" in text_of(as_(place.pptk).get(home))
    assert "Belanja menunggu persetujuan" in text_of(as_(place.pa).get(home))
    shown = text_of(as_(place.bp).get(home))
    assert "Belanja menunggu diuji" in shown
    assert "Rp 99.000 pajak" in shown
    assert "Belanja menunggu verifikasi" in text_of(as_(place.ppk).get(home))


def test_an_ls_leads_to_its_claim(place: Office) -> None:
    spend = world.tested(place, source=Source.LS)
    shown = text_of(as_(place.bp).get(reverse("spending:spend_detail", args=[spend.pk])))
    assert "SPP-LS" in shown
    assert "Masukkan ke SPP" in shown
