"""What the laws of TBP find, and how to break them."""

from __future__ import annotations

from django.db import connection

from retribusi.stbp.verification import LAWS


def problems() -> list[str]:
    return [problem for law in LAWS for problem in law.check().problems]


def unguarded(*statements: str) -> None:
    """Break what the database guards, as nobody but its owner could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE office_document DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
