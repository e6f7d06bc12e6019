"""Every page of the office in Chromium: by axe, without console errors or sideways scrolling."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from opd.models import Opd, Role
from opd.office import attachments, documents, uploads
from opd.office.models import Document
from opd.office.signers import signer
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.office.conftest import DPR, NPD
from tests.office.factor import register
from tests.office.test_attachments import SUBJECT, picture
from tests.opd.cast import AT, person

pytestmark = pytest.mark.browser
DAY = date(2026, 3, 9)


@transaction.atomic
def issued(opd: Opd, subject: str, kind: str = DPR.code) -> Document:
    columns = [("No", "number"), ("Uraian", "text"), ("Tanggal", "day"), ("Jumlah", "money")]
    rows = [[n, f"Belanja makan dan minum rapat {n}", DAY, Decimal(125_000)] for n in range(1, 9)]
    table = {
        "columns": [{"label": label, "kind": kind} for label, kind in columns], "rows": rows,
        "total": ["", "Jumlah", "", Decimal(1_000_000)],
    }  # fmt: skip
    facts = {
        "table": table,
        "pairs": [["Sub kegiatan", "Penyediaan makan dan minum rapat"]],
        "signers": [signer(role, opd, DAY) for role in (Role.PPTK, Role.PA)],
    }
    return documents.issue(
        kind=kind, opd=opd, day=DAY, title="Daftar pengeluaran Maret", subject=("uji.belanja", subject),
        amount=Decimal(1_000_000), facts=facts, by=None, at=AT,
    )  # fmt: skip


@pytest.fixture
def addresses(client: Client, opd: Opd) -> dict[str, str]:
    documents.register(documents.Kind(DPR.code, DPR.label, DPR.pattern, template="documents/list.html"))
    pptk = person("pptk", Role.PPTK, opd)
    person("kepala", Role.PA, opd)
    first, second, draft = issued(opd, "1"), issued(opd, "2"), issued(opd, "3", NPD.code)
    documents.void(document=second, reason="Jumlah salah ketik", by=pptk, at=AT)
    attachments.attach(
        subject=SUBJECT, kind="nota", upload=ContentFile(picture(), name="nota.jpg"), by=pptk, at=AT
    )
    attachments.attach(
        subject=SUBJECT, kind="foto", upload=ContentFile(b"%PDF-1", name="a.pdf"), by=pptk, at=AT
    )
    ticket = uploads.open_ticket(subject=SUBJECT, by=pptk, at=timezone.now())
    late = uploads.open_ticket(subject=("uji.belanja", "2"), by=pptk, at=AT)
    client.force_login(pptk, backend="django.contrib.auth.backends.ModelBackend")
    return {
        "dokumen": "/dokumen/", "dokumen-kosong": "/dokumen/?year=2020",
        "cetak": f"/dokumen/{first.token}/cetak/", "cetak-batal": f"/dokumen/{second.token}/cetak/",
        "cetak-konsep": f"/dokumen/{draft.token}/cetak/", "verifikasi": f"/verifikasi/{first.token}/",
        "verifikasi-batal": f"/verifikasi/{second.token}/", "verifikasi-tidak-ada": "/verifikasi/x/",
        "ponsel": f"/bukti/ponsel/{ticket.pk}/", "unggah": f"/unggah/{ticket.token}/",
        "unggah-lewat": f"/unggah/{late.token}/", "kode-tanpa-aplikasi": "/kode-kedua/",
    }  # fmt: skip


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("narrow", "dark")])
def test_office_pages_are_accessible(
    client: Client,
    addresses: dict[str, str],
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    for name, address in addresses.items():
        judge(screen, client.get(address), size, scheme, name)


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("narrow", "dark")])
def test_the_pages_of_the_second_factor_are_accessible(
    client: Client,
    db: None,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    admin = person("admin", Role.ADMINISTRATOR)
    register(admin)
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    where = f"/pengaturan/pengguna/{admin.pk}/peran/"
    judge(screen, client.get("/kode-kedua/"), size, scheme, "kode")
    judge(screen, client.post(where, {"role": "auditor"}), size, scheme, "kode-tanya")
    judge(screen, client.post(where, {"kode_kedua": "123"}), size, scheme, "kode-salah")
    judge(screen, client.post(where, {"x": ContentFile(b"1", name="a")}), size, scheme, "kode-berkas")


def judge(screen: Screen, response: object, size: str, scheme: str, name: str) -> None:  # noqa: F811
    seen = screen.look(response, size=size, scheme=scheme, name=f"office-{name}")
    # thumbnails are asked from a server, and here is none
    problems = [problem for problem in seen.problems if name != "ponsel" or "404" not in problem]
    assert not problems, (name, problems)
    assert not seen.findings, (name, seen.findings)
    assert seen.overflow <= 0, name
    if name.startswith(("unggah", "verifikasi")):
        assert not seen.small_targets, (name, seen.small_targets)
