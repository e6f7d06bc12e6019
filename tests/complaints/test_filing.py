"""The person's side: what is taken, what is refused and in which words; nothing is lost or doubled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from opd import audit
from opd.models import AuditEvent
from opd.office import attachments
from opd.office.models import Holiday
from retribusi.complaints import contacts, rules
from retribusi.complaints.models import Complaint, Entry
from retribusi.complaints.services import filing
from retribusi.complaints.services.shared import ComplaintError
from retribusi.contacts import masked
from tests.complaints.cast import AT, PHONE, WORDS, Desk, photo
from tests.retribusi.cast import Museum, text
from tests.retribusi.conftest import museum  # noqa: F401

GOOD = {"kunci": "kunci-dari-formulir", "category": "payment", "text": WORDS, "happened_on": "2026-11-23"}


def send(client: Client, **fields: Any) -> Any:
    return client.post("/pengaduan/", {**GOOD, **fields})


def test_a_complaint_gets_number_deadline_agency_and_secret_link(place: Desk, client: Client) -> None:
    answer = send(client, point=place.point.pk, contact=PHONE, follow=True)
    row = Complaint.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/pengaduan/{row.token}/"
    assert len(row.token) == 22
    assert (row.state, row.opd, row.due_on) == ("new", place.opd, date(2026, 12, 1))
    page = text(client.get(answer["Location"]))
    assert row.spoken in page
    assert "1 Desember 2026" in page
    assert WORDS in page


def test_the_contact_is_sealed_and_masked(place: Desk, client: Client) -> None:
    send(client, contact=PHONE)
    row = Complaint.objects.get()
    assert PHONE.encode() not in bytes(row.contact or b"")
    assert row.contact_mask == "•••789"
    assert PHONE not in text(client.get(f"/pengaduan/{row.token}/"))
    assert PHONE not in str(list(AuditEvent.objects.values_list("after", "before")))


@given(st.binary(max_size=80))
def test_a_mask_never_shows_more_than_it_may(raw: bytes) -> None:
    contact = raw.decode("latin-1")
    mask = masked(contact)
    assert "•••" in mask
    assert len(mask) <= 8


def test_holidays_and_weekends_do_not_count(db: None) -> None:
    assert rules.due(date(2026, 11, 24)) == date(2026, 12, 1)
    Holiday.objects.create(day=date(2026, 11, 26), name="Libur", legal_basis="SKB uji")
    assert rules.due(date(2026, 11, 24)) == date(2026, 12, 2)


def test_the_same_form_twice_is_one_complaint(place: Desk, client: Client) -> None:
    first, second = send(client), send(client)
    assert first["Location"] == second["Location"]
    assert Complaint.objects.count() == 1
    send(client, text="Yang lain sama sekali.")
    assert Complaint.objects.count() == 2


def test_a_photo_is_kept_as_evidence(place: Desk, client: Client) -> None:
    send(client, evidence=SimpleUploadedFile("struk.png", photo().read()))
    row = Complaint.objects.get()
    (kept,) = attachments.of(row)
    assert (kept.name, kept.evidence.media_type) == ("struk.png", "image/png")
    assert "struk.png" in text(client.get(f"/pengaduan/{row.token}/"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"MZ\x90\x00 program", "bukan foto (JPEG/PNG) atau PDF"),
        (b"\x89PNG\r\n\x1a\nrusak", "rusak atau belum terkirim utuh"),
        (b"<html><script>", "bukan foto (JPEG/PNG) atau PDF"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_in_words(
    place: Desk, client: Client, content: bytes, words: str
) -> None:
    answer = send(client, evidence=SimpleUploadedFile("bukti.png", content, content_type="image/png"))
    page = text(answer)
    assert answer.status_code == 400
    assert words in page
    assert WORDS in page, "what was typed is still there"
    assert "Pilih lagi berkas buktinya" in page
    assert not Complaint.objects.exists()


def test_the_refusal_of_a_file_speaks_english(place: Desk, client: Client) -> None:
    client.get("/bahasa/en/")
    page = text(send(client, evidence=SimpleUploadedFile("a.pdf", b"tidak", content_type="application/pdf")))
    assert "not a photo (JPEG, PNG) or PDF" in page
    assert "Not sent yet" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"category": "tidak-ada"}, "bukan salah satu"),
        ({"category": ""}, "Pilih tentang apa pengaduan ini."),
        ({"text": "  "}, "Tulis apa yang terjadi."),
        ({"happened_on": "2026-11-25"}, "Tanggal ini belum terjadi."),
        ({"happened_on": "2020-01-01"}, "Tanggal ini terlalu lama lalu."),
        ({"happened_on": "kemarin"}, "Tulis tanggal seperti"),
        ({"situs": "http://x"}, "Isian tersembunyi terisi"),
        ({"kunci": "pendek"}, "Formulir ini tidak lengkap"),
        ({"text": "a" * 4001}, "4000"),
    ],
)
def test_bad_input_is_answered_and_nothing_is_filed(
    place: Desk, client: Client, fields: dict[str, str], words: str
) -> None:
    answer = send(client, **fields)
    assert answer.status_code == 400
    assert words in text(answer)
    assert not Complaint.objects.exists()


def test_the_hidden_field_comes_back_empty(place: Desk, client: Client) -> None:
    page = text(send(client, situs="http://x"))
    assert "http://x" not in page
    assert WORDS in page


def test_too_many_from_one_address_wait_and_lose_nothing(place: Desk, client: Client) -> None:
    for number in range(10):
        assert send(client, text=f"{WORDS} {number}").status_code == 302
    answer = send(client, text="Yang kesebelas.")
    assert answer.status_code == 429
    assert "Yang kesebelas." in text(answer)
    assert "Tunggu sekitar" in text(answer)
    assert Complaint.objects.count() == 10


def test_a_code_of_an_order_names_its_place(museum: Museum, client: Client) -> None:  # noqa: F811
    order = museum.paid()
    send(client, reference=f" {order.spoken.lower()} ")
    row = Complaint.objects.get()
    assert (row.order, row.point, row.opd) == (order, museum.point, museum.opd)
    send(client, reference=order.receipt_number, text="Lagi.")
    assert Complaint.objects.filter(order=order).count() == 2


def test_an_unknown_code_is_kept_without_telling_so(place: Desk, client: Client) -> None:
    answer = send(client, reference="AAAA AAAA")
    row = Complaint.objects.get()
    assert (row.order, row.reference, row.opd) == (None, "AAAA AAAA", None)
    page = text(client.get(answer["Location"]))
    assert "AAAA AAAA" in page
    assert "catatan kami" not in page


def test_links_fill_in_place_and_code(place: Desk, client: Client) -> None:
    page = text(client.get("/pengaduan/?titik=rumah-uji&kode=ABCDEFGH"))
    assert 'value="ABCDEFGH"' in page
    assert f'<option value="{place.point.pk}" selected>' in page


def test_an_unknown_link_opens_nothing(place: Desk, client: Client) -> None:
    place.file()
    assert client.get("/pengaduan/AAAAAAAAAAAAAAAAAAAAAA/").status_code == 404


def test_a_message_is_added_once_and_only_while_waiting(place: Desk, client: Client) -> None:
    row = place.file()
    for _ in range(2):
        client.post(f"/pengaduan/{row.token}/pesan/", {"text": "Ini juga."})
    assert row.entries.filter(kind="message").count() == 1
    place.answered(key="kunci-formulir-dua", text="Lain.")
    other = Complaint.objects.get(state="answered")
    with pytest.raises(ComplaintError, match="sudah dijawab"):
        filing.add_message(complaint_id=other.pk, text="Lagi", at=AT)


def test_settled_closes_with_a_rating_once(place: Desk, client: Client) -> None:
    row = place.answered()
    for _ in range(2):
        client.post(f"/pengaduan/{row.token}/nilai/", {"verdict": "settled", "rating": "4"})
    row.refresh_from_db()
    assert (row.state, row.rating, row.closed_at) == ("closed", 4, AT)
    assert row.entries.filter(kind="settled").count() == 1


def test_unsettled_is_handled_anew_with_a_new_deadline(place: Desk, client: Client) -> None:
    row = place.answered(at=AT - timedelta(days=7))
    first = row.first_due_on
    answer = client.post(f"/pengaduan/{row.token}/nilai/", {"verdict": "unsettled"})
    assert answer.status_code == 400
    assert "Tulis apa yang belum selesai" in text(answer)
    client.post(f"/pengaduan/{row.token}/nilai/", {"verdict": "unsettled", "text": "Belum.", "rating": "1"})
    row.refresh_from_db()
    assert (row.state, row.rating, row.due_on) == ("handling", 1, date(2026, 12, 1))
    assert (row.first_due_on, row.first_answered_at) == (first, AT)


def test_no_verdict_before_an_answer(place: Desk) -> None:
    row = place.file()
    with pytest.raises(ComplaintError):
        filing.say_settled(complaint_id=row.pk, rating=5, at=AT)
    with pytest.raises(ComplaintError):
        filing.say_unsettled(complaint_id=row.pk, rating=5, text="x", at=AT)


def test_a_failed_trail_files_nothing(place: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("jejak rusak")

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(RuntimeError):
        place.file()
    assert not Complaint.objects.exists()
    assert not Entry.objects.exists()


def test_what_was_said_stays_said(place: Desk) -> None:
    place.file()
    for statement in ("UPDATE complaints_entry SET text = 'x'", "DELETE FROM complaints_entry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_contacts_are_erased_in_time(place: Desk) -> None:
    row = place.answered(contact=PHONE)
    filing.say_settled(complaint_id=row.pk, rating=None, at=AT)
    assert contacts.forget(at=AT + timedelta(days=364)) == 0
    assert contacts.forget(at=AT + timedelta(days=366)) == 1
    row.refresh_from_db()
    assert (row.contact, row.contact_mask) == (None, "")


def test_pages_link_to_the_form(place: Desk, client: Client) -> None:
    assert 'href="/pengaduan/"' in text(client.get("/"))


def test_the_form_speaks_english(place: Desk, client: Client) -> None:
    client.get("/bahasa/en/")
    page = text(client.get("/pengaduan/"))
    assert "File a complaint" in page
    assert "Money back" in page
    assert "365 days" in page
