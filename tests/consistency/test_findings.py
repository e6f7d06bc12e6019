"""A finding's way: found, explained, sent back, accepted, changed, mended, returned; each step is told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from opd.access import EVERYWHERE, Scope
from opd.models import AuditEvent, Opd, Role, User
from opd.office.models import DatedRule
from opd.planning.models import BudgetLine, PlanLine
from tests.consistency import planting
from tests.consistency.planting import FIELDS, PROGRAMS, Fault
from tests.opd.cast import agency, person
from tests.planning import plans
from tests.planning.plans import BRANCH, SUB, bring
from tests.planning.world import AT, YEAR, tourism
from tp2dd.consistency import choosing, due, queries, services, tasks
from tp2dd.consistency.choosing import Version
from tp2dd.consistency.models import Check, Finding, Node, Run, Score
from tp2dd.consistency.services import ConsistencyError
from tp2dd.consistency.verification import LAWS

LATER = AT + timedelta(days=1)
FORGOTTEN = Fault("lost_sub", FIELDS[0], PROGRAMS[0], frozenset({"kua_ppas", "rka", "apbd", "dpa"}))


@pytest.fixture
def opd(db: None) -> Opd:
    return tourism()


@pytest.fixture
def planner(db: None) -> User:
    return person("perencana", Role.PERENCANA)


@pytest.fixture
def verifier(opd: Opd) -> User:
    return person("ppk", Role.PPK_OPD, opd)


@pytest.fixture
def finding(opd: Opd) -> Finding:
    """A sub kegiatan of the RKPD that KUA-PPAS does not carry on."""
    bring("rkpd", plans.csv("rkpd"), 900)
    rows = (*(row.but(indicator="") for row in BRANCH[:2]), BRANCH[2].but(code=f"{SUB[:-1]}2", pagu=900))
    bring("kua_ppas", plans.csv("kua_ppas", rows), 900, decree_date=date(2025, 12, 2))
    services.run(year=YEAR, by=None, at=AT)
    return Finding.objects.get(check_kind="missing", code=SUB)


def events(finding: Finding) -> list[str]:
    return list(finding.events.values_list("kind", flat=True))


def laws_hold() -> bool:
    return not [problem for law in LAWS for problem in law.check().problems]


def test_an_agency_explains_the_planner_sends_back_and_accepts(
    finding: Finding, planner: User, verifier: User
) -> None:
    services.assign(
        finding_id=finding.pk, owner=verifier, due_date=date(2026, 6, 30), by=planner, at=AT
    )  # fmt: skip
    services.explain(finding_id=finding.pk, text="Digabung ke sub 0002", by=verifier, at=AT)
    services.send_back(finding_id=finding.pk, reason="Sebutkan nomornya", by=planner, at=AT)
    services.explain(finding_id=finding.pk, text="Digabung, Berita Acara 3", by=verifier, at=AT)
    done = services.accept(finding_id=finding.pk, reason="Sesuai berita acara", by=planner, at=LATER)
    assert (done.state, done.owner, done.explanation) == ("accepted", verifier, "Digabung, Berita Acara 3")
    assert events(done) == ["found", "assigned", "explained", "sent_back", "explained", "accepted"]
    trail = AuditEvent.objects.filter(subject_type="consistency.finding").values_list("action", flat=True)
    assert len(trail) == 5
    assert laws_hold()
    assert services.run(year=YEAR, by=planner, at=LATER).changed == 0
    done.refresh_from_db()
    assert done.state == "accepted"


def test_a_changed_figure_opens_an_accepted_finding_again(finding: Finding, planner: User, opd: Opd) -> None:
    services.accept(finding_id=finding.pk, reason="Sudah dibahas", by=planner, at=AT)
    rows = (*BRANCH[:2], BRANCH[2].but(pagu=850))
    bring("rkpd", plans.csv("rkpd", rows), 900, stage="perubahan", number="2", decree_date=date(2025, 12, 1))
    made = services.run(year=YEAR, by=None, at=LATER)
    finding.refresh_from_db()
    assert (made.changed, finding.state, finding.decision) == (1, "open", "")
    assert finding.upper_amount == Decimal(850)
    assert finding.events.last().text == "Semula 900.00"  # type: ignore[union-attr]
    assert laws_hold()


def test_a_mended_finding_closes_and_returns_as_the_same_row(finding: Finding, opd: Opd) -> None:
    whole = (*(row.but(indicator="") for row in BRANCH[:2]), BRANCH[2].but(indicator=""))
    said: dict[str, Any] = {"stage": "perubahan", "decree_date": date(2025, 12, 2)}
    bring("kua_ppas", plans.csv("kua_ppas", whole), 900, number="2", **said)
    assert services.run(year=YEAR, by=None, at=LATER).mended == 2
    finding.refresh_from_db()
    assert finding.state == "mended"
    again = (*whole[:2], whole[2].but(code=f"{SUB[:-1]}3"))
    bring("kua_ppas", plans.csv("kua_ppas", again), 900, number="3", **said)
    made = services.run(year=YEAR, by=None, at=LATER + timedelta(days=1))
    finding.refresh_from_db()
    assert (made.returned, finding.state) == (1, "open")
    assert events(finding) == ["found", "mended", "returned"]
    assert laws_hold()


@pytest.mark.parametrize(
    ("deed", "role", "words"),
    [
        (services.explain, Role.PERENCANA, {"text": "Bukan haknya"}),
        (services.accept, Role.KUASA_BUD, {"reason": "Bukan haknya"}),
        (services.send_back, Role.AUDITOR, {"reason": "Bukan haknya"}),
    ],
)
def test_others_may_not(finding: Finding, deed: Any, role: Role, words: dict[str, str]) -> None:
    with pytest.raises(PermissionDenied):
        deed(finding_id=finding.pk, by=person("lain", role), at=AT, **words)


def test_an_agency_explains_its_own_alone(finding: Finding, planner: User, verifier: User) -> None:
    stranger = person("ppk.lain", Role.PPK_OPD, agency("146", "Diskominfo"))
    with pytest.raises(PermissionDenied):
        services.explain(finding_id=finding.pk, text="Bukan milik kami", by=stranger, at=AT)
    with pytest.raises(ConsistencyError, match="bukan PA atau PPK"):
        services.assign(finding_id=finding.pk, owner=stranger, due_date=date(2026, 7, 1), by=planner, at=AT)
    with pytest.raises(ConsistencyError, match="sudah lewat"):
        services.assign(finding_id=finding.pk, owner=verifier, due_date=date(2026, 5, 1), by=planner, at=AT)
    with pytest.raises(ConsistencyError, match="satu kalimat"):
        services.explain(finding_id=finding.pk, text="  ya ", by=verifier, at=AT)
    with pytest.raises(ConsistencyError, match="belum dijelaskan"):
        services.send_back(finding_id=finding.pk, reason="Belum ada", by=planner, at=AT)
    services.accept(finding_id=finding.pk, reason="Diterima saja", by=planner, at=AT)
    with pytest.raises(ConsistencyError, match="Temuan ini diterima"):
        services.explain(finding_id=finding.pk, text="Terlambat datang", by=verifier, at=AT)


def test_a_failed_audit_row_changes_nothing(finding: Finding, verifier: User) -> None:
    with (
        mock.patch("opd.audit.record", side_effect=DatabaseError),
        pytest.raises(DatabaseError),
    ):
        services.explain(finding_id=finding.pk, text="Tidak boleh tersimpan", by=verifier, at=AT)
    finding.refresh_from_db()
    assert (finding.state, events(finding)) == ("open", ["found"])


@pytest.mark.parametrize("table", ["run", "findingevent", "finding"])
def test_history_only_grows(finding: Finding, table: str) -> None:
    deeds = [f"DELETE FROM consistency_{table}"]
    deeds += [f"UPDATE consistency_{table} SET id = id"] if table != "finding" else []
    for deed in deeds:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(deed)


@given(
    st.lists(st.dates(date(2025, 1, 1), date(2025, 12, 31)), min_size=1, max_size=5),
    st.dates(date(2025, 1, 1), date(2025, 12, 31)),
)
def test_a_document_follows_the_version_of_its_day(days: list[date], lower: date) -> None:
    uppers = [Version(place, day) for place, day in enumerate(sorted(days), 1)]
    chosen = choosing.upper_for(Version(99, lower), uppers)
    younger = [version for version in uppers if version.decreed <= lower]
    assert chosen == (younger[-1] if younger else uppers[0])


def test_a_later_change_above_is_no_fault_of_the_document_below(opd: Opd) -> None:
    bring("rkpd", plans.csv("rkpd"), 900, decree_date=date(2025, 6, 1))
    bring("renja", plans.csv("renja"), 900, opd=opd, decree_date=date(2025, 7, 1))
    more = [row.but(pagu=1000) for row in BRANCH]
    bring("rkpd", plans.csv("rkpd", more), 1000, stage="perubahan", number="2", decree_date=date(2025, 9, 1))
    assert services.run(year=YEAR, by=None, at=AT).found == 0
    rows = [row.but(pagu=900, name="Promosi lain") for row in BRANCH]
    bring(
        "renja", plans.csv("renja", rows), 900, opd=opd, stage="perubahan", number="2",
        decree_date=date(2025, 10, 1),
    )  # fmt: skip
    services.run(year=YEAR, by=None, at=LATER)
    assert list(Finding.objects.values_list("check_kind", "code")) == [("pagu", SUB)]


def test_the_tolerance_in_force_decides(opd: Opd) -> None:
    bring("rkpd", plans.csv("rkpd"), 900)
    rows = [row.but(pagu=860) for row in BRANCH]
    bring("kua_ppas", plans.csv("kua_ppas", rows), 860, decree_date=date(2025, 12, 2))
    assert services.run(year=YEAR, by=None, at=AT).found == 0
    DatedRule.objects.create(
        key="consistency.tolerance", value={"rkpd-kua_ppas": {"rupiah": "39"}}, valid_from=date(2026, 1, 1),
        legal_basis="Uji",
    )  # fmt: skip
    assert services.run(year=YEAR, by=None, at=LATER).found == 1


def test_codes_of_older_years_are_read_as_todays(opd: Opd) -> None:
    old = tuple(row.but(code=row.code.replace(".0001", ".01")) for row in BRANCH)
    bring("rkpd", plans.csv("rkpd", old), 900)
    bring("renja", plans.csv("renja"), 900, opd=opd)
    assert services.run(year=YEAR, by=None, at=AT).found == 0
    assert Node.objects.get(kind="rkpd", level=3).written == "3.26.02.1.01.01"


def test_percentages_count_what_is_there(db: None) -> None:
    planting.plant([FORGOTTEN])
    services.run(year=YEAR, by=None, at=AT)
    found = queries.matrix(EVERYWHERE, year=YEAR, text="", on=AT.date())
    cells = {cell.column.word: cell for cell in found.rows[1].cells}  # Dinas Pariwisata, by name
    assert found.rows[1].opd.code == "113"
    assert (cells["rkpd-kua_ppas"].nodes, cells["rkpd-kua_ppas"].agreeing) == (18, 17)
    assert (cells["rkpd-kua_ppas"].percent, cells["rkpd-kua_ppas"].open) == (94, 1)
    assert cells["rkpd-renja"].percent == 100
    assert found.weakest is not None
    assert found.weakest.column.word == "rkpd-kua_ppas"
    (program, kegiatan, sub) = queries.by_level(
        EVERYWHERE, queries.FindingFilter(YEAR, found.rows[1].opd.pk, "rkpd-kua_ppas")
    )
    assert (sub.rooted, sub.carried, sub.pagu) == (100, 88, 100)
    assert (program.pagu, kegiatan.pagu) == (66, 83)


def test_an_agency_sees_its_own_row(db: None) -> None:
    planting.plant([FORGOTTEN])
    services.run(year=YEAR, by=None, at=AT)
    own = Scope(frozenset({agency("146", "").pk}))
    found = queries.matrix(own, year=YEAR, text="", on=AT.date())
    assert [row.opd.code for row in found.rows] == ["146"]
    assert not queries.findings(own, queries.FindingFilter(YEAR)).exists()
    assert queries.open_findings(tourism().pk, YEAR) == 1


def test_an_import_asks_for_a_comparison_and_the_sweep_finds_what_was_lost(
    opd: Opd, django_capture_on_commit_callbacks: Any
) -> None:
    with mock.patch("opd.office.queue.app.send_task") as asked:
        with django_capture_on_commit_callbacks(execute=True):
            bring("rkpd", plans.csv("rkpd"), 900)
        asked.assert_called_once_with("consistency.check", args=[str(YEAR)], retry=False)
    assert due.is_due(YEAR)
    tasks.sweep()
    assert Run.objects.count() == 1
    assert not due.is_due(YEAR)
    tasks.sweep()
    assert Run.objects.count() == 1


def test_a_year_without_documents_is_compared_in_peace(opd: Opd) -> None:
    made = services.run(year=2031, by=None, at=AT)
    assert (made.nodes, made.found) == (0, 0)
    assert not Score.objects.exists()


def test_a_run_takes_the_same_statements_however_much_there_is(
    db: None, django_assert_max_num_queries: Any
) -> None:
    planting.plant([FORGOTTEN])
    with django_assert_max_num_queries(45):
        services.run(year=YEAR, by=None, at=AT)


def test_every_check_has_its_sentence(finding: Finding) -> None:
    for kind in Check:
        finding.check_kind = kind
        assert finding.sentence.endswith(".")


def test_a_line_without_pagu_is_not_in_the_chain(db: None) -> None:
    planting.plant([])
    BudgetLine.objects.filter(kode_sub_kegiatan="3.26.02.1.02.0001").update(pagu=0, released=0)
    services.run(year=YEAR, by=None, at=AT)
    assert Finding.objects.get(check_kind="missing").code == "3.26.02.1.02"
    assert PlanLine.objects.count() > 0
