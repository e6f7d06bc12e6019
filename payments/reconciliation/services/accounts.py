"""Bank accounts and merchants as the register of receiving accounts knows them."""

from __future__ import annotations

from datetime import date

from payments.incoming.models import ReceivingAccount
from payments.reconciliation.parsers.rows import ParseError


def require_known(account: str) -> None:
    """Raises ParseError where no receiving account of ours lands on this bank account."""
    if not ReceivingAccount.objects.filter(bank_account=account).exists():
        message = f"Rekening {account} tidak ada dalam daftar rekening penerimaan; periksa berkasnya."
        raise ParseError(0, "unknown_account", message)


def require_merchant(nmid: str) -> None:
    """Raises ParseError where no receiving account of ours has this NMID."""
    if not ReceivingAccount.objects.filter(nmid=nmid).exists():
        message = f"NMID {nmid[:20]} tidak ada dalam daftar rekening penerimaan; periksa tulisannya."
        raise ParseError(0, "unknown_merchant", message)


def owners(nmids: set[str], on: date) -> dict[str, tuple[int, str, str]]:
    """For each known NMID on a day: agency, name of the point, bank account its money lands on."""
    entries = ReceivingAccount.objects.valid(on=on).filter(nmid__in=nmids).order_by("-pk")
    return {entry.nmid: (entry.opd_id, entry.name, entry.bank_account) for entry in entries}


def partner_of(nmid: str) -> int | None:
    """The partner bank whose merchant this is, if anyone's."""
    return ReceivingAccount.objects.filter(nmid=nmid).values_list("partner_id", flat=True).first()
