"""Every screen of assessments in Chromium: by axe, on a phone and a desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from opd.models import User
from retribusi.assessments.models import Letter
from retribusi.assessments.services import collecting, deciding, files
from tests.assessments.cast import DECREE, MONTH, Office
from tests.assessments.test_files import as_csv, good
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.retribusi.cast import AT

pytestmark = pytest.mark.browser
LATE = AT + timedelta(days=30)


def stage(office: Office) -> list[tuple[str, User | None, str]]:
    """One SKRD of each sort, letters, files; the pages and who looks at them."""
    paid, late = office.issue(), office.issue(stalls=0, halls=2)
    office.pay(paid)
    void = office.issue(wajib=office.register("Kedai Rafflesia Pantai", "1771010101018888"))
    office.void(void, reason="banyaknya keliru menurut berita acara")
    parts = office.issue(wajib=office.register("CV Pesta", "1771010101017777"), stalls=6)
    deciding.grant_instalments(
        skrd_id=parts.pk, number=3, first_due=LATE.date(), grounds=DECREE, by=office.head, at=AT
    )
    with time_machine.travel(LATE, tick=False):
        for kind in (Letter.Kind.TEGURAN, Letter.Kind.STRD):
            (letter,) = collecting.issue_letters(kind=kind, opd=late.opd, by=office.treasurer, at=LATE)
    good_file, bad_file = (
        files.keep(
            point=office.museum.point, period=MONTH, content=ContentFile(as_csv(rows), "lapak.csv"),
            name="lapak.csv", by=office.treasurer, at=AT,
        )
        for rows in ([good(n) for n in range(8)], [good(1), good(2, "Sewa kapal"), good(1)])
    )  # fmt: skip
    officer, tenant = office.treasurer, office.tenant()
    return [
        ("list", officer, "/retribusi/skrd/"),
        ("skrd", office.head, f"/retribusi/skrd/{late.pk}/"),
        ("skrd-parts", officer, f"/retribusi/skrd/{parts.pk}/"),
        ("voids", office.auditor, "/retribusi/skrd/batal/"),
        ("tenants", officer, "/retribusi/wajib/"),
        ("tenant", officer, f"/retribusi/wajib/{tenant.pk}/"),
        ("tenant-new", officer, "/retribusi/wajib/baru/"),
        ("new", officer, f"/retribusi/wajib/{tenant.pk}/skrd/"),
        ("file-new", officer, "/retribusi/berkas-skrd/unggah/"),
        ("files", officer, "/retribusi/berkas-skrd/"),
        ("file", officer, f"/retribusi/berkas-skrd/{good_file.pk}/"),
        ("file-bad", officer, f"/retribusi/berkas-skrd/{bad_file.pk}/"),
        ("collection", officer, "/retribusi/penagihan/"),
        ("receivables", office.auditor, "/retribusi/piutang/"),
        ("paper", officer, reverse("office:document_print", args=[late.document.token])),
        ("strd", officer, reverse("office:document_print", args=[letter.document.token])),
        ("bill-late", None, f"/tagihan/{late.token}/"),
        ("bill-paid", None, f"/tagihan/{paid.token}/"),
        ("receipt", None, f"/tagihan/{paid.token}/kuitansi/1/"),
        ("bill-void", None, f"/tagihan/{void.token}/"),
        ("bill-parts", None, f"/tagihan/{parts.token}/"),
    ]


@pytest.mark.parametrize(("size", "scheme"), [("phone", "light"), ("desk", "dark")])
def test_pages_of_assessments_are_accessible(
    client: Client,
    office: Office,
    screen: Screen,  # noqa: F811
    size: str,
    scheme: str,
) -> None:
    wrong = []
    for name, user, address in stage(office):
        client.logout()
        with time_machine.travel(LATE, tick=False):
            if user:
                client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            answer = client.get(address)
        assert answer.status_code == 200, name
        seen = screen.look(answer, size=size, scheme=scheme, name=f"assessments-{name}")
        small = seen.small_targets if user is None and size == "phone" else []
        if seen.problems or seen.findings or seen.overflow > 0 or small:
            wrong.append((name, seen.problems, seen.findings, seen.overflow, small))
    assert not wrong


@pytest.mark.parametrize("size", ["phone", "narrow"])
def test_the_page_with_a_qr_fits_a_phone(
    client: Client,
    office: Office,
    screen: Screen,  # noqa: F811
    size: str,
) -> None:
    row = office.issue()
    office.ask(row)
    seen = screen.look(
        client.get(f"/tagihan/{row.token}/"), size=size, scheme="light", name="assessments-bill-qr"
    )
    assert (seen.problems, seen.findings, seen.overflow, seen.small_targets) == ([], "", 0, [])
