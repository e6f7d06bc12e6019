"""Payment notices (SNAP service 52) over HTTP: a web process of its own, signed, stored and answered.

The load shares the machine with the server and the database. No worker runs: what is measured ends with the
answer to the bank, when the notice is stored and its work is queued.
"""

from __future__ import annotations

import http.client
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count

from django.utils import timezone

from payments.snap import signature
from payments.snap.clock import format_timestamp
from payments.snap.models import InboxMessage
from tests.benchmarks.figures import Figure
from tests.benchmarks.measuring import Options
from tests.benchmarks.serving import served
from tests.snap.bank import NOTICE, NOTIFY, SECRET, Bank, add_partner

BURST, CLIENTS = 5_000, 8
_numbers = count(1)
Notice = tuple[bytes, dict[str, str]]


def run(options: Options) -> Iterator[Figure]:
    """``BURST`` notices by ``CLIENTS`` connections; every one must be found stored."""
    token = Bank(add_partner()).token()
    with served() as port:
        _deliver(port, _signed(token, 200))
        before = InboxMessage.objects.count()
        share = min(BURST, options.size) // CLIENTS
        shares = [_signed(token, share) for _ in range(CLIENTS)]  # the bank's signing is the bank's time
        start = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as pool:
            took = [each for part in pool.map(partial(_deliver, port), shares) for each in part]
        whole = time.perf_counter() - start
        lost = len(took) - (InboxMessage.objects.count() - before)
    rate = len(took) / whole
    p99 = statistics.quantiles(took, n=100)[98] * 1000
    what = f"Kabar SNAP disimpan dan dijawab, {CLIENTS} sambungan"
    yield Figure(what, rate, "kabar/detik", target="paling sedikit 300", met=rate >= 300)
    yield Figure(f"{what}: p99", p99, "ms", target="di bawah 100 ms", met=p99 < 100)
    yield Figure(f"Hilang dari {len(took)} kabar", lost, "kabar", target="0", met=lost == 0)


def _deliver(port: int, notices: Sequence[Notice]) -> list[float]:
    """The seconds that each took. Raises RuntimeError where one was not answered with 200."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    took = []
    for content, headers in notices:
        start = time.perf_counter()
        wire.request("POST", NOTIFY, content, headers)
        answer = wire.getresponse()
        said = answer.read()
        took.append(time.perf_counter() - start)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {said[:300]!r}")
    wire.close()
    return took


def _signed(token: str, notices: int) -> list[Notice]:
    return [_one(token, next(_numbers)) for _ in range(notices)]


def _one(token: str, number: int) -> Notice:
    content = json.dumps({**NOTICE, "originalReferenceNo": f"{number:022}"}).encode()
    timestamp = format_timestamp(timezone.now())
    text = signature.transaction_string(
        method="POST", path=NOTIFY, body=content, timestamp=timestamp, token=token
    )
    return content, {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {token}",
        "X-TIMESTAMP": timestamp,
        "X-SIGNATURE": signature.sign_hmac(SECRET, text, "base64"),
        "X-PARTNER-ID": "MITRA001",
        "X-EXTERNAL-ID": f"{number:020}",
        "CHANNEL-ID": "95221",
    }
