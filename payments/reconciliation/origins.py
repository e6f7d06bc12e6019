"""What the page of origins tells of a payment from banks' files: settled, credited, in the bank's words."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from opd.access import allowed, scope
from opd.models import User
from payments.incoming.traces import payment_id_of
from payments.ledger.origins import Fact, Step
from payments.money import format_rupiah
from payments.reconciliation.models import (
    CreditMatch,
    DirectCredit,
    ImportedFile,
    Match,
    SettlementLine,
    StatementLine,
)


def told(source: str, viewer: User) -> Iterator[Step]:
    """The settlement line that is the payment and its batch's credits, or the credit that is the payment."""
    payment_id = payment_id_of(source)
    if payment_id is None:
        return
    match = (
        Match.objects.standing()
        .select_related("line__file", "line__batch")
        .filter(payment=payment_id)
        .first()
    )
    if match is not None:
        yield _settled(match, viewer)
        credits = (
            CreditMatch.objects.standing()
            .select_related("line__file", "batch")
            .filter(batch=match.line.batch)
        )
        for credit in credits.order_by("line__post_date", "line_id"):
            why = f"batch {credit.batch.batch_no}, neto {format_rupiah(credit.batch.net)}"
            yield _credited(credit.line, why, viewer, raw=credit.line.raw)
    direct = DirectCredit.objects.standing().select_related("line__file").filter(payment=payment_id).first()
    if direct is not None:  # its words may name the payer
        yield _credited(direct.line, "kredit virtual account ini sendiri", viewer)


def _settled(match: Match, viewer: User) -> Step:
    line: SettlementLine = match.line
    facts: tuple[Fact, ...] = (
        *_place(line),
        ("Batch", f"{line.batch.batch_no}, {line.batch.count} transaksi"),
        ("Bruto", line.gross),
        ("MDR", line.mdr),
        ("Neto", line.net),
        ("Dikenali karena", match.why),
    )
    return Step(
        "Diselesaikan penyelenggara QRIS",
        line.settlement_date,
        facts,
        url=_page(line.file) if allowed(viewer, "reconciliation.view", opd=line.batch.opd_id) else "",
        raw=line.raw,
    )


def _credited(line: StatementLine, pays: str, viewer: User, *, raw: str = "") -> Step:
    facts = (*_place(line), ("Kredit", line.credit), ("Membayar", pays), ("Nomor rujukan", line.reference_no))
    sees_all = scope(viewer, "reconciliation.view").opd_ids is None
    return Step(
        "Masuk rekening kas daerah", line.post_date, facts,
        url=_page(line.file) if sees_all else "", raw=raw,
    )  # fmt: skip


def _place(line: SettlementLine | StatementLine) -> tuple[Fact, ...]:
    return (("Berkas bank", line.file.name), ("Baris", line.line_no))


def _page(file: ImportedFile) -> str:
    return reverse("reconciliation:file_detail", args=[file.pk])
