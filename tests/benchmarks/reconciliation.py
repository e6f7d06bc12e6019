"""How fast a settlement file becomes matches and differences, beside bare COPY, join and write of its rows.

Both read the same file on the same server. The floor knows no checks: it copies the lines into a table, joins
them with the payments by reference and writes the pairs and the rest, with the same unique keys.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.base import File
from django.db import connection
from django.test.utils import override_settings

from opd.models import Opd
from payments.incoming.models import ReceivingAccount
from payments.incoming.services import register_account
from payments.reconciliation import services
from payments.reconciliation.parsers.settlement import HEADER
from tests.benchmarks import others
from tests.benchmarks.figures import Figure
from tests.benchmarks.measuring import Options, timed

DAY = date(2026, 1, 5)
AT = datetime(2026, 1, 6, 1, 0, tzinfo=UTC)
NMID = "ID2026999000001"
_STRANGERS = 100
"""One line in so many names nothing of ours: a difference."""
_PAYMENTS = """
    INSERT INTO incoming_payment (id, receiving_account_id, partner_id, opd_id, kode_lra, kode_lo, kind,
        amount, revenue_amount, liability_amount, currency, identity, rrn, reference_no, partner_reference_no,
        issuer, payer_mask, paid_at, method, seen_by, recorded_at, journal_id, fulfilment, fulfil_tries)
    SELECT gen_random_uuid(), %(account)s, %(partner)s, %(opd)s, '', '', 'unexpected', 5000, 0, 5000, 'IDR',
           %(tag)s || n, lpad((%(first)s + n)::text, 12, '0'), '', %(tag)s || lpad(n::text, 9, '0'), '', '',
           %(day)s::timestamptz + n %% 40000 * interval '1 second', 'qris', 'notice', %(at)s, -%(first)s - n,
           'none', 0
    FROM generate_series(1, %(count)s) AS n
"""
_FLOOR_TABLES = """
    DROP TABLE IF EXISTS floor_line, floor_pair, floor_rest;
    CREATE TABLE floor_line (trx_time timestamptz, settlement_date date, batch_no text, nmid text, pan text,
        terminal text, rrn text, bill text, reference text, ours text, issuer text, gross numeric,
        mdr numeric, net numeric, status text);
    CREATE TABLE floor_pair (payment uuid UNIQUE, line text UNIQUE, agrees boolean);
    CREATE TABLE floor_rest (line text UNIQUE, gross numeric)
"""
_FLOOR_JOIN = """
    INSERT INTO floor_pair SELECT p.id, l.rrn, p.amount = l.gross FROM floor_line AS l
    JOIN incoming_payment AS p ON p.partner_reference_no = l.ours AND p.rrn = l.rrn;
    INSERT INTO floor_rest SELECT rrn, gross FROM floor_line AS l
    WHERE NOT EXISTS (SELECT FROM floor_pair AS p WHERE p.line = l.rrn)
"""


def run(options: Options) -> Iterator[Figure]:
    """A tenth of the size first, then all of it, so that growth shows; the medians of the rounds."""
    account = receiving_account()
    first = 0
    for count in (max(options.size // 10, 1), options.size):
        floors, ours, peers = [], [], []
        for _ in range(options.rounds):
            tag = f"NBBENCH{first:09}"
            _seed(account, tag, first, count)
            with _file(tag, first, count) as path:
                floors.append(timed(partial(_floor, path)))
                ours.append(timed(partial(_import, path)))
                if options.peers:
                    peers.append(others.seconds("pandas_merge", str(path)))
            first += count
        took = statistics.median(ours)
        yield _beside(f"{count} baris settlement", took, ours, "COPY, join, tulis polos", floors, 2)
        if peers:
            yield _beside(f"{count} baris settlement", took, ours, "pandas: baca, merge, tulis", peers, 1)
        memory = getrusage(RUSAGE_SELF).ru_maxrss / 1024
        what = f"Puncak memori pada {count} baris"
        yield Figure(what, memory, "MB", target="di bawah 200", met=memory < 200)


def _beside(what: str, took: float, ours: list[float], name: str, theirs: list[float], most: float) -> Figure:
    ratio = statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True))
    floor = statistics.median(theirs)
    return Figure(what, took, "detik", name, floor, ratio, f"paling banyak {most:g} kali", ratio <= most)


def receiving_account() -> ReceivingAccount:
    opd = Opd.objects.get_or_create(
        code="uji", valid_from=DAY, defaults={"name": "Uji", "short_name": "Uji"}
    )[0]
    partner = apps.get_model("snap", "Partner").objects.create(
        slug="ukur", name="Bank ukur", base_url="http://bank.invalid", client_id="ukur", partner_id="ukur"
    )
    fields: dict[str, Any] = {"opd": opd, "partner": partner, "nmid": NMID, "name": "Ukur"}
    return register_account(
        **fields,
        merchant_id="M-UKUR",
        merchant_pan="9360099900000000017",
        merchant_name="UJI COBA",
        terminal_id="A01",
        bank_account="0010100000099",
        decree_number="SK 1/2026",
        decree_date=DAY,
        valid_from=DAY,
        by=None,
        at=AT,
    )


def _seed(account: ReceivingAccount, tag: str, first: int, count: int) -> None:
    """Payments as rows alone: their journals are not what is measured."""
    values: dict[str, Any] = {
        "account": account.pk,
        "partner": account.partner_id,
        "opd": account.opd_id,
        "tag": tag,
        "first": first,
        "count": count,
        "day": DAY,
        "at": AT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PAYMENTS, values)
        cursor.execute("ANALYZE incoming_payment")


@contextmanager
def _file(tag: str, first: int, count: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{tag}.csv"
        with path.open("w", encoding="utf-8") as out:
            out.write(",".join(HEADER) + "\n")
            for n in range(1, count + 1):
                at = datetime(2026, 1, 5, 0, 0, tzinfo=UTC) + timedelta(seconds=n % 40_000, hours=7)
                strange = n % _STRANGERS == 0
                rrn, ours = first + n + strange * 10**11, "LAIN" if strange else f"{tag}{n:09}"
                place = f"{DAY},{tag},{NMID},9360099900000000017,A01"
                money = "5000.00,0.00,5000.00,SUCCESS"
                out.write(f"{at:%Y-%m-%dT%H:%M:%S}+07:00,{place},{rrn:012},,,{ours},93600008,{money}\n")
            total = f"{count * 5000}.00"
            out.write(f"TRAILER,{count},{total},0.00,{total}\n")
        storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
        with override_settings(STORAGES={**settings.STORAGES, "default": storage}):
            yield path


def _floor(path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FLOOR_TABLES)
        with (
            path.open("rb") as content,
            cursor.copy("COPY floor_line FROM STDIN (FORMAT csv, HEADER)") as copy,
        ):
            for line in content:
                if not line.startswith(b"TRAILER"):
                    copy.write(line)
        cursor.execute("ANALYZE floor_line")
        for statement in _FLOOR_JOIN.split(";"):
            cursor.execute(statement)


def _import(path: Path) -> None:
    with path.open("rb") as content:
        file = services.import_file(
            profile="", name=path.name, content=File(content, path.name), by=None, at=AT
        )
    services.run_import(file.pk, at=AT)
    file.refresh_from_db()
    if file.state != "done":
        raise RuntimeError(file.message)
