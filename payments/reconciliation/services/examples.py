"""Layouts of bank files that a person teaches: tried on the example, kept by version, then used by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import IO

from django.db import transaction
from django.db.models import Max

from opd import access, audit
from opd.models import User
from payments.reconciliation.models import EXAMPLE_PREFIX, FileState, ImportedFile, StatementProfile
from payments.reconciliation.parsers import acquirer, example
from payments.reconciliation.parsers.rows import Parsed, ParseError, StatementRow, StatementTotals
from payments.reconciliation.services import accounts, files
from payments.reconciliation.services.trials import SettlementTrial, try_settlement
from payments.reconciliation.sources import Shelf, Source, SourceKind

Layout = example.Layout | acquirer.Layout
Guess = example.Guess | acquirer.Guess
NOTHING: Mapping[str, str] = {}
PERMISSIONS = {SourceKind.SETTLEMENT: "settlement.upload", SourceKind.STATEMENT: "statement.upload"}
LABELS = {SourceKind.SETTLEMENT: "settlement QRIS", SourceKind.STATEMENT: "rekening koran"}
_SHOWN = 5


class TeachError(Exception):
    """This layout cannot be kept; nothing was changed. The message is for the person at the screen."""


@dataclass(frozen=True)
class StatementTrial:
    """How a statement reads by a layout: its control totals and first rows, or what is wrong."""

    totals: StatementTotals | None = None
    rows: list[StatementRow] = field(default_factory=list)
    problem: str = ""


Trial = StatementTrial | SettlementTrial


def can_be_taught(file: ImportedFile) -> bool:
    """A refused file of no layout that we know, or of one that a person taught."""
    known = file.profile and not file.profile.startswith(EXAMPLE_PREFIX)
    return file.state == FileState.REFUSED and file.loaded_at is None and not known


def guess(file: ImportedFile, kind: SourceKind) -> Guess:
    """What the example seems to be, as a file of this kind. Raises ParseError where it is no table."""
    with files.original(file) as content:
        return acquirer.guess(content) if kind == SourceKind.SETTLEMENT else example.guess(content)


def likely_kind(file: ImportedFile) -> SourceKind:
    """Whether the example looks like a settlement or a statement. Raises ParseError where it is no table."""
    with files.original(file) as content:
        is_settlement = acquirer.guess(content).is_likely
    return SourceKind.SETTLEMENT if is_settlement else SourceKind.STATEMENT


def trial(file: ImportedFile, layout: Layout, given: Mapping[str, str] = NOTHING) -> Trial:
    """Read the whole example, keeping nothing; ``given`` answers what the layout asks."""
    with files.original(file) as content:
        if isinstance(layout, acquirer.Layout):
            return try_settlement(content, layout, given)
        return _try_statement(content, layout)


def _try_statement(content: IO[bytes], layout: example.Layout) -> StatementTrial:
    shown: list[StatementRow] = []
    totals: StatementTotals | None = None
    try:
        for item in example.parse(content, layout):
            if isinstance(item, StatementTotals):
                totals = item
            elif len(shown) < _SHOWN:
                shown.append(item)
        assert totals is not None
        accounts.require_known(totals.account)
    except ParseError as error:
        return StatementTrial(rows=shown, problem=str(error))
    return StatementTrial(totals, shown)


def teach(
    *,
    file_id: int,
    name: str,
    layout: Layout,
    by: User,
    at: datetime,
    given: Mapping[str, str] = NOTHING,
) -> StatementProfile:
    """Keep a layout under a name, as its next version, and import its example by it.

    ``given`` answers what the layout asks, for this file alone. Raises TeachError where the example does not
    prove itself by it; PermissionDenied without the right to upload such files.
    """
    kind = SourceKind.SETTLEMENT if isinstance(layout, acquirer.Layout) else SourceKind.STATEMENT
    access.require(by, PERMISSIONS[kind])
    name = " ".join(name.split())[:60]
    if len(name) < 3:
        raise TeachError("Beri bentuk ini nama, misalnya “Bank Bengkulu, Excel”.")
    tried = trial(_teachable(ImportedFile.objects.get(pk=file_id)), layout, given)
    if tried.totals is None:
        raise TeachError(tried.problem)
    proved = tried.layout if isinstance(tried, SettlementTrial) else layout
    with transaction.atomic():
        file = _teachable(ImportedFile.objects.select_for_update(of=("self",)).get(pk=file_id))
        kept = StatementProfile.objects.create(
            kind=kind, name=name, version=_next_version(kind, name), layout=proved.as_json(), example=file,
            by=by, at=at,
        )  # fmt: skip
        file.profile, file.kind, file.given = kept.code, kind, dict(given)
        file.save(update_fields=["profile", "kind", "given"])
        after = {"name": str(kept), "given": file.given, **kept.layout}
        audit.record("bank_file.teach", kept, by=by, at=at, after=after)
        files.rerun(file_id=file.pk, by=by, at=at)
    return kept


def _teachable(file: ImportedFile) -> ImportedFile:
    if not can_be_taught(file):
        raise TeachError("Berkas ini sudah dikenal atau sedang dikerjakan.")
    return file


def _next_version(kind: SourceKind, name: str) -> int:
    found = StatementProfile.objects.filter(kind=kind, name=name).aggregate(last=Max("version"))["last"]
    return (found or 0) + 1


def _find(profile: str) -> Source | None:
    number = profile.removeprefix(EXAMPLE_PREFIX)
    if number == profile or not number.isdecimal():
        return None
    row = StatementProfile.objects.filter(pk=int(number)).first()
    return _source(row) if row else None


def _recognise(content: IO[bytes]) -> Source | None:
    """The newest version of each layout, the last taught first."""
    newest = StatementProfile.objects.order_by("kind", "name", "-version").distinct("kind", "name")
    last_first = sorted(newest, key=lambda one: -one.pk)
    row = example.matching(content, {row: _layout(row) for row in last_first})
    return _source(row) if row else None


def _layout(row: StatementProfile) -> Layout:
    is_settlement = row.kind == SourceKind.SETTLEMENT
    return (acquirer.Layout if is_settlement else example.Layout).from_json(row.layout)


def _source(row: StatementProfile) -> Source:
    layout, kind = _layout(row), SourceKind(row.kind)
    parse: Callable[..., Iterator[Parsed]] = example.parse
    if isinstance(layout, acquirer.Layout):
        parse = acquirer.parse
    return Source(
        profile=row.code,
        kind=kind,
        label=f"{LABELS[kind]} {row.name}",
        permission=PERMISSIONS[kind],
        header=(),
        delimiter="",
        parse=partial(parse, layout=layout),
        asks=tuple(layout.asks) if isinstance(layout, acquirer.Layout) else (),
    )


SHELF = Shelf(_find, _recognise)
