"""Numbered without gaps, frozen when issued, voided but never lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from opd.models import AuditEvent, Opd, Role
from opd.office import documents, evidence, numbering
from opd.office.documents import DocumentError
from opd.office.laws import LAWS
from opd.office.models import Document
from opd.office.signers import signer
from tests.office.conftest import DPR, NPD
from tests.opd.cast import AT, agency, person

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 9)


def issue(opd: Opd, subject: str = "1", kind: str = DPR.code, **other: Any) -> Document:
    with transaction.atomic():
        return draw(opd, subject, kind, **other)


def draw(opd: Opd, subject: str, kind: str, **other: Any) -> Document:
    values: dict[str, Any] = {
        "amount": Decimal("1250000"), "title": "Daftar bulan Maret", "day": DAY, "by": None, "at": AT,
        "facts": {"total": Decimal("1250000.00"), "day": DAY, "signers": []},
    }  # fmt: skip
    return documents.issue(kind=kind, opd=opd, subject=("uji.belanja", subject), **values | other)


def sql(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_numbers_follow_kind_agency_and_year(opd: Opd) -> None:
    other = agency("120", "Dinas Pendidikan")
    made = [issue(opd, "1"), issue(opd, "2"), issue(other, "3"), issue(opd, "4", day=date(2027, 1, 2))]
    assert [document.number_text for document in made] == [
        "1/DPR-KKPD/113/2026", "2/DPR-KKPD/113/2026", "1/DPR-KKPD/120/2026", "1/DPR-KKPD/113/2027",
    ]  # fmt: skip
    assert not [problem for law in LAWS for problem in law.check().problems]


def test_the_same_again_is_the_same_document_and_takes_no_number(opd: Opd) -> None:
    assert issue(opd).pk == issue(opd).pk
    assert issue(opd, "2").sequence == 2
    with pytest.raises(DocumentError, match="sudah terbit dengan isi lain"):
        issue(opd, facts={"total": Decimal("9")})
    with pytest.raises(DocumentError, match="sudah terbit dengan isi lain"):
        issue(opd, amount=Decimal("1"))


def test_a_konsep_has_no_number_until_the_official_one_comes(client: Client, opd: Opd) -> None:
    draft = issue(opd, kind=NPD.code)
    assert (draft.number, draft.state, draft.sequence) == ("", "draft", None)
    documents.record_official(
        document=draft, number=" 12/NPD ", date=date(2026, 3, 11), file=None, by=None, at=AT
    )
    assert (draft.number, draft.state) == ("12/NPD", "valid")
    kept, _ = evidence.store(
        ContentFile(b"%PDF-1"), name="npd.pdf", media_type="application/pdf", by=None, at=AT
    )
    documents.record_official(document=draft, number="13/NPD", date=DAY, file=kept, by=None, at=AT)
    sign_in(client, Role.PPTK, opd)
    assert f"/dokumen/{draft.token}/resmi/" in client.get("/dokumen/").content.decode()
    assert client.get(f"/dokumen/{draft.token}/resmi/").getvalue() == b"%PDF-1"
    assert client.get(f"/dokumen/{issue(opd).token}/resmi/").status_code == 404
    events = AuditEvent.objects.filter(action="document.official").order_by("pk")
    assert [event.before for event in events] == [
        {"number": "", "date": ""}, {"number": "12/NPD", "date": "2026-03-11"},
    ]  # fmt: skip


def test_an_official_number_belongs_to_one_document(opd: Opd) -> None:
    first, second = issue(opd, "1", NPD.code), issue(opd, "2", NPD.code)
    documents.record_official(document=first, number="7", date=DAY, file=None, by=None, at=AT)
    with pytest.raises(DocumentError, match="sudah dipakai dokumen lain"):
        documents.record_official(document=second, number="7", date=DAY, file=None, by=None, at=AT)
    with pytest.raises(DocumentError, match="Isi nomor resmi"):
        documents.record_official(document=second, number=" ", date=DAY, file=None, by=None, at=AT)
    with pytest.raises(DocumentError, match="bernomor sendiri"):
        documents.record_official(document=issue(opd), number="7", date=DAY, file=None, by=None, at=AT)


def test_a_voided_document_keeps_its_number_and_makes_room_for_the_next(opd: Opd) -> None:
    first = issue(opd)
    with pytest.raises(DocumentError, match="alasan"):
        documents.void(document=first, reason=" ", by=None, at=AT)
    documents.void(document=first, reason="salah jumlah", by=None, at=AT)
    with pytest.raises(DocumentError, match="sudah dibatalkan"):
        documents.void(document=first, reason="lagi", by=None, at=AT)
    second = issue(opd, amount=Decimal("5"))
    subject = ("uji.belanja", "1")
    assert (first.state, second.sequence, documents.current(DPR.code, subject)) == ("voided", 2, second)
    assert list(documents.of(subject)) == [second, first]


def test_a_rollback_gives_the_number_back(opd: Opd) -> None:
    with transaction.atomic():
        issue(opd)
        transaction.set_rollback(True)
    assert issue(opd).sequence == 1


def test_a_failed_audit_write_issues_and_voids_nothing(opd: Opd) -> None:
    standing = issue(opd)
    with mock.patch.object(AuditEvent.objects, "create", side_effect=DatabaseError):
        with pytest.raises(DatabaseError), transaction.atomic():
            issue(opd, "2")
        with pytest.raises(DatabaseError), transaction.atomic():
            documents.void(document=standing, reason="x", by=None, at=AT)
    assert Document.objects.get().voided_at is None
    assert issue(opd, "2").sequence == 2


def test_facts_never_hold_a_float_and_keep_amounts_as_text(opd: Opd) -> None:
    with pytest.raises(TypeError, match="biner"):
        issue(opd, facts={"rows": [[1.5]]})
    assert issue(opd).facts == {
        "office": "Dinas Pariwisata", "total": "1250000.00", "day": "2026-03-09", "signers": [],
    }  # fmt: skip


def test_issuing_outside_a_transaction_is_refused() -> None:
    with (
        mock.patch.object(connection, "in_atomic_block", False),
        pytest.raises(transaction.TransactionManagementError),
    ):
        draw(Opd(), "1", DPR.code)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE office_document SET amount = 1", "UPDATE office_document SET facts = '{}'",
        "UPDATE office_document SET number_text = 'x'", "DELETE FROM office_document",
        "TRUNCATE office_document CASCADE",
    ],
)  # fmt: skip
def test_database_refuses_to_change_an_issued_document(opd: Opd, statement: str) -> None:
    issue(opd)
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="tidak dapat d"):
        sql(statement)


def test_database_refuses_to_revive_a_voided_document(opd: Opd) -> None:
    documents.void(document=issue(opd), reason="salah", by=None, at=AT)
    with pytest.raises(DatabaseError, match="sudah dibatalkan"):
        sql("UPDATE office_document SET voided_at = NULL, void_reason = ''")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"sequence": 1, "number_text": ""}, "document_number_is_whole"),
        ({"sequence": None, "number_text": "9"}, "document_number_is_whole"),
        ({"void_reason": "x"}, "document_void_says_why"),
        ({"voided_at": AT}, "document_void_says_why"),
        ({"official_number": "x"}, "official_number_has_its_day"),
        ({"sequence": 1, "number_text": "1", "subject_id": "lain"}, "document_number_once"),
        ({"sequence": 8, "number_text": "8", "subject_id": "1"}, "document_once_per_subject"),
    ],
)
def test_each_constraint_holds(opd: Opd, fields: dict[str, Any], constraint: str) -> None:
    issue(opd)
    row: dict[str, Any] = {
        "kind": DPR.code, "opd": opd, "year": 2026, "title": "x", "subject_type": "uji.belanja",
        "subject_id": "baru", "day": DAY, "facts": {}, "sha256": "x", "token": "x", "issued_at": AT,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Document.objects.create(**row | fields)


def test_verify_finds_a_gap_and_a_changed_fact(opd: Opd) -> None:
    issue(opd)
    with transaction.atomic():
        numbering.issue(DPR.code, opd, 2026)
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE office_document DISABLE TRIGGER office_document_frozen")
    sql("UPDATE office_document SET facts = '{}'")
    found = [problem for law in LAWS for problem in law.check().problems]
    assert len(found) == 3
    assert "penghitung 2" in found[0]
    assert "office_document_frozen" in found[1]
    assert "tidak cocok dengan sidiknya" in found[2]


def test_the_signer_is_who_holds_the_role_that_day(opd: Opd) -> None:
    person("kepala", Role.PA, opd)
    assert signer(Role.PA, opd, DAY) == {"role": "Pengguna Anggaran", "name": "Kepala (uji)", "nip": ""}
    assert signer(Role.PA, opd, date(2025, 1, 1))["name"] == ""
    assert signer(Role.PPK_OPD, opd, DAY)["role"] == "PPK-SKPD"


def test_an_acting_officer_signs_as_acting(opd: Opd) -> None:
    held = person("kepala", Role.PA, opd).role_assignments.get()
    held.capacity = "plt"
    held.save()
    assert signer(Role.PA, opd, DAY)["role"] == "Plt. Pengguna Anggaran"


def sign_in(client: Client, role: Role, opd: Opd | None) -> None:
    client.force_login(person(f"si.{role}", role, opd), backend="django.contrib.auth.backends.ModelBackend")


def test_the_register_shows_one_agency_and_its_void_documents(client: Client, opd: Opd) -> None:
    other = agency("120", "Dinas Pendidikan")
    documents.void(document=issue(opd), reason="salah jumlah", by=None, at=AT)
    foreign = issue(other, "9")
    sign_in(client, Role.PPTK, opd)
    page = client.get("/dokumen/").content.decode()
    assert "1/DPR-KKPD/113/2026" in page
    assert "salah jumlah" in page
    assert "120/2026" not in page
    assert client.get(f"/dokumen/{foreign.token}/cetak/").status_code == 404
    assert "1/DPR" not in client.get("/dokumen/?state=valid").content.decode()
    body = client.get(f"/dokumen/?unduh=csv&kind={DPR.code}").getvalue().decode()
    assert "1/DPR-KKPD/113/2026,,2026-03-09,Dinas Pariwisata,Daftar bulan Maret,1250000.00" in body
    assert client.get("/dokumen/?kind=apa&opd=99999&year=x&state=y&halaman=z").status_code == 200


def test_the_register_names_missing_numbers(client: Client, opd: Opd) -> None:
    with transaction.atomic():
        numbering.issue(DPR.code, opd, 2026)
    issue(opd)
    sign_in(client, Role.AUDITOR, None)
    assert "Ada 1 nomor yang hilang" in client.get("/dokumen/").content.decode()


def test_the_register_needs_a_bounded_number_of_queries(
    client: Client, opd: Opd, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        issue(opd, str(number))
    sign_in(client, Role.AUDITOR, None)
    with django_assert_max_num_queries(9):
        assert client.get("/dokumen/").status_code == 200


def test_the_printed_page_states_the_facts_as_issued(client: Client, opd: Opd) -> None:
    document = issue(opd, facts={"signers": [{"role": "PPTK", "name": "Budi (uji)", "nip": ""}]})
    Opd.objects.update(name="Nama Baru")
    sign_in(client, Role.PPTK, opd)
    page = client.get(f"/dokumen/{document.token}/cetak/").content.decode()
    assert "Dinas Pariwisata" in page
    assert "Budi (uji)" in page
    assert "Nomor 1/DPR-KKPD/113/2026" in page
    assert f"/verifikasi/{document.token}/" in page
    draft = issue(opd, "2", NPD.code)
    assert "KONSEP" in client.get(f"/dokumen/{draft.token}/cetak/").content.decode()
    documents.void(document=document, reason="salah", by=None, at=AT)
    assert "Dibatalkan" in client.get(f"/dokumen/{document.token}/cetak/").content.decode()


def test_a_stranger_learns_what_stands_and_no_names(client: Client, opd: Opd) -> None:
    document = issue(opd, facts={"signers": [{"role": "PPTK", "name": "Budi (uji)", "nip": ""}]})
    page = client.get(f"/verifikasi/{document.token}/").content.decode()
    for words in (
        "Berlaku",
        "1/DPR-KKPD/113/2026",
        "Dinas Pariwisata",
        "9 Maret 2026",
        "Satu juta dua ratus",
    ):
        assert words in page
    assert document.sha256[:16] in page
    assert "Budi" not in page
    documents.void(document=document, reason="salah Budi", by=None, at=AT)
    page = client.get(f"/verifikasi/{document.token}/").content.decode()
    assert "Dibatalkan" in page
    assert "Budi" not in page
    assert "Konsep" in client.get(f"/verifikasi/{issue(opd, '2', NPD.code).token}/").content.decode()
    assert client.get("/verifikasi/tidak-ada/").status_code == 404


def test_asking_too_often_is_refused(client: Client) -> None:
    answers = [client.get("/verifikasi/tidak-ada/").status_code for _ in range(61)]
    assert (answers[0], answers[59], answers[60]) == (404, 404, 429)


def test_a_kind_needs_a_pattern_exactly_when_it_is_numbered() -> None:
    with pytest.raises(ValueError, match="pola"):
        documents.register(documents.Kind("x", "X"))


def test_amount_beyond_two_places_is_refused(opd: Opd) -> None:
    with pytest.raises((ValueError, ValidationError)):
        issue(opd, amount=Decimal("0.001"))
