"""Every list as an archive: right by the stand-alone checker, touched rows named, each in its own reach."""

from __future__ import annotations

import io
import json
import re
import runpy
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from opd.models import Role, User
from opd.office.exports import archive, kinds, making
from opd.office.exports.kinds import Choice, ExportError, Kind
from opd.office.exports.shapes import DIALECTS, EXCEL, PLAIN, Column, Contents, Dialect, Table
from tests.exports.test_archive import ANY_TEXT, CHECKER, checked, rows, written
from tests.ledger.books import close_block
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.files import credit_of
from tests.reconciliation.scene import AT, DAY, Scene, imported, stalls

CHECK = runpy.run_path(str(CHECKER))
LISTS = sorted(kinds._kinds.values(), key=lambda kind: kind.code)
DIGESTED = [kind for kind in LISTS if kind.code != "buku-besar"]
NEXT = date(2026, 11, 25)
SPENDING = {Role.BENDAHARA_PENGELUARAN, Role.PA, Role.KPA, Role.PPK_OPD}
TAKINGS = {Role.BENDAHARA_PENERIMAAN}
EVERYWHERE = {Role.AUDITOR, Role.KUASA_BUD}
NOT_OF_BUD = {"jejak-audit", "penetapan-peran", "pengaduan", "gerbang"}
MAY_TAKE = {
    "buku-besar": set(), "rekening-koran": set(), "jejak-audit": set(), "penetapan-peran": set(),
    "pembayaran": TAKINGS, "settlement": TAKINGS, "pencocokan": TAKINGS, "selisih": TAKINGS,
    "setoran-tunai": TAKINGS, "pesanan": TAKINGS, "penjualan-loket": TAKINGS,
    "skrd": TAKINGS | {Role.PA, Role.KPA}, "pengembalian": TAKINGS | {Role.PA, Role.KPA, Role.PPK_OPD},
    "tbp": TAKINGS, "pengaduan": TAKINGS, "gerbang": TAKINGS, "dokumen": SPENDING | TAKINGS,
    "anggaran": SPENDING, "belanja": SPENDING, "spp": SPENDING, "kkpd": SPENDING, "uang-elektronik": SPENDING,
}  # fmt: skip
"""Of the roles of one agency that take archives home at all, who takes which."""


@pytest.fixture
def province(transactional_db: None) -> Iterator[Scene]:
    """Two agencies with a payment each, settled and credited; one line that is nobody's."""
    with stalls() as scene:
        sales = [scene.sold(5_000)[1], scene.sold(7_500, museum=True)[1]]
        stranger = scene.sale(scene.request(9_000), partner_reference="LAIN")
        settled = files.settlement(*sales, stranger)
        imported(settled, name="=settlement.csv")
        credits = [credit_of(sales[1])]
        imported(files.statement(*credits), name="rkud.csv")
        close_block()
        yield scene


@pytest.fixture
def auditor(transactional_db: None) -> User:
    return person("auditor.uji", Role.AUDITOR)


def made(kind: Kind, by: User, dialect: Dialect = PLAIN, **choice: Any) -> tuple[bytes, dict[str, Any]]:
    return written(kind.contents(kinds.pinned(by, kind, Choice(**choice))), dialect)


# What the checker says


@pytest.mark.parametrize("dialect", [PLAIN, EXCEL])
@pytest.mark.parametrize("kind", LISTS, ids=lambda kind: kind.code)
def test_the_checker_accepts_every_kind(
    kind: Kind, dialect: Dialect, province: Scene, auditor: User, tmp_path: Path
) -> None:
    content, manifest = made(kind, auditor, dialect)
    said = checked(content, tmp_path)
    assert said.returncode == 0, said.stdout + said.stderr
    assert "UTUH" in said.stdout
    header = ZipFile(io.BytesIO(content)).read("kamus.csv").decode("utf-8-sig").splitlines()
    files_told = {line.split(dialect.delimiter)[0].strip('"') for line in header[1:]}
    assert files_told == {told["file"] for told in manifest["tables"]}


@pytest.mark.parametrize("kind", DIGESTED, ids=lambda kind: kind.code)
def test_the_checker_names_a_row_that_was_put_in(
    kind: Kind, province: Scene, auditor: User, tmp_path: Path
) -> None:
    content, manifest = made(kind, auditor)
    for told in manifest["tables"]:
        false = ",".join("1" if column["kind"] == "number" else "" for column in told["columns"])
        said = checked(replaced(content, told["file"], lambda text, row=false: f"{text}{row}\r\n"), tmp_path)
        assert said.returncode == 1
        assert f"{told['file']} baris {told['rows'] + 2}: isinya tidak lagi sesuai" in said.stdout


@pytest.mark.parametrize(
    ("kind", "file", "before", "after"),
    [
        ("pembayaran", "pembayaran.csv", ",5000.00,", ",4000.00,"),
        ("settlement", "baris-settlement.csv", "'=settlement.csv", "settlement.csv"),
        ("rekening-koran", "baris-rekening-koran.csv", ",7500.00,", ",7500.01,"),
        ("pencocokan", "pencocokan.csv", ",reference,", ",rrn,"),
    ],
)
def test_the_checker_names_the_row_that_was_touched(
    kind: str, file: str, before: str, after: str, province: Scene, auditor: User, tmp_path: Path
) -> None:
    content, _ = made(kinds.kind(kind), auditor)
    said = checked(replaced(content, file, lambda text: text.replace(before, after, 1)), tmp_path)
    assert said.returncode == 1
    assert f"{file} baris 2: isinya tidak lagi sesuai dengan sidiknya" in said.stdout


def replaced(content: bytes, file: str, change: Any) -> bytes:
    """With another text in one file and the manifest as it was."""
    old, out = ZipFile(io.BytesIO(content)), io.BytesIO()
    with ZipFile(out, "w") as fresh:
        for name in old.namelist():
            text = old.read(name).decode()
            changed = change(text) if name == file else text
            assert name != file or changed != text
            fresh.writestr(name, changed)
    return out.getvalue()


@given(st.lists(st.tuples(ANY_TEXT, st.decimals(-(10**12), 10**12, places=2)), min_size=1, max_size=6))
@pytest.mark.django_db
def test_the_checker_makes_the_same_fingerprint_of_any_values(pairs: list[tuple[str, Decimal]]) -> None:
    columns = (Column("n", "number", "urutan", "u.n"), Column("isi", "text", "isi", "u.t"),
               Column("nilai", "amount", "nilai", "u.a"))  # fmt: skip
    source = "FROM unnest(%(texts)s::text[], %(amounts)s::numeric[]) WITH ORDINALITY AS u (t, a, n)"
    params = {"texts": [text for text, _ in pairs], "amounts": [amount for _, amount in pairs]}
    table = Table("uji", columns, source, "u.n", params, digested=True)
    seen = []
    for dialect in DIALECTS.values():
        content, manifest = written(Contents("Uji", [table]), dialect)
        told = manifest["tables"][0]
        with ZipFile(io.BytesIO(content)) as opened:
            found = list(CHECK["table"](opened, told, dialect.code))
        assert [(row["isi"], row["nilai"]) for row in found] == pairs
        seen.append(told["values_sha256"])
    assert len(set(seen)) == 1


# The same pin


@pytest.mark.parametrize("kind", LISTS, ids=lambda kind: kind.code)
def test_what_calls_itself_steady_is_the_same_after_more_happened(
    kind: Kind, province: Scene, auditor: User
) -> None:
    pin = kinds.pinned(auditor, kind, kinds.EVERYTHING)
    before, told = written(kind.contents(pin))
    more = province.sold(12_000)[1]
    imported(files.settlement(more), name="kemudian.csv")
    imported(files.statement(credit_of(more), credit_of(province.sold(3_000)[1])), name="rkud-2.csv")
    close_block()
    after, again = written(kind.contents(pin))
    for first, second in zip(told["tables"], again["tables"], strict=True):
        assert not first["steady"] or first == second
    assert ("read_at" in told) == (not all(table["steady"] for table in told["tables"]))
    if "read_at" not in told:
        assert after == before


def test_a_match_tells_its_journal_only_once_that_is_sealed(province: Scene, auditor: User) -> None:
    kind = kinds.kind("pencocokan")
    payment, sale = province.sold(3_000, settled=NEXT)
    imported(files.settlement(sale), name="besok.csv")
    close_block()
    before = kinds.pinned(auditor, kind, kinds.EVERYTHING)
    imported(files.statement(credit_of(sale)), name="rkud-besok.csv")
    close_block()
    for pin, known in ((before, False), (kinds.pinned(auditor, kind, kinds.EVERYTHING), True)):
        found = rows(written(kind.contents(pin))[0], "pencocokan.csv")
        row = next(row for row in found if row["pembayaran"] == str(payment.pk))
        assert bool(row["jurnal_rkud"]) is known


# Reach


def test_a_treasurer_takes_home_the_rows_of_her_agency_alone(province: Scene) -> None:
    hers = person("bendahara.satu", Role.BENDAHARA_PENERIMAAN, opd=province.tourism)
    for code, file in (("pembayaran", "pembayaran.csv"), ("pencocokan", "pencocokan.csv")):
        kind = kinds.kind(code)
        pin = kinds.pinned(hers, kind, kinds.EVERYTHING)
        assert pin["opds"] == [province.tourism.pk]
        assert [row["jumlah"] for row in rows(written(kind.contents(pin))[0], file)] == ["5000.00"]
    with pytest.raises(ExportError, match="di luar jangkauan"):
        kinds.pinned(hers, kinds.kind("pembayaran"), Choice(opd=province.culture.pk))


def test_who_sees_the_whole_province_may_choose_one_agency(province: Scene, auditor: User) -> None:
    content, manifest = made(kinds.kind("pembayaran"), auditor, opd=province.culture.pk)
    assert [row["jumlah"] for row in rows(content, "pembayaran.csv")] == ["7500.00"]
    assert manifest["filters"] == {"first": None, "last": None, "opds": [province.culture.pk]}
    assert manifest["title"] == "Pembayaran masuk OPD Dinas Pendidikan"


def test_days_are_those_of_wib_and_inclusive(province: Scene, auditor: User) -> None:
    kind = kinds.kind("pembayaran")
    for first, last, count in ((DAY, DAY, 2), (NEXT, None, 0), (None, DAY, 2), (None, date(2026, 11, 23), 0)):
        content, _ = made(kind, auditor, first=first, last=last)
        assert len(rows(content, "pembayaran.csv")) == count, (first, last)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [*sorted(EVERYWHERE), *sorted(SPENDING | TAKINGS)])
def test_each_role_takes_what_its_pages_show(role: Role) -> None:
    from tests.ledger.books import tourism

    wide = role in EVERYWHERE
    who = person("orang.uji", role, opd=None if wide else tourism())
    assert {kind.code for kind in kinds.kinds(who)} == {
        code
        for code, local in MAY_TAKE.items()
        if role in local or (wide and not (role == Role.KUASA_BUD and code in NOT_OF_BUD))
    }


@pytest.mark.django_db
def test_a_kind_refuses_a_choice_that_it_does_not_offer() -> None:
    auditor = person("auditor.uji", Role.AUDITOR)
    with pytest.raises(ExportError, match="diekspor seluruhnya"):
        kinds.pinned(auditor, kinds.kind("buku-besar"), Choice(first=DAY))
    with pytest.raises(ExportError, match="untuk seluruh provinsi"):
        kinds.pinned(auditor, kinds.kind("rekening-koran"), Choice(opd=1))
    with pytest.raises(ExportError, match="Tanggal awal"):
        kinds.pinned(auditor, kinds.kind("selisih"), Choice(first=NEXT, last=DAY))


def test_an_archive_is_no_longer_hers_once_her_role_moved(province: Scene) -> None:
    hers = person("bendahara.satu", Role.BENDAHARA_PENERIMAAN, opd=province.tourism)
    other = person("bendahara.dua", Role.BENDAHARA_PENERIMAAN, opd=province.culture)
    row = making.ask(kind="selisih", dialect="csv", by=hers, at=AT)
    assert kinds.may_hold(hers, kinds.kind("selisih"), row.pin)
    assert not kinds.may_hold(other, kinds.kind("selisih"), row.pin)
    assert not kinds.may_hold(hers, kinds.kind("selisih"), {"opds": None})
    with pytest.raises(PermissionDenied):
        making.ask(kind="belanja", dialect="csv", by=hers, at=AT)


# Bounds


def test_queries_do_not_grow_with_the_rows(province: Scene, auditor: User) -> None:
    kind = kinds.kind("pembayaran")

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            made(kind, auditor)
        return len(seen)

    queries()
    few = queries()
    for _ in range(5):
        province.sold(2_000)
    close_block()
    assert queries() == few


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_rows_are_read(auditor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_REPORT_EVERY", 1)
    told: list[tuple[int, int]] = []
    table = Table("uji", (Column("n", "number", "urutan", "n"),), "FROM generate_series(1, 3) AS n", "n")
    archive.write(
        io.BytesIO(), Contents("Uji", [table]), PLAIN, lambda done, total: told.append((done, total))
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_no_archive_holds_what_opens_a_page_or_a_gate() -> None:
    secret = re.compile(r"token|form_key|qr_content|qris_content|\bk\.code\b|\.(identity|contact|raw)\b")
    for kind in DIGESTED:
        listing: Any = kind.contents
        for column in (column for table in listing.__self__.tables for column in table.columns):
            assert not secret.search(column.expression), (kind.code, column.name)


def test_the_manifest_says_how_its_rows_are_meant(province: Scene, auditor: User) -> None:
    notes = {}
    for code in ("pencocokan", "pembayaran", "selisih"):
        content, _ = made(kinds.kind(code), auditor)
        notes[code] = json.loads(ZipFile(io.BytesIO(content)).read("manifest.json"))["note"]
    assert "tidak akan berubah: permintaan yang sama" in notes["pencocokan"]
    assert "steady=false" in notes["pembayaran"]
    assert "keadaan saat dibaca" in notes["selisih"]
