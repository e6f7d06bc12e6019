"""Banks' files as a bank would write them: plain text, no code of the product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

WIB = timezone(timedelta(hours=7))
SETTLEMENT_HEADER = (
    "trx_time,settlement_date,batch_no,nmid,merchant_pan,terminal_id,rrn,bill_no,reference_no,"
    "partner_reference_no,issuer_code,amount_gross,mdr,amount_net,status"
)
STATEMENT_HEADER = (
    "Post Date;Effective Date;Account;Name;Description;Currency;Debit;Credit;Balance;Reference No"
)
RKUD = "0010100000017"
RBK = "ID20260000001"


@dataclass(frozen=True)
class Sale:
    """One settled transaction; amounts in sen."""

    rrn: str = "632800000001"
    gross: int = 500_000
    mdr: int = 0
    at: datetime = datetime(2026, 11, 24, 10, 0, tzinfo=WIB)
    settled: date = date(2026, 11, 24)
    nmid: str = RBK
    terminal: str = "A01"
    pan: str = "9360099900000000017"
    bill: str = ""
    reference: str = ""
    partner_reference: str = ""
    issuer: str = "93600008"
    status: str = "SUCCESS"
    batch: str = ""

    @property
    def batch_no(self) -> str:
        return self.batch or f"B{self.settled:%Y%m%d}-{self.nmid}"

    @property
    def line(self) -> str:
        return ",".join(
            [
                *(self.at.isoformat(), self.settled.isoformat(), self.batch_no, self.nmid, self.pan),
                *(self.terminal, self.rrn, self.bill, self.reference, self.partner_reference, self.issuer),
                *(dot(self.gross), dot(self.mdr), dot(self.gross - self.mdr), self.status),
            ]
        )


def settlement(*sales: Sale, newline: str = "\n") -> str:
    gross, mdr = sum(sale.gross for sale in sales), sum(sale.mdr for sale in sales)
    trailer = f"TRAILER,{len(sales)},{dot(gross)},{dot(mdr)},{dot(gross - mdr)}"
    return newline.join([SETTLEMENT_HEADER, *(sale.line for sale in sales), trailer, ""])


@dataclass(frozen=True)
class Movement:
    """One movement on the account; amounts in sen."""

    credit: int = 0
    debit: int = 0
    description: str = "SETORAN TUNAI"
    reference: str = ""
    post: date = date(2026, 11, 24)
    effective: date | None = None


def credit_of(*sales: Sale, net: int | None = None, post: date | None = None) -> Movement:
    """The one credit that pays a batch out."""
    first = sales[0]
    return Movement(
        credit=sum(sale.gross - sale.mdr for sale in sales) if net is None else net,
        description=f"QRIS SETTLEMENT {first.settled:%Y%m%d} {first.nmid}",
        reference=first.batch_no,
        post=post or first.settled,
    )


def statement(
    *movements: Movement,
    opening: int = 100_000_000,
    first: date | None = None,
    last: date | None = None,
    account: str = RKUD,
    newline: str = "\n",
) -> str:
    days = [movement.post for movement in movements] or [date(2026, 11, 24)]
    start, end = first or min(days), last or max(days)
    rows = [_row(start, start, account, "SALDO AWAL", None, None, opening, "")]
    balance = opening
    for m in movements:
        balance += m.credit - m.debit
        debit, credit = (m.debit or None), (m.credit or None)
        effective = m.effective or m.post
        rows.append(_row(m.post, effective, account, m.description, debit, credit, balance, m.reference))
    rows.append(_row(end, end, account, "SALDO AKHIR", None, None, balance, ""))
    return newline.join([STATEMENT_HEADER, *rows, ""])


def _row(
    post: date,
    effective: date,
    account: str,
    text: str,
    debit: int | None,
    credit: int | None,
    balance: int,
    reference: str,
) -> str:
    amounts = ["" if sen is None else grouped(sen) for sen in (debit, credit, balance)]
    days = [f"{post:%d/%m/%Y}", f"{effective:%d/%m/%Y}"]
    return ";".join([*days, account, "RKUD PROV BENGKULU", text, "IDR", *amounts, reference])


def dot(sen: int) -> str:
    return f"{sen // 100}.{sen % 100:02d}"


def grouped(sen: int) -> str:
    sign, sen = ("-" if sen < 0 else ""), abs(sen)
    digits, parts = str(sen // 100), list[str]()
    while digits:
        digits, part = digits[:-3], digits[-3:]
        parts.insert(0, part)
    return f"{sign}{'.'.join(parts)},{sen % 100:02d}"
