"""``camt053_v1``: ISO 20022 bank-to-customer statement camt.053.001, versions 02 to 08, one account a file.

One entry is one row, a batch too: its amount is what moved. Here ``line_no`` is the entry's number in the
file, for XML need not have lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import IO, TYPE_CHECKING

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError as XmlError
from defusedxml.ElementTree import iterparse, tostring

from payments.reconciliation.parsers import reading
from payments.reconciliation.parsers.chain import (
    Closing,
    Event,
    Movement,
    Opening,
    connect,
    reversed_text,
)
from payments.reconciliation.parsers.rows import ParseError, StatementRow, StatementTotals

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LABEL = "rekening koran camt.053"
_NAMESPACE = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.0[2-8]\}Document")
_PATH = ["Document", "BkToCstmrStmt", "Stmt"]
_MOST_HELD = 1 << 20
_AMOUNT = re.compile(r"\d{1,16}(\.\d{1,5})?", re.ASCII)
_COUNT = re.compile(r"\d{1,9}", re.ASCII)
_ACCOUNT = re.compile(r"[0-9A-Z]{5,34}", re.ASCII)
_WIB = timezone(timedelta(hours=7))
_NO_REFERENCE = {"", "NOTPROVIDED"}


def parse(content: IO[bytes]) -> Iterator[StatementRow | StatementTotals]:
    """The movements in rupiah as they come, then the totals of all pages. Raises ParseError."""
    return connect(events(content))


def begins(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a camt.053 document."""
    return reading.is_markup(head) and b"camt.053" in head


def events(content: IO[bytes]) -> Iterator[Event]:
    """Balances and movements in any currency; one entry at a time is in memory.

    Raises ParseError: ``hostile`` for a document type, entities or anything outside the file, ``xml`` where
    it is not well-formed.
    """
    try:
        yield from _walk(_Metered(content))
    except ParseError:
        raise
    except XmlError as error:
        place = f" (baris {error.position[0]} berkas)" if error.position else ""
        raise ParseError(0, "xml", f"Berkas ini bukan XML yang utuh{place}; mungkin terpotong.") from error
    except DefusedXmlException as error:
        message = "Berkas ini memuat DOCTYPE atau entitas, yang tidak ada dalam camt.053; tidak dibaca."
        raise ParseError(0, "hostile", message) from error
    except (ValueError, LookupError) as error:
        raise ParseError(0, "not_text", "Berkas ini bukan XML dalam UTF-8.") from error


class _Metered:
    """The file, which refuses to go on where too much was read since something was let go."""

    def __init__(self, content: IO[bytes]) -> None:
        self.content = content
        self.held = 0

    def read(self, size: int = 1 << 14, /) -> bytes:
        self.held += size
        if self.held > _MOST_HELD:
            raise ParseError(0, "too_long", "Berkas ini memuat satu bagian yang lebih besar dari 1 MB.")
        return self.content.read(size)

    def release(self) -> None:
        self.held = 0


def _walk(source: _Metered) -> Iterator[Event]:
    """Hand each part of a statement on when it ends, and drop it; of a batch only the first detail stays."""
    path: list[str] = []
    parents: list[Element] = []
    entries = details = 0
    page = _Page()
    for event, element in iterparse(source, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            path.append(_local(element.tag))
            parents.append(element)
            _check_place(path, element)
            continue
        parents.pop()
        element.tag = path[-1]
        if path[:3] == _PATH and len(path) == 4:
            entries += element.tag == "Ntry"
            yield from page.take(element, entries, details)
            details = 0
        elif path == _PATH:
            yield from page.close()
            page = _Page()
        elif path[3:4] == ["Ntry"] and path[-2:] == ["NtryDtls", "TxDtls"]:
            details += 1
        if len(path) in {3, 4} or (details > 1 and element.tag == "TxDtls"):
            parents[-1].remove(element)
            source.release()
        path.pop()


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _check_place(path: list[str], element: Element) -> None:
    if len(path) == 1 and not _NAMESPACE.fullmatch(element.tag):
        found = element.tag[1:].partition("}")[0] if element.tag.startswith("{") else element.tag
        message = f"Berkas ini “{found[-40:]}”, bukan camt.053 versi 2 sampai 8."
        raise ParseError(0, "wrong_header", message)
    if len(path) == 2 and path != _PATH[:2]:
        raise ParseError(0, "wrong_header", f"Berkas ini memuat “{path[1][:40]}”, bukan rekening koran.")


class _Page:
    """One ``Stmt``: its account, its balances (they stand before the entries), its counts and sums."""

    def __init__(self) -> None:
        self.account = self.name = ""
        self.first: dict[str, Closing] = {}
        self.last: dict[str, Closing] = {}
        self.told: Element | None = None
        self.is_open = False
        self.sums = {"CRDT": (0, Decimal(0)), "DBIT": (0, Decimal(0))}

    def take(self, part: Element, number: int, details: int) -> Iterator[Event]:
        if part.tag == "Ntry":
            if not self.is_open:
                yield self._opening()
            yield self._movement(part, number, details)
        elif part.tag in {"Acct", "Bal", "TxsSummry"} and self.is_open:
            raise ParseError(number, "order", f"{part.tag} berada sesudah mutasi.")
        elif part.tag == "Acct":
            self._take_account(part)
        elif part.tag == "Bal":
            self._take_balance(part)
        elif part.tag == "TxsSummry":
            self.told = part

    def close(self) -> Iterator[Event]:
        if not self.is_open:
            yield self._opening()
        closing = self.last.get("CLBD") or self.last.get("ITBD")
        if closing is None:
            raise ParseError(0, "truncated", "Berkas ini tidak memuat saldo akhir (CLBD).")
        yield closing
        self._agree()

    def _take_account(self, part: Element) -> None:
        text = _text(part, "Id/IBAN") or _text(part, "Id/Othr/Id")
        self.account = re.sub(r"[ .-]", "", text)
        self.name = _text(part, "Ownr/Nm")
        if not _ACCOUNT.fullmatch(self.account):
            raise ParseError(0, "account", f"Rekening “{text[:40]}” bukan nomor rekening.")

    def _take_balance(self, part: Element) -> None:
        code = _text(part, "Tp/CdOrPrtry/Cd")
        if code not in {"OPBD", "PRCD", "CLBD", "ITBD"}:
            return
        currency, amount = _signed(part, 0, f"Saldo {code}")
        interim = code == "ITBD" or _text(part, "Tp/SubTp/Cd") == "INTM"
        balance = Closing(0, currency, _day(part, 0, "Dt"), amount, interim)
        self.first.setdefault(code, balance)
        self.last[code] = balance

    def _opening(self) -> Opening:
        self.is_open = True
        found = self.first.get("OPBD") or self.first.get("PRCD") or self.first.get("ITBD")
        if found is None:
            raise ParseError(0, "opening", "Berkas ini tidak memuat saldo awal (OPBD).")
        if not self.account:
            raise ParseError(0, "account", "Berkas ini tidak memuat nomor rekening (Acct).")
        return Opening(
            line_no=0,
            account=self.account,
            name=self.name,
            currency=found.currency,
            day=found.day,
            balance=found.balance,
            interim=found.interim,
        )

    def _movement(self, part: Element, number: int, details: int) -> Movement:
        status = _text(part, "Sts/Cd") or _text(part, "Sts")
        if status != "BOOK":
            raise ParseError(number, "status", f"mutasi berstatus “{status[:20]}”, bukan BOOK.")
        currency, amount = _signed(part, number, "mutasi")
        self._count(_text(part, "CdtDbtInd"), abs(amount))
        _check_batch(part, number, details, abs(amount))
        booked = part.find("BookgDt")
        value = part.find("ValDt")
        description = _description(part, details)
        back = _text(part, "RvslInd") in {"true", "1"}
        return Movement(
            line_no=number,
            raw=_raw(part),
            post_date=_day(part, number, "BookgDt" if booked is not None else "ValDt"),
            effective_date=_day(part, number, "ValDt" if value is not None else "BookgDt"),
            currency=currency,
            amount=amount,
            description=reversed_text(description) if back else description,
            reference_no=_reference(part, details),
        )

    def _count(self, direction: str, amount: Decimal) -> None:
        count, total = self.sums[direction]
        self.sums[direction] = (count + 1, total + amount)

    def _agree(self) -> None:
        """The counts and sums of ``TxsSummry``, where the bank wrote them."""
        if self.told is None:
            return
        for name, direction in (("TtlCdtNtries", "CRDT"), ("TtlDbtNtries", "DBIT")):
            count, total = self.sums[direction]
            self._same(f"{name}/NbOfNtries", _COUNT, Decimal(count))
            self._same(f"{name}/Sum", _AMOUNT, total)
        self._same("TtlNtries/NbOfNtries", _COUNT, Decimal(sum(count for count, _ in self.sums.values())))

    def _same(self, name: str, form: re.Pattern[str], found: Decimal) -> None:
        assert self.told is not None
        said = _text(self.told, name)
        if said and (not form.fullmatch(said) or Decimal(said) != found):
            message = f"{name} menurut bank {said[:30]}, menurut isi berkas {found}."
            raise ParseError(0, "control_total", message)


def _check_batch(part: Element, number: int, details: int, amount: Decimal) -> None:
    """A batch must hold as many transactions, and as much money, as it says."""
    batches = part.findall("NtryDtls/Btch")
    counts = [_text(batch, "NbOfTxs") for batch in batches]
    totals = [_text(batch, "TtlAmt") for batch in batches]
    if details and batches and all(map(_COUNT.fullmatch, counts)) and sum(map(int, counts)) != details:
        message = f"kumpulan memuat {details} transaksi, menurut bank {sum(map(int, counts))}."
        raise ParseError(number, "batch", message)
    if batches and all(map(_AMOUNT.fullmatch, totals)) and sum(map(Decimal, totals)) != amount:
        message = f"kumpulan berjumlah {sum(map(Decimal, totals))}, mutasinya {amount}."
        raise ParseError(number, "batch", message)


def _signed(part: Element, number: int, name: str) -> tuple[str, Decimal]:
    """Currency and amount, below zero for a debit. Raises ParseError (``amount``, ``direction``)."""
    text, direction = _text(part, "Amt"), _text(part, "CdtDbtInd")
    if not _AMOUNT.fullmatch(text) or Decimal(text) != round(Decimal(text), 2):
        raise ParseError(number, "amount", f"{name}: “{text[:40]}” bukan jumlah uang seperti 5000.00.")
    if direction not in {"CRDT", "DBIT"}:
        raise ParseError(number, "direction", f"{name}: “{direction[:20]}” bukan CRDT atau DBIT.")
    stated = part.find("Amt")
    amount = round(Decimal(text), 2)
    currency = stated.get("Ccy", "") if stated is not None else ""
    return currency, amount if direction == "CRDT" else -amount


def _day(part: Element, number: int, name: str) -> date:
    """A day, or the WIB day of an instant."""
    text = _text(part, f"{name}/Dt")
    if text:
        return reading.iso_day(number, name, text)
    text = _text(part, f"{name}/DtTm")
    try:
        instant = datetime.fromisoformat(text)
        return (instant.astimezone(_WIB) if instant.tzinfo else instant).date()
    except (ValueError, OverflowError) as error:
        message = f"{name} “{text[:40]}” bukan tanggal seperti 2026-11-24."
        raise ParseError(number, "date", message) from error


def _description(part: Element, details: int) -> str:
    """What the one transaction says; of a batch, what the entry says, or how many it holds."""
    own = _text(part, "AddtlNtryInf")
    if details > 1:
        return own or f"{details} transaksi"
    told = part.findall("NtryDtls/TxDtls/RmtInf/Ustrd")
    text = " ".join(" ".join((line.text or "").split()) for line in told)
    return text or own or _text(part, "NtryDtls/TxDtls/AddtlTxInf")


def _reference(part: Element, details: int) -> str:
    names = ["NtryRef", "AcctSvcrRef"]
    if details == 1:
        names.insert(0, "NtryDtls/TxDtls/Refs/EndToEndId")
    found = (_text(part, name) for name in names)
    return next((text for text in found if text not in _NO_REFERENCE), "")


def _text(part: Element, name: str) -> str:
    return " ".join((part.findtext(name) or "").split())


def _raw(part: Element) -> str:
    for element in part.iter():
        element.tail = None
        if element.text and not element.text.strip():
            element.text = None
    return tostring(part, encoding="unicode")
