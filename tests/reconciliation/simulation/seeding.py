"""Our side of the world, written straight into the tables in the shape the product leaves them in.

Only the journals go through a function: there is no other way into the books.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db import connection

from opd.models import Opd
from opd.office.models import DatedRule, Holiday
from payments.incoming import registry
from payments.incoming.models import MoneyException, ReceivingAccount
from payments.incoming.services import register_account
from tests.opd.cast import agency
from tests.reconciliation.files import RKUD
from tests.reconciliation.scene import AT, Stall
from tests.reconciliation.simulation.world import (
    BANKS,
    FEE_SINCE,
    HOLIDAYS,
    POINTS,
    UNHEARD,
    UNREQUESTED,
    Case,
    Point,
    Trade,
    World,
)

LRA, LO = "4.1.02.02.17.0001", "8.1.02"
_NO_RRN = {Case.NO_RRN, Case.NO_RRN_UNNAMED}
_VALIDITY = timedelta(minutes=30)
_REQUESTS = """
    COPY incoming_paymentrequest (id, payable_kind, payable_key, receiving_account_id, opd_id, kode_lra,
        kode_lo, amount, shares, description, method, state, message, partner_reference_no, reference_no,
        qr_content, expires_at, created_at, unanswered) FROM STDIN
"""
_ATTEMPTS = """
    INSERT INTO incoming_paymentattempt (request_id, partner_id, partner_reference_no, reference_no,
                                         qr_content, step, expires_at, created_at)
    SELECT r.id, a.partner_id, r.partner_reference_no, r.reference_no, r.qr_content, 'open', r.expires_at,
           r.created_at
    FROM incoming_paymentrequest AS r JOIN incoming_receivingaccount AS a ON a.id = r.receiving_account_id
"""
_PAYMENTS = """
    COPY incoming_payment (id, request_id, receiving_account_id, partner_id, opd_id, kode_lra, kode_lo, kind,
        amount, revenue_amount, liability_amount, currency, identity, rrn, reference_no, partner_reference_no,
        issuer, payer_mask, paid_at, method, seen_by, recorded_at, journal_id, fulfilment, fulfil_tries)
    FROM STDIN
"""
_AFTERWARDS = """
    UPDATE incoming_paymentrequest AS r SET state = 'paid', closed_at = p.recorded_at
    FROM incoming_payment AS p WHERE p.request_id = r.id AND p.kind = 'exact';
    UPDATE incoming_paymentrequest SET state = 'open' WHERE state = 'requesting';
    INSERT INTO incoming_paymentevent (kind, request_id, payment_id, at)
    SELECT 'payment.recorded', request_id, id, recorded_at FROM incoming_payment;
    INSERT INTO opd_auditevent (at, action, subject_type, subject_id, after, reason, xid)
    SELECT recorded_at, 'payment.record', 'incoming.payment', id::text,
           jsonb_build_object('kind', kind, 'amount', amount::text, 'rrn', rrn, 'seen_by', seen_by), '',
           pg_current_xact_id()::text::bigint
    FROM incoming_payment;
    ANALYZE incoming_payment, incoming_paymentrequest, incoming_paymentattempt, ledger_journal, ledger_entry;
"""


@dataclass(frozen=True)
class Office:
    """What the world's points and agencies are in the tables."""

    agencies: list[Opd]
    accounts: dict[Point, ReceivingAccount]


@contextmanager
def office() -> Iterator[Office]:
    """Agencies, banks and points; the payable kinds are taken out of the registry again."""
    agencies = [agency(f"9.0{number}", f"Dinas {number}") for number in range(3)]
    partners = [_partner(number) for number in range(BANKS)]
    accounts = {point: _account(point, agencies[point.agency], partners[point.bank]) for point in POINTS}
    Holiday.objects.bulk_create(Holiday(day=day, name="Libur uji") for day in HOLIDAYS)
    DatedRule.objects.create(
        key="reconciliation.mdr_percent", value="0.3", valid_from=FEE_SINCE, legal_basis="uji"
    )
    for number, opd in enumerate(agencies):
        registry.register(_kind(number), Stall(opd.pk))
    try:
        yield Office(agencies, accounts)
    finally:
        for number in range(len(agencies)):
            registry.unregister(_kind(number))


def seed(world: World, office: Office) -> None:
    """What we knew before any file came: requests, and the payments whose notices arrived."""
    requests = {t.reference: uuid4() for t in world.trades if t.case not in UNREQUESTED}
    heard = [trade for trade in world.trades if trade.case not in UNHEARD]
    payments = {trade.rrn + trade.point.nmid: uuid4() for trade in heard}
    _copy(_REQUESTS, (_request(t, requests, office) for t in world.trades if t.case not in UNREQUESTED))
    with connection.cursor() as cursor:
        cursor.execute(_ATTEMPTS)
    rows = zip(heard, _journals(heard, payments, office), strict=True)
    _copy(
        _PAYMENTS,
        (
            _payment(
                trade, requests[trade.reference], payments[trade.rrn + trade.point.nmid], journal, office
            )
            for trade, journal in rows
        ),
    )
    _doubles(heard, payments, office)
    with connection.cursor() as cursor:
        for statement in _AFTERWARDS.split(";")[:-1]:
            cursor.execute(statement)


def _kind(agency_number: int) -> str:
    return f"simulasi.{agency_number}"


def _partner(number: int) -> Any:
    return apps.get_model("snap", "Partner").objects.create(
        slug=f"bank-{number}",
        name=f"Bank {number}",
        base_url="http://bank.invalid",
        client_id=f"kami-{number}",
        partner_id=f"kami-{number}",
    )


def _account(point: Point, opd: Opd, partner: Any) -> ReceivingAccount:
    return register_account(
        opd=opd,
        name=point.name,
        partner=partner,
        merchant_id=f"M-{point.nmid}",
        nmid=point.nmid,
        merchant_pan=point.pan,
        merchant_name="UJI COBA",
        terminal_id=point.terminal,
        bank_account=RKUD,
        decree_number="SK 7/2026",
        decree_date=date(2026, 1, 2),
        valid_from=date(2026, 1, 2),
        by=None,
        at=AT,
    )


def _copy(statement: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as writer:
        for row in rows:
            writer.write_row(row)


def _request(trade: Trade, requests: dict[str, UUID], office: Office) -> tuple[Any, ...]:
    account, made = office.accounts[trade.point], trade.at - timedelta(minutes=5)
    return (
        *(requests[trade.reference], _kind(trade.point.agency), f"{_rupiah(trade.sen)}:{trade.reference}"),
        *(
            account.pk,
            account.opd_id,
            LRA,
            LO,
            _rupiah(trade.sen),
            "[]",
            "Tiket uji",
            "qris",
            "requesting",
            "",
        ),
        *(trade.reference, trade.bank_reference, f"QR {trade.reference}", made + _VALIDITY, made, 0),
    )


def _journals(heard: Sequence[Trade], payments: dict[str, UUID], office: Office) -> list[int]:
    """Posted in sets of 1,000; in the order of ``heard``."""
    journals: list[int] = []
    for first in range(0, len(heard), 1_000):
        some = heard[first : first + 1_000]
        drafts = [_journal(trade, payments[trade.rrn + trade.point.nmid], office) for trade in some]
        journals += _posted(drafts, some[0].at)
    return journals


def _posted(drafts: list[dict[str, Any]], at: datetime) -> list[int]:
    request = {"by": None, "at": at.isoformat(), "journals": drafts}
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_id FROM ledger_post(%s::jsonb) ORDER BY place", [json.dumps(request)])
        return [journal for (journal,) in cursor.fetchall()]


def _journal(trade: Trade, payment: UUID, office: Office) -> dict[str, Any]:
    opd, amount = office.accounts[trade.point].opd_id, _rupiah(trade.sen)
    against = "payment_liability" if trade.case is Case.AGAIN else "undeposited_receipts"
    common = {"opd": opd, "kode_rekening": "", "memo": ""}
    return {
        "key": f"payment:{payment}:received",
        "kind": "payment_received",
        "source": f"payment:{payment}",
        "effective_date": trade.day.isoformat(),
        "value_date": trade.day.isoformat(),
        "description": "Penerimaan QRIS: Tiket uji",
        "currency": "IDR",
        "legs": [
            {"role": "acquirer_receivable", "amount": amount, **common},
            {"role": against, "amount": f"-{amount}", **common},
        ],
    }


def _payment(trade: Trade, request: UUID, payment: UUID, journal: int, office: Office) -> tuple[Any, ...]:
    account, amount = office.accounts[trade.point], _rupiah(trade.sen)
    double = trade.case is Case.AGAIN
    rrn = "" if trade.case in _NO_RRN else trade.rrn
    return (
        *(payment, request, account.pk, account.partner_id, account.opd_id, LRA, LO),
        *(
            "double" if double else "exact",
            amount,
            "0" if double else amount,
            amount if double else "0",
            "IDR",
        ),
        *(f"{account.partner_id}:{trade.reference}:{rrn}", rrn, trade.bank_reference, trade.reference),
        *("93600008", "", trade.at, "qris", "notice", trade.at + timedelta(seconds=2), journal, "done", 0),
    )


def _doubles(heard: Sequence[Trade], payments: dict[str, UUID], office: Office) -> None:
    """A second payment stands in the list of odd money."""
    rows = [
        MoneyException(
            kind="double",
            cause=f"double:{payments[trade.rrn + trade.point.nmid]}",
            source="notice",
            payment_id=payments[trade.rrn + trade.point.nmid],
            opd_id=office.accounts[trade.point].opd_id,
            amount=_rupiah(trade.sen),
            at=trade.at,
        )
        for trade in heard
        if trade.case is Case.AGAIN
    ]
    MoneyException.objects.bulk_create(rows)


def _rupiah(sen: int) -> str:
    return f"{sen // 100}.{sen % 100:02}"
