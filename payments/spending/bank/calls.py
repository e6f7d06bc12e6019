"""Our calls to the bank for spending: names of accounts, orders and how they stand, and what a QRIS is.

None may be made inside a transaction; ``snap.client`` refuses that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opd.office.ids import uuid7
from payments.snap import client
from payments.snap.codes import Service
from payments.snap.models import Partner
from payments.spending.bank import answers, bodies
from payments.spending.bank.answers import Expected, Outcome, Told, text
from payments.spending.bank.words import reason_of
from payments.spending.models import Disbursement, Payee, Way

SERVICES = {
    Way.INTRABANK: Service.TRANSFER_INTRABANK,
    Way.INTERBANK: Service.TRANSFER_INTERBANK,
    Way.QRIS_SNAP: Service.QR_PAYMENT,
}
"""The ways on which we order and the bank answers; all others a person does by hand."""

SILENT = "Bank belum menjawab. Mungkin sudah, mungkin belum dibayar; jangan bayar lagi dengan cara lain."


@dataclass(frozen=True)
class Named:
    """Whose account it is at the bank, or why that is not known."""

    name: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Decoded:
    """A QRIS as the bank reads it, or why it can't be paid there."""

    reference_no: str = ""
    merchant_name: str = ""
    city: str = ""
    problem: str = ""


def load(disbursement_id: UUID) -> Disbursement:
    """A disbursement with all that a call about it needs."""
    rows = Disbursement.objects.select_related("spend__payee", "account__partner")
    return rows.get(pk=disbursement_id)


def send_order(disbursement: Disbursement, *, decode_reference_no: str, at: datetime) -> Told:
    """The one order of a disbursement. The caller has made sure that nobody sends it a second time."""
    service = SERVICES[Way(disbursement.way)]
    result = client.call(
        _partner(disbursement), service, _order(service, disbursement, decode_reference_no), at=at
    )
    if isinstance(result, client.Success):
        return answers.told_of_order(result.body, _expected(disbursement))
    if isinstance(result, client.Refused):
        return answers.told_of_refusal(result.code)
    if result.call_id is None:
        return Told(Outcome.NOT_DONE, f"Perintah tidak sampai dikirim ke bank. {result.reason}")
    return Told(Outcome.UNCLEAR, SILENT)


def ask_standing(disbursement: Disbursement, *, at: datetime) -> Told:
    """How the order stands: by status inquiry (36) for transfers, by query (51) for QRIS."""
    service = SERVICES[Way(disbursement.way)]
    question = Service.QR_QUERY if service is Service.QR_PAYMENT else Service.TRANSFER_STATUS
    body = bodies.status(service, _facts(disbursement), reference_no=disbursement.reference_no)
    result = client.call(_partner(disbursement), question, body, at=at)
    if isinstance(result, client.Success):
        return answers.told_of_status(result.body, _expected(disbursement))
    if isinstance(result, client.Refused):
        return answers.told_of_refused_status(result.code)
    return Told(Outcome.UNCLEAR, SILENT)


def inquire(partner: Partner, payee: Payee, *, internal: bool, at: datetime) -> Named:
    """The name on the payee's account (15 inside our bank, 16 elsewhere)."""
    service = Service.ACCOUNT_INQUIRY_INTERNAL if internal else Service.ACCOUNT_INQUIRY_EXTERNAL
    body = bodies.inquiry(payee.account_no, payee.bank_code, internal=internal, reference=uuid7().hex)
    result = client.call(partner, service, body, at=at)
    if isinstance(result, client.Refused):
        return Named(problem=reason_of(result.code))
    if isinstance(result, client.Unknown):
        return Named(problem="Bank tidak menjawab. Coba lagi sebentar lagi.")
    if text(result.body, "beneficiaryAccountNo", 34) not in ("", payee.account_no):
        return Named(problem="Jawaban bank menyebut rekening lain.")
    name = text(result.body, "beneficiaryAccountName", 100)
    return Named(name) if name else Named(problem="Bank tidak menyebut nama pemilik rekening.")


def decode(partner: Partner, content: str, *, at: datetime) -> Decoded:
    """The merchant of a QRIS, by the bank (48)."""
    body = bodies.decode(content, reference=uuid7().hex, at=at)
    result = client.call(partner, Service.QR_DECODE, body, at=at)
    if isinstance(result, client.Refused):
        return Decoded(problem=f"Bank tidak dapat memakai QRIS ini. {reason_of(result.code)}")
    if isinstance(result, client.Unknown):
        return Decoded(problem="Bank tidak menjawab. Belum ada yang dibayar; coba lagi sebentar lagi.")
    return Decoded(
        reference_no=text(result.body, "referenceNo", 64),
        merchant_name=text(result.body, "merchantName", 100),
        city=text(result.body, "merchantLocation", 50),
    )


def _partner(disbursement: Disbursement) -> Partner:
    account = disbursement.account
    if account is None or account.partner is None:
        raise LookupError(f"pembayaran {disbursement.pk} tidak punya rekening yang tersambung ke bank")
    return account.partner


def _order(service: Service, disbursement: Disbursement, decode_reference_no: str) -> dict[str, object]:
    facts, spend = _facts(disbursement), disbursement.spend
    if service is Service.QR_PAYMENT:
        return bodies.qr_payment(facts, content=spend.qris_content, decode_reference_no=decode_reference_no)
    payee = spend.payee
    if payee is None:
        raise LookupError(f"belanja {spend.pk} tidak punya penerima")
    to = bodies.Beneficiary(
        payee.account_no, payee.account_name or payee.name, payee.bank_code, payee.bank_name
    )
    return bodies.transfer(service, facts, to)


def _facts(disbursement: Disbursement) -> bodies.OrderFacts:
    return bodies.OrderFacts(
        partner_reference_no=disbursement.partner_reference_no,
        amount=disbursement.amount,
        source_account_no=disbursement.account.account_no if disbursement.account else "",
        made_at=disbursement.made_at,
        remark=disbursement.spend.description,
    )


def _expected(disbursement: Disbursement) -> Expected:
    return Expected(disbursement.partner_reference_no, disbursement.amount)
