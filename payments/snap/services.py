"""What other rooms may do with SNAP: work off messages, keep partners and their keys, test a connection."""

from __future__ import annotations

from payments.snap.diagnosis import Step
from payments.snap.diagnosis import try_connection as test_call
from payments.snap.inbox import InboxError, mark_processed, notice, pending
from payments.snap.partners import (
    PartnerError,
    Profile,
    add_bank_key,
    amend_partner,
    drop_next_key,
    end_bank_key,
    issue_bank_secret,
    own_public_key,
    prepare_own_key,
    profile_of,
    register_partner,
    set_own_key,
    set_own_secret,
    set_partner_active,
    switch_own_key,
)

__all__ = [
    "InboxError",
    "PartnerError",
    "Profile",
    "Step",
    "add_bank_key",
    "amend_partner",
    "drop_next_key",
    "end_bank_key",
    "issue_bank_secret",
    "mark_processed",
    "notice",
    "own_public_key",
    "pending",
    "prepare_own_key",
    "profile_of",
    "register_partner",
    "set_own_key",
    "set_own_secret",
    "set_partner_active",
    "switch_own_key",
    "test_call",
]
