"""What only people can decide: found by rule, ranked, confirmed under the lock, rejected with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from opd.models import Role, User
from opd.office.models import DatedRule
from payments.incoming.models import Payment
from payments.ledger.queries import balance
from payments.reconciliation import queries, services
from payments.reconciliation.match_models import CreditMatch, KeptApart, Match
from payments.reconciliation.models import ReconciliationException, SettlementBatch
from payments.reconciliation.services import SuggestionError
from payments.reconciliation.services.suggesting import allocate
from payments.reconciliation.suggestion_models import Suggestion, SuggestionState
from tests.ledger.books import rp
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.files import Movement, Sale
from tests.reconciliation.scene import AT, DAY, Scene, imported, open_kinds, stalls
from tests.reconciliation.test_two_at_once import together
from tests.reconciliation.test_undo import LATER, laws_hold

REASON = "Sudah ditanyakan ke bank"


@pytest.fixture
def bud(scene: Scene) -> User:
    return person("kuasa.bud", Role.KUASA_BUD)


def offers() -> list[Suggestion]:
    return list(Suggestion.objects.filter(state=SuggestionState.OPEN))


def confirm(by: User, *rows: Suggestion) -> services.Outcome:
    return services.confirm(suggestion_ids=[row.pk for row in rows or offers()], by=by, at=LATER)


def lost(scene: Scene, amount: int = 5_000, **changes: Any) -> tuple[Payment, Sale]:
    """A payment whose settlement line names another RRN and no reference of ours, a minute later."""
    payment, sale = scene.sold(amount)
    blurred = {"rrn": f"99{sale.rrn[2:]}", "partner_reference": "", "at": sale.at + timedelta(minutes=1)}
    return payment, Sale(**{**vars(sale), **blurred, **changes})


def batches(scene: Scene, *amounts: int) -> list[Sale]:
    """A batch for each amount, settled on one day."""
    sales = [
        scene.sold(amount, batch=f"B-{number}-{amount}")[1] for number, amount in enumerate(amounts, start=1)
    ]
    imported(files.settlement(*sales))
    return sales


def came(
    *rupiah: int, text: str = "PEMINDAHBUKUAN QRIS", reference: str = "", last: date | None = None
) -> None:
    """Credits that name no batch."""
    credits = [Movement(amount * 100, 0, text, reference) for amount in rupiah]
    imported(files.statement(*credits, last=last), name=f"{text}{rupiah}.csv")


# Payments and settlement lines


def test_pan_amount_and_time_are_offered_and_booked_once_confirmed(scene: Scene, bud: User) -> None:
    payment, sale = lost(scene)
    imported(files.settlement(sale))
    assert open_kinds() == ["missing_bank", "missing_ours"]
    (offer,) = offers()
    assert (offer.kind, offer.payment, offer.amount, offer.rivals) == ("payment", payment, rp(5_000), 0)
    assert "waktunya berselisih 1 menit; RRN berbeda" in offer.why
    imported(files.statement(files.credit_of(sale)))
    assert not Match.objects.exists()
    assert confirm(bud).confirmed == [offer]
    match = Match.objects.get()
    assert (match.payment, match.rule, match.agrees) == (payment, "window", True)
    assert match.credited_journal
    assert queries.lights([payment.pk])[payment.pk].booked == DAY
    assert open_kinds() == []
    laws_hold()


@pytest.mark.parametrize(
    "change",
    [
        {"at": files.Sale().at + timedelta(minutes=31)},
        {"gross": 500_100},
        {"pan": "9360099900000000025"},
        {"nmid": "ID20260000002"},
    ],
)
def test_what_differs_in_more_is_not_offered(scene: Scene, change: dict[str, Any]) -> None:
    imported(files.settlement(lost(scene, **change)[1]))
    assert offers() == []


def test_the_window_is_dated_data(scene: Scene) -> None:
    imported(files.settlement(lost(scene, at=Sale().at + timedelta(minutes=31))[1]))
    DatedRule.objects.create(
        key="reconciliation.suggestion_minutes", value=45, valid_from=DAY, legal_basis="uji"
    )
    services.reconcile(file_id=None, at=AT)
    assert len(offers()) == 1


def test_two_equal_candidates_are_both_shown_and_one_withdrawn(scene: Scene, bud: User) -> None:
    first, sale = lost(scene)
    second = scene.sold()[0]
    imported(files.settlement(sale))
    assert [offer.rivals for offer in offers()] == [1, 1]
    assert {offer.payment for offer in offers()} == {first, second}
    alone = offers()[0]
    outcome = confirm(bud)
    assert outcome.confirmed == [alone]
    assert len(outcome.refused) == 1
    assert offers() == []
    assert Match.objects.count() == 1
    assert sorted(Suggestion.objects.values_list("state", flat=True)) == ["confirmed", "stale"]
    laws_hold()


def test_a_rejected_pair_is_kept_apart_until_that_is_lifted(scene: Scene, bud: User) -> None:
    imported(files.settlement(lost(scene)[1]))
    (offer,) = offers()
    with pytest.raises(SuggestionError, match="5 huruf"):
        services.reject(suggestion_ids=[offer.pk], reason="x", by=bud, at=LATER)
    services.reject(suggestion_ids=[offer.pk], reason=REASON, by=bud, at=LATER)
    services.reconcile(file_id=None, at=LATER)
    assert offers() == []
    assert Suggestion.objects.get().reason == KeptApart.objects.get().reason == REASON
    services.lift_apart(apart_id=KeptApart.objects.get().pk, by=bud, at=LATER)
    services.reconcile(file_id=None, at=LATER)
    assert [(row.key, row.state) for row in Suggestion.objects.order_by("pk")] == [
        (offer.key, "rejected"), (offer.key, "open"),
    ]  # fmt: skip


def test_an_undone_confirmation_is_offered_again_not_repeated(scene: Scene, bud: User) -> None:
    imported(files.settlement(lost(scene)[1]))
    confirm(bud)
    services.undo_match(match_id=Match.objects.get().pk, reason=REASON, by=bud, at=LATER)
    services.reconcile(file_id=None, at=LATER)
    assert not Match.objects.standing().exists()
    assert len(offers()) == 1
    assert open_kinds() == ["missing_bank", "missing_ours"]
    laws_hold()


def test_what_matched_meanwhile_is_withdrawn_and_stays_in_the_history(scene: Scene, bud: User) -> None:
    payment, sale = lost(scene)
    imported(files.settlement(sale))
    (offer,) = offers()
    honest = Sale(**{**vars(sale), "rrn": payment.rrn, "partner_reference": payment.partner_reference_no})
    imported(files.settlement(honest), name="benar.csv")
    offer.refresh_from_db()
    assert offer.state == SuggestionState.STALE
    assert confirm(bud, offer).refused == ["Sebagian sudah diputus atau tidak berlaku lagi."]
    assert Match.objects.get().rule == "reference"


# Credits and batches


def test_one_credit_for_several_batches_pays_each_of_them(scene: Scene, bud: User) -> None:
    batches(scene, 5_000, 8_000, 11_000)
    came(13_000, last=DAY + timedelta(days=1))
    (offer,) = offers()
    assert (offer.kind, offer.amount, offer.difference) == ("group", rp(13_000), rp(0))
    assert "1 dana masuk berjumlah sama dengan 2 batch" in offer.why
    assert balance("rkud", on=LATER.date()) == 0
    assert confirm(bud).confirmed == [offer]
    assert sorted(CreditMatch.objects.values_list("amount", "rule")) == [
        (rp(5_000), "group"),
        (rp(8_000), "group"),
    ]
    assert sorted(SettlementBatch.objects.values_list("credited", flat=True)) == [0, 5_000, 8_000]
    assert balance("rkud", on=LATER.date()) == 13_000
    laws_hold()
    services.undo_credit(match_id=CreditMatch.objects.earliest("pk").pk, reason=REASON, by=bud, at=LATER)
    assert balance("rkud", on=LATER.date()) == 0
    assert not CreditMatch.objects.standing().exists()
    laws_hold()
    services.reconcile(file_id=None, at=LATER)
    assert [row.key for row in offers()] == [offer.key]


@pytest.mark.parametrize(
    ("owed", "paid"),
    [((13_000,), (4_000, 9_000)), ((6_000, 7_000), (2_000, 11_000)), ((9_000,), (2_000, 3_000, 4_000))],
)
def test_several_credits_for_one_batch_or_several(
    scene: Scene, bud: User, owed: tuple[int, ...], paid: tuple[int, ...]
) -> None:
    batches(scene, *owed)
    came(*paid)
    (offer,) = offers()
    assert (offer.kind, len(offer.credits), len(offer.batches)) == ("group", len(paid), len(owed))
    assert not confirm(bud).refused
    assert balance("rkud", on=LATER.date()) == sum(paid)
    assert {(batch.credited, batch.net) for batch in SettlementBatch.objects.all()} == {
        (rp(amount), rp(amount)) for amount in owed
    }
    assert offers() == []
    laws_hold()


def test_a_group_is_not_offered_for_what_pairs_alone(scene: Scene) -> None:
    batches(scene, 5_000, 8_000)
    came(5_000, 8_000)
    assert sorted((row.kind, row.amount) for row in offers()) == [
        ("credit", rp(5_000)),
        ("credit", rp(8_000)),
    ]


def test_other_accounts_banks_and_days_are_not_brought_together(scene: Scene) -> None:
    batches(scene, 5_000, 8_000)
    late = DAY + timedelta(days=20)
    imported(files.statement(Movement(1_300_000, 0, "QRIS", "", post=late)), at=AT + timedelta(days=21))
    assert offers() == []


def test_a_rejected_group_is_offered_again_only_when_asked(scene: Scene, bud: User) -> None:
    batches(scene, 5_000, 8_000)
    came(13_000)
    (offer,) = offers()
    services.reject(suggestion_ids=[offer.pk], reason=REASON, by=bud, at=LATER)
    services.reconcile(file_id=None, at=LATER)
    assert offers() == []
    assert not KeptApart.objects.exists()
    services.offer_again(suggestion_id=offer.pk, by=bud, at=LATER)
    assert [row.key for row in offers()] == [offer.key]
    with pytest.raises(SuggestionError):
        services.offer_again(suggestion_id=offer.pk, by=bud, at=LATER)


def test_a_shortfall_within_tolerance_stays_owed_and_is_booked_when_it_comes(scene: Scene, bud: User) -> None:
    (sale,) = batches(scene, 100_000)
    came(97_500, text="QRIS", reference=sale.batch_no)
    (offer,) = offers()
    assert (offer.kind, offer.difference) == ("credit", rp(2_500))
    assert "sisanya tetap terutang bank" in offer.why
    confirm(bud)
    batch = SettlementBatch.objects.get()
    assert (batch.credited, CreditMatch.objects.get().rule) == (rp(97_500), "tolerance")
    left = ReconciliationException.objects.waiting().get()
    assert (left.kind, left.amount) == ("credit_differs", rp(2_500))
    assert balance("rkud", on=LATER.date()) == 0
    assert balance("acquirer_receivable", on=LATER.date()) == 100_000
    laws_hold()
    imported(
        files.statement(Movement(250_000, 0, "KEKURANGAN QRIS", sale.batch_no)), name="sisa.csv", at=LATER
    )
    assert balance("rkud", on=LATER.date()) == 100_000
    assert -balance("revenue_lra", on=LATER.date()) == 100_000
    assert open_kinds() == []
    laws_hold()


@pytest.mark.parametrize(
    ("credit", "offered"), [(95_000, True), (94_999, False), (105_000, True), (105_001, False)]
)
def test_tolerance_ends_to_the_rupiah(scene: Scene, credit: int, offered: bool) -> None:
    batches(scene, 100_000)
    came(credit)
    assert bool(offers()) is offered


def test_a_near_amount_with_a_rival_is_not_offered_without_a_name(scene: Scene) -> None:
    batches(scene, 100_000, 101_000)
    came(99_000)
    assert offers() == []


def test_an_excess_is_kept_whole_and_stays_a_difference(scene: Scene, bud: User) -> None:
    batches(scene, 100_000)
    came(101_000)
    confirm(bud)
    assert SettlementBatch.objects.get().credited == 101_000
    assert [(row.kind, row.amount) for row in ReconciliationException.objects.waiting()] == [
        ("credit_differs", rp(1_000))
    ]
    laws_hold()


# Pages


def test_the_workbench_shows_both_sides_filters_and_keeps_the_history(
    scene: Scene, bud: User, client: Client
) -> None:
    batches(scene, 5_000, 8_000)
    came(13_000)
    imported(files.settlement(lost(scene, 6_000)[1]), name="lain.csv")
    client.force_login(bud, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("reconciliation:suggestion_list")
    with CaptureQueriesContext(connection) as seen:
        text = client.get(address).content.decode()
    assert len(seen) <= 16
    assert "meja.js" in text
    for words in (
        "Gabungan dana masuk dan batch",
        "RRN berbeda",
        "Batch B-1-5000",
        "Tegaskan yang dicentang",
    ):
        assert words in text
    assert "RRN berbeda" not in client.get(f"{address}?jenis=group").content.decode()
    assert (
        "RRN berbeda" in client.get(f"{address}?jumlah=6.000&bank={scene.house.partner_id}").content.decode()
    )
    assert "Tidak ada usulan yang cocok" in client.get(f"{address}?sejak=2027-01-01").content.decode()
    for row in offers():
        assert (
            row.why in client.get(reverse("reconciliation:suggestion_detail", args=[row.pk])).content.decode()
        )
    difference = ReconciliationException.objects.get(kind="missing_ours")
    detail = client.get(reverse("reconciliation:exception_detail", args=[difference.pk])).content.decode()
    assert "Ada 1 usulan untuk selisih ini" in detail
    assert client.get(f"{address}?selisih={difference.pk}").content.decode().count('name="pilih"') == 1
    assert "2 usulan menunggu keputusan Anda" in client.get(reverse("opd:home")).content.decode()
    confirm(bud)
    assert "Kuasa Bud" in client.get(f"{address}?keadaan=confirmed").content.decode()
    assert "Tidak ada usulan" in client.get(address).content.decode()


def test_deciding_asks_for_a_second_factor_and_for_ticks(scene: Scene, bud: User, client: Client) -> None:
    imported(files.settlement(lost(scene)[1]))
    client.force_login(bud, backend="django.contrib.auth.backends.ModelBackend")
    ticks = {"pilih": [row.pk for row in offers()], "reason": REASON}
    for deed in ("confirm", "reject"):
        assert client.post(reverse(f"reconciliation:suggestion_{deed}"), ticks).status_code == 200
    assert len(offers()) == 1
    with mock.patch("opd.stepup.is_fresh", return_value=True):
        told = client.post(reverse("reconciliation:suggestion_confirm"), follow=True).content.decode()
        assert "Centang dahulu usulannya" in told
        told = client.post(reverse("reconciliation:suggestion_confirm"), ticks, follow=True).content.decode()
    assert "1 usulan ditegaskan dan dicocokkan" in told
    assert not offers()


# Deciding


def test_a_treasurer_decides_for_her_agency_alone(scene: Scene) -> None:
    imported(files.settlement(lost(scene)[1]))
    other = person("bendahara.budaya", Role.BENDAHARA_PENERIMAAN, scene.culture)
    for deed in (
        lambda: confirm(other),
        lambda: services.reject(suggestion_ids=[offers()[0].pk], reason=REASON, by=other, at=LATER),
    ):
        with pytest.raises(PermissionDenied):
            deed()
    assert confirm(person("bendahara.wisata", Role.BENDAHARA_PENERIMAAN, scene.tourism)).confirmed


def test_a_run_again_offers_the_same_rows(scene: Scene) -> None:
    batches(scene, 5_000, 8_000)
    came(13_000)
    imported(files.settlement(lost(scene, 6_000)[1]), name="lain.csv")
    before = list(Suggestion.objects.order_by("pk").values())
    assert len(before) == 2
    for _ in range(2):
        services.reconcile(file_id=None, at=LATER)
    assert list(Suggestion.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("change", [{"key": "x"}, {"batches": [1]}, {"state": "open"}, {"reason": "lain"}])
def test_a_decision_stays(scene: Scene, bud: User, change: dict[str, Any]) -> None:
    imported(files.settlement(lost(scene)[1]))
    confirm(bud)
    with pytest.raises(DatabaseError, match="diubah"), transaction.atomic():
        Suggestion.objects.update(**change)
    with pytest.raises(DatabaseError, match="dihapus"), transaction.atomic():
        Suggestion.objects.all().delete()


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=5), st.lists(st.integers(1, 10**9), max_size=4))
def test_allocation_spends_all_and_pays_all(owed: list[int], cuts: list[int]) -> None:
    total = sum(owed)
    marks = sorted({cut % total for cut in cuts} - {0})
    came = [Decimal(b - a) for a, b in zip([0, *marks], [*marks, total], strict=True)]
    parts = allocate(came, [Decimal(one) for one in owed])
    assert all(amount > 0 for *_, amount in parts)
    assert [sum(a for i, _, a in parts if i == n) for n in range(len(came))] == came
    assert [sum(a for _, j, a in parts if j == n) for n in range(len(owed))] == owed
    assert len({(i, j) for i, j, _ in parts}) == len(parts)


@pytest.fixture
def town(transactional_db: None) -> Iterator[Scene]:
    with stalls() as built:
        yield built


def test_two_who_confirm_at_once_confirm_once(town: Scene) -> None:
    people = [person("kuasa.satu", Role.KUASA_BUD), person("kuasa.dua", Role.KUASA_BUD)]
    batches(town, 5_000, 8_000)
    came(13_000)
    imported(files.settlement(lost(town)[1]), name="lain.csv")
    rows = offers()
    told = together(*(lambda by=by: len(confirm(by, *rows).confirmed) for by in people))
    assert sorted(told) == [0, 2]
    assert (Match.objects.filter(rule="window").count(), CreditMatch.objects.count()) == (1, 2)
    assert balance("rkud", on=LATER.date()) == 13_000
    laws_hold()
