"""Numbered letters: each batch is claimed once, what was issued stays, corrections name the old one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opd.models import Opd, Role, User
from opd.office.documents import fingerprint
from payments.reconciliation.letter_models import ClaimKind, ClaimLetter, ClaimLine
from payments.reconciliation.models import SettlementBatch
from payments.reconciliation.services import letters
from payments.reconciliation.services.letters import LetterError
from payments.reconciliation.verification import LAWS
from tests.incoming.test_races import together
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.office.factor import give_factor
from tests.opd.cast import agency, person
from tests.reconciliation import files
from tests.reconciliation.files import RKUD, Movement
from tests.reconciliation.scene import AT, Scene, imported

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
LATER = AT + timedelta(days=10)
"""5 December: the month is over, and what was due is late."""


@pytest.fixture
def bud(scene: Scene) -> User:
    return person("kuasa.bud", Role.KUASA_BUD)


@pytest.fixture
def finance(scene: Scene) -> Opd:
    return agency("126", "Badan Pengelolaan Keuangan Daerah")


@pytest.fixture
def overcharged(scene: Scene) -> SettlementBatch:
    """A batch of Rp 20.000 with a fee of Rp 130 where none was agreed; its money is not in RKUD."""
    sales = [scene.sold(13_000, mdr=100)[1], scene.sold(7_000, mdr=30)[1]]
    imported(files.settlement(*sales))
    imported(files.statement(Movement(credit=100)))
    return SettlementBatch.objects.get()


def claim(scene: Scene, opd: Opd, by: User, *, at: datetime = LATER) -> ClaimLetter:
    return letters.issue_claim(
        partner_id=scene.house.partner_id, first=FIRST, last=LAST, opd=opd, by=by, at=at
    )


def problems() -> list[str]:
    return [
        problem for law in LAWS if law.name == "reconciliation.claims" for problem in law.check().problems
    ]


def test_a_letter_claims_fees_and_what_was_not_paid_in(
    scene: Scene, overcharged: SettlementBatch, finance: Opd, bud: User
) -> None:
    letter = claim(scene, finance, bud)
    assert letter.document is not None
    assert letter.document.number_text == "1/KLAIM-BANK/126/2026"
    owed = overcharged.net
    fee = overcharged.mdr - overcharged.expected_mdr
    assert {line.kind: line.amount for line in letter.lines.all()} == {
        ClaimKind.FEE: fee, ClaimKind.SHORT: owed,
    }  # fmt: skip
    assert letter.document.amount == fee + owed
    assert letter.document.sha256 == fingerprint(letter.document.facts)
    assert problems() == []
    with pytest.raises(LetterError, match="sudah diklaim"):
        claim(scene, finance, bud)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimLine.objects.create(letter=letter, batch=overcharged, kind=ClaimKind.FEE, amount=Decimal(1))


def test_before_the_due_day_only_fees_are_claimed(
    scene: Scene, overcharged: SettlementBatch, finance: Opd, bud: User
) -> None:
    on = datetime.combine(overcharged.due_on, AT.timetz())
    letter = claim(scene, finance, bud, at=on)
    assert [line.kind for line in letter.lines.all()] == [ClaimKind.FEE]


def test_what_was_issued_stays_and_its_correction_names_it(
    scene: Scene, overcharged: SettlementBatch, finance: Opd, bud: User
) -> None:
    old = claim(scene, finance, bud)
    assert old.document is not None
    before = dict(old.document.facts)
    imported(files.statement(_credit(overcharged)))
    fresh = letters.replace_claim(letter_id=old.pk, reason="sudah disetor", by=bud, at=LATER)
    assert fresh is not None
    assert fresh.document is not None
    assert fresh.replaces == old
    assert fresh.document.number_text == "2/KLAIM-BANK/126/2026"
    assert ["Menggantikan", old.document.number] in fresh.document.facts["sections"][0]["pairs"]
    assert [line.kind for line in fresh.lines.all()] == [ClaimKind.FEE]
    old.document.refresh_from_db()
    assert old.document.facts == before
    assert old.document.void_reason == "sudah disetor"
    assert not old.lines.filter(stands=True).exists()
    assert problems() == []
    with pytest.raises(LetterError, match="sudah dibatalkan"):
        letters.replace_claim(letter_id=old.pk, reason="lagi", by=bud, at=LATER)


def _credit(batch: SettlementBatch) -> Movement:
    return Movement(
        credit=int(batch.net * 100),
        description=f"QRIS SETTLEMENT {batch.settlement_date:%Y%m%d} {batch.nmid}", reference=batch.batch_no,
    )  # fmt: skip


def test_only_the_treasury_issues(
    scene: Scene, overcharged: SettlementBatch, finance: Opd, bud: User
) -> None:
    treasurer = person("bendahara", Role.BENDAHARA_PENERIMAAN, scene.tourism)
    auditor = person("auditor", Role.AUDITOR)
    for user in (treasurer, auditor):
        with pytest.raises(PermissionDenied):
            claim(scene, finance, user)
        with pytest.raises(PermissionDenied):
            letters.issue_minutes(account=RKUD, first=FIRST, opd=finance, by=user, at=LATER)
    letter = claim(scene, finance, bud)
    with pytest.raises(PermissionDenied):
        letters.replace_claim(letter_id=letter.pk, reason="coba", by=auditor, at=LATER)
    with pytest.raises(DatabaseError, match="tidak boleh dihapus"), transaction.atomic():
        ClaimLine.objects.all()._raw_delete("default")


def test_the_law_names_a_letter_that_is_not_its_lines(
    scene: Scene, overcharged: SettlementBatch, finance: Opd, bud: User
) -> None:
    letter = claim(scene, finance, bud)
    letter.lines.filter(kind=ClaimKind.FEE).update(amount=1)
    assert problems() == ["Surat klaim 1/KLAIM-BANK/126/2026: barisnya tidak sama dengan suratnya."]


def test_minutes_take_a_number_once_the_month_is_over(
    scene: Scene, overcharged: SettlementBatch, finance: Opd, bud: User
) -> None:
    def issued(**more: str) -> str:
        return letters.issue_minutes(
            account=RKUD, first=FIRST, opd=finance, by=bud, at=LATER, **more
        ).number_text

    with pytest.raises(LetterError, match="belum berakhir"):
        letters.issue_minutes(account=RKUD, first=FIRST, opd=finance, by=bud, at=AT)
    with pytest.raises(LetterError, match="Belum ada rekening koran"):
        letters.issue_minutes(account="999", first=FIRST, opd=finance, by=bud, at=LATER)
    assert issued() == issued() == "1/BA-REKON/126/2026"
    imported(files.statement(_credit(overcharged)))
    with pytest.raises(LetterError, match="sudah terbit dengan isi lain"):
        issued()
    assert issued(reason="setoran menyusul") == "2/BA-REKON/126/2026"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_claim_a_batch_once() -> None:
    from tests.reconciliation.scene import stalls

    with stalls() as scene:
        sales = [scene.sold(13_000, mdr=100)[1]]
        imported(files.settlement(*sales))
        opd, by = agency("126", "Badan Keuangan"), person("kuasa.bud", Role.KUASA_BUD)
        done = together(*[lambda: _try(scene, opd, by)] * 2)
        assert sorted(map(str, done)) == ["None", "terbit"]
        assert ClaimLetter.objects.count() == 1


def _try(scene: Scene, opd: Opd, by: User) -> str | None:
    try:
        claim(scene, opd, by)
    except LetterError:
        return None
    return "terbit"


@pytest.mark.browser
def test_by_hand_and_in_chromium(
    scene: Scene,
    overcharged: SettlementBatch,
    finance: Opd,
    bud: User,
    client: Client,
    screen: Screen,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    give_factor(client, bud)
    page = reverse("reconciliation:claim_list")
    whose: dict[str, Any] = {"bank": scene.house.partner_id, "first": FIRST, "last": LAST, "opd": finance.pk}
    drafts = client.get(page, {"bank": whose["bank"], "sejak": FIRST})
    assert client.post(reverse("reconciliation:claim_issue"), {**whose, "opd": ""}).status_code == 302
    assert not ClaimLetter.objects.exists()
    told = client.post(reverse("reconciliation:claim_issue"), whose, follow=True).content.decode()
    assert "Surat klaim 1/KLAIM-BANK/126/2026 terbit." in told
    ask = {"account": RKUD, "first": FIRST, "opd": finance.pk, "reason": ""}
    told = client.post(reverse("reconciliation:minutes_issue"), ask, follow=True).content.decode()
    assert "Berita acara 1/BA-REKON/126/2026 terbit." in told
    letter = ClaimLetter.objects.get()
    assert letter.document is not None
    shown = {
        "claims-draft": drafts, "claims": client.get(page),
        "claim-letter": client.get(reverse("office:document_print", args=[letter.document.token])),
        "minutes": client.get(reverse("reconciliation:minutes"), {"rekening": RKUD, "bulan": "2026-11"}),
    }  # fmt: skip
    wrong = []
    for name, answer in shown.items():
        assert answer.status_code == 200, name
        for size, scheme in (("desk", "light"), ("narrow", "dark")):
            if name == "claim-letter" and size == "narrow":
                continue
            seen = screen.look(answer, size=size, scheme=scheme, name=f"letters-{name}")
            if seen.problems or seen.findings or seen.overflow > 0:
                wrong.append((name, size, seen.problems, seen.findings, seen.overflow))
    assert not wrong
    told = client.post(
        reverse("reconciliation:claim_replace", args=[letter.pk]), {"reason": "salah bank"}, follow=True
    ).content.decode()
    assert "diganti dengan 2/KLAIM-BANK/126/2026" in told
