"""A bulk file: its spends wait for the result, and each line ends once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from opd.models import AuditEvent
from opd.office import evidence
from payments.spending import sweep
from payments.spending.bank.cms_files import CmsFileError
from payments.spending.bank.sources import PayError
from payments.spending.errors import Blocked, Missing, SpendError, WrongState
from payments.spending.models import BulkFile, Channel, Disbursement, Spend
from payments.spending.services import cms, payees
from payments.spending.services.transfers import pay_by_transfer
from tests.spending.pay.test_cms_files import HEADER
from tests.spending.pay.world import AT, World, rp, seconds

WHEN = "2026-06-01T10:00:00+07:00"


def make(world: World, *spends: Spend) -> BulkFile:
    ids = [spend.pk for spend in spends]
    return cms.make_bulk(account_id=world.account.pk, spend_ids=ids, by=world.treasurer, at=AT)


def sent(bulk: BulkFile) -> list[str]:
    with evidence.open_original(bulk.evidence) as file:
        content: bytes = file.read()
    return content.decode().splitlines()


def answer(bulk: BulkFile, *, failing: tuple[int, ...] = (), code: str = "00", when: str = WHEN) -> bytes:
    rows = [HEADER]
    for no, line in enumerate(sent(bulk), start=1):
        cells = line.split(";")
        cells = [*cells[:5], cells[-1]]
        tail = ["GAGAL", "14", "", when] if no in failing else ["BERHASIL", code, f"REF{bulk.pk}-{no}", when]
        rows.append(";".join([str(no), *cells, *tail]))
    good = len(rows) - 1 - len(failing)
    rows.append(f"JUMLAH;{len(rows) - 1};{good};{len(failing)}")
    return ("\r\n".join(rows) + "\r\n").encode()


def read(world: World, bulk: BulkFile, content: bytes) -> BulkFile:
    upload = ContentFile(content, name=f"HASIL_{bulk.name}")
    return cms.read_bulk_result(
        bulk_id=bulk.pk, upload=upload, by=world.treasurer, at=AT + timedelta(hours=2)
    )


def test_a_bulk_file_holds_its_spends_and_its_result_ends_them(world: World) -> None:
    first, second = world.spend(150_000), world.spend(111_000, tax=11_000)
    bulk = make(world, first, second)
    assert (bulk.name, bulk.lines, bulk.total) == ("OB_113_01062026_1.csv", 2, rp(250_000))
    assert [line.split(";")[4] for line in sent(bulk)] == ["150000", "100000"]
    assert {world.state(first), world.state(second)} == {"paying"}
    read(world, bulk, answer(bulk, failing=(2,)))
    assert (world.state(first), world.state(second)) == ("paid", "tested")
    paid = Disbursement.objects.get(spend=first)
    assert (paid.reference_no, paid.bulk_line) == (f"REF{bulk.pk}-1", 1)
    failed = Disbursement.objects.get(spend=second)
    assert failed.message == "Saldo rekening sumber tidak cukup. (kode 14)"
    actions = AuditEvent.objects.filter(subject_id=str(bulk.pk), action__startswith="bulk_file.")
    assert sorted(actions.values_list("action", flat=True)) == ["bulk_file.answer", "bulk_file.make"]


def test_the_same_result_twice_changes_nothing(world: World) -> None:
    bulk = make(world, world.spend())
    read(world, bulk, answer(bulk))
    before = list(Disbursement.objects.values_list("state", "reference_no"))
    with pytest.raises(WrongState, match="sudah dibaca"):
        read(world, bulk, answer(bulk))
    assert list(Disbursement.objects.values_list("state", "reference_no")) == before


def test_a_result_of_another_file_is_refused_whole(world: World) -> None:
    bulk, other = make(world, world.spend(1000), world.spend(2000)), make(world, world.spend(3000))
    with pytest.raises(CmsFileError):
        read(world, bulk, answer(other))
    damaged = answer(bulk).replace(b";2000;", b";2001;")
    with pytest.raises(CmsFileError, match="kolom nilai"):
        read(world, bulk, damaged)
    assert set(Disbursement.objects.values_list("state", flat=True)) == {"intended"}
    assert BulkFile.objects.get(pk=bulk.pk).result_id is None


@pytest.mark.parametrize("when", ["2026-05-31T10:00:00+07:00", "2026-06-02T00:00:01+07:00"])
def test_a_result_from_another_day_than_could_be_is_refused(world: World, when: str) -> None:
    bulk = make(world, world.spend())
    with pytest.raises(CmsFileError, match="kolom waktu"):
        read(world, bulk, answer(bulk, when=when))


def test_a_line_paid_to_another_name_is_paid_and_marked(world: World) -> None:
    spend = world.spend()
    bulk = make(world, spend)
    read(world, bulk, answer(bulk, code="W1"))
    assert world.state(spend) == "paid"
    assert "nama pemilik rekening lain" in Disbursement.objects.get(spend=spend).message


def test_a_spend_in_a_file_cannot_be_paid_another_way(world: World) -> None:
    spend = world.spend()
    make(world, spend)
    with pytest.raises(WrongState):
        pay_by_transfer(spend_id=spend.pk, account_id=world.account.pk, by=world.treasurer, at=AT)
    with pytest.raises(WrongState):
        make(world, spend)
    assert sweep.run(at=AT + timedelta(days=1)) == 0


def test_a_file_that_never_left_is_withdrawn_by_a_statement(world: World) -> None:
    spend = world.spend()
    bulk = make(world, spend)

    def withdraw(reason: str, *, stated: bool) -> None:
        cms.withdraw_bulk(bulk_id=bulk.pk, reason=reason, not_uploaded=stated, by=world.treasurer, at=AT)

    with pytest.raises(PayError, match="Nyatakan dahulu"):
        withdraw("keliru", stated=False)
    with pytest.raises(PayError, match="alasan"):
        withdraw(" ", stated=True)
    withdraw("rekening keliru", stated=True)
    assert world.state(spend) == "tested"
    with pytest.raises(WrongState, match="sudah ditarik"):
        read(world, bulk, answer(bulk))
    assert world.pay(spend).state == "succeeded"


def test_numbers_run_within_the_day_and_kind(world: World) -> None:
    names = [make(world, world.spend(1000 + n)).name for n in range(2)]
    assert names == ["OB_113_01062026_1.csv", "OB_113_01062026_2.csv"]


def test_a_file_to_other_banks_needs_a_bic(world: World) -> None:
    payee = world.add_payee("Toko Komputer", "8880011223344", bank_code="998")
    bulk = make(world, world.spend(payee=payee))
    assert bulk.name == "SKN_113_01062026_1.csv"
    assert sent(bulk)[0].split(";")[5:7] == ["LAINIDJ8", "IDR"]
    stranger = world.add_payee("Toko Jauh", "8880011223399", bank_code="555")
    with pytest.raises(PayError, match="BIC untuk kode bank 555"):
        make(world, world.spend(payee=stranger))


def test_one_bank_and_others_do_not_mix(world: World) -> None:
    other = world.add_payee("Toko Komputer", "8880011223344", bank_code="998")
    with pytest.raises(PayError, match="Buat dua berkas"):
        make(world, world.spend(), world.spend(payee=other))
    assert not BulkFile.objects.exists()


def test_what_cannot_stand_in_a_file_keeps_nothing(world: World) -> None:
    good, sen = world.spend(1000), world.spend("1000.50")
    with pytest.raises(CmsFileError, match="sen"):
        make(world, good, sen)
    with pytest.raises(PayError, match="Pilih belanja"):
        make(world)
    with pytest.raises(SpendError):
        make(world, world.spend(channel=Channel.QRIS))
    payees.block_payee(payee_id=world.payee.pk, reason="Sengketa", by=world.treasurer, at=AT)
    with pytest.raises(Blocked):
        make(world, good)
    assert world.state(good) == "tested"
    assert not Disbursement.objects.exists()


def test_only_a_treasurer_of_the_agency_makes_and_reads_files(world: World) -> None:
    spend = world.spend()
    with pytest.raises(PermissionDenied):
        cms.make_bulk(account_id=world.account.pk, spend_ids=[spend.pk], by=world.head, at=AT)
    bulk = make(world, spend)
    with pytest.raises(PermissionDenied):
        cms.withdraw_bulk(bulk_id=bulk.pk, reason="x", not_uploaded=True, by=world.pptk, at=AT)
    with pytest.raises(Missing):
        cms.read_bulk_result(bulk_id=0, upload=ContentFile(b"x"), by=world.treasurer, at=AT + seconds(1))
