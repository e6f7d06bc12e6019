"""Files of the demo's past days, made from its payments and imported as people would have done.

What is left to do: the statement of the last day is not uploaded, and three differences wait. Two of them
are one payment that its bank told of badly: it is offered as a suggestion.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import QuerySet

from opd.demo import user
from opd.models import Role, User
from opd.office.calendar import WIB, bounds, day_of
from opd.office.calendar import at as moment
from payments.incoming.models import Payment
from payments.reconciliation import services
from payments.reconciliation.models import ImportedFile, Match, Suggestion
from payments.reconciliation.parsers import settlement, statement

ACQUIRER, ACCOUNT, NAME = "93600999", "0010100000017", "RKUD PROV BENGKULU"
FIRST_BALANCE = Decimal("12500000000.00")
"""The balance (rupiah) of RKUD before the first demo day."""
FOLDER = "contoh-berkas"
"""Under DATA_DIR: the file that is left to upload."""


@dataclass(frozen=True)
class Line:
    """One transaction as the acquirer would settle it: no fee, since it is paid to the government.

    ``returned`` is what it gave back to the payer since, and credits less to RKUD.
    """

    paid_at: datetime
    day: date
    nmid: str
    pan: str
    terminal: str
    rrn: str
    bill_no: str
    reference: str
    partner_reference: str
    issuer: str
    amount: Decimal
    returned: Decimal = Decimal(0)

    @property
    def batch_no(self) -> str:
        return f"B{self.day:%Y%m%d}-{self.nmid}"


def seed(*, at: datetime) -> str:
    """Import the files of every WIB day with payments before that of ``at``, once. Says what it did."""
    if ImportedFile.objects.exists():
        return "sudah ada"
    days = _days(day_of(at))
    balance = FIRST_BALANCE
    for number, day in enumerate(days):
        lines = _lines(day, odd=len(days) - 1 - number)
        balance, text = statement_text(day, balance, lines)
        _import(settlement_name(day), settlement_text(lines), user(Role.BENDAHARA_PENERIMAAN), day, hour=7)
        if number < len(days) - 1:
            _import(statement_name(day), text, user(Role.KUASA_BUD), day, hour=9)
        else:
            _keep(statement_name(day), text)
    return f"berkas {len(days)} hari"


def keep_last_statement(*, at: datetime) -> None:
    """Write the file that is left to upload again, less what the acquirer gave back since."""
    days = _days(day_of(at))
    balance = FIRST_BALANCE
    for number, day in enumerate(days):
        balance, text = statement_text(day, balance, _lines(day, odd=len(days) - 1 - number))
        if number == len(days) - 1:
            _keep(statement_name(day), text)


def opening_balance(*, at: datetime) -> Decimal:
    """The balance of RKUD with which the demo bank opens: what the last seeded statement closes with."""
    days = _days(day_of(at))
    balance = FIRST_BALANCE
    for number, day in enumerate(days):
        balance, _ = statement_text(day, balance, _lines(day, odd=len(days) - 1 - number))
    return balance


def is_settled(payment: Payment) -> bool:
    """Whether the demo bank has settled a payment already, if badly told; what it has not comes in its next
    file."""
    offered = Suggestion.objects.filter(payment=payment)
    return Match.objects.standing().filter(payment=payment).exists() or offered.exists()


def _days(today: date) -> list[date]:
    before, _ = bounds(today)
    instants = (
        Payment.objects.filter(paid_at__lt=before).order_by("paid_at").values_list("paid_at", flat=True)
    )
    return sorted({day_of(instant) for instant in instants})


def _lines(day: date, *, odd: int) -> list[Line]:
    """The day's QRIS; two days before the last one has another number, and the day before is a stranger."""
    payments = _paid_on(day).filter(method="qris").select_related("receiving_account")
    payments = payments.prefetch_related("refunds")
    lines = [_line(payment, day) for payment in payments.order_by("paid_at", "pk")]
    if odd == 2 and len(lines) > 2:
        lines[1] = _misread(lines[1])
    if odd == 1 and lines:
        lines.append(_stranger(lines[-1]))
    return lines


def _paid_on(day: date) -> QuerySet[Payment]:
    start, end = bounds(day)
    return Payment.objects.filter(paid_at__gte=start, paid_at__lt=end)


def _line(payment: Payment, day: date) -> Line:
    account = payment.receiving_account
    return Line(
        paid_at=payment.paid_at,
        day=day,
        nmid=account.nmid,
        pan=account.merchant_pan,
        terminal=account.terminal_id,
        rrn=payment.rrn or f"{payment.pk.int % 10**12:012}",
        bill_no=payment.partner_reference_no[-20:],
        reference=payment.reference_no,
        partner_reference=payment.partner_reference_no,
        issuer=payment.issuer,
        amount=payment.amount,
        returned=sum(
            (row.amount for row in payment.refunds.all() if row.against == "receivable"), Decimal(0)
        ),
    )


def _misread(line: Line) -> Line:
    """The line of a payment of ours with a number and a minute that only its bank knows."""
    return replace(
        line, rrn=f"{_number('misread', line.day) % 10**12:012}", paid_at=line.paid_at + timedelta(minutes=2),
        bill_no="", reference="", partner_reference="",
    )  # fmt: skip


def _stranger(like: Line) -> Line:
    """A transaction at one of our points that no order of ours asked for."""
    return Line(
        paid_at=like.paid_at + timedelta(minutes=7),
        day=like.day,
        nmid=like.nmid,
        pan=like.pan,
        terminal=like.terminal,
        rrn=f"{_number('stranger', like.day) % 10**12:012}",
        bill_no="",
        reference=f"{like.day:%Y%m%d}999999999999",
        partner_reference="",
        issuer=like.issuer,
        amount=Decimal("7000.00"),
    )


def settlement_name(day: date) -> str:
    return f"QRIS_SETTLEMENT_{ACQUIRER}_{day:%Y%m%d}.csv"


def statement_name(day: date) -> str:
    return f"RKUD_{ACCOUNT}_{day:%Y%m%d}.csv"


def settlement_text(lines: Sequence[Line]) -> str:
    """``qris_settlement_v1`` of one day."""
    rows = [
        [
            *(line.paid_at.astimezone(WIB).isoformat(timespec="seconds"), line.day.isoformat()),
            *(line.batch_no, line.nmid, line.pan, line.terminal, line.rrn, line.bill_no, line.reference),
            *(line.partner_reference, line.issuer, f"{line.amount:.2f}", "0.00", f"{line.amount:.2f}"),
            "SUCCESS",
        ]
        for line in lines
    ]
    gross = sum((line.amount for line in lines), Decimal(0))
    trailer = ["TRAILER", str(len(lines)), f"{gross:.2f}", "0.00", f"{gross:.2f}"]
    return "".join(",".join(row) + "\r\n" for row in [list(settlement.HEADER), *rows, trailer])


def statement_text(day: date, opening: Decimal, lines: Iterable[Line]) -> tuple[Decimal, str]:
    """The closing balance and ``rkud_statement_bpd_v1`` of a day: a credit a batch, and other movements."""
    balance, rows = opening, [_statement_row(day, statement.OPENING, opening)]
    for text, reference, amount in _movements(day, lines):
        balance += amount
        rows.append(_statement_row(day, text, balance, amount, reference))
    rows.append(_statement_row(day, statement.CLOSING, balance))
    return balance, "".join(";".join(row) + "\r\n" for row in [list(statement.HEADER), *rows])


def _movements(day: date, lines: Iterable[Line]) -> list[tuple[str, str, Decimal]]:
    """Description, reference, amount (negative: out), the same whenever the same day is made."""
    tax, spending = (Decimal(_number(word, day) % 80_000 + 500) * 1000 for word in ("pajak", "sp2d"))
    batches: dict[str, tuple[str, Decimal]] = {}
    for line in lines:
        _, net = batches.get(line.batch_no, ("", Decimal(0)))
        batches[line.batch_no] = (line.nmid, net + line.amount - line.returned)
    credits = [
        (f"QRIS SETTLEMENT {day:%Y%m%d} {nmid}", batch, net) for batch, (nmid, net) in sorted(batches.items())
    ]
    by_number = _paid_on(day).filter(method="va").order_by("paid_at", "pk")
    direct = by_number.values_list("va_notice__number", "reference_no", "amount")
    return [
        ("SETORAN PAJAK KENDARAAN BERMOTOR", f"PKB{day:%y%m%d}01", tax),
        *credits,
        *((f"VA {number}", reference, amount) for number, reference, amount in direct),
        ("PENCAIRAN SP2D LS", f"SP2D{day:%y%m%d}07", -spending),
    ]


def _statement_row(
    day: date, text: str, balance: Decimal, amount: Decimal | None = None, reference: str = ""
) -> list[str]:
    written = f"{day:%d/%m/%Y}"
    debit = _indonesian(-amount) if amount is not None and amount < 0 else ""
    credit = _indonesian(amount) if amount is not None and amount > 0 else ""
    return [written, written, ACCOUNT, NAME, text, "IDR", debit, credit, _indonesian(balance), reference]


def _indonesian(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def _number(word: str, day: date) -> int:
    return int.from_bytes(hashlib.sha256(f"{word} {day}".encode()).digest()[:8], "big")


def _import(name: str, text: str, by: User, day: date, *, hour: int) -> None:
    when = moment(day + timedelta(days=1), hour, 30)
    content = ContentFile(text.encode(), name)
    file = services.import_file(profile="", name=name, content=content, by=by, at=when)
    services.run_import(file.pk, at=when)


def _keep(name: str, text: str) -> None:
    folder = Path(settings.DATA_DIR) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8", newline="")
