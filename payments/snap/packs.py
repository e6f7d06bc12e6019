"""Messages past their active months, packed by day (WIB) into files of the archive storage.

A pack is readable without us: before each message a line of JSON says whose it is and how long its two parts
are, body and answer, encrypted as they were in the inbox. The row keeps the digest of its body and says where
in the pack its parts lie.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import QuerySet

from opd.office import archiving, depot
from opd.office.archiving import GoesOn, Holding, Kept, Month
from opd.office.calendar import bounds, day_of
from payments.snap.models import InboxMessage, InboxPack

log = structlog.get_logger(__name__)
CODE, RULE = "snap.inbox", "snap.active_months"
State, Stage = InboxMessage.State, InboxPack.Stage
_MOST_ROWS = 1_000
_MOST_BYTES = 8 << 20


class Changed(Exception):
    """A message is no longer as it was packed; the pack is given up."""


@dataclass(frozen=True)
class Packed:
    """``places`` says for each message where its body begins in ``content``."""

    content: bytes
    rows: list[InboxMessage]
    places: list[int]


def move(before: date, at: datetime, goes_on: GoesOn) -> int:
    """Pack whatever is done and older than a day. Each step may be the last: a pack that no row names is
    taken away by the next run, and the rows keep their bodies until the pack was read back."""
    _abandon()
    moved = 0
    while goes_on():
        rows = _next(before)
        if not rows:
            break
        try:
            moved += _pack(rows, before, at)
        except Changed as error:
            log.warning("pack_given_up", why=str(error))
            break
    return moved


def sealed_body(row: InboxMessage) -> bytes | None:
    """The encrypted body, wherever it lies; None where it was erased. Raises FileNotFoundError where the
    archive storage lacks its pack."""
    if row.body is not None:
        return bytes(row.body)
    if row.pack is None:
        return None
    with depot.open_kept(row.pack.path) as content:
        content.seek(row.pack_at or 0)
        return bytes(content.read(row.pack_body or 0))


def _abandon() -> None:
    """Take away packs that no row came to name; only beside nobody who writes one."""
    for pack in InboxPack.objects.filter(stage=Stage.WRITING):
        depot.remove(pack.path)
        pack.delete()


def erase(*, before: datetime) -> int:
    """Let go packs whose every message is older than the retention rule: the rows first, then the file; how
    many messages. Ends as well what an earlier run began."""
    erased = 0
    for pack in InboxPack.objects.filter(stage=Stage.KEPT, last_received_at__lt=before):
        with transaction.atomic():
            nowhere = {"pack": None, "pack_at": None, "pack_body": None, "pack_answer": None}
            erased += InboxMessage.objects.filter(pack=pack).update(**nowhere, headers={})
            InboxPack.objects.filter(pk=pack.pk).update(stage=Stage.ERASING)
    for pack in InboxPack.objects.filter(stage=Stage.ERASING):
        depot.remove(pack.path)
        InboxPack.objects.filter(pk=pack.pk).update(stage=Stage.ERASED)
    return erased


def _old(before: date) -> QuerySet[InboxMessage]:
    """Whose work is done: the others are still read, or go by themselves (refused ones)."""
    return InboxMessage.objects.filter(
        body__isnull=False, state__in=[State.PROCESSED, State.REPEATED], received_at__lt=bounds(before)[0]
    )


def _next(before: date) -> list[InboxMessage]:
    """The oldest that are to go, of one day."""
    old = _old(before)
    first = old.order_by("received_at").first()
    if first is None:
        return []
    start, end = bounds(day_of(first.received_at))
    rows, size = list[InboxMessage](), 0
    for row in old.filter(received_at__gte=start, received_at__lt=end).order_by("id")[:_MOST_ROWS]:
        size += sum(map(len, _sealed(row)))
        if rows and size > _MOST_BYTES:
            break
        rows.append(row)
    return rows


def _sealed(row: InboxMessage) -> tuple[bytes, bytes]:
    """Body and answer as they lie in the row; empty where there is none."""
    return bytes(row.body or b""), bytes(row.answer or b"")


def packed(rows: list[InboxMessage]) -> Packed:
    """The same rows give the same bytes."""
    pieces, places, size = [], [], 0
    for row in rows:
        body, answer = _sealed(row)
        head = {"id": row.pk, "received_at": row.received_at.isoformat(), "service": row.service,
                "external_id": row.external_id, "sha256": row.body_sha256, "body": len(body),
                "answer": len(answer)}  # fmt: skip
        line = json.dumps(head).encode() + b"\n"
        places.append(size + len(line))
        pieces += [line, body, answer, b"\n"]
        size += len(line) + len(body) + len(answer) + 1
    return Packed(b"".join(pieces), rows, places)


def _pack(rows: list[InboxMessage], before: date, at: datetime) -> int:
    made = packed(rows)
    content = ContentFile(made.content)
    pack = InboxPack.objects.create(
        sha256=depot.fingerprint(content), day=day_of(rows[0].received_at), rows=len(rows),
        size=len(made.content), last_received_at=max(row.received_at for row in rows), written_at=at,
    )  # fmt: skip
    depot.keep(pack.path, content, pack.sha256)
    _name(pack, made, before, at)
    return len(rows)


@transaction.atomic
def _name(pack: InboxPack, made: Packed, before: date, at: datetime) -> None:
    """The rows let their bodies go for a place in the pack, all or none of them."""
    ids = [row.pk for row in made.rows]
    now = {row.pk: row for row in InboxMessage.objects.select_for_update().filter(pk__in=ids)}
    for row, place in zip(made.rows, made.places, strict=True):
        stands = now.get(row.pk)
        if stands is None or _sealed(stands) != _sealed(row):
            raise Changed(f"message {row.pk} changed while it was packed")
        stands.pack, stands.pack_at = pack, place
        stands.pack_body, stands.pack_answer = map(len, _sealed(row))
        stands.body = stands.answer = None
    fields = ["pack", "pack_at", "pack_body", "pack_answer", "body", "answer"]
    InboxMessage.objects.bulk_update(now.values(), fields, batch_size=200)
    InboxPack.objects.filter(pk=pack.pk, stage=Stage.WRITING).update(stage=Stage.KEPT)
    archiving.record(CODE, at=at, count=pack.rows, size=pack.size, before=before)


def _waiting(before: date) -> int:
    return _old(before).count()


def _months() -> list[Month]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT date_trunc('month', written_at AT TIME ZONE 'Asia/Jakarta')::date, sum(rows), sum(size)"
            " FROM snap_inboxpack WHERE stage = 'kept' GROUP BY 1"
        )
        return [Month(first, int(count), int(size)) for first, count, size in cursor.fetchall()]


def _files() -> list[Kept]:
    packs = InboxPack.objects.filter(stage=Stage.KEPT).order_by("pk")
    return [Kept(pack.path, pack.sha256) for pack in packs]


HOLDING = Holding(CODE, "Pesan bank (SNAP)", RULE, move, _waiting, _months, _files)
