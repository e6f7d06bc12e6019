"""Gapless numbers, where the law asks for them (SKRD, STRD, STS, DPR, DPT …)."""

from __future__ import annotations

from django.db import connection, transaction

from opd.models import Opd


def issue(kind: str, opd: Opd, year: int) -> int:
    """The next number of ``kind`` for an agency and year, from 1.

    Call it last in a short transaction: the counter's row stays locked until commit, and a rollback gives
    the number back, so that none is skipped. Raises TransactionManagementError outside a transaction.
    """
    return block(kind, opd, year, 1)[0]


def block(kind: str, opd: Opd, year: int, count: int) -> range:
    """The next ``count`` (> 0) numbers at once, under the same terms as ``issue``."""
    if count < 1:
        raise ValueError("blok nomor paling sedikit satu")
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("nomor urut hanya diambil di dalam transaksi")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO office_counter AS c (kind, opd_id, year, last) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (kind, opd_id, year) DO UPDATE SET last = c.last + EXCLUDED.last RETURNING last",
            [kind, opd.pk, year, count],
        )
        (last,) = cursor.fetchone()
    return range(last - count + 1, last + 1)
