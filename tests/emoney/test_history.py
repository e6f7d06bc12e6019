"""The issuer's history: read strictly, chained, and each line counted once."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from opd.models import Role
from opd.office.tabular import TabularError
from payments.emoney import chain, reading, services
from payments.emoney.balances import balance
from payments.emoney.models import HistoryFile, Movement
from payments.emoney.reading import Line
from payments.emoney.services import BadFile, EmoneyError, Missing, Reused
from tests.emoney.world import AT, HEADER, NUMBER, Tap, World, broken_laws, history, row, rp
from tests.opd.cast import agency, person

MONTH = [
    Tap("TOPUP", 500_000, 0, reference="EM0"),
    Tap("BELI", 15_000, 30, "UJI COBA PARKIR", "EM1"),
    Tap("BELI", 15_000, 30, "UJI COBA PARKIR", "EM2"),
    Tap("BELI", 42_500, 95, "TOL", "EM3"),
    Tap("TARIK", 100_000, 200, reference="EM4"),
]


def lines_of(text: str) -> list[Line]:
    return reading.read(io.BytesIO(text.encode()), name="riwayat.csv").lines


def fault(text: str) -> str:
    with pytest.raises(BadFile) as caught:
        lines_of(text)
    return str(caught.value)


def test_a_history_reads_to_the_rupiah_and_the_minute() -> None:
    found = reading.read(io.BytesIO(history(MONTH).encode()), name="riwayat.csv")
    assert found.digits == ("603298", "0001")
    assert [line.signed for line in found.lines] == [
        rp(500_000), rp(-15_000), rp(-15_000), rp(-42_500), rp(-100_000)
    ]  # fmt: skip
    assert found.lines[3].at.isoformat() == "2026-06-15T09:35:00+07:00"
    assert found.closing == rp(327_500)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (history(MONTH, trailer=False), "kolom “nomor_kartu”: baris JUMLAH"),
        (history(MONTH).replace("JUMLAH;5", "JUMLAH;4"), "Baris 7, kolom “waktu”"),
        (history(MONTH).replace("JUMLAH;5;327500", "JUMLAH;5;327501"), "Baris 7, kolom “jenis”: saldo akhir"),
        (history(MONTH).replace("470000.00", "471000.00"), "Baris 4, kolom “saldo”: saldo tidak menyambung"),
        (history(MONTH).replace("42500.00", "empat puluh"), "Baris 5, kolom “nilai”"),
        (history(MONTH).replace("42500.00", "-42500.00"), "Baris 5, kolom “nilai”"),
        (history(MONTH).replace("42500.00", "0.00"), "Baris 5, kolom “nilai”"),
        (history(MONTH).replace(";TARIK;", ";TRANSFER;"), "Baris 6, kolom “jenis”"),
        (history(MONTH).replace("2026-06-15T09:35:00+07:00", "kemarin"), "Baris 5, kolom “waktu”"),
        (history(MONTH).replace("15T09:35", "14T09:35"), "Baris 5, kolom “waktu”"),
        (history(MONTH).replace(";saldo;", ";sisa;"), "Baris 1, kolom “saldo”"),
        (HEADER + "\nJUMLAH;0;0.00;;;;;\n", "tidak berisi transaksi"),
        (HEADER + "\n", "JUMLAH"),
        ("", "kosong"),
        (history([Tap("TOPUP", 15_000, 0)], opening=-10_000), "kurang dari nol"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_named_by_row_and_column(broken: str, words: str) -> None:
    assert words in fault(broken)


def test_two_cards_in_one_file_are_refused() -> None:
    text = history(MONTH[:2]).splitlines()
    text.insert(3, row(Tap("BELI", 1_000, 40), 484_000, "603298******0007"))
    text[4] = "JUMLAH;3;484000.00;;;;;"
    assert "Baris 4, kolom “nomor_kartu”" in fault("\n".join(text))


def test_a_history_is_looked_at_first_and_then_saved_whole(world: World) -> None:
    draft = world.upload(history(MONTH))
    assert (len(services.fits(draft).new), Movement.objects.count()) == (5, 0)
    saved = services.save_history(file_id=draft.pk, by=world.treasurer, at=AT)
    assert (saved.state, saved.new_rows, Movement.objects.count()) == ("saved", 5, 5)
    assert services.save_history(file_id=draft.pk, by=world.treasurer, at=AT).new_rows == 5
    assert Movement.objects.count() == 5


def test_the_same_file_twice_is_refused_with_the_first_day(world: World) -> None:
    world.load(history(MONTH))
    with pytest.raises(Reused, match="20/06/2026"):
        world.upload(history(MONTH))


def test_an_overlapping_file_adds_only_what_is_new_and_twins_stay_two(world: World) -> None:
    world.load(history(MONTH[:3]))
    file = world.load(history(MONTH[1:], opening=500_000))
    assert (file.rows, file.new_rows) == (4, 2)
    assert list(Movement.objects.order_by("position").values_list("reference_no", flat=True)) == [
        "EM0", "EM1", "EM2", "EM3", "EM4"
    ]  # fmt: skip
    assert not broken_laws()


def test_a_file_of_the_days_before_goes_before(world: World) -> None:
    world.load(history(MONTH[3:], opening=470_000))
    file = world.load(history(MONTH[:4]))
    assert file.new_rows == 3
    first = Movement.objects.order_by("position").first()
    assert first is not None
    assert first.reference_no == "EM0"
    assert not broken_laws()


def test_a_gap_between_two_files_is_named(world: World) -> None:
    world.load(history(MONTH[:2]))
    with pytest.raises(BadFile, match=r"Baris 2, kolom “saldo”.*ada transaksi di antaranya"):
        world.upload(history(MONTH[3:], opening=470_000))
    assert HistoryFile.objects.count() == 1


def test_a_history_that_contradicts_the_saved_one_is_refused(world: World) -> None:
    world.load(history(MONTH))
    other = [MONTH[0], Tap("BELI", 9_000, 31, "LAIN", "EM9"), *MONTH[3:]]
    with pytest.raises(BadFile, match="Baris 3, kolom “waktu”"):
        world.upload(history(other))


def test_an_unknown_card_is_named_by_its_row(world: World) -> None:
    with pytest.raises(Missing, match="Baris 2, kolom “nomor_kartu”: kartu 603298 … 7777"):
        world.upload(history(MONTH, number="6032 98** **** 7777"))


def test_a_card_of_another_agency_is_unknown(world: World) -> None:
    other = person("bendahara.lain", Role.BENDAHARA_PENGELUARAN, agency("120", "Dinas Pendidikan"))
    upload = ContentFile(history(MONTH).encode(), name="r.csv")
    with pytest.raises(Missing):
        services.upload_history(upload=upload, name="r.csv", by=other, at=AT)
    draft = world.upload(history(MONTH))
    with pytest.raises(PermissionDenied):
        services.save_history(file_id=draft.pk, by=other, at=AT)


def test_a_dropped_draft_is_never_saved(world: World) -> None:
    draft = world.upload(history(MONTH))
    services.drop_history(file_id=draft.pk, by=world.treasurer, at=AT)
    with pytest.raises(EmoneyError, match="dibuang"):
        services.save_history(file_id=draft.pk, by=world.treasurer, at=AT)
    assert not Movement.objects.exists()


def test_a_top_up_finds_its_line_whichever_comes_first(world: World) -> None:
    early = world.top_up(500_000)
    world.load(history(MONTH[:2]))
    assert Movement.objects.get(top_up=early).kind == "topup"
    world.load(history([*MONTH[:2], Tap("TOPUP", 70_000, 50)]))
    later = world.top_up(70_000)
    assert Movement.objects.get(top_up=later).amount == rp(70_000)
    assert not broken_laws()


def test_two_equal_top_ups_take_a_line_each(world: World) -> None:
    world.top_up(100_000)
    world.top_up(100_000)
    world.load(history([Tap("TOPUP", 100_000, 0), Tap("TOPUP", 100_000, 0), Tap("BELI", 5_000, 5)]))
    assert Movement.objects.exclude(top_up=None).count() == 2
    assert balance(world.card).pending_top_ups == 0


def test_the_difference_between_books_and_issuer_is_named(world: World) -> None:
    world.top_up(500_000)
    world.top_up(60_000)
    world.load(history([*MONTH[:4], Tap("TOPUP", 7_000, 100)], opening=3_000))
    money = balance(world.card)
    assert dict(money.reasons) == {
        "Transaksi yang belum beres": rp(72_500),
        "Isi ulang yang belum tampak di riwayat penerbit": rp(60_000),
        "Isi ulang di riwayat yang bukan dari bendahara": rp(-7_000),
        "Saldo yang sudah ada sebelum riwayat pertama": rp(-3_000),
    }
    assert (money.difference, money.unexplained) == (rp(122_500), rp(0))
    assert not broken_laws()


def test_a_foreign_top_up_can_be_explained_and_stays_visible(world: World) -> None:
    world.load(history(MONTH[:2]))
    foreign = Movement.objects.get(kind="topup")
    services.explain(movement_id=foreign.pk, reason="Isi sendiri oleh pemegang", by=world.treasurer, at=AT)
    assert balance(world.card).foreign == rp(500_000)
    tap = Movement.objects.get(kind="buy")
    with pytest.raises(EmoneyError, match="tidak perlu"):
        services.explain(movement_id=tap.pk, reason="belanja saja", by=world.treasurer, at=AT)


@pytest.mark.parametrize("statement", [
    "UPDATE emoney_movement SET amount = amount + 1",
    "UPDATE emoney_movement SET balance = 0",
    "DELETE FROM emoney_movement",
    "UPDATE emoney_movement SET top_up_id = NULL WHERE kind = 'topup'",
])  # fmt: skip
def test_the_database_keeps_the_history_as_it_came(world: World, statement: str) -> None:
    world.top_up(500_000)
    world.load(history(MONTH))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_one_top_up_for_two_lines_and_two_lines_at_one_place(world: World) -> None:
    made = world.top_up(500_000)
    world.load(history([*MONTH[:2], Tap("TOPUP", 500_000, 40)]))
    other = Movement.objects.filter(kind="topup", top_up=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        other.update(top_up=made)
    with pytest.raises(IntegrityError, match="emoney_movement_used_as_it_is"), transaction.atomic():
        Movement.objects.filter(kind="buy").update(top_up=made)
    twin = Movement.objects.get(kind="buy")
    twin.pk = None
    with pytest.raises(IntegrityError, match="emoney_movement_position_once"), transaction.atomic():
        twin.save(force_insert=True)


def test_verify_sees_a_history_whose_balances_do_not_chain(world: World) -> None:
    world.load(history(MONTH))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE emoney_movement DISABLE TRIGGER USER")
        cursor.execute("UPDATE emoney_movement SET balance = balance + 1 WHERE position = 3")
        cursor.execute("ALTER TABLE emoney_movement ENABLE ALWAYS TRIGGER emoney_movement_guard")
    assert "emoney.chain" in broken_laws()


taps = st.lists(
    st.tuples(st.sampled_from(["TOPUP", "BELI", "TARIK"]), st.sampled_from([1_000, 1_000, 2_500, 40_000]),
              st.integers(0, 3)),
    min_size=1, max_size=14,
)  # fmt: skip


def chained(steps: Sequence[tuple[str, int, int]]) -> list[Tap]:
    """Steps as a history that never falls below zero; many at the same minute, some alike."""
    minute, made = 0, []
    for number, (kind, amount, later) in enumerate(steps):
        minute += later // 3
        made.append(Tap(kind, amount, minute, "PARKIR", f"EM{number}"))
    return made


@given(taps, st.data())
def test_files_cut_anyhow_join_to_the_one_history(
    steps: Sequence[tuple[str, int, int]], data: st.DataObject
) -> None:
    """Windows that touch or overlap, taken in any order that leaves no gap, give each line once; those
    that only touch, and within one minute, prove no order and are refused."""
    whole = lines_of(history(chained(steps), opening=10_000_000))
    start = data.draw(st.integers(0, len(whole) - 1))
    low, high = start, data.draw(st.integers(start + 1, len(whole)))
    ours = list(whole[low:high])
    for _ in range(data.draw(st.integers(0, 6))):
        first = data.draw(st.integers(0, high))
        last = data.draw(st.integers(max(first + 1, low), len(whole))) if first < len(whole) else 0
        if first >= len(whole) or last < low:
            continue
        touching = (last == low and whole[last - 1].at == whole[low].at) or (
            first == high and whole[first].at == whole[high - 1].at
        )
        if touching:
            with pytest.raises(TabularError, match="menit yang sama"):
                chain.align(ours, whole[first:last])
            continue
        before, after = chain.align(ours, whole[first:last])
        ours = [*before, *ours, *after]
        low, high = min(low, first), max(high, last)
        assert ours == whole[low:high]


@given(taps)
def test_a_window_that_leaves_a_gap_is_refused(steps: Sequence[tuple[str, int, int]]) -> None:
    whole = lines_of(history(chained(steps), opening=10_000_000))
    if len(whole) < 3 or whole[0].balance == whole[1].balance or whole[2].before == whole[0].balance:
        return
    with pytest.raises(TabularError):
        chain.align(whole[:1], whole[2:])


@given(taps)
def test_a_read_history_chains_from_first_to_last(
    steps: Sequence[tuple[str, int, int]],
) -> None:
    lines = lines_of(history(chained(steps), opening=10_000_000))
    assert lines[0].before + sum(line.signed for line in lines) == lines[-1].balance


def test_the_card_number_of_a_file_may_be_masked_with_dots_or_stars() -> None:
    for number in ("6032 98•• •••• 0001", "603298XXXXXX0001", "6032981234560001"):
        assert reading.read(io.BytesIO(history(MONTH, number=number).encode()), name="a.csv").digits == (
            "603298", "0001"
        )  # fmt: skip
    assert NUMBER
