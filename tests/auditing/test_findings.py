"""A finding from its number to the auditor's verdict, and everybody who may not."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from opd.models import AuditEvent, Role, User
from payments.auditing import services
from payments.auditing.models import Entry, Finding, State
from payments.auditing.services import FindingError
from tests.auditing.cast import AT, Desk, page_of
from tests.books import world
from tests.opd.cast import agency, person


def enter(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_finding_is_numbered_once_and_due_in_sixty_days(place: Desk) -> None:
    row = place.finding(key="sama")
    assert place.finding(key="sama") == row
    assert row.number == f"1/TEMUAN/{place.office.opd.code}/2026"
    assert row.due_on == date(2026, 8, 30)
    assert place.finding().number.startswith("2/TEMUAN/")
    told = AuditEvent.objects.filter(subject_type="auditing.finding", subject_id=str(row.pk))
    assert list(told.values_list("action", flat=True)) == ["finding.recorded"]


def test_the_agency_answers_and_the_auditor_judges(place: Desk) -> None:
    row = place.answered()
    services.answer(finding_id=row.pk, text="Sudah disetor penuh.", by=place.office.bp, at=AT)
    services.judge(finding_id=row.pk, verdict="partial", text="Buktinya belum ada.", by=place.auditor, at=AT)
    services.answer(finding_id=row.pk, text="Bukti setor dilampirkan.", by=place.office.pa, at=AT)
    services.judge(finding_id=row.pk, verdict="done", text="Bukti setor dilihat.", by=place.auditor, at=AT)
    said = row.entries.values_list("kind", "state")
    assert list(said) == [
        ("recorded", "pending"), ("answered", "pending"), ("judged", "partial"), ("answered", "partial"),
        ("judged", "done"),
    ]  # fmt: skip
    with pytest.raises(FindingError, match="sudah dinilai"):
        services.answer(finding_id=row.pk, text="Satu lagi dari kami.", by=place.office.bp, at=AT)


def test_nobody_speaks_for_others(place: Desk) -> None:
    row = place.finding()
    stranger = person("pa.lain", Role.PA, agency("999", "Dinas Lain"))
    for by in (stranger, place.auditor, place.office.pptk):
        with pytest.raises(PermissionDenied):
            services.answer(finding_id=row.pk, text="Bukan urusan saya.", by=by, at=AT)
    with pytest.raises(PermissionDenied):
        services.judge(
            finding_id=row.pk, verdict="done", text="Kami anggap cukup.", by=place.office.pa, at=AT
        )
    with pytest.raises(PermissionDenied):
        services.record(draft=place.draft(), form_key="x", by=place.office.pa, at=AT)
    assert row.entries.count() == 1


def test_a_withdrawn_finding_keeps_its_number_and_is_over(place: Desk) -> None:
    row = place.finding()
    services.withdraw(finding_id=row.pk, reason="Salah OPD, dicatat ulang.", by=place.auditor, at=AT)
    row = Finding.objects.select_related("document").get(pk=row.pk)
    assert row.document is not None
    assert (row.state, row.document.state) == (State.WITHDRAWN, "voided")
    assert place.finding().number.startswith("2/")
    with pytest.raises(FindingError, match="dicabut"):
        services.judge(finding_id=row.pk, verdict="done", text="Terlambat sekali.", by=place.auditor, at=AT)
    with pytest.raises(FindingError, match="sudah dicabut"):
        services.withdraw(finding_id=row.pk, reason="Sekali lagi dicabut.", by=place.auditor, at=AT)


def test_what_is_too_short_or_in_the_future_changes_nothing(place: Desk) -> None:
    row = place.finding()
    with pytest.raises(FindingError, match="paling sedikit"):
        services.answer(finding_id=row.pk, text="ya", by=place.office.bp, at=AT)
    with pytest.raises(FindingError, match="belum terjadi"):
        services.record(
            draft=place.draft(received_on=date(2026, 7, 3)), form_key="besok", by=place.auditor, at=AT
        )
    assert Finding.objects.count() == 1
    assert row.entries.count() == 1


def test_it_opens_the_pages_that_it_is_about(place: Desk, client: Client) -> None:
    spend = world.spent(place.office, 1_000_000, day=5)
    row = place.finding(about=[f"https://contoh.invalid{page_of(spend.pk)}", page_of(spend.pk), ""])
    assert [(one.kind, one.key) for one in row.references.all()] == [("spend", str(spend.pk))]
    address = reverse("auditing:finding_detail", args=[row.pk])
    assert page_of(spend.pk) in enter(client, place.auditor).get(address).text
    for wrong in ("bukan alamat", reverse("opd:home"), page_of("00000000-0000-7000-8000-000000000000")):
        with pytest.raises(FindingError, match="bukan halaman dari"):
            place.finding(about=[wrong])


@pytest.mark.parametrize("table", ["finding", "reference", "entry"])
def test_the_database_keeps_what_was_said(place: Desk, table: str) -> None:
    spend = world.spent(place.office, 1_000_000, day=5)
    place.finding(about=[page_of(spend.pk)])
    changed = {"finding": "title = 'lain'", "reference": "label = 'lain'", "entry": "text = 'lain'"}[table]
    cursor = connection.cursor()
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in (
        f"UPDATE auditing_{table} SET {changed}",
        f"DELETE FROM auditing_{table}",
        f"TRUNCATE auditing_{table} CASCADE",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(statement)


def test_the_register_shows_what_is_late_to_whom_it_concerns(place: Desk, client: Client) -> None:
    row, url = place.answered(), reverse("auditing:finding_list")
    with time_machine.travel(date(2026, 9, 1)):
        enter(client, place.office.pa)
        assert row.title in client.get(url, {"waktu": "late"}).text
        assert "Temuan belum selesai" in client.get(reverse("opd:home")).text
        lines = b"".join(client.get(url, {"unduh": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
        assert f"/audit/temuan/{row.pk}/" in lines
        assert len(lines.splitlines()) == 2
        enter(client, place.auditor)
        assert row.title in client.get(url, {"waktu": "answered"}).text
        assert "menunggu penilaian" in client.get(reverse("opd:home")).text
        enter(client, person("pa.lain", Role.PA, agency("999", "Dinas Lain")))
        assert row.title not in client.get(url).text
        assert client.get(reverse("auditing:finding_detail", args=[row.pk])).status_code == 404
    services.judge(finding_id=row.pk, verdict="done", text="Bukti dilihat.", by=place.auditor, at=AT)
    enter(client, place.office.pa)
    assert row.title not in client.get(url, {"waktu": "late"}).text


def test_an_auditor_records_and_prints_on_the_screens(place: Desk, client: Client) -> None:
    enter(client, place.auditor)
    page = client.get(reverse("auditing:finding_new")).context["form"]
    given = {
        "opd": place.office.opd.pk,
        "form_key": page["form_key"].value(),
        "amount": "1.250.000",
        "about": "",
    }
    sent = vars(place.draft()) | given
    for _ in range(2):
        client.post(reverse("auditing:finding_new"), sent)
    row = Finding.objects.get()
    pdf = client.get(reverse("auditing:finding_pdf", args=[row.pk]))
    assert pdf.content.startswith(b"%PDF")
    assert row.document is not None
    assert client.get(reverse("office:document_print", args=[row.document.token])).status_code == 200
    client.post(
        reverse("auditing:finding_judge", args=[row.pk]), {"verdict": "partial", "text": "Belum ada bukti."}
    )
    assert Entry.objects.filter(finding=row, kind="judged").count() == 1
    enter(client, place.office.bp)
    client.post(reverse("auditing:finding_answer", args=[row.pk]), {"text": "Bukti menyusul besok."})
    assert Entry.objects.filter(finding=row, kind="answered", by=place.office.bp).exists()
