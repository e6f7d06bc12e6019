"""What other rooms may do with SNAP: work off messages, keep partners and their keys, test a connection."""

from __future__ import annotations

from payments.snap.inbox import InboxError, mark_processed, notice, pending

__all__ = ["InboxError", "mark_processed", "notice", "pending"]
