"""What the page of origins tells of a spending: its row, and the evidence that proves it."""

from __future__ import annotations

from collections.abc import Iterator

from opd.models import User
from opd.office import attachments
from payments.ledger import origins
from payments.ledger.origins import Step

SPEND = origins.row(
    "spending.Spend", "Belanja", "spending:spend_detail", "spend.view",
    "description", "amount", "line", "payee", "channel", "spend_date", "state",
)  # fmt: skip
CLAIM = origins.row(
    "spending.Claim", "SPP, SPM, dan SP2D", "spending:claim_detail", "spend.view",
    "purpose", "kind", "amount", "state", "sp2d_date",
)  # fmt: skip


def evidence(source: str, viewer: User) -> Iterator[Step]:
    """One step for each original, with the digest that says it is the same file."""
    for one in attachments.of(("spending.spend", source.partition(":")[2])):
        yield Step(
            "Bukti",
            one.added_at,
            (
                ("Berkas", one.name),
                ("Sidik SHA-256", one.evidence.sha256),
                ("Dilampirkan oleh", one.added_by.name if one.added_by else "sistem"),
            ),
        )
