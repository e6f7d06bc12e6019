"""How much unproven input we keep: a limit for each address and one for all, counted in the inbox itself.

The count is one read of a small partial index (messages refused or not yet judged in the last minute), holds
over all processes, and needs no broker. It only decides whether a message may be stored before it is proven:
one with a valid token and signature passes even then, so that nobody can shut a bank out by shouting.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

WINDOW = timedelta(minutes=1)
PER_ADDRESS = 60
IN_ALL = 600
HAS_ROOM = """
    SELECT count(*) < %(in_all)s AND count(*) FILTER (WHERE remote_addr = %(remote_addr)s) < %(per_address)s
    FROM snap_inboxmessage
    WHERE state IN ('received', 'refused') AND received_at > %(received_at)s - %(window)s
"""
"""SQL: whether unproven input from this address, and from all together, left its share of the last minute.

Takes ``share()`` and the message's ``remote_addr`` and ``received_at``.
"""


def share() -> dict[str, Any]:
    return {"in_all": IN_ALL, "per_address": PER_ADDRESS, "window": WINDOW}
