"""Layouts of statements that a person teaches: tried on the example, kept by version, then used by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import IO

from django.db import transaction
from django.db.models import Max

from opd import access, audit
from opd.models import User
from payments.reconciliation.models import EXAMPLE_PREFIX, FileState, ImportedFile, StatementProfile
from payments.reconciliation.parsers import example
from payments.reconciliation.parsers.example import Guess, Layout
from payments.reconciliation.parsers.rows import ParseError, StatementRow, StatementTotals
from payments.reconciliation.services import accounts, files
from payments.reconciliation.sources import Shelf, Source, SourceKind

_SHOWN = 5


class TeachError(Exception):
    """This layout cannot be kept; nothing was changed. The message is for the person at the screen."""


@dataclass(frozen=True)
class Trial:
    """How an example reads by a layout: its control totals and first rows, or what is wrong."""

    totals: StatementTotals | None = None
    rows: list[StatementRow] = field(default_factory=list)
    problem: str = ""


def can_be_taught(file: ImportedFile) -> bool:
    """A refused file of no layout that we know, or of one that a person taught."""
    known = file.profile and not file.profile.startswith(EXAMPLE_PREFIX)
    return file.state == FileState.REFUSED and file.loaded_at is None and not known


def guess(file: ImportedFile) -> Guess:
    """What the example seems to be. Raises ParseError where it is no table."""
    with files.original(file) as content:
        return example.guess(content)


def trial(file: ImportedFile, layout: Layout) -> Trial:
    """Read the whole example, keeping nothing."""
    shown: list[StatementRow] = []
    totals: StatementTotals | None = None
    try:
        with files.original(file) as content:
            for item in example.parse(content, layout):
                if isinstance(item, StatementTotals):
                    totals = item
                elif len(shown) < _SHOWN:
                    shown.append(item)
        assert totals is not None
        accounts.require_known(totals.account)
    except ParseError as error:
        return Trial(rows=shown, problem=str(error))
    return Trial(totals, shown)


def teach(*, file_id: int, name: str, layout: Layout, by: User, at: datetime) -> StatementProfile:
    """Keep a layout under a name, as its next version, and import its example by it.

    Raises TeachError where the example does not prove itself by it; PermissionDenied without
    ``statement.upload``.
    """
    access.require(by, "statement.upload")
    name = " ".join(name.split())[:60]
    if len(name) < 3:
        raise TeachError("Beri bentuk ini nama, misalnya “Bank Bengkulu, Excel”.")
    with transaction.atomic():
        file = ImportedFile.objects.select_for_update(of=("self",)).get(pk=file_id)
        if not can_be_taught(file):
            raise TeachError("Berkas ini sudah dikenal atau sedang dikerjakan.")
        tried = trial(file, layout)
        if tried.totals is None:
            raise TeachError(tried.problem)
        kept = StatementProfile.objects.create(
            name=name, version=_next_version(name), layout=layout.as_json(), example=file, by=by, at=at
        )
        file.profile, file.kind = kept.code, SourceKind.STATEMENT
        file.save(update_fields=["profile", "kind"])
        audit.record("bank_file.teach", kept, by=by, at=at, after={"name": str(kept), **kept.layout})
        files.rerun(file_id=file.pk, by=by, at=at)
    return kept


def _next_version(name: str) -> int:
    found = StatementProfile.objects.filter(name=name).aggregate(last=Max("version"))["last"]
    return (found or 0) + 1


def _find(profile: str) -> Source | None:
    number = profile.removeprefix(EXAMPLE_PREFIX)
    if number == profile or not number.isdecimal():
        return None
    row = StatementProfile.objects.filter(pk=int(number)).first()
    return _source(row) if row else None


def _recognise(content: IO[bytes]) -> Source | None:
    """The newest version of each layout, the last taught first."""
    newest = StatementProfile.objects.order_by("name", "-version").distinct("name")
    last_first = sorted(newest, key=lambda one: -one.pk)
    row = example.matching(content, {row: Layout.from_json(row.layout) for row in last_first})
    return _source(row) if row else None


def _source(row: StatementProfile) -> Source:
    return Source(
        profile=row.code,
        kind=SourceKind.STATEMENT,
        label=f"rekening koran {row.name}",
        permission="statement.upload",
        header=(),
        delimiter="",
        parse=partial(example.parse, layout=Layout.from_json(row.layout)),
    )


SHELF = Shelf(_find, _recognise)
