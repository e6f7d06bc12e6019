"""Several people issue at one moment: no gap, no second document of one subject. Real connections."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from opd.models import Opd
from opd.office import attachments, documents, uploads
from opd.office.attachments import AttachmentError
from opd.office.documents import DocumentError
from opd.office.laws import LAWS
from opd.office.models import Attachment, Document, UploadTicket
from tests.incoming.test_races import together
from tests.office.test_documents import issue
from tests.opd.cast import AT, person

pytestmark = pytest.mark.django_db(transaction=True)
PDF = b"%PDF-1.4 bukti"


def test_numbers_stay_gapless_while_many_issue_and_some_fail(opd: Opd) -> None:
    def failing() -> None:
        with transaction.atomic():
            issue(opd, "gagal")
            transaction.set_rollback(True)

    deeds = [lambda n=n: issue(opd, str(n)).sequence for n in range(6)]
    together(*deeds, failing, failing)
    assert set(Document.objects.values_list("sequence", flat=True)) == {1, 2, 3, 4, 5, 6}
    assert not [problem for law in LAWS for problem in law.check().problems]


def test_a_double_click_issues_one_document(opd: Opd) -> None:
    found = together(*[lambda: issue(opd).pk for _ in range(5)])
    assert len(set(found)) == 1
    assert issue(opd, "2").sequence == 2


def test_voiding_twice_at_once_is_done_once(opd: Opd) -> None:
    document = issue(opd)

    def void() -> bool:
        try:
            documents.void(document=Document.objects.get(pk=document.pk), reason="salah", by=None, at=AT)
        except DocumentError:
            return False
        return True

    assert sorted(together(*[void for _ in range(4)])) == [False, False, False, True]


def test_the_same_bytes_at_once_are_attached_once(opd: Opd) -> None:
    def attach() -> bool:
        try:
            attachments.attach(
                subject=("uji.belanja", "1"),
                kind="nota",
                upload=ContentFile(PDF, name="a.pdf"),
                by=None,
                at=AT,
            )
        except AttachmentError:
            return False
        return True

    assert sorted(together(*[attach for _ in range(4)])) == [False, False, False, True]
    assert Attachment.objects.count() == 1


def test_a_ticket_takes_no_more_than_its_files_however_many_send_at_once(opd: Opd) -> None:
    ticket = uploads.open_ticket(subject=("uji.belanja", "1"), by=person("pptk"), at=AT)
    UploadTicket.objects.update(count=18)

    def send(number: int) -> bool:
        file = ContentFile(PDF + str(number).encode(), name=f"{number}.pdf")
        try:
            uploads.receive(ticket=ticket, kind="nota", upload=file, at=AT)
        except AttachmentError:
            return False
        return True

    assert sum(together(*[lambda n=n: send(n) for n in range(5)])) == 2
    assert Attachment.objects.count() == 2
