"""Statements that we fetch from the bank each morning by SNAP (service 14), instead of an upload.

Opted into per account by a person. A day of an account is a row; it is asked until the bank has it, a person
stops the feed, or a file of that day came another way. What the bank answered is kept as a file and imported
like any other.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.files.base import File
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from opd import access, audit
from opd.models import User
from opd.office import queue
from opd.office.calendar import WIB, day_of
from payments.incoming.models import ReceivingAccount
from payments.reconciliation.models import FetchState, ImportedFile, StatementFeed, StatementFetch
from payments.reconciliation.parsers import snap14
from payments.reconciliation.parsers.rows import ParseError
from payments.reconciliation.queries.standing import IN_FORCE
from payments.reconciliation.services import files
from payments.snap import client
from payments.snap.clock import format_timestamp
from payments.snap.codes import Service

TASK = "reconciliation.fetch_statement"
LOOK_BACK = timedelta(days=31)
_NOT_THERE = "4041401"
"""Transaction Not Found: the bank has not closed that day."""
MOST_PAGES = 500
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=10), timedelta(hours=6)
_DUE = """
    INSERT INTO reconciliation_statementfetch (feed_id, day, state, tries, message)
    SELECT f.id, d::date, 'waiting', 0, ''
    FROM reconciliation_statementfeed AS f
    CROSS JOIN LATERAL generate_series(greatest(f.since, %(first)s::date), %(last)s::date, '1 day') AS d
    WHERE f.stopped_at IS NULL
    ON CONFLICT (feed_id, day) DO NOTHING
"""
_COVERED = f"""
    UPDATE reconciliation_statementfetch AS t
    SET state = 'covered', message = 'Hari ini sudah ada dari berkas yang diunggah.'
    FROM reconciliation_statementfeed AS w
    WHERE w.id = t.feed_id AND t.state = 'waiting' AND EXISTS (
        SELECT FROM reconciliation_importedfile AS f
        WHERE f.kind = 'statement' AND {IN_FORCE} AND f.account = w.account
          AND t.day BETWEEN f.first_day AND f.last_day
    )
"""  # noqa: S608 constants alone


class FeedError(Exception):
    """The feed cannot be started or stopped like this; nothing was changed."""


def start(*, partner_id: int, account: str, since: date, by: User, at: datetime) -> StatementFeed:
    """Fetch the statement of an account from its bank for every day since ``since``.

    Raises FeedError; PermissionDenied without ``statement.upload``.
    """
    access.require(by, "statement.upload")
    if not ReceivingAccount.objects.filter(partner=partner_id, bank_account=account).exists():
        raise FeedError("Rekening ini tidak terdaftar pada bank itu. Belum ada yang diubah.")
    if since < day_of(at) - LOOK_BACK:
        raise FeedError(
            f"Paling jauh {LOOK_BACK.days} hari ke belakang; hari yang lebih lama diunggah sendiri."
        )
    try:
        with transaction.atomic():
            feed = StatementFeed.objects.create(
                partner_id=partner_id, account=account, since=since, started_at=at, started_by=by
            )
            audit.record("feed.start", feed, by=by, at=at, after={"account": account, "since": str(since)})
            plan(at=at)
    except IntegrityError as error:
        raise FeedError("Rekening ini sudah diambil otomatis. Belum ada yang diubah.") from error
    return feed


@transaction.atomic
def stop(*, feed_id: int, reason: str, by: User, at: datetime) -> StatementFeed:
    """Ask the bank no more for an account. Raises FeedError, PermissionDenied."""
    access.require(by, "statement.upload")
    feed = StatementFeed.objects.select_for_update(of=("self",)).get(pk=feed_id)
    reason = " ".join(reason.split())[:300]
    if feed.stopped_at or len(reason) < 5:
        raise FeedError("Tulis alasannya; pengambilan yang sudah berhenti tidak dihentikan lagi.")
    feed.stopped_at, feed.stopped_by, feed.stop_reason = at, by, reason
    feed.save()
    audit.record("feed.stop", feed, by=by, at=at, after={"account": feed.account}, reason=reason)
    return feed


def plan(*, at: datetime) -> int:
    """Note every day that is over and not here yet, and ask for those whose turn it is. Returns how many."""
    today = day_of(at)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_DUE, {"first": today - LOOK_BACK, "last": today - timedelta(days=1)})
        cursor.execute(_COVERED)
        due = list(_due(at)[:50])
        for pk in due:
            queue.nudge(TASK, pk)
    return len(due)


def _due(at: datetime) -> Any:
    turn = Q(next_at=None) | Q(next_at__lte=at)
    waiting = StatementFetch.objects.filter(turn, state=FetchState.WAITING, feed__stopped_at=None)
    return waiting.order_by("day", "pk").values_list("pk", flat=True)


def fetch(fetch_id: int, *, at: datetime) -> StatementFetch:
    """Ask the bank for one day of one account, import what it says. Not inside a transaction. Idempotent."""
    with queue.alone(f"reconciliation.fetch:{fetch_id}") as is_ours:
        row = StatementFetch.objects.select_related("feed__partner").get(pk=fetch_id)
        if not is_ours or row.state != FetchState.WAITING or row.feed.stopped_at:
            return row
        with TemporaryFile() as content:
            problem = _ask(row.feed, row.day, content, at=at)
            if problem:
                _wait(row, problem, at)
            else:
                content.seek(0)
                _keep(row, content, at)
    return row


def _span(day: date) -> tuple[datetime, datetime]:
    start = datetime.combine(day, time(0), WIB)
    return start, start + timedelta(days=1) - timedelta(seconds=1)


def _ask(feed: StatementFeed, day: date, into: IO[bytes], *, at: datetime) -> str:
    """Write every answer of the bank ``into`` a file; says why where they are not all there."""
    since, until = _span(day)
    into.write(snap14.head_line(feed.account, since, until))
    before: set[str] = set()
    start = format_timestamp(since)
    for page in range(MOST_PAGES):
        asked = {
            "partnerReferenceNo": f"RK{since:%Y%m%d}{page:03}{feed.account[-12:]}",
            "accountNo": feed.account,
            "fromDateTime": start,
            "toDateTime": format_timestamp(until),
        }
        outcome = client.call(feed.partner, Service.BANK_STATEMENT, asked, at=at)
        if not isinstance(outcome, client.Success):
            return _trouble(outcome)
        try:
            into.write(snap14.page_line(outcome.body))
            here = {str(entry.get("transactionId")) for entry in snap14.entries_of(outcome.body)}
        except ParseError as error:
            return error.message
        if not snap14.has_more(outcome.body):
            return ""
        start = str(outcome.body.get("lastRecordDateTime", ""))
        if here <= before or not start:
            return "Bank mengulang halaman yang sama; ditanya lagi nanti."
        before = here
    return "Bank memberi halaman terlalu banyak; unggah berkasnya."


def _trouble(outcome: client.Refused | client.Unknown) -> str:
    if isinstance(outcome, client.Refused):
        if outcome.code == _NOT_THERE:
            return "Bank belum punya rekening koran hari itu."
        return f"Bank menolak ({outcome.code}): {outcome.message}"[:300]
    return f"Bank tidak menjawab: {outcome.reason}"[:300]


def _wait(row: StatementFetch, problem: str, at: datetime) -> None:
    row.tries += 1
    row.next_at = at + min(_FIRST_WAIT * 2 ** min(row.tries - 1, 6), _LONGEST_WAIT)
    row.message = problem[:300]
    row.save(update_fields=["tries", "next_at", "message"])


def _keep(row: StatementFetch, content: IO[bytes], at: datetime) -> None:
    name = f"SNAP_{row.feed.account}_{row.day:%Y%m%d}.json"
    file: ImportedFile = files.import_file(
        profile="snap14_v1", name=name, content=File(content, name), by=None, at=at
    )
    row.tries += 1
    row.state, row.file, row.message, row.next_at = FetchState.DONE, file, "", None
    row.save(update_fields=["tries", "state", "file", "message", "next_at"])
