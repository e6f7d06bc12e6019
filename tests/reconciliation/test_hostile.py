"""Files that mean harm, or are of no kind we read: refused with a reason, and after little reading."""

from __future__ import annotations

import gzip
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO, RawIOBase
from typing import IO, cast

import pytest

from payments.reconciliation.parsers import snap14
from payments.reconciliation.parsers.rows import ParseError, StatementTotals
from payments.reconciliation.sources import Source, recognise, source, sources
from tests.reconciliation import files, messages
from tests.reconciliation.files import RKUD, Movement
from tests.reconciliation.test_feeds import SINCE, UNTIL, pages

TWO_GB = 2 << 30


class Sparse(RawIOBase):
    """Two gigabytes that begin as they are told and go on with one byte; counts what is read of it."""

    def __init__(self, head: bytes, filler: bytes = b"\0") -> None:
        self.head, self.filler, self.at, self.taken = head, filler, 0, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        size = min(size if size >= 0 else TWO_GB, TWO_GB - self.at)
        assert size <= 1 << 20, "read in one piece"
        found = self.head[self.at : self.at + size]
        self.at += size
        self.taken += size
        return found + self.filler * (size - len(found))

    def readline(self, size: int | None = -1) -> bytes:
        assert size is not None
        start = self.at
        found = self.read(size).partition(b"\n")
        line = found[0] + found[1]
        self.at = start + len(line)
        return line

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = offset
        return offset


def zipped() -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return content.getvalue()


OTHER_KINDS = [
    pytest.param(zipped(), "arsip ZIP", id="zip or xlsx"),
    pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, ".xls", id="old workbook"),
    pytest.param(gzip.compress(files.settlement().encode()), "gzip", id="gzip"),
    pytest.param(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF", id="pdf"),
    pytest.param(files.settlement().encode("utf-16"), "UTF-16", id="utf-16"),
    pytest.param(b"\x7fELF\x02\x01\x01\0\0\0\0\n", "byte nol", id="program"),
    pytest.param(b"\x89PNG\r\n\x1a\n", "bukan UTF-8", id="picture"),
    pytest.param(b"<html><table><tr><td>Tanggal</td></tr></table></html>", "HTML", id="page as .xls"),
    pytest.param("Tanggal;Café\n".encode("cp1252"), "“é” dalam Windows-1252", id="windows-1252"),
]


@pytest.mark.parametrize(("raw", "words"), OTHER_KINDS)
def test_file_of_another_kind_is_refused_by_name(raw: bytes, words: str) -> None:
    with pytest.raises(ParseError) as caught:
        recognise(BytesIO(raw))
    assert words in str(caught.value)
    assert caught.value.code in {"not_text", "wrong_header"}


HEADS = {
    "qris_settlement_v1": files.settlement(files.Sale()).rpartition("TRAILER")[0],
    "rkud_statement_bpd_v1": files.statement(Movement(credit=1)).rpartition("24/11/2026;24/11")[0],
    "mt940_v1": messages.mt940([Movement(credit=1)]).partition(":62F:")[0],
    "camt053_v1": messages.camt053(Movement(credit=1)).partition("<Ntry>")[0] + "<Ntry><Amt>",
    "snap14_v1": (snap14.head_line(RKUD, SINCE, UNTIL) + snap14.page_line(pages(0, [1])[0])).decode(),
}


def test_every_layout_is_put_to_the_test() -> None:
    assert {known.profile for known in sources()} == HEADS.keys()


@pytest.mark.parametrize("filler", [b"\0", b"1", b"<", b"\xff"])
@pytest.mark.parametrize("profile", HEADS)
@pytest.mark.parametrize("good_start", [False, True])
def test_two_gigabytes_are_left_after_two_megabytes(profile: str, filler: bytes, good_start: bool) -> None:
    content = Sparse(HEADS[profile].encode() if good_start else b"", filler)
    tracemalloc.start()
    try:
        with pytest.raises(ParseError):
            list(source(profile).parse(cast("IO[bytes]", content)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert content.taken <= 2 << 20
    assert peak < 16 << 20


@pytest.mark.parametrize("filler", [b"\0", b"1", b"\xff"])
def test_kind_of_two_gigabytes_is_asked_of_their_first_kilobytes(filler: bytes) -> None:
    content = Sparse(b"", filler)
    with pytest.raises(ParseError):
        recognise(cast("IO[bytes]", content))
    assert content.taken <= 16 << 10


class Written(RawIOBase):
    """A file that is written while it is read, so that the test itself holds none of it."""

    def __init__(self, parts: Iterator[str]) -> None:
        self.parts, self.rest = parts, b""

    def read(self, size: int = -1) -> bytes:
        while len(self.rest) < size and (part := next(self.parts, "")):
            self.rest += part.encode()
        found, self.rest = self.rest[:size], self.rest[size:]
        return found

    def readline(self, size: int | None = -1) -> bytes:
        return next(self.parts, "").encode()


def _mt940(count: int) -> Iterator[str]:
    head, _, tail = messages.mt940([Movement(credit=count)]).partition(":61:")
    yield from (line + "\n" for line in head.splitlines())
    for _ in range(count):
        yield from (":61:2611241124C0,01NTRFNONREF\n", ":86:SETORAN TUNAI\n")
    yield from (line + "\n" for line in tail.splitlines()[-2:])


def _camt(count: int) -> Iterator[str]:
    one = messages.entry(Movement(credit=1))
    whole = messages.camt053(Movement(credit=count))
    yield whole.partition("<Ntry>")[0]
    for _ in range(count):
        yield one
    yield whole.rpartition("</Ntry>")[2]


def _batch(count: int) -> Iterator[str]:
    head, _, tail = messages.camt053(Movement(credit=1)).partition("<TxDtls>")
    yield head
    for _ in range(count):
        yield "<TxDtls><RmtInf><Ustrd>SETORAN TUNAI</Ustrd></RmtInf></TxDtls>"
    yield tail.partition("</TxDtls>")[2]


@pytest.mark.parametrize(
    ("profile", "write", "written", "rows"),
    [
        ("mt940_v1", _mt940, 8_000, 8_000),
        ("camt053_v1", _camt, 4_000, 4_000),
        ("camt053_v1", _batch, 20_000, 1),
    ],
)
def test_memory_does_not_grow_with_the_file(
    profile: str, write: Callable[[int], Iterator[str]], written: int, rows: int
) -> None:
    found = _totals(source(profile), cast("IO[bytes]", Written(write(written))))
    assert found.count == rows


def _totals(layout: Source, content: IO[bytes]) -> StatementTotals:
    tracemalloc.start()
    try:
        last = None
        for item in layout.parse(content):
            last = item
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 << 20
    assert isinstance(last, StatementTotals)
    return last
