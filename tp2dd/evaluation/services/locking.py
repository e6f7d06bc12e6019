"""The rows that the deeds stand on, locked as each deed needs, and the database's refusals in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import DatabaseError, IntegrityError, transaction

from opd.models import User
from tp2dd.evaluation.errors import EvaluationError
from tp2dd.evaluation.models import Campaign, Event, Sheet
from tp2dd.evaluation.scoring import Indicator

STAGE, UNKNOWN, BOTH_WAYS = "EV001", "EV002", "EV003"
"""The database's own refusals (``migrations/0002_guards_and_data.py``)."""
LEAST_REASON = 5
NOTHING = "Belum ada yang berubah."


def campaign(pk: int) -> Campaign:
    """The campaign, locked until the transaction ends. Raises EvaluationError."""
    rows = Campaign.objects.select_for_update(of=("self",)).select_related("rubric_version")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise EvaluationError(f"Masa penilaian ini tidak ada. {NOTHING}")
    return found


def sheet(pk: int) -> Sheet:
    """The sheet, locked until the transaction ends. Raises EvaluationError."""
    rows = Sheet.objects.select_for_update(of=("self",)).select_related("campaign__rubric_version", "opd")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise EvaluationError(f"Lembar ini tidak ada. {NOTHING}")
    return found


def require_state(row: Campaign, *states: str) -> None:
    if row.state not in states:
        raise EvaluationError(f"{row} sedang “{row.get_state_display()}”. {NOTHING}")


def indicator(row: Sheet, code: str) -> Indicator:
    found = row.campaign.rubric.by_code.get(code)
    if found is None or row.kind not in found.weights:
        raise EvaluationError(f"Indikator {code} tidak dinilai pada {row.subject}. {NOTHING}")
    return found


def words(text: str, problem: str, field: str = "reason") -> str:
    """A reason in one line. Raises EvaluationError with ``problem`` where it says too little."""
    told = " ".join(text.split())[:300]
    if len(told) < LEAST_REASON:
        raise EvaluationError(problem, field)
    return told


def tell(
    row: Campaign, kind: str, *, by: User, at: datetime, sheet: Sheet | None = None, text: str = ""
) -> None:
    """Write what happened, in the caller's transaction."""
    Event.objects.create(campaign=row, sheet=sheet, kind=kind, text=text[:500], at=at, by=by)


@contextmanager
def guarded(of: Sheet) -> Iterator[None]:
    """Say the database's refusal as a person reads it."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise EvaluationError(
            f"Indikator ini baru saja diisi orang lain di {of.subject}. Muat ulang, lalu isi lagi. {NOTHING}"
        ) from error
    except DatabaseError as error:
        code = getattr(error.__cause__, "sqlstate", "")
        if code == BOTH_WAYS:
            raise EvaluationError(
                f"Anda mengisi sekaligus menilai {of.subject}; orang lain yang menilainya. {NOTHING}"
            ) from error
        if code == STAGE:
            raise EvaluationError(
                f"{of.subject} baru saja berpindah tahap; isian ini tidak diterima lagi. {NOTHING}"
            ) from error
        raise
