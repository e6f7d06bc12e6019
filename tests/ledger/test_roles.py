"""What the application's and the auditor's logins may do in the database."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection

from opd.models import AuditEvent, Opd
from payments.ledger import checks, queries
from payments.ledger.models import Account, Journal
from payments.ledger.services import roll_up
from tests.ledger.books import AT, DAY, book, received, rp
from tests.ledger.roles import acting_as, make_roles

pytestmark = pytest.mark.django_db

LEDGER_TABLES = (
    "account",
    "accountcode",
    "postingrule",
    "journal",
    "entry",
    "block",
    "rollup",
    "periodtotal",
    "epoch",
)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_application_posts_and_reads() -> None:
    app, _, _ = make_roles()
    with acting_as(app):
        book(received(5_000))
        assert queries.balance("acquirer_receivable", on=DAY) == rp(5_000)
        roll_up(at=AT)
        assert Journal.objects.count() == 1


@pytest.mark.parametrize("table", LEDGER_TABLES)
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ledger_{} DEFAULT VALUES",
        "UPDATE ledger_{} SET id = 1",
        "DELETE FROM ledger_{}",
        "TRUNCATE ledger_{}",
    ],
)
def test_the_application_cannot_touch_the_books_directly(table: str, statement: str) -> None:
    app, auditor, _ = make_roles()
    statement = (
        statement.format(table) if table != "entry" else statement.format(table).replace("id =", "line_no =")
    )
    for role in (app, auditor):
        with pytest.raises(ProgrammingError, match="permission denied"), acting_as(role):
            run(statement)


def test_the_application_cannot_start_an_epoch_or_drop_a_guard() -> None:
    app, _, _ = make_roles()
    with pytest.raises(ProgrammingError, match="permission denied"), acting_as(app):
        run("SELECT ledger_new_epoch(now())")
    with pytest.raises(ProgrammingError, match="must be owner"), acting_as(app):
        run("ALTER TABLE ledger_entry DISABLE TRIGGER ALL")
    with pytest.raises(ProgrammingError, match="permission denied"), acting_as(app):
        run("CREATE TABLE lain (id int)")


def test_the_application_writes_other_tables_but_only_adds_to_the_audit_trail() -> None:
    app, _, granted = make_roles()
    assert "opd_auditevent" in granted.append_only
    with acting_as(app):
        opd = Opd.objects.create(code="x", name="X", short_name="X", valid_from=DAY)
        opd.delete()
        AuditEvent.objects.create(at=AT, action="uji.uji", subject_type="x", subject_id="1", xid=1)
    for statement in ("UPDATE opd_auditevent SET reason = ''", "DELETE FROM opd_auditevent"):
        with pytest.raises(ProgrammingError, match="permission denied"), acting_as(app):
            run(statement)


def test_the_auditor_reads_everything_but_secrets() -> None:
    _, auditor, granted = make_roles()
    book(received(5_000))
    with acting_as(auditor):
        assert Journal.objects.count() == 1
        assert Account.objects.exists()
        assert queries.trial_balance(on=DAY)
        run("SELECT username, name FROM opd_user")
    assert {"opd_user.password", "django_session", "mfa_authenticator"} <= set(granted.hidden)
    for statement in (
        "SELECT password FROM opd_user",
        "SELECT * FROM django_session",
        "SELECT * FROM mfa_authenticator",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), acting_as(auditor):
            run(statement)
    with pytest.raises(ProgrammingError, match="permission denied"), acting_as(auditor):
        book(received(6_000), "k2")


def test_columns_with_credentials_are_hidden_wherever_a_room_puts_them() -> None:
    run("CREATE TABLE uji_mitra (id int, nama text, client_secret text, private_key text, token_hash text)")
    _, auditor, granted = make_roles()
    assert {"uji_mitra.client_secret", "uji_mitra.private_key", "uji_mitra.token_hash"} <= set(granted.hidden)
    with acting_as(auditor):
        run("SELECT id, nama FROM uji_mitra")


def test_one_login_for_everything_changes_no_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_OWNER_URL", "DATABASE_AUDITOR_URL", "DATABASE_APP_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://satu@127.0.0.1/nontunai")
    out = StringIO()
    call_command("grant_roles", stdout=out)
    assert "Hanya satu peran" in out.getvalue()


def test_grant_roles_reads_the_names_from_the_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    app, auditor, _ = make_roles()
    owner = str(connection.settings_dict["USER"])
    monkeypatch.setenv("DATABASE_OWNER_URL", f"postgresql://{owner}@127.0.0.1/nontunai")
    monkeypatch.setenv("DATABASE_APP_URL", f"postgresql://{app}@127.0.0.1/nontunai")
    monkeypatch.setenv("DATABASE_AUDITOR_URL", f"postgresql://{auditor}@127.0.0.1/nontunai")
    run(f'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "{app}"')
    out = StringIO()
    call_command("grant_roles", stdout=out)
    assert f"Hak {app} pada" in out.getvalue()
    assert "opd_user.password" in out.getvalue()
    with acting_as(app):
        assert Account.objects.exists()


def test_the_deploy_check_warns_where_the_application_owns_the_books() -> None:
    app, _, _ = make_roles()
    assert [message.id for message in checks.application_does_not_own_the_books(None)] == ["ledger.W001"]
    with acting_as(app):
        assert checks.application_does_not_own_the_books(None) == []
