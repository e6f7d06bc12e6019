"""A refused settlement of any acquirer is taught once; then it is read, matched and booked by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from opd.models import AuditEvent, Role, User
from payments.reconciliation import queries, services
from payments.reconciliation.models import (
    FileState,
    ImportedFile,
    Match,
    SettlementBatch,
    SettlementLine,
    StatementProfile,
)
from payments.reconciliation.parsers import acquirer
from payments.reconciliation.parsers.acquirer import Layout
from payments.reconciliation.parsers.rows import ParseError
from payments.reconciliation.services import examples
from payments.reconciliation.services.examples import TeachError
from payments.reconciliation.services.files import RerunError, answer, needs_answers
from payments.reconciliation.services.trials import SettlementTrial
from payments.reconciliation.sources import SourceKind
from payments.reconciliation.verification import LAWS
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.acquirers import ACQUIRERS, written
from tests.reconciliation.files import Sale, credit_of
from tests.reconciliation.scene import AT, DAY, Scene, imported, open_kinds

NAME = "Bank Nagari, CSV"


@pytest.fixture
def treasurer(scene: Scene) -> User:
    return person("bendahara", Role.BENDAHARA_PENERIMAAN, scene.tourism)


@pytest.fixture
def sales(scene: Scene) -> list[Sale]:
    return [scene.sold(13_000)[1], scene.sold(7_500, mdr=0)[1]]


def upload(content: bytes, by: User, name: str = "settlement.csv") -> ImportedFile:
    return services.import_file(profile="", name=name, content=ContentFile(content, name), by=by, at=AT)


def guessed(file: ImportedFile) -> Layout:
    found = examples.guess(file, SourceKind.SETTLEMENT).layout
    assert isinstance(found, Layout)
    return found


def tried(file: ImportedFile, layout: Layout) -> SettlementTrial:
    found = examples.trial(file, layout)
    assert isinstance(found, SettlementTrial)
    return found


def taught(file: ImportedFile, by: User, **changes: str) -> StatementProfile:
    given = {key: changes.pop(key) for key in ("settlement_date", "nmid") if key in changes}
    layout = replace(guessed(file), **changes)  # type: ignore[arg-type]
    return examples.teach(file_id=file.pk, name=NAME, layout=layout, given=given, by=by, at=AT)


def run(file: ImportedFile) -> ImportedFile:
    services.run_import(file.pk, at=AT)
    file.refresh_from_db()
    return file


def broken() -> list[str]:
    return [problem for law in LAWS for problem in law.check().problems]


@pytest.mark.parametrize("workbook", [False, True], ids=["csv", "xlsx"])
@pytest.mark.parametrize("name", ACQUIRERS)
def test_five_lights_turn_on_by_a_taught_settlement(
    scene: Scene, treasurer: User, sales: list[Sale], name: str, workbook: bool
) -> None:
    file = upload(written(name, sales, workbook=workbook), treasurer)
    assert (file.state, examples.likely_kind(file)) == (FileState.REFUSED, SourceKind.SETTLEMENT)
    profile = taught(file, treasurer, **({"settled": "+0"} if name == "piped" else {}))
    run(file)
    assert (file.state, file.profile, file.kind) == (FileState.DONE, profile.code, "settlement"), file.message
    assert file.message == "2 transaksi, semua cocok."
    assert file.title == f"Settlement QRIS {NAME}"
    imported(files.statement(credit_of(*sales)))
    assert open_kinds() == []
    assert Match.objects.exclude(revenue_journal=None).count() == 2
    lights = queries.lights(list(Match.objects.values_list("payment_id", flat=True)))
    assert len(lights) == 2
    assert all(one.requested and one.settled and one.credited and one.booked for one in lights.values())
    assert broken() == []


def test_the_next_file_is_read_by_itself_and_an_overlap_counts_once(
    scene: Scene, treasurer: User, sales: list[Sale]
) -> None:
    first = upload(written("nagari", sales[:1]), treasurer)
    taught(first, treasurer)
    run(first)
    second = run(upload(written("nagari", sales), treasurer, "besok.csv"))
    assert (second.state, second.profile) == (FileState.DONE, first.profile)
    assert SettlementLine.objects.filter(file=second, same_as__isnull=False).count() == 1
    assert SettlementBatch.objects.get().gross == Decimal(20_500)
    cut = written("nagari", sales).rpartition(b"TOTAL")[0].rpartition(b"\n")[0] + b"\r\n"
    third = run(upload(cut, treasurer, "putus.csv"))
    assert (third.state, third.message) == (
        FileState.REFUSED, "baris total di akhir tidak ada; berkas terpotong.",
    )  # fmt: skip
    assert broken() == []


def test_the_same_transactions_in_another_layout_count_once(
    scene: Scene, treasurer: User, sales: list[Sale]
) -> None:
    imported(files.settlement(*sales))
    file = upload(written("titled", sales), treasurer)
    taught(file, treasurer)
    run(file)
    assert file.state == FileState.REFUSED
    assert "bentuk atau isian lain" in file.message
    assert SettlementBatch.objects.get().count == 2
    assert not SettlementLine.objects.filter(file=file).exists()


def test_what_the_columns_do_not_say_is_answered_for_each_file(
    scene: Scene, treasurer: User, sales: list[Sale]
) -> None:
    first = upload(written("piped", sales[:1]), treasurer)
    with pytest.raises(TeachError, match="tanggal settlement"):
        taught(first, treasurer, settled="ask")
    taught(first, treasurer, settled="ask", settlement_date="2026-11-24")
    run(first)
    assert (first.state, first.given) == (FileState.DONE, {"settlement_date": "2026-11-24"})
    with pytest.raises(DatabaseError), transaction.atomic():
        ImportedFile.objects.filter(pk=first.pk).update(given={})
    second = run(upload(written("piped", sales[1:]), treasurer, "kedua.csv"))
    assert (second.state, needs_answers(second)) == (FileState.REFUSED, ["settlement_date"])
    assert "isi lalu lanjutkan" in second.message
    stranger = person("kuasa.bud", Role.KUASA_BUD)
    with pytest.raises(PermissionDenied):
        answer(file_id=second.pk, given={"settlement_date": "2026-11-25"}, by=stranger, at=AT)
    answer(file_id=second.pk, given={"settlement_date": "2026-11-25"}, by=treasurer, at=AT)
    run(second)
    assert second.state == FileState.DONE
    assert {line.settlement_date for line in SettlementLine.objects.filter(file=second)} == {
        date(2026, 11, 25)
    }
    with pytest.raises(RerunError):
        answer(file_id=second.pk, given={"settlement_date": "2026-11-26"}, by=treasurer, at=AT)
    assert AuditEvent.objects.get(action="bank_file.answer").by == treasurer
    again = run(upload(written("piped", sales[1:]) + b"\r\n", treasurer, "ulang.csv"))
    answer(file_id=again.pk, given={"settlement_date": "2026-11-26"}, by=treasurer, at=AT)
    run(again)
    assert again.state == FileState.REFUSED
    assert "bentuk atau isian lain" in again.message
    assert broken() == []


def test_a_named_merchant_is_one_of_ours(scene: Scene, treasurer: User, sales: list[Sale]) -> None:
    file = upload(written("titled", sales), treasurer)
    with pytest.raises(TeachError, match="ID20990000009"):
        taught(file, treasurer, merchant="ID20990000009")
    with pytest.raises(TeachError, match="ID20990000009"):
        taught(file, treasurer, merchant="ask", nmid="ID20990000009")
    taught(file, treasurer, merchant="ask", nmid=scene.house.nmid)
    run(file)
    assert file.state == FileState.DONE
    other = run(upload(written("titled", [sales[1]]), treasurer, "lain.csv"))
    with pytest.raises(ParseError, match="ID20990000009"):
        answer(file_id=other.pk, given={"nmid": "ID20990000009"}, by=treasurer, at=AT)


def test_a_name_belongs_to_one_kind_of_file(scene: Scene, treasurer: User, sales: list[Sale]) -> None:
    """A settlement and a statement may carry one name: neither takes the other's place."""
    file = upload(written("nagari", sales), treasurer)
    first = taught(file, treasurer)
    StatementProfile.objects.create(
        kind="statement", name=NAME, version=1, layout={"header": ["x"], "columns": {"post_date": "x"},
        "dates": "", "numbers": ""}, example=file, by=treasurer, at=AT,
    )  # fmt: skip
    run(file)
    again = upload(written("nagari", sales[:1]), treasurer, "lagi.csv")
    assert (first.version, again.profile) == (1, first.code)


def test_a_trial_tells_batches_and_strangers(scene: Scene, treasurer: User, sales: list[Sale]) -> None:
    stranger = Sale(rrn="999999999999", nmid="ID20990000009", settled=DAY + timedelta(days=1))
    found = tried(file := upload(written("nagari", [*sales, stranger]), treasurer), guessed(
        ImportedFile.objects.latest("pk")
    ))  # fmt: skip
    assert file.state == FileState.REFUSED
    assert [(b.nmid, b.count, b.net) for b in found.batches] == [
        (scene.house.nmid, 2, Decimal(20_500)), ("ID20990000009", 1, Decimal(5000)),
    ]  # fmt: skip
    assert any("ID20990000009" in note for note in found.notes)
    assert any("Baris total" in note for note in found.notes)


def test_who_uploads_settlements_teaches_them_and_nobody_else(
    scene: Scene, treasurer: User, sales: list[Sale], client: Client
) -> None:
    bud = person("kuasa.bud", Role.KUASA_BUD)
    file = upload(written("nagari", sales), bud)
    with pytest.raises(PermissionDenied):
        taught(file, bud)
    viewer = person("bpk", Role.AUDITOR)
    client.force_login(viewer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("reconciliation:file_teach", args=[file.pk])).status_code == 403
    client.force_login(bud, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("reconciliation:file_teach", args=[file.pk])).content.decode()
    assert "rekening koran" in page
    assert "Ini settlement QRIS" not in page


def test_the_pages_guess_try_keep_and_ask(
    scene: Scene,
    treasurer: User,
    sales: list[Sale],
    client: Client,
    screen: Screen,  # noqa: F811
) -> None:
    client.force_login(treasurer, backend="django.contrib.auth.backends.ModelBackend")
    file = upload(written("piped", sales), treasurer)
    page = reverse("reconciliation:file_teach", args=[file.pk])
    detail = reverse("reconciliation:file_detail", args=[file.pk])
    assert "settlement QRIS atau rekening koran" in client.get(detail).content.decode()
    first = client.get(page)
    assert "Pilih kolom tanggal settlement" in first.content.decode()
    chosen = {str(column): name for column, name in guessed(file).columns.items()} | {"jenis": "settlement"}
    told = client.post(page, {**chosen, "settled": "+0"})
    assert "Rp20.500" in told.content.decode().replace("\u00a0", "")
    assert "Per batch" in told.content.decode()
    for size, scheme in [("desk", "light"), ("narrow", "dark")]:
        seen = screen.look(told, size=size, scheme=scheme, name="reconciliation-teach-settlement")
        assert not seen.problems
        assert not seen.findings
        assert seen.overflow <= 0
    asked = {**chosen, "settled": "ask", "nama": NAME, "simpan": "ya"}
    assert "tidak menyebut tanggal settlement" in client.post(page, asked).content.decode()
    kept = client.post(page, {**asked, "settlement_day": "2026-11-24"})
    assert kept["Location"] == detail
    run(file)
    assert file.state == FileState.DONE, file.message
    more = scene.sold(900)[1]
    second = run(upload(written("piped", [more]), treasurer, "kedua.csv"))
    detail = reverse("reconciliation:file_detail", args=[second.pk])
    waiting = client.get(detail)
    assert "Isi dan lanjutkan" in waiting.content.decode()
    seen = screen.look(waiting, size="narrow", scheme="light", name="reconciliation-answer")
    assert not seen.problems
    assert not seen.findings
    send = reverse("reconciliation:file_answer", args=[second.pk])
    client.post(send, {"settlement_date": "kapan-kapan"})
    second.refresh_from_db()
    assert second.state == FileState.REFUSED
    client.post(send, {"settlement_date": "2026-11-24"})
    assert run(second).state == FileState.DONE


def test_a_layout_that_was_kept_reads_like_the_one_that_was_tried(
    scene: Scene, treasurer: User, sales: list[Sale]
) -> None:
    file = upload(written("anz", sales), treasurer)
    profile = taught(file, treasurer)
    kept = acquirer.Layout.from_json(profile.layout)
    assert kept == tried(file, guessed(file)).layout
    assert kept.numbers == "english"
