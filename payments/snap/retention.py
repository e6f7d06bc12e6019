"""How long SNAP's tables keep what (dated rules, legal basis in the rule).

``snap.retention_years``: bodies of accepted messages and of our calls (they name customers), in the inbox or
in a pack of the archive; after that the rows stay, without bodies. ``snap.refused_days``: refused messages,
which prove nothing, go whole. Tokens go a day after they ended.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db.models import Q

from opd.office import rules
from opd.office.calendar import day_of
from payments.snap import packs
from payments.snap.models import InboxMessage, IssuedToken, OutgoingCall

log = structlog.get_logger(__name__)
YEARS = "snap.retention_years"
REFUSED_DAYS = "snap.refused_days"


def clean(*, at: datetime) -> dict[str, int]:
    """Let go what the rules in force on this day no longer keep; how many rows each part touched."""
    today = day_of(at)
    old = at - timedelta(days=366 * int(rules.value(YEARS, today)))
    stale = at - timedelta(days=int(rules.value(REFUSED_DAYS, today)))
    unproven = InboxMessage.objects.filter(
        state__in=[InboxMessage.State.RECEIVED, InboxMessage.State.REFUSED], received_at__lt=stale
    )
    kept = InboxMessage.objects.filter(received_at__lt=old).exclude(body=None)
    calls = OutgoingCall.objects.filter(~Q(request=None) | ~Q(response=None), sent_at__lt=old)
    done = {
        "tokens": IssuedToken.objects.filter(expires_at__lt=at - timedelta(days=1)).delete()[0],
        "refused": unproven.delete()[0],
        "bodies": kept.exclude(state=InboxMessage.State.ACCEPTED).update(body=None, answer=None, headers={})
        + packs.erase(before=old),
        "calls": calls.update(request=None, response=None),
    }
    log.info("snap_cleaned", **done)
    return done
