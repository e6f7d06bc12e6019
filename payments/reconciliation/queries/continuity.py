"""Whether a statement begins with the balance that the one before it ended with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import QuerySet

from payments.reconciliation.models import FileState, ImportedFile
from payments.reconciliation.sources import SourceKind

_DAY = timedelta(days=1)
"""Files adjoin where one begins on the day after the other ends."""


@dataclass(frozen=True)
class Gap:
    """Two files whose days adjoin and whose balances (rupiah) do not: money moved that neither shows."""

    before: ImportedFile
    closing: Decimal
    after: ImportedFile
    opening: Decimal

    @property
    def difference(self) -> Decimal:
        return self.opening - self.closing


def gaps(file: ImportedFile) -> list[Gap]:
    """Where a statement in force does not continue its neighbours of the same account, at either end."""
    if file.kind != SourceKind.STATEMENT or not file.loaded_at or file.state == FileState.SUPERSEDED:
        return []
    assert file.first_day is not None
    assert file.last_day is not None  # stored files have both
    before = _neighbours(file).filter(last_day=file.first_day - _DAY).order_by("-pk").first()
    after = _neighbours(file).filter(first_day=file.last_day + _DAY).order_by("-pk").first()
    pairs = [(before, file), (file, after)]
    found = [_gap(one, other) for one, other in pairs if one is not None and other is not None]
    return [gap for gap in found if gap.difference]


def _neighbours(file: ImportedFile) -> QuerySet[ImportedFile]:
    in_force = ImportedFile.objects.filter(loaded_at__isnull=False).exclude(state=FileState.SUPERSEDED)
    return in_force.filter(kind=SourceKind.STATEMENT, account=file.account).exclude(pk=file.pk)


def _gap(before: ImportedFile, after: ImportedFile) -> Gap:
    return Gap(before, Decimal(before.totals["closing"]), after, Decimal(after.totals["opening"]))
