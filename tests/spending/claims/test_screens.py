"""The claims' pages: a claim by hand from SPP to SP2D, what each role is offered, and what it costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opd.models import User
from opd.office import documents
from payments.spending.models import Claim, ClaimKind, ClaimState
from tests.office.factor import give_factor
from tests.planning.world import rp
from tests.spending.claims import world
from tests.spending.claims.world import AT, Office, office, raised, ready_to_pay, verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Office:
    """The clock of the pages stands on the day of the world."""
    monkeypatch.setattr(timezone, "now", lambda: AT)
    return office()


def as_user(user: User, *, code: bool = True) -> Client:
    client = Client()
    if code:
        give_factor(client, user)
    else:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def html(user: User, name: str, *args: Any, query: str = "", status: int = 200) -> str:
    response = as_user(user, code=False).get(reverse(f"spending:{name}", args=args) + query)
    assert response.status_code == status, response.status_code
    return response.content.decode()


def post(user: User, name: str, *args: Any, **data: Any) -> str:
    response = as_user(user).post(reverse(f"spending:{name}", args=args), data, follow=True)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_a_claim_by_hand_to_its_sp2d(place: Office) -> None:
    world.with_up(place)
    spends = [verified(place, 2_000_000), verified(place, 500_000)]
    page = html(place.bp, "claim_new", "gu")
    assert all(spend.description in page for spend in spends)
    ticks = {"pilih": [str(spend.pk) for spend in spends], "purpose": "Ganti uang persediaan"}
    assert "SPP dibuat sebagai konsep" in post(place.bp, "claim_new", "gu", **ticks)
    claim = Claim.objects.get(kind="gu")
    assert claim.amount == rp(2_500_000)
    assert "Verifikasi SPP" in html(place.ppk, "claim_detail", claim.pk)
    assert "Verifikasi SPP" not in html(place.pa, "claim_detail", claim.pk)
    assert "menunggu SPM" in post(place.ppk, "claim_verify", claim.pk)
    assert "Terbitkan SPM" not in html(place.kpa, "claim_detail", claim.pk)
    assert "SPM diterbitkan" in post(place.pa, "claim_order", claim.pk)
    assert "Catat SP2D" in html(place.bud, "claim_detail", claim.pk)
    done = post(place.bud, "claim_pay", claim.pk, sp2d_number="SP2D/7", sp2d_date="2026-06-01")
    assert "SP2D dicatat" in done
    assert "SP2D/7" in done
    assert "Jurnal" in done


def test_a_wrong_sp2d_comes_back_with_its_reason(place: Office) -> None:
    claim = world.ordered(place, ClaimKind.UP, 1_000_000)
    page = post(place.bud, "claim_pay", claim.pk, sp2d_number="SP2D/7", sp2d_date="2026-07-01")
    assert "Tanggal SP2D tidak boleh di depan hari ini" in page
    claim.refresh_from_db()
    assert claim.state == ClaimState.ORDERED


@pytest.mark.parametrize(
    ("amount", "says"), [("banyak", "dengan angka"), ("60.000.001", "melebihinya"), ("", "wajib|perlu")]
)
def test_a_wrong_advance_comes_back_with_its_reason(place: Office, amount: str, says: str) -> None:
    page = post(place.bp, "claim_new", "up", amount=amount, purpose="Uang persediaan")
    assert any(word in page for word in says.split("|"))
    assert not Claim.objects.exists()


def test_nothing_ticked_makes_no_claim(place: Office) -> None:
    world.with_up(place)
    verified(place)
    assert "Pilih dahulu belanja" in post(place.bp, "claim_new", "gu", purpose="Ganti UP")


def test_ls_offers_what_is_tested(place: Office) -> None:
    spend = ready_to_pay(place, 3_000_000, source="ls")
    assert spend.description in html(place.bp, "claim_new", "ls")
    html(place.bp, "claim_new", "lain", status=404)


def test_a_refused_deed_says_so_and_changes_nothing(place: Office) -> None:
    claim = raised(place, ClaimKind.UP, 1_000_000)
    assert as_user(place.bp).post(reverse("spending:claim_verify", args=[claim.pk])).status_code == 403
    assert "paling sedikit lima huruf" in post(place.ppk, "claim_reject", claim.pk, reason="-")
    assert "SPP ditolak" in post(place.ppk, "claim_reject", claim.pk, reason="lampiran kurang")
    assert "sudah ditolak" in post(place.bp, "claim_reject", claim.pk, reason="sekali lagi")


def test_money_asks_for_a_code_first(place: Office) -> None:
    claim = world.ordered(place, ClaimKind.UP, 1_000_000)
    data = {"sp2d_number": "SP2D/7", "sp2d_date": "2026-06-01"}
    answer = as_user(place.bud, code=False).post(reverse("spending:claim_pay", args=[claim.pk]), data)
    assert answer.status_code == 200
    claim.refresh_from_db()
    assert claim.state == ClaimState.ORDERED


def test_the_official_number_and_signed_file_are_kept(place: Office) -> None:
    claim = raised(place, ClaimKind.UP, 1_000_000)
    file = SimpleUploadedFile("spp.pdf", b"%PDF-1.4 tanda tangan", "application/pdf")
    data = {"number": "900/SPP/1", "day": "2026-06-01", "file": file}
    assert "Nomor resmi dicatat" in post(place.bp, "claim_number", claim.pk, "spp", **data)
    document = documents.current("spp", claim)
    assert document is not None
    assert document.official_file is not None
    wrong = SimpleUploadedFile("spp.pdf", b"bukan pdf", "application/pdf")
    assert "Nomor belum dicatat" in post(
        place.bp, "claim_number", claim.pk, "spp", number="900/SPP/2", day="2026-06-01", file=wrong
    )
    html(place.ppk, "claim_number", claim.pk, "spp", status=404)


def test_another_agency_finds_nothing(place: Office) -> None:
    claim = raised(place, ClaimKind.UP, 1_000_000)
    other = office("120", bud=place.bud)
    html(other.ppk, "claim_detail", claim.pk, status=404)
    assert as_user(other.ppk).post(reverse("spending:claim_verify", args=[claim.pk])).status_code == 404
    assert "Keperluan uji" not in html(other.ppk, "claim_list")
    assert "Keperluan uji" in html(place.bud, "claim_list")


def test_the_list_filters_and_downloads(place: Office) -> None:
    raised(place, ClaimKind.UP, 1_000_000)
    assert "Tidak ada SPP yang cocok" in html(place.bud, "claim_list", query="?jenis=gu")
    assert "Rp\u00a01.000.000" in html(place.bud, "claim_list", query="?keadaan=raised")
    response = as_user(place.bud).get(reverse("spending:claim_list") + "?unduh=csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert text.splitlines()[1].startswith("UP,Dinas 113,2026,Keperluan uji,1000000.00")


def test_home_says_what_waits(place: Office) -> None:
    world.with_up(place)
    verified(place)
    raised(place, ClaimKind.TU, 1_000_000)
    for user, words in (
        (place.bp, "1 belanja sudah diverifikasi dan dapat masuk SPP-GU."),
        (place.ppk, "1 SPP menunggu verifikasi Anda."),
    ):
        assert words in as_user(user).get(reverse("opd:home")).content.decode()


def test_pages_cost_a_fixed_number_of_queries(place: Office, django_assert_max_num_queries: Any) -> None:
    world.with_up(place)
    claim = raised(place, ClaimKind.GU, None, *(verified(place, 10_000) for _ in range(4)))
    client = as_user(place.bp, code=False)
    for address, most in (
        (reverse("spending:claim_list"), 10),
        (reverse("spending:claim_detail", args=[claim.pk]), 14),
        (reverse("spending:claim_new", args=["gu"]), 14),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


def test_a_gu_nihil_by_hand_brings_no_money(place: Office) -> None:
    world.with_up(place)
    spend = verified(place, 2_000_000)
    assert spend.description in html(place.bp, "claim_new", "gu-nihil")
    post(place.bp, "claim_new", "gu-nihil", pilih=[str(spend.pk)], purpose="Akhir tahun")
    claim = Claim.objects.get(kind="gu_nihil")
    post(place.ppk, "claim_verify", claim.pk)
    post(place.pa, "claim_order", claim.pk)
    page = post(place.bud, "claim_pay", claim.pk, sp2d_number="SP2D/9", sp2d_date="2026-06-01")
    assert "SPP-GU Nihil" in page
    assert "tidak ada uang yang dipindahkan" in page
