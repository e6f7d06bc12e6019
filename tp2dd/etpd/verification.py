"""Laws of the ETPD, proven by ``manage.py verify``."""

from __future__ import annotations

from opd.office.verification import Finding, Law, count_and_problems, guards_standing
from tp2dd.etpd.models import CLOSED, Answer, Semester
from tp2dd.etpd.services.freezing import digest

GUARDS = (
    ("etpd_semester", "etpd_semester_guard"),
    ("etpd_semester", "etpd_semester_kept"),
    ("etpd_answer", "etpd_answer_append_only"),
    ("etpd_answer", "etpd_answer_while_filling"),
    ("etpd_reading", "etpd_reading_append_only"),
    ("etpd_reading", "etpd_reading_while_filling"),
    ("etpd_reviewnote", "etpd_reviewnote_append_only"),
    ("etpd_formversion", "etpd_formversion_append_only"),
    ("etpd_rubricversion", "etpd_rubricversion_append_only"),
    ("etpd_rubricversion", "etpd_rubric_whole"),
)


def _frozen() -> Finding:
    """A frozen semester's answers are those it was frozen with."""
    rows = list(Semester.objects.filter(state__in=[str(state) for state in CLOSED]))
    values: dict[int, dict[str, str]] = {row.pk: {} for row in rows}
    standing = Answer.objects.filter(semester__in=rows).order_by("semester_id", "field", "-serial")
    for one in standing.distinct("semester_id", "field"):
        values[one.semester_id][one.field] = one.value
    problems = [
        f"{row}: jawaban tidak cocok dengan sidiknya" for row in rows if digest(values[row.pk]) != row.digest
    ]
    return Finding(len(rows), problems)


def _serials() -> Finding:
    """The history of an answer has no hole: its serials run from one."""
    return count_and_problems(
        "SELECT count(*) FROM etpd_answer",
        "SELECT format('semester %s isian %s: riwayat berlubang', semester_id, field) FROM etpd_answer"
        " GROUP BY semester_id, field HAVING max(serial) <> count(*)",
    )


LAWS = (
    Law("etpd.frozen", "jawaban semester yang dibekukan cocok dengan sidiknya", _frozen),
    Law("etpd.history", "riwayat jawaban ETPD utuh", _serials),
    Law("etpd.guards", "pengaman basis data ETPD terpasang", lambda: guards_standing(GUARDS)),
)
