"""Laws of the evaluation, proven by ``manage.py verify``."""

from __future__ import annotations

from collections.abc import Iterable

from opd.office.verification import Finding, Law, count_and_problems, guards_standing
from tp2dd.evaluation import standing
from tp2dd.evaluation.models import CLOSED, Result, Sheet
from tp2dd.evaluation.services.deciding import digest, sealed

_APPEND_ONLY = ("rubricversion", "reading", "entry", "event", "result")
GUARDS = (
    *((f"evaluation_{table}", f"evaluation_{table}_append_only") for table in _APPEND_ONLY),
    ("evaluation_campaign", "evaluation_campaign_guard"),
    ("evaluation_campaign", "evaluation_campaign_kept"),
    ("evaluation_sheet", "evaluation_sheet_guard"),
    ("evaluation_sheet", "evaluation_sheet_kept"),
    ("evaluation_entry", "evaluation_entry_in_its_stage"),
    ("evaluation_reading", "evaluation_reading_in_time"),
    ("evaluation_result", "evaluation_result_in_time"),
    ("evaluation_rubricversion", "evaluation_rubric_whole"),
)


def _decided() -> Finding:
    """A decided score is what its rubric and its values give, and is sealed as it stands."""
    rows = Sheet.objects.filter(campaign__state__in=CLOSED)
    boards = standing.boards(rows.select_related("campaign__rubric_version", "opd"))
    results = {row.sheet_id: row for row in Result.objects.filter(sheet__in=rows)}
    found = [(board, results.get(board.sheet.pk)) for board in boards]
    return Finding(len(found), list(_wrong(found)))


def _wrong(found: Iterable[tuple[standing.Board, Result | None]]) -> Iterable[str]:
    for board, row in found:
        if row is None:
            yield f"{board.sheet}: ditetapkan tanpa nilai"
        elif digest(row) != row.digest:
            yield f"{board.sheet}: nilai tidak cocok dengan sidiknya"
        elif sealed(board, row.at).digest != row.digest:
            yield f"{board.sheet}: nilai tidak dapat dihitung ulang dari isiannya"


def _serials() -> Finding:
    """The history of a value has no hole: its serials run from one."""
    return count_and_problems(
        "SELECT count(*) FROM evaluation_entry",
        "SELECT format('lembar %s indikator %s: riwayat berlubang', sheet_id, code) FROM evaluation_entry"
        " GROUP BY sheet_id, code, side HAVING max(serial) <> count(*)",
    )


def _both_ways() -> Finding:
    """Nobody judged a sheet that they filled themselves."""
    return count_and_problems(
        "SELECT count(*) FROM evaluation_entry WHERE side <> 'own'",
        "SELECT DISTINCT format('lembar %s: orang %s mengisi dan menilai', a.sheet_id, a.by_id)"
        " FROM evaluation_entry a JOIN evaluation_entry b USING (sheet_id, by_id)"
        " WHERE a.side = 'own' AND b.side <> 'own'",
    )


LAWS = (
    Law(
        "evaluation.decided", "nilai yang ditetapkan dapat dihitung ulang dan cocok dengan sidiknya", _decided
    ),
    Law("evaluation.history", "riwayat isian penilaian utuh", _serials),
    Law("evaluation.four_eyes", "yang menilai tidak mengisi lembar yang sama", _both_ways),
    Law("evaluation.guards", "pengaman basis data penilaian terpasang", lambda: guards_standing(GUARDS)),
)
