"""The papers of a restitution: konsep, since SIPD and the agency's own register number them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from opd.models import Role, User
from opd.office import documents
from opd.office.calendar import day_of
from opd.office.documents import Kind
from opd.office.models import Document
from opd.office.signers import signer
from payments.incoming.models import Refund
from payments.incoming.refund_rules import Path
from payments.money import format_rupiah, terbilang
from retribusi.models import Order

APPLICATION = Kind(
    "mohon_kembali", "Permohonan Pengembalian Kelebihan Pembayaran", numbered=False,
    template="retribusi/refunds/cetak_permohonan.html",
)  # fmt: skip
SKRDLB = Kind(
    "skrdlb", "Surat Ketetapan Retribusi Daerah Lebih Bayar", numbered=False,
    template="retribusi/refunds/cetak_skrdlb.html",
)  # fmt: skip


def issue(refund: Refund, *, by: User, at: datetime) -> list[Document]:
    """The konsep of both papers of an approved restitution, last in its transaction."""
    day, facts = day_of(at), _facts(refund, day_of(at))
    return [
        documents.issue(
            kind=kind.code, opd=refund.opd, day=day, title=f"{kind.label} {format_rupiah(refund.amount)}",
            subject=refund, amount=refund.amount,
            facts={**facts, "signers": [signer(role, refund.opd, day)]}, by=by, at=at,
        )
        for kind, role in ((APPLICATION, Role.BENDAHARA_PENERIMAAN), (SKRDLB, Role.PA))
    ]  # fmt: skip


def _facts(refund: Refund, day: date) -> dict[str, Any]:
    payment = refund.payment
    order = Order.objects.filter(payment=payment).first()
    return {
        "amount_text": format_rupiah(refund.amount),
        "terbilang": terbilang(refund.amount),
        "paid_text": format_rupiah(payment.amount),
        "paid_on": day_of(payment.paid_at),
        "rrn": payment.rrn,
        "reference": payment.reference_no,
        "receipt": order.receipt_number if order else "",
        "kode_lra": payment.kode_lra,
        "reason": refund.reason,
        "from_btt": refund.way is Path.PRIOR_YEAR,
        "account": payment.receiving_account.name,
        "written": day,
    }


def official(refund: Refund, *, by: User, at: datetime) -> None:
    """The konsep SKRDLB gets its official number. Raises DocumentError where another has it."""
    document = documents.current(SKRDLB.code, refund)
    if document and refund.skrdlb_date:
        documents.record_official(
            document=document, number=refund.skrdlb_number, date=refund.skrdlb_date, file=None, by=by, at=at
        )


def void(refund: Refund, *, reason: str, by: User, at: datetime) -> None:
    """The restitution was refused: its konsep are void."""
    for document in documents.of(refund).standing():
        documents.void(document=document, reason=reason, by=by, at=at)
