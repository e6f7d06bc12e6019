"""DPR: a holder gathers reports, the PPTK signs them; the number is taken when it is signed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from opd import access, audit
from opd.models import User
from opd.office import attachments, documents
from opd.office.calendar import day_of
from payments.kkpd import papers
from payments.kkpd.errors import KkpdError
from payments.kkpd.models import BillLine, Card, Dpr, DprLine, LineState
from payments.spending.models import SpendState


@transaction.atomic
def draft_dpr(*, card_id: int, line_ids: Iterable[UUID], by: User, at: datetime) -> Dpr:
    """Gather reported lines of one card into a DPR that waits for the PPTK. Raises KkpdError."""
    card = Card.objects.filter(pk=card_id, holder=by).first()
    chosen = sorted(set(line_ids))
    if card is None or not chosen:
        raise KkpdError("Pilih dahulu belanja dari kartu Anda. DPR belum disusun.")
    access.require(by, "kkpd.report", opd=card.opd_id)
    dpr = Dpr.objects.create(opd_id=card.opd_id, card=card, made_at=at, made_by=by)
    closed = DprLine.objects.filter(
        pk__in=chosen, spend__state__in=[SpendState.REJECTED, SpendState.CANCELLED]
    )
    free = DprLine.objects.filter(pk__in=chosen, card=card, dpr=None, withdrawn_at=None)
    if closed.exists() or free.update(dpr=dpr) != len(chosen):
        raise KkpdError(
            "Salah satu belanja sudah masuk DPR lain atau ditarik. DPR belum disusun; muat ulang daftarnya."
        )
    audit.record("kkpd_dpr.draft", dpr, by=by, at=at, after={"lines": len(chosen)})
    return dpr


@transaction.atomic
def sign_dpr(*, dpr_id: UUID, by: User, at: datetime) -> Dpr:
    """The PPTK signs: number and page are fixed. Every line needs its evidence. Raises KkpdError."""
    dpr = _locked(dpr_id)
    access.require(by, "kkpd.sign", opd=dpr.opd_id)
    if dpr.made_by_id == by.pk:
        raise KkpdError(
            "DPR ini Anda susun sendiri, jadi orang lain yang menandatanganinya. Tidak ada yang berubah."
        )
    if dpr.signed_at or dpr.voided_at:
        raise KkpdError("DPR ini sudah ditandatangani atau dibatalkan. Tidak ada yang berubah.")
    lines = list(dpr.lines.select_related("spend__line"))
    bare = [line for line in lines if not attachments.of(line).exists()]
    if bare:
        raise KkpdError(f"Belanja “{bare[0].spend}” belum punya foto bukti. DPR belum ditandatangani.")
    Dpr.objects.filter(pk=dpr.pk).update(
        signed_at=at, signed_by=by, document=papers.issue_dpr(dpr, lines, signer=by, at=at, on=day_of(at))
    )
    dpr.refresh_from_db()
    audit.record("kkpd_dpr.sign", dpr, by=by, at=at, after={"number": str(dpr.document)})
    return dpr


@transaction.atomic
def void_dpr(*, dpr_id: UUID, reason: str, by: User, at: datetime) -> Dpr:
    """The PPTK takes a DPR back (its holder, before it is signed) while none of its lines has been tested.

    A number stays taken; the lines may be gathered again. Raises KkpdError.
    """
    dpr = _locked(dpr_id)
    if dpr.signed_at or dpr.made_by_id != by.pk:
        access.require(by, "kkpd.sign", opd=dpr.opd_id)
    tested = BillLine.objects.filter(report__dpr=dpr).exclude(state=LineState.OPEN)
    if dpr.voided_at or tested.exists():
        raise KkpdError("DPR ini sudah dibatalkan, atau barisnya sudah diuji PA/KPA. Tidak ada yang berubah.")
    if len(reason.strip()) < 3:
        raise KkpdError("Tulis alasan pembatalan. DPR tidak berubah.", "reason")
    if dpr.document:
        documents.void(document=dpr.document, reason=reason, by=by, at=at)
    Dpr.objects.filter(pk=dpr.pk).update(voided_at=at)
    dpr.lines.update(dpr=None)
    dpr.refresh_from_db()
    audit.record("kkpd_dpr.void", dpr, by=by, at=at, reason=reason.strip()[:300])
    return dpr


def _locked(dpr_id: UUID) -> Dpr:
    rows = Dpr.objects.select_for_update(of=("self",), no_key=True).select_related(
        "opd", "card__holder", "document"
    )
    dpr = rows.filter(pk=dpr_id).first()
    if dpr is None:
        raise KkpdError("DPR ini tidak ada.")
    return dpr
