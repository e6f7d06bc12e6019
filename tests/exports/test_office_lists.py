"""Documents, receipts, complaints, budget, gates, the trail and decrees as archives: masked, in reach."""

from __future__ import annotations

import io
from datetime import date
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from opd import access
from opd.models import AuditEvent, Role, RoleAssignment, User
from opd.office.exports import kinds
from opd.office.exports.kinds import Choice
from opd.office.models import Document
from tests.complaints.cast import PHONE, WORDS
from tests.complaints.cast import desk as complained
from tests.counter.cast import Desk
from tests.exports.test_archive import rows, written
from tests.gate.cast import Gate
from tests.gate.conftest import gate
from tests.opd.cast import agency, person
from tests.planning.world import line, rp, tourism
from tests.stbp.conftest import desk, museum, now, office

__all__ = ["desk", "gate", "museum", "now", "office"]
pytestmark = pytest.mark.django_db(transaction=True)


def taken(code: str, by: User, **choice: object) -> bytes:
    kind = kinds.kind(code)
    return written(kind.contents(kinds.pinned(by, kind, Choice(**choice))))[0]  # type: ignore[arg-type]


def text(content: bytes) -> str:
    archive = ZipFile(io.BytesIO(content))
    return "".join(archive.read(name).decode() for name in archive.namelist())


def auditor() -> User:
    return person("auditor.uji", Role.AUDITOR)


def test_documents_and_receipts_keep_their_numbers_and_mask_the_payer(desk: Desk) -> None:
    desk.deposited()
    stbp = Document.objects.get(kind="stbp")
    by = auditor()
    found = {row["nomor"]: row for row in rows(taken("dokumen", by), "dokumen.csv")}
    assert found[stbp.number]["sidik_isi"] == stbp.sha256
    assert len(found) == Document.objects.exclude(number_text="").count()
    content = taken("tbp", by)
    (receipt,) = rows(content, "tbp.csv")
    assert (receipt["nomor"], receipt["jumlah"]) == (stbp.number, f"{stbp.amount:.2f}")
    assert receipt["penyetor"] == f"{stbp.facts['payer'][0]}•••"
    assert stbp.facts["payer"] not in text(content)
    assert stbp.facts["payer"] not in text(taken("dokumen", by))
    treasurer = desk.treasurer
    assert len(rows(taken("tbp", treasurer), "tbp.csv")) == 1
    stranger = person("bendahara.lain", Role.BENDAHARA_PENERIMAAN, agency("120", "Dinas Pendidikan"))
    assert rows(taken("tbp", stranger), "tbp.csv") == []
    assert rows(taken("dokumen", stranger), "dokumen.csv") == []


def test_complaints_are_told_without_words_and_contact() -> None:
    place = complained()
    row = place.answered(contact=PHONE)
    content = taken("pengaduan", auditor())
    (told,) = rows(content, "pengaduan.csv")
    assert (told["nomor"], told["kontak"], told["titik"]) == (row.number, "•••789", "Rumah Uji")
    assert [one["jenis"] for one in rows(content, "langkah-pengaduan.csv")] == ["filed", "answer"]
    assert not any(secret in text(content) for secret in (PHONE, WORDS, row.token))
    assert rows(taken("pengaduan", place.stranger), "pengaduan.csv") == []


def test_gates_are_told_without_what_opens_them(gate: Gate) -> None:
    (ticket,) = gate.tickets(1)
    gate.show(ticket)
    gate.show(ticket, gate.south)
    content = taken("gerbang", gate.treasurer)
    found = rows(content, "tiket-di-gerbang.csv")
    assert {(row["tiket"], row["jawaban"], row["diizinkan"]) for row in found} == {
        (ticket.serial, "accepted", "ya"), (ticket.serial, "already_used", "tidak"),
    }  # fmt: skip
    assert not any(secret in text(content) for secret in (ticket.token, ticket.code))


def test_budget_lines_are_those_of_the_years_asked_for() -> None:
    row = line(1_000_000, released=400_000)
    other = line(5_000, opd=agency("120", "Dinas Pendidikan"))
    by = auditor()
    found = rows(taken("anggaran", by), "anggaran.csv")
    assert {one["id"]: one["pagu"] for one in found} == {
        str(row.pk): "1000000.00", str(other.pk): "5000.00",
    }  # fmt: skip
    assert next(one["spd"] for one in found if one["id"] == str(row.pk)) == f"{rp(400_000):.2f}"
    assert rows(taken("anggaran", by, first=date(row.year + 1, 1, 1)), "anggaran.csv") == []
    within = {"first": date(row.year, 12, 31), "last": date(row.year, 12, 31)}
    assert len(rows(taken("anggaran", by, **within), "anggaran.csv")) == 2
    pptk = person("pptk.uji", Role.PPTK, tourism())
    assert [one["id"] for one in rows(taken("anggaran", pptk), "anggaran.csv")] == [str(row.pk)]


def test_the_trail_and_the_decrees_are_told_whole() -> None:
    by = auditor()
    person("bendahara.uji", Role.BENDAHARA_PENERIMAAN, tourism())
    found = rows(taken("jejak-audit", by), "jejak-audit.csv")
    assert len(found) == AuditEvent.objects.count()
    assert {row["tindakan"] for row in found} >= {"role.assign"}
    content = taken("penetapan-peran", by)
    assert len(rows(content, "penetapan-peran.csv")) == RoleAssignment.objects.count()
    (letter,) = rows(content, "surat-tugas.csv")
    held = RoleAssignment.objects.get(role=Role.AUDITOR)
    assert letter["nama_pengguna"] == "auditor.uji"
    assert letter["berlaku_sampai"] == f"{held.valid_to}"
    before = taken("penetapan-peran", by, last=date(2025, 12, 31))
    assert rows(before, "penetapan-peran.csv") == []
    assert not access.allowed(User.objects.get(username="bendahara.uji"), "audit.view")


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("office:document_list", "dokumen"),
        ("stbp:tbp_list", "tbp"),
        ("complaints:complaint_list", "pengaduan"),
        ("planning:line_list", "anggaran"),
        ("gate:day", "gerbang"),
        ("settings:audit_list", "jejak-audit"),
        ("auditing:access_matrix", "penetapan-peran"),
    ],
)
def test_each_list_leads_to_its_archive(client: Client, page: str, kind: str) -> None:
    client.force_login(auditor(), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse(page))
    assert answer.status_code == 200
    assert f"{reverse('office:export_list')}?jenis={kind}" in answer.content.decode()
