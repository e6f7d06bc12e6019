"""The English of visitors' pages: finds marked strings, keeps the .po, makes the .mo; no gettext tools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from config.env import ROOT

PO = ROOT / "config" / "locale" / "en" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
ROOMS = ("config", "opd", "payments", "retribusi", "tp2dd")
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
}
Message = str | tuple[str, ...]


def marked() -> dict[Message, list[str]]:
    """Every string marked for translation, with the files that hold it."""
    found: dict[Message, list[str]] = {}
    for path in _sources():
        for message in _strings(path):
            places = found.setdefault(message, [])
            if (place := path.relative_to(ROOT).as_posix()) not in places:
                places.append(place)
    return found


def _sources() -> Iterator[Path]:
    yield from sorted((ROOT / "templates").rglob("*.html"))
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def _strings(path: Path) -> Iterator[Message]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        # templatize leaves calls among blanked words; a line of it may begin anywhere, so indents are dropped
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    for _line, message, _comments, _context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
        yield message if isinstance(message, str) else tuple(message)


def read() -> Catalog:
    if not PO.exists():
        return Catalog(locale="en")
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def refresh() -> list[str]:
    """Bring the .po up to the marked strings and make the .mo; returns what still lacks its English."""
    old, day = read(), datetime(2026, 1, 1, tzinfo=UTC)
    new = Catalog(
        locale="en",
        project="Nontunai",
        version="1",
        msgid_bugs_address="Nontunai",
        last_translator="Nontunai",
        language_team="Nontunai",
        creation_date=day,
        revision_date=day,
        fuzzy=False,
    )
    new.header_comment = "# English of the visitors' pages. Made by: manage.py catalog"
    for message, places in sorted(marked().items(), key=lambda item: str(item[0])):
        known = old.get(message if isinstance(message, str) else message[0])
        new.add(message, known.string if known else "", locations=[(place, 1) for place in places])
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, new, width=110, include_lineno=False)
    with MO.open("wb") as file:
        write_mo(file, new)
    return [str(entry.id) for entry in new if entry.id and not _translated(entry.string)]


def _translated(string: str | Sequence[str] | None) -> bool:
    return bool(string) if isinstance(string, str | None) else all(string)
