"""Samples that anybody can draw again: seeded random, monetary units, the largest. Rows are chosen in SQL."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from opd import access, audit
from opd.models import Opd, User
from opd.office.calendar import bounds
from payments.auditing.models import Method, Population, Sample, SampleRow

MOST = 500
"""Rows of one sample at most."""
KINDS = {Population.PAYMENTS: "payment", Population.SPENDS: "spend", Population.JOURNALS: "journal"}
"""The kind of reference that opens a row of a population."""


class SampleError(Exception):
    """Nothing can be drawn; the message is for the screen, beside ``field`` where there is one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Wanted:
    """What is asked for: WIB days inclusive; ``opd`` None is the whole province."""

    population: Population
    method: Method
    first: date
    last: date
    opd: Opd | None
    size: int
    seed: str


@dataclass(frozen=True)
class Drawn:
    """What a draw gave; ``rows`` are key, day, amount, hits, label in order. Money in rupiah."""

    count: int
    sum: Decimal
    interval: int | None
    start: int | None
    rows: Sequence[tuple[str, date, Decimal, int, str]]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(",".join(row[0] for row in self.rows).encode()).hexdigest()


def new_seed() -> str:
    return secrets.token_hex(8)


def start_of(seed: str, interval: int) -> int:
    """The first monetary unit, 1 to ``interval``: the seed's hash as a number. Pure."""
    return 1 + int(hashlib.sha256(seed.encode()).hexdigest(), 16) % interval


def draw_rows(wanted: Wanted, at: datetime) -> Drawn:
    """The rows of a sample out of what was recorded before ``at``. Raises SampleError."""
    body = _POPULATIONS[wanted.population]
    start, end = bounds(wanted.first, wanted.last)
    given: dict[str, Any] = {
        "start": start, "end": end, "first": wanted.first, "last": wanted.last, "at": at,
        "opd": wanted.opd.pk if wanted.opd else None, "size": wanted.size, "seed": wanted.seed,
        "interval": None, "from": None,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(body=body), given)
        count, total = cursor.fetchone()
        if not count:
            raise SampleError("Tidak ada baris dalam pilihan ini. Lebarkan tanggal atau OPD.")
        if wanted.method == Method.MONETARY:
            given["interval"] = int(total * 100) // wanted.size
            if not given["interval"]:
                raise SampleError("Jumlah populasinya terlalu kecil untuk banyaknya sampel ini.")
            given["from"] = start_of(wanted.seed, given["interval"])
        cursor.execute(_METHODS[wanted.method].format(body=body), given)
        return Drawn(count, total, given["interval"], given["from"], cursor.fetchall())


@transaction.atomic
def draw(*, wanted: Wanted, form_key: str, by: User, at: datetime) -> Sample:
    """Draw and keep a sample; the same ``form_key`` again gives the same one. Raises SampleError."""
    reach = access.require(by, "auditing.work")
    if not reach.holds(wanted.opd.pk if wanted.opd else None):
        raise SampleError("Surat tugas Anda tidak mencakup semua OPD; pilih satu yang disebutnya.", "opd")
    known = Sample.objects.filter(form_key=form_key).first()
    if known:
        return known
    drawn = draw_rows(wanted, at)
    facts = {
        **vars(wanted), "population_count": drawn.count, "population_sum": drawn.sum,
        "interval": drawn.interval, "start": drawn.start, "sha256": drawn.sha256, "drawn_at": at,
        "drawn_by": by,
    }  # fmt: skip
    row, is_new = Sample.objects.get_or_create(form_key=form_key, defaults=facts)
    if is_new:
        _keep(row, drawn)
    return row


def _keep(row: Sample, drawn: Drawn) -> None:
    """Its rows, and that it was drawn."""
    SampleRow.objects.bulk_create(
        SampleRow(sample=row, position=place, key=key, day=day, amount=amount, hits=hits, label=label)
        for place, (key, day, amount, hits, label) in enumerate(drawn.rows, 1)
    )
    after = {"method": row.method, "population": row.population, "seed": row.seed, "sha256": row.sha256}
    audit.record("sample.draw", row, by=row.drawn_by, at=row.drawn_at, after=after)


def differences(row: Sample) -> list[str]:
    """What a new draw with the same seed gives otherwise, in words; empty where it gives the same rows."""
    wanted = Wanted(
        Population(row.population), Method(row.method), row.first, row.last, row.opd, row.size, row.seed
    )
    try:
        drawn = draw_rows(wanted, row.drawn_at)
    except SampleError as error:
        return [str(error)]
    now = {
        "Banyaknya populasi": (row.population_count, drawn.count),
        "Jumlah populasi": (row.population_sum, drawn.sum),
        "Sidik baris": (row.sha256, drawn.sha256),
    }
    return [
        f"{name}: dahulu {then}, sekarang {found}" for name, (then, found) in now.items() if then != found
    ]


_COUNT = "SELECT count(*), coalesce(sum(amount), 0) FROM ({body}) rows"
_METHODS = {
    Method.RANDOM: """
        SELECT key, day, amount, 1, label FROM ({body}) rows
         ORDER BY sha256(convert_to(%(seed)s || key, 'UTF8')), key COLLATE "C" LIMIT %(size)s
    """,
    Method.TOP: """
        SELECT key, day, amount, 1, label FROM ({body}) rows
         ORDER BY amount DESC, key COLLATE "C" LIMIT %(size)s
    """,
    Method.MONETARY: """
        SELECT key, day, amount, hits::int, label FROM (
            SELECT rows.*, greatest(0, least(%(size)s, div(upto - %(from)s, %(interval)s::numeric)
                                                       + CASE WHEN upto >= %(from)s THEN 1 ELSE 0 END))
                           - greatest(0, least(%(size)s, div(upto - sen - %(from)s, %(interval)s::numeric)
                                                       + CASE WHEN upto - sen >= %(from)s THEN 1 ELSE 0 END))
                           AS hits
              FROM (SELECT rows.*, amount * 100 AS sen,
                           sum(amount * 100) OVER (ORDER BY key COLLATE "C") AS upto
                      FROM ({body}) rows) rows) rows
         WHERE hits > 0 ORDER BY upto
    """,
}
_POPULATIONS = {
    Population.PAYMENTS: """
        SELECT p.id::text AS key, (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date AS day, p.amount,
               left(concat_ws(', ', o.short_name, nullif('RRN ' || p.rrn, 'RRN ')), 200) AS label
          FROM incoming_payment p JOIN opd_opd o ON o.id = p.opd_id
         WHERE p.paid_at >= %(start)s AND p.paid_at < %(end)s AND p.recorded_at < %(at)s
           AND (%(opd)s::bigint IS NULL OR p.opd_id = %(opd)s)
    """,
    Population.SPENDS: """
        SELECT s.id::text AS key, s.paid_date AS day, s.amount,
               left(concat_ws(', ', o.short_name, s.description), 200) AS label
          FROM spending_spend s JOIN opd_opd o ON o.id = s.opd_id
         WHERE s.state IN ('paid', 'verified', 'passed') AND s.paid_at < %(at)s
           AND s.paid_date BETWEEN %(first)s AND %(last)s
           AND (%(opd)s::bigint IS NULL OR s.opd_id = %(opd)s)
    """,
    Population.JOURNALS: """
        SELECT j.id::text AS key, j.effective_date AS day,
               (SELECT max(b.sum) FROM (SELECT sum(e.amount) FROM ledger_entry e
                 WHERE e.journal_id = j.id AND e.amount > 0 GROUP BY e.book) b) AS amount,
               left(j.description, 200) AS label
          FROM ledger_journal j
         WHERE j.effective_date BETWEEN %(first)s AND %(last)s AND j.recorded_at < %(at)s
           AND (%(opd)s::bigint IS NULL OR EXISTS (SELECT FROM ledger_entry e
                WHERE e.journal_id = j.id AND e.opd_id = %(opd)s))
    """,
}
