"""``verify`` sees what the guards should have made impossible: each law is broken with its guard down."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from opd.office import evidence
from payments.snap.models import OutgoingCall, Partner
from payments.spending import services, verification
from payments.spending.models import ClaimKind, TaxKind
from payments.spending.services import TaxDraft
from tests.spending import world
from tests.spending.world import AT, DAY, Office, rp

pytestmark = pytest.mark.django_db
ORDER = (
    "INSERT INTO snap_outgoingcall (partner_id, service, external_id, reference, asked_at, sent_at, state,"
    " response_code, reason)"
    " SELECT p.id, '17', 'B', d.partner_reference_no, now(), now(), 'sent', '', ''"
    " FROM snap_partner p, spending_disbursement d WHERE d.way = 'cms_manual' AND d.state = 'succeeded'"
    " LIMIT 1"
)
RULING = (
    "INSERT INTO spending_ruling (disbursement_id, verdict, reference_no, rrn, day, evidence_id, state,"
    " proposed_by_id, proposed_at, decided_by_id, decided_at, reason)"
    " SELECT d.id, {}, 'S', '', now(), e.id, {}, d.made_by_id, now(), {}, {}, ''"
    " FROM spending_disbursement d, office_evidence e WHERE d.way = 'cms_manual' AND d.state = 'succeeded'"
    " LIMIT 1"
)
SOMEBODY = "(SELECT id FROM opd_user WHERE id <> d.made_by_id LIMIT 1)"
TABLES = ("spending_spend", "spending_disbursement", "spending_taxline", "spending_refund", "planning_hold")


@pytest.fixture
def place() -> Office:
    """One spend in every state that money or budget knows of, a refund and a deposited tax among them."""
    office = world.office()
    for step in ("raised", "submitted", "approved", "tested"):
        getattr(world, step)(office)
    taxes = (TaxDraft(TaxKind.PPN, rp(99_000)), TaxDraft(TaxKind.PPH22, rp(13_500)))
    paid = world.paid(office, taxes=taxes)
    services.deposit_tax(
        tax_id=paid.taxes.get(kind="ppn").pk, ntpn="A" * 16, deposited_date=DAY, by=office.bp, at=AT
    )
    verified = world.verified(office)
    services.refund(
        spend_id=verified.pk,
        amount=rp(1_000),
        paid_date=DAY,
        reference_no="R",
        reason="x",
        by=office.bp,
        at=AT,
    )
    world.sp2d(office, verified)
    ls = world.tested(office, source="ls")
    world.sp2d(office, ls, kind=ClaimKind.LS)
    partner = Partner.objects.create(slug="bank-uji", name="Bank uji")
    reference = paid.disbursements.get().partner_reference_no
    OutgoingCall.objects.create(
        partner=partner, service="17", external_id="A", reference=reference, asked_at=AT, sent_at=AT
    )
    evidence.store(ContentFile(b"surat"), name="surat.pdf", media_type="application/pdf", by=office.bp, at=AT)
    return office


def broken() -> set[str]:
    return {law.name for law in verification.LAWS if law.check().problems}


def test_every_law_holds_and_covers_rows(place: Office) -> None:
    assert broken() == set()
    assert [law.name for law in verification.LAWS if not law.check().rows] == []


HARMS: dict[str, tuple[str, set[str]]] = {
    "an amount is rewritten": (
        "UPDATE spending_spend SET amount = amount + 1 WHERE state = 'paid'",
        {"spending.journals", "spending.realised", "spending.net"},
    ),
    "a held amount is rewritten": (
        "UPDATE spending_spend SET amount = amount + 1 WHERE state = 'submitted'",
        {"spending.held"},
    ),
    "a paid spend goes back": (
        "UPDATE spending_spend SET state = 'tested', paid_at = NULL, paid_date = NULL WHERE state = 'paid'",
        {"spending.no_orphan_journal", "spending.held", "spending.realised", "spending.paid_once",
         "spending.taxes"},
    ),
    "a spend is called paid": (
        "UPDATE spending_spend SET state = 'paid', paid_at = now(), paid_date = now() WHERE state = 'tested'",
        {"spending.journals", "spending.held", "spending.realised", "spending.paid_once", "spending.audited"},
    ),
    "a spend is called verified": (
        "UPDATE spending_spend SET state = 'verified' WHERE state = 'paid'",
        {"spending.complete"},
    ),
    "a passing is undone": (
        "UPDATE spending_spend SET state = 'verified' WHERE state = 'passed' AND source = 'up'",
        {"spending.passed", "spending.complete", "spending.claim_money"},
    ),
    "a refund vanishes": (
        "DELETE FROM spending_refund",
        {"spending.passed", "spending.realised"},
    ),
    "a tax is rewritten": (
        "UPDATE spending_taxline SET amount = amount + 1 WHERE deposited_date IS NULL",
        {"spending.net", "spending.taxes"},
    ),
    "a deposit is forgotten": (
        "UPDATE spending_taxline SET deposited_date = NULL, ntpn = ''",
        {"spending.taxes"},
    ),
    "a hold is let go": (
        "UPDATE planning_hold SET state = 'released', closed_at = now() WHERE state = 'active'",
        {"spending.held"},
    ),
    "a tester verifies": (
        "UPDATE spending_spend SET verified_by_id = tested_by_id WHERE state = 'passed' AND source = 'up'",
        {"spending.four_eyes"},
    ),
    "a payment is ordered twice": (ORDER.replace("LIMIT 1", "ORDER BY d.made_at"), {"spending.ordered_once"}),
    "an order is sent again though nobody refused it": (
        ORDER.replace("state,", "state, retry_of_id,", 1).replace("'sent', ", "'sent', c.id, ").replace(
            "snap_partner p,", "snap_partner p, snap_outgoingcall c,"),
        {"spending.ordered_once"},
    ),
    "a proposal outlives its payment": (
        RULING.format("'paid'", "'proposed'", "NULL::bigint", "NULL::timestamptz"), {"spending.rulings"},
    ),
    "a payment ended otherwise than was confirmed": (
        RULING.format("'failed'", "'confirmed'", SOMEBODY, "now()"), {"spending.rulings"},
    ),
    "a contradiction contradicts nothing": (
        "INSERT INTO spending_contradiction (disbursement_id, told, reference_no, rrn, message, at, reason)"
        " SELECT id, 'paid', '', '', '', now(), '' FROM spending_disbursement"
        " WHERE state = 'succeeded' LIMIT 1",
        {"spending.contradictions"},
    ),
    "an approval has no name": (
        "UPDATE spending_spend SET approved_by_id = NULL WHERE state = 'approved'",
        {"spending.complete"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARMS)
def test_each_harm_is_seen(place: Office, harm: str) -> None:
    statement, laws = HARMS[harm]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
    assert broken() - {"spending.guards"} == laws


def test_a_lowered_guard_is_seen(place: Office) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE spending_spend DISABLE TRIGGER spending_spend_guard")
    assert broken() == {"spending.guards"}
