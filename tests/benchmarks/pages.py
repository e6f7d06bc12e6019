"""Pages over HTTP: the visitor's payment page by many at once, and office pages beside a large history.

Payments, their days and journals are stored as rows alone, spread over two years of days until today. The
load shares the machine with the web processes and the database.
"""

from __future__ import annotations

import http.client
import statistics
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from functools import partial
from time import perf_counter
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from opd.models import Role, User
from opd.office.calendar import day_of
from payments.incoming.models import ReceivingAccount
from retribusi import demo
from retribusi.models import OpeningHours, Order
from retribusi.services import ordering
from retribusi.services.paying import KIND
from tests.benchmarks import ledger
from tests.benchmarks.figures import Figure
from tests.benchmarks.measuring import Options
from tests.benchmarks.reconciliation import receiving_account
from tests.benchmarks.serving import served
from tests.opd.cast import person
from tests.retribusi.cast import make_point, make_tariff
from tp2dd import rollup
from tp2dd.board import rolling

CLIENTS, DAYS, ASKED = 8, 730, 60
_PAYMENTS = """
    INSERT INTO incoming_payment (id, receiving_account_id, partner_id, opd_id, kode_lra, kode_lo, kind,
        amount, revenue_amount, liability_amount, currency, identity, rrn, reference_no, partner_reference_no,
        issuer, payer_mask, paid_at, method, seen_by, recorded_at, journal_id, fulfilment, fulfil_tries)
    SELECT gen_random_uuid(), %(account)s, %(partner)s, %(opd)s, '', '', 'unexpected', 5000, 0, 5000, 'IDR',
           'halaman' || n, lpad(n::text, 12, '0'), '', 'NBHAL' || lpad(n::text, 20, '0'), '', '',
           %(now)s - n * %(apart)s, 'qris', 'notice', %(now)s, -n, 'none', 0
    FROM generate_series(%(first)s, %(last)s) AS n
"""
OFFICE = {
    "Dasbor": ("tp2dd:dashboard", ""),
    "Penerimaan per titik, setahun": ("tp2dd:takings", "?sejak={year}"),
    "Penerimaan hari ini": ("retribusi:takings_list", ""),
    "Penerimaan 31 hari": ("retribusi:takings_list", "?sejak={month}"),
    "Jurnal": ("ledger:journal_list", ""),
    "Neraca saldo": ("ledger:trial_balance", ""),
    "Rekonsiliasi": ("reconciliation:overview", ""),
    "Selisih": ("reconciliation:exception_list", ""),
}
Headers = dict[str, str]


def run(options: Options) -> Iterator[Figure]:
    """The payment page first, then each office page once the history is stored."""
    call_command("collectstatic", interactive=False, verbosity=0)
    account = receiving_account()
    order = _order(account)
    with served() as port:
        yield _payment_page(port, reverse("retribusi:pay", args=[order.token]), options)
        _store(account, options.size)
        auditor = {"Cookie": f"sessionid={_session(person('pengukur', Role.AUDITOR))}"}
        month, year = ((timezone.localdate() - timedelta(days=days)).isoformat() for days in (30, 365))
        for what, (view, query) in OFFICE.items():
            address = reverse(view) + query.format(month=month, year=year)
            yield _office_page(port, what, address, auditor, options)


def _payment_page(port: int, address: str, options: Options) -> Figure:
    """Requests a second by ``CLIENTS`` connections that never pause."""
    rates = []
    for _ in range(options.rounds):
        until = perf_counter() + options.seconds
        with ThreadPoolExecutor(CLIENTS) as pool:
            asked = pool.map(partial(_until, port, address), [until] * CLIENTS)
            rates.append(sum(asked) / options.seconds)
    rate = statistics.median(rates)
    what = f"Halaman bayar pengunjung, {CLIENTS} sambungan"
    return Figure(what, rate, "permintaan/detik", target="paling sedikit 500", met=rate >= 500)


def _until(port: int, address: str, end: float) -> int:
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    done = 0
    while perf_counter() < end:
        _get(wire, address, {})
        done += 1
    wire.close()
    return done


def _office_page(port: int, what: str, address: str, headers: Headers, options: Options) -> Figure:
    """The 95th percentile of ``ASKED`` openings, one after the other."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    _get(wire, address, headers)
    took = []
    for _ in range(ASKED):
        start = perf_counter()
        _get(wire, address, headers)
        took.append((perf_counter() - start) * 1000)
    wire.close()
    p95 = statistics.quantiles(took, n=20)[18]
    name = f"{what}, {options.size} pembayaran: p95"
    return Figure(name, p95, "ms", target="di bawah 100 ms", met=p95 < 100)


def _get(wire: http.client.HTTPConnection, address: str, headers: Headers) -> None:
    """Raises RuntimeError unless the page came."""
    wire.request("GET", address, headers=headers)
    answer = wire.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{address}: {answer.status}")


def _order(account: ReceivingAccount) -> Order:
    """An order whose QR waits for its payer."""
    now = timezone.now()
    point = make_point(account.opd, account)
    OpeningHours.objects.update(opens=time(0), closes=time(23, 59, 59))  # whatever hour it is measured
    tariff = make_tariff(point, "Dewasa", 5_000)
    order = ordering.place_order(
        point=point, quantities={tariff.pk: 2}, form_key=ordering.new_form_key(), at=now
    )
    request = demo.ask_qris(kind=KIND, key=order.key, account=account, when=now, minutes=60)
    Order.objects.filter(pk=order.pk).update(request=request)
    return order


def _store(account: ReceivingAccount, size: int) -> None:
    now = timezone.now()
    values: dict[str, Any] = {
        "account": account.pk, "partner": account.partner_id, "opd": account.opd_id, "now": now,
        "apart": timedelta(days=DAYS) / size,
    }  # fmt: skip
    for first in range(1, size + 1, ledger.ROWS):
        with connection.cursor() as cursor:
            last = min(size, first + ledger.ROWS - 1)
            cursor.execute(_PAYMENTS, {**values, "first": first, "last": last})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE incoming_payment")
    ledger.fill(size)
    since: date = day_of(now) - timedelta(days=DAYS + 1)
    rollup.refresh(since=since, at=now)
    rolling.count_channels()


def _session(user: User) -> str:
    """A signed-in session, as the login makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
