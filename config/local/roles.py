"""Logins and databases of the embedded PostgreSQL."""

from collections.abc import Mapping

import psycopg
from psycopg import sql

PRODUCT = "nontunai"
BANK = "bank"


def login(role: str) -> str:
    return f"nontunai_{role}"


def prepare(admin_url: str, passwords: Mapping[str, str], *, for_tests: bool = False) -> None:
    """Make what is missing. The application can't open the bank's database, nor the bank ours."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for role, password in passwords.items():
            _make_role(connection, login(role), password)
        _make_database(connection, PRODUCT, owner=login("owner"), guests=[login("app"), login("auditor")])
        _make_database(connection, BANK, owner=login("bank"), guests=[])
        owner, auditor = sql.Identifier(login("owner")), sql.Identifier(login("auditor"))
        connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(owner))  # 'bench' measures in its own
        connection.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(auditor))
        if for_tests:
            _let_tests_make_databases(connection)


def _make_role(connection: psycopg.Connection, name: str, password: str) -> None:
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
        return
    connection.execute(
        sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(password))
    )


def _make_database(connection: psycopg.Connection, name: str, *, owner: str, guests: list[str]) -> None:
    database = sql.Identifier(name)
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, sql.Identifier(owner)))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    for guest in guests:
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(guest))
        )


def _let_tests_make_databases(connection: psycopg.Connection) -> None:
    """The owner may also make logins and act as them, switch ordinary triggers off, and feed a replica
    and halt it."""
    owner = sql.Identifier(login("owner"))
    for statement in (
        "ALTER ROLE {} CREATEROLE REPLICATION",
        "ALTER ROLE {} SET createrole_self_grant = 'set, inherit'",
        "GRANT SET ON PARAMETER session_replication_role TO {}",
        "GRANT EXECUTE ON FUNCTION pg_wal_replay_pause(), pg_wal_replay_resume() TO {}",
    ):
        connection.execute(sql.SQL(statement).format(owner))
    connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(sql.Identifier(login("bank"))))
    for role in ("app", "auditor"):
        connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(login(role)), owner))
