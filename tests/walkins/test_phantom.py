"""Merchants outside the register open cases: by money, by a file, by a person; officials close them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client

from opd.office import attachments
from payments import qris
from payments.incoming.services import MoneySeen, record_money
from payments.qris import picture
from payments.reconciliation import demo as files
from retribusi.walkins.errors import WalkInError
from retribusi.walkins.models import PhantomCase, Sighting
from retribusi.walkins.services import phantom
from tests.retribusi.cast import AT, printed, text
from tests.walkins.cast import Gate

LATER = AT + timedelta(hours=1)
KEY = "kunci-formulir-umum"


def forged(gate: Gate, **changes: object) -> str:
    """The museum's code with another merchant behind it."""
    given = {"nmid": "ID2099000000099", "merchant_name": "TOKO LAIN", **changes}
    return printed(gate.museum, **given)


def told(gate: Gate, content: str, *, key: str = KEY, **more: object) -> PhantomCase:
    given: dict[str, object] = {"picture": None, "point": None, "note": "", "by": None, **more}
    verdict = phantom.check(content, at=AT)
    return phantom.report(verdict=verdict, content=content, form_key=key, at=AT, **given)  # type: ignore[arg-type]


def unknown_money(gate: Gate, rrn: str = "632899990001") -> None:
    seen = MoneySeen(
        source="notice", partner_id=gate.museum.partner.pk, reference_no="", partner_reference_no="", rrn=rrn,
        amount=Decimal(9000), paid_at=AT, nmid="ID2099000000099", terminal_id="Z9",
    )  # fmt: skip
    assert record_money(seen, by=None, at=AT) is None


def test_the_printed_and_a_dynamic_code_of_ours_are_official(gate: Gate) -> None:
    order = gate.museum.waiting()
    for content in (printed(gate.museum), gate.museum.request(order).qr_content):
        verdict = phantom.check(content, at=AT)
        assert (verdict.account, verdict.point) == (gate.museum.point.receiving_account, gate.museum.point)


@pytest.mark.parametrize("change", ["nmid", "pan", "name", "terminal"])
def test_one_changed_part_makes_it_foreign(gate: Gate, change: str) -> None:
    account = gate.museum.point.receiving_account
    assert account is not None
    changes: dict[str, dict[str, object]] = {
        "nmid": {"nmid": "ID2099000000099"},
        "pan": {"merchants": [qris.MerchantAccount("ID.CO.X.WWW", "9360099900000000999", "M9", "UMI")]},
        "name": {"merchant_name": "TOKO LAIN"},
        "terminal": {"additional": qris.AdditionalData(terminal_label="Z9")},
    }
    verdict = phantom.check(printed(gate.museum, **changes[change]), at=AT)
    assert verdict.account is None
    assert verdict.reasons


def test_an_ended_account_is_not_official_any_more(gate: Gate) -> None:
    type(gate.museum.point.receiving_account).objects.update(valid_to=AT.date() - timedelta(days=1))  # type: ignore[union-attr]
    assert phantom.check(printed(gate.museum), at=AT).account is None


def test_money_for_an_unknown_merchant_opens_one_case_for_all_of_it(gate: Gate) -> None:
    unknown_money(gate)
    unknown_money(gate, "632899990002")
    assert phantom.open_from_money(at=LATER) == 2
    assert phantom.open_from_money(at=LATER) == 0
    case = PhantomCase.objects.get()
    assert (case.nmid, case.sightings.count(), case.opd) == ("ID2099000000099", 2, None)


def test_a_settlement_line_of_an_unknown_merchant_opens_a_case(gate: Gate) -> None:
    payment = gate.credit()
    line = files._line(payment, AT.date())
    stranger = files.Line(**{**line.__dict__, "nmid": "ID2099000000055", "rrn": "632899990005"})
    content = files.settlement_text([line, stranger])
    gate.bring(files.settlement_name(AT.date()), content, gate.treasurer, AT.date(), 7)
    assert phantom.open_from_money(at=LATER) == 1
    assert PhantomCase.objects.get().nmid == "ID2099000000055"


def test_a_report_twice_is_one_sighting_and_another_person_adds_to_the_case(gate: Gate) -> None:
    content = forged(gate)
    first = told(gate, content, point=gate.museum.point)
    assert told(gate, content, point=gate.museum.point) == first
    assert told(gate, content, key="kunci-orang-kedua") == first
    assert (first.opd, Sighting.objects.count()) == (gate.museum.opd, 2)


def test_a_picture_that_is_none_reports_nothing(gate: Gate) -> None:
    with pytest.raises(WalkInError):
        told(gate, forged(gate), picture=SimpleUploadedFile("qr.png", b"bukan gambar"))
    assert PhantomCase.objects.count() == 0


def test_a_case_is_sent_on_looked_into_and_closed_for_good(gate: Gate) -> None:
    case = told(gate, forged(gate))
    with pytest.raises(PermissionDenied):
        phantom.investigate(case_id=case.pk, text="Bukan milik kami.", by=gate.treasurer, at=LATER)
    phantom.assign(case_id=case.pk, opd=gate.museum.opd, by=gate.bud, at=LATER)
    with pytest.raises(WalkInError, match="paling sedikit"):
        phantom.investigate(case_id=case.pk, text="ya", by=gate.treasurer, at=LATER)
    phantom.investigate(case_id=case.pk, text="Stiker dilepas dari loket.", by=gate.treasurer, at=LATER)
    phantom.close(case_id=case.pk, finding="forged", text="Dilaporkan ke bank.", by=gate.treasurer, at=LATER)
    with pytest.raises(WalkInError, match="sudah selesai"):
        phantom.investigate(case_id=case.pk, text="Sekali lagi dilihat.", by=gate.treasurer, at=LATER)
    again = told(gate, forged(gate), key="kunci-yang-lain-lagi")
    assert again != case
    kinds = list(case.sightings.values_list("kind", flat=True))
    assert kinds == ["report", "assigned", "investigated", "closed"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE walkins_sighting SET text = 'lain'",
        "DELETE FROM walkins_phantomcase",
        "UPDATE walkins_phantomcase SET nmid = 'lain'",
    ],
)
def test_the_database_keeps_a_case(gate: Gate, statement: str) -> None:
    told(gate, forged(gate))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def ask(client: Client, **data: object) -> str:
    page = text(client.get("/cek-qris/"))
    key = page.split('name="kunci" value="')[1].split('"')[0]
    return text(client.post("/cek-qris/", {"kunci": key, **data}))


def test_anybody_asks_by_picture_and_by_text(client: Client, gate: Gate) -> None:
    photo = SimpleUploadedFile("qr.png", picture.png(printed(gate.museum)), "image/png")
    assert "Resmi" in ask(client, picture=photo)
    answer = ask(client, content=printed(gate.museum))
    assert "Rumah Uji" in answer
    assert PhantomCase.objects.count() == 0


def test_a_foreign_code_gets_a_number_and_its_picture_is_kept(client: Client, gate: Gate) -> None:
    photo = SimpleUploadedFile("stiker.png", picture.png(forged(gate)), "image/png")
    answer = ask(client, picture=photo, point=gate.museum.point.pk, note="di pintu")
    case = PhantomCase.objects.get()
    assert case.spoken in answer
    assert (case.point, attachments.of(case).count()) == (gate.museum.point, 1)


def test_the_page_speaks_english_and_refuses_what_is_no_code(client: Client, gate: Gate) -> None:
    client.cookies["bahasa"] = "en"
    client.get("/bahasa/en/?ke=/cek-qris/")
    assert "Is this QRIS official?" in text(client.get("/cek-qris/"))
    assert "not a QRIS" in ask(client, content="https://contoh.invalid")
    assert PhantomCase.objects.count() == 0


def test_a_machine_and_a_flood_are_refused(client: Client, gate: Gate) -> None:
    assert client.post("/cek-qris/", {"kunci": KEY, "situs": "x", "content": forged(gate)}).status_code == 400
    statuses = {client.post("/cek-qris/", {"kunci": KEY, "content": "x"}).status_code for _ in range(25)}
    assert 429 in statuses
    assert PhantomCase.objects.count() == 0
