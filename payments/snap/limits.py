"""How much unproven input we keep: a limit for each address and one for all, counted in the inbox itself.

The count is one read of a small partial index (messages refused or not yet judged in the last minute), holds
over all processes, and needs no broker. It only decides whether a message may be stored before it is proven:
one with a valid token and signature passes even then, so that nobody can shut a bank out by shouting.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Q

from payments.snap.models import InboxMessage

WINDOW = timedelta(minutes=1)
PER_ADDRESS = 60
IN_ALL = 600


def reached(remote_addr: str, *, at: datetime) -> bool:
    """Whether unproven input from this address, or from all together, filled its share of the last minute."""
    unproven = InboxMessage.objects.filter(
        state__in=[InboxMessage.State.RECEIVED, InboxMessage.State.REFUSED], received_at__gt=at - WINDOW
    )
    counts = unproven.aggregate(here=Count("pk", filter=Q(remote_addr=remote_addr)), all=Count("pk"))
    return bool(counts["here"] >= PER_ADDRESS or counts["all"] >= IN_ALL)
