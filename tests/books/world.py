"""One agency's June 2026 with each kind of row, and statements that its bank would give."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from uuid import UUID

from django.core.files.base import ContentFile

from payments.books import services
from payments.books.models import AccountStatement, CashKind, CashMovement, MonthClosing
from payments.books.services import CashDraft
from payments.spending import services as spending
from payments.spending.drafts import TaxDraft
from payments.spending.models import Channel, ClaimKind, Source, Spend, TaxKind, Way
from payments.spending.rules import CHECKS
from tests.planning.world import rp
from tests.spending.claims import world as claims
from tests.spending.claims.world import Office

JULY = datetime(2026, 7, 2, 3, 0, tzinfo=UTC)
"""When June is closed."""
YEAR, JUNE = 2026, 6
_numbers = count(1)


def noon(day: int, month: int = JUNE) -> datetime:
    return datetime(2026, month, day, 5, 0, tzinfo=UTC)


def june(day: int) -> date:
    return date(2026, JUNE, day)


def office(code: str = "113") -> Office:
    """An agency with officers and budget whose UP of Rp 60.000.000 came on 1 June."""
    return claims.with_card_limit(claims.with_up(claims.office(code)))


def spent(
    place: Office,
    amount: int,
    *,
    day: int,
    channel: Channel = Channel.CMS,
    source: Source = Source.UP,
    taxes: tuple[TaxDraft, ...] = (),
    reference: str = "",
    text: str = "",
    at: datetime | None = None,
    paid_day: date | None = None,
) -> Spend:
    """A spend brought from its draft to paid on a day of June."""
    moment = at or noon(day)
    draft = replace(
        claims.draft(place, amount, source=source, channel=channel, taxes=taxes), spend_date=june(1)
    )
    if text:
        draft = replace(draft, description=text)
    made = spending.raise_spend(draft=draft, by=place.pptk, at=noon(1))
    spending.submit(spend_id=made.pk, by=place.pptk, at=noon(1))
    spending.approve(spend_id=made.pk, by=place.kpa, at=noon(1))
    paid = paid_day or june(day)
    if source == Source.KKPD:
        return spending.charge_card(spend_id=made.pk, paid_date=paid, rrn="", by=place.kpa, at=moment)
    spending.test_spend(
        spend_id=made.pk,
        checks=dict.fromkeys(CHECKS, True),
        note="bukti menyusul (uji)",
        by=place.bp,
        at=noon(1),
    )
    way = {Channel.CMS: Way.CMS_MANUAL, Channel.CASH: Way.CASH}[channel]
    return spending.record_paid(
        spend_id=made.pk, way=way, paid_date=paid,
        reference_no=reference or f"CMS{next(_numbers):08d}", rrn="",
        account_id=place.account.pk if way == Way.CMS_MANUAL else None, by=place.bp, at=moment,
    )  # fmt: skip


def cash(
    place: Office,
    kind: CashKind,
    amount: int,
    *,
    day: int,
    in_bank: bool = False,
    advance: UUID | None = None,
    key: str = "",
    reference: str = "",
) -> CashMovement:
    draft = CashDraft(
        request_key=key or f"uji:{next(_numbers)}", opd_id=place.opd.pk, kind=kind, amount=rp(amount),
        moved_date=june(day), reference=reference or f"SLIP{next(_numbers):06d}", reason="Keperluan uji",
        in_bank=in_bank, holder_id=place.pptk.pk if kind == CashKind.ADVANCE else None, advance_id=advance,
    )  # fmt: skip
    return services.move_cash(draft=draft, by=place.bp, at=noon(day))


PPN = TaxDraft(TaxKind.PPN, rp(110_000))
PPH = TaxDraft(TaxKind.PPH22, rp(15_000))


def month(place: Office) -> dict[str, object]:
    """A June that an accountant can follow by hand; see ``test_worked_month``."""
    taken = cash(place, CashKind.WITHDRAWN, 2_000_000, day=3, reference="CEK000001")
    supplies = spent(
        place, 1_110_000, day=5, taxes=(PPN, PPH), reference="CMS77000001", text="Alat tulis kantor"
    )
    tax = supplies.taxes.get(kind=TaxKind.PPN)
    spending.deposit_tax(
        tax_id=tax.pk, ntpn="A1B2C3D4E5F6G7H8", deposited_date=june(8), by=place.bp, at=noon(8)
    )
    stamps = spent(place, 300_000, day=9, channel=Channel.CASH, text="Meterai")
    panjar = cash(place, CashKind.ADVANCE, 500_000, day=10)
    cash(place, CashKind.SPENT, 400_000, day=12, advance=panjar.pk)
    trip = spent(place, 400_000, day=12, channel=Channel.CASH, text="Belanja panjar")
    cash(place, CashKind.RETURNED, 100_000, day=13, advance=panjar.pk)
    card = spent(place, 2_000_000, day=15, source=Source.KKPD, channel=Channel.CARD, text="Hotel rapat")
    direct = paid_direct(place, 5_000_000)
    cash(place, CashKind.DEPOSITED, 200_000, day=20, reference="STR000001")
    return {"taken": taken, "supplies": supplies, "stamps": stamps, "panjar": panjar, "trip": trip,
            "card": card, "direct": direct}  # fmt: skip


def paid_direct(place: Office, amount: int) -> Spend:
    """An LS that the BUD paid on 1 June."""
    spend = claims.ready_to_pay(place, amount, source=Source.LS)
    claims.paid(place, ClaimKind.LS, None, spend)
    spend.refresh_from_db()
    return spend


def rows_of_june() -> list[tuple[date, str, int, str]]:
    """What the bank saw in that June: day, words, amount (in positive), reference."""
    return [
        (june(1), "SP2D UP", 60_000_000, ""),
        (june(3), "PENARIKAN TUNAI", -2_000_000, "CEK000001"),
        (june(5), "TRF CMS77000001", -985_000, "CMS77000001"),
        (june(8), "MPN A1B2C3D4E5F6G7H8", -110_000, ""),
        (june(20), "SETORAN TUNAI", 200_000, "STR000001"),
    ]


def statement_csv(
    account_no: str,
    rows: list[tuple[date, str, int, str]],
    *,
    opening: int = 0,
    first: date = date(2026, 6, 1),
    last: date = date(2026, 6, 30),
) -> bytes:
    """The layout of a regional development bank, written by this test alone."""
    head = "Post Date;Effective Date;Account;Name;Description;Currency;Debit;Credit;Balance;Reference No"
    balance, lines = opening, [head, _line(first, account_no, "SALDO AWAL", 0, opening, "")]
    for day, words, amount, reference in rows:
        balance += amount
        lines.append(_line(day, account_no, words, amount, balance, reference))
    lines.append(_line(last, account_no, "SALDO AKHIR", 0, balance, ""))
    return ("\n".join(lines) + "\n").encode()


def _line(day: date, account_no: str, words: str, amount: int, balance: int, reference: str) -> str:
    debit = money(-amount) if amount < 0 else ""
    credit = money(amount) if amount > 0 else ""
    when = f"{day:%d/%m/%Y}"
    cells = (
        when,
        when,
        account_no,
        "BEND PENGELUARAN",
        words,
        "IDR",
        debit,
        credit,
        money(balance),
        reference,
    )
    return ";".join(cells)


def money(amount: int) -> str:
    return f"{amount:,}".replace(",", ".") + ",00"


def upload(content: bytes, name: str = "koran.csv") -> ContentFile[bytes]:
    return ContentFile(content, name=name)


def imported(
    place: Office, rows: list[tuple[date, str, int, str]] | None = None, **words: object
) -> AccountStatement:
    content = statement_csv(place.account.account_no, rows_of_june() if rows is None else rows, **words)  # type: ignore[arg-type]
    return services.import_statement(
        account_id=place.account.pk, upload=upload(content), by=place.bp, at=JULY
    )


IN_THE_SAFE = {"k100000": 10, "k50000": 2}
"""Rp 1.100.000, what June leaves in the safe."""


def close(
    place: Office, counted: dict[str, int] | None = None, *, explanation: str = "", month: int = JUNE,
    at: datetime = JULY,
) -> MonthClosing:  # fmt: skip
    return services.close_month(
        opd_id=place.opd.pk, year=YEAR, month=month, counted=IN_THE_SAFE if counted is None else counted,
        explanation=explanation, by=place.bp, at=at,
    )  # fmt: skip


def closed(place: Office) -> MonthClosing:
    """The worked June, proven by its statement and closed."""
    month(place)
    imported(place)
    return close(place)


def stream(content: bytes) -> io.BytesIO:
    return io.BytesIO(content)


ZERO = Decimal("0.00")
