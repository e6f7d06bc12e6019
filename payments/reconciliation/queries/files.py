"""Files and their lines, as screens show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from opd.access import Scope
from opd.models import User
from payments.reconciliation.models import CreditMatch, ImportedFile, Match, SettlementLine, StatementLine
from payments.reconciliation.sources import SourceKind
from payments.reconciliation.texts import RULES, Rule


@dataclass(frozen=True)
class Result:
    """What became of a line; ``tone`` as in components/state.html."""

    tone: str
    label: str
    why: str = ""


@dataclass(frozen=True)
class SettlementView:
    line_no: int
    trx_time: datetime
    point: str
    rrn: str
    reference: str
    gross: Decimal
    mdr: Decimal
    net: Decimal
    result: Result


@dataclass(frozen=True)
class StatementView:
    line_no: int
    post_date: date
    description: str
    reference: str
    debit: Decimal
    credit: Decimal
    balance: Decimal
    result: Result


def files(scope: Scope, user: User) -> QuerySet[ImportedFile]:
    """The files a person may see: all with the whole province, else settlement files and the own uploads.

    A statement shows everything that passes through RKUD, so a treasurer does not see it.
    """
    rows = ImportedFile.objects.select_related("by", "job", "evidence", "superseded_by", "superseded_by_user")
    if scope.opd_ids is None:
        return rows
    return rows.filter(Q(kind=SourceKind.SETTLEMENT) | Q(by=user))


def may_download(file: ImportedFile, scope: Scope, user: User) -> bool:
    """The original holds every line: for the whole province, the uploader, or where all are the agency's."""
    if scope.opd_ids is None or file.by_id == user.pk:
        return True
    lines = SettlementLine.objects.filter(file=file)
    return file.kind == SourceKind.SETTLEMENT and not lines.exclude(batch__opd__in=scope.opd_ids).exists()


def settlement_lines(file: ImportedFile, scope: Scope, only: str = "") -> QuerySet[SettlementLine]:
    """Lines of the agencies in ``scope``; ``only`` is "cocok", "belum" or "" for all."""
    standing = Match.objects.standing()
    lines = (
        SettlementLine.objects.filter(file=file)
        .select_related("batch", "same_as")
        .prefetch_related(*_matched(standing))
    )
    found = Q(Exists(standing.filter(line=Coalesce(OuterRef("same_as"), OuterRef("pk")))))
    chosen = {"cocok": lines.filter(found), "belum": lines.exclude(found)}.get(only, lines)
    return scope.filter(chosen, "batch__opd").order_by("line_no")


def statement_lines(file: ImportedFile, only: str = "") -> QuerySet[StatementLine]:
    standing = CreditMatch.objects.standing()
    lines = (
        StatementLine.objects.filter(file=file)
        .select_related("same_as")
        .prefetch_related(*_matched(standing.select_related("batch").order_by("pk")))
    )
    found = Q(Exists(standing.filter(line=Coalesce(OuterRef("same_as"), OuterRef("pk")))))
    ours = Q(description__startswith="QRIS SETTLEMENT ")
    chosen = {"cocok": lines.filter(found), "belum": lines.filter(ours).exclude(found)}.get(only, lines)
    return chosen.order_by("line_no")


def _matched(standing: QuerySet[Any]) -> list[Prefetch[str, Any, str]]:
    """Of a line, and of the one that it repeats, what stands as its match: ``standing``."""
    return [Prefetch(name, standing, to_attr="standing") for name in ("matches", "same_as__matches")]


def settlement_view(line: SettlementLine) -> SettlementView:
    return SettlementView(
        line_no=line.line_no,
        trx_time=line.trx_time,
        point=line.batch.point or line.nmid,
        rrn=line.rrn,
        reference=line.partner_reference_no or line.reference_no,
        gross=line.gross,
        mdr=line.mdr,
        net=line.net,
        result=_settlement_result(line),
    )


WITHDRAWN = Result("quiet", "Ditarik", "Berkasnya diganti; baris ini tidak dihitung.")


def _settlement_result(line: SettlementLine) -> Result:
    if line.same_as_id == line.pk:
        return WITHDRAWN
    first = line.same_as if line.same_as_id else line
    match: Match | None = next(iter(first.standing), None)  # type: ignore[union-attr]
    if match is None:
        return Result("bad", "Belum dikenali", "Lihat daftar selisih.")
    if not match.agrees:
        return Result("bad", "Jumlah berbeda", "Lihat daftar selisih.")
    why = RULES[Rule(match.rule)]
    if line.same_as_id:
        return Result("quiet", "Sudah dihitung", "Baris yang sama ada dalam berkas lain.")
    return Result("ok", "Dibukukan" if match.credited_journal else "Cocok", why)


def statement_view(line: StatementLine) -> StatementView:
    return StatementView(
        line_no=line.line_no,
        post_date=line.post_date,
        description=line.description,
        reference=line.reference_no,
        debit=line.debit,
        credit=line.credit,
        balance=line.balance,
        result=_statement_result(line),
    )


def _statement_result(line: StatementLine) -> Result:
    if line.same_as_id == line.pk:
        return WITHDRAWN
    first = line.same_as if line.same_as_id else line
    batches = [match.batch for match in first.standing]  # type: ignore[union-attr]
    if batches and line.same_as_id:
        return Result("quiet", "Sudah dihitung", "Baris yang sama ada dalam berkas lain.")
    if batches:
        named = ", ".join(batch.batch_no for batch in batches)
        return Result("ok", "Cocok", f"Batch {named}, {sum(batch.count for batch in batches)} transaksi.")
    if line.description.startswith("QRIS SETTLEMENT "):
        return Result("bad", "Belum dikenali", "Lihat daftar selisih.")
    return Result("quiet", "Bukan settlement")
