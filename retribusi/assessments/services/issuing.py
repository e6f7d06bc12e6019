"""SKRD are issued here, one or a thousand at once, by the same few statements.

Who issues: bendahara penerimaan prepares and issues, since the register and the money are in that desk; the
paper is signed by the agency's head as Pengguna Anggaran (Permendagri 77/2020), who alone voids, remits and
grants instalments (``deciding``): who writes a debt down can't make it vanish.
No journal is posted here: LO follows the money (house.md, Decisions), and the receivables' list with its
allowance is what the accountant takes the year's accrual from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import Opd, User
from opd.office import documents
from opd.office.calendar import day_of
from opd.office.ids import uuid7
from payments.money import format_rupiah, rupiah
from retribusi.assessments import papers, terms
from retribusi.assessments.errors import AssessmentError
from retribusi.assessments.models import AssessmentFile, Debt, Skrd, SkrdLine, WajibRetribusi
from retribusi.assessments.services import numbers
from retribusi.models import CollectionPoint, TariffItem

MOST_NAMED = 1000
"""Of more wajib retribusi than this their keys are not listed in the question; the answer is sifted."""
MOST_OF_ONE = 9999
"""Units of one tariff in one SKRD."""
LONGEST_PERIOD = 366
_BATCH = 1000


@dataclass(frozen=True)
class Charge:
    """So many of one tariff, at the amount and codes of the day of issue; rupiah."""

    tariff: TariffItem
    quantity: int
    kode_lra: str
    kode_lo: str

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.tariff.amount


@dataclass(frozen=True)
class Assessment:
    """One SKRD to issue, already judged."""

    form_key: str
    point: CollectionPoint
    wajib: WajibRetribusi
    charges: Sequence[Charge]
    period: tuple[date, date]
    issued_on: date
    due_on: date
    file: AssessmentFile | None = None
    line_no: int | None = None
    replaces: Skrd | None = None

    @property
    def principal(self) -> Decimal:
        return rupiah(sum((charge.amount for charge in self.charges), Decimal(0)))


def charges(point: CollectionPoint, quantities: Mapping[int, int], *, on: date) -> list[Charge]:
    """Charges of ``quantities`` (tariff id to number, zeros left out) on a day. Raises AssessmentError."""
    wanted = {tariff: number for tariff, number in quantities.items() if number}
    offered = {item.pk: item for item in point.tariffs.on_sale(on=on).prefetch_related("codes")}
    if not wanted:
        raise AssessmentError("Isi banyaknya untuk paling sedikit satu tarif.")
    if not set(wanted) <= set(offered):
        raise AssessmentError("Salah satu tarif tidak berlaku hari ini. Muat ulang formulir, lalu isi lagi.")
    if any(not 0 < number <= MOST_OF_ONE for number in wanted.values()):
        raise AssessmentError(f"Banyaknya antara 1 dan {MOST_OF_ONE}.")
    return [charge_of(item, wanted[pk], on=on) for pk, item in offered.items() if pk in wanted]


def charge_of(item: TariffItem, quantity: int, *, on: date) -> Charge:
    """One charge at the codes of a day; zero tariffs have no SKRD. Raises AssessmentError."""
    if item.amount <= 0:
        raise AssessmentError(f"Tarif {item.name} nol rupiah; tidak ada yang ditetapkan.")
    return Charge(item, quantity, *item.codes_on(on))


def judged(
    *,
    form_key: str,
    point: CollectionPoint,
    wajib: WajibRetribusi,
    quantities: Mapping[int, int],
    period: tuple[date, date],
    replaces: Skrd | None = None,
    at: datetime,
) -> Assessment:
    """The SKRD that issuing would make, for the preview. Raises AssessmentError."""
    day = day_of(at)
    if wajib.opd_id != point.opd_id:
        raise AssessmentError("Wajib retribusi dan titik ini bukan milik OPD yang sama.")
    check_period(period)
    found = charges(point, quantities, on=day)
    twice = standing_twice([(wajib.pk, charge.tariff.pk) for charge in found], period, besides=replaces)
    if twice:
        raise AssessmentError(
            f"Sudah ada SKRD {next(iter(twice.values()))} yang berlaku untuk tarif dan masa ini."
        )
    if replaces is not None:
        _check_replaced(replaces, wajib)
    return Assessment(form_key, point, wajib, found, period, day, terms.due_on(day), replaces=replaces)


def check_period(period: tuple[date, date]) -> None:
    """Raises AssessmentError."""
    first, last = period
    if not 0 <= (last - first).days < LONGEST_PERIOD:
        raise AssessmentError(
            "Masa retribusi berakhir pada atau setelah mulainya, paling lama setahun.", field="period_to"
        )


def _check_replaced(old: Skrd, wajib: WajibRetribusi) -> None:
    if old.document.voided_at is None:
        raise AssessmentError("SKRD yang diganti harus dibatalkan dahulu.")
    if old.wajib_retribusi_id != wajib.pk or Skrd.objects.filter(replaces=old).exists():
        raise AssessmentError("SKRD itu milik wajib retribusi lain atau sudah diganti.")


def standing_twice(
    pairs: Sequence[tuple[object, int]], period: tuple[date, date], *, besides: Skrd | None = None
) -> dict[tuple[object, int], str]:
    """Of (wajib retribusi, tariff): those that a standing SKRD covers in the period already, with its
    number. One query."""
    lines = SkrdLine.objects.filter(
        tariff__in={tariff for _, tariff in pairs}, skrd__document__voided_at=None,
        skrd__period_from__lte=period[1], skrd__period_to__gte=period[0],
    )  # fmt: skip
    if len(pairs) <= MOST_NAMED:
        lines = lines.filter(skrd__wajib_retribusi__in={wajib for wajib, _ in pairs})
    if besides is not None:
        lines = lines.exclude(skrd=besides)
    wanted = set(pairs)
    rows = lines.values_list("skrd__wajib_retribusi", "tariff", "skrd__document__number_text")
    return {(wajib, tariff): number for wajib, tariff, number in rows if (wajib, tariff) in wanted}


def issue(*, assessment: Assessment, by: User, at: datetime) -> Skrd:
    """Issue one SKRD; pressed again with the same ``form_key`` it returns the first.

    Raises AssessmentError, PermissionDenied.
    """
    access.require(by, "assessments.issue", opd=assessment.point.opd_id)
    known = _known(assessment)
    if known:
        return known
    try:
        with transaction.atomic():
            _still_free(assessment)
            (row,) = issue_many(assessments=[assessment], opd=assessment.point.opd, by=by, at=at)
    except IntegrityError:
        first = _known(assessment)
        if first is None:
            raise
        return first  # the same form arrived twice at the same moment
    return row


def _still_free(assessment: Assessment) -> None:
    """The same levy of one wajib retribusi is fixed once, also when two officers press at one moment."""
    WajibRetribusi.objects.select_for_update().get(pk=assessment.wajib.pk)
    pairs = [(assessment.wajib.pk, charge.tariff.pk) for charge in assessment.charges]
    twice = standing_twice(pairs, assessment.period, besides=assessment.replaces)
    if twice and _known(assessment) is None:
        raise AssessmentError(
            f"SKRD {next(iter(twice.values()))} baru terbit untuk tarif dan masa ini; tidak ada yang terbit."
        )


def _known(assessment: Assessment) -> Skrd | None:
    row = Skrd.objects.select_related("document").filter(form_key=assessment.form_key).first()
    if row and (row.wajib_retribusi_id, row.principal) != (assessment.wajib.pk, assessment.principal):
        raise AssessmentError("Formulir ini sudah dipakai untuk SKRD lain. Buka formulir baru.")
    return row


def issue_many(*, assessments: Sequence[Assessment], opd: Opd, by: User | None, at: datetime) -> list[Skrd]:
    """Issue SKRD of one agency and day in the caller's transaction; their numbers are one block, in order.

    The statements don't grow with the number of SKRD (one more for each thousand of a table). Lines and
    debts enter before the number is taken, so that its lock is held as short as may be.
    """
    rows, lines = [], []
    for each in assessments:
        row = _row(each, by, at)
        rows.append(row)
        lines.append([_line(row, charge) for charge in each.charges])
    SkrdLine.objects.bulk_create([line for some in lines for line in some], batch_size=_BATCH)
    debts = Debt.objects.bulk_create(
        [Debt(skrd=row, amount=row.principal, due_on=row.due_on, made_at=at) for row in rows],
        batch_size=_BATCH,
    )
    numbers.open_for(debts, rows, by=by, at=at)
    signed = papers.signers(opd, assessments[0].issued_on)
    drafts = [
        papers.skrd_draft(row, some, bases=_bases(each), signed=signed)
        for each, row, some in zip(assessments, rows, lines, strict=True)
    ]
    made = documents.issue_many(
        kind=papers.SKRD.code, opd=opd, day=assessments[0].issued_on, drafts=drafts, by=by, at=at
    )
    for row, document in zip(rows, made, strict=True):
        row.document = document
    Skrd.objects.bulk_create(rows, batch_size=_BATCH)
    total = sum((row.principal for row in rows), Decimal(0))
    after = {
        "first": made[0].number_text, "last": made[-1].number_text, "count": len(rows),
        "total": format_rupiah(total),
    }  # fmt: skip
    audit.record("skrd.issue", rows[0], by=by, at=at, after=after)
    return rows


def _row(each: Assessment, by: User | None, at: datetime) -> Skrd:
    return Skrd(
        id=uuid7(), form_key=each.form_key, opd_id=each.point.opd_id, point=each.point,
        wajib_retribusi=each.wajib, period_from=each.period[0], period_to=each.period[1],
        issued_on=each.issued_on, due_on=each.due_on, principal=each.principal, issued_at=at, issued_by=by,
        file=each.file, line_no=each.line_no, replaces=each.replaces,
    )  # fmt: skip


def _line(row: Skrd, charge: Charge) -> SkrdLine:
    return SkrdLine(
        skrd=row, tariff=charge.tariff, name=charge.tariff.name, quantity=charge.quantity,
        unit_amount=charge.tariff.amount, kode_lra=charge.kode_lra, kode_lo=charge.kode_lo,
    )  # fmt: skip


def _bases(each: Assessment) -> list[str]:
    return list(dict.fromkeys(charge.tariff.legal_basis for charge in each.charges))
