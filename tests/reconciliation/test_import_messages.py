"""MT940 and camt.053 through the same door as CSV; and what the door keeps out."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.base import File

from payments.reconciliation import services
from payments.reconciliation.models import FileState, ImportedFile, SettlementLine, StatementLine
from payments.reconciliation.services.files import UploadError
from payments.reconciliation.verification import check_originals
from tests.reconciliation import files, messages
from tests.reconciliation.files import Movement, credit_of
from tests.reconciliation.scene import AT, DAY, Scene, facts, imported, journal_count, legs, open_kinds
from tests.reconciliation.test_hostile import OTHER_KINDS, TWO_GB


@pytest.mark.parametrize("layout", ["mt940", "camt.053"])
def test_statement_in_either_format_pays_a_batch_out(scene: Scene, layout: str) -> None:
    _, sale = scene.sold(13_000)
    imported(files.settlement(sale))
    movements = [Movement(credit=100, description="=1+1"), credit_of(sale)]
    text = messages.mt940(movements) if layout == "mt940" else messages.camt053(*movements)
    file = imported(text, name="rekening koran")
    assert facts(file, "state", "message") == (
        FileState.DONE,
        "1 dana settlement, semua cocok; 1 mutasi lain.",
    )
    assert facts(file, "account", "lines", "first_day", "last_day") == (files.RKUD, 2, DAY, DAY)
    assert open_kinds() == []
    assert legs(kind="credited_to_rkud")[0][1:] == ("rkud", Decimal(13_000))
    assert StatementLine.objects.get(line_no=5 if layout == "mt940" else 1).description == "=1+1"
    assert check_originals().problems == []


def test_overlapping_messages_count_each_line_once_and_keep_twins(scene: Scene) -> None:
    twins = [Movement(credit=100), Movement(debit=100), Movement(credit=100)]
    later = Movement(credit=500, post=DAY + timedelta(days=1))
    imported(messages.mt940(twins))
    imported(messages.mt940([*twins, later]))
    counted = StatementLine.objects.filter(same_as=None)
    assert counted.count() == 4
    assert StatementLine.objects.count() == 7


def test_same_day_in_another_layout_is_refused_and_not_counted_twice(scene: Scene) -> None:
    imported(files.statement(Movement(credit=100)), name="harian.csv")
    file = imported(messages.mt940([Movement(credit=100)]), name="harian.sta")
    assert file.state == FileState.REFUSED
    assert "24/11/2026 sudah ada dari berkas “harian.csv” dengan bentuk lain" in file.message
    assert StatementLine.objects.count() == 1
    next_day = Movement(credit=100, post=DAY + timedelta(days=1))
    assert imported(messages.camt053(next_day, day=DAY + timedelta(days=1))).state == FileState.DONE


GOOD_MT940, GOOD_CAMT = messages.mt940([Movement(credit=100)]), messages.camt053(Movement(credit=100))
REFUSED = [
    pytest.param(GOOD_MT940.replace("C1,00", "C2,00"), "Baris 7: saldo akhir", id="control total"),
    pytest.param(GOOD_MT940.partition(":62F:")[0], "Baris 6: saldo akhir :62F: tidak ada", id="truncated"),
    pytest.param(GOOD_MT940.replace("IDR", "USD"), "Baris 4: mata uang “USD”", id="other currency"),
    pytest.param(
        GOOD_MT940.replace(":62F:C261124IDR", ":62F:C261124USD"),
        "Baris 7: mata uang “USD”",
        id="mixed currency",
    ),
    pytest.param(GOOD_MT940.replace(files.RKUD, "0099900000017"), "Rekening 0099900000017", id="wrong bank"),
    pytest.param(GOOD_MT940.encode("cp1252").replace(b"TUNAI", b"TUN\xc9"), "Windows-1252", id="encoding"),
    pytest.param(GOOD_CAMT.replace("OPBD", "CLAV"), "saldo awal (OPBD)", id="no opening"),
    pytest.param(GOOD_CAMT.replace(">1.00<", ">2.00<"), "saldo akhir", id="control total in xml"),
    pytest.param(GOOD_CAMT[:-30], "bukan XML yang utuh", id="truncated xml"),
    pytest.param(
        messages.camt053(prolog='<!DOCTYPE d [<!ENTITY a "ha">]>'), "DOCTYPE atau entitas", id="entity bomb"
    ),
    *OTHER_KINDS,
]


@pytest.mark.parametrize(("raw", "words"), REFUSED)
def test_bad_file_is_refused_with_its_reason_and_nothing_is_imported(
    scene: Scene, raw: str | bytes, words: str
) -> None:
    file = imported(raw)
    assert file.state == FileState.REFUSED
    assert words in file.message
    assert (SettlementLine.objects.count(), StatementLine.objects.count(), journal_count()) == (0, 0, 0)


class Unread(File):  # type: ignore[type-arg]
    """An upload of two gigabytes that nobody may read."""

    size = TWO_GB

    def __init__(self) -> None:
        super().__init__(None, "besar.csv")

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("was read")

    def chunks(self, chunk_size: int | None = None) -> None:  # type: ignore[override]
        raise AssertionError("was read")


@pytest.mark.django_db
def test_two_gigabytes_are_refused_by_their_size_alone() -> None:
    with pytest.raises(UploadError, match="lebih besar dari 200 MB"):
        services.import_file(profile="", name="besar.csv", content=Unread(), by=None, at=AT)
    assert ImportedFile.objects.count() == 0
