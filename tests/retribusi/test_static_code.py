"""The acquirer's static QRIS: only the right one may be printed, and each refusal says why."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client

from opd import audit
from opd.models import AuditEvent, Role
from payments import qris
from payments.qris import picture
from retribusi.models import CollectionPoint, StaticQris
from retribusi.services import static_qris
from retribusi.services.points import PointError
from tests.retribusi.cast import AT, Museum, make_point, printed, text
from tests.retribusi.test_point_pages import LIST, enter

OTHER = qris.MerchantAccount("ID.CO.UJICOBA.WWW", "9360099900000000099", "MID9", "URE")


def register(museum: Museum, content: str) -> StaticQris:
    return static_qris.register(point=museum.point, content=content, by=None, at=AT)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount": 5000}, "Ini bukan QRIS statis"),
        ({"amount": 5000}, "sudah berisi nominal"),
        ({"nmid": "ID20260000009"}, "NMID-nya ID20260000009, sedangkan rekening ini ID20260000001"),
        ({"merchants": [OTHER]}, "PAN merchant 9360099900000000017 tidak ada di dalamnya"),
        ({"merchant_name": "TOKO LAIN"}, "Nama merchant-nya “TOKO LAIN”"),
        ({"additional": qris.AdditionalData(terminal_label="B02")}, "Terminalnya B02"),
        ({"tip": qris.Tip("prompt")}, "meminta tip"),
    ],
)
def test_another_code_is_refused_with_its_reason(
    museum: Museum, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        register(museum, printed(museum, **changes))
    assert any(reason in message for message in refusal.value.messages)
    assert not StaticQris.objects.exists()


def test_a_damaged_or_foreign_text_is_refused(museum: Museum) -> None:
    good = printed(museum)
    with pytest.raises(ValidationError, match="CRC tidak cocok"):
        register(museum, good.replace("BENGKULU", "BENGKULA"))
    with pytest.raises(ValidationError):
        register(museum, "https://contoh.invalid/bayar")


def test_registering_again_replaces_and_the_same_again_changes_nothing(museum: Museum) -> None:
    first = register(museum, f" {printed(museum)}\n")
    assert register(museum, printed(museum)).pk == first.pk
    second = register(museum, printed(museum, postal_code="38118"))
    first.refresh_from_db()
    assert first.withdrawn_at == AT
    assert static_qris.standing(museum.point.receiving_account) == second
    with pytest.raises(IntegrityError, match="static_qris_one_stands"):
        StaticQris.objects.filter(pk=first.pk).update(withdrawn_at=None)


def test_withdrawing_says_why_and_only_once(museum: Museum) -> None:
    register(museum, printed(museum))
    static_qris.withdraw(point=museum.point, reason="Stiker hilang.", by=None, at=AT)
    assert static_qris.standing(museum.point.receiving_account) is None
    assert AuditEvent.objects.get(action="static_qris.withdraw").reason == "Stiker hilang."
    with pytest.raises(PointError, match="tidak punya QRIS statis"):
        static_qris.withdraw(point=museum.point, reason="lagi", by=None, at=AT)


def test_a_point_without_account_has_no_static_code(museum: Museum) -> None:
    point = make_point(museum.opd, None, slug="tanpa", status="planned")
    with pytest.raises(PointError, match="Daftarkan rekening penerimaan dahulu"):
        static_qris.register(point=point, content=printed(museum), by=None, at=AT)


def test_a_failed_audit_write_registers_nothing(museum: Museum, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("audit")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError):
        register(museum, printed(museum))
    assert not StaticQris.objects.exists()


def photo(*texts: str) -> SimpleUploadedFile:
    from PIL import Image

    codes = [Image.open(io.BytesIO(picture.png(each))).convert("L") for each in texts]
    sheet = Image.new("L", (sum(code.width for code in codes) or 200, 900), 255)
    left = 0
    for code in codes:
        sheet.paste(code, (left, 0))
        left += code.width
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return SimpleUploadedFile("stiker.png", out.getvalue(), "image/png")


def test_the_administrator_pastes_it_or_sends_its_photo(client: Client, museum: Museum) -> None:
    enter(client, Role.ADMINISTRATOR)
    here = f"{LIST}{museum.point.pk}/qris-statis/"
    assert 'enctype="multipart/form-data"' in text(client.get(here))
    page = text(client.post(here, {"content": "", "picture": photo(printed(museum))}, follow=True))
    assert "Ganti QRIS statis" in page
    page = text(client.post(here, {"content": printed(museum, nmid="ID2")}))
    assert "sedangkan rekening ini ID20260000001" in page
    assert StaticQris.objects.get(withdrawn_at=None).content == printed(museum)
    page = text(client.post(f"{here}tarik/", {"reason": ""}, follow=True))
    assert "Tulis alasan" in page
    page = text(client.post(f"{here}tarik/", {"reason": "Stiker hilang"}, follow=True))
    assert "Daftarkan QRIS statis" in page


@pytest.mark.parametrize(
    ("number", "words"), [(0, "Tidak ada kode yang terbaca"), (2, "lebih dari satu kode pada foto")]
)
def test_a_photo_must_show_one_code(client: Client, museum: Museum, number: int, words: str) -> None:
    enter(client, Role.ADMINISTRATOR)
    texts = [printed(museum), printed(museum, postal_code="38118")][:number]
    page = text(client.post(f"{LIST}{museum.point.pk}/qris-statis/", {"picture": photo(*texts)}))
    assert words in page
    assert not StaticQris.objects.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Tempel isi QRIS atau pilih fotonya."),
        ({"picture": SimpleUploadedFile("a.png", b"bukan gambar")}, "bukan foto yang dapat dibaca"),
    ],
)
def test_an_empty_or_broken_upload_says_what_to_do(
    client: Client, museum: Museum, data: dict[str, Any], words: str
) -> None:
    enter(client, Role.ADMINISTRATOR)
    assert words in text(client.post(f"{LIST}{museum.point.pk}/qris-statis/", data))


def test_the_words_of_the_account_are_compared_without_regard_to_case(museum: Museum) -> None:
    register(museum, printed(museum, merchant_name="Uji Coba RBK"))
    assert CollectionPoint.objects.get().receiving_account is not None
