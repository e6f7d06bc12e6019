"""Evidence from the PC and from a phone."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from opd.models import AuditEvent, User
from opd.office import attachments, pictures, uploads
from opd.office.attachments import AttachmentError
from opd.office.models import Attachment, Evidence, UploadTicket
from opd.office.views.evidence import context_of
from tests.opd.cast import AT, person

pytestmark = pytest.mark.django_db
SUBJECT = ("uji.belanja", "1")


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), shade: int = 90) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (shade, 20, 40)).save(out, kind)
    return out.getvalue()


def attach(content: bytes, *, name: str = "nota.jpg", kind: str = "nota", **other: Any) -> Attachment:
    values: dict[str, Any] = {"subject": SUBJECT, "by": None, "at": AT} | other
    return attachments.attach(kind=kind, upload=ContentFile(content, name=name), **values)


@pytest.fixture
def pptk() -> User:
    return person("pptk")


def signed_in(client: Client, user: User) -> None:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(picture(), "image/jpeg"), (picture("PNG"), "image/png"), (b"%PDF-1.7 x", "application/pdf")],
)
def test_photos_and_pdf_are_taken_by_their_bytes(content: bytes, media_type: str) -> None:
    row = attach(content, name="apa.exe")
    assert row.evidence.media_type == media_type
    response = attachments.download(row)
    assert b"".join(response) == content
    assert response["Content-Disposition"] == 'attachment; filename="apa.exe"'
    assert response["X-Content-Type-Options"] == "nosniff"
    response.close()


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "kosong"), (b"MZ\x90 program", "bukan foto"), (b"<html>", "bukan foto"),
        (b"GIF89a" + b"0" * 20, "bukan"),
        (b"\x00\x00\x00\x18ftypheic" + b"0" * 20, "HEIC"), (picture()[:200], "rusak"),
        (b"\xff\xd8\xff" + b"0" * 50, "rusak"), (b"%PDF-" + b"0" * pictures.MOST_BYTES, "10 MB"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_advice(content: bytes, match: str) -> None:
    with pytest.raises(AttachmentError, match=match):
        attach(content)
    assert not Attachment.objects.exists()
    assert not Evidence.objects.exists()


def test_a_pixel_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1000)
    with pytest.raises(AttachmentError, match="terlalu besar"):
        attach(picture("PNG"))


def test_the_same_bytes_twice_are_refused_kindly_and_welcome_elsewhere() -> None:
    attach(picture())
    with pytest.raises(AttachmentError, match="tidak perlu dua kali"):
        attach(picture(), kind="foto", name="lain.jpg")
    assert attach(picture(), subject=("uji.belanja", "2")).pk
    assert Evidence.objects.count() == 1


def test_an_unknown_kind_of_evidence_is_refused() -> None:
    with pytest.raises(AttachmentError, match="Pilih jenis bukti"):
        attach(picture(), kind="apa")


def test_missing_lists_what_is_not_proven_yet() -> None:
    row = attach(picture())
    assert attachments.missing(["foto", "nota"], SUBJECT) == ["foto"]
    attachments.remove(attachment=row, reason="salah nota", by=None, at=AT)
    assert attachments.missing(["foto", "nota"], SUBJECT) == ["foto", "nota"]
    assert list(attachments.of(SUBJECT, also_removed=True)) == [row]
    assert attach(picture()).pk != row.pk


def test_removal_needs_a_reason_and_happens_once() -> None:
    row = attach(picture())
    with pytest.raises(AttachmentError, match="alasan"):
        attachments.remove(attachment=row, reason="", by=None, at=AT)
    attachments.remove(attachment=row, reason="salah", by=None, at=AT)
    with pytest.raises(AttachmentError, match="sudah dicabut"):
        attachments.remove(attachment=row, reason="salah", by=None, at=AT)


def test_the_room_says_who_may_add(pptk: User) -> None:
    assert attach(picture(), by=pptk).added_by == pptk
    with pytest.raises(PermissionDenied):
        attach(picture("PNG"), by=person("lain"))
    with pytest.raises(PermissionDenied):
        attachments.remove(attachment=Attachment.objects.get(), reason="x", by=person("auditor"), at=AT)


def test_a_failed_audit_write_attaches_nothing() -> None:
    with (
        mock.patch.object(AuditEvent.objects, "create", side_effect=DatabaseError),
        pytest.raises(DatabaseError),
        transaction.atomic(),
    ):
        attach(picture())
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("model", "fields", "constraint"),
    [
        (Attachment, {"removed_at": AT}, "attachment_removal_says_why"),
        (Attachment, {"remove_reason": "x"}, "attachment_removal_says_why"),
        (UploadTicket, {"count": 21}, "upload_ticket_bounded"),
        (UploadTicket, {"expires_at": AT}, "upload_ticket_ends_later"),
    ],
)
def test_each_constraint_holds(pptk: User, model: Any, fields: dict[str, Any], constraint: str) -> None:
    attach(picture())
    uploads.open_ticket(subject=SUBJECT, by=pptk, at=AT)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.update(**fields)


def test_a_thumbnail_is_small_and_without_metadata() -> None:
    exif = Image.Exif()
    exif[0x010E] = "rahasia"
    out = io.BytesIO()
    Image.new("RGB", (900, 600), (1, 2, 3)).save(out, "JPEG", exif=exif)
    answer = attachments.thumbnail(attach(out.getvalue()))
    with Image.open(io.BytesIO(answer.content)) as small:  # type: ignore[attr-defined]
        assert (small.format, small.size, dict(small.getexif())) == ("JPEG", (240, 160), {})
    sheet = attachments.thumbnail(attach(b"%PDF-1.7 x", name="x.pdf"))
    assert sheet["Content-Type"] == "image/svg+xml"


def test_transparent_pictures_get_a_thumbnail() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    assert attachments.thumbnail(attach(out.getvalue()))["Content-Type"] == "image/jpeg"


def test_files_are_attached_and_removed_on_the_pages(client: Client, pptk: User) -> None:
    signed_in(client, pptk)
    files = [SimpleUploadedFile("a.jpg", picture()), SimpleUploadedFile("b.txt", b"teks")]
    page = client.post(
        "/bukti/uji.belanja/1/unggah/", {"kind": "nota", "note": "", "berkas": files}, follow=True
    ).content.decode()
    assert "a.jpg sudah dilampirkan" in page
    assert "b.txt: Berkas bukan foto" in page
    row = Attachment.objects.get()
    shown = client.get("/bukti/uji.belanja/1/daftar/").content.decode()
    assert f"/bukti/{row.pk}/kecil/" in shown
    assert client.get(f"/bukti/{row.pk}/kecil/")["Content-Type"] == "image/jpeg"
    assert client.get(f"/bukti/{row.pk}/unduh/").getvalue() == picture()
    assert "Tulis alasan" in client.post(f"/bukti/{row.pk}/cabut/", follow=True).content.decode()
    client.post(f"/bukti/{row.pk}/cabut/", {"reason": "salah"})
    assert "Bukti yang dicabut (1)" in client.get("/bukti/uji.belanja/1/daftar/").content.decode()


def test_strangers_to_the_subject_find_nothing(client: Client) -> None:
    row = attach(picture())
    signed_in(client, person("lain"))
    for address in (f"/bukti/{row.pk}/kecil/", f"/bukti/{row.pk}/unduh/", "/bukti/uji.belanja/1/daftar/"):
        assert client.get(address).status_code == 404
    for address in (
        f"/bukti/{row.pk}/cabut/",
        "/bukti/uji.belanja/1/unggah/",
        "/bukti/uji.belanja/1/ponsel/",
    ):
        assert client.post(address).status_code == 404
    signed_in(client, person("auditor"))
    assert client.get(f"/bukti/{row.pk}/unduh/").getvalue() == picture()
    assert client.post(f"/bukti/{row.pk}/cabut/", {"reason": "x"}).status_code == 403
    assert client.post("/bukti/uji.belanja/1/ponsel/").status_code == 403
    assert client.get("/bukti/apa.saja/1/daftar/").status_code == 404
    assert client.get("/bukti/uji.belanja/99/daftar/").status_code == 404


def test_a_photo_travels_from_the_phone_to_the_pc(client: Client, pptk: User) -> None:
    signed_in(client, pptk)
    page = client.post("/bukti/uji.belanja/1/ponsel/", follow=True).content.decode()
    ticket = UploadTicket.objects.get()
    address = f"/unggah/{ticket.token}/"
    assert address in page
    assert "<svg" in page
    phone = Client()
    assert "Ambil foto" in phone.get(address).content.decode()
    files = {"kind": "foto", "foto": SimpleUploadedFile("f.jpg", picture())}
    sent = phone.post(address, files | {"berkas": [SimpleUploadedFile("n.pdf", b"%PDF-1")]}).content.decode()
    assert "f.jpg sudah sampai" in sent
    assert "n.pdf sudah sampai" in sent
    assert "Sudah terkirim" in sent
    assert set(Attachment.objects.values_list("via", "added_by", "kind")) == {("phone", pptk.pk, "foto")}
    assert "dari ponsel" in client.get("/bukti/uji.belanja/1/daftar/").content.decode()
    assert "tidak perlu dua kali" in phone.post(address, files | {"foto": again()}).content.decode()
    assert UploadTicket.objects.get().count == 2
    assert "Belum ada yang terkirim" in phone.post(address, {"kind": "foto"}).content.decode()
    assert phone.post(address, {"kind": "apa", "foto": again()}).status_code == 200
    client.post(f"/bukti/ponsel/{ticket.pk}/")
    assert phone.get(address).status_code == 410


def again() -> SimpleUploadedFile:
    return SimpleUploadedFile("f.jpg", picture())


def test_an_expired_or_unknown_ticket_takes_nothing(client: Client, pptk: User) -> None:
    ticket = uploads.open_ticket(
        subject=SUBJECT, by=pptk, at=timezone.now() - timedelta(minutes=15, seconds=1)
    )
    answer = client.post(f"/unggah/{ticket.token}/", {"kind": "nota", "foto": again()})
    assert answer.status_code == 410
    assert "pindai kode yang baru" in answer.content.decode()
    assert client.get("/unggah/tidak-ada/").status_code == 410
    with pytest.raises(AttachmentError, match="tidak berlaku"):
        uploads.receive(ticket=ticket, kind="nota", upload=again(), at=timezone.now())
    assert not Attachment.objects.exists()


def test_a_new_ticket_ends_the_old_one_and_is_its_makers_alone(client: Client, pptk: User) -> None:
    old = uploads.open_ticket(subject=SUBJECT, by=pptk, at=timezone.now())
    new = uploads.open_ticket(subject=SUBJECT, by=pptk, at=timezone.now())
    old.refresh_from_db()
    assert not uploads.is_open(old, timezone.now())
    assert uploads.is_open(new, timezone.now())
    signed_in(client, person("auditor"))
    assert client.get(f"/bukti/ponsel/{new.pk}/").status_code == 404


def test_a_maker_who_lost_the_right_lets_nothing_in(client: Client) -> None:
    ticket = uploads.open_ticket(subject=SUBJECT, by=person("auditor"), at=timezone.now())
    page = client.post(f"/unggah/{ticket.token}/", {"kind": "nota", "foto": again()}).content.decode()
    assert "tidak dapat Anda ubah" in page
    assert not Attachment.objects.exists()
    assert UploadTicket.objects.get().count == 0


def test_the_list_needs_a_bounded_number_of_queries(
    client: Client, pptk: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for shade in range(12):
        attach(picture(shade=20 * shade), by=pptk)
    signed_in(client, pptk)
    with django_assert_max_num_queries(4):
        client.get("/bukti/uji.belanja/1/daftar/")


def test_a_rooms_page_includes_the_list_and_both_ways_to_add(rf: RequestFactory, pptk: User) -> None:
    attach(picture(), by=pptk)
    request = rf.get("/")
    request.user = pptk
    page = render_to_string("office/attachments.html", context_of(request, *SUBJECT), request)
    assert "Unggah dari ponsel" in page
    assert 'action="/bukti/uji.belanja/1/unggah/"' in page
    request.user = person("auditor")
    page = render_to_string("office/attachments.html", context_of(request, *SUBJECT), request)
    assert "nota.jpg" in page
    assert "<form" not in page
