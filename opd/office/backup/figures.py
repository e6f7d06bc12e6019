"""What a database adds up to: told when a backup is made, and asked again of what was restored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg import sql


@dataclass(frozen=True)
class Figure:
    """A sum of a room, listed as ``FIGURES`` in its ``figures.py``; ``query`` gives one value."""

    name: str
    text_id: str
    query: str


def figures() -> Iterator[Figure]:
    """Every figure of every installed room."""
    for config in apps.get_app_configs():
        if config.name != "opd.office" and find_spec(f"{config.name}.figures"):
            yield from import_module(f"{config.name}.figures").FIGURES


def take() -> dict[str, Any]:
    """Rows of every table, every figure, and the last migration of every room, as the database has them."""
    return {
        "migrations": applied_heads(),
        "tables": _rows_by_table(),
        "figures": {figure.name: _one(figure.query) for figure in figures()},
    }


def differences(told: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """One sentence for each table and figure that ``found`` has otherwise than was ``told``."""
    labels = {figure.name: figure.text_id for figure in figures()}
    pairs = [("baris tabel", "tables"), ("", "figures")]
    return [
        f"{word} {labels.get(name, name)}: cadangan {_or_none(told[kind], name)},"
        f" hasil pemulihan {_or_none(found[kind], name)}.".strip()
        for word, kind in pairs
        for name in sorted(told[kind].keys() | found[kind].keys())
        if told[kind].get(name) != found[kind].get(name)
    ]


def applied_heads() -> dict[str, str]:
    """The last migration of each room in this database; empty where there are no tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.django_migrations')")
        if cursor.fetchone() == (None,):
            return {}
        cursor.execute("SELECT app, max(name) FROM public.django_migrations GROUP BY app ORDER BY app")
        return dict(cursor.fetchall())


def product_heads() -> dict[str, str]:
    """The last migration of each room in this product."""
    return dict(sorted(MigrationLoader(None).graph.leaf_nodes()))


def _rows_by_table() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        names = [name for (name,) in cursor.fetchall()]
    return {
        name: _one(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", name)))
        for name in names
    }


def _one(query: str | sql.Composed) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def _or_none(values: Mapping[str, Any], name: str) -> Any:
    return values.get(name, "tidak ada")
