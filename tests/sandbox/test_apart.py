"""The bank stands apart: its own settings, login and cookies, and never in production."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
import urllib3
from django.conf import settings
from django.db import connection
from psycopg import sql

from tests.sandbox.running import ROOT, Bank

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGES = (
    *("/", "/daftar/", "/berita/", "/perilaku/", "/hari/", "/rekening/", "/rekening/0010200113001/"),
    *("/va/", "/merchant/", "/cms/", "/kartu/", "/uang-elektronik/", "/uang-elektronik/1/", "/lainnya/"),
)


def test_the_product_does_not_install_the_bank() -> None:
    assert "payments.sandbox" not in settings.INSTALLED_APPS


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"DEMO": ""}, "DEMO=1"),
        ({"DEMO": "0"}, "DEMO=1"),
        ({"SANDBOX_DATABASE_URL": ""}, "SANDBOX_DATABASE_URL belum diisi"),
        ({"DATABASE_URL": "same"}, "tidak boleh sama dengan DATABASE_URL"),
    ],
)
def test_the_bank_refuses_to_start(bank: Bank, change: dict[str, str], says: str) -> None:
    change = {name: value.replace("same", bank.database_url) for name, value in change.items()}
    words = [sys.executable, "-c", "import config.wsgi_sandbox"]
    environment = {**bank.environment, **change}
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode
    assert says in done.stderr


def test_the_bank_starts_without_any_secret_of_the_product(bank: Bank) -> None:
    assert not {"SECRET_KEY", "FIELD_KEYS", "DATABASE_URL", "REDIS_URL"} & set(bank.environment)
    assert urllib3.request("GET", f"{bank.url}/sehat", retries=False, timeout=20).json()["status"] == "ok"


@pytest.fixture
def closed_to_the_public(db: None) -> Iterator[str]:
    """The name of the product's test database, closed to other logins as the launcher closes the real one."""
    name = str(connection.settings_dict["NAME"])
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    yield name
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO PUBLIC").format(sql.Identifier(name)))


def test_the_banks_login_cannot_open_the_products_database(bank: Bank, closed_to_the_public: str) -> None:
    address = bank.database_url.rpartition("/")[0] + f"/{closed_to_the_public}"
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(address)


def test_the_banks_login_has_no_more_rights_than_its_own_database(bank: Bank) -> None:
    with psycopg.connect(bank.database_url) as own:
        row = own.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()
        members = own.execute(
            "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member"
            " WHERE r.rolname = current_user"
        ).fetchone()
    assert row == (False, False, False, False)
    assert members == (0,)


@pytest.mark.parametrize("path", PAGES)
def test_each_page_has_the_strict_policy_and_no_inline_script_or_style(bank: Bank, path: str) -> None:
    answer = urllib3.request("GET", bank.url + path, retries=False, timeout=20)
    text = answer.data.decode()
    assert answer.status == 200
    assert set(answer.headers["Content-Security-Policy"].split("; ")) == set(CSP.split("; "))
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert " style=" not in text
    assert "<style" not in text
    assert " onclick" not in text
    assert text.count("<script") == text.count("<script src=")
    assert "UJI COBA" in text or path == "/daftar/"


def test_the_banks_cookie_is_not_the_products_and_there_is_no_session(bank: Bank) -> None:
    answer = urllib3.request("GET", f"{bank.url}/", retries=False, timeout=20)
    cookies = answer.headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["bank_uji_coba_csrf"]
    assert settings.CSRF_COOKIE_NAME != "bank_uji_coba_csrf"


@pytest.mark.parametrize(
    "path",
    [
        *("/tidak-ada/", "/qris/0/", "/gambar/0.png", "/hari/berkas/x.csv", "/rekening/0/"),
        *("/rekening/0/mutasi.csv", "/merchant/x.png", "/cms/hasil/x.csv", "/kartu/tagihan/x.csv"),
        *("/uang-elektronik/0/", "/uang-elektronik/0/riwayat.csv"),
    ],
)
def test_an_unknown_address_is_said_to_be_unknown(bank: Bank, path: str) -> None:
    answer = urllib3.request("GET", bank.url + path, retries=False, timeout=20)
    assert answer.status == 404
    assert "Bank uji coba tidak punya" in answer.data.decode()


@pytest.mark.parametrize(
    "path",
    [
        *("/hari/tutup/", "/hari/tarif/", "/rekening/menunggu/1/", "/cms/transfer/"),
        *("/kartu/baru/", "/kartu/keadaan/", "/kartu/tagihan/"),
    ],
)
def test_looking_never_acts(bank: Bank, path: str) -> None:
    day = bank.open_day()
    assert urllib3.request("GET", bank.url + path, retries=False, timeout=20).status == 405
    assert bank.open_day() == day


def test_migrations_are_complete(bank: Bank) -> None:
    assert "No changes" in bank.manage("makemigrations", "--check", "--dry-run")


_ACCOUNT = "(SELECT min(id) FROM sandbox_account)"
_TRANSFER = (
    "INSERT INTO sandbox_transfer (partner, partner_reference_no, reference_no, external_id, channel,"
    " source_id, target_id, amount, customer_reference, remark, params, qr_content, merchant_name, rrn,"
    " state, will_fail, failure, created_at, done_at) VALUES ('uji', '{number}',"
    " '{number}', '', 'cms', {source}, {account}, {amount}, '', '', '{{}}', '', '',"
    " '{rrn}', '{state}', false, '', now(), {done})"
)


def _transfer(**values: object) -> str:
    usual = {"number": "1", "source": _ACCOUNT, "account": _ACCOUNT, "amount": 1, "rrn": ""}
    return _TRANSFER.format(**{**usual, "state": "success", "done": "now()", **values})


def _movement(debit: int, credit: int) -> str:
    return (
        "INSERT INTO sandbox_movement (account_id, at, debit, credit, description, reference_no)"
        f" VALUES ({_ACCOUNT}, now(), {debit}, {credit}, '', 'uji')"
    )


def _purchase(amount: int, rrn: str) -> str:
    return (
        "INSERT INTO sandbox_cardtransaction (card_id, transaction_date, posting_date, merchant, mcc, way,"
        " rrn, authorization_code, amount, note) VALUES ((SELECT min(id) FROM sandbox_card), now(),"
        f" now(), 'X', '5814', 'EDC', '{rrn}', '1', {amount}, '')"
    )


@pytest.mark.parametrize(
    ("constraint", "statements"),
    [
        ("balance_never_below_zero", ["UPDATE sandbox_account SET balance = -0.01"]),
        ("one_side_of_movement", [_movement(0, 0)]),
        ("one_side_of_movement", [_movement(1, 1)]),
        ("one_movement_per_account_and_reference", [_movement(1, 0), _movement(0, 2)]),
        ("one_transfer_per_reference", [_transfer(), _transfer().replace("'1', '1'", "'1', '2'")]),
        ("transfer_amount_positive", [_transfer(amount=0)]),
        ("transfer_from_account_or_card", [_transfer(source="NULL")]),
        ("transfer_done_unless_pending", [_transfer(done="NULL")]),
        ("transfer_done_unless_pending", [_transfer(state="pending")]),
        ("transfer_rrn_twelve_digits", [_transfer(rrn="12")]),
        ("one_transfer_per_rrn", [_transfer(rrn="1" * 12), _transfer(number="2", rrn="1" * 12)]),
        ("card_amount_positive", [_purchase(0, "1" * 12)]),
        ("card_rrn_twelve_digits", [_purchase(1, "1")]),
        ("card_limit_positive", ['UPDATE sandbox_card SET "limit" = 0']),
        ("one_card_per_mask", ["UPDATE sandbox_card SET first6 = '1', last4 = '1'"]),
        ("emoney_never_below_zero", ["UPDATE sandbox_emoneycard SET balance = -1"]),
        ("one_emoney_card_per_mask", ["UPDATE sandbox_emoneycard SET first6 = '1', last4 = '1'"]),
    ],
)
def test_the_banks_tables_refuse_what_cannot_be(bank: Bank, constraint: str, statements: list[str]) -> None:
    *before, last = statements
    with psycopg.connect(bank.database_url) as own:
        for statement in before:
            own.execute(statement)
        with pytest.raises(psycopg.IntegrityError, match=constraint):
            own.execute(last)
