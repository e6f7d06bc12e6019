"""How fast budget is held on one hot line and purse, beside the bare SQL of the same rows.

The floor knows no rule but the sums: a conditional UPDATE each of line and purse, an INSERT each of hold and
movement, in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import count

from django.utils import timezone

from opd.models import Opd
from opd.office.ids import uuid7
from opd.planning import services
from opd.planning.models import BudgetLine, Purse, PurseKind
from tests.benchmarks import measuring
from tests.benchmarks.figures import Figure
from tests.benchmarks.measuring import Options, Session

DAY = date(2026, 6, 1)
PLENTY, ONE = Decimal("900000000000.00"), Decimal("1000.00")
FLOOR = """
    WITH line AS (
        UPDATE planning_budgetline SET held = held + %(amount)s
         WHERE id = %(line)s AND held + realised + %(amount)s <= least(pagu, released) RETURNING id),
    purse AS (
        UPDATE planning_purse SET used = used + %(amount)s
         WHERE id = %(purse)s AND used + %(amount)s <= "limit" RETURNING id),
    held AS (
        INSERT INTO planning_hold (id, key, line_id, purse_id, amount, on_date, state, document_number,
                                   reason, made_at)
        SELECT %(id)s, %(key)s, line.id, purse.id, %(amount)s, %(day)s, 'active', '', '', %(at)s
          FROM line, purse RETURNING purse_id)
    INSERT INTO planning_pursemovement (purse_id, key, "of", amount, reason, at)
    SELECT purse_id, %(key)s, 'used', %(amount)s, 'Uji', %(at)s FROM held
"""
_numbers = count()


def run(options: Options) -> Iterator[Figure]:
    """Holds a second by one and eight clients, all on the same line and purse."""
    line, purse = _budget()
    floor, deed = partial(_bare, line.pk, purse.pk), partial(_hold, line.pk)
    for clients in (1, 8):
        speed = measuring.compare(floor, deed, clients=clients, options=options)
        yield Figure(
            f"Menahan anggaran, {clients} klien", speed.done, "penahanan/detik", "SQL polos", speed.floor,
            speed.ratio,
        )  # fmt: skip


def _budget() -> tuple[BudgetLine, Purse]:
    opd = Opd.objects.create(code="uji", name="Uji", short_name="Uji", valid_from=date(2026, 1, 1))
    line = BudgetLine.objects.create(
        opd=opd, year=2026, kode_sub_kegiatan="1.01.01.1.01.0001", nama_sub_kegiatan="Uji",
        kode_rekening="5.1.02.01.01.0024", nama_rekening="Uji", pagu=PLENTY, released=PLENTY,
    )  # fmt: skip
    return line, Purse.objects.create(opd=opd, year=2026, kind=PurseKind.UP_CASH, limit=PLENTY)


def _bare(line: int, purse: int, session: Session) -> None:
    key, at = f"bare:{next(_numbers)}", timezone.now()
    values = {"line": line, "purse": purse, "amount": ONE, "id": uuid7(), "key": key, "day": DAY, "at": at}
    session.execute(FLOOR, values)


def _hold(line: int, _session: Session) -> None:
    """The whole service, audit trail and all, over the connection of Django's that this thread has."""
    services.hold(
        key=f"uji:{next(_numbers)}", line_id=line, amount=ONE, on=DAY, purse=PurseKind.UP_CASH, by=None,
        at=timezone.now(),
    )  # fmt: skip
