"""What claims add to the product when it starts."""

from __future__ import annotations


def ready() -> None:
    """Navigation, cards, words, documents."""
    from opd import audit
    from opd.navigation import Item, Task, register, register_task
    from opd.office import documents
    from payments.ledger.sources import must_have_journal
    from payments.spending import claim_home
    from payments.spending.claim_documents import KINDS

    for kind in KINDS.values():
        documents.register(kind)
    register(Item("SPP, SPM, SP2D", "spending:claim_list", "claim.view", 245, "berkas"))
    register_task(Task("claim.raise", claim_home.to_claim, 245))
    register_task(Task("claim.verify", claim_home.to_verify, 246))
    register_task(Task("claim.spm", claim_home.to_order, 247))
    register_task(Task("claim.sp2d", claim_home.to_pay, 248))
    must_have_journal("spending.claim_received", RECEIVED)
    audit.name_actions(
        claim__raise="SPP diajukan",
        claim__verify="SPP diverifikasi",
        claim__order="SPM diterbitkan",
        claim__pay="SP2D dicatat",
        claim__reject="SPP ditolak",
    )


RECEIVED = """
    SELECT 'claim:' || c.id || ':received' FROM spending_claim AS c
    WHERE c.state = 'paid' AND c.kind NOT IN ('ls', 'gu_nihil')
      AND NOT (c.kind = 'tu' AND EXISTS (SELECT FROM spending_claimline AS l WHERE l.claim_id = c.id))
"""
