"""Accounts, CMS, card issuer and e-money: the files they give, and that nothing is done twice."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payments.reconciliation.parsers import statement
from payments.reconciliation.parsers.rows import StatementTotals
from tests.sandbox.counters import rows
from tests.sandbox.running import Bank
from tests.sandbox.test_transfers import (
    BILLS,
    BPP,
    CLOSED,
    DISPAR,
    HOTEL,
    KOMPUTER,
    RAFFLESIA,
    TULIS,
    at_once,
)
from tests.sandbox.wire import WIB, new_number

POOL = "0010300000201"
EMONEY = "603298******0001"
CARD, OTHER_CARD = "526422******2034", "526422******2042"


def today() -> str:
    return datetime.now(WIB).date().isoformat()


def bulk_name(kind: str = "OB") -> str:
    return f"{kind}_3.26_{datetime.now(WIB):%d%m%Y}_{new_number()[-6:]}.csv"


@pytest.fixture(autouse=True)
def _enough_money(bank: Bank) -> None:
    for number in (DISPAR, BPP):
        if bank.balance(number) < 100_000_000:
            bank.top_up(number, 500_000_000)


def test_a_top_up_pressed_twice_counts_once(bank: Bank) -> None:
    browser, before = bank.browser(), bank.balance(BPP)
    page = browser.get(f"/rekening/{BPP}/")
    browser.post(page, amount="1.000.000")
    browser.post(page, amount="1.000.000")
    assert bank.balance(BPP) == before + 1_000_000
    browser.post(browser.get(f"/rekening/{BPP}/"), amount="1.000.000")
    assert bank.balance(BPP) == before + 2_000_000


@pytest.mark.parametrize("amount", ["", "0", "banyak", "-5"])
def test_a_top_up_that_makes_no_sense_is_refused_in_words(bank: Bank, amount: str) -> None:
    browser = bank.browser()
    page = browser.post(browser.get(f"/rekening/{BPP}/"), amount=amount)
    assert page.status == 422
    assert page.marked("error")


def test_a_closed_account_takes_no_top_up(bank: Bank) -> None:
    browser = bank.browser()
    page = browser.post(browser.get(f"/rekening/{CLOSED}/"), amount="1000")
    assert page.status == 422
    assert bank.balance(CLOSED) == 0


def test_the_statement_chains_and_passes_the_products_reader(bank: Bank) -> None:
    bank.client().transfer(DISPAR, TULIS, "1500.50")
    bank.client().transfer(DISPAR, HOTEL, "2500.00", bank="998")
    for number in (DISPAR, TULIS):
        text = bank.statement(number, today(), today())
        *moves, totals = list(statement.parse(io.BytesIO(text.encode())))
        assert isinstance(totals, StatementTotals)
        assert totals.account == number
        assert totals.closing == bank.balance(number)
        assert totals.count == len(moves) > 0
    yesterday = (datetime.now(WIB).date() - timedelta(days=1)).isoformat()
    (empty,) = list(statement.parse(io.BytesIO(bank.statement(DISPAR, yesterday, yesterday).encode())))
    assert isinstance(empty, StatementTotals)
    assert empty.closing == Decimal(500_000_000)


@pytest.mark.parametrize(
    "period", ["", "?sejak=2026-02-01&sampai=2026-01-01", "?sejak=kemarin&sampai=2026-01-01"]
)
def test_a_statement_without_sensible_days_is_refused_in_words(bank: Bank, period: str) -> None:
    page = bank.browser().get(f"/rekening/{DISPAR}/mutasi.csv{period}")
    assert page.status == 422
    assert page.marked("error")


def test_a_bulk_file_is_executed_line_by_line_with_its_result(bank: Bank) -> None:
    name, before, had = bulk_name(), bank.balance(DISPAR), bank.balance(TULIS)
    content = (
        f"3.26;{DISPAR};CV Sumber Tulis;{TULIS};1250000;ATK November\n"
        f"3.26;{DISPAR};REKENING TUTUP;{CLOSED};5000;lama\n"
        f"3.26;{DISPAR};NAMA KELIRU;{RAFFLESIA};7000;makan\n"
        f"3.26;{DISPAR};SIAPA;0010399999999;7000;tidak ada\n"
        f"3.26;{TULIS};RM RAFFLESIA;{RAFFLESIA};7000;bukan rekening bendahara\n"
    )
    header, *lines, trailer = rows(bank.cms(name, content))
    assert header == [
        *("no", "opd", "rek_asal", "nama_tujuan", "rek_tujuan", "nilai", "ket"),
        *("status", "kode", "referensi", "waktu"),
    ]
    assert [(line[7], line[8]) for line in lines] == [
        ("BERHASIL", "00"),
        ("GAGAL", "18"),
        ("BERHASIL", "W1"),
        ("GAGAL", "11"),
        ("GAGAL", "11"),
    ]
    assert lines[0][:7] == ["1", "3.26", DISPAR, "CV Sumber Tulis", TULIS, "1250000", "ATK November"]
    assert all(bool(line[9]) == (line[7] == "BERHASIL") for line in lines)
    assert trailer == ["JUMLAH", "5", "2", "3"]
    assert (bank.balance(DISPAR), bank.balance(TULIS)) == (before - 1257000, had + 1250000)
    assert lines[0][9] in {move.reference for move in bank.movements(TULIS)}


def test_the_same_file_is_never_executed_again(bank: Bank) -> None:
    name, content = bulk_name(), f"3.26;{DISPAR};CV SUMBER TULIS;{TULIS};1000;{new_number()}\n"
    bank.cms(name, content)
    before = bank.balance(DISPAR)
    for again, text in ((name, content), (bulk_name(), content), (name, content.replace("1000", "2000"))):
        with pytest.raises(AssertionError, match="sudah pernah dijalankan"):
            bank.cms(again, text)
    assert bank.balance(DISPAR) == before


def test_lines_can_be_made_to_fail(bank: Bank) -> None:
    before = bank.balance(DISPAR)
    content = "".join(f"3.26;{DISPAR};X;{TULIS};{n}000;{new_number()}\n" for n in (1, 2, 3))
    lines = rows(bank.cms(bulk_name(), content, failing="1, 3"))[1:-1]
    assert [(line[7], line[8]) for line in lines] == [("GAGAL", "99"), ("BERHASIL", "W1"), ("GAGAL", "99")]
    assert bank.balance(DISPAR) == before - 2000


def test_a_file_to_other_banks_names_the_bic(bank: Bank) -> None:
    had = bank.balance(KOMPUTER)
    note = new_number()[-12:]
    content = (
        f"3.26;{DISPAR};TOKO KOMPUTER NUSANTARA;{KOMPUTER};4000000;LAINIDJ8;IDR;{note}\n"
        f"3.26;{DISPAR};TOKO KOMPUTER NUSANTARA;{KOMPUTER};4000000;TAKADAID;IDR;{note}\n"
        f"3.26;{DISPAR};TOKO KOMPUTER NUSANTARA;{KOMPUTER};250000001;LAINIDJ8;IDR;{note}\n"
    )
    lines = rows(bank.cms(bulk_name("SKN"), content))[1:-1]
    assert [line[8] for line in lines] == ["00", "03", "02"]
    assert bank.balance(KOMPUTER) == had + 4000000


def test_a_file_never_overdraws(bank: Bank) -> None:
    left = int(bank.balance(BPP))
    big = min(left, 500_000_000)
    content = "".join(
        f"3.26;{BPP};CV SUMBER TULIS;{TULIS};{big};{new_number()}\n" for _ in range(left // big + 1)
    )
    lines = rows(bank.cms(bulk_name(), content))[1:-1]
    assert lines[-1][8] == "14"
    assert bank.balance(BPP) >= 0


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("gaji.csv", "x", "Nama berkas harus"),
        ("OB_3.26_24112026_1.txt", "x", "Nama berkas harus"),
        (None, "", "kosong"),
        (None, b"\xff\xfe1;2", "UTF-8"),
        (None, f"3.26;{DISPAR};X;{TULIS};1000", "Baris 1: berisi 5 kolom"),
        (None, f"3.26;{DISPAR};X;{TULIS};1.000;a", "Baris 1: nilai harus rupiah bulat"),
        (None, f"3.26;{DISPAR};X;{TULIS};-5;a", "Baris 1: nilai harus rupiah bulat"),
        (None, f"3.26;{DISPAR};X;{TULIS};1000;a\n3.26;abc;X;{TULIS};1000;a", "Baris 2: rek_asal"),
        (None, f"3.26;{DISPAR};X;rekening;1000;a", "Baris 1: rek_tujuan"),
    ],
)
def test_an_unreadable_file_is_refused_whole(
    bank: Bank, name: str | None, content: str | bytes, says: str
) -> None:
    before = bank.balances()
    with pytest.raises(AssertionError, match='data-testid="error"') as refused:
        bank.cms(name or bulk_name(), content)
    assert says in str(refused.value)
    assert bank.balances() == before


def test_an_skn_note_has_at_most_thirty_characters(bank: Bank) -> None:
    content = f"3.26;{DISPAR};X;{HOTEL};1000;LAINIDJ8;IDR;{'x' * 31}"
    with pytest.raises(AssertionError, match="ket lebih dari 30"):
        bank.cms(bulk_name("SKN"), content)


def test_a_transfer_by_hand_gives_a_reference_and_counts_once(bank: Bank) -> None:
    browser, before = bank.browser(), bank.balance(DISPAR)
    form = browser.get("/cms/")
    fields = {"source": DISPAR, "target": HOTEL, "amount": "75.000", "note": "sewa"}
    first = browser.post(form, "/cms/transfer/", **fields)
    again = browser.post(form, "/cms/transfer/", **fields)
    newest = [page.marked("cms-order")[0]["data-reference"] for page in (first, again)]
    assert newest[0] == newest[1]
    assert bank.balance(DISPAR) == before - 75000
    with pytest.raises(AssertionError, match="Rekening tujuan sudah ditutup"):
        bank.cms_transfer(DISPAR, CLOSED, 1000)


def test_a_bill_lists_each_purchase_once_and_is_paid_by_interbank_transfer(bank: Bank) -> None:
    first = bank.card_spend(CARD, 350_000, "TOKO ATK MAJU", day=today(), note="kertas")
    second = bank.card_spend(OTHER_CARD, 1_200_000, "HOTEL PANTAI", day=today(), way="QRIS", mcc="7011")
    number, text = bank.card_bill("DIKBUD", due_date="2027-01-20")
    header, *lines, trailer = rows(text)
    assert header == [
        *("nomor_tagihan", "nomor_kartu", "pemegang", "tanggal_transaksi", "tanggal_posting", "merchant"),
        *("mcc", "jenis", "rrn", "kode_otorisasi", "nilai", "jatuh_tempo"),
    ]
    found = {line[8]: line for line in lines}
    assert found[first][:8] == [
        *(number, CARD, "PEMEGANG BARANG JASA DIKBUD (demo)", today(), today()),
        *("TOKO ATK MAJU", "5943", "EDC"),
    ]
    assert found[second][7:9] == ["QRIS", second]
    assert found[second][10:] == ["1200000.00", "2027-01-20"]
    assert trailer == ["JUMLAH", str(len(lines)), f"{sum(Decimal(line[10]) for line in lines):.2f}"]
    with pytest.raises(AssertionError, match="Belum ada belanja kartu"):
        bank.card_bill("DIKBUD")
    total = trailer[2]
    assert bank.bill_paid(number) == 0
    paid = bank.client().transfer(DISPAR, BILLS, total, bank="997", customerReference=number)
    assert paid.code == "2001800"
    assert bank.bill_paid(number) == Decimal(total)
    assert "Lunas" in bank.browser().get("/kartu/").text


def test_a_bill_can_also_be_paid_by_an_skn_file(bank: Bank) -> None:
    bank.card_spend("526422******3034", 200_000, "TOKO", day=today())
    number, _ = bank.card_bill("DISKOMINFO")
    bank.cms(bulk_name("SKN"), f"3.26;{DISPAR};PENAMPUNGAN TAGIHAN KKPD;{BILLS};200000;PNRBIDJ7;IDR;{number}")
    assert bank.bill_paid(number) == 200_000


def test_a_card_stops_at_its_limit_and_a_paid_bill_restores_it(bank: Bank) -> None:
    card = "526422******3042"
    bank.card_spend(card, 49_000_000, "LAPTOP", day=today())
    with pytest.raises(AssertionError, match="melewati limit"):
        bank.card_spend(card, 1_000_001, "LAPTOP", day=today())
    over = bank.client().pay(bank.shop("toko-atk"), "1000001.00", card=card)
    assert over.code == "4035023"
    number, _ = bank.card_bill("DISKOMINFO")
    left = Decimal(
        next(x for x in bank.browser().get("/kartu/").marked("bill") if x["data-number"] == number)[
            "data-total"
        ]
    )
    assert bank.client().pay(bank.shop("toko-atk"), "1000001.00", card=card).code == "4035023"
    bank.client().transfer(DISPAR, BILLS, f"{left:.2f}", bank="997", customerReference=number)
    assert bank.client().pay(bank.shop("toko-atk"), "1000001.00", card=card).code == "2005000"


def test_card_payments_at_once_never_pass_the_limit(bank: Bank) -> None:
    browser, client, text = bank.browser(), bank.client(), bank.shop("toko-atk")
    card = f"526422******{new_number()[-4:]}"
    fields = {"number": card, "holder": "PEMEGANG (uji)", "owner": "UJI", "limit": "1.000.000"}
    browser.post(browser.get("/kartu/"), "/kartu/baru/", **fields)
    answers = at_once(3, lambda: client.pay(text, "600000.00", card=card))
    assert sorted(answer.code for answer in answers) == ["2005000", "4035023", "4035023"]


@pytest.mark.parametrize(("status", "code"), [("blocked", "4035007"), ("expired", "4035008")])
def test_a_card_that_is_not_active_is_refused(bank: Bank, status: str, code: str) -> None:
    browser, card = bank.browser(), "526422******1242"
    identity = next(x["data-id"] for x in browser.get("/kartu/").marked("card") if x["data-number"] == card)
    for state, expected in ((status, code), ("active", "2005000")):
        browser.post(browser.get("/kartu/"), "/kartu/keadaan/", card=identity, status=state)
        assert bank.client().pay(bank.shop("parkir"), "2000.00", card=card).code == expected


def test_only_ten_digits_of_a_card_are_kept(bank: Bank) -> None:
    browser = bank.browser()
    page = browser.post(
        browser.get("/kartu/"),
        "/kartu/baru/",
        number="5264 2211 1111 9876",
        holder="UJI (uji)",
        owner="ARSIP",
        limit="5.000.000",
    )
    assert "526422******9876" in {x["data-number"] for x in page.marked("card")}
    assert "11119876" not in page.text.replace(" ", "")
    again = browser.post(
        browser.get("/kartu/"),
        "/kartu/baru/",
        number="526422******9876",
        holder="X",
        owner="ARSIP",
        limit="1",
    )
    assert again.status == 422
    assert "Kartu itu sudah ada" in again.text


def test_the_history_of_a_card_chains_and_the_pool_holds_what_the_cards_hold(bank: Bank) -> None:
    before = bank.balance(BPP)
    bank.emoney_use(EMONEY, "TOPUP", 500_000, account=BPP)
    bank.emoney_use(EMONEY, "BELI", 35_000, merchant="PARKIR BANDARA", terminal="T01")
    bank.emoney_use(EMONEY, "TARIK", 65_000, account=BPP)
    assert bank.balance(BPP) == before - 435_000
    header, *lines, trailer = rows(bank.emoney_history(EMONEY))
    assert header == ["nomor_kartu", "waktu", "jenis", "merchant", "terminal", "nilai", "saldo", "referensi"]
    balance = Decimal(0)
    for line in lines:
        balance += Decimal(line[5]) if line[2] == "TOPUP" else -Decimal(line[5])
        assert (line[0], Decimal(line[6])) == (EMONEY, balance)
    assert trailer == ["JUMLAH", str(len(lines)), f"{balance:.2f}"]
    assert [line[2] for line in lines[-3:]] == ["TOPUP", "BELI", "TARIK"]
    assert len({line[7] for line in lines}) == len(lines)
    assert bank.emoney_balance(EMONEY) == balance
    cards = bank.browser().get("/uang-elektronik/").marked("emoney-card")
    assert bank.balance(POOL) == sum(Decimal(card["data-balance"]) for card in cards)


def test_a_card_is_never_overdrawn_nor_overfilled(bank: Bank) -> None:
    card, before = "603298******0002", bank.balances()
    for kind, amount, more in (
        ("BELI", 1_000, {"merchant": "X"}),
        ("TARIK", 1_000, {}),
        ("TOPUP", 2_000_001, {}),
        ("BELI", 1_000, {}),
    ):
        assert bank.emoney_use(card, kind, amount, **more).status == 422
    assert bank.emoney_balance(card) == 0
    assert bank.balances() == before


def test_a_transfer_that_names_a_card_tops_it_up(bank: Bank) -> None:
    card, before = "603298******0003", bank.balance(DISPAR)
    client = bank.client()
    done = client.transfer(DISPAR, POOL, "100000.00", customerReference=card)
    assert done.code == "2001700"
    assert bank.emoney_balance(card) == 100_000
    assert bank.balance(DISPAR) == before - 100_000
    assert client.transfer(DISPAR, POOL, "1000.00", customerReference="siapa").code == "4041711"
    assert client.transfer(DISPAR, POOL, "2000000.00", customerReference=card).code == "4031723"
    bank.cms(bulk_name(), f"3.26;{DISPAR};PENAMPUNGAN UANG ELEKTRONIK;{POOL};5000;{card}")
    assert bank.emoney_balance(card) == 105_000
    assert bank.balance(DISPAR) == before - 105_000


@given(
    uses=st.lists(
        st.tuples(st.sampled_from(["TOPUP", "BELI", "TARIK"]), st.integers(1, 900_000), st.booleans()),
        min_size=1,
        max_size=4,
    )
)
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
def test_no_sequence_of_uses_makes_or_loses_money(bank: Bank, uses: list[tuple[str, int, bool]]) -> None:
    card = "603298******0004"
    inside = sum(bank.balances().values(), Decimal(0))
    for kind, amount, from_account in uses:
        page = bank.emoney_use(card, kind, amount, merchant="X", account=BPP if from_account else "")
        if page.status == 200 and not from_account:
            inside += {"TOPUP": amount, "TARIK": -amount, "BELI": 0}[kind]
    assert sum(bank.balances().values()) == inside
    assert rows(bank.emoney_history(card))[-1][2] == f"{bank.emoney_balance(card):.2f}"


def test_days_of_purchases_do_not_lie_ahead(bank: Bank) -> None:
    ahead = (date.fromisoformat(today()) + timedelta(days=2)).isoformat()
    with pytest.raises(AssertionError, match="tidak boleh di depan hari ini"):
        bank.card_spend(CARD, 1_000, "X", day=ahead)
