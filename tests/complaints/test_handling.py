"""The office's side: who may do what, to whose complaint, in which state; and what each role never sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from opd.access import scope
from opd.models import AuditEvent, Role
from opd.office import attachments
from retribusi.complaints import queries
from retribusi.complaints.models import Complaint
from retribusi.complaints.queries import Sample
from retribusi.complaints.services import filing, handling
from retribusi.complaints.services.shared import ComplaintError
from tests.complaints.cast import AT, PHONE, WORDS, Desk, photo, signed_in
from tests.opd.cast import person
from tests.retribusi.cast import text


def again(row: Complaint) -> Complaint:
    return Complaint.objects.get(pk=row.pk)


def test_an_answer_reaches_the_person_without_the_officers_name(place: Desk, client: Client) -> None:
    row = place.file()
    signed_in(client, place.treasurer)
    for _ in range(2):
        client.post(f"/retribusi/pengaduan/{row.pk}/jawab/", {"text": "Uang sudah kembali."})
    assert row.entries.filter(kind="answer").count() == 1
    page = text(Client().get(f"/pengaduan/{row.token}/"))
    assert "Uang sudah kembali." in page
    assert place.opd.name in page
    assert place.treasurer.name not in page
    assert (again(row).state, again(row).first_answered_at) == ("answered", AT)


def test_notes_never_reach_the_person(place: Desk, client: Client) -> None:
    row = place.file()
    handling.note(complaint_id=row.pk, text="Curiga penipuan.", by=place.treasurer, at=AT)
    assert "Curiga penipuan." not in text(client.get(f"/pengaduan/{row.token}/"))
    page = text(signed_in(client, place.treasurer).get(f"/retribusi/pengaduan/{row.pk}/"))
    assert "Curiga penipuan." in page


def test_another_agency_neither_sees_nor_answers(place: Desk, client: Client) -> None:
    row = place.file(evidence=photo())
    signed_in(client, place.stranger)
    (kept,) = attachments.of(row)
    assert client.get(f"/retribusi/pengaduan/{row.pk}/").status_code == 404
    assert client.get(f"/bukti/{kept.pk}/unduh/").status_code == 404
    assert (
        client.post(f"/retribusi/pengaduan/{row.pk}/jawab/", {"text": "Bukan kami ini."}).status_code == 404
    )
    assert row.spoken not in text(client.get("/retribusi/pengaduan/"))
    with pytest.raises(PermissionDenied):
        handling.answer(complaint_id=row.pk, text="Bukan kami ini.", by=place.stranger, at=AT)


def test_the_administrator_sends_it_on(place: Desk, client: Client) -> None:
    row = place.file(point=None)
    assert row.opd is None
    signed_in(client, place.admin)
    assert "belum diteruskan" in text(client.get("/retribusi/pengaduan/"))
    key = f"{place.opd.pk}-{place.treasurer.pk}"
    client.post(f"/retribusi/pengaduan/{row.pk}/teruskan/", {"to": key})
    assert (again(row).opd, again(row).officer, again(row).state) == (place.opd, place.treasurer, "handling")
    assert client.post(f"/retribusi/pengaduan/{row.pk}/jawab/", {"text": "Saya jawab."}).status_code == 403
    handling.answer(complaint_id=row.pk, text="Sudah selesai.", by=place.treasurer, at=AT)
    with pytest.raises(ComplaintError, match="sudah dijawab"):
        handling.assign(complaint_id=row.pk, opd=place.other, officer=None, by=place.admin, at=AT)


def test_an_officer_of_another_agency_is_refused(place: Desk) -> None:
    row = place.file()
    with pytest.raises(ComplaintError, match="bukan petugas pengaduan"):
        handling.assign(complaint_id=row.pk, opd=place.opd, officer=place.stranger, by=place.admin, at=AT)


DEEDS: dict[str, Callable[[Desk, Complaint], object]] = {
    "close before an answer": lambda place, row: handling.close(
        complaint_id=row.pk, reason="Tidak ada apa-apa", by=place.treasurer, at=AT
    ),
    "reopen what is open": lambda place, row: handling.reopen(
        complaint_id=row.pk, reason="Salah menutup", by=place.treasurer, at=AT
    ),
    "answer in a word": lambda place, row: handling.answer(
        complaint_id=row.pk, text="Ya", by=place.treasurer, at=AT
    ),
    "an empty note": lambda place, row: handling.note(
        complaint_id=row.pk, text=" ", by=place.treasurer, at=AT
    ),
}


@pytest.mark.parametrize("name", DEEDS)
def test_deeds_out_of_turn_change_nothing(place: Desk, name: str) -> None:
    row = place.file()
    with pytest.raises(ComplaintError):
        DEEDS[name](place, row)
    assert again(row).state == "new"
    assert row.entries.count() == 1


def test_closed_takes_no_answer_until_it_is_reopened(place: Desk) -> None:
    row = place.answered()
    handling.close(complaint_id=row.pk, reason="Pelapor diam saja", by=place.treasurer, at=AT)
    with pytest.raises(ComplaintError, match="sudah ditutup"):
        handling.answer(complaint_id=row.pk, text="Satu lagi yang lain.", by=place.treasurer, at=AT)
    later = AT + timedelta(days=2)
    handling.reopen(complaint_id=row.pk, reason="Ternyata belum selesai", by=place.treasurer, at=later)
    assert (again(row).state, again(row).closed_at) == ("handling", None)


def test_the_contact_is_read_by_its_treasurer_alone_and_leaves_a_trail(place: Desk, client: Client) -> None:
    row = place.file(contact=PHONE)
    url = f"/retribusi/pengaduan/{row.pk}/kontak/"
    signed_in(client, place.treasurer)
    assert PHONE not in text(client.get(f"/retribusi/pengaduan/{row.pk}/"))
    assert PHONE in text(client.post(url))
    assert AuditEvent.objects.get(action="complaint.read_contact").by == place.treasurer
    for user in (place.admin, person("pengawas", Role.AUDITOR), person("tim", Role.TP2DD_MEMBER)):
        signed_in(client, user)
        page = text(client.get(f"/retribusi/pengaduan/{row.pk}/"))
        assert WORDS in page
        assert "Tampilkan kontak" not in page
        assert client.post(url).status_code == 403
    assert PHONE not in text(client.get("/retribusi/pengaduan/"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"satu", "dua", "tiga"}),
        ("keadaan=waiting", {"satu", "tiga"}),
        ("keadaan=answered", {"dua"}),
        ("kategori=refund", {"tiga"}),
        ("waktu=late", {"tiga"}),
        ("waktu=missed", {"tiga"}),
        ("sejak=2026-11-20", {"satu", "dua"}),
        ("sampai=2026-11-20", {"tiga"}),
        ("q=TIGA", {"tiga"}),
    ],
)
def test_the_list_filters(place: Desk, client: Client, query: str, found: set[str]) -> None:
    place.file(text="pengaduan satu", key="kunci-formulir-1")
    place.answered(text="pengaduan dua", key="kunci-formulir-2")
    place.file(text="pengaduan tiga", key="kunci-formulir-3", category="refund", at=AT - timedelta(days=10))
    page = text(signed_in(client, place.treasurer).get(f"/retribusi/pengaduan/?{query}"))
    assert {word for word in ("satu", "dua", "tiga") if f"pengaduan {word}" in page} == found


def test_csv_holds_the_list_without_words_and_contacts(place: Desk, client: Client) -> None:
    row = place.file(contact=PHONE)
    answer = signed_in(client, place.treasurer).get("/retribusi/pengaduan/?unduh=csv")
    content = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert row.number in content
    assert "Pembayaran QRIS" in content
    assert WORDS not in content
    assert "789" not in content


def test_cards_say_what_waits(place: Desk, client: Client) -> None:
    place.file(at=AT - timedelta(days=10))
    place.file(point=None, key="kunci-formulir-2", text="Tanpa tempat")
    page = text(signed_in(client, place.treasurer).get("/kantor/"))
    assert "Pengaduan menunggu jawaban" in page
    assert "1 sudah lewat tenggat" in page
    assert "Pengaduan tanpa OPD" in text(signed_in(client, place.admin).get("/kantor/"))


def test_figures_count_late_and_median() -> None:
    group = [
        Sample("2026-11", "payment", 3600, is_late=False, rating=5),
        Sample("2026-11", "payment", 7200, is_late=False, rating=2),
        Sample("2026-11", "payment", 36_000, is_late=True, rating=None),
        Sample("2026-11", "payment", None, is_late=True, rating=None),
    ]
    one = queries.figures("November", group)
    assert (one.filed, one.answered, one.late) == (4, 3, 2)
    assert (one.median_hours, one.late_share, one.rating) == (Decimal("2.0"), Decimal("0.5"), Decimal("3.5"))
    nothing = queries.figures("kosong", [])
    assert (nothing.median_hours, nothing.late_share, nothing.rating) == (None, None, None)


def test_figures_page_and_its_csv(place: Desk, client: Client) -> None:
    place.answered()
    place.file(at=AT - timedelta(days=10), key="kunci-formulir-2", category="refund")
    signed_in(client, person("tim", Role.TP2DD_MEMBER))
    page = text(client.get("/retribusi/pengaduan/statistik/"))
    assert "Uang kembali" in page
    assert "50%" in page
    answer = client.get("/retribusi/pengaduan/statistik/?unduh=csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 1 + 12 + 2


def test_twelve_months_cross_the_year() -> None:
    assert queries.months(AT.date().replace(month=2), 3) == ["2025-12", "2026-01", "2026-02"]


def test_an_open_complaint_is_late_once_its_day_has_passed(place: Desk) -> None:
    row = place.file()
    reach = scope(place.treasurer, "complaints.view")
    (on_time,) = queries.samples(reach, on=row.due_on)
    (late,) = queries.samples(reach, on=row.due_on + timedelta(days=1))
    assert (on_time.is_late, late.is_late) == (False, True)


def test_the_list_asks_few_questions(
    place: Desk, client: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for number in range(12):
        place.file(key=f"kunci-formulir-{number}", text=f"Ke-{number}")
    signed_in(client, place.treasurer)
    with django_assert_max_num_queries(16):  # type: ignore[attr-defined]
        client.get("/retribusi/pengaduan/")


def test_the_office_adds_evidence_until_it_is_closed(place: Desk) -> None:
    row = place.answered()
    attachments.attach(subject=row, kind="office", upload=photo(), by=place.treasurer, at=AT)
    filing.say_settled(complaint_id=row.pk, rating=None, at=AT)
    with pytest.raises(PermissionDenied):
        attachments.attach(subject=row, kind="office", upload=photo("b.png"), by=place.treasurer, at=AT)
