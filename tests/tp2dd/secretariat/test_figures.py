"""Monthly figures: nothing is saved that does not add up, a newer version keeps the older one."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from opd.office.tabular import TabularError
from tests.tp2dd.secretariat.world import AT, DAY, LRA, TAX, World
from tp2dd.etpd.facts import Asked
from tp2dd.etpd.models import FormVersion
from tp2dd.secretariat import etpd_facts, figure_queries
from tp2dd.secretariat.errors import DeskError
from tp2dd.secretariat.models import Figure, FigureFile
from tp2dd.secretariat.reading import Channel, read_lra, read_tax
from tp2dd.secretariat.services import figures

CHANNELS = [Channel("QRIS", "digital", "qris"), Channel("Tunai", "tunai", "")]
AMOUNTS = st.integers(min_value=1, max_value=10**12)


@given(st.lists(st.tuples(AMOUNTS, st.integers(1, 9999)), min_size=1, max_size=20))
def test_the_total_of_tax_is_the_sum_of_its_rows(rows: list[tuple[int, int]]) -> None:
    lines = [f"Pajak {n};QRIS;{amount};{count}" for n, (amount, count) in enumerate(rows)]
    text = "\n".join(["jenis pajak;kanal;rupiah;transaksi", *lines])
    found = read_tax(io.BytesIO(text.encode()), name="a.csv", channels=CHANNELS)
    assert not found.problems
    assert found.total == sum(amount for amount, _ in rows)
    assert {line.channel_class for line in found.rows} == {"digital"}


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=8))
def test_an_lra_counts_each_rupiah_once_however_deep(amounts: list[int]) -> None:
    leaves = [f"4.1.{n:02d};Rincian;0;{amount}" for n, amount in enumerate(amounts, 1)]
    rows = ["kode rekening;uraian;anggaran;realisasi", f"4;Pendapatan;0;{sum(amounts)}",
            f"4.1;PAD;0;{sum(amounts)}", *leaves]  # fmt: skip
    found = read_lra(io.BytesIO("\n".join(rows).encode()), name="a.csv")
    assert not found.problems, found.problems.sentences()
    assert found.total == sum(amounts)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (TAX + "PKB;QRIS;5;1\n", "muncul dua kali"),
        (TAX + "PKB;Barter;5;1\n", "tidak dikenal"),
        (TAX + "BBNKB;QRIS;5;0\n", "sama-sama"),
        (TAX + "BBNKB;QRIS;-5;1\n", "negatif"),
        (TAX + "BBNKB;QRIS;banyak;1\n", "Baris 4"),
    ],
)
def test_a_wrong_row_of_tax_is_named(content: str, complaint: str) -> None:
    found = read_tax(io.BytesIO(content.encode()), name="a.csv", channels=CHANNELS)
    assert complaint in " ".join(found.problems.sentences())


def test_a_sum_that_its_rows_do_not_make_is_refused() -> None:
    found = read_lra(io.BytesIO(LRA.replace("1500;700", "1500;701").encode()), name="a.csv")
    assert "4.1 bukan jumlah rinciannya" in found.problems.sentences()[0]
    with pytest.raises(TabularError):
        read_lra(io.BytesIO(b"a;b\n1;2\n"), name="a.csv")


def test_nothing_is_saved_against_its_control_total(world: World, today: None) -> None:
    draft = world.figures(total="1250001")
    with pytest.raises(DeskError, match="Tidak cocok"):
        figures.save(file_id=draft.pk, by=world.secretary, at=AT)
    assert not Figure.objects.exists()
    figures.drop(file_id=draft.pk, by=world.secretary, at=AT)
    with pytest.raises(DeskError, match="dibuang"):
        figures.save(file_id=draft.pk, by=world.secretary, at=AT)


def test_a_newer_version_stands_and_the_older_one_stays(world: World, today: None) -> None:
    old, new = world.saved(), world.saved(TAX.replace("1.000.000", "2.000.000"), "2250000")
    assert (old.serial, new.serial) == (1, 2)
    assert [one.pk for one in figure_queries.standing("tax", 2026)] == [new.pk]
    assert old.figures.count() == 2
    (row,) = figure_queries.tax_months(2026)
    assert [row.digital, row.cash, row.total] == [Decimal(2_000_000), Decimal(250_000), Decimal(2_250_000)]
    assert row.share == Decimal(2_000_000) / Decimal(2_250_000)
    with pytest.raises(DeskError, match="tersimpan"):
        figures.save(file_id=new.pk, by=world.secretary, at=AT)


def test_the_database_keeps_saved_figures(world: World, today: None) -> None:
    saved = world.saved()
    for statement in (
        "UPDATE secretariat_figure SET amount = 0",
        "DELETE FROM secretariat_figure",
        "UPDATE secretariat_figurefile SET source = 'lain'",
        "DELETE FROM secretariat_figurefile",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(IntegrityError), transaction.atomic():
        FigureFile.objects.create(
            kind="tax", year=2026, month=5, serial=1, state="saved", source="x", name="x", rows=1,
            evidence=saved.evidence, control_total=1, total=1, at=AT, by=world.secretary, closed_at=AT,
        )  # fmt: skip


def test_the_etpd_gets_whole_semesters_alone(world: World, today: None) -> None:
    asked = Asked(2026, 1, FormVersion.objects.get(code="2021").form)
    tax, lra = etpd_facts.SOURCES
    for month in range(1, 6):
        world.saved(month=month)
    assert tax.compute(asked) == {}
    world.saved(month=6)
    facts = tax.compute(asked)
    assert {name: fact.value for name, fact in facts.items()} == {"total_pajak_daerah_dari_qris": "6000000"}
    assert lra.compute(asked) == {}
    world.saved(LRA, "700", kind="lra", month=6)
    told = {name: fact.value for name, fact in lra.compute(asked).items()}
    assert told["total_realisasi_pajak_daerah"] == "500"
    assert told["total_target_pendapatan_asli_daerah"] == "1500"
    assert "LRA bulan 06/2026" in lra.compute(asked)["total_target_retribusi_daerah"].words


def test_a_month_to_come_is_refused(world: World, today: None) -> None:
    with pytest.raises(DeskError, match="belum mulai"):
        world.figures(month=DAY.month + 1)
