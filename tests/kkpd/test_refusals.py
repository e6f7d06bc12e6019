"""What is refused, in words that say why, and that nothing was changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from opd.models import Role, User
from opd.office import attachments, documents
from opd.planning.models import Hold
from opd.planning.services import OverPurse
from opd.services.people import assign_role
from payments.kkpd import rules, services
from payments.kkpd.models import Bill, BillLine, Card, CardKind, DprLine, LineState, Via
from payments.kkpd.reading import BillRefused
from payments.kkpd.services import KkpdError
from payments.spending.errors import SpendError
from payments.spending.models import Method, SpendState
from tests.kkpd import world
from tests.kkpd.world import Cards, Charge, later
from tests.planning.world import line, rp
from tests.spending.claims.world import AT, DAY

pytestmark = pytest.mark.django_db
ALL = dict.fromkeys(rules.CHECKS, True)


@pytest.fixture
def town() -> Cards:
    return world.cards()


def nothing_moved(town: Cards) -> None:
    town.goods.refresh_from_db()
    assert town.goods.used == 0
    assert not Hold.objects.exists()
    assert not DprLine.objects.exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"transaction_date": DAY + timedelta(days=1)}, "belum tiba"),
        ({"transaction_date": date(2027, 1, 2)}, "belum tiba"),
        ({"transaction_date": date(2026, 1, 1)}, "di luar masa itu"),
        ({"amount": rp(10_000_001)}, r"Sisa limit kartu .* tinggal Rp.10\.000\.000"),
        ({"amount": rp(200_000_001)}, "paling banyak"),
        ({"amount": rp(50_000_001)}, "di luar katalog"),
        ({"rrn": "123"}, "bukan 12 angka"),
        ({"line_id": 0}, "bukan milik OPD"),
    ],
)
def test_a_report_that_can_not_be_is_refused(town: Cards, change: dict[str, Any], says: str) -> None:
    with pytest.raises(KkpdError, match=says):
        services.report(spend=replace(world.bought(town), **change), by=town.holder, at=AT)
    nothing_moved(town)


def test_a_card_pays_only_what_its_kind_may(town: Cards) -> None:
    with pytest.raises(KkpdError, match="Kartu perjalanan dinas tidak dipakai"):
        services.report(
            spend=replace(world.travelled(town), line_id=town.place.line.pk), by=town.traveller, at=AT
        )
    with pytest.raises(KkpdError, match="tidak dipakai untuk rekening"):
        services.report(spend=replace(world.bought(town), line_id=town.trip.pk), by=town.holder, at=AT)


def test_up_kkpd_is_the_limit_of_all_cards_together() -> None:
    town = world.cards(limit=45_000_000)
    catalog = replace(world.bought(town, 30_000_000), method=Method.CATALOG)
    services.report(spend=catalog, by=town.holder, at=AT)
    with pytest.raises(OverPurse, match=r"UP KKPD tinggal Rp.10\.000\.000"):
        services.report(spend=world.travelled(town, 10_000_001), by=town.traveller, at=AT)
    town.travel.refresh_from_db()
    assert town.travel.used == 0


def test_a_blocked_card_reports_only_what_was_bought_before(town: Cards) -> None:
    services.block_card(card_id=town.goods.pk, reason="kartu hilang", by=town.admin, at=AT)
    with pytest.raises(KkpdError, match="diblokir sejak 01/06/2026: kartu hilang"):
        services.report(spend=world.bought(town), by=town.holder, at=later(1))
    earlier = replace(world.bought(town), transaction_date=DAY - timedelta(days=1))
    assert services.report(spend=earlier, by=town.holder, at=later(1))
    services.unblock_card(card_id=town.goods.pk, by=town.admin, at=later(2))
    assert services.report(spend=world.bought(town), by=town.holder, at=later(2))


def test_nobody_reports_with_anothers_card(town: Cards) -> None:
    with pytest.raises(KkpdError, match="bukan kartu Anda"):
        services.report(spend=world.bought(town), by=town.traveller, at=AT)


def test_the_same_rrn_is_one_purchase(town: Cards) -> None:
    spend = world.bought(town, rrn="000000000042")
    services.report(spend=spend, by=town.holder, at=AT)
    with pytest.raises(KkpdError, match="RRN 000000000042 sudah dilaporkan"):
        services.report(spend=replace(spend, is_another=True), by=town.holder, at=AT)
    town.goods.refresh_from_db()
    assert town.goods.used == rp(1_000_000)


def test_a_twin_without_rrn_asks_first(town: Cards) -> None:
    spend = world.bought(town, rrn="")
    services.report(spend=spend, by=town.holder, at=AT)
    with pytest.raises(KkpdError, match="ini transaksi lain"):
        services.report(spend=spend, by=town.holder, at=AT)
    assert services.report(spend=replace(spend, is_another=True), by=town.holder, at=AT)


def test_a_withdrawn_report_frees_budget_and_limit(town: Cards) -> None:
    row = world.reported(town, world.bought(town, rrn="000000000042"))
    services.withdraw(line_id=row.pk, reason="salah kartu", by=town.holder, at=later(1))
    town.goods.refresh_from_db()
    assert town.goods.used == 0
    row.spend.refresh_from_db()
    assert row.spend.state == SpendState.CANCELLED
    with pytest.raises(KkpdError):
        services.withdraw(line_id=row.pk, reason="lagi", by=town.holder, at=later(1))
    assert world.reported(town, world.bought(town, rrn="000000000042"))


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("5264221234561234", "Jangan menulis nomor kartu lengkap"),
        ("5264 2212 3456 1234", "Jangan menulis nomor kartu lengkap"),
        ("52642", "tersamar"),
        ("526422****", "tersamar"),
        ("526422******1131", "sudah terdaftar"),
    ],
)
def test_a_card_is_registered_masked_and_once(town: Cards, number: str, says: str) -> None:
    wanted = replace(world.draft(town.holder, "9999", CardKind.GOODS), number=number)
    with pytest.raises(KkpdError, match=says):
        services.register_card(opd_id=town.place.opd.pk, draft=wanted, by=town.admin, at=AT)
    assert Card.objects.count() == 2


def test_cards_are_for_holders_by_decree_and_their_administrator(town: Cards) -> None:
    wanted = world.draft(town.place.pptk, "9999", CardKind.GOODS)
    with pytest.raises(KkpdError, match="belum ditetapkan sebagai pemegang"):
        services.register_card(opd_id=town.place.opd.pk, draft=wanted, by=town.admin, at=AT)
    with pytest.raises(PermissionDenied):
        services.block_card(card_id=town.goods.pk, reason="iseng", by=town.holder, at=AT)


def test_a_limit_never_falls_below_what_is_used(town: Cards) -> None:
    world.reported(town)
    with pytest.raises(KkpdError, match=r"sedang terpakai Rp.1\.000\.000"):
        services.change_limit(
            card_id=town.goods.pk, limit=rp(999_999), decree_number="SK 2", by=town.admin, at=AT
        )


def test_a_dpr_needs_evidence_and_another_person(town: Cards) -> None:
    bare = services.report(spend=world.bought(town), by=town.holder, at=AT)
    dpr = services.draft_dpr(card_id=town.goods.pk, line_ids=[bare.pk], by=town.holder, at=AT)
    with pytest.raises(KkpdError, match="belum punya foto bukti"):
        services.sign_dpr(dpr_id=dpr.pk, by=town.place.pptk, at=AT)
    with pytest.raises(PermissionDenied):
        services.sign_dpr(dpr_id=dpr.pk, by=town.holder, at=AT)
    with pytest.raises(KkpdError, match="sudah masuk DPR lain"):
        services.draft_dpr(card_id=town.goods.pk, line_ids=[bare.pk], by=town.holder, at=AT)


def test_a_void_dpr_keeps_its_number_and_frees_its_lines(town: Cards) -> None:
    row = world.reported(town)
    dpr = world.signed(town, row)
    services.void_dpr(dpr_id=dpr.pk, reason="salah uraian", by=town.place.pptk, at=later(1))
    again = world.signed(town, row)
    assert again.document is not None
    assert again.document.number_text == "2/DPR-KKPD/113/2026"
    first = documents.of(dpr).get()
    assert (first.number_text, first.void_reason) == ("1/DPR-KKPD/113/2026", "salah uraian")


BAD_FILES = [
    (lambda text: text.replace("1000000.00", "satu juta"), "kolom “nilai”"),
    (lambda text: text.replace("526422******1131", "526422******9999"), "Baris 2, kolom “nomor_kartu”"),
    (lambda text: text.replace("526422******1131", "5264220000001131"), "harus tersamar"),
    (lambda text: text.replace("JUMLAH;1", "JUMLAH;2"), "tertulis 2 transaksi, tetapi berkas berisi 1"),
    (lambda text: text.replace("JUMLAH;1;1000000", "JUMLAH;1;1000001"), "jumlah kontrol"),
    (lambda text: text.replace(";rrn;", ";ref;"), "Kolom “rrn”|kolom “rrn”"),
    (lambda text: text.split("JUMLAH")[0], "Baris JUMLAH di akhir berkas tidak ada"),
    (lambda text: text.replace("2026-06-01;2026-06-01", "2026-06-09;2026-06-09"), "tanggalnya belum tiba"),
    (lambda text: text.replace(";EDC;", ";ATM;"), "isinya EDC atau QRIS"),
    (lambda text: text.replace("1000000.00", "-1000000.00"), "tidak boleh negatif"),
]


@pytest.mark.parametrize(("spoil", "says"), BAD_FILES)
def test_a_bad_bill_names_row_and_column_and_imports_nothing(town: Cards, spoil: Any, says: str) -> None:
    text = world.bill_text(Charge(town.goods, rp(1_000_000), "000000000042"))
    with pytest.raises(BillRefused, match=says):
        world.imported(town, spoil(text))
    assert not Bill.objects.exists()
    assert not BillLine.objects.exists()


def test_the_same_file_number_or_purchase_comes_once(town: Cards) -> None:
    one = Charge(town.goods, rp(1_000_000), "000000000042")
    world.imported(town, world.bill_text(one))
    with pytest.raises(BillRefused, match="sudah ada di tagihan lain"):
        world.imported(town, world.bill_text(one))
    with pytest.raises(BillRefused, match="sudah diimpor 01/06/2026 dari berkas lain"):
        world.imported(town, world.bill_text(replace(one, rrn="000000000043")))
    with pytest.raises(BillRefused, match="sudah ada di tagihan lain"):
        world.imported(town, world.bill_text(one, number="TGH2"))
    twice = world.bill_text(replace(one, rrn="9" * 12), replace(one, rrn="9" * 12), number="TGH3")
    with pytest.raises(BillRefused, match="Baris 3, kolom “rrn”: transaksi ini sama dengan baris 2"):
        world.imported(town, twice)
    assert Bill.objects.count() == 1


def test_the_tables_refuse_a_purchase_twice(town: Cards) -> None:
    bill = world.imported(town, world.bill_text(Charge(town.goods, rp(5), "000000000042")))
    row = bill.lines.get()
    row.pk, row.line_no = None, 9
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def line_to_test(town: Cards, *, sign: bool = True, amount: int = 1_000_000) -> BillLine:
    row = world.reported(town)
    if sign:
        world.signed(town, row)
    charge = replace(world.charge(row), amount=rp(amount))
    return world.imported(town, world.bill_text(charge)).lines.get()


def approve(line: BillLine, by: User, checks: dict[str, bool] | None = None) -> BillLine:
    return services.approve_line(bill_line_id=line.pk, checks=checks or ALL, by=by, at=later(2))


def reject(line: BillLine, by: User, reason: str) -> BillLine:
    return services.reject_line(bill_line_id=line.pk, checks={}, reason=reason, by=by, at=later(2))


def test_every_test_of_the_list_must_pass(town: Cards) -> None:
    line_ = line_to_test(town)
    with pytest.raises(KkpdError, match="Belum lolos: perhitungan pada tagihan benar"):
        approve(line_, town.place.pa, {**ALL, "arithmetic": False})


def test_another_amount_an_unsigned_dpr_or_no_report_is_not_approved(town: Cards) -> None:
    with pytest.raises(KkpdError, match=r"Tagihan Rp.1\.100\.000, laporan Rp.1\.000\.000"):
        approve(line_to_test(town, amount=1_100_000), town.place.pa)


def test_an_unsigned_dpr_is_not_approved(town: Cards) -> None:
    with pytest.raises(KkpdError, match="belum ditandatangani PPTK"):
        approve(line_to_test(town, sign=False), town.place.pa)


def test_a_line_without_report_is_only_rejected(town: Cards) -> None:
    row = world.imported(town, world.bill_text(Charge(town.goods, rp(9), "000000000042"))).lines.get()
    with pytest.raises(KkpdError, match="belum punya laporan"):
        approve(row, town.place.pa)
    with pytest.raises(KkpdError, match="Tulis alasan penolakan"):
        reject(row, town.place.pa, "")
    services.reject_line(bill_line_id=row.pk, checks={}, reason="tanpa bukti", by=town.place.pa, at=later(2))
    with pytest.raises(KkpdError, match="sudah ditolak"):
        services.reject_line(
            bill_line_id=row.pk, checks={}, reason="tanpa bukti", by=town.place.pa, at=later(2)
        )


def test_only_pa_and_kpa_test(town: Cards) -> None:
    row = line_to_test(town)
    for someone in (town.holder, town.admin, town.place.bp, town.place.ppk, town.place.pptk, town.place.bud):
        with pytest.raises(PermissionDenied):
            approve(row, someone)
    assert approve(row, town.place.kpa).state == LineState.APPROVED


def test_an_approved_line_may_still_be_rejected_before_its_dpt(town: Cards) -> None:
    row = approve(line_to_test(town), town.place.kpa)
    services.reject_line(
        bill_line_id=row.pk, checks={}, reason="ternyata ganda", by=town.place.pa, at=later(2)
    )
    with pytest.raises(KkpdError, match="Tidak ada baris yang lolos uji"):
        services.issue_dpt(bill_id=row.bill_id, card_id=None, by=town.place.pa, at=later(3))


def test_a_line_in_a_dpt_stays_there(town: Cards) -> None:
    row = approve(line_to_test(town), town.place.kpa)
    services.issue_dpt(bill_id=row.bill_id, card_id=None, by=town.place.kpa, at=later(3))
    with pytest.raises(KkpdError, match="sudah masuk DPT"):
        services.reject_line(
            bill_line_id=row.pk, checks={}, reason="terlambat", by=town.place.pa, at=later(3)
        )
    with pytest.raises(KkpdError, match="Tidak ada baris"):
        services.issue_dpt(bill_id=row.bill_id, card_id=None, by=town.place.kpa, at=later(3))


def test_the_order_of_the_cycle_is_kept(town: Cards) -> None:
    row = line_to_test(town)
    for deed, by, says in (
        (services.issue_npd, town.place.kpa, "belum diuji"),
        (services.issue_letter, town.place.kpa, "belum diuji"),
        (services.verify_bill, town.place.ppk, "NPD KKPD belum dibuat"),
        (services.claim_bill, town.place.bp, "belum seluruhnya diverifikasi"),
    ):
        with pytest.raises(KkpdError, match=says):
            deed(bill_id=row.bill_id, by=by, at=later(3))
    with pytest.raises(KkpdError, match="SP2D-GU KKPD untuk tagihan ini belum terbit"):
        world.settled(town, row.bill)


def test_a_bill_is_settled_once(town: Cards) -> None:
    one = world.reported(town)
    world.signed(town, one)
    bill = world.funded(town, world.listed(town, world.billed(town, one)))
    for change, says in (
        ({"reference_no": ""}, "Isi rujukan bank"),
        ({"paid_date": DAY + timedelta(days=9)}, "Tanggal bayar"),
        ({"account_id": 0}, "bukan rekening bendahara"),
    ):
        facts: dict[str, Any] = {
            "bill_id": bill.pk, "account_id": town.place.account.pk, "paid_date": DAY, "reference_no": "T1",
        }  # fmt: skip
        with pytest.raises(KkpdError, match=says):
            services.settle_bill(**(facts | change), by=town.place.bp, at=later(7))
    world.settled(town, bill, reference="T1")
    assert world.settled(town, bill, reference="T1").settled_at
    with pytest.raises(KkpdError, match="rujukan lain"):
        world.settled(town, bill, reference="T2")


def test_evidence_changes_until_the_line_is_tested(town: Cards) -> None:
    row = line_to_test(town)
    assert row.report is not None
    attachments.attach(subject=row.report, kind="photo", upload=world.photo(), by=town.holder, at=later(1))
    approve(row, town.place.kpa)
    with pytest.raises(PermissionDenied):
        attachments.attach(
            subject=row.report, kind="photo", upload=world.photo(), by=town.holder, at=later(3)
        )


def test_a_holder_never_approves_his_own_purchase(town: Cards) -> None:
    assign_role(
        user=town.holder, role=Role.KPA, opd=town.place.opd, decree_number="SK 2", decree_date=DAY,
        valid_from=date(2026, 1, 3), valid_to=None, by=None, at=AT,
    )  # fmt: skip
    row = line_to_test(town)
    town.holder.__dict__.pop("_assignments_by_day", None)
    with pytest.raises(SpendError, match="Anda sendiri"):
        approve(row, town.holder)


def test_hand_matching_stays_on_one_card(town: Cards) -> None:
    mine = world.reported(town, world.bought(town, 400_000, rrn=""))
    other = world.reported(town, world.travelled(town), by=town.traveller)
    row = world.imported(town, world.bill_text(Charge(town.goods, rp(300_000), "000000000042"))).lines.get()
    with pytest.raises(KkpdError, match="bukan dari kartu yang sama"):
        services.match_by_hand(bill_line_id=row.pk, report_id=other.pk, by=town.admin, at=later(2))
    services.match_by_hand(bill_line_id=row.pk, report_id=mine.pk, by=town.admin, at=later(2))
    assert services.unmatch(bill_line_id=row.pk, by=town.admin, at=later(2)).report_id is None


def test_capital_is_a_card_matter_too(town: Cards) -> None:
    asset = line(30_000_000, opd=town.place.opd, rekening="5.2.02.05.01.0005")
    row = services.report(
        spend=replace(world.bought(town), line_id=asset.pk, via=Via.QRIS), by=town.holder, at=AT
    )
    assert (row.spend.type, row.spend.channel) == ("capital", "qris")
