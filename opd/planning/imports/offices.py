"""Whose row of an imported file it is."""

from __future__ import annotations

from opd.models import Opd
from opd.office.tabular import Row


class Offices:
    """Agencies of some years by code or name. A file for one agency holds no other."""

    def __init__(self, only: Opd | None, *, first_year: int, last_year: int) -> None:
        self.only = only
        self.by_word: dict[str, Opd] = {}
        for opd in Opd.objects.order_by("valid_from"):  # the newest of equal names wins
            if opd.valid_from.year <= last_year and (opd.valid_to is None or opd.valid_to.year >= first_year):
                self.by_word |= {opd.code: opd, opd.name.casefold(): opd}

    def of(self, row: Row, column: str, code: str, name: str = "") -> Opd:
        """Raises TabularError where no agency has the code or the name, or where it is another one's row."""
        found = self.by_word.get(code) or self.by_word.get((name or code).casefold())
        if found is None:
            named = f"{code} “{name}”" if name else f"“{code}”"
            raise row.fault(column, f"{named} tidak ada dalam daftar OPD.")
        if self.only and found.pk != self.only.pk:
            raise row.fault(
                column, f"baris ini milik {found.name}, sedangkan berkas ini Anda unggah untuk "
                f"{self.only.name}."
            )  # fmt: skip
        return found
