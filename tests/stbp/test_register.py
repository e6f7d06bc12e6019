"""Each receipt of the treasurer has its numbered TBP: cash of a shift, a SKRD paid; voids stay."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from opd import stepup
from opd.access import Scope
from opd.models import Role
from opd.office.documents import DocumentError
from opd.office.models import Document
from retribusi.stbp import queries, services
from retribusi.stbp.queries import Where
from retribusi.stbp.verification import LAWS
from tests.assessments.cast import Office, rp
from tests.counter.cast import Desk
from tests.incoming.test_races import together
from tests.opd.cast import agency, person
from tests.retribusi.cast import AT, text
from tests.stbp.laws import problems, unguarded

EVERYWHERE = Scope(None)


def numbers(**where: object) -> list[str]:
    return [one.number for one in queries.rows(EVERYWHERE, Where(**where)).order_by("sequence")]  # type: ignore[arg-type]


@pytest.mark.django_db
def test_cash_and_skrd_take_one_run_of_numbers(desk: Desk, office: Office) -> None:
    desk.deposited()
    row = office.issue()
    office.pay(row)
    quiet = desk.open()
    desk.close(quiet, 0)
    code = office.museum.opd.code
    assert numbers() == [f"1/TBP/{code}/2026", f"2/TBP/{code}/2026"]
    cash, skrd = Document.objects.filter(kind="stbp").order_by("sequence")
    assert (cash.amount, cash.issued_by, cash.facts["payer"]) == (rp(10_000), desk.officer, desk.officer.name)
    assert (skrd.amount, skrd.facts["payer"]) == (rp(300_000), "Toko Maju Jaya")
    assert skrd.facts["what"] == f"SKRD {row.document.number_text}"
    assert cash.facts["codes"] == [["4.1.02.02.17.0001", "10000.00"]]
    assert problems() == []


@pytest.mark.django_db
def test_a_skrd_of_two_codes_with_interest_states_each(office: Office) -> None:
    row = office.issue(stalls=2, halls=1)
    late = AT + timedelta(days=20)
    with time_machine.travel(late, tick=False):
        office.pay(row, at=late)
    (paper,) = Document.objects.filter(kind="stbp")
    assert paper.amount == 1_060_500
    assert len(paper.facts["codes"]) == 3
    assert problems() == []


@pytest.mark.django_db
def test_a_misprint_is_voided_and_keeps_its_number(desk: Desk) -> None:
    desk.deposited()
    (old,) = Document.objects.filter(kind="stbp")
    with pytest.raises(PermissionDenied):
        services.reissue(document=old, reason="salah cetak", by=desk.officer, at=AT)
    with pytest.raises(DocumentError, match="alasan"):
        services.reissue(document=old, reason=" ", by=desk.treasurer, at=AT)
    fresh = services.reissue(document=old, reason="salah cetak", by=desk.treasurer, at=AT)
    assert (old.sequence, fresh.sequence, fresh.amount) == (1, 2, rp(10_000))
    with pytest.raises(DocumentError, match="sudah dibatalkan"):
        services.reissue(document=old, reason="lagi", by=desk.treasurer, at=AT)
    assert numbers(state="voided") == [old.number]
    assert problems() == []


@pytest.mark.django_db(transaction=True)
def test_two_treasurers_replace_one_paper_once(desk: Desk) -> None:
    desk.deposited()
    old = Document.objects.get(kind="stbp")

    def replace() -> object:
        try:
            return services.reissue(
                document=Document.objects.get(pk=old.pk), reason="salah cetak", by=desk.treasurer, at=AT
            )
        except DocumentError as error:
            return error

    found = together(*[replace] * 4)
    assert sum(isinstance(one, Document) for one in found) == 1
    assert Document.objects.filter(kind="stbp").count() == 2
    assert problems() == []


@pytest.mark.django_db
def test_receipts_from_before_the_register_get_theirs_once(desk: Desk, office: Office) -> None:
    desk.deposited()
    office.pay(office.issue())
    unguarded(
        *(f"DELETE FROM {table} WHERE kind = 'stbp'" for table in ("office_document", "office_counter"))
    )
    assert len(problems()) == 2
    assert services.issue_missing(by=desk.treasurer, at=AT) == 2
    assert services.issue_missing(by=desk.treasurer, at=AT) == 0
    assert problems() == []


@pytest.mark.django_db
def test_the_register_is_searched_filtered_and_linked_to_the_sts(
    client: Client, desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stepup, "is_fresh", lambda request: True)
    deposit = desk.deposited()
    office.pay(office.issue())
    cash, skrd = numbers()
    point = office.museum.point.pk
    assert numbers(source="counter.shift") == numbers(text="10.000") == [cash]
    assert numbers(text="maju jaya") == numbers(source="assessments.debt") == [skrd]
    assert numbers(point=point, first=AT.date(), last=AT.date()) == [cash, skrd]
    assert numbers(point=point + 1) == numbers(first=date(2027, 1, 1)) == []
    client.force_login(desk.treasurer, backend="django.contrib.auth.backends.ModelBackend")
    page = text(client.get(reverse("stbp:tbp_list")))
    sts = Document.objects.get(kind="sts")
    for words in ("2 TBP berlaku", "Rp\u00a0310.000", sts.number, "Langsung ke RKUD", "Dalam perjalanan"):
        assert words in page, words
    lines = b"".join(client.get(reverse("stbp:tbp_list"), {"unduh": "csv"})).decode().splitlines()
    assert len(lines) == 3
    assert sts.number in lines[1]
    paper = Document.objects.get(kind="stbp", sequence=1)
    detail = reverse("stbp:tbp_detail", args=[paper.token])
    assert reverse("counter:deposit_detail", args=[deposit.pk]) in client.get(detail).content.decode()
    pdf = client.get(reverse("stbp:tbp_pdf", args=[paper.token]))
    assert pdf.content.startswith(b"%PDF")
    answer = client.post(reverse("stbp:tbp_reissue", args=[paper.token]), {"reason": "salah cetak"})
    page = text(client.get(answer.headers["Location"]))
    assert f"{cash} dibatalkan" in page
    assert text(client.get(reverse("counter:deposit_detail", args=[deposit.pk]))).count("3/TBP/") == 1


@pytest.mark.django_db
def test_another_agency_sees_none_of_it(client: Client, desk: Desk) -> None:
    desk.deposited()
    paper = Document.objects.get(kind="stbp")
    other = person("bendahara.lain", Role.BENDAHARA_PENERIMAAN, agency("999", "Dinas Lain"))
    client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    assert "Belum ada TBP" in text(client.get(reverse("stbp:tbp_list")))
    for name in ("tbp_detail", "tbp_pdf"):
        assert client.get(reverse(f"stbp:{name}", args=[paper.token])).status_code == 404


BREAK = {
    "stbp.covers": "DELETE FROM office_document WHERE kind = 'stbp' AND sequence = 2",
    "stbp.states": "UPDATE office_document SET amount = amount + 1 WHERE kind = 'stbp'",
    "stbp.numbered": "UPDATE office_document SET sequence = 9 WHERE kind = 'stbp' AND sequence = 2",
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BREAK)
def test_each_law_covers_rows_and_finds_its_breach(desk: Desk, office: Office, name: str) -> None:
    desk.deposited()
    office.pay(office.issue())
    law = next(law for law in LAWS if law.name == name)
    assert law.check().rows > 0
    assert problems() == []
    unguarded(BREAK[name])
    assert law.check().problems


def test_every_law_has_its_breach() -> None:
    assert {law.name for law in LAWS} == set(BREAK)
