"""What payers and the office do about money back. The money itself moves in ``payments.incoming``."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from opd import audit
from opd.models import User
from opd.office import attachments, rules
from opd.office.attachments import AttachmentError
from opd.office.calendar import add_months, day_of
from opd.office.documents import DocumentError
from payments.incoming import refunds
from payments.incoming.models import Payment, Refund
from payments.incoming.refund_rules import BY_TREASURY, CALLS_BANK
from payments.incoming.refunds import RefundError
from payments.incoming.services import carry_out
from payments.money import format_rupiah
from retribusi.assessments.models import Debt, Skrd
from retribusi.contacts import sealed
from retribusi.models import Order
from retribusi.refunds import papers
from retribusi.refunds.models import RefundRequest
from retribusi.services.fulfilment import used_tickets

State = RefundRequest.State


class RequestRefused(Exception):
    """The payer's request is not taken; ``field`` names the form field, where there is one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Wish:
    """What the payer's form says; ``receipt`` is a receipt's number or a SKRD's code, as it was typed."""

    receipt: str
    reason: str
    text: str = ""
    contact: str = ""


def file_request(*, wish: Wish, form_key: str, at: datetime) -> RefundRequest:
    """Take a payer's request, to be decided within the months of the rule. Sent twice, it is the first one.

    Raises RequestRefused: no such receipt or SKRD, nothing paid through a bank, one is open already.
    """
    if not 16 <= len(form_key) <= 64:
        raise RequestRefused(_("Formulir ini tidak lengkap. Muat ulang halaman, lalu kirim lagi."))
    key = hashlib.sha256(f"{wish.receipt}|{wish.reason}|{wish.text}|{form_key}".encode()).hexdigest()
    known = RefundRequest.objects.filter(form_key=key).first()
    if known:
        return known
    thing = _thing(wish.receipt)
    try:
        with transaction.atomic():
            return _save(thing, wish, key, at)
    except IntegrityError as error:
        first = RefundRequest.objects.filter(form_key=key).first()
        if first:
            return first  # the same form arrived twice at the same moment
        raise RequestRefused(
            _("Sudah ada permohonan untuk pembayaran ini yang belum diputus. Buka tautan yang Anda simpan."),
            "receipt",
        ) from error


def _thing(receipt: str) -> Order | Skrd:
    """What was paid for: a SKRD by the code of its page or the number of its receipt, or an order by its."""
    rows = Skrd.objects.select_related("point", "document")
    number = "".join(receipt.split()).upper()
    paid = Debt.objects.settled().exclude(receipt_number="").filter(receipt_number=number)
    skrd = rows.filter(Q(token=receipt.strip()) | Q(pk__in=paid.values("skrd"))).first()
    if skrd is None:
        return _order(receipt)
    if not Payment.objects.filter(request__payable_key__in=skrd.debts.values("key")).exists():
        raise RequestRefused(_("Belum ada pembayaran untuk tagihan ini."), "receipt")
    return skrd


def _order(receipt: str) -> Order:
    code = "".join(receipt.split()).upper()
    order = (
        Order.objects.select_related("point").filter(receipt_number=code).exclude(receipt_number="").first()
    )
    if order is None:
        raise RequestRefused(
            _("Nomor kuitansi ini tidak ada dalam catatan kami. Nomornya berawalan KW-."), "receipt"
        )
    if order.payment_id is None:
        raise RequestRefused(
            _("Kuitansi ini tidak dibayar dengan QRIS. Uang tunai atau kartu dikembalikan di loketnya."),
            "receipt",
        )
    return order


def _save(thing: Order | Skrd, wish: Wish, key: str, at: datetime) -> RefundRequest:
    contact, mask = sealed(wish.contact)
    months = int(rules.value("refund.decide_months", day_of(at)))
    row = RefundRequest.objects.create(
        form_key=key, order=thing if isinstance(thing, Order) else None,
        skrd=thing if isinstance(thing, Skrd) else None, opd_id=thing.point.opd_id, reason=wish.reason,
        text=wish.text.strip(), contact=contact, contact_mask=mask, filed_at=at,
        due_on=add_months(day_of(at), months),
    )  # fmt: skip
    audit.record("refund_request.filed", row, by=None, at=at, after={"receipt": row.number})
    return row


@transaction.atomic
def decline(*, request_id: UUID, answer: str, by: User, at: datetime) -> RefundRequest:
    """Say no to a payer, with the reason that they read. Raises RefundError."""
    row, text = _waiting(request_id), answer.strip()
    if not text:
        raise RefundError("Tulis alasannya; pemohon membacanya.")
    row.state, row.answer, row.answered_at, row.answered_by = State.DECLINED, text[:300], at, by
    row.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    audit.record("refund_request.declined", row, by=by, at=at, reason=row.answer)
    return row


def _waiting(request_id: UUID) -> RefundRequest:
    row = RefundRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=request_id)
    if row.state != State.NEW:
        raise RefundError(f"Permohonan ini sudah “{row.get_state_display().lower()}”.")
    return row


@dataclass(frozen=True)
class Proposal:
    """What the treasurer's form says. ``seen`` is what was still to be given back when the page was drawn;
    ``despite_use`` that tickets of the order have let somebody in already."""

    amount: Decimal
    seen: Decimal
    reason: str
    despite_use: bool = False
    evidence: File[bytes] | None = None
    request_id: UUID | None = None


@transaction.atomic
def propose(*, payment: Payment, proposal: Proposal, by: User, at: datetime) -> Refund:
    """Propose a refund with its evidence; a payer's request is answered by it. Raises RefundError."""
    request = _waiting(proposal.request_id) if proposal.request_id else None
    if request and (payment.request is None or payment.request.payable_key not in request.payable_keys):
        raise RefundError("Permohonan ini tentang pembayaran lain.")
    reason = _checked(payment, proposal, by_request=request is not None)
    refund = refunds.propose(
        payment_id=payment.pk,
        amount=proposal.amount,
        expected_left=proposal.seen,
        reason=reason,
        by=by,
        at=at,
    )
    if proposal.evidence:
        _attach(refund, proposal.evidence, by, at)
    if request:
        request.state, request.refund, request.answered_at, request.answered_by = State.TAKEN, refund, at, by
        request.save(update_fields=["state", "refund", "answered_at", "answered_by"])
        audit.record("refund_request.taken", request, by=by, at=at, after={"refund": str(refund.pk)})
    return refund


def _checked(payment: Payment, proposal: Proposal, *, by_request: bool) -> str:
    """The reason as it is kept. Levy needs a request or evidence, and a word where tickets were used."""
    of_levy = proposal.amount > refunds.left(payment).liability
    if of_levy and not by_request and not proposal.evidence:
        raise RefundError("Lampirkan permohonan atau bukti pembayar: yang dikembalikan adalah retribusi.")
    order = Order.objects.filter(payment=payment).first()
    used = used_tickets(order) if order and of_levy else 0
    if used and not proposal.despite_use:
        raise RefundError(
            f"{used} tiket pesanan ini sudah dipakai masuk. Bila tetap dikembalikan, centang pernyataannya"
            " dan sebutkan alasannya."
        )
    return f"{proposal.reason.strip()} ({used} tiket sudah dipakai)" if used else proposal.reason


def _attach(refund: Refund, evidence: File[bytes], by: User, at: datetime) -> None:
    try:
        attachments.attach(subject=refund, kind="request", upload=evidence, by=by, at=at)
    except AttachmentError as error:
        raise RefundError(f"{error} Belum ada yang diusulkan.") from error


def approve(*, refund_id: UUID, by: User, at: datetime) -> Refund:
    """Agree; then the bank is told, or the konsep of a restitution's papers are printed. Raises RefundError.

    Not inside a transaction.
    """
    with transaction.atomic():
        refund = refunds.approve(refund_id=refund_id, by=by, at=at)
        if refund.way in BY_TREASURY:
            papers.issue(refund, by=by, at=at)
    return carry_out(refund_id, at=at) if refund.way in CALLS_BANK else refund


@transaction.atomic
def refuse(*, refund_id: UUID, reason: str, by: User, at: datetime) -> Refund:
    """Say no to a proposal, or withdraw one's own. Raises RefundError."""
    refund = refunds.refuse(refund_id=refund_id, reason=reason, by=by, at=at)
    papers.void(refund, reason=reason, by=by, at=at)
    return refund


@transaction.atomic
def record_skrdlb(*, refund_id: UUID, number: str, day: date, by: User, at: datetime) -> Refund:
    """Enter the SKRDLB's number; the konsep carries it from now on. Raises RefundError."""
    refund = refunds.record_skrdlb(refund_id=refund_id, number=number, day=day, by=by, at=at)
    try:
        papers.official(refund, by=by, at=at)
    except DocumentError as error:
        raise RefundError(str(error)) from error
    return refund


def spoken(refund: Refund) -> str:
    """What the person at the screen hears after a deed."""
    amount = format_rupiah(refund.amount)
    return {
        "done": f"{amount} sudah dikembalikan dan dibukukan.",
        "unclear": f"{amount} dikirim, tetapi bank belum menjawab. Sistem bertanya lagi sendiri.",
        "refused": f"Tidak jadi: {refund.message}",
        "approved": f"{amount} disetujui. Konsep SKRDLB siap dicetak.",
    }.get(refund.state, f"{amount}: {refund.get_state_display().lower()}.")
