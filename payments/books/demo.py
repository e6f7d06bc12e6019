"""The demo's books: every past month proven by a statement and closed, last month reported, this month open.

Statements are written from the journals as a bank would have seen them; a fee of this month stays open.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.core.files.base import ContentFile

from opd.demo import KOMINFO, PARIWISATA, PENDIDIKAN, PILOTS, agency, holder
from opd.models import Opd, Role, User
from opd.office.calendar import at as moment
from opd.office.calendar import day_of
from payments.books import services
from payments.books.days import after, before, first_of, last_of, words
from payments.books.matching import SHORTEST_KEY
from payments.books.models import (
    AccountStatement,
    CashKind,
    CashMovement,
    MonthClosing,
    Report,
    ReportKind,
)
from payments.books.notes import NOTES, total_of
from payments.books.queries import bank, ledger, overview
from payments.books.services import CashDraft
from payments.books.shelf import CASH
from payments.books.statement import CLOSING, HEADER, OPENING
from payments.spending.models import Disbursement, TreasuryAccount

FEE = Decimal(7_500)
"""What the bank took this month without asking: the difference that is left to explain."""


def seed(*, at: datetime) -> str:
    """Close every month before that of ``at`` for the pilots and report the last one, once."""
    if MonthClosing.objects.exists():
        return "sudah ada"
    done = [code for code in PILOTS if _agency(code, at)]
    return f"{MonthClosing.objects.count()} bulan ditutup di {len(done)} OPD"


def bank_balances() -> list[dict[str, str]]:
    """What the bank holds for each treasurer as its newest statement says: the sandbox bank begins there."""
    rows = AccountStatement.objects.filter(withdrawn_at=None).select_related("account")
    newest = {row.account.account_no: row for row in rows.order_by("last_day")}
    return [{"account": number, "balance": f"{row.closing:.2f}"} for number, row in newest.items()]


def _agency(code: str, at: datetime) -> bool:
    opd, by = agency(code), holder(Role.BENDAHARA_PENGELUARAN, code)
    account = TreasuryAccount.objects.filter(opd=opd, kind="bp").order_by("pk").first()
    oldest, today = ledger.oldest(opd.pk), day_of(at)
    last = before(today.year, today.month)
    if account is None or oldest is None or oldest > last_of(*last):
        return False
    balance = _statement(account, oldest.replace(day=1), last_of(*last), Decimal(0), (), by=by, at=at)
    if today.day > 1:
        fees = ((today - timedelta(days=1), "BIAYA ADMINISTRASI", -FEE, ""),) if code == PARIWISATA else ()
        _statement(account, today.replace(day=1), today - timedelta(days=1), balance, fees, by=by, at=at)
    _close_until(opd, last, by=by, at=at)
    if code == PARIWISATA:
        _panjar(opd, today, by=by, at=at)
    _report(code, opd, last, at=at)
    return True


def _panjar(opd: Opd, today: date, *, by: User, at: datetime) -> None:
    """Cash handed to the PPTK this month for small expenses; part came back, the rest is unaccounted for."""
    pptk = holder(Role.PPTK, PARIWISATA)

    def move(kind: CashKind, back: int, amount: int, why: str, advance: CashMovement | None) -> CashMovement:
        day = max(today - timedelta(days=back), today.replace(day=1))
        return services.move_cash(
            draft=CashDraft(
                request_key=f"demo:panjar:{kind}", opd_id=opd.pk, kind=kind, amount=Decimal(amount),
                moved_date=day, reference=f"KW Demo/{kind}/{day.year}", reason=why,
                holder_id=pptk.pk if advance is None else None, advance_id=advance.pk if advance else None,
            ),
            by=by, at=at,
        )  # fmt: skip

    given = move(CashKind.ADVANCE, 5, 600_000, "Panjar konsumsi dan parkir kegiatan (demo)", None)
    move(CashKind.RETURNED, 2, 150_000, "Sisa panjar kembali (demo)", given)


Line = tuple[date, str, Decimal, str]


def _statement(
    account: TreasuryAccount,
    first: date,
    last: date,
    opening: Decimal,
    more: tuple[Line, ...],
    *,
    by: User,
    at: datetime,
) -> Decimal:
    """Upload what the bank would have written; its closing balance."""
    lines = sorted([*_seen(account.opd_id, first, last), *more], key=lambda line: line[0])
    name = f"KORAN_{account.account_no}_{last:%Y%m%d}.csv"
    content = ContentFile(_csv(account, lines, first, last, opening).encode(), name=name)
    return services.import_statement(account_id=account.pk, upload=content, by=by, at=at).closing


def _seen(opd_id: int, first: date, last: date) -> list[Line]:
    found = bank.moves(opd_id, first, last, by_value=True)
    return [(one.value_date, one.text.upper()[:200], one.amount, _reference(one)) for one in found]


def _reference(move: bank.Move) -> str:
    stem, _, deed = move.key.rpartition(":")
    if deed != "paid" or not stem.startswith("spend:"):
        return ""
    paid = Disbursement.objects.filter(spend=UUID(stem.removeprefix("spend:")), state="succeeded").first()
    told = (paid.reference_no or paid.rrn or paid.partner_reference_no) if paid else ""
    return told if len(told) >= SHORTEST_KEY else ""


def _csv(account: TreasuryAccount, lines: list[Line], first: date, last: date, opening: Decimal) -> str:
    balance = opening
    rows = [_row(account, first, OPENING, Decimal(0), balance, "")]
    for day, text, amount, reference in lines:
        balance += amount
        rows.append(_row(account, day, text, amount, balance, reference))
    rows.append(_row(account, last, CLOSING, Decimal(0), balance, ""))
    return "\n".join([";".join(HEADER), *rows]) + "\n"


def _row(
    account: TreasuryAccount, day: date, text: str, amount: Decimal, balance: Decimal, reference: str
) -> str:
    out, come = (f"{max(side, Decimal(0)):.2f}" if side > 0 else "" for side in (-amount, amount))
    when = f"{day:%d/%m/%Y}"
    cells = (when, when, account.account_no, account.account_name, text.replace(";", ","), "IDR")
    return ";".join([*cells, out, come, f"{balance:.2f}", reference.replace(";", ",")])


def _close_until(opd: Opd, last: tuple[int, int], *, by: User, at: datetime) -> None:
    while (month := overview.next_month(opd.pk)) and month <= last:
        end = last_of(*month)
        held = ledger.balances(opd.pk, end)[CASH]
        counted = _pieces(held)
        why = "" if total_of(counted) == held else "Pecahan di bawah seribu rupiah tidak ada di brankas"
        services.close_month(
            opd_id=opd.pk, year=month[0], month=month[1], counted=counted, explanation=why, by=by,
            at=min(at, moment(first_of(*after(*month)), 9)),
        )  # fmt: skip


def _pieces(amount: Decimal) -> dict[str, int]:
    """The fewest notes for an amount in rupiah."""
    counted, left = {}, int(amount)
    for value in NOTES:
        if left >= value:
            counted[f"k{value}"], left = divmod(left, value)
    return counted


def _report(code: str, opd: Opd, month: tuple[int, int], *, at: datetime) -> None:
    """Pariwisata's report waits for PPK, Pendidikan's for PA, Kominfo's is still to be sent."""
    by, when = holder(Role.BENDAHARA_PENGELUARAN, code), min(at, moment(first_of(*after(*month)), 11))
    report: Report = services.draft_report(
        opd=opd, year=month[0], month=month[1], kind=ReportKind.SPENDING, by=by, at=when
    )
    if code != KOMINFO:
        services.submit_report(report_id=report.pk, by=by, at=when)
    if code == PENDIDIKAN:
        services.verify_report(report_id=report.pk, by=holder(Role.PPK_OPD, code), at=when)
    if code == PARIWISATA:
        end = last_of(*month)
        held = ledger.balances(opd.pk, end)[CASH]
        counted = _pieces(held)
        why = "" if total_of(counted) == held else f"Pecahan kecil tidak ada pada {words(end)}"
        services.inspect_cash(opd_id=opd.pk, day=end, counted=counted, explanation=why, by=by, at=when)
