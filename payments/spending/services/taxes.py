"""Withheld taxes: their billing codes and their deposit (PMK 59/PMK.03/2022)."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import User
from opd.office.calendar import day_of
from payments.ledger.services import post
from payments.spending import postings, rules
from payments.spending.errors import BadDraft, Missing, Twice, WrongState
from payments.spending.models import Source, Spend, TaxLine
from payments.spending.services.booking import facts_of, tax_of
from payments.spending.services.locking import locked

_BILLING = re.compile(r"[0-9]{15}")
_NTPN = re.compile(r"[0-9A-Z]{16}")


def _locked_tax(tax_id: int, by: User) -> tuple[Spend, TaxLine]:
    spend_id = TaxLine.objects.filter(pk=tax_id).values_list("spend_id", flat=True).first()
    if spend_id is None:
        raise Missing("Baris pajak ini tidak ada. Tidak ada yang berubah.")
    spend = locked(spend_id)
    access.require(by, "spend.pay", opd=spend.opd_id)
    return spend, TaxLine.objects.select_for_update(no_key=True).get(pk=tax_id)


@transaction.atomic
def set_billing_code(*, tax_id: int, billing_code: str, by: User, at: datetime) -> TaxLine:
    """Write the billing code (15 digits) that DJP gave for a withheld tax. Raises BadDraft, WrongState."""
    _, tax = _locked_tax(tax_id, by)
    code = billing_code.strip()
    if not _BILLING.fullmatch(code):
        raise BadDraft("Kode billing terdiri dari 15 angka. Belum disimpan.", "billing_code")
    if tax.deposited_date is not None:
        raise WrongState("Pajak ini sudah disetor; kode billing tidak diubah lagi.")
    before = {"billing_code": tax.billing_code}
    tax.billing_code = code
    tax.save(update_fields=["billing_code"])
    audit.record("tax.billing", tax, by=by, at=at, before=before, after={"billing_code": code})
    return tax


@transaction.atomic
def deposit_tax(*, tax_id: int, ntpn: str, deposited_date: date, by: User, at: datetime) -> TaxLine:
    """Record that a withheld tax was paid to the state: its NTPN, its day, its journal; once.

    The same again gives back the row. What BUD withheld from an LS needs no journal of the treasurer. Raises
    BadDraft, Twice, WrongState; PermissionDenied without ``spend.pay``.
    """
    spend, tax = _locked_tax(tax_id, by)
    number = ntpn.strip().upper()
    if tax.deposited_date is not None:
        return _same(tax, number, deposited_date)
    _check(spend, number, deposited_date, at)
    rows = TaxLine.objects.filter(pk=tax.pk, deposited_date=None)
    try:
        with transaction.atomic():
            rows.update(ntpn=number, deposited_date=deposited_date, deposited_by=by)
    except IntegrityError as error:
        raise Twice(f"NTPN {number} sudah dipakai setoran lain. Setoran ini belum dicatat.") from error
    tax.refresh_from_db()
    if spend.source != Source.LS:
        draft = postings.tax_deposited(facts_of(spend, deposited_date), tax_of(tax))
        post(draft, key=f"tax:{tax.pk}:deposited", by=by, at=at)
    after = {"ntpn": number, "amount": f"{tax.amount:.2f}", "deposited_date": deposited_date.isoformat()}
    audit.record("tax.deposit", tax, by=by, at=at, after=after)
    return tax


def _same(tax: TaxLine, ntpn: str, day: date) -> TaxLine:
    if (tax.ntpn, tax.deposited_date) != (ntpn, day):
        raise WrongState(f"Pajak ini sudah disetor dengan NTPN {tax.ntpn}. Tidak ada yang berubah.")
    return tax


def _check(spend: Spend, ntpn: str, day: date, at: datetime) -> None:
    if rules.State(spend.state) not in rules.SPENT or spend.paid_date is None:
        raise WrongState("Belanja ini belum dibayar, jadi pajaknya belum dipungut. Setoran belum dicatat.")
    if not _NTPN.fullmatch(ntpn):
        raise BadDraft("NTPN terdiri dari 16 huruf besar atau angka. Setoran belum dicatat.", "ntpn")
    if not spend.paid_date <= day <= day_of(at):
        raise BadDraft(
            f"Tanggal setor antara {spend.paid_date:%d/%m/%Y} dan hari ini. Setoran belum dicatat.",
            "deposited_date",
        )
