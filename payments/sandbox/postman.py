"""The bank's outbox at work: a daemon thread in each web process sends notices when they are due.

Several processes may run it: a notice is leased with SKIP LOCKED before it is sent, and no database
transaction is open while the app is called. A process that dies in between leaves a lease that runs out.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime, timedelta

from django.db import close_old_connections, connection, transaction
from django.db.utils import Error as DatabaseError
from django.utils import timezone

from payments.sandbox import app_client, phone, transfers, virtual
from payments.sandbox.models import Attempt, Notice
from payments.sandbox.notices import new_external_id

logger = logging.getLogger(__name__)
TICK_SECONDS = 0.25
LEASE = timedelta(seconds=30)
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (2, 5, 15, 60, 180, 300))
"""Waits before the second and further tries; after the last one the bank gives up (about nine minutes)."""
_AGAIN = {401, 408, 429, 500, 502, 503, 504}
_started = threading.Lock()


def start() -> None:
    """Start the thread, once in a process."""
    if _started.acquire(blocking=False):
        threading.Thread(target=_run, name="bank-postman", daemon=True).start()


def _run() -> None:
    while True:
        try:
            close_old_connections()
            while work(at=timezone.now()):
                pass
        except DatabaseError:
            logger.warning("basis data bank uji coba tidak menjawab; dicoba lagi")
            connection.close()
            time.sleep(2)
        except Exception:
            logger.exception("pengantar berita gagal; dicoba lagi")
            time.sleep(2)
        time.sleep(TICK_SECONDS)


def work(*, at: datetime) -> bool:
    """Do one thing that is due: a planned press, an order in progress, a notice, an advice; else False."""
    return (
        phone.carry_out_due(at=at)
        or transfers.finish_due(at=at)
        or deliver_due(at=at)
        or virtual.advise_due(at=at)
    )


def deliver_due(*, at: datetime) -> bool:
    notice = _lease(at)
    if notice is None:
        return False
    # A bank numbers each further try anew; a forgery keeps the number that it abuses.
    external_id = notice.external_id if notice.tries == 1 or notice.forged else new_external_id()
    started = time.monotonic()
    outcome = app_client.notify(notice.body, external_id, forged=notice.forged)
    taken = int((time.monotonic() - started) * 1000)
    _record(notice, external_id, outcome, at=at, milliseconds=taken)
    return True


@transaction.atomic
def _lease(at: datetime) -> Notice | None:
    waiting = Notice.objects.select_for_update(skip_locked=True)
    notice = waiting.filter(state=Notice.State.WAITING, due_at__lte=at).order_by("due_at", "pk").first()
    if notice:
        notice.due_at, notice.tries = at + LEASE, notice.tries + 1
        notice.save(update_fields=["due_at", "tries"])
    return notice


@transaction.atomic
def _record(
    notice: Notice, external_id: str, outcome: app_client.Outcome, *, at: datetime, milliseconds: int
) -> None:
    Attempt.objects.create(
        notice=notice,
        at=at,
        external_id=external_id,
        http_status=outcome.http_status,
        response_code=outcome.response_code,
        message=outcome.message,
        milliseconds=milliseconds,
    )
    state, due_at = _verdict(notice, outcome)
    Notice.objects.filter(pk=notice.pk, tries=notice.tries).update(state=state, due_at=due_at)


def _verdict(notice: Notice, outcome: app_client.Outcome) -> tuple[Notice.State, datetime]:
    """What becomes of a notice: silence and the app's own troubles are tried again, a refusal is not."""
    if outcome.http_status == 200 and outcome.response_code.startswith("200"):
        return Notice.State.DELIVERED, notice.due_at
    passing = outcome.http_status is None or outcome.http_status in _AGAIN
    if notice.forged and outcome.http_status is not None:
        passing = False
    if not passing:
        return Notice.State.REFUSED, notice.due_at
    if notice.tries > len(BACK_OFF):
        return Notice.State.GIVEN_UP, notice.due_at
    return Notice.State.WAITING, timezone.now() + BACK_OFF[notice.tries - 1]
