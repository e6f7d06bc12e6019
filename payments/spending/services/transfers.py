"""Pay by transfer over SNAP: whose account it is, the order, and how it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from opd import access, audit
from opd.models import User
from payments.snap.models import Partner
from payments.spending.bank import calls, conversation
from payments.spending.bank.bodies import plain
from payments.spending.bank.sources import PayError, connected, payable, source_account
from payments.spending.errors import Blocked, Missing
from payments.spending.models import Channel, Disbursement, Payee, Way

CHECK_HOLDS = timedelta(days=30)
"""How long a name that the bank told is trusted before it is asked again."""


@dataclass(frozen=True)
class PayeeCheck:
    """What the bank says of a payee's account. ``problem`` is Indonesian; empty where the bank answered."""

    name: str
    matches: bool
    problem: str = ""


def check_payee(*, payee_id: int, by: User, at: datetime) -> PayeeCheck:
    """Ask the bank whose account a payee's is, and keep the name. Not inside a transaction.

    Service 15 inside the bank of the agency's account, else 16. Raises SpendError where there is nothing to
    ask about or nobody to ask; a refusal or silence of the bank is a ``problem``, and changes nothing.
    """
    payee = _payee(payee_id)
    access.require(by, "payee.manage", opd=payee.opd_id)
    if not payee.account_no or not payee.bank_code:
        raise PayError("Isi dahulu kode bank dan nomor rekening penerima ini di buku penerima.")
    partner, bank_code = _inquirer(payee, at)
    named = calls.inquire(partner, payee, internal=payee.bank_code == bank_code, at=at)
    if named.problem:
        return PayeeCheck("", matches=False, problem=named.problem)
    _keep_name(payee, named.name, by=by, at=at)
    return PayeeCheck(named.name, matches=name_matches(payee))


def _payee(payee_id: int) -> Payee:
    payee = Payee.objects.filter(pk=payee_id).first()
    if payee is None:
        raise Missing("Penerima ini tidak ada.")
    return payee


def _inquirer(payee: Payee, at: datetime) -> tuple[Partner, str]:
    account = connected(payee.opd_id, at=at).first()
    if account is None or account.partner is None:
        raise PayError(
            "Belum ada rekening bendahara OPD ini yang tersambung ke bank, jadi nama tidak dapat diperiksa."
        )
    return account.partner, account.bank_code


@transaction.atomic
def _keep_name(payee: Payee, name: str, *, by: User, at: datetime) -> None:
    """Only while it is still the account that was asked about."""
    before = {"checked_name": payee.checked_name}
    asked = Payee.objects.filter(pk=payee.pk, account_no=payee.account_no, bank_code=payee.bank_code)
    if not asked.update(checked_name=name, checked_at=at):
        raise PayError("Rekening penerima ini baru saja diubah orang lain. Periksa lagi.")
    payee.checked_name, payee.checked_at = name, at
    after = {"checked_name": name, "matches": name_matches(payee)}
    audit.record("payee.check", payee, by=by, at=at, before=before, after=after)


def name_matches(payee: Payee) -> bool:
    """Whether the bank's name of the account is the one in the payee book, but for capitals and signs."""
    wanted = _words(payee.account_name or payee.name)
    return bool(payee.checked_name) and _words(payee.checked_name) == wanted


def _words(name: str) -> list[str]:
    return re.sub(r"[^a-z0-9 ]+", " ", plain(name, 120).casefold()).split()


def check_is_fresh(payee: Payee, *, at: datetime) -> bool:
    return payee.checked_at is not None and at - payee.checked_at < CHECK_HOLDS


def pay_by_transfer(
    *, spend_id: UUID, account_id: int, by: User, at: datetime, name_accepted: bool = False
) -> Disbursement:
    """Pay a tested spend to its payee's account: 17 inside the bank of ``account_id``, else 18.

    The intent is committed before the bank is called; without a certain answer the payment stays pending and
    is asked about. Not inside a transaction. Raises SpendError (not payable, blocked, name not checked, or
    another name at the bank and not ``name_accepted``), PermissionDenied.
    """
    spend = payable(spend_id, Channel.CMS, by=by)
    account = source_account(account_id, spend.opd_id, at=at, over_snap=True)
    payee = _transferable(spend.payee, at=at, name_accepted=name_accepted)
    way = Way.INTRABANK if payee.bank_code == account.bank_code else Way.INTERBANK
    intent = conversation.begin(spend_id=spend.pk, way=way, account_id=account.pk, by=by, at=at)
    return conversation.carry_out(intent.pk, by=by, at=at)


def _transferable(payee: Payee | None, *, at: datetime, name_accepted: bool) -> Payee:
    if payee is None or not payee.account_no or not payee.bank_code:
        raise PayError("Penerima belanja ini belum punya kode bank dan nomor rekening di buku penerima.")
    if payee.blocked_at:
        raise Blocked(f"Penerima ini diblokir: {payee.block_reason}. Belanja tidak dibayar.")
    if not check_is_fresh(payee, at=at):
        raise PayError("Periksa dahulu nama pemilik rekening ke bank. Belanja belum dibayar.")
    if not name_matches(payee) and not name_accepted:
        raise PayError(
            f"Menurut bank, rekening ini milik {payee.checked_name}. Centang pernyataan bila memang benar, "
            "atau perbaiki buku penerima. Belanja belum dibayar."
        )
    return payee


def ask_bank(*, disbursement_id: UUID, at: datetime, by: User | None = None) -> Disbursement:
    """Ask the bank now how a payment stands, book what it says, and return the payment as it is then.

    At most one question every three seconds for one payment. Not inside a transaction. Raises Missing.
    """
    row = Disbursement.objects.filter(pk=disbursement_id).select_related("spend").first()
    if row is None:
        raise Missing("Pembayaran ini tidak ada.")
    if by is not None:
        access.require(by, "spend.pay", opd=row.spend.opd_id)
    return conversation.ask(disbursement_id, by=by, at=at)
