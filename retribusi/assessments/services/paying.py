"""Asking for a debt's money by QRIS. Every call here talks to the bank, so none stands in a transaction."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from payments.incoming import registry
from payments.incoming import services as incoming
from payments.incoming.models import PaymentRequest
from payments.incoming.rules import LIVE
from retribusi.assessments.models import Debt
from retribusi.assessments.payable import KIND, SkrdPayable
from retribusi.services.paying import Answer, Outcome, PayError, asked, given_up, heard


def ask_for_qr(debt: Debt, *, at: datetime) -> Answer:
    """A QR for what the debt costs now; the old one is asked about first. Raises PayError.

    A live QR of another amount (a month of interest began since) is cancelled at the bank before the new
    one, so that at no moment two can be paid.
    """
    try:
        quote = SkrdPayable().quote(debt.key)
        if debt.request is None:
            return _keep(debt, _first(debt, at), at)
        if debt.request.state in LIVE and debt.request.amount != quote.amount:
            old = incoming.cancel(debt.request.pk, reason="Jumlah tagihan berubah", by=None, at=at)
            if old.state in LIVE:
                return Answer(Outcome.SILENT, old)
        return _keep(debt, incoming.renew(debt.request.pk, by=None, at=at), at)
    except (registry.NotPayable, incoming.RequestError) as error:
        raise PayError(str(error)) from error


def ask_bank(debt: Debt, *, at: datetime) -> Answer:
    """ "Tanya bank sekarang": book what the bank says and tell what it was. Raises PayError."""
    if debt.request_id is None:
        raise PayError(_("Tagihan ini belum punya QR, jadi belum ada yang dapat dibayar dengan QRIS."))
    return asked(debt.request_id, at=at)


def cancel(debt: Debt, *, at: datetime) -> Answer:
    """Give the QR up; the debt stays. Raises PayError."""
    if debt.request_id is None:
        raise PayError(_("Tagihan ini belum punya QR, jadi tidak ada yang perlu dibatalkan."))
    return given_up(debt.request_id, reason="Dibatalkan wajib retribusi", at=at)


def _first(debt: Debt, at: datetime) -> PaymentRequest:
    account = debt.skrd.point.receiving_account
    if account is None:
        raise PayError(_("Tempat ini belum dapat menerima pembayaran. Anda belum dikenai biaya."))
    return incoming.request_payment(kind=KIND, key=debt.key, receiving_account=account, by=None, at=at)


def _keep(debt: Debt, request: PaymentRequest, at: datetime) -> Answer:
    """The request becomes the debt's; one for a debt that was voided or replaced meanwhile is taken back."""
    standing = Debt.objects.collectable().filter(pk=debt.pk)
    if request.state in LIVE and not standing.exists():
        incoming.cancel(request.pk, reason="Tagihan tidak berlaku lagi", by=None, at=at)
        raise PayError(_("Tagihan ini baru saja berubah. Buka lagi halaman SKRD."))
    Debt.objects.filter(pk=debt.pk).update(request=request)
    return heard(request)
