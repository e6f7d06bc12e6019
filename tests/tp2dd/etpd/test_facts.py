"""Facts from the other rooms: what they count, what they leave out; and the demo that stands on them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries

from opd import demo as people
from opd.office import rules
from opd.planning import demo as planning
from payments.spending.models import Channel
from tests.emoney.world import World as Spending
from tests.emoney.world import build
from tests.reconciliation.scene import Scene
from tests.tp2dd.etpd.world import official
from tests.tp2dd.test_share import paid, reported_by_sipd
from tp2dd.etpd import demo, facts
from tp2dd.etpd.models import Request, Semester
from tp2dd.etpd.sources import channels, spending
from tp2dd.etpd.verification import LAWS

pytestmark = pytest.mark.django_db


def found(half: int = 1) -> dict[str, facts.Fact]:
    asked = facts.Asked(2026, half, official())
    return {name: one.fact for name, one in facts.collect(asked).items()}


def test_spending_without_cash_is_a_yes_and_what_has_no_budget_says_so() -> None:
    world: Spending = build()
    paid(world, Channel.CASH, 100_000)
    assert found()["belanja_barang_dan_jasa_langsung"].value == "Tidak"
    paid(world, Channel.CMS, 300_000)
    now = found()
    assert now["belanja_barang_dan_jasa_langsung"].value == "Ya"
    assert "1 belanja nontunai dari 2" in now["belanja_barang_dan_jasa_langsung"].words
    assert now["belanja_modal_langsung"].value == "Tidak Dianggarkan"
    assert now["integrasi_cms"].value == "Ya"
    assert "integrasi_cms" not in found(half=2)
    assert "sejak=2026-01-01&sampai=2026-06-30" in now["integrasi_cms"].url


def test_realisation_is_what_was_spent_by_then_with_sipds_counted_rows() -> None:
    world: Spending = build()
    paid(world, Channel.CMS, 300_000)
    reported_by_sipd(world, 50_000)
    now = found()
    assert now["total_realisasi_belanja_daerah"].value == "350000"
    assert now["total_realisasi_belanja_operasi"].value == "350000"
    assert now["total_realisasi_belanja_modal"].value == "0"
    assert now["total_pagu_belanja_daerah"].value == f"{world.line.pagu:.0f}"


def test_levies_tell_the_channels_they_were_paid_through(scene: Scene) -> None:
    scene.sold(5000, at=datetime(2026, 6, 30, 16, 59, tzinfo=UTC))
    scene.sold(5000, at=datetime(2026, 6, 30, 17, 0, tzinfo=UTC))
    codes = {code for code, _, _ in channels._paid(facts.Asked(2026, 1, official()))}
    first, second = found(), found(half=2)
    if any(code.startswith("4.1.02.02.17") for code in codes):
        assert first["tempat_rekreasi"].value == second["tempat_rekreasi"].value == "QRIS"
        assert "QRIS 1" in first["tempat_rekreasi"].words
    assert first["qris"].value == "Ya"
    assert "1 pembayaran QRIS" in first["qris"].words
    assert "total_retribusi_daerah_dari_qris" not in first


def test_nothing_is_guessed_where_nothing_is_known() -> None:
    known = found()
    assert set(known) <= facts.answerable()
    assert not {"total_pagu_belanja_daerah", "qris", "integrasi_cms", "telah_membentuk_tp2dd"} & set(known)


def test_sources_stay_set_based(scene: Scene, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    form = official()
    for minute in range(5):
        scene.sold(5000, at=datetime(2026, 6, 1, 3, minute, tzinfo=UTC))
    with django_assert_max_num_queries(20):
        facts.collect(facts.Asked(2026, 1, form))


def test_every_mapped_type_names_a_column_of_the_form() -> None:
    columns = official().by_field
    day = datetime(2026, 6, 30, tzinfo=UTC).date()
    for key in ("etpd.tax_map", "etpd.levy_map"):
        fields = [row["field"] for row in rules.value(key, day) if row["field"]]
        assert set(fields) <= set(columns)
        assert len(fields) == len(set(fields))
    assert set(rules.value(spending.MAP, day)) == set(spending.FIELDS)
    levies = {row["field"] for row in rules.value("etpd.levy_map", day) if row["field"]}
    assert levies == set(channels.LEVIES)
    assert [row["name"] for row in rules.value("etpd.tax_map", day) if not row["field"]] == [
        "Pajak Alat Berat", "Opsen Pajak Mineral Bukan Logam dan Batuan",
    ]  # fmt: skip


@pytest.mark.parametrize("at", [datetime(2026, 11, 26, 2, tzinfo=UTC), datetime(2026, 1, 3, 2, tzinfo=UTC)])
def test_the_demo_has_a_filed_semester_and_one_with_requests_open(tmp_path: Path, at: datetime) -> None:
    with override_settings(DATA_DIR=tmp_path):
        people.seed(at=at)
    planning.seed(at=at)
    demo.seed(at=at)
    assert demo.seed(at=at) == "sudah ada"
    assert list(Semester.objects.values_list("state", flat=True)) == ["filling", "filed"]
    assert Request.objects.filter(state="open").count() == 3
    assert {law.name: law.check().problems for law in LAWS} == {law.name: [] for law in LAWS}
    assert all(law.check().rows for law in LAWS)
