"""The screens: who sees what, what a person reads, the whole cycle by hand, and how many queries it costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opd.models import RoleAssignment, User
from payments.kkpd import rules, services
from payments.kkpd.models import Bill, Card, Dpr, DprLine
from payments.spending.models import Claim
from tests.kkpd import world
from tests.kkpd.world import Cards, Charge
from tests.office.factor import give_factor
from tests.planning.world import rp
from tests.spending.claims import world as spending
from tests.spending.claims.world import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Cards:
    """The clock of the pages stands on the day of the world."""
    monkeypatch.setattr(timezone, "now", lambda: world.later(1))
    return world.cards()


def as_user(user: User, *, code: bool = True) -> Client:
    client = Client()
    if code:
        give_factor(client, user)
    else:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def html(user: User, name: str, *args: Any, query: str = "", status: int = 200) -> str:
    response = as_user(user, code=False).get(reverse(f"kkpd:{name}", args=args) + query)
    assert response.status_code == status, response.status_code
    return response.content.decode()


def post(user: User, name: str, *args: Any, space: str = "kkpd", **data: Any) -> str:
    response = as_user(user).post(reverse(f"{space}:{name}", args=args), data, follow=True)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def form(town: Cards, **change: Any) -> dict[str, Any]:
    photo = world.photo()
    return {
        "card": town.goods.pk, "transaction_date": "2026-06-01", "merchant": "TOKO", "amount": "1.250.000",
        "line": town.place.line.pk, "purpose": "Alat tulis rapat", "via": "edc", "rrn": "000000000042",
        "method": "shop", "photo": SimpleUploadedFile("struk.png", photo.read(), "image/png"), **change,
    }  # fmt: skip


def test_the_whole_cycle_by_hand(town: Cards) -> None:
    place = town.place
    assert "Belanja dilaporkan." in post(town.holder, "report_new", **form(town))
    row = DprLine.objects.get()
    assert "DPR disusun" in post(town.holder, "dpr_draft", card=town.goods.pk, pilih=[str(row.pk)])
    dpr = Dpr.objects.get()
    assert "DPR ditandatangani" in post(place.pptk, "dpr_sign", dpr.pk)
    text = world.bill_text(world.charge(row))
    upload = SimpleUploadedFile("tagihan.csv", text.encode(), "text/csv")
    assert "diimpor: 1 transaksi" in post(town.admin, "bill_upload", opd=place.opd.pk, file=upload)
    bill = Bill.objects.get()
    ticks: dict[str, Any] = dict.fromkeys(rules.CHECKS, "on")
    post(place.kpa, "line_test", bill.lines.get().pk, putusan="lolos", **ticks)
    assert "DPT diterbitkan" in post(place.kpa, "bill_dpt", bill.pk, card="")
    assert "NPD KKPD dibuat" in post(place.pa, "bill_npd", bill.pk)
    assert "LPJ dibuat" in post(place.ppk, "bill_verify", bill.pk)
    assert "SPP-GU KKPD dibuat" in post(place.bp, "bill_claim", bill.pk)
    claim = Claim.objects.latest("raised_at")
    assert "SPP diverifikasi" in post(place.ppk, "claim_verify", claim.pk, space="spending")
    assert "SPM diterbitkan" in post(place.pa, "claim_order", claim.pk, space="spending")
    paid: dict[str, Any] = {"sp2d_number": "SP2D/1", "sp2d_date": "2026-06-01"}
    assert "SP2D dicatat" in post(place.bud, "claim_pay", claim.pk, space="spending", **paid)
    facts: dict[str, Any] = {"account": place.account.pk, "paid_date": "2026-06-01", "reference_no": "TRF9"}
    assert "Tagihan lunas" in post(place.bp, "bill_settle", bill.pk, **facts)
    assert Card.objects.get(pk=town.goods.pk).used == 0
    assert "Selesai: tagihan lunas" in html(place.bp, "bill_detail", bill.pk)


def test_a_deed_asks_for_a_code_first(town: Cards) -> None:
    row = world.reported(town)
    dpr = services.draft_dpr(card_id=town.goods.pk, line_ids=[row.pk], by=town.holder, at=AT)
    response = as_user(town.place.pptk, code=False).post(reverse("kkpd:dpr_sign", args=[dpr.pk]))
    assert response.status_code == 200
    dpr.refresh_from_db()
    assert dpr.signed_at is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"amount": "sejuta"}, "Tulis jumlah rupiah dengan angka"),
        ({"amount": "99.000.000"}, "tinggal"),
        ({"via": "qris", "rrn": ""}, "Isi RRN dari struk QRIS"),
        ({"rrn": "12"}, "RRN terdiri dari 12 angka"),
        ({"photo": SimpleUploadedFile("a.png", b"bukan foto", "image/png")}, "JPEG"),
    ],
)
def test_a_wrong_report_comes_back_with_its_reason(town: Cards, change: dict[str, Any], says: str) -> None:
    assert says in post(town.holder, "report_new", **form(town, **change))
    assert not DprLine.objects.exists()


def test_a_bad_bill_lists_its_faults(town: Cards) -> None:
    text = world.bill_text(Charge(town.goods, rp(5), "1")).replace("1131", "9999")
    upload = SimpleUploadedFile("tagihan.csv", text.encode(), "text/csv")
    page = post(town.admin, "bill_upload", opd=town.place.opd.pk, file=upload)
    assert "Tagihan belum diimpor." in page
    assert "Baris 2, kolom" in page


def test_a_holder_sees_his_own_and_no_bill(town: Cards) -> None:
    mine = world.reported(town)
    other = world.reported(town, world.travelled(town), by=town.traveller)
    bill = world.billed(town, mine, other)
    page = html(town.holder, "line_list")
    assert mine.spend.description in page
    assert other.spend.description not in page
    html(town.holder, "line_detail", other.pk, status=404)
    html(town.holder, "bill_detail", bill.pk, status=404)
    html(town.holder, "bill_line", bill.lines.all()[0].pk, status=404)
    html(town.holder, "card_detail", town.travel.pk, status=404)
    assert other.spend.description in html(town.place.pa, "line_list")


def test_another_agency_sees_nothing(town: Cards) -> None:
    row = world.reported(town)
    bill = world.billed(town, row)
    stranger = spending.office("120", bud=town.place.bud)
    for name, key in (
        *(("line_detail", row.pk), ("bill_detail", bill.pk), ("card_detail", town.goods.pk)),
        ("bill_line", bill.lines.get().pk),
    ):
        html(stranger.pa, name, key, status=404)
    assert as_user(stranger.pa).post(reverse("kkpd:bill_dpt", args=[bill.pk])).status_code == 404
    assert "TGH1" not in html(stranger.pa, "bill_list")


def test_late_things_and_exposure_are_named(town: Cards, monkeypatch: pytest.MonkeyPatch) -> None:
    row = world.reported(town)
    bill = world.imported(
        town, world.bill_text(world.charge(row), Charge(town.goods, rp(300_000), "000000000099"))
    )
    assert "Tidak ada yang terlambat" in html(town.place.pa, "late_list")
    monkeypatch.setattr(timezone, "now", lambda: world.later(24 * 30))
    page = html(town.place.pa, "late_list")
    for words in ("Belanja belum masuk DPR", "Belum ada bukti", f"DPT belum terbit ({bill.number})"):
        assert words in page
    assert "Rp\u00a01.300.000" in page
    response = as_user(town.place.pa).get(reverse("kkpd:late_list") + "?unduh=csv")
    assert b"Belum ada bukti" in b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_the_recap_compares_budget_and_card(town: Cards) -> None:
    row = world.reported(town)
    world.signed(town, row)
    world.listed(town, world.billed(town, row))
    page = html(town.place.pa, "recap")
    assert "Rp\u00a01.000.000" in page
    assert "Rp\u00a0150.000.000" in page
    assert "0,7%" in page


def test_the_treasurer_brings_up_kkpd_to_the_decree(town: Cards) -> None:
    office = spending.office("120", bud=town.place.bud)
    assert "Samakan dengan SK" in html(office.bp, "card_list")
    assert "sama dengan SK" in post(office.bp, "purse_limit", opd=office.opd.pk)
    assert "Samakan dengan SK" not in html(office.bp, "card_list")


def test_home_says_what_waits(town: Cards) -> None:
    row = world.reported(town)
    world.imported(town, world.bill_text(world.charge(row), Charge(town.goods, rp(9), "000000000099")))
    services.draft_dpr(card_id=town.goods.pk, line_ids=[row.pk], by=town.holder, at=AT)
    for user, words in (
        (town.holder, "1 transaksi kartu Anda sudah ditagih bank"),
        (town.place.pptk, "1 DPR menunggu tanda tangan Anda"),
        (town.place.kpa, "2 baris tagihan KKPD menunggu diuji"),
    ):
        assert words in as_user(user).get(reverse("opd:home")).content.decode()


def test_lists_cost_a_fixed_number_of_queries(town: Cards, django_assert_max_num_queries: Any) -> None:
    rows = [world.reported(town, world.bought(town, 10_000)) for _ in range(6)]
    world.signed(town, *rows)
    bill = world.billed(town, *rows)
    client = as_user(town.place.pa, code=False)
    for name, args, most in (
        ("line_list", [], 16),
        ("dpr_list", [], 14),
        ("card_list", [], 16),
        ("bill_detail", [bill.pk], 24),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(reverse(f"kkpd:{name}", args=args)).status_code == 200


def test_a_holder_comes_back_from_the_evidence_to_a_page_of_his(town: Cards) -> None:
    row = world.reported(town)
    holder, page = as_user(town.holder), reverse("kkpd:line_detail", args=[row.pk])
    for subject in (("kkpd.dprline", row.pk), ("spending.spend", row.spend_id)):
        ticket = holder.post(reverse("office:ticket_open", args=subject))["Location"]
        back = holder.post(ticket, follow=True)
        assert (back.status_code, back.redirect_chain[-1][0]) == (200, page)
    RoleAssignment.objects.filter(user=town.holder).delete()
    for subject in (("kkpd.dprline", row.pk), ("spending.spend", row.spend_id)):
        back = holder.post(reverse("office:attachment_upload", args=subject), follow=True)
        assert (back.status_code, back.redirect_chain[-1][0]) == (200, reverse("opd:home"))
