"""What hangs at the gate: codes that scan, the address to type, the tariffs with their law."""

from __future__ import annotations

import re
import zlib
from datetime import date, timedelta

import pytest
import zxingcpp
from django.test import Client
from PIL import Image, ImageDraw
from pytest_django import Settings

from opd.models import Role
from payments.incoming.services import end_account
from retribusi import poster, poster_pdf
from retribusi.models import CollectionPoint, TariffItem
from retribusi.services import static_qris
from tests.office.test_pdf import words
from tests.retribusi.cast import AT, Museum, make_tariff, printed, text
from tests.retribusi.test_point_pages import LIST, enter

A4_POINTS, A5_POINTS = (595.28, 841.89), (419.53, 595.28)
_BAR = re.compile(rb"(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) re f")


def sheet(museum: Museum) -> poster.Poster:
    point = CollectionPoint.objects.select_related("opd", "receiving_account").get(pk=museum.point.pk)
    return poster.of(point, at=AT)


def with_code(museum: Museum) -> poster.Poster:
    static_qris.register(point=museum.point, content=printed(museum), by=None, at=AT)
    return sheet(museum)


def size(pdf: bytes) -> tuple[float, float]:
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert box
    return float(box[1]), float(box[2])


def scanned(pdf: bytes) -> set[str]:
    """The codes on the page, painted from its black bars and read by a scanner."""
    scale, (width, height) = 3, size(pdf)
    page = Image.new("L", (int(width * scale), int(height * scale)), 255)
    draw = ImageDraw.Draw(page)
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S):
        try:
            drawn = zlib.decompress(stream)
        except zlib.error:
            continue
        for bar in _BAR.findall(drawn):
            x, y, w, h = (float(number) * scale for number in bar)
            if abs(h) < 20 * scale:
                top = height * scale - y
                draw.rectangle((x, top, x + w - 1, top - h - 1), fill=0)
    return {code.text for code in zxingcpp.read_barcodes(page) if code.valid}


@pytest.mark.parametrize("paper", ["A4", "A5"])
def test_both_codes_scan_on_both_papers(museum: Museum, settings: Settings, paper: poster_pdf.Size) -> None:
    settings.BASE_URL = "https://nontunai.contoh.go.id"
    pdf = poster_pdf.poster_pdf(with_code(museum), paper)
    assert size(pdf) == pytest.approx({"A4": A4_POINTS, "A5": A5_POINTS}[paper], abs=0.5)
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
    assert scanned(pdf) == {printed(museum), "https://nontunai.contoh.go.id/r/rumah-uji/"}
    said = words(pdf)
    for piece in (
        *("Bayar (aplikasi)", "Pesan (kamera)", f"nontunai.contoh.go.id/t/{museum.point.pk}"),
        *(
            "Penerima: UJI COBA RBK",
            "NMID ID20260000001 A01",
            "Dewasa / Adult",
            "5.000",
            "3.000",
            "per orang",
        ),
        *("Dasar: Perda uji.", "Setiap hari: 08.00", "loket Rumah Uji", "Dicetak 24 November 2026"),
    ):
        assert piece.replace("(", "(") in said, piece


def test_without_the_acquirers_code_the_poster_shows_the_page_alone(museum: Museum) -> None:
    pdf = poster_pdf.poster_pdf(sheet(museum), "A4")
    assert len(scanned(pdf)) == 1
    assert "Bayar (aplikasi)" not in words(pdf)
    static_qris.register(point=museum.point, content=printed(museum), by=None, at=AT)
    static_qris.withdraw(point=museum.point, reason="Hilang.", by=None, at=AT)
    assert sheet(museum).pay is None


def test_no_code_for_paying_is_printed_once_the_accounts_decree_has_ended(museum: Museum) -> None:
    account = museum.point.receiving_account
    assert account is not None
    assert with_code(museum).pay is not None
    yesterday = AT.date() - timedelta(days=1)
    end_account(account.pk, valid_to=yesterday, reason="SK baru.", by=None, at=AT)
    assert sheet(museum).pay is None


def test_the_board_tells_every_tariff_and_the_poster_says_that_there_are_more(museum: Museum) -> None:
    for number in range(10):
        make_tariff(
            museum.point, f"Golongan {number}", 1000 + number, position=3 + number, legal_basis="Perda dua"
        )
    board, small = poster_pdf.board_pdf(sheet(museum)), poster_pdf.poster_pdf(sheet(museum), "A5")
    assert "1.009" in words(board)
    assert "1.009" not in words(small)
    assert "dan 4 tarif lain pada papan tarif" in words(small)
    assert "Dasar: Perda uji; Perda dua." in words(board)
    assert sheet(museum).page in scanned(board)


def test_a_free_an_unconfirmed_and_a_rented_tariff_are_told_as_such(museum: Museum) -> None:
    TariffItem.objects.filter(pk=museum.adult.pk).update(amount=0, needs_confirmation=True)
    TariffItem.objects.filter(pk=museum.child.pk).update(unit="lapak", lasts=1, lasts_span="month")
    adult, child = sheet(museum).board
    assert (poster.amount_text(adult), adult.needs_confirmation) == ("gratis", True)
    assert child.per == "per lapak, 1 bulan"
    assert "* perlu konfirmasi dinas." in words(poster_pdf.board_pdf(sheet(museum)))


def test_an_announced_tariff_is_told_with_its_first_day(museum: Museum) -> None:
    museum.point.tariffs.update(valid_from=date(2027, 1, 1), status="planned")
    assert [poster.since_text(line) for line in sheet(museum).board] == ["mulai 1 Januari 2027"] * 2
    museum.point.tariffs.update(status="suspended")
    assert sheet(museum).board == []
    assert "Tarif belum ditetapkan." in words(poster_pdf.board_pdf(sheet(museum)))


def test_the_preview_shows_both_codes_and_leads_to_the_prints(client: Client, museum: Museum) -> None:
    with_code(museum)
    enter(client, Role.ADMINISTRATOR)
    here = f"{LIST}{museum.point.pk}/"
    page = text(client.get(f"{here}poster/"))
    assert page.count("<svg") == 2
    for name in ("poster-a4", "poster-a5", "papan-tarif"):
        assert f"{here}cetak/{name}.pdf" in page
        answer = client.get(f"{here}cetak/{name}.pdf")
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
    assert client.get(f"{here}cetak/lain.pdf").status_code == 404


def test_the_short_address_leads_to_the_page_of_an_announced_place_only(
    client: Client, museum: Museum
) -> None:
    assert client.get(f"/t/{museum.point.pk}/").headers["Location"] == "/r/rumah-uji/"
    CollectionPoint.objects.update(status="planned")
    assert client.get(f"/t/{museum.point.pk}/").status_code == 404
    assert client.get("/t/999999999/").status_code == 404
