"""A file of SKRD as rows: what each asks for, and every fault with its line. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from opd.office import evidence
from opd.office.tabular import Problems, Row, TabularError, read, text, whole
from retribusi.assessments.errors import AssessmentError
from retribusi.assessments.models import AssessmentFile, WajibRetribusi
from retribusi.assessments.services.issuing import MOST_OF_ONE, Charge, charge_of, standing_twice
from retribusi.assessments.services.register import WajibFacts, checked
from retribusi.models import CollectionPoint, TariffItem

COLUMNS = ("Nama", "Jenis nomor", "NIK atau NPWP", "Alamat", "Tarif", "Banyaknya")
CONTACT = "Kontak"
MOST_ROWS = 20_000
MOST_NAMED = 1000
"""Bad rows that are named; what is beyond is counted."""
_FIELDS = {"name": "Nama", "identity": "NIK atau NPWP", "address": "Alamat"}


@dataclass(frozen=True)
class Wanted:
    """One good row: who, which tariff, how many."""

    line_no: int
    facts: WajibFacts
    charge: Charge


@dataclass
class Reading:
    rows: list[Wanted] = field(default_factory=list)
    problems: Problems = field(default_factory=lambda: Problems(MOST_NAMED))

    @property
    def total(self) -> Decimal:
        return sum((row.charge.amount for row in self.rows), Decimal("0.00"))

    @property
    def payers(self) -> int:
        return len({row.facts.identity.digest for row in self.rows})


def read_file(file: AssessmentFile, *, on: date) -> Reading:
    """Every row of a kept file, judged as on a WIB day: tariffs in force, numbers, and what is asked twice.

    Rows already issued from this very file are no faults. Raises TabularError where it is no such table.
    """
    with evidence.open_original(file.evidence) as content:
        table = read(content, name=file.name, columns=COLUMNS, most_rows=MOST_ROWS)
    found = Reading()
    tariffs = tariffs_by_name(file.point, on=on)
    for row in table.rows:
        wanted = _row(row, tariffs, found.problems, on=on)
        if wanted is not None:
            found.rows.append(wanted)
    _refuse_twins(found)
    _refuse_standing(file, found)
    return found


def tariffs_by_name(point: CollectionPoint, *, on: date) -> dict[str, TariffItem]:
    """Tariffs on sale at a point on a day, by their folded name."""
    items = point.tariffs.on_sale(on=on).prefetch_related("codes")
    return {" ".join(item.name.split()).casefold(): item for item in items}


def _row(row: Row, tariffs: dict[str, TariffItem], problems: Problems, *, on: date) -> Wanted | None:
    before = problems.total
    name = problems.take(text, row, "Nama", most=120)
    kind = problems.take(text, row, "Jenis nomor", most=8)
    number = problems.take(text, row, "NIK atau NPWP", most=30)
    address = problems.take(text, row, "Alamat", most=200)
    contact = ""
    if row.table.has(CONTACT):
        contact = problems.take(text, row, CONTACT, most=120, needed=False) or ""
    asked = problems.take(text, row, "Tarif", most=80)
    quantity = problems.take(whole, row, "Banyaknya", least=1, most=MOST_OF_ONE)
    item = tariffs.get((asked or "").casefold())
    if asked and item is None:
        offered = ", ".join(each.name for each in tariffs.values())
        problems.add(row.fault("Tarif", f"“{asked[:40]}” bukan tarif titik ini. Yang berlaku: {offered}."))
    if problems.total > before or item is None or quantity is None:
        return None
    try:
        facts = checked(
            name=name or "", kind=(kind or "").lower(), identity=number or "", address=address or "",
            contact=contact,
        )  # fmt: skip
        return Wanted(row.line_no, facts, charge_of(item, quantity, on=on))
    except AssessmentError as error:
        problems.add(TabularError(row.line_no, _FIELDS.get(error.field, ""), str(error)))
        return None


def _refuse_twins(found: Reading) -> None:
    first: dict[tuple[str, int], int] = {}
    for row in found.rows:
        key = (row.facts.identity.digest, row.charge.tariff.pk)
        known = first.setdefault(key, row.line_no)
        if known != row.line_no:
            what = f"{row.facts.identity.mask} dengan tarif ini sudah ada di baris {known}."
            found.problems.add(TabularError(row.line_no, "NIK atau NPWP", what))


def _refuse_standing(file: AssessmentFile, found: Reading) -> None:
    """Rows whose levy a standing SKRD covers already in the file's period."""
    numbers = {row.facts.identity.digest for row in found.rows}
    known = dict(
        WajibRetribusi.objects.filter(opd=file.opd, identity_digest__in=numbers).values_list(
            "identity_digest", "pk"
        )
    )
    done = set(file.skrd.values_list("line_no", flat=True))
    pairs = [
        (known[row.facts.identity.digest], row.charge.tariff.pk)
        for row in found.rows
        if row.facts.identity.digest in known and row.line_no not in done
    ]
    twice = standing_twice(pairs, (file.period_from, file.period_to)) if pairs else {}
    for row in found.rows:
        number = twice.get((known.get(row.facts.identity.digest), row.charge.tariff.pk))
        if number and row.line_no not in done:
            what = f"SKRD {number} yang berlaku sudah mencakup tarif dan masa ini."
            found.problems.add(TabularError(row.line_no, "Tarif", what))


def tally(rows: Sequence[Wanted]) -> list[tuple[str, int, Decimal]]:
    """By tariff: its name, how many SKRD, and their sum; the largest first."""
    counts: Counter[str] = Counter(row.charge.tariff.name for row in rows)
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row.charge.tariff.name] += row.charge.amount  # type: ignore[assignment]
    return [(name, count, Decimal(sums[name])) for name, count in counts.most_common()]
