"""The dashboard's rows are what the rooms' rows say, of every day and month that waits for no count."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from opd.office.calendar import add_months
from opd.office.verification import Finding, Law
from tp2dd.board.rolling import CHANNELS, EFFORTS, values

_BEGINNING = date(2020, 1, 1)
_COUNT = "SELECT count(*) FROM {table}"
_DIFFER = """
    SELECT format('{words} %%s lain dari barisnya', {key}) FROM {table} AS k
    FULL JOIN ({rows}) AS t USING ({keys})
    WHERE ({kept}) IS DISTINCT FROM ({true}) AND {key} = ANY(%(days)s)
    ORDER BY 1 LIMIT 51
"""
_CHANNEL_DAYS = """
    SELECT d::date FROM generate_series(%s::date, %s::date, '1 day') AS d
    WHERE d::date NOT IN (SELECT day FROM tp2dd_daychange WHERE what = 'channel')
"""
_EFFORT_MONTHS = """
    SELECT d::date FROM generate_series(%s::date, %s::date, '1 month') AS d
    WHERE d::date NOT IN (
        SELECT date_trunc('month', day)::date FROM tp2dd_daychange WHERE what = 'effort')
"""


def _compared(
    table: str, rows: str, keys: str, sums: tuple[str, ...], words: str, *, settled: str, last: date
) -> Finding:
    """Every row without an equal on the other side, of days up to ``last`` that ``settled`` finds."""
    statement = _DIFFER.format(
        table=table, rows=rows, keys=keys, key=keys.partition(",")[0], words=words,
        kept=", ".join(f"k.{name}" for name in sums), true=", ".join(f"t.{name}" for name in sums),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(table=table))
        (count,) = cursor.fetchone()
        cursor.execute(settled, [_BEGINNING, last])
        days = [row[0] for row in cursor.fetchall()]
        cursor.execute(statement, values(days, last))
        return Finding(count, [row[0] for row in cursor.fetchall()])


def channels() -> Finding:
    keys = "day, opd_id, side, channel, type"
    sums, today = ("count", "value"), timezone.localdate()
    return _compared(
        "tp2dd_channelday", CHANNELS, keys, sums, "papan hari", settled=_CHANNEL_DAYS, last=today
    )


def efforts() -> Finding:
    """Of months before the last one: what is younger is counted by the hour."""
    sums = ("payments", "sales", "sale_seconds", "credited", "credit_days", "corrections")
    last = add_months(timezone.localdate().replace(day=1), -1) - timedelta(days=1)
    keys, words = "month, opd_id", "papan bulan"
    return _compared("tp2dd_effortmonth", EFFORTS, keys, sums, words, settled=_EFFORT_MONTHS, last=last)


LAWS = (
    Law("tp2dd.channels", "papan menurut kanal sama dengan transaksinya", channels),
    Law("tp2dd.efforts", "ukuran kerja di papan sama dengan pekerjaannya", efforts),
)
