"""Our three questions to the acquirer: a QR (47), how a payment stands (51), and a cancellation (77).

None may be asked inside a transaction; ``snap.client`` refuses that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from opd.office.calendar import WIB
from payments import money, qris
from payments.incoming import rules, wire
from payments.incoming.models import PaymentAttempt, ReceivingAccount
from payments.incoming.rules import Answer
from payments.snap import client
from payments.snap.codes import Service
from payments.snap.models import Partner


@dataclass(frozen=True)
class QrIssued:
    """A QR that shows what we asked for."""

    reference_no: str
    qr_content: str


@dataclass(frozen=True)
class QrUnfit:
    """The bank sent a QR that must not be shown."""

    reference_no: str
    problem: str


@dataclass(frozen=True)
class QrRefused:
    """The bank said no: ``duplicate``: it knows our reference already; ``final``: asking again is no use."""

    code: str
    duplicate: bool
    final: bool


@dataclass(frozen=True)
class Silent:
    """No answer, or one that says nothing: it may or may not have happened."""

    reason: str


@dataclass(frozen=True)
class Standing:
    """How one reference stands at the bank; ``facts`` are there where it was found."""

    answer: Answer
    facts: wire.MoneyFacts | None = None


@dataclass(frozen=True)
class Reference:
    """The names of one transaction between the bank and us."""

    partner: Partner
    merchant_id: str
    partner_reference_no: str
    reference_no: str

    def body(self) -> dict[str, Any]:
        fields = {
            "originalPartnerReferenceNo": self.partner_reference_no,
            "originalReferenceNo": self.reference_no,
            "merchantId": self.merchant_id,
        }
        return {name: value for name, value in fields.items() if value}


def reference_of(attempt: PaymentAttempt) -> Reference:
    """Needs ``request__receiving_account__partner`` loaded."""
    account = attempt.request.receiving_account
    return Reference(account.partner, account.merchant_id, attempt.partner_reference_no, attempt.reference_no)


def ask_qr(attempt: PaymentAttempt, *, at: datetime) -> QrIssued | QrUnfit | QrRefused | Silent:
    """Generate the QR of an attempt. Safe to repeat: the bank refuses a reference it knows."""
    request, account = attempt.request, attempt.request.receiving_account
    body = {
        "partnerReferenceNo": attempt.partner_reference_no,
        "amount": money.to_snap(request.amount),
        "merchantId": account.merchant_id,
        "validityPeriod": attempt.expires_at.astimezone(WIB).isoformat(timespec="seconds"),
        **({"terminalId": account.terminal_id} if account.terminal_id else {}),
    }
    result = client.call(account.partner, Service.QR_GENERATE, body, at=at)
    if isinstance(result, client.Success):
        return _issued(result.body, account, request.amount)
    if isinstance(result, client.Refused):
        return _refused(result.code)
    return Silent(result.reason)


def _issued(body: dict[str, Any], account: ReceivingAccount, amount: Decimal) -> QrIssued | QrUnfit | Silent:
    content, reference_no = body.get("qrContent"), body.get("referenceNo")
    reference = reference_no[:64] if isinstance(reference_no, str) else ""
    if not isinstance(content, str) or not content:
        return Silent("jawaban tanpa qrContent")
    problem = misfit(content, account, amount)
    return QrUnfit(reference, problem) if problem else QrIssued(reference, content)


def misfit(content: str, account: ReceivingAccount, amount: Decimal) -> str:
    """Why a QR must not be shown for this account and amount; empty where it fits."""
    try:
        payload = qris.parse(content)
    except qris.QrisError as error:
        return f"QR tidak terbaca: {error}"
    if payload.amount != amount:
        return f"jumlah pada QR {payload.amount}, seharusnya {amount}"
    if payload.nmid != account.nmid:
        return f"NMID pada QR {payload.nmid}, seharusnya {account.nmid}"
    if payload.merchant_name.strip().casefold() != account.merchant_name.strip().casefold():
        return f"nama pada QR {payload.merchant_name!r}, seharusnya {account.merchant_name!r}"
    return ""


def _refused(code: str) -> QrRefused:
    http, case = code[:3], code[5:]
    temporary = http in {"408", "429"} or http.startswith("5") or (http == "409" and case == "00")
    duplicate = (http, case) in {("409", "01"), ("404", "18")}
    return QrRefused(code, duplicate=duplicate, final=not temporary)


def ask_standing(reference: Reference, *, at: datetime) -> Standing | Silent:
    """How a payment stands. A refusal is an answer too where SNAP gives it a meaning."""
    body = {**reference.body(), "serviceCode": "47"}
    result = client.call(reference.partner, Service.QR_QUERY, body, at=at)
    if isinstance(result, client.Success):
        facts = wire.read(result.body)
        if _about_another(facts, reference):
            return Silent("jawaban tentang rujukan lain")
        return Standing(rules.answer_of_status(facts.status), facts)
    if isinstance(result, client.Refused):
        answer = rules.answer_of_refusal(result.code)
        return Silent(f"ditolak {result.code}") if answer is Answer.UNCLEAR else Standing(answer)
    return Silent(result.reason)


def _about_another(facts: wire.MoneyFacts, reference: Reference) -> bool:
    ours, theirs = reference.partner_reference_no, reference.reference_no
    return (ours != "" and facts.partner_reference_no not in ("", ours)) or (
        theirs != "" and facts.reference_no not in ("", theirs)
    )


def ask_cancel(attempt: PaymentAttempt, *, reason: str, at: datetime) -> bool:
    """Whether the bank says that nobody can pay this reference any more."""
    body = {
        **reference_of(attempt).body(),
        "reason": reason[:100],
        "amount": money.to_snap(attempt.request.amount),
    }
    result = client.call(attempt.request.receiving_account.partner, Service.QR_CANCEL, body, at=at)
    if isinstance(result, client.Refused):
        return rules.answer_of_refusal(result.code) in {Answer.CANCELLED, Answer.NOT_FOUND}
    return isinstance(result, client.Success)
