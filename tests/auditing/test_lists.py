"""The lists auditors ask for, each with a row that belongs there and one that does not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from opd.models import Opd
from opd.office.calendar import day_of
from opd.office.models import DatedRule, Holiday
from payments.auditing import lists, reports, services
from payments.auditing.lists import Period
from payments.ledger.models import Journal
from payments.ledger.queries import balance
from payments.spending.models import Spend
from tests.auditing.cast import AT, Desk
from tests.books import world
from tests.incoming.world import make_account, make_partner

JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))
PAID = {3: 9_800_000, 12: 6_000_000, 18: 6_000_000, 28: 5_500_000}


def spends(place: Desk) -> dict[int, Spend]:
    """By day of June: one just under a limit, two that make a limit together, one on a Sunday."""
    return {day: world.spent(place.office, amount, day=day) for day, amount in PAID.items()}


def cells(slug: str, period: Period = JUNE) -> list[dict[str, Any]]:
    report = lists.report(slug)
    assert report is not None
    found = lists.find(report, period)
    rows = [{cell.column.name: cell.value for cell in row.cells} for row in found[0:50]]
    assert len(rows) == found.count() == len(list(found.lines()))
    return rows


def days(rows: list[dict[str, Any]]) -> list[int]:
    return [row["tanggal_bayar"].day for row in rows]


def test_just_under_a_limit(place: Desk) -> None:
    spends(place)
    rows = cells("di-bawah-batas")
    assert days(rows) == [3]
    assert rows[0]["batas"] == 10_000_000


def test_the_limit_is_the_one_of_its_day(place: Desk) -> None:
    spends(place)
    old = DatedRule.objects.get(key="auditing.purchase_limits")
    DatedRule.objects.create(key=old.key, value=[6_100_000], valid_from=date(2026, 6, 15), legal_basis="uji")
    assert days(cells("di-bawah-batas")) == [18, 3]


def test_round_amounts(place: Desk) -> None:
    spends(place)
    assert days(cells("angka-bulat")) == [18, 12]


def test_split_purchases_come_within_seven_days(place: Desk) -> None:
    spends(place)
    (row,) = cells("pengadaan-dipecah")
    assert (row["tanggal_bayar"].day, row["sejak"].day, row["banyaknya"]) == (18, 12, 2)
    assert (row["batas"], row["jumlah_bersama"]) == (10_000_000, 12_000_000)
    assert cells("pengadaan-dipecah", Period(date(2026, 6, 18), date(2026, 6, 18))) == [row]
    rule = DatedRule.objects.filter(key="auditing.split_days")
    rule.update(value=6)
    assert cells("pengadaan-dipecah") == []


def test_outside_working_hours(place: Desk) -> None:
    made = spends(place)
    Holiday.objects.get_or_create(day=date(2026, 6, 12), defaults={"name": "Libur", "legal_basis": "uji"})
    late = world.spent(place.office, 123_000, day=17, at=world.noon(17) + timedelta(hours=4))
    shown = {row["nomor_jurnal"] for row in cells("luar-jam-kerja")}
    by_day = {
        day_of(one.recorded_at).day: one.pk for one in Journal.objects.filter(source__startswith="spend:")
    }
    assert {by_day[12], by_day[28], by_day[17]} <= shown
    assert not {by_day[3], by_day[18]} & shown
    assert late.pk != made[3].pk


def test_documents_voided_after_they_were_printed(place: Desk) -> None:
    row = place.finding()
    services.withdraw(finding_id=row.pk, reason="Salah OPD, dicatat ulang.", by=place.auditor, at=AT)
    (shown,) = cells("berubah-setelah-terbit", Period(date(2026, 7, 1), date(2026, 7, 31)))
    assert shown["nomor"].startswith("1/TEMUAN/")
    assert (shown["jenis"], shown["alasan"]) == ("Temuan pemeriksaan", "Salah OPD, dicatat ulang.")


def test_treasurers_accounts_show_decree_holder_and_both_balances_on_the_day(place: Desk) -> None:
    world.month(place.office)
    world.imported(place.office)

    def shown(day: date) -> list[dict[str, Any]]:
        return cells("rekening-bendahara", Period(date(2026, 1, 1), day))

    assert shown(date(2026, 1, 1)) == []
    (before,) = shown(date(2026, 5, 31))
    assert (before["saldo_bank_per"], before["saldo_bank"], before["saldo_buku_opd"]) == (None, None, 0)
    (within,) = shown(date(2026, 6, 4))
    assert (within["saldo_bank_per"].day, within["saldo_bank"]) == (4, 58_000_000)
    (after,) = shown(date(2026, 7, 9))
    assert (after["saldo_bank_per"], after["saldo_bank"]) == (date(2026, 6, 30), 57_105_000)
    assert after["saldo_buku_opd"] == balance("bp_bank", on=date(2026, 7, 9), opd=place.office.opd.pk)
    assert (after["nomor_sk"], after["berlaku_sejak"]) == ("SK 1", date(2026, 1, 2))
    assert "tanggal_sk" not in after
    assert after["pemegang"] == f"Bendahara pengeluaran, {place.office.bp.name}"


def test_an_account_of_a_receiving_treasurer_is_listed_once_without_a_balance(place: Desk) -> None:
    partner = make_partner()
    for nmid in ("ID20260000001", "ID20260000002"):
        make_account(partner, place.office.opd, kind="bendahara_penerimaan", nmid=nmid)
    make_account(partner, place.office.opd, nmid="ID20260000003")
    receiving, paying = cells("rekening-bendahara")
    assert (receiving["rekening"], paying["rekening"]) == (
        "0010100000017", f"Bank Uji {place.office.account.account_no}",
    )  # fmt: skip
    assert (receiving["saldo_bank"], receiving["saldo_buku_opd"]) == (None, None)


def test_each_list_says_what_it_measures_by(place: Desk) -> None:
    said = {one.text for report in reports.REPORTS for one in lists.basis(report, JUNE.last)}
    assert said == {
        "Jam kerja 07.30 sampai 16.00 WIB: Senin, Selasa, Rabu, Kamis, Jumat", "Kelipatan Rp\u00a01.000.000",
        "Batas Rp\u00a010.000.000, Rp\u00a050.000.000, Rp\u00a0200.000.000", "Sampai 5% di bawah batas",
        "Dalam 7 hari",
    }  # fmt: skip


@pytest.mark.parametrize("slug", [one.slug for one in lists.reports()])
def test_every_list_shows_filters_and_downloads(place: Desk, client: Client, slug: str) -> None:
    spends(place)
    client.force_login(place.auditor, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("auditing:list_detail", args=[slug])
    june: dict[str, Any] = {"sejak": "2026-06-01", "sampai": "2026-06-30"}
    assert client.get(url, june).status_code == 200
    answer = client.get(url, {**june, "unduh": "csv"})
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert lines[0].lstrip("\ufeff") == ",".join(one.name for one in lists.report(slug).columns)  # type: ignore[union-attr]
    other = Opd.objects.create(code="9", name="Dinas Lain", short_name="Lain", valid_from=date(2026, 1, 1))
    assert "Tidak ada baris" in client.get(url, {**june, "opd": other.pk}).text
    assert client.get(reverse("auditing:list_index"), june).status_code == 200
    assert client.get(reverse("auditing:list_detail", args=["tidak-ada"])).status_code == 404
