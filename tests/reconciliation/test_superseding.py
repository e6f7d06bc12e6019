"""A corrected file takes an older one's place: what the bank took back stops counting, nothing else does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from opd.models import AuditEvent, Role, User
from payments.reconciliation import services
from payments.reconciliation.models import (
    FileState,
    ImportedFile,
    Match,
    ReconciliationException,
    SettlementBatch,
    SettlementLine,
    StatementLine,
)
from payments.reconciliation.queries.minutes import minutes
from payments.reconciliation.services.files import RerunError
from payments.reconciliation.services.superseding import Effect, SupersedeError, effect, successors, supersede
from payments.reconciliation.verification import LAWS
from tests.ledger.roles import acting_as, make_roles
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.office.factor import give_factor
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.files import RKUD, Movement, Sale, credit_of
from tests.reconciliation.scene import AT, DAY, Scene, imported, journal_count, open_kinds

WHY = "bank mengirim berkas koreksi, surat 12"
STRANGER = Sale(rrn="111111111111", gross=700_000)
LATER = AT + timedelta(hours=1)


@pytest.fixture
def treasurer(scene: Scene) -> User:
    return person("bendahara", Role.BENDAHARA_PENERIMAAN, scene.tourism)


@pytest.fixture
def bud(scene: Scene) -> User:
    return person("kuasa.bud", Role.KUASA_BUD)


def replaced(old: ImportedFile, new: ImportedFile, by: User, reason: str = WHY) -> ImportedFile:
    return supersede(file_id=old.pk, successor_id=new.pk, reason=reason, by=by, at=LATER)


def counting(file: ImportedFile) -> int:
    return SettlementLine.objects.filter(file=file, same_as=None).count()


def broken() -> list[str]:
    return [problem for law in LAWS for problem in law.check().problems]


def test_what_the_correction_repeats_counts_on_and_the_rest_stops(scene: Scene, treasurer: User) -> None:
    sale = scene.sold(13_000)[1]
    old = imported(files.settlement(sale, STRANGER), name="salah.csv")
    new = imported(files.settlement(sale), name="koreksi.csv")
    assert effect(old) == Effect(withdrawn=1, amount=Decimal(7000))
    booked = journal_count()
    replaced(old, new, treasurer)
    old.refresh_from_db()
    assert (old.state, old.superseded_by, old.superseded_by_user, old.supersede_reason) == (
        FileState.SUPERSEDED, new, treasurer, WHY,
    )  # fmt: skip
    assert (counting(old), counting(new)) == (1, 0)
    batch = SettlementBatch.objects.get()
    assert (batch.count, batch.gross, batch.net) == (1, Decimal(13_000), Decimal(13_000))
    gone = ReconciliationException.objects.get(kind="missing_ours")
    assert (gone.state, gone.closed_by, gone.reason) == ("explained", treasurer, f"Berkas diganti: {WHY}")
    event = AuditEvent.objects.get(action="bank_file.supersede")
    assert (event.by, event.reason, event.after) == (
        treasurer, WHY, {"state": "superseded", "successor": new.pk, "withdrawn": 1},
    )  # fmt: skip
    services.reconcile(file_id=None, at=LATER)
    imported(files.statement(credit_of(sale)))
    assert open_kinds() == []
    assert Match.objects.exclude(revenue_journal=None).count() == 1
    assert journal_count() > booked
    assert broken() == []


def test_matched_lines_that_no_other_file_brings_stand_in_the_way(scene: Scene, treasurer: User) -> None:
    sale, other = scene.sold()[1], scene.sold()[1]
    old = imported(files.settlement(sale, other, STRANGER))
    new = imported(files.settlement(other), name="koreksi.csv")
    with pytest.raises(SupersedeError, match="1 barisnya sudah dicocokkan"):
        replaced(old, new, treasurer)
    old.refresh_from_db()
    assert (old.state, counting(old)) == (FileState.DONE, 3)
    assert broken() == []


def test_a_batch_whose_money_came_keeps_its_lines(scene: Scene, treasurer: User) -> None:
    sale = scene.sold()[1]
    old = imported(files.settlement(sale, STRANGER))
    imported(files.statement(credit_of(sale, STRANGER)))
    new = imported(files.settlement(sale), name="koreksi.csv")
    with pytest.raises(SupersedeError, match="dananya sudah masuk"):
        replaced(old, new, treasurer)
    assert SettlementBatch.objects.get().count == 2


def test_a_withdrawn_line_can_come_again_and_counts_once(scene: Scene, treasurer: User) -> None:
    old = imported(files.settlement(STRANGER))
    new = imported(files.settlement(replace(STRANGER, gross=800_000)), name="koreksi.csv")
    replaced(old, new, treasurer)
    again = imported(files.settlement(STRANGER, replace(STRANGER, rrn="222222222222")), name="lagi.csv")
    assert (counting(old), counting(again)) == (0, 2)
    assert SettlementBatch.objects.get().gross == Decimal(22_000)
    assert broken() == []


def test_a_chain_of_corrections_leaves_what_the_last_brings(scene: Scene, treasurer: User) -> None:
    """A line that the second file repeats from the first goes when the second goes too."""
    first = imported(files.settlement(STRANGER))
    second = imported(files.settlement(STRANGER, replace(STRANGER, rrn="222222222222")), name="2.csv")
    replaced(first, second, treasurer)
    assert counting(first) == 1
    third = imported(files.settlement(replace(STRANGER, rrn="333333333333")), name="3.csv")
    replaced(second, third, treasurer)
    assert (counting(first), counting(second), counting(third)) == (0, 0, 1)
    assert SettlementBatch.objects.get().count == 1
    services.reconcile(file_id=None, at=LATER)
    assert ReconciliationException.objects.waiting().count() == 1
    assert broken() == []


def test_a_batch_without_lines_waits_for_nothing(scene: Scene, treasurer: User) -> None:
    old = imported(files.settlement(STRANGER))
    new = imported(files.settlement(replace(STRANGER, batch="B-LAIN")), name="koreksi.csv")
    imported(files.statement(Movement(credit=5), last=DAY + timedelta(days=5)))
    assert "batch_not_credited" in open_kinds()
    replaced(old, new, treasurer)
    services.reconcile(file_id=None, at=LATER)
    empty = SettlementBatch.objects.get(count=0)
    assert (empty.gross, empty.expected_mdr) == (Decimal(0), Decimal(0))
    assert not ReconciliationException.objects.waiting().filter(batch=empty).exists()
    assert broken() == []


def test_a_corrected_statement_counts_its_own_lines(scene: Scene, bud: User) -> None:
    wrong = imported(files.statement(Movement(credit=900), Movement(credit=500, reference="X")))
    right = imported(files.statement(Movement(credit=900), Movement(credit=400, reference="X")), name="k.csv")
    replaced(wrong, right, bud)
    standing = StatementLine.objects.filter(same_as=None).values_list("credit", flat=True)
    assert sorted(standing) == [Decimal("4.00"), Decimal("9.00")]
    found = minutes(RKUD, DAY, DAY)
    assert found is not None
    assert (found.credits, found.closing - found.opening) == (Decimal(13), Decimal(13))
    assert broken() == []


def test_a_statement_in_another_layout_may_follow_once_the_first_is_superseded(
    scene: Scene, bud: User
) -> None:
    from tests.reconciliation import messages

    first = imported(files.statement(Movement(credit=900)))
    second = imported(messages.mt940([Movement(credit=900)]), name="mt940.sta")
    assert second.state == FileState.REFUSED
    replaced(first, second, bud)
    services.rerun(file_id=second.pk, by=bud, at=LATER)
    services.run_import(second.pk, at=LATER)
    second.refresh_from_db()
    assert second.state == FileState.DONE, second.message
    assert StatementLine.objects.filter(same_as=None).count() == 1


def test_a_refused_file_is_only_noted(scene: Scene, treasurer: User) -> None:
    refused = imported(files.settlement(STRANGER).replace("TRAILER,1", "TRAILER,2"), name="rusak.csv")
    new = imported(files.settlement(STRANGER), name="baik.csv")
    replaced(refused, new, treasurer)
    refused.refresh_from_db()
    assert refused.state == FileState.SUPERSEDED
    assert SettlementBatch.objects.get().count == 1
    with pytest.raises(RerunError):
        services.rerun(file_id=refused.pk, by=treasurer, at=LATER)


def test_one_of_the_same_name_that_could_be_read_is_noted_by_itself(scene: Scene) -> None:
    refused = imported(files.settlement(STRANGER).replace("TRAILER,1", "TRAILER,2"))
    new = imported(files.settlement(STRANGER))
    refused.refresh_from_db()
    assert (refused.state, refused.superseded_by, refused.superseded_by_user) == (
        FileState.SUPERSEDED, new, None,
    )  # fmt: skip


def test_only_a_newer_file_of_the_kind_in_force_and_only_with_a_reason(
    scene: Scene, treasurer: User, bud: User
) -> None:
    old = imported(files.settlement(STRANGER))
    statement = imported(files.statement(Movement(credit=900)))
    new = imported(files.settlement(replace(STRANGER, gross=1)), name="k.csv")
    assert successors(old) == [new]
    with pytest.raises(SupersedeError, match="alasan"):
        replaced(old, new, treasurer, "  ?  ")
    for wrong in (old, statement):
        with pytest.raises(SupersedeError, match="sejenis"):
            replaced(old, wrong, treasurer)
    with pytest.raises(SupersedeError, match="sejenis"):
        replaced(new, old, treasurer)
    with pytest.raises(PermissionDenied):
        replaced(old, new, bud)
    replaced(old, new, treasurer)
    with pytest.raises(SupersedeError, match="sudah diganti"):
        replaced(old, new, treasurer)
    assert AuditEvent.objects.filter(action="bank_file.supersede").count() == 1


def sql(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_lets_a_line_go_only_like_this(scene: Scene, treasurer: User) -> None:
    sale = scene.sold()[1]
    old = imported(files.settlement(sale, STRANGER))
    with pytest.raises(DatabaseError, match="tidak boleh dihapus atau diubah"):
        sql(f"SELECT reconciliation_withdraw({old.pk})")  # in force
    new = imported(files.settlement(sale), name="k.csv")
    replaced(old, new, treasurer)
    for harm in (
        "UPDATE reconciliation_settlementline SET same_as_id = NULL WHERE same_as_id = id",
        "UPDATE reconciliation_settlementline SET same_as_id = id WHERE same_as_id IS NULL",
        f"UPDATE reconciliation_importedfile SET state = 'done' WHERE id = {old.pk}",
        f"UPDATE reconciliation_importedfile SET supersede_reason = 'lain' WHERE id = {old.pk}",
    ):
        with pytest.raises(DatabaseError, match="tidak boleh dihapus atau diubah"):
            sql(harm)


def test_the_applications_role_supersedes_and_cannot_touch_lines_otherwise(
    scene: Scene, treasurer: User
) -> None:
    old = imported(files.settlement(STRANGER))
    new = imported(files.settlement(replace(STRANGER, gross=1)), name="k.csv")
    app, auditor, _ = make_roles()
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(auditor):
        sql(f"SELECT reconciliation_withdraw({old.pk})")
    with acting_as(app):
        replaced(old, new, treasurer)
    assert counting(old) == 0


def test_the_pages_show_what_stops_counting_and_who_said_so(
    scene: Scene,
    treasurer: User,
    client: Client,
    screen: Screen,  # noqa: F811
) -> None:
    give_factor(client, treasurer)
    sale = scene.sold(13_000)[1]
    old = imported(files.settlement(sale, STRANGER), name="salah.csv")
    page = reverse("reconciliation:file_supersede", args=[old.pk])
    detail = reverse("reconciliation:file_detail", args=[old.pk])
    assert "Belum ada penggantinya" in client.get(page).content.decode()
    new = imported(files.settlement(sale), name="koreksi.csv")
    assert page in client.get(detail).content.decode()
    chosen = client.get(page, {"dengan": new.pk})
    assert "Nyatakan diganti oleh koreksi.csv" in chosen.content.decode()
    for size, scheme in [("desk", "light"), ("narrow", "dark")]:
        seen = screen.look(chosen, size=size, scheme=scheme, name="reconciliation-supersede")
        assert not seen.problems
        assert not seen.findings
        assert seen.overflow <= 0
    short = client.post(page, {"dengan": new.pk, "reason": "?"})
    assert short.status_code == 200
    done = client.post(page, {"dengan": new.pk, "reason": WHY})
    assert done["Location"] == detail
    shown = client.get(detail)
    text = shown.content.decode()
    assert WHY in text
    assert "koreksi.csv" in text
    assert "Ditarik" in text
    seen = screen.look(shown, size="narrow", scheme="light", name="reconciliation-superseded")
    assert not seen.problems
    assert not seen.findings
    assert "salah.csv" in client.get(reverse("reconciliation:file_detail", args=[new.pk])).content.decode()
    only = client.get(reverse("reconciliation:file_list"), {"keadaan": "superseded"}).content.decode()
    assert "salah.csv" in only
    assert "koreksi.csv" not in only
    assert client.get(page).status_code == 403


def test_a_treasurer_of_one_agency_leaves_other_agencies_files_alone(scene: Scene, client: Client) -> None:
    own = person("bendahara", Role.BENDAHARA_PENERIMAAN, scene.tourism)
    old = imported(files.settlement(scene.sold(museum=True)[1], STRANGER))
    client.force_login(own, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("reconciliation:file_supersede", args=[old.pk])).status_code == 403
