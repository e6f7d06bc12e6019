"""Archives to take home: what stands in them, and that the stand-alone checker tells whole from touched."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from opd.models import Role
from opd.office.exports import archive, kinds, making
from opd.office.exports.kinds import ExportError
from opd.office.exports.shapes import DIALECTS, EXCEL, PLAIN, Column, Contents, Dialect, Table
from opd.office.models import Export
from payments.ledger import exporting, queries
from tests.exports.conftest import some_books
from tests.ledger.books import AT, DAY, book, close_block, received, tourism
from tests.opd.cast import person

CHECKER = Path(__file__).resolve().parents[2] / "config" / "static" / "auditor" / "periksa_ekspor.py"
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def written(contents: Contents, dialect: Dialect = PLAIN) -> tuple[bytes, dict[str, Any]]:
    file = io.BytesIO()
    manifest = archive.write(file, contents, dialect, lambda done, total: None)
    return file.getvalue(), manifest


def checked(content: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    """As an auditor runs it: a Python of its own that knows nothing of the product."""
    path = folder / "arsip.zip"
    path.write_bytes(content)
    words = [sys.executable, "-I", str(CHECKER), str(path)]
    return subprocess.run(words, capture_output=True, text=True, check=False, cwd=folder)


# What stands in an archive


@pytest.mark.django_db(transaction=True)
def test_the_checker_accepts_an_untouched_archive_in_either_dialect(tmp_path: Path) -> None:
    block = some_books()
    for dialect in DIALECTS.values():
        content, manifest = written(exporting.contents({"block": block}), dialect)
        said = checked(content, tmp_path)
        assert said.returncode == 0, said.stdout + said.stderr
        assert "4 jurnal: setiap buku seimbang, setiap hash cocok" in said.stdout
        assert manifest["seal"]["hash"] in said.stdout


@pytest.mark.django_db(transaction=True)
def test_the_same_seal_gives_the_same_bytes_after_more_was_posted() -> None:
    block = some_books()
    before, _ = written(exporting.contents({"block": block}))
    book(received(9_000, opd=tourism().pk, source="payment:9"), "k9")
    later = close_block()
    assert written(exporting.contents({"block": block}))[0] == before
    assert written(exporting.contents({"block": later}))[0] != before


@pytest.mark.django_db(transaction=True)
def test_text_is_guarded_against_formulas_and_amounts_never() -> None:
    content, _ = written(exporting.contents({"block": some_books()}))
    journals, legs = rows(content, "jurnal.csv"), rows(content, "baris.csv")
    assert journals[2]["description"] == "'-SUM(A1); baris\nkedua\tç 漢 | akhir"
    assert [leg["memo"] for leg in legs if leg["journal_id"] == journals[2]["id"]] == [
        "'=1+1",
        "''awal \"kutip\"",
    ]
    assert {leg["amount"][0] for leg in legs if Decimal(leg["amount"]) < 0} == {"-"}


@pytest.mark.django_db(transaction=True)
def test_excel_of_indonesia_reads_semicolons_and_decimal_commas() -> None:
    content, _ = written(exporting.contents({"block": some_books()}), EXCEL)
    raw = ZipFile(io.BytesIO(content)).read("baris.csv")
    assert raw.startswith(b"\xef\xbb\xbfjournal_id;line_no;")
    assert b";5000,00;IDR;" in raw
    assert raw.count(b"\r\n") == raw.count(b"\n")


@pytest.mark.django_db(transaction=True)
def test_every_column_stands_in_the_dictionary() -> None:
    content, manifest = written(exporting.contents({"block": some_books()}))
    told = {(row["berkas"], row["kolom"]) for row in rows(content, "kamus.csv")}
    assert told == {(t["file"], c["name"]) for t in manifest["tables"] for c in t["columns"]}
    assert all(row["arti"] for row in rows(content, "kamus.csv"))


def rows(content: bytes, name: str) -> list[dict[str, str]]:
    text = ZipFile(io.BytesIO(content)).read(name).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1, max_size=8
    )
)
@pytest.mark.django_db
def test_any_text_comes_back_as_it_was(texts: list[str]) -> None:
    columns = (Column("nomor", "number", "urutan", "u.n"), Column("isi", "text", "isi", "u.t"))
    source = "FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS u (t, n)"
    table = Table("uji", columns, source, "u.n", {"texts": texts})
    content, _ = written(Contents("Uji", [table]))
    found = [row["isi"] for row in rows(content, "uji.csv")]
    assert [cell.removeprefix("'") for cell in found] == texts
    assert not [cell for cell in found if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


# What the checker finds


def touch_amount(text: str) -> str:
    return text.replace(",5000.00,", ",5001.00,", 1)


def drop_row(text: str) -> str:
    lines = text.split("\r\n")
    return "\r\n".join([lines[0], *lines[2:]])


def touch_words(text: str) -> str:
    return text.replace("Pendapatan retribusi", "Pendapatan lain", 1)


@pytest.mark.parametrize(
    ("file", "change", "repaired", "told"),
    [
        ("baris.csv", touch_amount, False, "baris.csv: jumlah amount"),
        ("baris.csv", drop_row, False, "baris.csv: "),
        ("jurnal.csv", touch_words, False, "jurnal.csv: isi berkas bukan yang dicatat manifest"),
        ("jurnal.csv", touch_words, True, "isinya tidak lagi sesuai dengan hash-nya"),
        ("baris.csv", touch_amount, True, "tidak seimbang, bersisa 1.00"),
        ("baris.csv", drop_row, True, "ditemukan 1"),
        ("jurnal.csv", drop_row, True, "tidak ada dalam jurnal.csv"),
        ("blok.csv", drop_row, True, "di luar setiap blok"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_the_checker_names_what_was_touched(
    file: str, change: Callable[[str], str], repaired: bool, told: str, tmp_path: Path
) -> None:
    """``repaired``: whoever touched the file has also put a fitting manifest beside it."""
    content, _ = written(exporting.contents({"block": some_books()}))
    said = checked(touched(content, file, change, repaired), tmp_path)
    assert said.returncode == 1, said.stdout + said.stderr
    assert told in said.stdout


def touched(content: bytes, file: str, change: Callable[[str], str], repaired: bool) -> bytes:
    import hashlib

    old = ZipFile(io.BytesIO(content))
    files = {name: old.read(name) for name in old.namelist()}
    before = files[file].decode()
    assert change(before) != before
    files[file] = change(before).encode()
    if repaired:
        manifest = json.loads(files["manifest.json"])
        entry = next(each for each in manifest["tables"] if each["file"] == file)
        found = list(csv.DictReader(io.StringIO(files[file].decode(), newline="")))
        entry["rows"], entry["bytes"] = len(found), len(files[file])
        entry["sha256"] = hashlib.sha256(files[file]).hexdigest()
        entry["sums"] = {name: str(sum(Decimal(row[name]) for row in found)) for name in entry["sums"]}
        files["manifest.json"] = json.dumps(manifest).encode()
    out = io.BytesIO()
    with ZipFile(out, "w") as fresh:
        for name, data in files.items():
            fresh.writestr(name, data)
    return out.getvalue()


def test_the_checker_refuses_what_is_no_archive(tmp_path: Path) -> None:
    said = checked(b"bukan zip", tmp_path)
    assert said.returncode == 1
    assert said.stdout.startswith("RUSAK: arsip tidak dapat dibaca")


# An engine of others


@pytest.mark.django_db(transaction=True)
def test_hledger_agrees_with_the_trial_balance(hledger: str) -> None:
    block = some_books()
    theirs = exporting.balances_by_hledger(hledger, block)
    ours = {f"{row.book}:{row.account}": row.balance for row in queries.trial_balance(on=DAY)}
    assert theirs == {name: amount for name, amount in ours.items() if name in theirs}
    assert {name for name, amount in ours.items() if amount} <= theirs.keys()


@pytest.fixture
def hledger() -> str:
    """The independent engine; where it must be there, its absence is a failure."""
    import os

    found = shutil.which("hledger")
    if found is None and os.environ.get("REQUIRE_HLEDGER") != "1":
        pytest.skip("hledger is not installed")
    assert found, "REQUIRE_HLEDGER=1, but hledger is not installed"
    return found


# Asking for one


@pytest.mark.django_db(transaction=True)
def test_an_archive_is_made_once_and_kept_as_evidence() -> None:
    some_books()
    auditor = person("auditor.uji", Role.AUDITOR)
    asked = making.ask(kind="buku-besar", dialect="csv", by=auditor, at=AT)
    making.make(asked.pk, at=AT)
    making.make(asked.pk, at=AT)
    row = Export.objects.select_related("evidence", "job").get()
    assert row.job.state == "done"
    assert row.evidence
    assert row.manifest
    assert row.tries == 1
    again = making.ask(kind="buku-besar", dialect="csv", by=auditor, at=AT)
    making.make(again.pk, at=AT)
    assert Export.objects.get(pk=again.pk).evidence == row.evidence


@pytest.mark.django_db(transaction=True)
def test_an_archive_whose_worker_was_lost_is_taken_up_again() -> None:
    some_books()
    making.ask(kind="buku-besar", dialect="csv", by=person("auditor.uji", Role.AUDITOR), at=AT)
    assert making.nudge_stuck(at=AT) == 0
    assert making.nudge_stuck(at=Export.objects.get().job.touched_at + timedelta(minutes=6)) == 1


@pytest.mark.django_db
def test_an_archive_is_refused_where_it_can_hold_nothing_or_is_not_theirs() -> None:
    auditor = person("auditor.uji", Role.AUDITOR)
    with pytest.raises(ExportError, match="Belum ada jurnal"):
        making.ask(kind="buku-besar", dialect="csv", by=auditor, at=AT)
    with pytest.raises(ExportError, match="tidak dikenal"):
        making.ask(kind="rahasia", dialect="csv", by=auditor, at=AT)
    with pytest.raises(ExportError, match="bentuk berkas"):
        making.ask(kind="buku-besar", dialect="pdf", by=auditor, at=AT)
    local = person("bendahara.satu", Role.BENDAHARA_PENERIMAAN, opd=tourism())
    assert "buku-besar" not in [kind.code for kind in kinds.kinds(local)]
    with pytest.raises(PermissionDenied):
        making.ask(kind="buku-besar", dialect="csv", by=local, at=AT)
    assert not Export.objects.exists()
