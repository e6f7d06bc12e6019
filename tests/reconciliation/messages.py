"""MT940 and camt.053 as a bank would write them: plain text, no code of the product."""

from __future__ import annotations

from datetime import date
from xml.sax.saxutils import escape

from tests.reconciliation.files import RKUD, Movement, dot

DAY = date(2026, 11, 24)


def mt940(
    *pages: list[Movement],
    opening: int = 100_000_000,
    account: str = RKUD,
    currency: str = "IDR",
    day: date = DAY,
    newline: str = "\r\n",
) -> str:
    """One message a page; all but the last close, and all but the first open, with an interim balance."""
    lines: list[str] = []
    balance = opening
    for number, movements in enumerate(pages or ([],), 1):
        first, last = number == 1, number == max(len(pages), 1)
        lines += [":20:STMT", f":25:{account}", f":28C:328/{number}"]
        lines.append(f":60{'F' if first else 'M'}:{_balance(balance, day, currency)}")
        for movement in movements:
            balance += movement.credit - movement.debit
            lines += _entry(movement)
        end = max([day, *(movement.post for page in pages for movement in page)])
        lines += [f":62{'F' if last else 'M'}:{_balance(balance, end, currency)}", "-"]
    return newline.join([*lines, ""])


def _entry(movement: Movement) -> list[str]:
    value = movement.effective or movement.post
    mark = "C" if movement.credit else "D"
    amount = comma(movement.credit or movement.debit)
    text = f"{value:%y%m%d}{movement.post:%m%d}{mark}{amount}NTRF{movement.reference or 'NONREF'}"
    wrapped = [movement.description[at : at + 65] for at in range(0, len(movement.description), 65)] or [""]
    return [f":61:{text}", f":86:{wrapped[0]}", *wrapped[1:]]


def _balance(sen: int, day: date, currency: str) -> str:
    return f"{'D' if sen < 0 else 'C'}{day:%y%m%d}{currency}{comma(abs(sen))}"


def comma(sen: int) -> str:
    return dot(sen).replace(".", ",")


def camt053(
    *movements: Movement,
    opening: int = 100_000_000,
    account: str = RKUD,
    currency: str = "IDR",
    day: date = DAY,
    version: int = 8,
    prolog: str = "",
    summary: str = "",
) -> str:
    closing = opening + sum(movement.credit - movement.debit for movement in movements)
    end = max([day, *(movement.post for movement in movements)])
    entries = "".join(entry(movement, currency, version) for movement in movements)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{prolog}'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02}">\n'
        "<BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr>\n<Stmt><Id>1</Id>"
        f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ownr><Nm>RKUD PROV BENGKULU</Nm></Ownr></Acct>\n"
        f"{balance('OPBD', opening, day, currency)}{balance('CLBD', closing, end, currency)}{summary}"
        f"{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    )


def balance(code: str, sen: int, day: date, currency: str = "IDR") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(sen, currency)}"
        f"<Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def entry(movement: Movement, currency: str = "IDR", version: int = 8, details: str = "") -> str:
    value = movement.effective or movement.post
    status = "<Sts><Cd>BOOK</Cd></Sts>" if version >= 8 else "<Sts>BOOK</Sts>"
    told = details or (
        f"<TxDtls><Refs><EndToEndId>{escape(movement.reference) or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f"<RmtInf><Ustrd>{escape(movement.description)}</Ustrd></RmtInf></TxDtls>"
    )
    return (
        f"<Ntry>{_amount(movement.credit - movement.debit, currency)}{status}"
        f"<BookgDt><Dt>{movement.post}</Dt></BookgDt><ValDt><Dt>{value}</Dt></ValDt>"
        f"<NtryDtls>{told}</NtryDtls></Ntry>\n"
    )


def _amount(sen: int, currency: str) -> str:
    direction = "DBIT" if sen < 0 else "CRDT"
    return f'<Amt Ccy="{currency}">{dot(abs(sen))}</Amt><CdtDbtInd>{direction}</CdtDbtInd>'
