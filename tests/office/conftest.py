from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from opd.models import Opd
from opd.office import attachments, documents
from opd.office.documents import Kind
from tests.opd.cast import agency

DPR = Kind("ujidpr", "Daftar uji", "{n}/DPR-KKPD/{opd}/{year}", template="documents/base.html")
NPD = Kind("ujinpd", "Nota uji", numbered=False)


@pytest.fixture(autouse=True)
def _own_evidence(tmp_path: Path) -> Iterator[None]:
    backend = "django.core.files.storage.FileSystemStorage"
    own = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "evidence")}}
    with override_settings(STORAGES={**settings.STORAGES, "default": own}):
        yield


@pytest.fixture(autouse=True)
def _kinds_and_subjects() -> Iterator[None]:
    documents.register(DPR)
    documents.register(NPD)
    attachments.register_subject(
        "uji.belanja",
        may_view=lambda user, id: id in {"1", "2"} and user.username != "lain",
        may_add=lambda user, id: id == "1" and user.username == "pptk",
        kinds=lambda id: {"nota": "Nota", "foto": "Foto barang"},
        back=lambda user, id: "/kantor/",
        title=lambda id: f"Belanja {id}",
    )
    yield
    for code in (DPR.code, NPD.code):
        documents._kinds.pop(code)
    attachments._types.pop("uji.belanja")


@pytest.fixture
def opd(db: None) -> Opd:
    return agency("113", "Dinas Pariwisata")
