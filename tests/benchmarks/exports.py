"""How fast the legs of the sealed books are written into an archive, beside a bare COPY of the same rows."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from resource import RUSAGE_SELF, getrusage
from tempfile import TemporaryFile

from django.db import connection

from opd.office.exports import archive
from opd.office.exports.shapes import PLAIN, Contents
from payments.ledger import exporting
from payments.ledger.models import Block
from tests.benchmarks.figures import Figure
from tests.benchmarks.ledger import fill
from tests.benchmarks.measuring import Options, timed

_BARE = "COPY (SELECT * FROM ledger_entry ORDER BY journal_id, line_no) TO STDOUT (FORMAT csv)"


def run(options: Options) -> Iterator[Figure]:
    """A tenth of the rows first, then all of them, so that memory shows whether it grows."""
    for journals in (options.size // 20, options.size // 2 - options.size // 20):
        fill(journals)
        whole = exporting.contents({"block": Block.objects.latest("id").pk})
        legs = replace(whole, tables=[table for table in whole.tables if table.name == "baris"], texts=[])
        floors, ours = [], []
        for _ in range(options.rounds):
            floors.append(timed(_copy))
            ours.append(timed(partial(_archive, legs)))
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_entry")
            rows = cursor.fetchone()[0]
        ratio = statistics.median(floor / own for floor, own in zip(floors, ours, strict=True))
        yield Figure(
            f"Ekspor {rows} baris", rows / statistics.median(ours), "baris/detik", "COPY polos",
            rows / statistics.median(floors), ratio, "paling sedikit 0,5", ratio >= 0.5,
        )  # fmt: skip
        yield Figure(f"Puncak memori pada {rows} baris", getrusage(RUSAGE_SELF).ru_maxrss / 1024, "MB")


def _archive(legs: Contents) -> None:
    with TemporaryFile() as target:
        archive.write(target, legs, PLAIN, lambda done, total: None)


def _copy() -> None:
    """As ``\\copy`` does: every column of the legs as text, into a file."""
    with TemporaryFile() as target, connection.cursor() as cursor, cursor.copy(_BARE) as rows:
        for row in rows:
            target.write(row)
