#!/usr/bin/env python3
"""Memeriksa arsip ekspor Nontunai tanpa aplikasinya: python3 periksa_ekspor.py ARSIP.zip

Checks an export archive offline with Python's standard library alone (3.10 or newer): that every file is the
one the manifest names, that its rows and sums are right, that every row of a list still has the values that
its fingerprint was made of. In the books, that every journal balances in each of its books and still has the
content its hash was made of, and that the chain of blocks holds. Nothing is written.

The last block's hash is printed: compare it with the one on the public seal page, or on an older printout.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
import zipfile
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

FORMAT = "nontunai-ekspor/1"
DIGEST = "sidik"
Row = dict[str, Any]
csv.field_size_limit(1 << 24)


class Broken(Exception):
    """What is wrong, naming the file and the row."""


def check(path: str) -> list[str]:
    """Sentences of what was found right. Raises Broken at the first thing that is not."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _check(archive)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise Broken(f"arsip tidak dapat dibaca: {error}") from error


def _check(archive: zipfile.ZipFile) -> list[str]:
    manifest = json.loads(archive.read("manifest.json"))
    if manifest.get("format") != FORMAT:
        raise Broken(f"bentuk arsip {manifest.get('format')!r} tidak dikenal oleh pemeriksa ini")
    named = [told["file"] for told in manifest["tables"] + manifest["files"]]
    extra = set(archive.namelist()) - {*named, "manifest.json"}
    if extra:
        raise Broken(f"berkas {sorted(extra)[0]} tidak ada dalam manifest")
    said = [manifest["title"]]
    for told in manifest["tables"]:
        _check_table(archive, told, manifest["dialect"])
        said.append(f"{told['file']}: {told['rows']} baris, isi dan jumlah sesuai manifest{_state(told)}")
    for told in manifest["files"]:
        _check_bytes(archive, told)
    if "blok.csv" in named:
        said += _check_books(archive, manifest)
    return said


def _state(told: Row) -> str:
    return "" if told.get("steady", True) else "; keadaan saat dibaca"


def _check_bytes(archive: zipfile.ZipFile, told: Row) -> None:
    digest, size = hashlib.sha256(), 0
    with archive.open(told["file"]) as file:
        while chunk := file.read(1 << 16):
            digest.update(chunk)
            size += len(chunk)
    if (size, digest.hexdigest()) != (told["bytes"], told["sha256"]):
        raise Broken(f"{told['file']}: isi berkas bukan yang dicatat manifest (SHA-256 berbeda)")


def _check_table(archive: zipfile.ZipFile, told: Row, dialect: str) -> None:
    rows = 0
    sums = dict.fromkeys(told["sums"], Decimal(0))
    values = hashlib.sha256()
    for row in table(archive, told, dialect):
        rows += 1
        for name in sums:
            sums[name] += row[name] or 0
        values.update(row.get(DIGEST, "").encode())
    if rows != told["rows"]:
        raise Broken(f"{told['file']}: {rows} baris, menurut manifest {told['rows']}")
    for name, value in sums.items():
        if value != Decimal(told["sums"][name]):
            raise Broken(f"{told['file']}: jumlah {name} {value}, menurut manifest {told['sums'][name]}")
    if "values_sha256" in told and values.hexdigest() != told["values_sha256"]:
        raise Broken(f"{told['file']}: nilai-nilai barisnya bukan yang dicatat manifest")
    _check_bytes(archive, told)


def table(archive: zipfile.ZipFile, told: Row, dialect: str) -> Iterator[Row]:
    """The rows of a file as dicts: texts without the guard against formulas, amounts as Decimal."""
    delimiter = ";" if dialect == "excel" else ","
    kinds = {column["name"]: column["kind"] for column in told["columns"]}
    with archive.open(told["file"]) as raw:
        reader = csv.reader(io.TextIOWrapper(raw, "utf-8-sig", newline=""), delimiter=delimiter, strict=True)
        header = next(reader, [])
        if header != list(kinds):
            raise Broken(f"{told['file']}: judul kolom bukan yang dicatat manifest")
        for number, cells in enumerate(reader, 2):
            if len(cells) != len(header):
                raise Broken(
                    f"{told['file']} baris {number}: ada {len(cells)} kolom, seharusnya {len(header)}"
                )
            plain = {name: _plain(kinds[name], cell) for name, cell in zip(header, cells, strict=True)}
            if DIGEST in plain and plain[DIGEST] != fingerprint(plain):
                raise Broken(f"{told['file']} baris {number}: isinya tidak lagi sesuai dengan sidiknya")
            try:
                yield {name: _value(kinds[name], cell) for name, cell in plain.items()}
            except (ArithmeticError, ValueError) as error:
                raise Broken(f"{told['file']} baris {number}: ada sel yang rusak") from error


def _plain(kind: str, cell: str) -> str:
    """The value as text: without the guard against formulas, with a decimal point."""
    if kind == "text":
        return cell[1:] if cell.startswith("'") else cell
    return cell.replace(",", ".") if kind in {"amount", "decimal"} else cell


def fingerprint(row: dict[str, str]) -> str:
    """The SHA-256 of a row's values: a JSON array of texts."""
    values = [value for name, value in row.items() if name != DIGEST]
    return hashlib.sha256(
        json.dumps(values, ensure_ascii=False, separators=(", ", ": ")).encode()
    ).hexdigest()


def _value(kind: str, cell: str) -> Any:
    if kind == "number":
        return int(cell) if cell else None
    if kind in {"amount", "decimal"}:
        return Decimal(cell) if cell else None
    return cell


def _check_books(archive: zipfile.ZipFile, manifest: Row) -> list[str]:
    told = {each["file"]: each for each in manifest["tables"]}
    blocks = Blocks(table(archive, told["blok.csv"], manifest["dialect"]))
    journals = table(archive, told["jurnal.csv"], manifest["dialect"])
    legs = Legs(table(archive, told["baris.csv"], manifest["dialect"]))
    before = count = 0
    for journal in journals:
        if journal["id"] <= before:
            raise Broken(f"jurnal {journal['id']}: tidak urut")
        before = journal["id"]
        own = legs.of(journal["id"])
        _check_journal(journal, own)
        blocks.take(journal, len(own))
        count += 1
    legs.must_be_over()
    blocks.close(manifest["seal"])
    return [
        f"{count} jurnal: setiap buku seimbang, setiap hash cocok",
        f"{len(blocks.rows)} blok: rantai utuh sampai {manifest['seal']['hash']}",
    ]


def _check_journal(journal: Row, legs: Sequence[Row]) -> None:
    name = f"jurnal {journal['id']}"
    if len(legs) != journal["legs"] or len(legs) < 2:
        raise Broken(f"{name}: tercatat {journal['legs']} baris, ditemukan {len(legs)}")
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for place, leg in enumerate(legs, 1):
        if leg["line_no"] != place or leg["currency"] != journal["currency"] or not leg["amount"]:
            raise Broken(f"{name} baris {leg['line_no']}: nomor, mata uang, atau jumlahnya tidak sah")
        sums[leg["book"]] += leg["amount"]
    for book, rest in sums.items():
        if rest:
            raise Broken(f"{name}: buku {book} tidak seimbang, bersisa {rest}")
    if hashlib.sha256(canonical(journal, legs).encode()).hexdigest() != journal["hash"]:
        raise Broken(f"{name}: isinya tidak lagi sesuai dengan hash-nya")


def canonical(journal: Row, legs: Sequence[Row]) -> str:
    """The text whose SHA-256 is the journal's hash: a JSON array for its header and one for each leg."""
    header = (
        *("id", "key", "request_hash", "kind", "source", "effective_date", "value_date", "recorded_at"),
        *("description", "currency", "by_id", "reverses_id"),
    )
    lines = [[journal[name] for name in header]]
    lines += [
        [leg["line_no"], leg["book"], leg["account"], f"{leg['amount']:.2f}", leg["currency"], leg["opd_id"],
         leg["kode_rekening"], leg["memo"]]
        for leg in legs
    ]  # fmt: skip
    return "\n".join(json.dumps(line, ensure_ascii=False, separators=(", ", ": ")) for line in lines)


class Legs:
    """The legs of one journal after the other, as they come."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def of(self, journal: int) -> list[Row]:
        if self._next and self._next["journal_id"] < journal:
            self.must_be_over()
        own = []
        while self._next and self._next["journal_id"] == journal:
            own.append(self._next)
            self._next = next(self._rows, None)
        return own

    def must_be_over(self) -> None:
        if self._next:
            raise Broken(f"baris.csv: jurnal {self._next['journal_id']} tidak ada dalam jurnal.csv")


class Blocks:
    """The chain: a block's hash is made of the one before it and of its journals' hashes, by their ids."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self.rows = list(rows)
        self._starts = [row["from_xid"] for row in self.rows]
        self._found = [[0, 0] for _ in self.rows]
        before = [b"", *(bytes.fromhex(row["hash"]) for row in self.rows)]
        self._digests = [hashlib.sha256(link) for link, _ in zip(before, self.rows, strict=False)]

    def take(self, journal: Row, legs: int) -> None:
        place = bisect_right(self._starts, journal["xid"]) - 1
        if place < 0 or journal["xid"] >= self.rows[place]["upto_xid"]:
            raise Broken(f"jurnal {journal['id']}: di luar setiap blok")
        self._digests[place].update(bytes.fromhex(journal["hash"]))
        self._found[place][0] += 1
        self._found[place][1] += legs

    def close(self, seal: Row) -> None:
        met = 0
        for place, row in enumerate(self.rows):
            name = f"blok {row['id']}"
            if row["id"] != place + 1 or row["from_xid"] != met:
                raise Broken(f"{name}: tidak menyambung blok sebelumnya")
            if self._found[place] != [row["journals"], row["legs"]]:
                raise Broken(f"{name}: jumlah jurnal atau barisnya bukan yang tercatat")
            if self._digests[place].hexdigest() != row["hash"]:
                raise Broken(f"{name}: hash-nya tidak cocok dengan jurnal di dalamnya")
            met = row["upto_xid"]
        last = self.rows[-1] if self.rows else {"id": None, "hash": None}
        if (last["id"], last["hash"]) != (seal["block"], seal["hash"]):
            raise Broken("blok terakhir bukan segel yang dicatat manifest")


def main(words: Sequence[str]) -> int:
    if len(words) != 1 or words[0] in {"-h", "--help"}:
        print(__doc__)
        return 2
    try:
        said = check(words[0])
    except Broken as error:
        print(f"RUSAK: {error}.")
        return 1
    print("\n".join(said))
    print("UTUH: semua yang diperiksa cocok.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
